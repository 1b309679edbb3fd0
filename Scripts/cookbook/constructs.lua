--- Say more than rows do: a cost that is linear in pieces (sos2), batches that are worth making or none
--- (semicontinuous), and a row that counts only where a switch is on (indicator), in a model with a network.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local tensor = require "vnn.tensor"

-- A network that has learnt how many are sold at a price from 1 to 10.
local prices = tensor.linspace(1, 10, 40):unsqueeze(2)
local sales = prices:map(function(price) return 200 / (1 + math.exp(0.8 * (price - 5))) end)
local network = nn.mlp({ 1, 8, 1 }, { seed = 3, initialization = "kaiming_uniform" })
local optimizer = nn.adam(network, { learning_rate = 2e-2 })
for _ = 1, 1500 do
  local _, gradients = network:gradients(prices * 0.1, (network:forward(prices * 0.1) - sales * 0.01) * (2 / 40))
  optimizer:step(gradients)
end

local model = milp.model "plan"
local price = model:variable { name = "price", lower = 1, upper = 10 }
local demand = model:embed(network, { price }, { name = "demand", scale = { input_factor = 10, output_factor = 100 } })

-- Two machines make batches: none at all, or from 20 to 60. The second runs only where somebody is there on Saturday.
local batches = model:variables(2, { kind = "semicontinuous", lower = 20, upper = 60, prefix = "batch" })
local saturday = model:variable { name = "saturday", kind = "binary" }
model:indicator(saturday, 0, batches[2], "<=", 0, "closed")
local amount = batches:sum()
model:constrain(amount, "<=", demand.outputs[1], "sold")
for _, batch in ipairs(batches) do print(model:name_of(batch), ("0, or from %g to %g"):format(model:bounds(batch))) end

-- Material is cheaper the more is bought, so the cost is not convex: points of it, of which two neighbours are mixed.
local amounts, costs = { 0, 30, 80, 120 }, { 0, 120, 220, 260 }
local shares = model:variables(#amounts, { upper = 1, prefix = "share" })
model:constrain(shares:sum(), "==", 1)
model:constrain(shares:dot(amounts), "==", amount)
print("cost(amount): " .. model:text(model:sos2(shares, { name = "material" })))

-- Income is price times amount, which is no linear row: for each of some prices, the best plan.
local best
for step = 4, 20 do
  local at = step / 2
  model:fix(price, at)
  model:maximize(at * amount - shares:dot(costs) - 40 * saturday)
  local solution = model:solve { solver = "best", time_limit_s = 10 }
  -- At high prices the network may say that less than nothing is sold.
  if solution.has_point and (not best or solution.objective > best.solution.objective) then
    best = { price = at, solution = solution }
  end
end
print("the whole plan: " .. tostring(best.solution))
local first, second = table.unpack(best.solution:values(batches):table())
print(("price %.1f, batches %.1f and %.1f, Saturday %d, by %s"):format(
  best.price, first, second, best.solution:value(saturday), best.solution.solver))

-- The same without a model: every plan in steps of a tenth.
local function cost(bought)
  for k = 2, #amounts do
    if bought <= amounts[k] then
      return costs[k - 1] + (costs[k] - costs[k - 1]) * (bought - amounts[k - 1]) / (amounts[k] - amounts[k - 1])
    end
  end
end
local most = 0
for step = 4, 20 do
  local sold = 100 * network:forward { step / 20 }[1]
  for made = 0, 1200 do
    local bought = math.min(made / 10, sold)
    local wages = bought > 60 and 40 or 0
    if bought >= 20 then most = math.max(most, step / 2 * bought - cost(bought) - wages) end
  end
end
print(("every plan: %.2f, which is the model's: %s"):format(most, math.abs(most - best.solution.objective) < 1e-4))
