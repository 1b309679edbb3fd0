--- What the rows of a comparison say: one entry for each policy and rate, against the dense runs and the baseline.
local statistics = require "vnn.statistics"

local summary = {}

--- A row's network and problem, in words.
---@param row table
---@return string
function summary.place(row) return ("%s, problem %d"):format(row.architecture, row.problem) end

local function key_of(place, policy, rate) return ("%s|%s|%s"):format(place, policy or "dense", rate or "") end

---@class comparison.Entry
---@field policy? string nil for the dense runs
---@field rate? number
---@field rows table[]
---@field hits number[] seconds to the first witness, pruning included, ascending
---@field faster integer problems with a witness sooner than the dense run's, or where that found none
---@field pairs integer problems that have a dense run
---@field wins integer problems with a witness where the baseline found none
---@field losses integer problems without a witness where the baseline found one
---@field chance number two-sided p of the sign test of wins and losses
---@field median_hit_s? number
---@field median_prune_s? number
---@field accuracy number mean
---@field binaries number mean

local function finish(entry, rows)
  local prunes, accuracy, binaries = {}, 0, 0
  for _, row in ipairs(entry.rows) do
    if row.found then table.insert(entry.hits, row.hit_s) end
    prunes[#prunes + 1] = row.prune_s
    accuracy, binaries = accuracy + row.accuracy, binaries + (row.binaries or 0)
    local place = summary.place(row)
    local dense, baseline = rows[key_of(place)], rows[key_of(place, rows.baseline, entry.rate)]
    if dense then
      entry.pairs = entry.pairs + 1
      if row.found and (not dense.found or row.hit_s < dense.hit_s) then entry.faster = entry.faster + 1 end
    end
    if baseline and row.found and not baseline.found then entry.wins = entry.wins + 1 end
    if baseline and baseline.found and not row.found then entry.losses = entry.losses + 1 end
  end
  table.sort(entry.hits)
  entry.median_hit_s, entry.median_prune_s = statistics.median(entry.hits), statistics.median(prunes)
  entry.accuracy, entry.binaries = accuracy / #entry.rows, binaries / #entry.rows
  entry.chance = statistics.sign_test(entry.wins, entry.losses)
end

--- The entries in the order in which their first rows come, and what else a report needs.
---@param rows table[]
---@param baseline string
---@return comparison.Entry[] entries
---@return string[] places networks and problems, in their order
---@return fun(place: string, entry: comparison.Entry): table? look_up the row of a place and an entry
function summary.of(rows, baseline)
  local entries, places, by_entry, by_key = {}, {}, {}, { baseline = baseline }
  for _, row in ipairs(rows) do
    local kind, place = key_of("", row.policy, row.rate), summary.place(row)
    if not by_entry[kind] then
      by_entry[kind] = {
        policy = row.policy, rate = row.rate, rows = {}, hits = {}, faster = 0, pairs = 0, wins = 0, losses = 0,
      }
      table.insert(entries, by_entry[kind])
    end
    if not by_key[place] then places[#places + 1] = place end
    by_key[place] = true
    by_key[key_of(place, row.policy, row.rate)] = row
    table.insert(by_entry[kind].rows, row)
  end
  for _, entry in ipairs(entries) do finish(entry, by_key) end
  return entries, places, function(place, entry) return by_key[key_of(place, entry.policy, entry.rate)] end
end

return summary
