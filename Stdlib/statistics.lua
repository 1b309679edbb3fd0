--- Statistics that comparisons of runs need: medians, shares with their intervals, paired tests, of values that are
--- independent or come in clusters.
local clustered = require "vnn.statistics.clusters"
local normal = require "vnn.statistics.normal"
local ranks = require "vnn.statistics.ranks"

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
  return normal.tail(z)
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
  return normal.quantile(tail)
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
  for position, name in ipairs { "wins", "losses" } do
    local value = select(position, wins, losses)
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
  return ranks.signed_rank(differences)
end

---@class vnn.statistics.SignFlip
---@field p number two-sided
---@field statistic number sum of the signed ranks; below 0 where the values are below 0 on the whole
---@field count integer values other than zero
---@field clusters integer that have such a value
---@field exact boolean whether all flips were counted
---@field least number the least p that so many clusters can give: with fewer than six it is above 5 %

---@class vnn.statistics.SignFlipOptions
---@field samples? integer random flips, where there are too many to count all (default: 100000)
---@field seed? integer of these (default: 0)

--- The signed-rank test of values that come in clusters: the values of one cluster may hang together as they like, so
--- only the signs of whole clusters are as likely one as the other. Zeros are left out, |values| get mean ranks, these
--- get the signs of the values, and the sum of each cluster is flipped: up to 16 clusters in all ways, more at random,
--- where the values as they are count as one flip more (B. Phipson, G. Smyth, "Permutation P-values Should Never Be
--- Zero", 2010). Where each value is a cluster of its own this is `statistics.signed_rank` (S. Datta, G. Satten, "A
--- Signed-Rank Test for Clustered Data", 2008, treats the general case).
---
--- ```lua
--- local statistics = require "vnn.statistics"
--- local values, images = { -1.2, -0.7, 0.1, -0.3, -0.9, -2.0 }, { "a", "a", "b", "b", "c", "c" }
--- local test = statistics.cluster_sign_flip(values, images)
--- print(test.p, test.statistic, test.clusters, test.least) --> 0.25	-19.0	3	0.25
--- ```
---@param values number[] such as logarithms of ratios
---@param clusters (string|number)[] of which each value comes, one for each
---@param options? vnn.statistics.SignFlipOptions
---@return vnn.statistics.SignFlip
function statistics.cluster_sign_flip(values, clusters, options)
  return clustered.sign_flip(values, clusters, options)
end

---@class vnn.statistics.ClusterMean
---@field mean number? of all values; nil of none
---@field low number? of its interval; nil where so few clusters can give none, at 95 % of fewer than six, and where all
---  of them agree, since nothing tells how far another one might be
---@field high number?
---@field p number two-sided, that the mean is 0; with a margin, of whichever is shown
---@field is_near boolean? whether that is that the mean is within the margin of 0, and not that it is farther
---@field clusters integer
---@field differing integer clusters whose values do not add up to 0: no others take part in the test
---@field least number the least p that so many of these can give against 0
---@field exact boolean whether all subsets were taken

---@class vnn.statistics.ClusterMeanOptions
---@field samples? integer random subsets, where there are too many to take all (default: 20000)
---@field seed? integer of these (default: 0)
---@field confidence? number (default: 0.95)
---@field margin? number asks whether the mean is nearer to 0 than this, or farther, instead (default: 0)

--- The mean of values, or the share of hits, that come in clusters, with an interval and a test that agree: the
--- interval holds what the test does not refuse. Clusters are independent, the values of one may hang together as they
--- like, and each cluster's sum is as likely above what is expected of it as below by as much. Then the true mean is
--- as likely between any two neighbours of the means of all subsets of clusters (J. A. Hartigan, "Using Subsample
--- Values as Typical Values", 1969): up to 16 clusters all, more at random. This is the test of R. A. Fisher that turns
--- the signs of whole clusters, solved for the mean. Of shares near 0 or 1 intervals are too short: what never happened
--- in ten clusters may happen in the eleventh.
---
--- With a `margin` there are two questions, of which at most one is answered with yes: whether the mean is within it
--- (two one-sided tests, D. J. Schuirmann 1987), and whether it is outside.
---
--- ```lua
--- local statistics = require "vnn.statistics"
--- local values, images = { 2, 4, 1, 3, 0, 5, 2 }, { "a", "a", "b", "c", "d", "e", "f" }
--- local found = statistics.cluster_mean(values, images)
--- print(found.low, found.high, found.p, found.clusters, found.differing) --> 0.0	5.0	0.0625	6	5
--- ```
---@param values (number|boolean)[] true counts 1, false 0
---@param clusters (string|number)[] of which each value comes, one for each
---@param options? vnn.statistics.ClusterMeanOptions
---@return vnn.statistics.ClusterMean
function statistics.cluster_mean(values, clusters, options)
  return clustered.mean(values, clusters, options)
end

--- The p values of several tests, adjusted so that the chance of any false one is below a level where they are
--- (S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979).
---
--- ```lua
--- print(table.unpack(require("vnn.statistics").holm { 0.01, 0.04, 0.03 })) --> 0.03	0.06	0.06
--- ```
---@param ps number[]
---@return number[] adjusted in the same order
function statistics.holm(ps)
  check_numbers("holm", ps)
  local order, adjusted, least = {}, {}, 0
  for position = 1, #ps do order[position] = position end
  table.sort(order, function(a, b) return ps[a] < ps[b] or ps[a] == ps[b] and a < b end)
  for place, position in ipairs(order) do
    least = math.min(1.0, math.max(least, (#ps - place + 1) * ps[position]))
    adjusted[position] = least
  end
  return adjusted
end

--- The mean of times of which some are only known to be longer, each cut off at a limit: the area under the curve of
--- E. L. Kaplan and P. Meier up to there (J. O. Irwin, "The Standard Error of an Estimate of Expectation of Life",
--- 1949).
---
--- ```lua
--- local statistics = require "vnn.statistics"
--- print(statistics.restricted_mean({ 1, 4, 2, 10 }, { true, true, false, false }, 10)) --> 5.5
--- ```
---@param times number[] from 0
---@param happened boolean[] whether it happened then, and not only not before
---@param limit number above 0
---@return number? mean nil of no times
function statistics.restricted_mean(times, happened, limit)
  check_numbers("restricted_mean", times)
  if type(limit) ~= "number" or limit ~= limit or limit <= 0 then
    error(("statistics.restricted_mean: limit: expected a number above 0, got %s"):format(tostring(limit)), 2)
  end
  if type(happened) ~= "table" then
    error(("statistics.restricted_mean: happened: expected a list of booleans, got %s"):format(type(happened)), 2)
  end
  local order = {}
  for position = 1, #times do
    if type(happened[position]) ~= "boolean" then
      error(("statistics.restricted_mean: happened: %d: expected a boolean, got %s"):format(
        position, tostring(happened[position])), 2)
    end
    order[position] = position
  end
  if #times == 0 then return nil end
  -- Who is lost at a time was there when something happened at it.
  table.sort(order, function(a, b)
    return times[a] < times[b] or times[a] == times[b] and happened[a] and not happened[b]
  end)
  local area, share, before = 0, 1, 0
  for place, position in ipairs(order) do
    local time = math.min(times[position], limit)
    area, before = area + share * (time - before), time
    if happened[position] and times[position] <= limit then share = share * (1 - 1 / (#order - place + 1)) end
  end
  return area + share * (limit - before)
end

return statistics
