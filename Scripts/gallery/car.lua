--- Cars: networks that feed networks. One tells the price of a design, and of design and price others tell how many
--- are sold and what is paid for them second-hand; the car must be worth half its price then, and differ from those
--- on the market. SurrogateLIB's "auto manufacturer" (Turner et al., 2023, PySCIPOpt-ML).
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local features, different, kept = 3, 0.6, 0.7

local function prepare(seed)
  local function price(car) return 0.2 + 0.3 * car[1] + 0.4 * car[2] * car[3] end
  local function sold(car) return 1 - car[4] + 0.5 * math.sin(4 * car[1]) + 0.3 * car[2] end
  local function resale(car) return car[4] * (0.5 + 0.3 * car[2] - 0.2 * car[3]) end
  return {
    price = gallery.learn({ features, 8, 1 }, price, { seed = seed }),
    sold = gallery.learn({ features + 1, 8, 8, 1 }, sold, { rows = 800, seed = seed + 1 }),
    resale = gallery.learn({ features + 1, 8, 1 }, resale, { seed = seed + 2 }),
    market = tensor.from { { 0.4, 1, 0.1 }, { 0.3, 0.9, 0.3 }, { 0.8, 0.5, 0.2 } },
  }
end

local function build(it)
  local model = milp.model "car"
  local design = model:variables(features, { upper = 1, prefix = "design" })
  local price = model:embed(it.price, design, { name = "price" }).outputs
  local offer = milp.concat { design, price }
  local sold = model:embed(it.sold, offer, { name = "sold" }).outputs
  local resale = model:embed(it.resale, offer, { name = "resale" }).outputs
  model:constrain(resale[1], ">=", kept * price[1])
  for known, car in ipairs(it.market:table()) do
    local away = milp.sum {}
    for k = 1, features do away:add_(model:absolute(design[k] - car[k], { exact = true })) end
    model:constrain(away, ">=", different, "differs" .. known)
  end
  model:maximize(sold[1])
  return model
end

local function check(it)
  local function sold(designs)
    local price = it.price:forward(designs)
    local offers = tensor.concat({ designs, price }, 2)
    local allowed = (it.resale:forward(offers) - price * kept):flatten():greater_equal(0)
    for _, car in ipairs(it.market:table()) do
      allowed = allowed * (designs - tensor.from(car)):abs():sum(2):greater_equal(different)
    end
    return tensor.where(allowed, it.sold:forward(offers):flatten(), -math.huge)
  end
  local value, missed = gallery.search(sold, { { 0, 1, 61 }, { 0, 1, 61 }, { 0, 1, 61 } })
  return { value = value, tolerance = missed, how = "designs on a grid of 61 x 61 x 61, refined" }
end

return gallery.script {
  name = "car",
  description = "Designs a car that sells, by a chain of networks.",
  prepare = prepare,
  build = build,
  check = check,
}
