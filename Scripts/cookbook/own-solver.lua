--- Bring your own solver: own-solver.py beside this file is a branch and bound in Python (pip install highspy), and any
--- other program becomes a solver in the same way; `vnnlua help pipe` describes what it reads and writes.
local milp = require "vnn.milp"

milp.register {
  name = "mine",
  command = { os.getenv "VNNLUA_PYTHON" or "python3", (arg[0]:match "^.*/" or "") .. "own-solver.py" },
  events = { "relaxation" },
  answers = { "submit", "lazy_rows", "cuts", "branch" },
}

-- The shortest tour through some places: two of the ways at each place, and no round trip through some of them only, of
-- which there are too many to write them all down.
local count = 8
local model = milp.model "tour"
local ways, length, at = {}, 0 * model:variable { upper = 0 }, {}
for a = 1, count do at[a] = {} end
for a = 1, count do
  for b = a + 1, count do
    local way = model:variable { kind = "binary", name = a .. "-" .. b }
    -- Two towns, 10 apart, with half of the places in each.
    local x, y = math.cos(3 * a) - math.cos(3 * b), math.sin(3 * a) - math.sin(3 * b) + 10 * (a % 2 - b % 2)
    length = length + math.sqrt(x * x + y * y) * way
    ways[#ways + 1] = { variable = way, a, b }
    table.insert(at[a], way)
    table.insert(at[b], way)
  end
end
for a = 1, count do model:constrain(milp.sum(at[a]), "==", 2) end
model:minimize(length)

--- The ways within what is reached from the first place, and how many places that are.
local function reached(event)
  local known, places, grows = { [1] = true }, 1, true
  while grows do
    grows = false
    for _, way in ipairs(ways) do
      if event:value(way.variable) > 1e-6 and known[way[1]] ~= known[way[2]] then
        known[way[1]], known[way[2]], places, grows = true, true, places + 1, true
      end
    end
  end
  local inside = {}
  for _, way in ipairs(ways) do
    if known[way[1]] and known[way[2]] then inside[#inside + 1] = way.variable end
  end
  return inside, places
end

local function solve(solver)
  return assert(model:solve {
    solver = solver,
    answers = { "lazy_rows" },
    on_relaxation = function(event)
      local inside, places = reached(event)
      if places < count then return { lazy_rows = { { milp.sum(inside), "<=", places - 1 } } } end
    end,
  })
end

local solution = solve "mine"
print(("by mine: %s, %d nodes, %d lazy rows"):format(solution, solution.nodes, solution.added_rows))
local other = solve "glpk"
print(math.abs(other.objective - solution.objective) < 1e-6 and "the same by glpk" or "glpk says " .. tostring(other))
