--- Numbers of a setting that are no tests: what was there, what the dense network's own solve and the gradient attack
--- did, and what a pruned network began with.
local grid = require "paper.grid"
local kept = require "claims.kept"
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

local function images_of(rows)
  local images = {}
  for position, row in ipairs(rows) do images[position] = { image = pairing.image(row) } end
  return paired.images(images)
end

--- Each takes the dense runs of a setting that were not skipped, the pairs of which the pruned one is by magnitude,
--- unstructured, at 0.9 and not finetuned, and all rows.
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
  skipped = function(_, _, rows)
    return count(rows, function(row)
      return row.network == "dense" and row.repetition == 1 and row.verdict == "skipped"
    end)
  end,
  ["dense found"] = function(dense) return count(dense, function(row) return hit(row) end) end,
  ["dense time"] = function(dense) return median(dense, function(row) return hit(row) end) end,
  ["dense proved"] = function(dense) return count(dense, function(row) return row.verdict == "robust" end) end,
  ["dense without a candidate"] = function(dense)
    return count(dense, function(row) return row.points_tested == 0 end)
  end,
  ["attack found"] = function(dense) return count(dense, function(row) return row.attack_hit end) end,
  ["attack time"] = function(dense) return median(dense, function(row) return row.attack_processor_s end) end,
  ["attack alone"] = function(dense)
    return count(dense, function(row) return row.attack_hit and not hit(row) end)
  end,
  ["dense alone"] = function(dense)
    return count(dense, function(row) return hit(row) and not row.attack_hit end)
  end,
  ["pruned runs"] = function(_, list) return #list end,
  ["pruned found"] = function(_, list) return count(list, function(pair) return hit(pair.pruned) end) end,
  ["pruned time"] = function(_, list)
    return median(list, function(pair) return hit(pair.pruned) end)
  end,
  ["their dense found"] = function(_, list) return count(list, function(pair) return hit(pair.dense) end) end,
  ["image counts"] = function(_, list) return count(list, function(pair) return pair.pruned.x0_counts end) end,
  ratio = function(_, list)
    local ratio = pairing.count(list).ratio
    return ratio and ("%.2f"):format(ratio) or "–"
  end,
  ["both found"] = function(_, list) return pairing.count(list).both end,
  rates = function() return table.concat(grid.rates, ", ") end,
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
  local list = pairing.select(kept.pairs(setting), {
    method = "magnitude", structure = "unstructured", rate = 0.9, finetuned = false,
  })
  return true, tostring(maker(dense, list, setting.rows))
end

return facts
