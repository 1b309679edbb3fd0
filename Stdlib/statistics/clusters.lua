--- Tests and intervals of values that come in clusters: many problems of few images, say, are as many observations as
--- there are images. `vnn.statistics` says what each function takes and gives.
local ranks = require "vnn.statistics.ranks"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"

local clusters = {}

--- The positions of the values of each cluster, clusters in the order in which they come first.
local function grouped(name, values, labels)
  settings.expect(name, 1, values, "a list", 4)
  settings.expect(name, 2, labels, "a list", 4)
  local groups, by_label = {}, {}
  for position = 1, #values do
    local label = labels[position]
    if label == nil then
      error(("%s: cluster %d: is missing; there are %d values"):format(name, position, #values), 3)
    end
    if not by_label[label] then
      by_label[label] = {}
      groups[#groups + 1] = by_label[label]
    end
    table.insert(by_label[label], position)
  end
  if #labels > #values then
    error(("%s: expected a cluster for each of %d values, got %d"):format(name, #values, #labels), 3)
  end
  return groups
end

--- A hit counts 1, a miss 0.
local function number_of(name, value, position)
  if type(value) == "boolean" then return value and 1 or 0 end
  if type(value) ~= "number" or value ~= value then
    error(("%s: number %d: expected a number or a boolean, got %s"):format(name, position, tostring(value)), 3)
  end
  return value
end

--- How many of all signs of the sums make their total at least as far from 0 as it is. Half of them are looked at,
--- since those with all signs turned are as far; each differs from the one before by one sign (Gray's code).
local function count_all(sums, observed)
  local total, signs = 0, {}
  for position, sum in ipairs(sums) do
    total, signs[position] = total + sum, 1
  end
  local count = 0
  for step = 1, 1 << (#sums - 1) do
    if math.abs(total) >= observed then count = count + 2 end
    local place, rest = 1, step
    while rest & 1 == 0 do
      place, rest = place + 1, rest >> 1
    end
    if place < #sums then
      signs[place] = -signs[place]
      total = total + 2 * signs[place] * sums[place]
    end
  end
  return count
end

local word = 32

--- The same of so many random signs.
local function count_some(sums, observed, samples, random)
  local count = 0
  for _ = 1, samples do
    local total, bits = 0, 0
    for position, sum in ipairs(sums) do
      if position % word == 1 then bits = random:integer(1 << word) - 1 end
      total = total + (bits & 1 == 1 and sum or -sum)
      bits = bits >> 1
    end
    if math.abs(total) >= observed then count = count + 1 end
  end
  return count
end

--- So many clusters are flipped in all ways.
local most_exact = 16

--- Fails where the number of draws is none.
local function expect_samples(name, samples)
  if math.tointeger(samples) and samples >= 1 then return end
  error(("%s: samples: expected an integer from 1, got %s"):format(name, samples), 3)
end

function clusters.sign_flip(values, labels, options)
  local name = "statistics.cluster_sign_flip"
  options = settings.of(name, options, { samples = 100000, seed = 0 })
  expect_samples(name, options.samples)
  local groups = grouped(name, values, labels)
  local kept, place_of = {}, {}
  for position = 1, #values do
    local value = number_of(name, values[position], position)
    if value ~= 0 then
      kept[#kept + 1] = value
      place_of[position] = #kept
    end
  end
  local doubled, sums, total = ranks.doubled(kept), {}, 0
  for _, group in ipairs(groups) do
    local sum, has_some = 0, false
    for _, position in ipairs(group) do
      local place = place_of[position]
      if place then
        sum, has_some = sum + (kept[place] > 0 and doubled[place] or -doubled[place]), true
      end
    end
    if has_some then sums[#sums + 1] = sum end
    total = total + sum
  end
  local result = {
    p = 1.0, statistic = total / 2, count = #kept, clusters = #sums, exact = #sums <= most_exact,
  }
  result.least = math.min(1.0, math.max(2.0 ^ (1 - #sums), result.exact and 0 or 1 / (1 + options.samples)))
  if #sums == 0 then return result end
  if result.exact then
    result.p = count_all(sums, math.abs(total)) / 2 ^ #sums
  else
    local count = count_some(sums, math.abs(total), options.samples, tensor.random(options.seed))
    result.p = (1 + count) / (1 + options.samples)
  end
  return result
end

--- Calls `visit` with the sum and the number of values of subsets of the clusters: of all but the empty one, each other
--- than the one before by one cluster (Gray's code), or of so many random ones. Returns how many there are with it.
local function each_subset(sums, counts, options, visit)
  if #sums <= most_exact then
    local sum, count, has = 0, 0, {}
    for step = 1, (1 << #sums) - 1 do
      local place, rest = 1, step
      while rest & 1 == 0 do
        place, rest = place + 1, rest >> 1
      end
      local sign = has[place] and -1 or 1
      has[place], sum, count = not has[place], sum + sign * sums[place], count + sign * counts[place]
      visit(sum, count)
    end
    return 2 ^ #sums
  end
  local random = tensor.random(options.seed)
  for _ = 1, options.samples do
    local sum, count, bits = 0, 0, 0
    for position = 1, #sums do
      if position % word == 1 then bits = random:integer(1 << word) - 1 end
      if bits & 1 == 1 then sum, count = sum + sums[position], count + counts[position] end
      bits = bits >> 1
    end
    -- Of more than 16 clusters hardly ever none is drawn; it then stands for the whole.
    visit(count > 0 and sum or options.sum, count > 0 and count or options.count)
  end
  return options.samples + 1
end

--- How many of a rising list are at most `bound`.
local function count_up_to(list, bound)
  local low, high = 0, #list
  while low < high do
    local middle = (low + high + 1) // 2
    if list[middle] <= bound then
      low = middle
    else
      high = middle - 1
    end
  end
  return low
end

function clusters.mean(values, labels, options)
  local name = "statistics.cluster_mean"
  options = settings.of(name, options, { samples = 20000, seed = 0, confidence = 0.95, margin = 0 })
  expect_samples(name, options.samples)
  if not (options.confidence > 0 and options.confidence < 1) then
    error(("%s: confidence: expected a number above 0 and below 1, got %s"):format(name, options.confidence), 2)
  end
  if not (options.margin >= 0 and options.margin < math.huge) then
    error(("%s: margin: expected a number from 0, got %s"):format(name, options.margin), 2)
  end
  local groups = grouped(name, values, labels)
  local sums, counts, whole, differing = {}, {}, { sum = 0, count = #values }, 0
  for index, group in ipairs(groups) do
    sums[index], counts[index] = 0, #group
    for _, position in ipairs(group) do sums[index] = sums[index] + number_of(name, values[position], position) end
    whole.sum, differing = whole.sum + sums[index], differing + (sums[index] ~= 0 and 1 or 0)
  end
  local result = {
    p = 1.0, clusters = #sums, differing = differing, exact = #sums <= most_exact,
  }
  -- Of draws each side has at least one of all.
  result.least = math.max(2.0 ^ math.min(1 - differing, 0), result.exact and 0
    or (options.margin > 0 and 1 or 2) / (1 + options.samples))
  if #sums == 0 then return result end
  result.mean = whole.sum / whole.count
  local means = {}
  local number = each_subset(sums, counts, settings.joined(options, whole), function(sum, count)
    means[#means + 1] = sum / count
  end)
  table.sort(means)
  -- Equal up to the rounding of sums is equal, also where all are 0.
  local slack = 1e-12 * math.max(math.abs(means[1]), math.abs(means[#means])) + 2.0 ^ -1000
  -- The chances of one-sided tests that the mean is above a bound, or below it.
  local function above(bound) return (1 + count_up_to(means, bound + slack)) / number end
  local function below(bound) return (1 + #means - count_up_to(means, bound - slack)) / number end
  local margin = options.margin
  local apart = math.min(1.0, 2 * math.min(above(margin), below(-margin)))
  local near = margin > 0 and math.max(above(-margin), below(margin)) or 1.0
  result.p, result.is_near = math.min(apart, near), near < apart
  local place = math.floor((1 - options.confidence) / 2 * number + 1e-9)
  -- Where all clusters agree there is nothing to tell how far another one might be.
  local differ = means[#means] - means[1] > slack
  if place >= 1 and differ then result.low, result.high = means[place], means[#means + 1 - place] end
  return result
end

return clusters
