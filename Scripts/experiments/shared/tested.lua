--- Means over problems, each with its interval and test, and the outcomes of a family of them.
---
--- Problems of one image hang together, so the image is the unit: interval and test are `statistics.cluster_mean`'s,
--- which agree with each other and assume nothing but that an image is as likely above the mean as below it by as much.
local paired = require "shared.paired"
local statistics = require "vnn.statistics"

local tested = {}

---@class shared.Value
---@field number number
---@field image string that it hangs on

---@class shared.Tested
---@field value number? mean over problems
---@field low number? 95 % interval, of this test alone; nil of fewer than `paired.fewest_images`, and where all agree
---@field high number?
---@field p number? two-sided, or of the two one-sided tests against a margin; nil of too few images
---@field p_holm number? adjusted for all tests of its family
---@field problems integer
---@field images integer
---@field differing integer images whose values do not add up to 0: no others can show anything
---@field direction number above 0 where the value is as claimed
---@field has_room boolean whether so many images differ that the test can be significant
---@field can_hold boolean? whether they do in each of several cells, as what is claimed of all of them needs
---@field cells integer? of how many cells this is the one that shows the least of what is claimed
---@field outcome "holds"|"opposite"|"open"|"no room"|"untestable"

local signs = { above = 1, below = -1 }

--- The mean of values, tested. That it is near 0 is not said of images that hardly ever differ either: turning signs
--- takes rare differences for none.
---@param values shared.Value[]
---@param claims "above"|"below"|"near" 0; near is by the margin at most
---@param margin number?
---@return shared.Tested
function tested.mean(values, claims, margin)
  local numbers, images = {}, {}
  for position, value in ipairs(values) do numbers[position], images[position] = value.number, value.image end
  local found = statistics.cluster_mean(numbers, images, { margin = margin })
  return {
    value = found.mean, low = found.low, high = found.high, problems = #values,
    p = found.clusters >= paired.fewest_images and found.p or nil,
    images = found.clusters, differing = found.differing,
    direction = margin and (found.is_near and 1 or -1) or (found.mean or 0) * signs[claims],
    has_room = found.differing >= paired.fewest_images,
  }
end

--- The outcomes of a family. Where too few images differ, both runs having found something or neither, nothing is
--- claimed: that something is there could not be significant whatever the test saw, and that it is near 0 is not said
--- of rare differences. So it is no chance of a false claim, and the others are not adjusted for it (R. E. Tarone, "A
--- Modified Bonferroni Method for Discrete Data", 1990). How many images differ is what turning signs leaves as it is.
---@param family shared.Tested[]
function tested.judge(family)
  local chosen, chances = {}, {}
  for _, result in ipairs(family) do
    result.outcome = not result.p and "untestable" or not result.has_room and "no room" or "open"
    if result.outcome == "open" then chosen[#chosen + 1], chances[#chances + 1] = result, result.p end
  end
  for place, p in ipairs(statistics.holm(chances)) do
    local result = chosen[place]
    result.p_holm = p
    if p <= 0.05 then
      result.outcome = result.direction > 0 and "holds" or "opposite"
    elseif result.can_hold == false and result.direction > 0 then
      result.outcome = "no room"
    end
  end
end

return tested
