--- How well every solver keeps its time limit, on models where some look at no clock for long.
local milp = require "vnn.milp"
local names = require "vnn.names"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- A share of the limit and seconds on top, which a solve may be late.
local allowed = { share = 0.1, seconds = 0.2 }

--- A network of 1,000 inputs in a box, as verification has it: about 7,000 columns and 1.3 million entries.
local function network()
  local model = milp.model "network"
  local inputs = model:variables(1000, { upper = 0.1 })
  local block = model:embed(nn.mlp({ 1000, 500, 500, 500, 500, 2 }, { seed = 1 }), inputs)
  model:maximize(block.outputs[1] - block.outputs[2])
  return model
end

--- Things in several knapsacks: no proof within hours.
local function knapsacks()
  local model = milp.model "knapsacks"
  local take = model:variables(80, { kind = "binary" })
  local random = tensor.random(11)
  local value = 0 * take[1]
  for _ = 1, 10 do
    local weights = random:uniform({ 80 }, 1, 1000):map(math.floor)
    model:constrain(take:dot(weights), "<=", weights:sum() // 2)
    value = value + 0.1 * take:dot(weights + random:uniform({ 80 }, 0, 300))
  end
  model:maximize(value)
  return model
end

--- A linear program whose matrix is full.
local function full_program()
  local model = milp.model "full"
  local x = model:variables(1500, { upper = 1 })
  local random = tensor.random(5)
  model:add_rows({ { random:uniform({ 1200, 1500 }, 0, 1), x } }, "<=", 180)
  model:maximize(x:dot(random:uniform({ 1500 }, 0.5, 1)))
  return model
end

--- A linear program of many sparse rows: goods from places to places over time.
local function sparse_program()
  local model = milp.model "flow"
  local random = tensor.random(6)
  local places, steps = 60, 20
  local cost = 0 * model:variable { upper = 0 }
  local arrivals = model:variables({ places, steps + 1 }, { upper = 50 })
  for step = 1, steps do
    local moved = model:variables({ places, places }, { upper = 10 })
    cost = cost + moved:flatten():dot(random:uniform({ places * places }, 1, 9))
    for place = 1, places do
      model:constrain(moved[place]:sum(), "==", arrivals[place][step])
      model:constrain(moved:select(2, place):sum(), "==", arrivals[place][step + 1])
    end
  end
  for place = 1, places do
    model:constrain(arrivals[place][1], "==", place % 40)
    model:constrain(arrivals[place][steps + 1], ">=", (7 * place) % 19)
  end
  model:minimize(cost)
  return model
end

--- One of the models about which HiGHS 1.15 never answers, nor looks at a clock.
local function endless()
  local model = milp.model "endless"
  local x = model:variable { kind = "integer", lower = -112, upper = 4714805 }
  local y = model:variable { kind = "integer", upper = 7483442313 }
  local z = model:variable { upper = 382 }
  model:constrain(x + 2316 * z, ">=", 447384)
  model:constrain(431 * x - 10 * y, "==", 453677)
  model:minimize(8 * x + 9 * y - 2 * z)
  return model
end

local builders = {
  network = network,
  knapsacks = knapsacks,
  full = full_program,
  flow = sparse_program,
  endless = endless,
}

local function contains(list, name)
  for _, entry in ipairs(list or { name }) do
    if entry == name then return true end
  end
end

local function run(options)
  print(("%s; a limit is kept where a solve ends within %g %% and %g s of it\n"):format(
    origin.processor(), 100 * allowed.share, allowed.seconds))
  local rows, is_late = {}, false
  for _, name in ipairs(options.models or names.sorted(builders)) do
    local model = builders[name]()
    local size = model:statistics()
    for _, solver in ipairs(milp.solvers()) do
      local is_asked = solver.available and contains(options.solvers, solver.name)
      for _, limit in ipairs(is_asked and options.limits or {}) do
        report.progress(("%s, %s, %g s"):format(model.name, solver.name, limit))
        local start = system.clock()
        local solution, message = model:solve { solver = solver.name, time_limit_s = limit }
        local seconds = system.clock() - start
        local late = seconds > limit * (1 + allowed.share) + allowed.seconds
        is_late = is_late or late
        rows[#rows + 1] = {
          model.name, size.columns, size.entries, solver.name, limit, ("%.2f"):format(seconds), late and "LATE" or "",
          solution and solution.status or message,
        }
      end
    end
  end
  report.progress()
  print(report.table({ "model", "columns", "entries", "solver", "limit", "seconds", "", "status" }, rows))
  return not is_late or nil, is_late and "some limits were not kept" or nil
end

return {
  name = "limits",
  description = "Measures how late each solver comes back after its time limit.",
  options = {
    { name = "limits", type = "list", default = { 1.0, 5.0 }, help = "the limits, in seconds" },
    { name = "models", type = "list", choices = names.sorted(builders), help = "some of the models (default: all)" },
    { name = "solvers", type = "list", choices = milp.solver_names, help = "some of the solvers (default: all)" },
  },
  run = run,
}
