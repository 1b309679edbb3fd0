--- Verdicts and times of `Scripts/experiments/decide.lua` beside the direct solve of other tools, run in turns.
local data = require "vnn.data"
local json = require "vnn.json"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local system = require "vnn.system"

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- Runs a command line; its output and whether it ended with 0 or 3.
local function output_of(...)
  local words = {}
  for position, word in ipairs { ... } do words[position] = quoted(tostring(word)) end
  local pipe = assert(io.popen(table.concat(words, " ") .. " 2>/dev/null"))
  local text = pipe:read "a"
  local _, _, code = pipe:close()
  return text, code
end

--- Network and problem of one architecture and seed as files, made once; nil where x0 is misclassified.
local function prepare(options, dataset, side, layers, number)
  local name = ("%s/%s-%d-%dx%d-%d"):format(options.out, dataset, side, #layers, layers[1], number)
  local network_file, problem_file = name .. ".safetensors", name .. ".json"
  if not system.exists(network_file) then
    local train = assert(data.load(dataset, { split = "train", side = side }))
    local widths = { train.inputs, table.unpack(layers) }
    widths[#widths + 1] = #train.classes
    local seed = protocol.draws[number].data_seed + 2
    local recipe = { seed = seed, shuffle = true }
    for key, value in pairs(protocol.recipes[dataset]) do recipe[key] = value end
    local dense = nn.train(nn.mlp(widths, { seed = seed }), train, recipe)
    local problem = protocol.problem(dense, train, number)
    if problem then assert(problem:save(problem_file)) end
    assert(dense:save(network_file))
  end
  if system.exists(problem_file) then return name, network_file, problem_file end
end

local function ours(options, name, network_file, problem_file)
  local result_file = name .. ".result.json"
  output_of(".build/release/vnnlua", "Scripts/experiments/decide.lua", "--network", network_file, "--problem",
    problem_file, "--time-limit", options.time_limit, "--json", result_file)
  return assert(json.decode(assert(system.read_file(result_file)))), result_file
end

--- The other tool's verdict and seconds without building its model; HiGHS where the licence is too small.
local function theirs(options, network_file, problem_file)
  for _, tool in ipairs { options.tool, "highs" } do
    local text = output_of(options.python, options.peers .. "/solve_direct.py", "--tool", tool, "--network",
      network_file, "--problem", problem_file, "--time-limit", options.time_limit, "--threads", 1)
    local line = text:match "({.*})"
    local result = line and json.decode(line)
    if result then return result.verdict, math.max(result.solve_s, 1e-4), result.tool end
  end
  return "failed", options.time_limit, options.tool
end

local function geometric_mean(values)
  local sum = 0
  for _, value in ipairs(values) do sum = sum + math.log(value) end
  return #values > 0 and math.exp(sum / #values) or 0 / 0
end

local function run(options)
  options.peers = options.peers or os.getenv "VNNLUA_PEERS"
  options.python = os.getenv "VNNLUA_PYTHON" or "python3"
  if not options.peers then return nil, "VNNLUA_PEERS: expected the folder with solve_direct.py" end
  assert(system.make_directory(options.out))
  local speedups = { adversarial = {}, robust = {} }
  local rows, contradictions, undecided, checked, total = {}, 0, 0, 0, 0
  for _, dataset in ipairs(options.datasets) do
    for _, side in ipairs(options.sides) do
      for _, architecture in ipairs(options.architectures) do
        local depth, width = architecture:match "^(%d+)x(%d+)$"
        if not depth then return nil, ("--architectures: expected 2x32 and the like, got %s"):format(architecture) end
        local layers = {}
        for position = 1, tonumber(depth) do layers[position] = math.tointeger(tonumber(width)) end
        for number = options.first, options.first + options.seeds - 1 do
          local name, network_file, problem_file = prepare(options, dataset, side, layers, number)
          if name then
            total = total + 1
            report.progress(name)
            local result, result_file = ours(options, name, network_file, problem_file)
            local verdict, seconds, tool = theirs(options, network_file, problem_file)
            local text = output_of(options.python, options.peers .. "/check_witness.py", "--network", network_file,
              "--problem", problem_file, "--witness", result_file)
            local passes = result.verdict ~= "adversarial" or text:find('"ok": true', 1, true) ~= nil
            if not passes then contradictions = contradictions + 1 end
            if result.verdict == "adversarial" and passes then checked = checked + 1 end
            local decided = result.verdict ~= "unknown"
            if not decided then undecided = undecided + 1 end
            if decided and (verdict == "adversarial" or verdict == "robust") and verdict ~= result.verdict then
              contradictions = contradictions + 1
            end
            -- A limit of the other tool counts as the limit: the true ratio is larger.
            if speedups[result.verdict] and verdict ~= "failed" then
              table.insert(speedups[result.verdict], seconds / math.max(result.seconds, 1e-4))
            end
            rows[#rows + 1] = {
              ("%s %d %s"):format(dataset, side, architecture), number, result.verdict, result.decided_by or "",
              report.seconds(result.seconds), verdict, report.seconds(seconds), tool,
              ("%.1f"):format(seconds / math.max(result.seconds, 1e-4)),
            }
          end
        end
      end
    end
  end
  report.progress()
  print(report.table(
    { "network", "problem", "verdict", "by", "seconds", "theirs", "seconds", "tool", "ratio" }, rows))
  for _, verdict in ipairs { "adversarial", "robust" } do
    local list = speedups[verdict]
    print(("%-12s %3d problems, geometric mean of the speed-ups %.1f"):format(verdict, #list, geometric_mean(list)))
  end
  print(("undecided %d of %d; contradictions or failed rechecks %d; witnesses that passed %d"):format(
    undecided, total, contradictions, checked))
  return contradictions == 0
end

return {
  name = "decide",
  description = "Compares the portfolio with other tools' direct solves: verdicts, seconds, speed-ups.",
  options = {
    { name = "datasets", default = { "mnist" }, help = "mnist, fashion, digits" },
    { name = "sides", default = { 18, 28 }, help = "pixels along a side" },
    { name = "architectures", default = { "2x32", "2x64", "4x32", "4x64" }, help = "hidden layers x width" },
    { name = "first", default = 1, help = "first problem of the strict protocol" },
    { name = "seeds", default = 4, help = "how many problems" },
    { name = "time_limit", default = 30.0, help = "seconds per solve, for both" },
    { name = "tool", default = "gurobi-ml", choices = { "gurobi-ml", "highs", "scip" }, help = "the other tool" },
    { name = "peers", type = "string", help = "folder with solve_direct.py (default: VNNLUA_PEERS)" },
    { name = "out", default = "bench-decide", help = "folder for networks, problems and results" },
  },
  run = run,
}
