--- Trees: which of three species to plant at which place, and which soils to sterilise, so that most survive? Each
--- species has a network of its own, and only the chosen one counts. SurrogateLIB's "tree planting" (Turner et al.,
--- 2023, PySCIPOpt-ML).
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local places, species, price, budget, sterilised = 6, 3, { 1.2, 1, 0.7 }, 5.5, 2
local hardy = { 0.8, -0.5, 0.6 }

local function prepare(seed)
  local survival = {}
  for kind = 1, species do
    local function f(place)
      return hardy[kind] + 0.4 * math.sin(3 * kind * place[1]) - 0.3 * place[2] * (1 - place[3])
    end
    survival[kind] = gallery.learn({ 3, 8, 1 }, f, { seed = seed + 10 * kind })
  end
  return { survival = survival, places = tensor.random(seed + 100):uniform({ places, 2 }, 0, 1) }
end

local function build(it)
  local model = milp.model "trees"
  local plant = model:variables({ places, species }, { kind = "binary", prefix = "plant" })
  local sterile = model:variables({ places, 1 }, { kind = "binary", prefix = "sterile" })
  local known = model:variables({ places, 2 }, { lower = it.places, upper = it.places, prefix = "place" })
  local total, cost = milp.sum {}, milp.sum {}
  for kind = 1, species do
    local survival = model:embed(it.survival[kind], milp.concat({ known, sterile }, 2)).outputs
    for place = 1, places do
      local low, high = model:bounds(survival:at(place, 1))
      local counted = model:variable { lower = math.min(0, low), upper = math.max(0, high) }
      model:imply(plant:at(place, kind), 1, counted, "<=", survival:at(place, 1))
      model:imply(plant:at(place, kind), 0, counted, "<=", 0)
      total:add_(counted)
    end
    cost:add_(plant:select(2, kind):sum(), price[kind])
    model:constrain(plant:select(2, kind):sum(), ">=", 1)
  end
  for place = 1, places do model:constrain(plant[place]:sum(), "==", 1) end
  model:constrain(cost, "<=", budget)
  model:constrain(sterile:sum(), "<=", sterilised)
  model:maximize(total)
  return model
end

local function check(it)
  local survival = {}
  for place, known in ipairs(it.places:table()) do
    survival[place] = {}
    for kind = 1, species do
      local both = it.survival[kind]:forward(tensor.from { { known[1], known[2], 0 }, { known[1], known[2], 1 } })
      survival[place][kind] = { [0] = both:at(1, 1), both:at(2, 1) }
    end
  end
  local best, plans = -math.huge, 0
  local function go(place, planted, cost, left, sum)
    if cost > budget + 1e-9 then return end
    if place > places then
      for kind = 1, species do
        if planted[kind] == 0 then return end
      end
      best, plans = math.max(best, sum), plans + 1
      return
    end
    for kind = 1, species do
      planted[kind] = planted[kind] + 1
      for clean = 0, math.min(1, left) do
        go(place + 1, planted, cost + price[kind], left - clean, sum + survival[place][kind][clean])
      end
      planted[kind] = planted[kind] - 1
    end
  end
  go(1, { 0, 0, 0 }, 0, sterilised, 0)
  return { value = best, how = ("all of %d plans"):format(plans) }
end

return gallery.script {
  name = "trees",
  description = "Plants trees where they live, each species by a network of its own.",
  prepare = prepare,
  build = build,
  check = check,
}
