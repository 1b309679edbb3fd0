--- Ranks of paired differences, and the test of F. Wilcoxon on them. `vnn.statistics` says what each function takes and
--- gives.
local normal = require "vnn.statistics.normal"
local settings = require "vnn.settings"

local ranks = {}

--- Twice the ranks of |differences|, whole numbers even where ties share their mean rank; and the sum of t^3 - t over
--- the groups of t ties. What is equal up to the rounding of a subtraction is tied.
---@param differences number[]
---@return integer[] ranks
---@return number ties
function ranks.doubled(differences)
  settings.expect("ranks.doubled", 1, differences, "a list of numbers")
  local order = {}
  for position, difference in ipairs(differences) do order[position] = { math.abs(difference), position } end
  table.sort(order, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
  local doubled, ties, first = {}, 0, 1
  while first <= #order do
    local last = first
    while last < #order and order[last + 1][1] <= order[first][1] * (1 + 1e-12) do last = last + 1 end
    for place = first, last do doubled[order[place][2]] = first + last end
    local size = last - first + 1
    ties = ties + size ^ 3 - size
    first = last + 1
  end
  return doubled, ties
end

--- The chance that the doubled ranks of a random half sum up to at most `bound`, by counting all signs.
local function exact_lower_tail(doubled, bound)
  local total = 0
  for _, rank in ipairs(doubled) do total = total + rank end
  local chance = { [0] = 1.0 }
  for sum = 1, total do chance[sum] = 0.0 end
  local reach = 0
  for _, rank in ipairs(doubled) do
    reach = reach + rank
    for sum = reach, 0, -1 do
      chance[sum] = 0.5 * (chance[sum] + (sum >= rank and chance[sum - rank] or 0.0))
    end
  end
  local tail = 0.0
  for sum = 0, math.min(bound, total) do tail = tail + chance[sum] end
  return tail
end

function ranks.signed_rank(differences)
  settings.expect("ranks.signed_rank", 1, differences, "a list of numbers")
  local kept = {}
  for _, difference in ipairs(differences) do
    if difference ~= 0 then kept[#kept + 1] = difference end
  end
  local count = #kept
  local doubled, ties = ranks.doubled(kept)
  local positive, total = 0, count * (count + 1)
  for position, difference in ipairs(kept) do
    if difference > 0 then positive = positive + doubled[position] end
  end
  local fewer = math.min(positive, total - positive)
  local result = { positive = positive / 2, negative = (total - positive) / 2, count = count, exact = count <= 100 }
  if count == 0 then
    result.p = 1.0
  elseif result.exact then
    result.p = math.min(1.0, 2 * exact_lower_tail(doubled, fewer))
  else
    -- As a float: the product of integers would wrap beyond 1.6 million differences.
    local variance = (count + 0.0) * (count + 1) * (2 * count + 1) / 24 - ties / 48
    result.p = math.min(1.0, 2 * normal.tail((total / 4 - fewer / 2) / math.sqrt(variance)))
  end
  return result
end

return ranks
