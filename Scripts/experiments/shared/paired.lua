--- Comparisons of runs in pairs: a dense run and one through a pruned network, of the same problem. The image is the
--- unit: problems of one image are no independent observations.
local statistics = require "vnn.statistics"

local paired = {}

--- With fewer images no test can give 5 %, and an interval of so few means nothing.
paired.fewest_images = 6

---@class shared.Pair
---@field image string the picture that the problem is about
---@field dense number? how long the dense run took to its first hit, in whatever it is measured; nil without one
---@field pruned number? likewise
---@field limit number? after which no run went on, where that is known
---@field once number? a dense run, and the same a second time
---@field again number?
---@field runs boolean? whether the two rows come from different runs of the experiment

---@class shared.Comparison
---@field pairs integer
---@field images integer
---@field faster integer the pruned run had a hit, and before the dense one or alone
---@field slower integer the other way round
---@field dense integer dense runs with a hit
---@field pruned integer pruned runs with one
---@field both integer
---@field either integer
---@field ratio number? median of pruned / dense where both had one
---@field noise number? what a ratio may be, or the other way round, for no reason: 95 % of the ratios of two dense runs
---  of one problem are nearer to 1; nil where no two dense runs had a hit
---@field clear integer pairs of `faster` in which the pruned run was alone, or faster by more than the noise
---@field test vnn.statistics.SignFlip of the logarithms of all ratios; no hit counts as the larger of the limit and the
---  longest time, and pairs without any hit are left out
---@field low number? of the 95 % interval of the share of `faster`, by subsets of the images
---@field high number?
---@field longest number what no hit counts as
---@field runs integer pairs whose two rows come from different runs of the experiment

--- The median of what `read` gives of a case's repetitions, of which those without a hit took longest; nil where it is
--- one of those.
---@param runs table[]
---@param read fun(row: table): number?
---@return number?
function paired.median(runs, read)
  local hits = {}
  for position, row in ipairs(runs) do hits[position] = read(row) or math.huge end
  local median = statistics.median(hits)
  return median < math.huge and median or nil
end

--- The images of pairs.
---@param list shared.Pair[]
---@return integer
function paired.images(list)
  local seen, count = {}, 0
  for _, pair in ipairs(list) do
    count = count + (seen[pair.image] and 0 or 1)
    seen[pair.image] = true
  end
  return count
end

--- A number of images.
---@param images integer
---@return string
function paired.images_text(images) return ("%d image%s"):format(images, images == 1 and "" or "s") end

--- So many problems, and of how many images.
---@param problems integer
---@param images integer
---@return string
function paired.count_text(problems, images) return ("%d from %s"):format(problems, paired.images_text(images)) end

--- How far apart two dense runs of one problem are; nil where there are none.
---@param list shared.Pair[]
---@return number?
function paired.noise(list)
  local ratios = {}
  for _, pair in ipairs(list) do
    if pair.once and pair.again then
      ratios[#ratios + 1] = math.max(pair.again / pair.once, pair.once / pair.again)
    end
  end
  return statistics.quantile(ratios, 0.95)
end

--- What pairs say.
---@param list shared.Pair[]
---@return shared.Comparison
function paired.compare(list)
  local result = {
    pairs = #list, images = paired.images(list), faster = 0, slower = 0, dense = 0, pruned = 0, both = 0, either = 0,
    clear = 0, longest = 0, runs = 0, noise = paired.noise(list),
  }
  local ratios, logarithms, images, hits, all_images = {}, {}, {}, {}, {}
  for _, pair in ipairs(list) do
    result.longest = math.max(result.longest, pair.dense or 0, pair.pruned or 0, pair.limit or 0)
  end
  for position, pair in ipairs(list) do
    local dense, pruned = pair.dense, pair.pruned
    local function add(name, holds) result[name] = result[name] + (holds and 1 or 0) end
    local is_faster = pruned ~= nil and (not dense or pruned < dense)
    add("dense", dense)
    add("pruned", pruned)
    add("both", dense and pruned)
    add("runs", pair.runs)
    add("either", dense or pruned)
    add("faster", is_faster)
    add("slower", dense and (not pruned or dense < pruned))
    add("clear", is_faster and (not dense or dense / pruned > (result.noise or math.huge)))
    if dense and pruned then ratios[#ratios + 1] = pruned / dense end
    if dense or pruned then
      logarithms[#logarithms + 1] = math.log((pruned or result.longest) / (dense or result.longest))
      images[#images + 1] = pair.image
    end
    hits[position], all_images[position] = is_faster, pair.image
  end
  result.ratio = statistics.median(ratios)
  result.test = statistics.cluster_sign_flip(logarithms, images)
  local share = statistics.cluster_mean(hits, all_images)
  result.low, result.high = share.low, share.high
  return result
end

--- How many hits there are after so many seconds: the points of a curve in steps, up to the limit; none of none.
---@param hits number[] seconds, which are sorted
---@param limit number
---@return number[][]
function paired.staircase(hits, limit)
  local steps = {}
  table.sort(hits)
  for count, seconds in ipairs(hits) do
    steps[#steps + 1] = { seconds, count - 1 }
    steps[#steps + 1] = { seconds, count }
  end
  if #hits > 0 then steps[#steps + 1] = { limit, #hits } end
  return steps
end

---@class shared.Means
---@field dense number mean time to a hit, cut off at the limit
---@field pruned number
---@field low number? of the 95 % interval of pruned - dense, by subsets of the images
---@field high number?

--- Mean times to a hit, cut off at the limit of all pairs: what runs without one cost is in them. Nil where the limits
--- differ.
---@param list shared.Pair[]
---@return shared.Means?
function paired.means(list)
  local limit = list[1] and list[1].limit
  if not limit then return nil end
  local times, happened = { dense = {}, pruned = {} }, { dense = {}, pruned = {} }
  local differences, images = {}, {}
  for position, pair in ipairs(list) do
    if pair.limit ~= limit then return nil end
    for kind, list_of in pairs(times) do
      list_of[position], happened[kind][position] = math.min(pair[kind] or limit, limit), pair[kind] ~= nil
    end
    differences[position], images[position] = times.pruned[position] - times.dense[position], pair.image
  end
  local means = {}
  for kind, list_of in pairs(times) do means[kind] = statistics.restricted_mean(list_of, happened[kind], limit) end
  local difference = statistics.cluster_mean(differences, images)
  means.low, means.high = difference.low, difference.high
  return means
end

--- A chance, as people read it.
---@param p number
---@return string
function paired.chance(p) return p < 1e-4 and ("%.0e"):format(p) or ("%.4f"):format(p) end

--- The test in words: its chance, and the direction where that is at most 5 %; or that so few images can show nothing.
---@param test vnn.statistics.SignFlip
---@param holm number? its p, adjusted for others (default: p)
---@return string
function paired.test_text(test, holm)
  if test.count == 0 then return "" end
  if test.clusters < paired.fewest_images then return "none: " .. paired.images_text(test.clusters) end
  local p = holm or test.p
  return paired.chance(p) .. (p > 0.05 and "" or test.statistic < 0 and " faster" or " slower")
end

--- What may be said after a test that was one of several.
---@param test vnn.statistics.SignFlip
---@param holm number its p, adjusted
---@return string
function paired.claim(test, holm)
  if test.clusters < paired.fewest_images then
    return ("%s can give no p below %g: nothing can be claimed"):format(paired.images_text(test.clusters), test.least)
  end
  if holm > 0.05 then return "no difference that chance would not make" end
  return "a difference that chance would hardly make"
end

return paired
