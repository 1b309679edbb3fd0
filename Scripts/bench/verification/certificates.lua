--- Measures certificates: what writing them costs a search, and what checking them takes beside it. First on the
--- paper's problems, then on a search of many nodes that is left undecided, whose memory is looked at too.
local data = require "vnn.data"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- Network and problem of the strict protocol; no problem where x0 is misclassified.
local function prepare(options, number)
  local train = assert(data.load(options.dataset, { split = "train", side = options.side }))
  local recipe = protocol.recipe(options.dataset)
  recipe.seed = protocol.draws[number].data_seed + 2
  local widths = { train.inputs, options.width, options.width, #train.classes }
  local dense = nn.train(nn.mlp(widths, { seed = recipe.seed }), train, recipe)
  return dense, (protocol.problem(dense, train, number))
end

--- Processor seconds of one call, and what it returns.
local function timed(work, ...)
  local start = system.processor_clock()
  local result = work(...)
  return system.processor_clock() - start, result
end

--- The least processor seconds of some runs of vnncheck, as the shell counts them.
local function check_s(options, files, ...)
  local least = math.huge
  local words = table.move(files, 1, #files, select("#", ...) + 2, { options.checker, ... })
  local timing = shell.line { "bash", "-c", "TIMEFORMAT=%U; time " .. shell.line(words) } .. " 2>&1"
  for _ = 1, options.runs do
    local text = assert(shell.output(timing))
    local verdict, seconds = text:match "^(%a+)\n([%d.]+)"
    assert(verdict == "robust", text)
    least = math.min(least, tonumber(seconds))
  end
  return least
end

--- One row: the search without and with a record, in turns, and the two ways to check.
local function compare(options, folder, number)
  local dense, problem = prepare(options, number)
  if not problem then return end
  local limits = { time_limit_s = options.time_limit }
  if not verify.branch_and_bound(dense, problem, limits):proves_robust(dense, problem) then return end
  local plain, recorded, search = math.huge, math.huge, nil
  for _ = 1, options.runs do
    local seconds
    plain = math.min(plain, (timed(verify.branch_and_bound, dense, problem, limits)))
    seconds, search = timed(verify.branch_and_bound, dense, problem, {
      time_limit_s = options.time_limit, certificate = true,
    })
    recorded = math.min(recorded, seconds)
  end
  local path = ("%s/%d.gz"):format(folder, number)
  local network, asked = verify.certify(dense, problem, search, path)
  local files = { assert(network), asked, path }
  local exact, fast = check_s(options, files), check_s(options, files, "--fast")
  local bytes = #system.read_file(path)
  return { number, search.nodes, recorded / plain, bytes, recorded, exact / recorded, fast / recorded }
end

--- The most memory that this process has had, in MiB.
local function peak()
  return tonumber(system.read_file("/proc/self/status"):match "VmHWM:%s*(%d+)") / 1024
end

--- A question whose answer takes very many nodes: whether the largest output can be a little above the best that
--- gradients find.
local function hard_question()
  local function shifted(network, by)
    local layers = {}
    for position = 1, network.depth do
      local layer = network:layer(position)
      layers[position] = { weight = layer.weight, bias = position < network.depth and layer.bias or layer.bias - by }
    end
    return nn.from_layers(layers)
  end
  local network, input = nn.mlp({ 24, 64, 64, 1 }, { seed = 1 }), tensor.full({ 24 }, 0.5)
  local problem = verify.problem { input = input, norm = "l1", epsilon = 6, class = 1 }
  local _, margin = verify.attack(shifted(network, 10), problem, { restarts = 100 })
  return shifted(network, margin + 10 + 0.01), problem
end

--- Two searches that go on in turns, one of them recorded, up to so many nodes: their processor seconds, and by how
--- much memory grew with both.
local function endure(options)
  local network, problem = hard_question()
  local searches, seconds, before = {}, { 0, 0 }, peak()
  local part = math.max(options.nodes // 20, 1)
  for _ = 1, 20 do
    for kind = 1, 2 do
      seconds[kind] = seconds[kind] + timed(function()
        if searches[kind] then
          searches[kind]:resume { node_limit = part }
        else
          local limits = { node_limit = part, certificate = kind == 2 }
          searches[kind] = verify.branch_and_bound(network, problem, limits)
        end
      end)
    end
  end
  return searches, seconds, peak() - before
end

local function run(options)
  options.checker = options.checker or ".build/release/vnncheck"
  local folder <close> = system.temporary_folder()
  print(origin.processor())
  local rows, columns = {}, { {}, {}, {} }
  for number = 1, options.problems do
    report.progress(("problem %d"):format(number))
    local row = compare(options, folder.path, number)
    if row then
      for place, column in ipairs { 3, 6, 7 } do table.insert(columns[place], row[column]) end
      rows[#rows + 1] = {
        row[1], row[2], ("%.2f"):format(row[3]), row[4], report.seconds(row[5]), ("%.1f"):format(row[6]),
        ("%.2f"):format(row[7]),
      }
    end
  end
  report.progress()
  print(report.table(
    { "problem", "nodes", "recorded / not", "bytes", "search", "exact / search", "--fast / search" }, rows))
  for place, name in ipairs { "recorded / not", "exact / search", "--fast / search" } do
    if #columns[place] > 0 then print(("%-16s median %.2f"):format(name, statistics.median(columns[place]))) end
  end
  if options.nodes > 0 then
    local searches, seconds, memory = endure(options)
    print(("%d and %d nodes: %.1f s without a record, %.1f s with one, ratio %.3f; memory of both grew by %.0f MiB")
      :format(searches[1].nodes, searches[2].nodes, seconds[1], seconds[2], seconds[2] / seconds[1], memory))
  end
  return true
end

return {
  name = "certificates",
  description = "Measures what certificates cost to write and to check.",
  options = {
    { name = "dataset", default = "digits", choices = { "mnist", "fashion", "digits" }, help = "which pictures" },
    { name = "side", default = 28, help = "pixels along a side" },
    { name = "width", default = 64, help = "neurons of each of two hidden layers" },
    { name = "problems", default = 10, minimum = 0, maximum = 10, help = "problems of the strict protocol" },
    { name = "runs", default = 3, minimum = 1, help = "runs, of which the fastest counts" },
    { name = "time_limit", default = 30.0, help = "seconds per search" },
    { name = "nodes", default = 0, minimum = 0, help = "nodes of the search that is left undecided" },
    { name = "checker", type = "string", help = "vnncheck (default: that of the release build)" },
  },
  run = run,
}
