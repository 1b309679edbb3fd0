--- A knapsack of so many things, and the variables that say which are taken.
local milp = require "vnn.milp"

return function(count)
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
