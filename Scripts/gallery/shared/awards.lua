--- What the two problems about scholarships share: students, the money, and a dynamic program that spreads it.
local tensor = require "vnn.tensor"

local awards = {}

--- The greatest award of a student, and what there is for each on average, in 10,000.
awards.most, awards.mean = 2.5, 0.2

local steps = 1250

--- Test scores and grades of ten students, students x 2.
---@param seed integer
---@return vnn.Tensor
function awards.students(seed)
  local random = tensor.random(seed + 100)
  return tensor.concat({ random:uniform({ 10, 1 }, 900, 1400), random:uniform({ 10, 1 }, 2.2, 4) }, 2)
end

--- What giving out a budget brings at most, by dynamic programming over whole steps. `values` is takers x (steps + 1):
--- what each makes of 0, 1, 2 … steps.
local function allocate(values, budget)
  local best = tensor.zeros { budget + 1 }
  for taker = 1, values.shape[1] do
    local value, after = values[taker], tensor.full({ budget + 1 }, -math.huge)
    for given = 0, math.min(budget, values.shape[2] - 1) do
      local part = after:slice(1, given + 1, budget + 1)
      part:assign_(tensor.maximum(part, best:slice(1, 1, budget + 1 - given) + value[given + 1]))
    end
    best = after
  end
  return best:max()
end

--- How many enrol at most.
---@param students vnn.Tensor
---@param enrolment fun(awards: vnn.Tensor, student: vnn.Tensor): vnn.Tensor how likely a student comes, for each award
---@return gallery.Found
function awards.check(students, enrolment)
  local given, values, rise = tensor.linspace(0, awards.most, steps + 1), {}, 0
  for position = 1, #students do
    values[position] = enrolment(given, students[position])
    rise = math.max(rise, (values[position]:slice(1, 2) - values[position]:slice(1, 1, steps)):abs():max())
  end
  return {
    value = allocate(tensor.stack(values, 1), math.floor(awards.mean * #students / awards.most * steps + 0.5)),
    tolerance = #students * rise, -- what rounding each award down to a whole step can cost
    how = ("a dynamic program over awards in %d steps"):format(steps),
  }
end

return awards
