--- What the rows of a comparison say: one entry for each policy and rate, against the dense runs and the baseline.
local paired = require "shared.paired"
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

--- Processor seconds of a run to its first witness, pruning included; nil without one, and where it took longer than a
--- dense run may: that had no more time either.
local function hit_of(row)
  local spent = row.limit_in == "wall" and row.hit_s or row.hit_processor_s
  return spent and spent <= row.time_limit and row.hit_processor_s or nil
end

--- How a row's solve ended where it neither found a witness nor proved that there is none: "none" when the model was
--- solved, "limit", "stopped", or "solver failed".
---@param row table
---@return string? ending nil of a row with a verdict
function summary.ending(row)
  if hit_of(row) or row.verdict == "robust" then return nil end
  -- A witness that came too late.
  if row.found then return "limit" end
  local endings = { optimal = "none", limit = "limit", stopped = "stopped" }
  return endings[row.status] or "solver failed"
end

local function key_of(place, policy, rate)
  return ("%s|%s|%s"):format(place, policy or "dense", rate and ("%.15g"):format(rate) or "")
end

---@class comparison.Entry
---@field policy? string nil for the dense runs
---@field rate? number
---@field rows comparison.Run[]
---@field failures table[] cases that failed
---@field cases integer rows and failures
---@field hits number[] processor seconds to the first witness, pruning included, ascending
---@field solver_failures integer rows whose solver failed
---@field against_dense shared.Comparison with the dense runs whose solver did not fail
---@field compared integer problems that the baseline has as well
---@field wins integer problems with a witness where the baseline found none
---@field losses integer problems without a witness where the baseline found one
---@field test vnn.statistics.SignFlip of wins and losses, by image
---@field holm number p of `test`, adjusted for all entries that are tested
---@field median_hit_s? number
---@field median_prune_s? number
---@field accuracy? number mean
---@field binaries? number mean

--- A row with its repetitions: what it says is of the first.
---@class comparison.Run : table
---@field hit number? median processor seconds to the first witness
---@field once number? those of the first repetition
---@field again number? those of a second one

local function key_of_run(row, options) return key_of(summary.place(row, options), row.policy, row.rate) end

--- One run for each case, of all its repetitions.
local function merged(rows, options)
  local by_key, list, places, ordered = {}, {}, {}, table.move(rows, 1, #rows, 1, {})
  for position, row in ipairs(rows) do places[row] = position end
  table.sort(ordered, function(a, b)
    if a.repetition ~= b.repetition then return a.repetition < b.repetition end
    return places[a] < places[b]
  end)
  for _, row in ipairs(ordered) do
    local key = key_of_run(row, options)
    if not by_key[key] then
      by_key[key] = setmetatable({ runs = {} }, { __index = row })
      list[#list + 1] = by_key[key]
    end
    table.insert(by_key[key].runs, row)
  end
  local most = options["repeat"]
  for _, run in ipairs(list) do
    local counted = table.move(run.runs, 1, math.min(most, #run.runs), 1, {})
    run.hit, run.once = paired.median(counted, hit_of), hit_of(run.runs[1])
    run.again = run.runs[2] and hit_of(run.runs[2])
  end
  return list
end

local function finish(entry, look_up, baseline, options)
  local prunes, list, accuracy, binaries, differences, images = {}, {}, 0, 0, {}, {}
  for _, row in ipairs(entry.rows) do
    if row.hit then table.insert(entry.hits, row.hit) end
    if summary.ending(row) == "solver failed" then entry.solver_failures = entry.solver_failures + 1 end
    prunes[#prunes + 1] = row.prune_processor_s
    accuracy, binaries = accuracy + row.accuracy, binaries + (row.binaries or 0)
    local place = summary.place(row, options)
    local dense, other = look_up(place), look_up(place, baseline, entry.rate)
    if dense and not dense.failure and summary.ending(dense) ~= "solver failed" then
      list[#list + 1] = {
        image = tostring(row.problem), dense = dense.hit, pruned = row.hit, limit = row.time_limit, once = dense.once,
        again = dense.again,
      }
    end
    if other and not other.failure then
      entry.compared = entry.compared + 1
      local difference = (row.hit and 1 or 0) - (other.hit and 1 or 0)
      entry.wins, entry.losses = entry.wins + math.max(difference, 0), entry.losses + math.max(-difference, 0)
      differences[#differences + 1], images[#images + 1] = difference, tostring(row.problem)
    end
  end
  entry.against_dense = paired.compare(list)
  entry.test = statistics.cluster_sign_flip(differences, images)
  table.sort(entry.hits)
  entry.median_hit_s, entry.median_prune_s = statistics.median(entry.hits), statistics.median(prunes)
  if #entry.rows > 0 then
    entry.accuracy, entry.binaries = accuracy / #entry.rows, binaries / #entry.rows
  end
  entry.cases = #entry.rows + #entry.failures
end

local function new_entry(policy, rate)
  return {
    policy = policy, rate = rate, rows = {}, failures = {}, hits = {}, solver_failures = 0, compared = 0, wins = 0,
    losses = 0,
  }
end

--- Whether an entry is tested against the baseline.
---@param entry comparison.Entry
---@param baseline string
---@return boolean
function summary.is_tested(entry, baseline)
  return entry.policy ~= nil and entry.policy ~= baseline and entry.compared > 0
end

--- Adjusts the chances of the tests against the baseline for being several.
local function adjust(entries, baseline)
  local tested, chances = {}, {}
  for _, entry in ipairs(entries) do
    if summary.is_tested(entry, baseline) then tested[#tested + 1], chances[#chances + 1] = entry, entry.test.p end
  end
  local adjusted = statistics.holm(chances)
  for position, entry in ipairs(tested) do entry.holm = adjusted[position] end
end

--- The dense entry and then those of every rate, in the order of the policies, as far as they have rows or failures.
---@param rows table[]
---@param failures table[] the rows of cases that failed
---@param chosen vnn.Policy[]
---@param baseline string
---@param options table the comparison's options
---@return comparison.Entry[] entries
---@return string[] places networks and problems, in their order
---@return fun(place: string, entry: comparison.Entry): table? look_up the run of a place and an entry
function summary.of(rows, failures, chosen, baseline, options)
  local entries, places, by_kind, by_key = { new_entry() }, {}, {}, {}
  for _, rate in ipairs(options.rates) do
    for _, policy in ipairs(chosen) do entries[#entries + 1] = new_entry(policy.name, rate) end
  end
  for _, entry in ipairs(entries) do by_kind[key_of("", entry.policy, entry.rate)] = entry end
  local runs = merged(rows, options)
  for _, list in ipairs { runs, failures } do
    for _, row in ipairs(list) do
      local key, entry = key_of_run(row, options), by_kind[key_of("", row.policy, row.rate)]
      -- A case of which one repetition failed is done.
      if not by_key[key] then
        by_key[key] = row
        table.insert(row.failure and entry.failures or entry.rows, row)
      end
    end
  end
  local function look_up(place, policy, rate) return by_key[key_of(place, policy, rate)] end
  local kept, seen = {}, {}
  for _, entry in ipairs(entries) do
    finish(entry, look_up, baseline, options)
    if entry.cases > 0 then kept[#kept + 1] = entry end
  end
  adjust(kept, baseline)
  for _, list in ipairs { runs, failures } do
    for _, row in ipairs(list) do
      local place = summary.place(row, options)
      if not seen[place] then places[#places + 1] = place end
      seen[place] = true
    end
  end
  return kept, places, function(place, entry) return look_up(place, entry.policy, entry.rate) end
end

return summary
