--- vnn.milp: building, changing, solving, files, and everything that a script must not be able to break.
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local knapsack = require "support.knapsack"
local solvers = require "support.solvers"
local check, near, refuses = checks.check, checks.near, checks.refuses
check(solvers[1] == "glpk" and milp.solvers()[1].version:match "^%d+%.%d+")
local inf, nan = math.huge, 0 / 0

-- Arrays have the shape of a tensor and are taken apart like one.
do
  local model = milp.model "arrays"
  local x = model:variables({ 2, 3 }, { upper = 1, prefix = "x" })
  check(tostring(x) == "Variables(2x3)" and x.count == 6 and #x == 2 and x.shape[2] == 3)
  check(x[2][3] == x:at(2, 3) and x:flatten()[6] == x:at(2, 3) and x:reshape(3, 2):at(3, 2) == x:at(2, 3))
  check(#x:select(2, 1) == 2 and x:select(2, 1)[2] == x:at(2, 1))
  local seen = 0
  for i, row in ipairs(x) do
    for j, variable in pairs(row) do
      check(variable == x:at(i, j))
      seen = seen + 1
    end
  end
  check(seen == 6)
  check(model:name_of(x:at(2, 1)) == "x4" and model:find_variable "x4" == x:at(2, 1) and not model:find_variable "y")
  refuses({ "expected a position from 1 to 2, got 4" }, function() return x[4] end)
  refuses({ "2 positions" }, x.at, x, 1)
  refuses({ "do not fill" }, x.reshape, x, 4)
  -- Bounds per variable, in a tensor.
  local y = model:variables(2, { kind = "integer", lower = { -1, 0 }, upper = tensor.from { 4, 5 } })
  local lower, upper = model:bounds(y)
  check(lower[1] == -1 and upper[2] == 5)
  check(select(2, model:bounds(y[1])) == 4)
end

-- Expressions, every row form, duals and reduced costs: max 3x + 2y + 1, x + y <= 4, x + 3y <= 6.5, x <= 3.
for _, solver in ipairs(solvers) do
  local model = milp.model "diet"
  local x, y = model:variable { name = "x", upper = 3 }, model:variable { name = "y" }
  local first = model:constrain(x + y, "<=", 4, "first")
  local second = model:constrain(6.5 - x, ">=", y * 3)
  model:maximize(3 * x - (-y) * 2 + 1)
  local solution = model:solve { solver = solver }
  check(solution.status == "optimal" and near(solution.objective, 12) and near(solution.bound, 12), tostring(solution))
  check(near(solution:value(x), 3) and near(solution:value(2 * x - y + 1), 6) and solution.gap == 0)
  -- Moving everything to the left made the second row -x - 3y >= -6.5.
  check(near(solution:dual(first), 2) and near(solution:dual(second), 0) and near(solution:reduced_cost(x), 1))
  check(near(solution:duals({ first, second })[1], 2) and solution.row_duals.count == 2)
  check(solution.solver == solver and solution.seconds > 0 and solution.processor_seconds >= 0)
  check(#solution.incumbents == 1 and solution.incumbents[1].objective == solution.objective)

  -- Everything may change between solves.
  model:set_row_bounds(first, -inf, 3.5)
  check(near(model:solve({ solver = solver }).objective, 11))
  model:set_coefficient(first, y, 2)
  check(near(model:solve({ solver = solver }).objective, 10.5))
  model:set_bounds(x, 0, 1)
  model:set_objective_coefficient(y, 0)
  check(near(model:solve({ solver = solver }).objective, 4))
  model:fix(x, 0.5)
  check(near(model:solve({ solver = solver }).objective, 2.5))
  model:unfix(x)
  local copy = model:copy "other"
  copy:minimize(x + y)
  check(copy.sense == "minimize" and model.sense == "maximize" and copy.name == "other")
  check(near(copy:solve({ solver = solver }).objective, 0) and near(model:solve({ solver = solver }).objective, 4))
  model:truncate_rows(1)
  check(model.rows == 1 and model:row_bounds(first) == -inf)
  local range = model:constrain_range(x - y, -1, 1, "range")
  check(model:name_of(range) == "range" and model:find_constraint "range" == range)
end

-- Expressions keep their value whatever is made of them, short or long.
do
  local model = milp.model "expressions"
  local x = model:variables(3, { prefix = "x" })
  local sum = 2 * x[1] + x[2] - 3
  local other = sum - sum / 2 + 0 * x[3]
  check(sum.count == 2 and sum.constant == -3 and other.count == 5 and other.constant == -1.5)
  check(rawequal(sum:add_(x[3], -4), sum) and sum.count == 3)
  sum:add_(sum)
  check(sum.count == 6 and sum.constant == -6 and other.count == 5, "only what grows changes")
  check((-sum).constant == 6 and (1 - x[1]).constant == 1 and (x[1] - x[2] * 2).count == 2)
  local long = 0 * x[1]
  for i = 1, 1000 do long = long + i * x[i % 3 + 1] end
  check(long.count == 1001 and #model:terms(long) == 1001)
  check(model:activity(model:constrain(long, "==", long - x[1]), { 1, 1, 1 }) == 1)
  check(x[1] == x[1] and x[1] ~= x[2] and x[2].index == 2 and tostring(x[3]) == "Variable(3)")
  for round = 1, 20 do long = round % 2 == 0 and long + long or long - 0 * x[1] end
  check(long.count > 500000)
end

-- Rows in bulk: a layer of a network in one call, dense and sparse, against one row at a time.
do
  local W = tensor.from { { 1, -2, 0 }, { 0, 0.5, 3 } }
  local b = { 0.5, -1 }
  local function make(add)
    local model = milp.model "layer"
    local x = model:variables(3, { lower = -1, upper = 1 })
    local y = model:variables(2, { lower = -10, upper = 10 })
    add(model, x, y)
    model:maximize(y:sum() + milp.dot({ 0.25, 0, 0 }, x))
    return model
  end
  local models = {
    make(function(model, x, y)
      for i = 1, 2 do model:constrain(W[i][1] * x[1] + W[i][2] * x[2] + W[i][3] * x[3] + b[i], "==", y[i]) end
    end),
    make(function(model, x, y)
      local rows = model:add_rows({ { W, x }, { -1, y } }, "==", { -b[1], -b[2] }, "layer")
      check(#rows == 2 and rows.count == 2 and model:name_of(rows[2]) == "layer2" and rows[3] == nil)
    end),
    make(function(model, x, y)
      local sparse = { starts = { 1, 3, 5 }, positions = { 1, 2, 2, 3 }, values = tensor.from { 1, -2, 0.5, 3 } }
      model:add_range_rows({ { sparse, x }, { -1, y } }, { -b[1], -b[2] }, { -b[1], -b[2] })
    end),
  }
  for i = 1, 3 do check(near(models[i]:solve().objective, 5.25) and models[i].entries == 6, tostring(models[i])) end
  local model, x = models[2], models[2]:all_variables():reshape { 5 }
  local before = tostring(model)
  refuses({ "equal height" }, model.add_rows, model, { { W, { x[1], x[2], x[3] } }, { 1, { x[1] } } }, "<=", 1)
  refuses({ "one column for each of 2" }, model.add_rows, model, { { tensor.ones { 3 }, { x[1], x[2] } } }, "<=", 1)
  refuses({ "positions up to 2" }, model.add_rows, model,
    { { { starts = { 1, 2 }, positions = { 3 }, values = { 1 } }, { x[1], x[2] } } }, "<=", 1)
  refuses({ "starts" }, model.add_rows, model,
    { { { starts = { 1, 9 }, positions = { 1 }, values = { 1 } }, { x[1] } } }, "<=", 1)
  refuses({ "whole numbers" }, model.add_rows, model,
    { { { starts = { 1, 2.5 }, positions = { 1 }, values = { 1 } }, { x[1] } } }, "<=", 1)
  refuses({ "finite coefficient" }, model.add_rows, model, { { tensor.from { 1, nan }, { x[1], x[2] } } }, "<=", 1)
  refuses({ "upper bounds" }, model.add_rows, model, { { W, { x[1], x[2], x[3] } } }, "<=", { 1, 2, 3 })
  refuses({ "block" }, model.add_rows, model, { W }, "<=", 1)
  check(tostring(model) == before, "a refused call adds nothing")
end

-- Implications, absolute values and budgets.
for _, solver in ipairs(solvers) do
  local model = milp.model "logic"
  local x = model:variable { lower = -5, upper = 3 }
  local z = model:variable { kind = "binary" }
  local rows = model:imply(z, 1, x, "<=", -2, "if")
  check(#rows == 1 and model:name_of(rows[1]) == "if")
  model:maximize(x + 4 * z)
  check(near(model:solve({ solver = solver }).objective, 3))
  model:maximize(x + 6 * z)
  check(near(model:solve({ solver = solver }).objective, 4))
  local absolute = model:absolute(2 * x + 1, { exact = true })
  model:maximize(absolute)
  check(near(model:solve({ solver = solver }).objective, 9))
  local low, high = model:range(2 * x + z)
  check(near(low, -10) and near(high, 7))

  local ball = milp.model "ball"
  local y = ball:variables(4, { upper = 1 })
  ball:limit_l1(y, 0.5, 0.75)
  ball:maximize(y:dot { 3, -2, 1, 0 })
  check(near(ball:solve({ solver = solver }).objective, 1 + 1.5 + 0.5))
  ball:limit_linf(y, tensor.from { 0.5, 0.5, 0.5, 0.5 }, 0.3)
  check(near(ball:solve({ solver = solver }).objective, 1 + 0.9 + 0.6 + 0.15))
end
refuses({ "imply", "without an upper bound" }, function()
  local model = milp.model()
  local free, z = model:variable { name = "free" }, model:variable { kind = "binary" }
  model:imply(z, 1, free, "<=", 1)
end)

-- Options, warm starts, statistics.
for _, solver in ipairs(solvers) do
  local model, take = knapsack(25)
  local best = model:solve { solver = solver, threads = 1, seed = 1, presolve = false, log = false, gap_relative = 0 }
  check(best.status == "optimal" and best.nodes > 0)
  check(model:violation(best:point()).largest <= 1e-6 and near(model:objective_value(best:point()), best.objective))
  local warm = model:solve { solver = solver, start = best }
  check(warm.start_used == true and near(warm.objective, best.objective))
  -- Where no time is left for anything else, the start is the best point.
  for _, limits in ipairs { { time_limit_s = 0 }, { node_limit = 0 } } do
    limits.solver, limits.start = solver, best
    warm = model:solve(limits)
    check(warm.has_point and near(warm.objective, best.objective), solver)
  end
  warm = model:solve { solver = solver, start = { variables = { take[1], take[2] }, values = 0 } }
  check(warm.start_used == true and near(warm.objective, best.objective))
  check(model:solve({ solver = solver, start = tensor.ones { 25 } }).start_used == false)
  check(model:solve({ solver = solver, start = { variables = take, values = 1 } }).start_used == false)
  check(model:solve({ solver = solver, node_limit = 1 }).nodes <= 3)
  check(model:solve({ solver = solver, time_limit_s = 0 }).status == "limit")
  check(model:solve({ solver = solver, objective_stop = 0 }).status == "feasible")
  refuses({ "no option nonsense" }, model.solve, model, { solver = solver, options = { nonsense = 1 } })
  refuses({ "time limit", "-1" }, model.solve, model, { solver = solver, time_limit_s = -1 })
  refuses({ "start point", "25 numbers, got 1" }, model.solve, model, { solver = solver, start = { 1 } })
  refuses({ "partial point", "another model" }, model.solve, model,
    { solver = solver, start = { variables = select(2, knapsack(3)), values = 1 } })
end
do
  local model = knapsack(3)
  local statistics = model:statistics()
  check(statistics.binaries == 3 and statistics.rows == 1 and statistics.entries == 3 and #statistics.warnings == 0)
  check(statistics.largest_coefficient == 24 and statistics.smallest_coefficient == 10)
  check(tostring(model) == "Model(knapsack: 3 variables (3 binary), 1 rows, 3 entries, maximize)", tostring(model))
  check(model:relaxation():solve().status == "optimal" and model:relaxation():statistics().continuous == 3)
  model:constrain(1e12 * model:all_variables()[1], "<=", 1e13, "huge")
  check(model:solve().warnings[1]:find "huge" and model:statistics().warnings[1]:find "huge")
  refuses({ "unknown option 'time_limit'", "time_limit_s" }, model.solve, model, { time_limit = 1 })
  refuses({ "cplex", "glpk" }, model.solve, model, { solver = "cplex" })
end

-- Coefficients that are lost beside others: left out where they cannot matter, refused where they may.
for _, solver in ipairs(solvers) do
  local model = milp.model "tiny"
  local x, y = model:variable { upper = 1 }, model:variable { upper = 1 }
  model:constrain(x + 1e-43 * y, "==", 0.5)
  model:maximize(x + y)
  local solution = model:solve { solver = solver }
  check(near(solution.objective, 1.5) and solution.warnings[1]:find "negligible")
  model:set_bounds(y, 0, inf)
  local refused, message = model:solve { solver = solver }
  check(not refused)
  for _, part in ipairs { "row r1", "1e-43", "x2", "inf" } do check(message:find(part, 1, true), message) end
  -- Where the rows bound the variable, that is enough.
  model:constrain(2 * y - x, "<=", 4)
  check(near(model:solve({ solver = solver }).objective, 2.75))
end

-- Files, read back and solved by every solver; a file that is cut is refused with its line.
do
  local folder = os.tmpname()
  os.remove(folder)
  for _, ending in ipairs { ".mps", ".lp" } do
    local path = folder .. ending
    local model = knapsack(12)
    model:constrain_range(model:all_variables():sum(), 2, 7.5, "count")
    model:maximize(milp.dot({ 5, 3, 8, 1, 9, 2, 7, 4, 6, 5, 3, 2 }, model:all_variables()) - 100)
    check(model:write(path) == true)
    local read = assert(milp.read(path))
    check(read.columns == 12 and read:find_variable "take12")
    for _, solver in ipairs(solvers) do
      check(near(read:solve({ solver = solver }).objective, model:solve().objective))
    end
    local file = assert(io.open(path))
    local text = file:read "a"
    file:close()
    for _, part in ipairs { 0.1, 0.4, 0.7, 0.95 } do
      file = assert(io.open(path, "w"))
      file:write(text:sub(1, math.floor(#text * part)))
      file:close()
      local nothing, message = milp.read(path)
      check(nothing == nil and message:find(path, 1, true), message)
    end
    os.remove(path)
  end
  local nothing, message = milp.read "/no/such/file.mps"
  check(nothing == nil and message:find "No such file")
  nothing, message = knapsack(3):write "/no/such/folder/file.lp"
  check(nothing == nil and message:find "folder")
end

-- What must not be: each an error on this file's own line.
do
  local model, other = milp.model "one", milp.model "two"
  local x, foreign = model:variable { kind = "integer", upper = 4 }, other:variable()
  local row = model:constrain(x, "<=", 3)
  local foreign_row = other:constrain(foreign, "<=", 3)
  local cases = {
    { { "finite coefficient", "nan" }, function() model:constrain(nan * x, "<=", 1) end },
    { { "finite coefficient", "inf" }, function() model:constrain(inf * x, "<=", 1) end },
    { { "finite" }, function() model:constrain(x, "<=", nan) end },
    { { "another model" }, function() model:constrain(foreign, "<=", 1) end },
    { { "another model" }, function() model:minimize(x + foreign) end },
    { { "another model" }, function() model:fix(foreign, 1) end },
    { { "another model" }, function() model:set_row_bounds(foreign_row, 0, 1) end },
    { { "another model" }, function() model:solve():value(foreign) end },
    { { "another model" }, function() model:relaxation():solve():dual(foreign_row) end },
    { { "whole numbers", "0.5" }, function() model:variable { kind = "integer", lower = 0.5 } end },
    { { "whole numbers", "2.5" }, function() model:set_bounds(x, 0, 2.5) end },
    { { "0 or 1" }, function() model:variable { kind = "binary", upper = 3 } end },
    { { "whole number", "1.5" }, function() model:fix(x, 1.5) end },
    { { "within its bounds", "9" }, function() model:fix(x, 9) end },
    { { "products of variables are not linear" }, function() return x * x end },
    { { "constrain(left" }, function() return x <= 3 end },
    { { "\"<=\", \"==\" or \">=\"", "<>" }, function() model:constrain(x, "<>", 1) end },
    { { "a strict inequality", "write \"<=\"", "x <= 2" }, function() model:constrain(x, "<", 3) end },
    { { "a strict inequality", "write \">=\"", "x >= 4" }, function() model:constrain(x, ">", 3) end },
    { { "a strict inequality" }, function() model:add_rows({ { 1, { x } } }, "<", 3) end },
    { { "an expression, a variable or a number" }, function() model:constrain("x", "<=", 1) end },
    { { "kind", "boolean", "binary" }, function() model:variable { kind = "boolean" } end },
    { { "uper", "upper" }, function() model:variable { uper = 3 } end },
    { { "3 numbers do not match 1 variables" }, function() milp.dot({ 1, 2, 3 }, { x }) end },
    { { "count from 0" }, function() model:variables(1e9) end },
    { { "count", "3" }, function() model:truncate_rows(3) end },
    { { "violation", "1 numbers, got 2" }, function() model:violation { 1, 2 } end },
  }
  for i, case in ipairs(cases) do
    local message = refuses(case[1], case[2])
    check(message:find "milp.lua:%d+:", ("case %d: %s"):format(i, message))
  end
  check(model.rows == 1 and model:row_bounds(row) == -inf)
  check(model:solve().status == "optimal")
end

-- Random misuse: whatever a script does, it gets an error or an answer, and the process lives.
do
  math.randomseed(20250711)
  local function pick(list) return list[math.random(#list)] end
  local numbers = { nan, inf, -inf, 0, 1, -1, 2, 3, 0.5, 1e308, -1e308, 1e-308, 5e-324, 2 ^ 53, 1e-12, 7 }
  local relations = { "<=", "==", ">=", "<", "=", "x" }
  local model, other, objects
  local function renew()
    model, other = milp.model "fuzz", milp.model "other"
    local vector, matrix = tensor.from { 1, 2 }, tensor.from { { 1, 0 }, { 0, nan } }
    objects = { model, other, vector, matrix, print, coroutine.create(print), {} }
    objects[#objects + 1] = model:variables(2, { kind = "integer", lower = -3, upper = 3 })
    objects[#objects + 1] = model:variable { kind = "binary" }
    objects[#objects + 1] = other:variable { upper = 2 }
  end
  local function value(depth)
    local choice = math.random(depth > 0 and 8 or 6)
    if choice <= 2 then return pick(numbers) end
    if choice <= 4 then return pick(objects) end
    if choice == 5 then return pick(relations) end
    if choice == 6 then return nil end
    local list = {}
    for i = 1, math.random(0, 3) do list[i] = value(depth - 1) end
    local key = pick { "lower", "upper", "kind", "variables", "values", "starts" }
    if math.random(3) == 1 then list[key] = value(0) end
    return list
  end
  local names = {
    "variable", "variables", "constrain", "constrain_range", "add_rows", "add_range_rows", "minimize", "maximize",
    "imply", "absolute", "limit_l1", "limit_linf", "fix", "unfix", "bounds", "set_bounds", "row_bounds",
    "set_row_bounds", "set_coefficient", "set_objective_coefficient", "truncate_rows", "copy", "relaxation",
    "statistics", "violation", "objective_value", "activity", "all_variables", "all_constraints", "find_variable",
    "find_constraint", "name_of", "range", "at", "sum", "dot", "reshape", "select", "values", "value", "dual", "point",
  }
  local keys = {
    "time_limit_s", "node_limit", "gap_relative", "gap_absolute", "objective_stop", "bound_stop", "threads", "seed",
    "presolve", "start", "options",
  }
  local function answer()
    local choice = math.random(4)
    if choice == 1 then return nil end
    if choice == 2 then return pick { "stop", "halt", 1, true } end
    local row = { value(1), pick(relations), value(0) }
    return {
      stop = math.random(9) == 1 or nil,
      submit = math.random(2) == 1 and value(1) or nil,
      lazy_rows = math.random(3) == 1 and { row } or nil,
      cuts = math.random(3) == 1 and { row, value(1) } or nil,
      branch = math.random(3) == 1 and value(0) or nil,
      first = math.random(3) == 1 and pick { "up", "down", "left" } or nil,
    }
  end
  local outcomes = { [true] = 0, [false] = 0 }
  for round = 1, 300 do
    renew()
    for _ = 1, 40 do
      local object = pick(objects)
      local ok, result = pcall(function()
        local method = object[pick(names)]
        return method(object, value(2), value(1), value(1), value(1), value(0))
      end)
      outcomes[ok] = outcomes[ok] + 1
      if ok and type(result) == "userdata" then objects[#objects + 1] = result end
      ok, result = pcall(function() return pick(objects) * pick(numbers) + pick(objects) end)
      if ok then objects[#objects + 1] = result end
    end
    local solver = solvers[round % #solvers + 1]
    local can = milp.capabilities(solver)
    local handlers = { time_limit_s = 0.05, solver = solver, node_limit = 200 }
    if math.random(2) == 1 then
      handlers.answers = {}
      for name in pairs(can.answers) do table.insert(handlers.answers, name) end
    end
    for _, name in ipairs { "on_incumbent", "on_relaxation", "on_progress" } do
      if math.random(2) == 1 and (can.events[name:sub(4)] or math.random(9) == 1) then
        handlers[name] = function(event)
          pcall(function() objects[#objects + 1] = event end)
          pcall(event.values, event, value(1))
          pcall(model.solve, model)
          return answer()
        end
      end
    end
    if math.random(4) == 1 then handlers[pick(keys)] = value(1) end
    local ok, solution = pcall(model.solve, model, handlers)
    outcomes[ok] = outcomes[ok] + 1
    if ok and solution then
      check(solution.status)
      objects[#objects + 1] = solution
    end
  end
  check(outcomes[true] > 300 and outcomes[false] > 300, "the fuzzing should do both: work and fail")
  for _, solver in ipairs(solvers) do check(knapsack(15):solve({ solver = solver }).status == "optimal") end
end

checks.finish()
