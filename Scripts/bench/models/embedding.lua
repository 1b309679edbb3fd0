--- Networks as rows of a model, beside gurobi-machinelearning and PySCIPOpt-ML: how long building takes, how large the
--- model is, what its relaxation says and how long each one's own solver takes to the optimum. All read the same ONNX
--- files and take turns.
local json = require "vnn.json"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- What is embedded, all within the 2,000 variables of Gurobi's restricted licence: widths, rows of inputs, and each
--- input's range. The rows of a batch have different boxes and share a budget of all inputs, without which presolve
--- would take the model apart.
local cases = {
  { widths = { 3, 10, 1 }, rows = 1, low = -1, high = 1 },
  { widths = { 2, 32, 32, 1 }, rows = 1, low = -1, high = 1 },
  { widths = { 10, 20, 20, 1 }, rows = 1, low = -1, high = 1 },
  { widths = { 10, 50, 50, 1 }, rows = 1, low = -0.1, high = 0.1 },
  { widths = { 100, 100, 100, 100, 1 }, rows = 1, low = 0, high = 0.1 },
  { widths = { 324, 64, 64, 10 }, rows = 1, low = 0, high = 0.02 },
  { widths = { 3, 10, 1 }, rows = 80, low = -1, high = 1 },
}

local function name_of(case)
  return table.concat(case.widths, "-") .. (case.rows > 1 and (", %d rows"):format(case.rows) or "")
end

--- What is only built, by us alone: the others' licence is too small, or building takes them minutes.
local large_cases = {
  { widths = { 1000, 500, 500, 500, 1 }, rows = 1, low = 0, high = 1 },
  { widths = { 3, 10, 1 }, rows = 500, low = -1, high = 1 },
}

--- Writes a case's network and boxes.
local function prepare(case, number, options, folder)
  local stem = ("%s/%d"):format(folder, number)
  case.file, case.network_file = stem .. ".json", stem .. ".onnx"
  local network = nn.mlp(case.widths, { seed = number, initialization = "torch_default" })
  assert(network:save(case.network_file, { precision = "f32" }))
  case.network = assert(nn.load(case.network_file))
  local random, inputs = tensor.random(number), case.widths[1]
  local corner = random:uniform({ case.rows, inputs }, 0, 0.1 * (case.high - case.low))
  case.lower, case.upper = corner + case.low, corner + case.high
  case.given = {
    network = case.network_file,
    outputs = case.network.outputs,
    lower = case.lower:table(),
    upper = case.upper:table(),
    budget = case.rows > 1 and (case.lower + case.upper):sum() / 2 or nil,
    repeats = options.repeats,
  }
end

local function build(case)
  local model = milp.model "embedding"
  local x = model:variables({ case.rows, case.widths[1] }, { lower = case.lower, upper = case.upper })
  local block = model:embed(case.network, x)
  if case.given.budget then model:constrain(x:sum(), "<=", case.given.budget) end
  model:maximize(block.outputs:sum())
  return model
end

--- The model, and the median of the seconds that building takes.
local function timed_build(case, options)
  local seconds, model = {}, nil
  for repetition = 1, options.repeats do
    local start = system.clock()
    model = build(case)
    seconds[repetition] = system.clock() - start
  end
  return model, statistics.median(seconds)
end

--- Ours, with one of our solvers; the search only where `time_limit` is above 0.
local function ours(case, options, solver, time_limit)
  local model, build_s = timed_build(case, options)
  local facts = model:statistics()
  local result = {
    build_s = build_s,
    columns = facts.columns,
    choices = facts.binaries,
    rows = facts.rows,
  }
  result.root = assert(model:relaxation():solve { solver = solver }).objective
  if time_limit > 0 then
    local solution = assert(model:solve { solver = solver, time_limit_s = time_limit })
    result.objective, result.solve_s = solution.objective, solution.seconds
    result.optimal = solution.status == "optimal"
  end
  return result
end

--- Another tool's, by embedding.py.
local function theirs(case, options, tool, time_limit)
  case.given.time_limit = time_limit
  assert(system.write_file(case.file, json.encode(case.given)))
  local command = shell.line { options.python, "Scripts/bench/models/embedding.py", tool, case.file }
  local text, printed = shell.output(command .. " 2>&1")
  local line = (text or printed or ""):match "({[^\n]*})%s*$"
  if not line then return nil, (printed or text or ""):match "([^\n]*)%s*$" end
  return (assert(json.decode(line)))
end

