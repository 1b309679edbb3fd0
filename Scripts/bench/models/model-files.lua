--- The Lua side of model-files: what vnnlua says of files, random models in files, and times; a line of JSON each.
local json = require "vnn.json"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local function emit(row) print(json.encode(row)) end

local solvers = {}
for _, facts in ipairs(milp.solvers()) do
  if facts.available then solvers[facts.name] = true end
end

local function solve(model, solver)
  local status, objective = "other", nil
  -- Constructs of variables without bounds are not for every solver.
  for _, name in ipairs(solver and { solver } or { "highs", "scip", "glpk" }) do
    if solvers[name] and status == "other" then
      local done, solution = pcall(model.solve, model, { solver = name, time_limit_s = 10 })
      status = done and solution and solution.status or status
      if status ~= "optimal" and status ~= "infeasible" and status ~= "unbounded" then status = "other" end
      objective = status == "optimal" and solution.objective or nil
    end
  end
  return status, objective
end

local function agree(paths)
  for _, path in ipairs(paths) do
    local model, message = milp.read(path)
    if model then
      local status, objective = solve(model)
      local statistics = model:statistics()
      emit {
        path = path,
        status = status,
        objective = objective,
        columns = model.columns,
        rows = model.rows,
        constructs = #model:all_constructs() + statistics.semicontinuous + statistics.semiintegers,
        warnings = model.warnings,
      }
    else
      emit { path = path, message = message }
    end
  end
end

--- A small bounded model of everything that files can say; every second one of what all readers know.
local function random_model(seed)
  math.randomseed(seed)
  local has_constructs = seed % 2 == 1
  local model = milp.model("random" .. seed)
  local names = { "x", "inflow", "e1", "a b", "x[1]", "free", "st", "S1", "RHS", "NAME", "x/2", "nan", "$d", "1st" }
  local x, binaries = {}, {}
  for i = 1, math.random(4, 9) do
    local kinds = { "continuous", "integer", "binary", "semicontinuous", "semiinteger" }
    local kind = kinds[math.random(has_constructs and 5 or 3)]
    local lower = kind == "binary" and 0 or kind:find "semi" and math.random(1, 3) or math.random(-4, 2)
    x[i] = model:variable {
      name = math.random(3) == 1 and names[math.random(#names)] or nil,
      kind = kind,
      lower = lower,
      upper = kind == "binary" and 1 or lower + math.random(0, 6),
    }
    if kind == "binary" then binaries[#binaries + 1] = x[i] end
  end
  local function sum()
    local total = 0 * x[1]
    for _, variable in ipairs(x) do
      local factor = math.random(3) == 1 and math.random() * 8 - 4 or math.random(-5, 5)
      if math.random(3) > 1 then total:add_(variable, factor) end
    end
    return total
  end
  for _ = 1, math.random(1, 5) do
    local right, what = math.random(-4, 14), math.random(6)
    if what == 1 then
      model:constrain_range(sum(), right - math.random(0, 9), right + 4)
    elseif what == 2 then
      model:constrain_range(sum(), -math.huge, math.huge, "free row")
    elseif what == 3 then
      model:constrain(sum(), ">=", right - 16, "row")
    else
      model:constrain(sum(), "<=", right + 8)
    end
  end
  if has_constructs and math.random(2) == 1 then model["sos" .. math.random(2)](model, { x[1], x[3], x[2], x[4] }) end
  if has_constructs and binaries[1] and math.random(2) == 1 then
    model:indicator(binaries[1], math.random(0, 1), sum(), ({ "<=", "==", ">=" })[math.random(3)], math.random(-3, 6))
  end
  local objective = sum() + (math.random(2) == 1 and math.random(-9, 9) or 0)
  return math.random(2) == 1 and model:minimize(objective) or model:maximize(objective)
end

local function random(folder, count, seed)
  for number = seed, seed + count - 1 do
    local model = random_model(number)
    local status, objective = solve(model)
    local row = { seed = number, status = status, objective = objective, sense = model.sense }
    for _, ending in ipairs { "mps", "lp" } do
      local path = ("%s/%d.%s"):format(folder, number, ending)
      assert(model:write(path))
      local again = assert(milp.read(path))
      row[ending] = {}
      for solver in pairs(solvers) do
        -- A process of its own for each solve takes its time.
        if solver ~= "gurobi" or number < seed + 50 then row[ending][solver] = { solve(again, solver) } end
      end
    end
    emit(row)
  end
end

--- Processor seconds of the best of three.
local function best(work)
  local least = math.huge
  for _ = 1, 3 do
    local start = os.clock()
    work()
    least = math.min(least, os.clock() - start)
  end
  return least
end

local function speed(folder)
  local rows, terms = 100000, 10
  math.randomseed(3)
  local model = milp.model "large"
  local x = milp.concat {
    model:variables(50000, { prefix = "column", upper = 100 }),
    model:variables(20000, { prefix = "binary", kind = "binary" }),
  }
  local starts, positions, values = { 1 }, {}, {}
  for row = 1, rows do
    local first = math.random(x.count)
    for k = 1, terms do
      positions[#positions + 1] = (first + k * 6733) % x.count + 1
      values[#values + 1] = math.random() * 200 - 100
    end
    starts[row + 1] = #positions + 1
  end
  model:add_rows({ { { starts = starts, positions = positions, values = values }, x } }, "<=", 1000, "row")
  model:minimize(milp.dot(tensor.random(1):uniform { x.count }, x))
  local times = {}
  for _, ending in ipairs { "mps", "lp" } do
    local path = folder .. "/large." .. ending
    times[ending .. "_write"] = best(function() assert(model:write(path)) end)
    times[ending .. "_read"] = best(function() assert(milp.read(path)) end)
  end
  times.operators = best(function()
    local built = milp.model "operators"
    local y = built:variables(20000, { upper = 100 })
    local entry = 0
    for _ = 1, rows do
      local left = values[entry + 1] * y[positions[entry + 1] % 20000 + 1]
      for k = 2, terms do
        left = left + values[entry + k] * y[positions[entry + k] % 20000 + 1]
      end
      entry = entry + terms
      built:constrain(left, "<=", 5)
    end
  end)
  emit(times)
end

local what = table.remove(arg, 1)
if what == "agree" then
  agree(arg)
elseif what == "random" then
  random(arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3])))
else
  speed(arg[1])
end
