--- Errors, stops and nested solves in solver callbacks.
local milp = require "vnn.milp"
local assertions = 0
local function check(condition, message)
  assertions = assertions + 1
  if not condition then error(message or "assertion failed", 2) end
end

local function knapsack(count)
  local model = milp.model "knapsack"
  local take = model:variables(count, { kind = "binary", prefix = "take" })
  local weights, values = {}, {}
  for i = 1, count do
    weights[i], values[i] = (i * 37) % 23 + 5, (i * 53) % 31 + 3
  end
  model:constrain(milp.dot(weights, take), "<=", 4 * count)
  model:maximize(milp.dot(values, take))
  return model, take
end

-- A Lua error inside a callback ends the solve and comes out as it was thrown, with its value.
local model, take = knapsack(15)
local thrown = { reason = "mine" }
local ok, caught = pcall(model.solve, model, { on_incumbent = function() error(thrown) end })
check(not ok and caught == thrown, "the thrown table comes back itself")
ok, caught = pcall(model.solve, model, { on_incumbent = function() error("text") end })
check(not ok and caught:find("callbacks.lua:%d+: text"), caught)
check(model:solve().status == "optimal", "the model can be solved again after an error")

-- A type error names this file's line, what was expected and what came.
ok, caught = pcall(model.solve, model, { on_incumbent = function(event) event:values("take") end })
check(not ok and caught:find("callbacks.lua:%d+: .*expected variables, got \"take\""), caught)

-- Errors pass through nested callbacks: a solve inside a solve inside a pcall.
local depth = 0
local function nested()
  depth = depth + 1
  local inner = knapsack(10)
  inner:solve { on_incumbent = function() if depth < 3 then nested() else error("deep") end end }
end
ok, caught = pcall(nested)
check(not ok and caught:find("deep") and depth == 3, caught)

-- The model of a running solve cannot be solved or changed; another one can.
local inner_status
local solution = model:solve {
  on_incumbent = function()
    inner_status = knapsack(6):solve().status
    check(not pcall(model.solve, model), "solving a model inside its own callback is misuse")
    check(not pcall(model.variable, model, {}), "changing it is misuse")
  end,
}
check(solution.status == "optimal" and inner_status == "optimal")

-- Stopping keeps the incumbent; the event is dead afterwards.
local kept
solution = model:solve {
  on_incumbent = function(event)
    kept = event
    return "stop"
  end,
}
check(solution.status == "stopped" and solution.has_point)
check(#solution:values(take) == 15)
check(not pcall(kept.values, kept, take), "a finished event is misuse")

-- Every better point is seen once, in rising order.
local seen = {}
solution = model:solve { on_incumbent = function(event) seen[#seen + 1] = event.objective end }
for i = 2, #seen do check(seen[i] > seen[i - 1]) end
check(#seen == #solution.incumbents and seen[#seen] == solution.objective)

-- Wrong answers name what was expected.
ok, caught = pcall(model.solve, model, { on_incumbent = function() return "halt" end })
check(not ok and caught:find("stop"), caught)
ok, caught = pcall(model.solve, model, { on_incumbnt = print })
check(not ok and caught:find("on_incumbent"), caught)

print(assertions .. " assertions")
