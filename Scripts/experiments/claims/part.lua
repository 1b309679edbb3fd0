--- One part of a finding, tested: a mean over problems that is claimed to lie above 0, below it, or near it, in one
--- cell of the grid or in each of several.
---
--- Problems of one image hang together, so the image is the unit: intervals draw images, and tests turn the signs of
--- all values of an image at once (`statistics.cluster_sign_flip`), which assumes nothing but that without an effect an
--- image's values are as likely what they are as their opposites. Where something is claimed of every one of several
--- cells, each must show it, so the largest p of all counts (R. L. Berger, "Multiparameter Hypothesis Testing and
--- Acceptance Sampling", 1982) and no adjustment for their number is needed.
local paired = require "shared.paired"
local statistics = require "vnn.statistics"

local part = {}

---@class claims.Part
---@field name string
---@field text string what is claimed, and what the number is
---@field unit "logarithm"? what the number is: a share or a difference of shares, or the logarithm of a ratio of times
---@field claims "above"|"below"|"near" 0; near is by `margin` at most
---@field margin number?
---@field cells fun(list: paper.Pair[]): claims.Value[][] of the pairs of a setting; what is claimed is so in each
---@field paper number? what the paper has

---@class claims.Result
---@field value number? mean over problems; of several cells that of the one that shows least
---@field low number? 95 % interval by drawing images; nil of fewer than `paired.fewest_images`
---@field high number?
---@field p number? two-sided; nil where the interval decides
---@field p_holm number? adjusted for all tests of its setting
---@field problems integer
---@field images integer
---@field outcome "holds"|"opposite"|"open"|"untestable"

local signs = { above = 1, below = -1, near = 0 }

local function summary(values, definition)
  local numbers, images, seen, count, sum = {}, {}, {}, 0, 0
  for position, value in ipairs(values) do
    numbers[position], images[position], sum = value.number, value.image, sum + value.number
    count = count + (seen[value.image] and 0 or 1)
    seen[value.image] = true
  end
  local result = { problems = #values, images = count, value = #values > 0 and sum / #values or nil }
  if count < paired.fewest_images then return result end
  result.low, result.high = statistics.cluster_bootstrap(numbers, images)
  if definition.claims == "near" then return result end
  local test = statistics.cluster_sign_flip(numbers, images)
  result.direction = test.statistic * signs[definition.claims]
  result.p = test.count > 0 and test.p or 1
  return result
end

--- How little a result shows of what is claimed: what points the other way shows nothing, however clearly.
local function lack(result) return result.direction > 0 and result.p or 1 end

--- What a part shows of the pairs of a setting.
---@param definition claims.Part
---@param list paper.Pair[]
---@return claims.Result
function part.test(definition, list)
  local least
  for _, values in ipairs(definition.cells(list)) do
    local result = summary(values, definition)
    if not result.p then return result end
    local sign = signs[definition.claims]
    local is_less = not least or lack(result) > lack(least)
      or lack(result) == lack(least) and result.value * sign < least.value * sign
    if is_less then least = result end
  end
  return least or summary({}, definition)
end

--- The outcomes of all parts of a setting, their tests adjusted for each other.
---@param definitions claims.Part[]
---@param results claims.Result[] as many
function part.judge(definitions, results)
  local tested, chances = {}, {}
  for position, result in ipairs(results) do
    if result.p then
      tested[#tested + 1], chances[#chances + 1] = position, result.p
    end
  end
  for place, p in ipairs(statistics.holm(chances)) do results[tested[place]].p_holm = p end
  for position, result in ipairs(results) do
    local margin = definitions[position].margin
    if not result.low then
      result.outcome = "untestable"
    elseif margin then
      local is_near = result.low >= -margin and result.high <= margin
      local is_far = result.low > margin or result.high < -margin
      result.outcome = is_near and "holds" or is_far and "opposite" or "open"
    elseif result.p_holm > 0.05 then
      result.outcome = "open"
    else
      result.outcome = result.direction > 0 and "holds" or "opposite"
    end
  end
end

return part
