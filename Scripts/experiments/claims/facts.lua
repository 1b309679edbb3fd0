--- Numbers of a setting that are no tests: what was there, what the dense network's own solve and the gradient attack
--- did, and what a pruned network began with.
local kept = require "claims.kept"
local kinds = require "paper.kinds"
local pairing = require "paper.pairs"
local paired = require "shared.paired"
local report = require "vnn.report"
local statistics = require "vnn.statistics"

local facts = {}

local function count(list, is_so)
  local number = 0
  for _, item in ipairs(list) do number = number + (is_so(item) and 1 or 0) end
  return number
end

local function median(list, read)
  local values = {}
  for _, item in ipairs(list) do values[#values + 1] = read(item) end
  return report.seconds(statistics.median(values))
end

--- Processor seconds to what a run found.
local function hit(row) return pairing.hit(row, pairing.clocks.processor) end

local with_pruning = pairing.clocks.with_pruning

local function images_of(rows)
  local images = {}
  for position, row in ipairs(rows) do images[position] = { image = pairing.image(row) } end
  return paired.images(images)
end

--- Each takes the dense runs of a setting that were not skipped, the pairs of which the pruned one is by magnitude,
--- unstructured, at 0.9 and not finetuned, and those of which it is so at any rate and finetuned.
local makers = {
  problems = function(dense) return #dense end,
  images = function(dense) return images_of(dense) end,
  -- Of the test that turns the signs of images, were all of them to differ by as much.
  ["least p"] = function(dense)
    local ones, labels = {}, {}
    for image = 1, images_of(dense) do ones[image], labels[image] = 1, tostring(image) end
    return paired.chance(statistics.cluster_mean(ones, labels).least)
  end,
  ["hidden neurons"] = function(dense)
    local most = 0
    for _, row in ipairs(dense) do most = math.max(most, row.layers * row.width) end
    return most
  end,
  ["dense found"] = function(dense) return count(dense, function(row) return hit(row) end) end,
  ["dense time"] = function(dense) return median(dense, function(row) return hit(row) end) end,
  ["dense proved"] = function(dense) return count(dense, function(row) return row.verdict == "robust" end) end,
  ["attack found"] = function(dense) return count(dense, function(row) return row.attack_hit end) end,
  ["attack time"] = function(dense)
    return median(dense, function(row) return row.attack_hit and row.attack_processor_s or nil end)
  end,
  ["attack alone"] = function(dense)
    return count(dense, function(row) return row.attack_hit and not hit(row) end)
  end,
  ["cut off"] = function(dense)
    return count(dense, function(row) return row.status == "limit" and not hit(row) end)
  end,
  ["dense alone"] = function(dense)
    return count(dense, function(row) return hit(row) and not row.attack_hit end)
  end,
  ["pruned runs"] = function(_, list) return #list end,
  ["pruned found"] = function(_, list) return count(list, function(pair) return hit(pair.pruned) end) end,
  ["their dense found"] = function(_, list) return count(list, function(pair) return hit(pair.dense) end) end,
  ["image counts"] = function(_, list) return count(list, function(pair) return pair.pruned.x0_counts end) end,
  -- What is found only after the limit, with the time of finetuning.
  ["too late"] = function(_, _, all)
    return count(all, function(pair) return hit(pair.pruned) and not pairing.hit(pair.pruned, with_pruning) end)
  end,
  ["finetuned found"] = function(_, _, all) return count(all, function(pair) return hit(pair.pruned) end) end,
}

--- A number of a setting, as a text.
---@param setting claims.Setting? nil where there are no rows of it
---@param name string
---@return boolean is_known whether there is a number of that name
---@return string? text nil without rows
function facts.of(setting, name)
  local maker = makers[name]
  if not maker or not setting then return maker ~= nil end
  local dense = {}
  for _, row in ipairs(setting.rows) do
    if row.network == "dense" and row.repetition == 1 and row.verdict ~= "skipped" then dense[#dense + 1] = row end
  end
  local all = kept.pairs(setting)
  local list, finetuned = pairing.select(all, kinds.main), pairing.select(all, kinds.magnitude("unstructured", true))
  return true, tostring(maker(dense, list, finetuned))
end

return facts
