--- Water: how many samples can be made drinkable with the chemicals at hand? A classifier with two outputs tells
--- which are. SurrogateLIB's "water potability" (Turner et al., 2023, PySCIPOpt-ML).
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local samples, price, budget = 10, { 1, 1.6 }, 0.5 -- of acid and salts by unit changed; the third number is given

local function drinkable(sample)
  local acid, salts, hardness = table.unpack(sample)
  local clean = 0.6 - 4 * (acid - 0.5) ^ 2 - salts + 0.3 * hardness
  return -clean, clean
end

local function prepare(seed)
  return {
    judge = gallery.learn({ 3, 10, 2 }, drinkable, { seed = seed }),
    water = tensor.random(seed + 100):uniform({ samples, 3 }, 0.3, 1),
  }
end

local function build(it)
  local model = milp.model "water"
  local treated = model:variables({ samples, 2 }, { upper = 1, prefix = "treated" })
  local given = it.water:slice(2, 3, 3)
  local hardness = model:variables({ samples, 1 }, { lower = given, upper = given, prefix = "hardness" })
  local judged = model:embed(it.judge, milp.concat({ treated, hardness }, 2), { name = "judge" }).outputs
  local good = model:variables(samples, { kind = "binary", prefix = "good" })
  local cost = milp.sum {}
  for sample = 1, samples do
    model:imply(good[sample], 1, judged:at(sample, 2), ">=", judged:at(sample, 1))
    for feature = 1, 2 do
      cost:add_(model:absolute(treated:at(sample, feature) - it.water:at(sample, feature)), price[feature])
    end
  end
  model:constrain(cost, "<=", budget)
  model:maximize(good:sum())
  return model
end

--- Samples have only the budget in common: the cheapest treatments, one after the other, until it is spent.
local function check(it)
  local costs = {}
  for sample = 1, samples do
    local acid, salts, hardness = table.unpack(it.water[sample]:table())
    local function saved(points)
      local outputs = it.judge:forward(tensor.concat({ points, tensor.full({ #points, 1 }, hardness) }, 2))
      local cost = (points:select(2, 1) - acid):abs() * price[1] + (points:select(2, 2) - salts):abs() * price[2]
      return tensor.where(outputs:select(2, 2):greater_equal(outputs:select(2, 1)), -cost, -math.huge)
    end
    costs[sample] = -gallery.search(saved, { { 0, 1, 101 }, { 0, 1, 101 } }, 4)
  end
  table.sort(costs)
  local count, spent = 0, 0
  while count < samples and spent + costs[count + 1] <= budget do
    count, spent = count + 1, spent + costs[count + 1]
  end
  local short = count < samples and spent + costs[count + 1] - budget or math.huge
  return {
    value = count,
    tolerance = short < 1e-3 and 1 or nil, -- the grid's treatments are not quite the cheapest
    how = ("cheapest treatments on a grid of 101 x 101, refined; %.3f short of the next sample"):format(short),
  }
end

return gallery.script {
  name = "water",
  description = "Treats samples of water so that most become drinkable.",
  prepare = prepare,
  build = build,
  check = check,
}
