--- One entry for each way to prune at each rate: counts, ratios and tests, adjusted for being so many.
local grid = require "paper.grid"
local kinds = require "paper.kinds"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local statistics = require "vnn.statistics"

local summary = {}

--- The mean of what `read` gives of the pairs; nil of none.
local function mean(list, read)
  local sum, count = 0, 0
  for _, pair in ipairs(list) do
    local value = read(pair)
    if value then
      sum, count = sum + value, count + 1
    end
  end
  return count > 0 and sum / count or nil
end

--- How many pairs `read` says something true of.
function summary.number(list, read)
  local number = 0
  for _, pair in ipairs(list) do number = number + (read(pair) and 1 or 0) end
  return number
end

---@class paper.Entry
---@field name string
---@field rate number
---@field counts shared.Comparison by processor seconds
---@field work shared.Comparison by simplex iterations
---@field means shared.Means?
---@field holm number p of `counts`, adjusted for all entries
---@field accuracy number?
---@field binaries number?
---@field x0_counts integer
---@field same_pair integer

--- The entries that there are pairs of.
---@param list paper.Pair[]
---@return paper.Entry[]
function summary.of(list)
  local entries, chances = {}, {}
  for _, way in ipairs(kinds.ways) do
    for _, rate in ipairs(grid.rates) do
      local chosen = pairing.select(pairing.select(list, way.wanted), { rate = rate })
      if #chosen > 0 then
        local entry = {
          name = way.name,
          rate = rate,
          wanted = way.wanted,
          counts = pairing.count(chosen),
          work = pairing.count(chosen, pairing.clocks.work),
          means = paired.means(pairing.all_timed(chosen)),
          accuracy = mean(chosen, function(pair) return pair.pruned.embedded_accuracy end),
          binaries = mean(chosen, function(pair) return pair.pruned.binaries end),
          x0_counts = summary.number(chosen, function(pair) return pair.pruned.x0_counts end),
          same_pair = summary.number(chosen, function(pair) return pair.pruned.same_pair end),
        }
        entries[#entries + 1], chances[#chances + 1] = entry, entry.counts.test.p
      end
    end
  end
  for position, p in ipairs(statistics.holm(chances)) do entries[position].holm = p end
  return entries
end

--- The columns of `summary.csv`: what they are called, and what they have of an entry.
local columns = {
  { "pruned", function(entry) return entry.name end },
  { "rate", function(entry) return entry.rate end },
  { "problems", function(entry) return entry.counts.pairs end },
  { "images", function(entry) return entry.counts.images end },
  { "faster", function(entry) return entry.counts.faster end },
  { "clearly faster", function(entry) return entry.counts.noise and entry.counts.clear end },
  { "slower", function(entry) return entry.counts.slower end },
  { "found dense", function(entry) return entry.counts.dense end },
  { "found pruned", function(entry) return entry.counts.pruned end },
  { "found by both", function(entry) return entry.counts.both end },
  { "pruned at the limit", function(entry) return entry.counts.limits end },
  { "median time ratio", function(entry) return entry.counts.ratio end },
  { "noise", function(entry) return entry.counts.noise end },
  { "signed ranks", function(entry) return entry.counts.test.statistic end },
  { "images tested", function(entry) return entry.counts.test.clusters end },
  { "p by image", function(entry) return entry.counts.test.p end },
  { "least p", function(entry) return entry.counts.test.least end },
  { "p Holm", function(entry) return entry.holm end },
  { "median iterations ratio", function(entry) return entry.work.ratio end },
  { "mean dense", function(entry) return entry.means and entry.means.dense end },
  { "mean pruned", function(entry) return entry.means and entry.means.pruned end },
  { "mean difference low", function(entry) return entry.means and entry.means.low end },
  { "mean difference high", function(entry) return entry.means and entry.means.high end },
  { "accuracy pruned", function(entry) return entry.accuracy end },
  { "binaries pruned", function(entry) return entry.binaries end },
  { "x0 counts", function(entry) return entry.x0_counts end },
  { "same pair", function(entry) return entry.same_pair end },
}

--- Headers and rows of `summary.csv`.
---@param entries paper.Entry[]
---@return string[] headers
---@return any[][] rows
function summary.csv(entries)
  local headers, rows = {}, {}
  for column, definition in ipairs(columns) do headers[column] = definition[1] end
  for position, entry in ipairs(entries) do
    rows[position] = {}
    for column, definition in ipairs(columns) do rows[position][column] = definition[2](entry) end
  end
  return headers, rows
end

return summary
