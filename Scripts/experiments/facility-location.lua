--- Where to build depots so that building and delivering cost the least: a callback rounds every relaxation and hands
--- the result to the solver, a heuristic of our own inside someone else's search.
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local function draw(count, seed)
  math.randomseed(seed)
  local places = {}
  for i = 1, count do places[i] = { x = math.random(), y = math.random() } end
  return places
end

--- Costs of serving each customer from each depot, `customers x depots`, and of opening each depot.
local function instance(options)
  local customers, depots = draw(options.customers, options.seed), draw(options.depots, options.seed + 1)
  local serve, open = {}, {}
  for i, customer in ipairs(customers) do
    serve[i] = {}
    for j, depot in ipairs(depots) do
      serve[i][j] = 10 * math.sqrt((customer.x - depot.x) ^ 2 + (customer.y - depot.y) ^ 2)
    end
  end
  for j = 1, options.depots do open[j] = 4 + 3 * math.random() end
  return tensor.from(serve), tensor.from(open)
end

--- A plan for a set of open depots: each customer goes to the cheapest of them.
local function plan(model, use, build, serve, is_open)
  local point = tensor.zeros { model.columns }
  for j = 1, #build do point[build[j].index] = is_open[j] and 1 or 0 end
  for i = 1, #use do
    local best
    for j = 1, #build do
      if is_open[j] and (not best or serve:at(i, j) < serve:at(i, best)) then best = j end
    end
    point[use:at(i, best).index] = 1
  end
  return point
end

local function run(options)
  local serve, open = instance(options)
  local model = milp.model "depots"
  local use = model:variables({ options.customers, options.depots }, { upper = 1, prefix = "use" })
  local build = model:variables(options.depots, { kind = "binary", prefix = "build" })
  for i = 1, options.customers do model:constrain(use[i]:sum(), "==", 1) end
  -- One row per depot makes a small model with weak relaxations, for which a heuristic is worth having.
  for j = 1, options.depots do
    model:constrain(use:select(2, j):sum(), "<=", options.customers * build[j])
  end
  model:minimize(milp.dot(serve, use) + milp.dot(open, build))
  print(model)

  local solver = milp.capabilities(options.solver)
  local handlers = { solver = options.solver, time_limit_s = options.time_limit }
  if solver and solver.events.relaxation and options.heuristic then
    function handlers.on_relaxation(event)
      local values = event:values(build)
      local is_open, largest = {}, 1
      for j = 1, #build do
        is_open[j] = values[j] >= 0.5
        if values[j] > values[largest] then largest = j end
      end
      is_open[largest] = true
      return { submit = plan(model, use, build, serve, is_open) }
    end
  end
  local solution, message = model:solve(handlers)
  if not solution then return nil, message end
  if not solution.has_point then return nil, "no plan was found: " .. solution.status end

  local built, values = {}, solution:values(build)
  for j = 1, #build do
    if values[j] > 0.5 then built[#built + 1] = j end
  end
  print(("%s: cost %.4f, %d nodes, %d submitted plans taken"):format(
    solution.status,
    solution.objective,
    solution.nodes,
    solution.accepted_points
  ))
  print("build " .. table.concat(built, " "))
end

return {
  name = "facility-location",
  description = "Places depots, with a heuristic that submits plans to the solver.",
  options = {
    { name = "customers", default = 25, minimum = 1, help = "how many customers there are" },
    { name = "depots", default = 10, minimum = 1, help = "how many places for depots there are" },
    { name = "seed", default = 1, help = "seed of the instance" },
    { name = "heuristic", default = true, help = "whether to submit rounded relaxations, where the solver shows them" },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "which solver" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds" },
  },
  run = run,
}
