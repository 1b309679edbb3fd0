--- What the rows of a comparison say: one entry for each policy and rate, against the dense runs and the baseline.
local statistics = require "vnn.statistics"

local summary = {}

--- A row's network and problem, in words; its seed too where the comparison has several for each problem.
---@param row table
---@param options table the comparison's options
---@return string
function summary.place(row, options)
  local seed = options.seeds and #options.seeds > 1 and (", seed %d"):format(row.training_seed) or ""
  return ("%s%s, problem %d"):format(row.architecture, seed, row.problem)
end

--- How a row's solve ended where it neither found a witness nor proved that there is none: "none" when the model was
--- solved, "limit", "stopped", or "solver failed".
---@param row table
---@return string? ending nil of a row with a verdict
function summary.ending(row)
  if row.found or row.verdict == "robust" then return nil end
  local endings = { optimal = "none", limit = "limit", stopped = "stopped" }
  return endings[row.status] or "solver failed"
end

local function key_of(place, policy, rate)
  return ("%s|%s|%s"):format(place, policy or "dense", rate and ("%.15g"):format(rate) or "")
end

---@class comparison.Entry
---@field policy? string nil for the dense runs
---@field rate? number
---@field rows table[]
---@field failures table[] cases that failed
---@field cases integer rows and failures
---@field hits number[] seconds to the first witness, pruning included, ascending
---@field solver_failures integer rows whose solver failed
---@field faster integer problems with a witness sooner than the dense run's, or where that found none
---@field pairs integer problems that have a dense run whose solver did not fail
---@field ratio? number median of the seconds to the witness, as a share of the dense run's, where both found one
---@field speed vnn.statistics.SignedRank of the logarithms of these shares; no witness counts as the longest time
---@field compared integer problems that the baseline has as well
---@field wins integer problems with a witness where the baseline found none
---@field losses integer problems without a witness where the baseline found one
---@field chance number two-sided p of the sign test of wins and losses
---@field median_hit_s? number
---@field median_prune_s? number
---@field accuracy? number mean
---@field binaries? number mean

--- The pairs of an entry's rows and their dense ones: how often it was faster, and whether that could be chance.
local function against_dense(entry, list)
  local longest, ratios, differences = 0, {}, {}
  for _, pair in ipairs(list) do
    longest = math.max(longest, pair.row.hit_s or 0, pair.dense.hit_s or 0, pair.row.time_limit or 0)
  end
  for _, pair in ipairs(list) do
    local own, dense = pair.row.hit_s, pair.dense.hit_s
    if own and (not dense or own < dense) then entry.faster = entry.faster + 1 end
    if own and dense then ratios[#ratios + 1] = own / dense end
    if own or dense then differences[#differences + 1] = math.log((own or longest) / (dense or longest)) end
  end
  entry.pairs, entry.ratio, entry.speed = #list, statistics.median(ratios), statistics.signed_rank(differences)
end

local function finish(entry, look_up, baseline, options)
  local prunes, list, accuracy, binaries = {}, {}, 0, 0
  for _, row in ipairs(entry.rows) do
    if row.found then table.insert(entry.hits, row.hit_s) end
    if summary.ending(row) == "solver failed" then entry.solver_failures = entry.solver_failures + 1 end
    prunes[#prunes + 1] = row.prune_s
    accuracy, binaries = accuracy + row.accuracy, binaries + (row.binaries or 0)
    local place = summary.place(row, options)
    local dense, other = look_up(place), look_up(place, baseline, entry.rate)
    if dense and not dense.failure and summary.ending(dense) ~= "solver failed" then
      list[#list + 1] = { row = row, dense = dense }
    end
    if other and not other.failure then
      entry.compared = entry.compared + 1
      if row.found and not other.found then entry.wins = entry.wins + 1 end
      if other.found and not row.found then entry.losses = entry.losses + 1 end
    end
  end
  against_dense(entry, list)
  table.sort(entry.hits)
  entry.median_hit_s, entry.median_prune_s = statistics.median(entry.hits), statistics.median(prunes)
  if #entry.rows > 0 then
    entry.accuracy, entry.binaries = accuracy / #entry.rows, binaries / #entry.rows
  end
  entry.cases = #entry.rows + #entry.failures
  entry.chance = statistics.sign_test(entry.wins, entry.losses)
end

local function new_entry(policy, rate)
  return {
    policy = policy, rate = rate, rows = {}, failures = {}, hits = {}, faster = 0, solver_failures = 0, compared = 0,
    wins = 0, losses = 0,
  }
end

--- The dense entry and then those of every rate, in the order of the policies, as far as they have rows or failures.
---@param rows table[]
---@param failures table[] the rows of cases that failed
---@param chosen vnn.Policy[]
---@param baseline string
---@param options table the comparison's options
---@return comparison.Entry[] entries
---@return string[] places networks and problems, in their order
---@return fun(place: string, entry: comparison.Entry): table? look_up the row of a place and an entry
function summary.of(rows, failures, chosen, baseline, options)
  local entries, places, by_kind, by_key = { new_entry() }, {}, {}, {}
  for _, rate in ipairs(options.rates) do
    for _, policy in ipairs(chosen) do entries[#entries + 1] = new_entry(policy.name, rate) end
  end
  for _, entry in ipairs(entries) do by_kind[key_of("", entry.policy, entry.rate)] = entry end
  for field, list in pairs { rows = rows, failures = failures } do
    for _, row in ipairs(list) do
      local place = summary.place(row, options)
      by_key[key_of(place, row.policy, row.rate)] = row
      table.insert(by_kind[key_of("", row.policy, row.rate)][field], row)
    end
  end
  local function look_up(place, policy, rate) return by_key[key_of(place, policy, rate)] end
  local kept, seen = {}, {}
  for _, entry in ipairs(entries) do
    finish(entry, look_up, baseline, options)
    if entry.cases > 0 then kept[#kept + 1] = entry end
  end
  for _, list in ipairs { rows, failures } do
    for _, row in ipairs(list) do
      local place = summary.place(row, options)
      if not seen[place] then places[#places + 1] = place end
      seen[place] = true
    end
  end
  return kept, places, function(place, entry) return look_up(place, entry.policy, entry.rate) end
end

return summary