--- One result of several rounds: medians of the seconds, everything else from the first one.
local function merged(results)
  local result = {}
  for key, value in pairs(results[1]) do result[key] = value end
  for _, key in ipairs { "build_s", "solve_s" } do
    local values = {}
    for _, each in ipairs(results) do values[#values + 1] = each[key] end
    result[key] = statistics.median(values)
  end
  return result
end

--- What the other tools do better than we on a case, in words.
local function complaints(case, own, tool, other)
  local list = {}
  local function complain(text) list[#list + 1] = ("%s: %s %s"):format(name_of(case), tool, text) end
  if other.build_s < own.build_s then complain "builds faster" end
  if other.choices < own.choices then complain "has fewer binaries" end
  if other.root < own.root - 1e-6 * math.max(1, math.abs(own.root)) then complain "has the better root bound" end
  local scale = math.max(1, math.abs(own.objective or 0))
  if own.optimal and other.optimal and math.abs(own.objective - other.objective) > 1e-4 * scale then
    complain(("has another optimum, %.9g, ours %.9g"):format(other.objective, own.objective))
  end
  return list
end

local function line_of(case, tool, result, own)
  return {
    name_of(case), tool, report.seconds(result.build_s), ("%.1f"):format(result.build_s / own.build_s), result.columns,
    result.choices, result.rows, ("%.4g"):format(result.root),
    result.objective and ("%.6g"):format(result.objective) or "-",
    result.optimal and report.seconds(result.solve_s) or "not in time",
  }
end

--- Who takes turns, in order: our solvers that are there, then the other tools.
local function contestants(options)
  local list = {}
  for _, solver in ipairs(milp.solvers()) do
    if solver.available then
      list[#list + 1] = {
        name = "vnnlua, " .. solver.name,
        is_ours = true,
        measure = function(case, limit) return ours(case, options, solver.name, limit) end,
      }
    end
  end
  for _, tool in ipairs { "gurobi-ml", "pyscipopt-ml" } do
    list[#list + 1] = { name = tool, measure = function(case, limit) return theirs(case, options, tool, limit) end }
  end
  return list
end

--- All results of a case, one list for each contestant. A search that ran into its limit is not begun again.
local function measure(case, entry, options)
  local results = case.results[entry.name] or {}
  case.results[entry.name] = results
  local is_hopeless = results[1] and not results[1].optimal
  local result, message = entry.measure(case, is_hopeless and 0 or options.time_limit)
  if result then results[#results + 1] = result else entry.message = message end
end

local function run(options)
  local folder <close> = assert(system.temporary_folder())
  tensor.threads(1)
  local entries = contestants(options)
  for number, case in ipairs(cases) do prepare(case, number, options, folder.path) end
  for number, case in ipairs(large_cases) do prepare(case, #cases + number, options, folder.path) end
  for round = 1, options.rounds do
    for _, case in ipairs(cases) do
      report.progress(("round %d, %s"):format(round, name_of(case)))
      case.results = case.results or {}
      for _, entry in ipairs(entries) do measure(case, entry, options) end
    end
  end
  report.progress()
  local lines, all, failed = {}, {}, false
  for _, case in ipairs(cases) do
    local own = merged(case.results[entries[1].name])
    for _, entry in ipairs(entries) do
      local results = case.results[entry.name]
      if #results > 0 then
        local result = merged(results)
        lines[#lines + 1] = line_of(case, entry.name, result, own)
        if not entry.is_ours then table.move(complaints(case, own, entry.name, result), 1, 9, #all + 1, all) end
      end
    end
  end
  print(("%s; one thread; medians of %d builds in each of %d rounds in turn; at most %g s per solve\n"):format(
    origin.processor(), options.repeats, options.rounds, options.time_limit))
  print(report.table(
    { "network", "tool", "build", "ratio", "columns", "binaries", "rows", "root bound", "best", "to the optimum" },
    lines))
  print "\nbinaries counts Gurobi's maxima and SCIP's SOS1 pairs too: what a search branches on. The root bound is that"
  print "of the linear relaxation: ours as it is, theirs after presolve, without cuts. best is the last point's value."
  for _, case in ipairs(large_cases) do
    local model, build_s = timed_build(case, options)
    print(("%s: built in %s, %d binaries"):format(name_of(case), report.seconds(build_s), model:statistics().binaries))
  end
  for _, entry in ipairs(entries) do
    if entry.message then print(("%s did not run: %s"):format(entry.name, entry.message)) end
    failed = failed or entry.message ~= nil
  end
  for _, text in ipairs(all) do print(text) end
  return #all == 0 and not failed
end

return {
  name = "embedding",
  description = "Embeds networks in turn with gurobi-machinelearning and PySCIPOpt-ML: build, size, bound, optimum.",
  options = {
    { name = "rounds", default = 3, minimum = 1, help = "how often all take turns" },
    { name = "repeats", default = 5, minimum = 1, help = "builds in a round" },
    { name = "time_limit", default = 20.0, help = "seconds per solve, for all" },
    { name = "python", default = os.getenv "VNNLUA_PYTHON" or "python3", help = "a Python with the other tools" },
  },
  run = run,
}
