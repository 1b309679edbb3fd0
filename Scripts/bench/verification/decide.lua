--- Verdicts and times of `Scripts/experiments/decide.lua` beside the direct solve of other tools, run in turns.
local data = require "vnn.data"
local json = require "vnn.json"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

--- Runs a command line; its output, whatever it ended with.
local function output_of(...)
  local words = {}
  for position, word in ipairs { ... } do words[position] = tostring(word) end
  local text, printed = shell.output(shell.line(words) .. " 2>/dev/null")
  return text or printed
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
    local recipe = protocol.recipe(dataset)
    recipe.seed = seed
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
    problem_file, "--time-limit", options.time_limit, "--threads", options.threads, "--json", result_file)
  return assert(json.decode(assert(system.read_file(result_file)))), result_file
end

--- The other tool's verdict and seconds without building its model; HiGHS where the licence is too small.
local function theirs(options, network_file, problem_file)
  if options.tool == "none" then return "not asked", nil, "none" end
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

--- The numbers of the problems that one cell of the grid contributes: as many as asked for, beginning at another seed
--- in every cell, so that a sample meets all of them; those with a misclassified x0 are passed over.
local function chosen(options, cell, dataset, side, layers)
  local found = {}
  for step = 0, #protocol.draws - 1 do
    if #found == options.seeds then break end
    local number = (options.first - 1 + 3 * cell + step) % #protocol.draws + 1
    local name, network_file, problem_file = prepare(options, dataset, side, layers, number)
    if name then
      found[#found + 1] = { number = number, name = name, network = network_file, problem = problem_file }
    end
  end
  return found
end

local Tally = {}
Tally.__index = Tally

--- Solves one problem with both and adds a row and what it says to the sums.
function Tally:add(options, label, case)
  self.total = self.total + 1
  report.progress(case.name)
  local result, result_file = ours(options, case.name, case.network, case.problem)
  local verdict, seconds, tool = theirs(options, case.network, case.problem)
  local text = output_of(options.python, options.peers .. "/check_witness.py", "--network", case.network,
    "--problem", case.problem, "--witness", result_file)
  local is_hit = result.verdict == "adversarial" or result.verdict == "already_adversarial"
  if is_hit then
    local passes = text:find('"ok": true', 1, true) ~= nil
    self[passes and "passed" or "failed"] = self[passes and "passed" or "failed"] + 1
  end
  if result.verdict == "unknown" then self.undecided = self.undecided + 1 end
  local theirs_decided = verdict == "adversarial" or verdict == "robust"
  if not theirs_decided then self.undecided_theirs = self.undecided_theirs + 1 end
  if result.verdict ~= "unknown" and theirs_decided and is_hit ~= (verdict == "adversarial") then
    self.contradictions = self.contradictions + 1
  end
  -- A limit of the other tool counts as the limit: the true ratio is larger.
  local ratio = seconds and seconds / math.max(result.seconds, 1e-4)
  if ratio and self.ratios[result.verdict] and verdict ~= "failed" then
    table.insert(self.ratios[result.verdict], ratio)
  end
  table.insert(self.rows, {
    label, case.number, result.verdict, result.decided_by or "", report.seconds(result.seconds), verdict,
    seconds and report.seconds(seconds) or "", tool, ratio and ("%.1f"):format(ratio) or "",
  })
end

function Tally:print()
  print(report.table(
    { "network", "problem", "verdict", "by", "seconds", "theirs", "seconds", "tool", "ratio" }, self.rows))
  for _, verdict in ipairs { "adversarial", "robust" } do
    local list = self.ratios[verdict]
    if #list > 0 then
      print(("%-12s %3d problems, geometric mean of the speed-ups %.1f"):format(verdict, #list, geometric_mean(list)))
    end
  end
  print(("undecided %d of %d, the other tools %d; contradictions %d; witnesses that passed the check %d, failed %d")
    :format(self.undecided, self.total, self.undecided_theirs, self.contradictions, self.passed, self.failed))
end

local function run(options)
  options.peers = options.peers or os.getenv "VNNLUA_PEERS"
  options.python = os.getenv "VNNLUA_PYTHON" or "python3"
  if not options.peers then return nil, "VNNLUA_PEERS: expected the folder with solve_direct.py" end
  assert(system.make_directory(options.out))
  local tally = setmetatable({
    rows = {}, ratios = { adversarial = {}, robust = {} }, total = 0, undecided = 0, undecided_theirs = 0,
    contradictions = 0, passed = 0, failed = 0,
  }, Tally)
  local cell = 0
  for _, dataset in ipairs(options.datasets) do
    for _, side in ipairs(options.sides) do
      for _, architecture in ipairs(options.architectures) do
        local depth, width = architecture:match "^(%d+)x(%d+)$"
        if not depth then return nil, ("--architectures: expected 2x32 and the like, got %s"):format(architecture) end
        local layers = {}
        for position = 1, tonumber(depth) do layers[position] = math.tointeger(tonumber(width)) end
        for _, case in ipairs(chosen(options, cell, dataset, side, layers)) do
          tally:add(options, ("%s %d %s"):format(dataset, side, architecture), case)
        end
        cell = cell + 1
      end
    end
  end
  report.progress()
  tally:print()
  return tally.contradictions == 0 and tally.failed == 0
end

return {
  name = "decide",
  description = "Compares the portfolio with other tools' direct solves: verdicts, seconds, speed-ups.",
  options = {
    { name = "datasets", default = { "mnist", "fashion" }, help = "mnist, fashion, digits" },
    { name = "sides", default = { 18, 28 }, help = "pixels along a side" },
    { name = "architectures", default = { "2x32", "2x64", "4x32", "4x64" }, help = "hidden layers x width" },
    { name = "seeds", default = 10, minimum = 1, maximum = 10, help = "problems of every network; fewer are a sample" },
    { name = "first", default = 1, minimum = 1, maximum = 10, help = "where the sample begins" },
    { name = "time_limit", default = 30.0, help = "seconds per solve, for both" },
    { name = "threads", default = 1, minimum = 1, help = "threads of ours" },
    {
      name = "tool",
      default = "gurobi-ml",
      choices = { "gurobi-ml", "highs", "scip", "none" },
      help = "the other tool",
    },
    { name = "peers", type = "string", help = "folder with solve_direct.py (default: VNNLUA_PEERS)" },
    { name = "out", default = "bench-decide", help = "folder for networks, problems and results" },
  },
  run = run,
}
