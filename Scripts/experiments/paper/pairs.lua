--- Pairs of runs of the paper's experiment: a pruned one and the dense one that it is compared with.
local statistics = require "vnn.statistics"

local pairing = {}

local function key_of(row)
  return ("%s|%d|%d|%d|%d"):format(row.dataset, row.side, row.layers, row.width, row.seed)
end

---@class paper.Pair
---@field pruned table row of the pruned run
---@field dense table row of the dense run

--- All pairs of which both runs are there and neither was skipped; and how many pruned runs lack their dense one.
function pairing.of(rows)
  local dense, list, alone = {}, {}, 0
  for _, row in ipairs(rows) do
    if row.network == "dense" then dense[key_of(row)] = row end
  end
  for _, row in ipairs(rows) do
    local baseline = dense[key_of(row)]
    if row.network == "pruned" and not baseline then alone = alone + 1 end
    if row.network == "pruned" and baseline and row.verdict ~= "skipped" and baseline.verdict ~= "skipped" then
      list[#list + 1] = { pruned = row, dense = baseline }
    end
  end
  return list, alone
end

--- The pairs whose pruned run has all the given values. A value may be a list, of which one must be had.
function pairing.select(list, wanted)
  local chosen = {}
  for _, pair in ipairs(list) do
    local fits = true
    for key, value in pairs(wanted) do
      local has = pair.pruned[key]
      local found = has == value
      for _, one in ipairs(type(value) == "table" and value or {}) do found = found or has == one end
      fits = fits and found
    end
    if fits then chosen[#chosen + 1] = pair end
  end
  return chosen
end

--- Clocks by which runs are compared: the field of the row, and a field that is added for the pruned run.
pairing.clocks = {
  wall = { hit = "first_hit_s" },
  processor = { hit = "first_hit_processor_s" },
  with_pruning = { hit = "first_hit_s", added = "prune_s" },
}

--- Seconds to the witness of both runs by a clock; nil where there is none.
function pairing.times(pair, clock)
  clock = clock or pairing.clocks.wall
  local pruned, dense = pair.pruned[clock.hit], pair.dense[clock.hit]
  if pruned and clock.added then pruned = pruned + pair.pruned[clock.added] end
  return dense, pruned
end

---@class paper.Counts
---@field pairs integer
---@field faster integer the pruned run found a witness, and before the dense one or alone
---@field slower integer the other way round
---@field dense integer dense runs with a witness
---@field pruned integer pruned runs with a witness
---@field both integer
---@field either integer
---@field ratio number? median of pruned / dense seconds where both found one
---@field test vnn.statistics.SignedRank of the logarithms of these ratios; no witness counts as the longest time
---@field limits integer pruned runs that ran into the time limit

--- Counts of pairs by a clock.
function pairing.count(list, clock)
  local counts =
    { pairs = #list, faster = 0, slower = 0, dense = 0, pruned = 0, both = 0, either = 0, limits = 0 }
  local ratios, differences, longest = {}, {}, 0
  for _, pair in ipairs(list) do
    local dense, pruned = pairing.times(pair, clock)
    longest = math.max(longest, dense or 0, pruned or 0, pair.dense.time_limit)
  end
  for _, pair in ipairs(list) do
    local dense, pruned = pairing.times(pair, clock)
    local function add(name, holds) counts[name] = counts[name] + (holds and 1 or 0) end
    add("dense", dense)
    add("pruned", pruned)
    add("both", dense and pruned)
    add("either", dense or pruned)
    add("faster", pruned and (not dense or pruned < dense))
    add("slower", dense and (not pruned or dense < pruned))
    add("limits", pair.pruned.status == "limit")
    if dense and pruned then ratios[#ratios + 1] = pruned / dense end
    differences[#differences + 1] = math.log((pruned or longest) / (dense or longest))
  end
  counts.ratio, counts.test = statistics.median(ratios), statistics.signed_rank(differences)
  return counts
end

return pairing
