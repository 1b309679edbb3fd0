--- Statistics against published tables and against counting.
local statistics = require "vnn.statistics"
local checks = require "support.checks"
local check = checks.check
local function near(value, wanted, tolerance)
  check(math.abs(value - wanted) <= tolerance, ("expected %.12g, got %.12g"):format(wanted, value))
end

-- The normal distribution: Abramowitz and Stegun, tables 26.1 and 26.2.
near(statistics.normal_tail(0), 0.5, 1e-15)
near(statistics.normal_tail(1), 0.158655253931457, 1e-14)
near(statistics.normal_tail(2.999999), statistics.normal_tail(3.000001), 1e-8)
near(statistics.normal_tail(5) / 2.86651571879194e-07, 1, 1e-12)
near(statistics.normal_tail(10) / 7.61985302416053e-24, 1, 1e-12)
near(statistics.normal_tail(-2), 1 - statistics.normal_tail(2), 1e-15)
near(statistics.normal_quantile(0.025), 1.95996398454005, 1e-12)
near(statistics.normal_quantile(0.5), 0, 1e-12)

-- Score intervals: R. G. Newcombe, "Two-sided confidence intervals for the single proportion" (1998), method 3.
for _, row in ipairs {
  { 81, 263, 0.2553, 0.3662 },
  { 15, 148, 0.0624, 0.1605 },
  { 0, 20, 0.0, 0.1611 },
  { 1, 29, 0.0061, 0.1718 },
} do
  local low, high = statistics.wilson(row[1], row[2])
  near(low, row[3], 5e-5)
  near(high, row[4], 5e-5)
  -- The other share has the mirrored interval.
  local other_low, other_high = statistics.wilson(row[2] - row[1], row[2])
  near(other_low, 1 - high, 1e-12)
  near(other_high, 1 - low, 1e-12)
end
check(select("#", statistics.wilson(0, 0)) == 2 and statistics.wilson(0, 0) == 0)
check(statistics.wilson(5, 10, 0.5) > statistics.wilson(5, 10, 0.99), "more confidence, wider")

