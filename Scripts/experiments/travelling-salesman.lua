--- The shortest round trip through random places. There are more subtour rows than atoms in the universe, so a callback
--- adds only those that a relaxation breaks: G. Dantzig, R. Fulkerson, S. Johnson, "Solution of a Large-Scale
--- Traveling-Salesman Problem" (1954).
local milp = require "vnn.milp"

local function draw_places(count, seed)
  math.randomseed(seed)
  local places = {}
  for i = 1, count do places[i] = { x = math.random(), y = math.random() } end
  return places
end

local function distance(a, b) return math.sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) end

--- The places that can be reached from place 1 along edges whose value is above 0, as a set, and their number.
local function component(count, edges, values)
  local neighbours = {}
  for i = 1, count do neighbours[i] = {} end
  for number, edge in ipairs(edges) do
    if values[number] > 1e-6 then
      table.insert(neighbours[edge.a], edge.b)
      table.insert(neighbours[edge.b], edge.a)
    end
  end
  local reached, queue = { true }, { 1 }
  for _, place in ipairs(queue) do
    for _, other in ipairs(neighbours[place]) do
      if not reached[other] then
        reached[other] = true
        queue[#queue + 1] = other
      end
    end
  end
  return reached, #queue
end

--- The places in the order in which the tour visits them.
local function tour(count, edges, values)
  local order, visited = { 1 }, { true }
  while #order < count do
    local here, found = order[#order], false
    for number, edge in ipairs(edges) do
      local other = edge.a == here and edge.b or edge.b == here and edge.a
      if other and not visited[other] and values[number] > 0.5 then
        order[#order + 1], visited[other], found = other, true, true
        break
      end
    end
    if not found then break end
  end
  return order
end

local function run(options)
  local count = options.places
  local places = draw_places(count, options.seed)
  local edges, lengths = {}, {}
  for a = 1, count do
    for b = a + 1, count do
      edges[#edges + 1] = { a = a, b = b }
      lengths[#lengths + 1] = distance(places[a], places[b])
    end
  end

  local model = milp.model "tour"
  local use = model:variables(#edges, { kind = "binary", prefix = "edge" })
  for place = 1, count do
    local touching = {}
    for number, edge in ipairs(edges) do
      if edge.a == place or edge.b == place then touching[#touching + 1] = use[number] end
    end
    model:constrain(milp.sum(touching), "==", 2)
  end
  model:minimize(milp.dot(lengths, use))
  print(model)

  -- Lazy rows are part of the model although nobody wrote them down: the solver must be told so beforehand.
  local solution = model:solve {
    solver = options.solver,
    time_limit_s = options.time_limit,
    answers = { "lazy_rows" },
    on_relaxation = function(event)
      local reached, size = component(count, edges, event:values(use))
      if size == count then return end
      local inside = {}
      for number, edge in ipairs(edges) do
        if reached[edge.a] and reached[edge.b] then inside[#inside + 1] = use[number] end
      end
      return { lazy_rows = { { milp.sum(inside), "<=", size - 1 } } }
    end,
  }
  if not solution.has_point then return nil, "no tour was found: " .. solution.status end
  print(("%s: length %.4f, %d subtour rows, %d nodes"):format(
    solution.status,
    solution.objective,
    solution.added_rows,
    solution.nodes
  ))
  print("tour " .. table.concat(tour(count, edges, solution:values(use)), " "))
end

return {
  name = "travelling-salesman",
  description = "Finds the shortest round trip, with subtour rows added on demand (GLPK, SCIP).",
  options = {
    { name = "places", default = 16, minimum = 3, help = "how many places there are" },
    { name = "seed", default = 1, help = "seed of the places" },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "one that takes lazy rows" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds" },
  },
  run = run,
}
