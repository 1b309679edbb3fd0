--- Prices: what to ask for avocados in each of four regions, and how many to ship there, when a network tells the
--- demand by price, season and region. gurobi-machinelearning's "price optimization"; Ferreira et al. (2016,
--- "Analytics for an online retailer: demand forecasting and price optimization") set prices from a list by learned
--- demand.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local regions, levels, season, supply, shipping, most = 4, 6, 0.7, 3, 0.05, 2

local function demand(x)
  local wanted = 1.3 - 1.4 * x[1] + 0.3 * x[2]
  for region = 1, regions do wanted = wanted + 0.15 * region * x[2 + region] end
  return wanted
end

--- What the network is told besides the price: the season, and a 1 for the region.
local function facts()
  local told = tensor.zeros { regions, 1 + regions }
  told:slice(2, 1, 1):fill_(season)
  told:slice(2, 2):assign_(tensor.eye(regions))
  return told
end

local function prepare(seed)
  return { demand = gallery.learn({ 2 + regions, 10, 1 }, demand, { rows = 800, seed = seed }) }
end

local function build(it)
  local model = milp.model "prices"
  local ask = model:variables({ regions, levels }, { kind = "binary", prefix = "ask" })
  local price = model:variables({ regions, 1 }, { upper = 1, prefix = "price" })
  local known = model:variables({ regions, 1 + regions }, { lower = facts(), upper = facts(), prefix = "known" })
  local wanted = model:embed(it.demand, milp.concat({ price, known }, 2), { name = "demand" }).outputs
  local sold = model:variables({ regions, levels }, { upper = most, prefix = "sold" })
  local asked = tensor.linspace(1 / levels, 1, levels)
  for region = 1, regions do
    model:constrain(ask[region]:sum(), "==", 1)
    model:constrain(ask[region]:dot(asked), "==", price:at(region, 1))
    for level = 1, levels do -- something is sold at the price that is asked only: the product of both is linear
      model:imply(ask:at(region, level), 0, sold:at(region, level), "<=", 0)
      model:imply(ask:at(region, level), 1, sold:at(region, level), "<=", wanted:at(region, 1))
    end
  end
  model:constrain(sold:sum(), "<=", supply)
  model:maximize(sold:flatten():dot((asked - shipping):broadcast { regions, levels }))
  return model
end

local function check(it)
  local wanted = {}
  for region = 1, regions do
    local told = facts()[region]:broadcast { levels, 1 + regions }
    local asked = tensor.linspace(1 / levels, 1, levels):unsqueeze(2)
    wanted[region] = it.demand:forward(tensor.concat({ asked, told }, 2)):flatten():clamp(0, most):table()
  end
  local best, tried = -math.huge, 0
  --- Asked prices are levels; the dearest regions are served first.
  local function go(region, chosen)
    if region <= regions then
      for level = 1, levels do
        chosen[region] = level
        go(region + 1, chosen)
      end
      return
    end
    local left, gain = supply, 0
    for level = levels, 1, -1 do
      for place = 1, regions do
        if chosen[place] == level then
          local amount = math.min(left, wanted[place][level])
          left, gain = left - amount, gain + amount * (level / levels - shipping)
        end
      end
    end
    best, tried = math.max(best, gain), tried + 1
  end
  go(1, {})
  return { value = best, how = ("all of %d price lists"):format(tried) }
end

return gallery.script {
  name = "prices",
  description = "Sets prices and ships where a network tells the demand.",
  prepare = prepare,
  build = build,
  check = check,
}