-- Signed ranks: the critical values of Wilcoxon's table for two-sided 5 % are the largest sums below it.
for count, critical in pairs { [6] = 0, [7] = 2, [8] = 3, [9] = 5, [10] = 8, [15] = 25, [20] = 52 } do
  -- Differences whose negative ranks sum up to `sum`.
  local function p_of(sum)
    local differences = {}
    for rank = count, 1, -1 do
      local is_negative = rank <= sum
      if is_negative then sum = sum - rank end
      differences[#differences + 1] = is_negative and -rank or rank
    end
    return statistics.signed_rank(differences).p
  end
  check(p_of(critical) <= 0.05 and p_of(critical + 1) > 0.05, ("n = %d"):format(count))
end

local function enumerated(differences)
  local ranks, total, positive = {}, 0, 0
  for i, x in ipairs(differences) do
    local less, equal = 0, 0
    for _, y in ipairs(differences) do
      less = less + (math.abs(y) < math.abs(x) and 1 or 0)
      equal = equal + (math.abs(y) == math.abs(x) and 1 or 0)
    end
    ranks[i] = less + (equal + 1) / 2
    total, positive = total + ranks[i], positive + (x > 0 and ranks[i] or 0)
  end
  local fewer, count = math.min(positive, total - positive), 0
  for signs = 0, 2 ^ #ranks - 1 do
    local sum = 0
    for i, rank in ipairs(ranks) do sum = sum + (signs >> (i - 1) & 1) * rank end
    count = count + (sum <= fewer and 1 or 0)
  end
  return math.min(1, 2 * count / 2 ^ #ranks)
end
for _, differences in ipairs {
  { 1, -1 },
  { 2, 2, -2, 2, 1 },
  { 3, -1, 1, 4, -2, 4, 4, 0.5, -3 },
  { -1, -1, -1, -1, -1, 2, 2, -3 },
} do
  near(statistics.signed_rank(differences).p, enumerated(differences), 1e-12)
end
local with_zeros, without = statistics.signed_rank { 0, 1, 0, 2, -3, 0 }, statistics.signed_rank { 1, 2, -3 }
check(with_zeros.p == without.p and with_zeros.count == 3 and with_zeros.positive == 3 and with_zeros.negative == 3)
check(statistics.signed_rank({}).p == 1 and statistics.signed_rank({ 0, 0 }).p == 1)

-- Many pairs: where all are tied the test is the sign test, whose normal form is easy; and exact and normal agree.
local ones = {}
for i = 1, 120 do ones[i] = i <= 75 and 1 or -1 end
local tied = statistics.signed_rank(ones)
check(not tied.exact)
near(tied.p, 2 * statistics.normal_tail(15 / math.sqrt(30)), 1e-12)
local mixed = {}
for i = 1, 100 do mixed[i] = (i % 3 == 0 and -1 or 1) * (i + 0.5) end
local exact = statistics.signed_rank(mixed)
mixed[101] = 0.25
local normal = statistics.signed_rank(mixed)
check(exact.exact and not normal.exact)
near(normal.p / exact.p, 1, 0.15)

-- The sign test: 2^-8 twice, and a draw.
near(statistics.sign_test(8, 0), 2 / 256, 1e-15)
near(statistics.sign_test(1, 4), 2 * 6 / 32, 1e-15)
check(statistics.sign_test(3, 3) == 1 and statistics.sign_test(0, 0) == 1)
-- More pairs than 1,074, where 2^-n is no number: SciPy 1.17.1, binomtest(wins, wins + losses, 0.5).pvalue.
for _, row in ipairs {
  { 0, 9, 0.00390625 },
  { 40, 60, 0.05688793364098089 },
  { 537, 537, 1.0 },
  { 480, 594, 0.0005585202675803757 },
  { 500, 575, 0.023964605849013835 },
  { 538, 538, 1.0 },
  { 700, 800, 0.010559255466711506 },
  { 950, 1050, 0.026824146240280546 },
  { 600, 1400, 2.30397455599143e-73 },
  { 1400, 1600, 0.00027856396103923366 },
  { 1999, 2001, 0.9873851258441653 },
  { 2500, 2500, 1.0 },
  { 2400, 2600, 0.004883649737517494 },
  { 2000, 3000, 1.3002310005205326e-45 },
  { 3000, 2000, 1.3002310005205326e-45 },
} do
  near(statistics.sign_test(row[1], row[2]) / row[3], 1, 1e-12)
end
-- Where chances have fewer digits, and where they are no numbers any more.
near(statistics.sign_test(1200, 3800) / 1.2343761766744e-310, 1, 1e-9)
near(statistics.sign_test(1, 1072) / 2.1225e-320, 1, 1e-3)
check(statistics.sign_test(0, 1074) == 1e-323 and statistics.sign_test(400, 4600) == 0)
-- Two million differences: the variance is no integer that wraps.
local many = {}
for position = 1, 2000000 do many[position] = position % 2 == 0 and 1 or -1 end
near(statistics.signed_rank(many).p, 1, 1e-12)

check(statistics.median { 3, 1, 2 } == 2 and statistics.median { 4, 1, 3, 2 } == 2.5 and statistics.median {} == nil)
check(statistics.quantile({ 1, math.huge }, 0) == 1 and statistics.quantile({ 10, 20, 30 }, 0.75) == 25)
-- Neighbours that are infinite, equal, or farther apart than the largest number.
check(statistics.median { math.huge, math.huge } == math.huge and statistics.median { -math.huge, 5 } == -math.huge)
check(statistics.median { -1.5e308, 1.5e308 } == 0)
near(statistics.quantile({ -1.6e308, 1.6e308 }, 0.75) / 0.8e308, 1, 1e-12)
for _, misuse in ipairs {
  { statistics.wilson, 3, 2, "successes: expected an integer from 0 to 2, got 3" },
  { statistics.median, { 1, "x" }, nil, "number 2: expected a number, got x" },
  { statistics.quantile, { 1 }, 2, "share: expected a number from 0 to 1, got 2" },
  { statistics.sign_test, 3, -1, "losses: expected an integer from 0, got -1" },
  { statistics.sign_test, "3", 1, "wins: expected an integer from 0, got 3" },
} do
  local done, message = pcall(misuse[1], misuse[2], misuse[3])
  check(not done and message:find(misuse[4], 1, true), message)
end

--- The totals of numbers with all combinations of their signs.
local function with_all_signs(numbers)
  local totals = { 0 }
  for _, number in pairs(numbers) do
    local further = {}
    for _, before in ipairs(totals) do
      further[#further + 1] = before + number
      further[#further + 1] = before - number
    end
    totals = further
  end
  return totals
end
-- Clusters: the sums of signed ranks, flipped in all ways by counting in another order.
local function flipped(values, clusters)
  local kept, sums, total = {}, {}, 0
  for _, value in ipairs(values) do kept[#kept + 1] = value ~= 0 and value or nil end
  for position, value in ipairs(values) do
    local less, equal = 0, 0
    for _, other in ipairs(kept) do
      less = less + (math.abs(other) < math.abs(value) and 1 or 0)
      equal = equal + (math.abs(other) == math.abs(value) and 1 or 0)
    end
    local rank = value == 0 and 0 or (less + (equal + 1) / 2) * (value > 0 and 1 or -1)
    sums[clusters[position]], total = (sums[clusters[position]] or 0) + rank, total + rank
  end
  local totals = with_all_signs(sums)
  local count = 0
  for _, other in ipairs(totals) do count = count + (math.abs(other) >= math.abs(total) and 1 or 0) end
  return count / #totals
end
local random = require("vnn.tensor").random(5)
for round = 1, 60 do
  local values, clusters, alone = {}, {}, {}
  for position = 1, 4 + random:integer(20) do
    -- Few values, so that there are ties and zeros.
    values[position] = (random:integer(9) - 4) / 2
    clusters[position], alone[position] = ("image %d"):format(random:integer(1 + round % 9)), position
  end
  near(statistics.cluster_sign_flip(values, clusters).p, flipped(values, clusters), 1e-12)
  if #values <= 16 then
    near(statistics.cluster_sign_flip(values, alone).p, statistics.signed_rank(values).p, 1e-12)
  end
end
local few = statistics.cluster_sign_flip({ -1, -2, -3, -4, -5 }, { "a", "a", "b", "c", "d" })
check(few.clusters == 4 and few.p == 0.125 and few.least == 0.125 and few.statistic == -15 and few.exact)
check(statistics.cluster_sign_flip({ 0, 0 }, { 1, 2 }).p == 1 and statistics.cluster_sign_flip({}, {}).clusters == 0)
-- More than 16 clusters are sampled, the same for the same seed, and near the test of independent values.
local long, labels = {}, {}
for position = 1, 40 do long[position], labels[position] = (position % 3 == 0 and -1 or 1) * position, position end
local sampled = statistics.cluster_sign_flip(long, labels)
check(not sampled.exact and sampled.p == statistics.cluster_sign_flip(long, labels, { seed = 0 }).p)
check(sampled.p ~= statistics.cluster_sign_flip(long, labels, { seed = 1 }).p)
near(sampled.p, statistics.signed_rank(long).p, 0.004)
near(statistics.cluster_sign_flip(long, labels, { samples = 1 }).p * 2 % 1, 0, 1e-12)
-- The mean of clusters: p by turning the signs of their sums in all ways, and an interval of what that does not refuse.
local function turned(values, clusters, null)
  local sums, total = {}, 0
  for position, value in ipairs(values) do
    sums[clusters[position]] = (sums[clusters[position]] or 0) + value - null
    total = total + value - null
  end
  local totals = with_all_signs(sums)
  local count = 0
  for _, other in ipairs(totals) do count = count + (math.abs(other) >= math.abs(total) - 1e-9 and 1 or 0) end
  return count / #totals
end
for round = 1, 40 do
  local values, clusters = {}, {}
  for position = 1, 6 + random:integer(20) do
    values[position] = (random:integer(9) - 4) / 2
    clusters[position] = ("image %d"):format(random:integer(2 + round % 9))
  end
  local found = statistics.cluster_mean(values, clusters)
  near(found.p, turned(values, clusters, 0), 1e-12)
  check(found.exact and (found.low == nil) == (found.clusters < 6), found.clusters)
  if found.low then
    -- Just outside the interval the test refuses, inside it does not.
    for _, end_of in ipairs { { found.low, -1 }, { found.high, 1 } } do
      check(turned(values, clusters, end_of[1] + 1e-6 * end_of[2]) <= 0.05)
      check(turned(values, clusters, end_of[1] - 1e-6 * end_of[2]) > 0.05 or found.low == found.high)
    end
    -- Two one-sided tests say no more and no less than the interval of 90 %.
    local at_90 = statistics.cluster_mean(values, clusters, { confidence = 0.9 })
    local margin = random:integer(8) / 4 + 0.01
    local asked = statistics.cluster_mean(values, clusters, { margin = margin })
    local is_within = at_90.low >= -margin and at_90.high <= margin
    check((asked.is_near and asked.p <= 0.05) == is_within, margin)
    check((not asked.is_near and asked.p <= 0.05) == (found.low > margin or found.high < -margin), margin)
  end
end
-- Fisher's own, on Darwin's maize: 1,726 of 32,768 ("The Design of Experiments", 1935, section 21); and the boys' shoes
-- of G. Box, W. Hunter, J. Hunter, "Statistics for Experimenters" (1978), where 7 of 1,024 are at least as large.
local maize_pots, shoes, boys = {}, { 0.8, 0.6, 0.3, -0.1, 1.1, -0.2, 0.3, 0.5, 0.5, 0.3 }, {}
local maize_heights = { 49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48 }
for position = 1, 15 do maize_pots[position], boys[position] = position, position <= 10 and position or nil end
check(statistics.cluster_mean(maize_heights, maize_pots).p == 1726 / 32768)
check(statistics.cluster_mean(shoes, boys).p == 14 / 1024, statistics.cluster_mean(shoes, boys).p)
-- The interval of whole clusters is wider than that of independent values, and holds the share.
local hits, images, each = {}, {}, {}
for position = 1, 100 do
  hits[position], images[position], each[position] = position <= 60, position // 11, position
end
local wide, narrow = statistics.cluster_mean(hits, images), statistics.cluster_mean(hits, each)
check(wide.low < narrow.low and narrow.high < wide.high and wide.mean == 0.6 and wide.exact and not narrow.exact)
near(narrow.low, 0.6 - 1.96 * math.sqrt(0.24 / 100), 0.02)
local even = statistics.cluster_mean({ 2, 4, 0, 0, -6 }, { 1, 1, 2, 3, 3 })
check(even.mean == 0 and even.clusters == 3 and even.differing == 2 and even.p == 1 and even.least == 0.5)
-- What others got wrong: ties that subtractions make unequal (scipy 17667), equal statistics in both tails (pertpy
-- 1094), sums that are 0 but for their rounding (scipy 15869), chances of 0 (scipy 16460).
local before, after, changes = { 0.5, 0.825, 0.375, 0.5 }, { 0.525, 0.775, 0.325, 0.55 }, {}
for position = 1, 4 do changes[position] = before[position] - after[position] end
check(statistics.signed_rank(changes).positive == 6 and statistics.signed_rank(changes).negative == 4)
check(statistics.cluster_mean({ 0, 0, 0, 0, 0, 0, 0 }, { 1, 2, 3, 4, 5, 6, 7 }).p == 1)
check(statistics.cluster_mean({ 0.1, 0.2, -0.3, 0.1, 0.2, -0.3 }, { 1, 2, 3, 4, 5, 6 }).p == 1)
local hits_only, places = {}, {}
for position = 1, 40 do hits_only[position], places[position] = true, position end
check(statistics.cluster_mean(hits_only, places).p == 2 / 20001)
-- Nothing tells how far another cluster may be from those that all agree.
local alike = statistics.cluster_mean({ 1, 1, 1, 1, 1, 1, 1 }, { 1, 2, 3, 4, 5, 6, 6 })
check(alike.mean == 1 and alike.p == 2 ^ -5 and not alike.low and not alike.high)
check(statistics.cluster_mean({}, {}).mean == nil and statistics.cluster_mean({}, {}).p == 1)
local adjusted = statistics.holm { 0.6, 0.01, 0.5, 0.02 }
check(adjusted[1] == 1 and adjusted[2] == 0.04 and adjusted[3] == 1 and adjusted[4] == 0.06)
check(#statistics.holm {} == 0)
-- Without anything lost, and where all is lost at the limit, it is the mean of what was seen.
near(statistics.restricted_mean({ 1, 2, 6 }, { true, true, true }, 10), 3, 1e-12)
near(statistics.restricted_mean({ 1, 2, 10 }, { true, true, false }, 10), 13 / 3, 1e-12)
near(statistics.restricted_mean({ 1, 2, 60 }, { true, true, true }, 10), 13 / 3, 1e-12)
check(statistics.restricted_mean({ 7 }, { false }, 10) == 10 and statistics.restricted_mean({}, {}, 1) == nil)
checks.fails_here("cluster_sign_flip: cluster 2: is missing", function()
  local test = statistics.cluster_sign_flip({ 1, 2 }, { 1 })
  return test
end)
checks.fails_here("cluster_mean: number 1: expected a number or a boolean, got x", function()
  local wrong = statistics.cluster_mean({ "x" }, { 1 })
  return wrong
end)
checks.fails_here("cluster_mean: margin: expected a number from 0, got -1", function()
  local wrong = statistics.cluster_mean({ 1 }, { 1 }, { margin = -1 })
  return wrong
end)

-- Published data: M. Hollander, D. A. Wolfe, "Nonparametric Statistical Methods" (1973), p. 29, the depression scale;
-- C. Darwin's maize (1876), fifteen pairs; Student's sleep (1908); the leukaemia trial of E. J. Freireich and others
-- (1963) and the one of R. G. Miller, "Survival Analysis" (1981), whose restricted means R's survival package prints.
local depression = { 0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01 }
local ranked = statistics.signed_rank(depression)
check(ranked.positive == 40)
near(ranked.p, 2 * 0.01953125, 1e-15)
local maize, pairs_of_pots = { 49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48 }, {}
for position = 1, #maize do pairs_of_pots[position] = position end
near(statistics.signed_rank(maize).p, 0.04125977, 5e-9)
near(statistics.cluster_sign_flip(maize, pairs_of_pots).p, 0.04125977, 5e-9)
near(statistics.signed_rank({ 1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4 }).p, 2 / 2 ^ 9, 1e-15)
for _, trial in ipairs {
  { 35, 23.287, { 6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35 } },
  { 35, 8.667, { 1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23 } },
  { 161, 52.645, { 9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161 } },
  { 161, 22.708, { 5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45 } },
} do
  -- Negative are those of whom no more is known than that it took longer.
  local times, happened = {}, {}
  for position, time in ipairs(trial[3]) do times[position], happened[position] = math.abs(time), time > 0 end
  near(statistics.restricted_mean(times, happened, trial[1]), trial[2], 5e-4)
end

checks.refuses({ "cluster_mean: samples: expected an integer from 1, got 0" }, function()
  statistics.cluster_mean({ 1 }, { "a" }, { samples = 0 })
end)
checks.refuses({ "cluster_sign_flip: samples: expected an integer from 1, got -5" }, function()
  statistics.cluster_sign_flip({ 1 }, { "a" }, { samples = -5 })
end)
-- Of draws the least p is that of one in so many on either side.
do
  local values, names = {}, {}
  for cluster = 1, 20 do values[cluster], names[cluster] = 1, tostring(cluster) end
  local drawn = statistics.cluster_mean(values, names, { samples = 999 })
  check(drawn.least == 2 / 1000 and drawn.p >= drawn.least and not drawn.exact)
  check(statistics.cluster_sign_flip(values, names, { samples = 999 }).least == 1 / 1000)
end
checks.finish()
