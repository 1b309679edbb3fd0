--- A counterfactual explanation: the cheapest change of at most two features that gets a refused loan granted. Some
--- features are whole, one cannot be changed. Wachter et al. (2017, "Counterfactual explanations without opening the
--- black box") asked for it, Russell (2019, "Efficient search for diverse coherent explanations") by integer
--- programming.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

-- Accounts, years in work, debt, income, age: the last cannot be changed.
local applicant, effort = { 1, 2, 0.7, 0.3, 0.4 }, { 0.02, 0.03, 1, 0.8 }
local most, sure, changes = { 2, 3, 1, 1 }, 0.5, 2

local function granted(person)
  local accounts, years, debt, income, age = table.unpack(person)
  local for_it = 0.15 * accounts + 0.2 * years - 1.5 * debt * (1 - income) + 0.8 * income + 0.2 * age - 0.6
  return -for_it, for_it
end

local function prepare(seed)
  local upper = tensor.from { most[1], most[2], most[3], most[4], 1 }
  return { judge = gallery.learn({ 5, 12, 2 }, granted, { upper = upper, rows = 800, seed = seed }) }
end

local function build(it)
  local model = milp.model "counterfactual"
  local whole = model:variables(2, { kind = "integer", upper = { most[1], most[2] }, prefix = "whole" })
  local real = model:variables(2, { upper = { most[3], most[4] }, prefix = "real" })
  local age = model:variable { lower = applicant[5], upper = applicant[5], name = "age" }
  local person = milp.concat { whole, real, age }
  local judged = model:embed(it.judge, person, { name = "judge" }).outputs
  local changed, cost = model:variables(4, { kind = "binary", prefix = "changed" }), milp.sum {}
  for feature = 1, 4 do
    cost:add_(model:absolute(person[feature] - applicant[feature]), effort[feature])
    model:imply(changed[feature], 0, person[feature], "==", applicant[feature])
  end
  model:constrain(changed:sum(), "<=", changes)
  model:constrain(judged[2] - judged[1], ">=", sure)
  model:minimize(cost)
  return model
end

--- All pairs of features that may change, with the others held.
local function check(it)
  local best, missed = -math.huge, 0
  local function saved(people)
    local outputs = it.judge:forward(people)
    local cost = (people:slice(2, 1, 4) - tensor.from(applicant):slice(1, 1, 4)):abs():matmul(tensor.from(effort))
    return tensor.where((outputs:select(2, 2) - outputs:select(2, 1)):greater_equal(sure), -cost, -math.huge)
  end
  for one = 1, 3 do
    for other = one + 1, 4 do
      local axes = {}
      for feature = 1, 5 do
        local free = feature == one or feature == other
        local low, high = free and 0 or applicant[feature], free and most[feature] or applicant[feature]
        axes[feature] = { low, high, free and 201 or 1, whole = feature <= 2 }
      end
      local value, last = gallery.search(saved, axes)
      if value > best then best, missed = value, last end
    end
  end
  return {
    value = -best,
    tolerance = missed,
    how = "all pairs of features, on grids of 201, refined, or all whole values",
  }
end

return gallery.script {
  name = "counterfactual",
  description = "Finds the cheapest change that turns a classifier's answer.",
  prepare = prepare,
  build = build,
  check = check,
}
