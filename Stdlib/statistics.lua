--- Statistics that comparisons of runs need: medians, shares with their intervals, paired tests.
local statistics = {}

local function check_numbers(name, values)
  if type(values) ~= "table" then
    error(("statistics.%s: expected a list of numbers, got %s"):format(name, type(values)), 3)
  end
  for position = 1, #values do
    local value = values[position]
    if type(value) ~= "number" or value ~= value then
      error(("statistics.%s: number %d: expected a number, got %s"):format(name, position, tostring(value)), 3)
    end
  end
end

local function check_counts(name, successes, trials)
  if math.type(trials) ~= "integer" or trials < 0 then
    error(("statistics.%s: trials: expected an integer from 0, got %s"):format(name, tostring(trials)), 3)
  end
  if math.type(successes) ~= "integer" or successes < 0 or successes > trials then
    error(
      ("statistics.%s: successes: expected an integer from 0 to %d, got %s"):format(name, trials, tostring(successes)),
      3
    )
  end
end

--- The value below which a share of the values lies, between neighbours by linear interpolation; 0.5 is the median.
---
--- ```lua
--- local statistics = require "vnn.statistics"
--- print(statistics.quantile({ 4, 1, 3, 2 }, 0.5), statistics.quantile({ 4, 1, 3, 2 }, 0)) --> 2.5	1
--- ```
---@param values number[] stay as they are
---@param share number from 0 to 1
---@return number? quantile nil of no values
function statistics.quantile(values, share)
  check_numbers("quantile", values)
  if type(share) ~= "number" or not (share >= 0 and share <= 1) then
    error(("statistics.quantile: share: expected a number from 0 to 1, got %s"):format(tostring(share)), 2)
  end
  if #values == 0 then return nil end
  local sorted = table.move(values, 1, #values, 1, {})
  table.sort(sorted)
  local place = 1 + share * (#sorted - 1)
  local below = math.floor(place)
  local fraction = place - below
  -- Nothing is added where the place is a value's own, so that infinite neighbours do no harm.
  if fraction == 0 or sorted[below] == sorted[below + 1] then return sorted[below] end
  local step = sorted[below + 1] - sorted[below]
  -- Neighbours that are infinite, or so far apart that their difference is.
  if step == math.huge then return (1 - fraction) * sorted[below] + fraction * sorted[below + 1] end
  return sorted[below] + fraction * step
end

--- The middle value, or the mean of the two in the middle.
---
--- ```lua
--- print(require("vnn.statistics").median { 0.1, 30, 0.2 }) --> 0.2
--- ```
---@param values number[] stay as they are
---@return number? median nil of no values
function statistics.median(values)
  check_numbers("median", values)
  return statistics.quantile(values, 0.5)
end

--- The chance that a standard normal variable is above z: by its series near the middle, by its continued fraction in
--- the tail (Abramowitz and Stegun 1964, 26.2.11 and 26.2.14), to about 1e-14 relative.
---
--- ```lua
--- print(("%.6f"):format(require("vnn.statistics").normal_tail(1.959964))) --> 0.025000
--- ```
---@param z number
---@return number
function statistics.normal_tail(z)
  if type(z) ~= "number" or z ~= z then
    error(("statistics.normal_tail: expected a number, got %s"):format(tostring(z)), 2)
  end
  if z < 0 then return 1 - statistics.normal_tail(-z) end
  if z > 40 then return 0.0 end
  local density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
  if z < 3 then
    local sum, term, n = z, z, 1
    while term > 1e-17 * sum do
      n = n + 2
      term = term * z * z / n
      sum = sum + term
    end
    return 0.5 - density * sum
  end
  local fraction = 0.0
  for k = 200, 1, -1 do fraction = k / (z + fraction) end
  return density / (z + fraction)
end

--- The z above which a standard normal variable is with a given chance.
---
--- ```lua
--- print(("%.4f"):format(require("vnn.statistics").normal_quantile(0.025))) --> 1.9600
--- ```
---@param tail number the chance, above 0 and below 1
---@return number
function statistics.normal_quantile(tail)
  if type(tail) ~= "number" or not (tail > 0 and tail < 1) then
    error(("statistics.normal_quantile: expected a number above 0 and below 1, got %s"):format(tostring(tail)), 2)
  end
  local low, high = -40.0, 40.0
  for _ = 1, 100 do
    local middle = (low + high) / 2
    if statistics.normal_tail(middle) > tail then
      low = middle
    else
      high = middle
    end
  end
  return (low + high) / 2
end

--- The score interval of a share, which stays within 0 and 1 and is right for few trials too (E. B. Wilson, "Probable
--- Inference, the Law of Succession, and Statistical Inference", 1927).
---
--- ```lua
--- local low, high = require("vnn.statistics").wilson(9, 10)
--- print(("%.3f to %.3f"):format(low, high)) --> 0.596 to 0.982
--- ```
---@param successes integer
---@param trials integer
---@param confidence? number (default: 0.95)
---@return number low 0 without any trial
---@return number high 1 without any trial
function statistics.wilson(successes, trials, confidence)
  check_counts("wilson", successes, trials)
  if confidence ~= nil and (type(confidence) ~= "number" or not (confidence > 0 and confidence < 1)) then
    error(("statistics.wilson: confidence: expected a number above 0 and below 1, got %s"):format(
      tostring(confidence)), 2)
  end
  if trials == 0 then return 0.0, 1.0 end
  local z = statistics.normal_quantile((1 - (confidence or 0.95)) / 2)
  local share, spread = successes / trials, z * z / trials
  local center = (share + spread / 2) / (1 + spread)
  local reach = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
  return successes == 0 and 0.0 or center - reach, successes == trials and 1.0 or center + reach
end

--- The exact sign test of pairs that differ, two-sided (McNemar's exact test): the chance that a fair coin is as far
--- from even as `wins` against `losses`. For any number of pairs: chances below 1e-323 are 0.
---
--- ```lua
--- print(require("vnn.statistics").sign_test(0, 9)) --> 0.00390625
--- ```
---@param wins integer
---@param losses integer
---@return number p
function statistics.sign_test(wins, losses)
  for name, value in pairs { wins = wins, losses = losses } do
    if math.type(value) ~= "integer" or value < 0 then
      error(("statistics.sign_test: %s: expected an integer from 0, got %s"):format(name, tostring(value)), 2)
    end
  end
  local count, fewer = wins + losses, math.min(wins, losses)
  -- The last binomial coefficient that counts, halved on the way as often as there are coins, so that neither it nor
  -- the powers of 1/2 leave the range of numbers (0.5 ^ 1075 is 0).
  local last, halvings = 1.0, count
  for k = 1, fewer do
    last = last * ((count - fewer + k) / k)
    while last > 1 and halvings > 0 do
      last, halvings = last / 2, halvings - 1
    end
  end
  -- The others relative to it, down from the largest.
  local sum, term = 0.0, 1.0
  for k = fewer, 0, -1 do
    sum = sum + term
    term = term * (k / (count - k + 1))
  end
  return math.min(1.0, 2 * last * sum * 0.5 ^ halvings)
end

--- Twice the ranks of |differences|, whole numbers even where ties share their mean rank; and the sum of t^3 - t over
--- the groups of t ties.
local function doubled_ranks(differences)
  local order = {}
  for position, difference in ipairs(differences) do order[position] = { math.abs(difference), position } end
  table.sort(order, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
  local ranks, ties, first = {}, 0, 1
  while first <= #order do
    local last = first
    while last < #order and order[last + 1][1] == order[first][1] do last = last + 1 end
    for place = first, last do ranks[order[place][2]] = first + last end
    local size = last - first + 1
    ties = ties + size ^ 3 - size
    first = last + 1
  end
  return ranks, ties
end

--- The chance that the doubled ranks of a random half sum up to at most `bound`, by counting all signs.
local function exact_lower_tail(ranks, bound)
  local total = 0
  for _, rank in ipairs(ranks) do total = total + rank end
  local chance = { [0] = 1.0 }
  for sum = 1, total do chance[sum] = 0.0 end
  local reach = 0
  for _, rank in ipairs(ranks) do
    reach = reach + rank
    for sum = reach, 0, -1 do
      chance[sum] = 0.5 * (chance[sum] + (sum >= rank and chance[sum - rank] or 0.0))
    end
  end
  local tail = 0.0
  for sum = 0, math.min(bound, total) do tail = tail + chance[sum] end
  return tail
end

---@class vnn.statistics.SignedRank
---@field p number two-sided
---@field positive number sum of the ranks of the positive differences
---@field negative number sum of the ranks of the negative differences
---@field count integer differences other than zero
---@field exact boolean whether p comes from counting all signs

--- The signed-rank test of paired differences (F. Wilcoxon, "Individual Comparisons by Ranking Methods", 1945). Zeros
--- are left out and ties share their mean rank. Up to 100 differences are counted exactly, ties included; more are
--- taken as normal, with the variance corrected for ties.
---
--- ```lua
--- local test = require("vnn.statistics").signed_rank { 1.5, 0.5, 2.0, -0.25, 3.0 }
--- print(test.positive, test.negative, test.p) --> 14.0	1.0	0.125
--- ```
---@param differences number[]
---@return vnn.statistics.SignedRank
function statistics.signed_rank(differences)
  check_numbers("signed_rank", differences)
  local kept = {}
  for _, difference in ipairs(differences) do
    if difference ~= 0 then kept[#kept + 1] = difference end
  end
  local count = #kept
  local ranks, ties = doubled_ranks(kept)
  local positive, total = 0, count * (count + 1)
  for position, difference in ipairs(kept) do
    if difference > 0 then positive = positive + ranks[position] end
  end
  local fewer = math.min(positive, total - positive)
  local result = { positive = positive / 2, negative = (total - positive) / 2, count = count, exact = count <= 100 }
  if count == 0 then
    result.p = 1.0
  elseif result.exact then
    result.p = math.min(1.0, 2 * exact_lower_tail(ranks, fewer))
  else
    -- As a float: the product of integers would wrap beyond 1.6 million differences.
    local variance = (count + 0.0) * (count + 1) * (2 * count + 1) / 24 - ties / 48
    result.p = math.min(1.0, 2 * statistics.normal_tail((total / 4 - fewer / 2) / math.sqrt(variance)))
  end
  return result
end

return statistics
