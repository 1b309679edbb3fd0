--- Wine: two wines are blended of ten casks each from five vineyards, of which each has only so many; a network tells
--- the quality of a blend by its chemistry. The problem is SurrogateLIB's "wine manufacturer" (Turner et al., 2023,
--- "PySCIPOpt-ML: Embedding trained machine learning models into mixed-integer programs").
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local wines, casks, vineyards = 2, 10, 5

local function quality(blend)
  local acid, sugar, sulphate, alcohol = table.unpack(blend)
  return math.sin(5 * acid) + sugar * sulphate - 3 * (alcohol - 0.4) ^ 2
end

local function prepare(seed)
  local random, available = tensor.random(seed + 100), {}
  for yard = 1, vineyards do available[yard] = 4 + random:integer(6) end
  return {
    quality = gallery.learn({ 4, 12, 8, 1 }, quality, { rows = 800, seed = seed }),
    chemistry = random:uniform({ vineyards, 4 }, 0, 1),
    price = random:uniform(vineyards, 8, 25),
    available = available,
    budget = 15 * wines * casks,
  }
end

local function build(it)
  local model = milp.model "wine"
  local cask = model:variables({ wines, vineyards }, { kind = "integer", upper = casks, prefix = "cask" })
  local low, high = it.chemistry:min(1):broadcast { wines, 4 }, it.chemistry:max(1):broadcast { wines, 4 }
  local blend = model:variables({ wines, 4 }, { lower = low, upper = high, prefix = "blend" })
  for wine = 1, wines do
    model:constrain(cask[wine]:sum(), "==", casks)
    model:add_rows({ { it.chemistry:transpose() / casks, cask[wine] }, { -1, blend[wine] } }, "==", 0)
  end
  for yard = 1, vineyards do model:constrain(cask:select(2, yard):sum(), "<=", it.available[yard]) end
  local cost = milp.sum {}
  for wine = 1, wines do cost:add_(cask[wine]:dot(it.price)) end
  model:constrain(cost, "<=", it.budget)
  model:maximize(model:embed(it.quality, blend, { name = "quality" }).outputs:sum())
  return model
end

--- All ways to take some casks from some vineyards.
local function mixes(left, yard, mix, into)
  if yard == vineyards then
    mix[yard] = left
    into[#into + 1] = table.move(mix, 1, vineyards, 1, {})
    return into
  end
  for taken = 0, left do
    mix[yard] = taken
    mixes(left - taken, yard + 1, mix, into)
  end
  return into
end

local function check(it)
  local all = mixes(casks, 1, {}, {})
  local taken = tensor.from(all)
  local good = it.quality:forward(taken:matmul(it.chemistry) / casks):flatten():table()
  local cost, best, available = taken:matmul(it.price):table(), -math.huge, it.available
  for one = 1, #all do
    for other = one, #all do
      if good[one] + good[other] > best and cost[one] + cost[other] <= it.budget then
        local enough = true
        for yard = 1, vineyards do enough = enough and all[one][yard] + all[other][yard] <= available[yard] end
        if enough then best = good[one] + good[other] end
      end
    end
  end
  return { value = best, how = ("all pairs of the %d blends"):format(#all) }
end

return gallery.script {
  name = "wine",
  description = "Blends wines of the best quality from what vineyards have, within a budget.",
  prepare = prepare,
  build = build,
  check = check,
}
