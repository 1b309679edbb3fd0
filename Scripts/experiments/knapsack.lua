--- Which things to take along: the smallest example of a model, with nothing to do with networks.
local milp = require "vnn.milp"

--- Weights and values that any machine draws alike: the generator is Lua's own, seeded.
local function things(count, seed)
  math.randomseed(seed)
  local weights, values = {}, {}
  for i = 1, count do
    weights[i] = math.random(5, 60)
    values[i] = weights[i] + math.random(-4, 20)
  end
  return weights, values
end

local function run(options)
  local weights, values = things(options.things, options.seed)
  local capacity = 0
  for _, weight in ipairs(weights) do capacity = capacity + weight end
  capacity = capacity // 3

  local model = milp.model "knapsack"
  local take = model:variables(options.things, { kind = "binary", prefix = "take" })
  model:constrain(milp.dot(weights, take), "<=", capacity, "capacity")
  model:maximize(milp.dot(values, take))
  print(model)

  local solution, message = model:solve {
    solver = options.solver,
    time_limit_s = options.time_limit,
    on_incumbent = function(event) print(("  %.0f after %d nodes"):format(event.objective, event.nodes)) end,
  }
  if not solution then return nil, message end
  if not solution.has_point then return nil, "no selection was found: " .. solution.status end

  local chosen, weight = {}, 0
  local taken = solution:values(take)
  for i = 1, options.things do
    if taken[i] == 1 then
      chosen[#chosen + 1] = i
      weight = weight + weights[i]
    end
  end
  print(("%s: value %.0f, weight %d of %d"):format(solution.status, solution.objective, weight, capacity))
  print("take " .. table.concat(chosen, " "))

  -- The dual value of the linear relaxation's one row: what another unit of capacity would be worth.
  local linear = model:relaxation():solve()
  print(("one more unit of weight is worth %.2f"):format(linear:dual(model:find_constraint "capacity")))
end

return {
  name = "knapsack",
  description = "Chooses the most valuable things that fit.",
  options = {
    { name = "things", default = 30, minimum = 1, help = "how many things there are" },
    { name = "seed", default = 1, help = "seed of their weights and values" },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "which solver" },
    { name = "time_limit", default = 10.0, minimum = 0, help = "seconds" },
  },
  run = run,
}
