--- A palatable diet: the cheapest basket of packages that has the nutrients and that people will eat, which a network
--- tells. From Maragno et al. (2025, "Mixed-integer optimization with constraint learning", with data of the World
--- Food Programme), the first example of OptiCL.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local foods, packages, needs, palatable = 6, 6, { 3, 2.5, 2.5 }, 0.6

local function taste(basket)
  local away = 0
  for food = 1, foods do away = away + (basket[food] / packages - 0.13 * food) ^ 2 end
  return 1 - 0.5 * away
end

local function prepare(seed)
  local random = tensor.random(seed + 100)
  return {
    taste = gallery.learn({ foods, 10, 10, 1 }, taste, { upper = packages, rows = 1000, seed = seed }),
    content = random:uniform({ #needs, foods }, 0, 0.35),
    price = random:uniform(foods, 1, 3),
  }
end

local function build(it)
  local model = milp.model "diet"
  local basket = model:variables(foods, { kind = "integer", upper = packages, prefix = "package" })
  local taste_of = model:embed(it.taste, basket, { name = "taste" })
  model:add_rows({ { it.content, basket } }, ">=", needs, "nutrient")
  model:constrain(taste_of.outputs[1], ">=", palatable, "palatable")
  model:minimize(basket:dot(it.price))
  return model
end

local function check(it)
  local axis, axes = { 0, packages, whole = true }, {}
  for food = 1, foods do axes[food] = axis end
  local baskets = gallery.grid(axes)
  local allowed = it.taste:forward(baskets):flatten():greater_equal(palatable)
  local nutrients = baskets:matmul(it.content:transpose())
  for need, least in ipairs(needs) do allowed = allowed * nutrients:select(2, need):greater_equal(least) end
  local cost = tensor.where(allowed, baskets:matmul(it.price), math.huge)
  return { value = cost:min(), how = ("all of %d baskets"):format(#baskets) }
end

return gallery.script {
  name = "diet",
  description = "Finds the cheapest basket of food that nourishes and tastes.",
  prepare = prepare,
  build = build,
  check = check,
}
