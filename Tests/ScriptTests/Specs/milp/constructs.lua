-- Semicontinuous variables, special ordered sets and indicators: models that others have published with their answers,
-- by every solver that is here.
local checks = require "support.checks"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local solvers = require "support.solvers"
local surrogate = require "vnn.surrogate"
local check = checks.check

local function near(a, b, tolerance) check(math.abs(a - b) <= tolerance, ("%s and %s"):format(a, b)) end

--- Every solver finds this objective (nil: there is no point), at a point that satisfies the model.
local function expect(model, objective, values)
  for _, name in ipairs(solvers) do
    local solution = assert(model:solve { solver = name })
    check(solution.status == (objective and "optimal" or "infeasible"), ("%s: %s"):format(name, solution))
    if objective then
      near(solution.objective, objective, 1e-6)
      check(model:violation(solution:point()).largest <= 1e-6, name)
      if values then
        for position, value in ipairs(values) do near(solution:point()[position], value, 1e-6) end
      end
    end
  end
end

-- MathOptInterface, test_linear_SOS1_integration.
do
  local model = milp.model()
  local x = model:variables(3, { upper = { 1, 1, 2 } })
  local first, second = model:sos1 { x[1], x[2] }, model:sos1 { x[1], x[3] }
  model:maximize(2 * x[1] + x[2] + x[3])
  expect(model, 3, { 0, 1, 2 })
  check(#model:all_constructs() == 2 and model:all_constructs()[2] == second)
  model:remove { first, second }
  expect(model, 5, { 1, 1, 2 })
end

-- MathOptInterface, test_linear_SOS2_integration: weights that do not rise.
for _, kind in ipairs { "binary", "continuous" } do
  local model = milp.model()
  local x = model:variables(8, { kind = kind, upper = kind == "binary" and 1 or 2 })
  local y = model:variables(2)
  model:constrain(x:slice(1, 1, 3):dot { 1, 2, 3 }, "==", y[1])
  model:constrain(x:slice(1, 4, 8):dot { 5, 4, 7, 2, 1 }, "==", y[2])
  model:sos1(x:slice(1, 1, 3), { weights = { 1, 2, 3 } })
  model:sos2(x:slice(1, 4, 8), { weights = { 5, 4, 7, 2, 1 } })
  model:maximize(y:sum())
  local scale = kind == "binary" and 1 or 2
  local values = {}
  for position, value in ipairs { 0, 0, 1, 1, 0, 1, 0, 0, 3, 12 } do values[position] = scale * value end
  expect(model, 15 * scale, values)
end

-- MathOptInterface, test_linear_Indicator_ON_ONE and test_linear_Indicator_ON_ZERO.
for value = 0, 1 do
  local model = milp.model()
  local x, z = model:variables(2, { upper = 10 }), model:variables(2, { kind = "binary" })
  model:indicator(z[1], value, x[2], "<=", 8)
  model:indicator(z[2], 1, 0.2 * x[1] + x[2], "<=", 9)
  model:constrain(x[1] + x[2], "<=", 10)
  if value == 1 then
    model:constrain(z[1] + z[2], ">=", 1)
    model:maximize(2 * x[1] + 3 * x[2] - 30 * z[2])
    expect(model, 28, { 2, 8, 1, 0 })
  else
    model:constrain((1 - z[1]) + z[2], ">=", 1)
    model:maximize(2 * x[1] + 3 * x[2])
    expect(model, 28.75, { 1.25, 8.75, 1, 1 })
  end
end

-- MathOptInterface, test_linear_Semicontinuous_integration and test_linear_Semiinteger_integration.
for kind, at in pairs { semicontinuous = 2.5, semiinteger = 3 } do
  local model = milp.model()
  local x, y = model:variable { kind = kind, lower = 2, upper = 3 }, model:variable {}
  model:constrain(x - y, ">=", 0)
  model:minimize(x)
  for _, case in ipairs { { 0, 0 }, { 1, 2 }, { 2, 2 }, { 2.5, at }, { 3, 3 }, { 4 } } do
    model:set_bounds(y, case[1], case[1])
    expect(model, case[2])
  end
  check(model:kind(x) == kind and model:statistics()[kind == "semiinteger" and "semiintegers" or kind] == 1)
  local lower, upper = model:bounds(x)
  check(lower == 2 and upper == 3 and model:range(x) == 0)
end

-- python-mip issue 102: the square of 346, which is one of the points.
do
  local model = milp.model()
  local points = {}
  for k = 0, 11 do points[k + 1] = 74 + 34 * k end
  local squares = {}
  for k, point in ipairs(points) do squares[k] = point * point end
  local share = model:variables(12, { upper = 1 })
  model:constrain(share:sum(), "==", 1)
  model:constrain(milp.dot(points, share), "==", 346)
  model:sos2(share)
  model:maximize(milp.dot(squares, share))
  expect(model, 346 * 346)
end

-- Pyomo issue 3203, examples/pyomo/piecewise/points.py.
do
  local model = milp.model()
  local share = model:variables(4, { upper = 1 })
  model:constrain(share:sum(), "==", 1)
  model:sos2(share)
  local x, y = milp.dot({ 0, 1.5, 3, 5 }, share), milp.dot({ 1.1, -1.1, 2, 1.1 }, share)
  model:minimize(y)
  expect(model, -1.1)
  model:constrain(x, "==", 4)
  expect(model, 1.55)
end

-- CoinMP issue 9: a variable of a set that costs nothing.
for _, cost in ipairs { 1, 0 } do
  for _, set in ipairs { "sos1", "sos2" } do
    local model = milp.model()
    local c = model:variables(4, { upper = { 10, 25, 25, 35 } })
    model:constrain(c:sum(), ">=", 35)
    model[set](model, c)
    model:minimize(milp.dot({ cost, 5, 5, 10 }, c))
    expect(model, set == "sos1" and 350 or 10 * cost + 125)
  end
end

-- JuMP issue 195: integers without bounds in a set. Without one they have no exact form, with one they have.
do
  local model = milp.model()
  local d, f = model:variables(3, { kind = "integer" }), model:variables(3, { kind = "integer", prefix = "left" })
  for k, amount in ipairs { 17, 55, 6 } do
    model:constrain(amount + 2 * d[k] - d:sum(), "==", f[k])
  end
  local set = model:sos1(f)
  model:minimize(d:sum())
  for _, name in ipairs(solvers) do
    if not milp.capabilities(name).constructs.sos1 then
      local solution, message = model:solve { solver = name }
      check(solution == nil and message:find "left1 without an upper bound", message)
    end
  end
  model:set_bounds(f, 0, 200)
  -- Goats and wolves come in pairs to be eaten: 72 of them are 36 lions, after 19 lions were.
  expect(model, 55)
  check(model:text(set) == "sos1_1: sos1(left1: 1.0, left2: 2.0, left3: 3.0)", model:text(set))
end

-- HiGHS issue 1258: bounds that exclude each other leave 0.
do
  local model = milp.model()
  local x = model:variable { kind = "semicontinuous", lower = 0.0125, upper = 0.00668 }
  model:maximize(x)
  expect(model, 0)
end

-- HiGHS issue 3034: a row beside a condition that cannot hold, with ranges of 1e8 around it.
do
  local model = milp.model()
  local a, b = model:variable { upper = 1e8 }, model:variable { upper = 1e8 }
  local choose = model:variables(2, { kind = "binary" })
  model:constrain(a - b, "==", 193200)
  model:indicator(choose[1], 1, a - b, "<=", 193000)
  model:indicator(choose[2], 1, 0, ">=", 1)
  model:constrain(choose:sum(), "==", 1)
  expect(model, nil)
end

-- microlp issue 7 and discopt issue 1380: rows that a large M makes too weak to matter.
do
  local model = milp.model()
  local x, b = model:variable { upper = 1e6 }, model:variable { kind = "binary" }
  model:constrain(x, ">=", 1)
  model:indicator(b, 0, x, "<=", 10)
  model:indicator(b, 1, x, ">=", 10)
  model:minimize(x - b)
  expect(model, 1, { 1, 0 })
  local switch = milp.model()
  local y, z = switch:variable { upper = 1e7 }, switch:variable { kind = "binary" }
  switch:constrain(y, "<=", 10)
  switch:indicator(z, 0, y, "<=", 0)
  switch:minimize(3 * z - y)
  expect(switch, -7, { 10, 1 })
end

-- What callbacks, copies and statistics make of them.
do
  local model = milp.model "batches"
  local x = model:variables(3, { kind = "semicontinuous", lower = 2, upper = 6, prefix = "batch" })
  local on = model:variable { kind = "binary", name = "on" }
  model:sos2(x, { name = "line" })
  local rule = model:indicator(on, 1, x:sum(), "<=", 7.5)
  model:constrain(x[1] + x[3], ">=", 1)
  model:maximize(x:dot { 3, 1, 2 } + 4 * on)
  local counts = "4 variables (1 binary, 3 semicontinuous), 1 rows, 2 entries, 1 sos2, 1 indicators"
  check(tostring(model):find(counts, 1, true), tostring(model))
  check(tostring(rule) == "Construct(indicator)" and model:name_of(rule) == "indicator_2")
  check(model:text(rule) == "indicator_2: on == 1 -> batch1 + batch2 + batch3 <= 7.5", model:text(rule))
  local seen = 0
  for _, name in ipairs(solvers) do
    local solution = model:solve {
      solver = name,
      on_incumbent = function(event)
        seen = seen + 1
        check(#event:point() == 4 and model:violation(event:point()).largest <= 1e-6)
      end,
    }
    near(solution.objective, 24, 1e-6)
    check(#solution:point() == 4 and solution.row_duals == nil)
  end
  check(seen >= #solvers)
  check(model:violation({ 1, 0, 0, 0 }).constructs == 0.5 and model:violation({ 6, 6, 0, 1 }).constructs == 4.5 / 7.5)
  local copy = model:copy()
  copy:remove(rule)
  expect(copy, 28)
  check(not pcall(copy.remove, copy, rule) and #model:all_constructs() == 2)
  check(not pcall(model.sos1, model, { x[1], x[1] }) and not pcall(model.sos1, model, x, { weights = { 1, 2 } }))
  check(not pcall(model.indicator, model, x[1], 1, x[2], "<=", 1))
  check(model:relaxation():solve().objective == 3 * 6 + 6 + 2 * 6 + 4)
end

-- A network whose inputs are bound by them: what it says at 0 counts as well, and Algorithm 1 stays within them.
for seed = 1, 3 do
  local model = milp.model()
  local network = nn.mlp({ 3, 8, 1 }, { seed = seed })
  local x = model:variables(3, { kind = "semicontinuous", lower = 0.5, upper = 1 })
  local on = model:variable { kind = "binary" }
  local block = model:embed(network, x)
  model:sos2(x)
  model:indicator(on, 1, x[1] + x[3], "<=", 0.75)
  model:maximize(block.outputs[1] + 0.05 * on)
  local greatest = -math.huge
  local function try(a, b, c)
    local value = network:forward({ a, b, c })[1]
    if a + c <= 0.75 then value = value + 0.05 end
    greatest = math.max(greatest, value)
  end
  for first = 0, 1, 0.5 do
    for second = 0, 1, 0.5 do
      try(first, second, 0)
      try(0, second, first)
    end
  end
  for _, name in ipairs(solvers) do
    local solution = model:solve { solver = name }
    check(solution.status == "optimal" and solution.objective >= greatest - 1e-6, ("%s: %s"):format(name, solution))
    check(block:error(solution) < 1e-6 and model:violation(solution:point()).largest <= 1e-6)
    local found = surrogate.optimize(model, { solver = name, time_limit_s = 10, seed = seed })
    check(found.status == "optimal", found.status)
    near(found.objective, solution.objective, 1e-6)
    check(model:violation(found.solution:point()).largest <= 1e-6)
  end
end

-- "best" takes what can do it, and says which.
do
  local model = milp.model()
  local x = model:variables(3, { kind = "integer", upper = 3 })
  model:constrain(x:dot { 2, 3, 5 }, "<=", 9)
  model:maximize(x:dot { 3, 4, 7 })
  local plain = model:solve { solver = "best" }
  local shown = model:solve { solver = "best", on_relaxation = function() end }
  near(plain.objective, shown.objective, 1e-9)
  check(milp.capabilities(shown.solver).events.relaxation)
  check(milp.capabilities("best").answers.lazy_rows and not pcall(model.solve, model, {
    solver = "best", options = { mir_cuts = "on" } }))
  for _, solver in ipairs(milp.solvers()) do check(solver.available or #solver.reason > 0) end
end

checks.finish()
