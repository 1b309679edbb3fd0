--- What the rows of a comparison say: one entry for each policy and rate, against the dense runs and the baseline.
local limit = require "shared.limit"
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
  return limit.holds(row, row.hit_s, row.hit_processor_s) and row.hit_processor_s or nil
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
---@field against_dense shared.Comparison of times with the dense runs whose solver did not fail
---@field against_baseline shared.Comparison of times with the baseline's; its `dense` are those
---@field dense_holm number p of `against_dense.test`, adjusted for all entries
---@field baseline_holm number likewise
---@field stretch number? wall seconds to the witnesses over processor seconds
---@field compared integer problems that the baseline has as well
---@field wins integer problems with a witness where the baseline found none
---@field losses integer problems without a witness where the baseline found one
---@field test vnn.statistics.SignFlip of wins and losses, by image
---@field holm number p of `test`, adjusted for all entries that are tested
---@field median_hit_s? number
---@field median_prune_s? number
---@field removed? number mean share of the hidden layers' weights; nil where no row says it
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

--- A run and what it is compared with, as `paired` takes them.
local function pair_of(run, other)
  return {
    image = tostring(run.problem), dense = other.hit, pruned = run.hit, limit = run.time_limit, once = other.once,
    again = other.again, runs = run.run ~= other.run,
  }
end

local function finish(entry, look_up, baseline, options)
  local prunes, pairs_dense, pairs_baseline, accuracy, binaries, differences, images = {}, {}, {}, 0, 0, {}, {}
  local wall, processor, removed, told = 0, 0, 0, 0
  for _, row in ipairs(entry.rows) do
    if row.hit then table.insert(entry.hits, row.hit) end
    if row.hit_s then wall, processor = wall + row.hit_s, processor + row.hit_processor_s end
    if summary.ending(row) == "solver failed" then entry.solver_failures = entry.solver_failures + 1 end
    prunes[#prunes + 1] = row.prune_processor_s
    -- Once rows did not say it.
    if row.removed then removed, told = removed + row.removed, told + 1 end
    accuracy, binaries = accuracy + row.accuracy, binaries + (row.binaries or 0)
    local place = summary.place(row, options)
    local dense, other = look_up(place), look_up(place, baseline, entry.rate)
    if dense and not dense.failure and summary.ending(dense) ~= "solver failed" then
      pairs_dense[#pairs_dense + 1] = pair_of(row, dense)
    end
    if other and not other.failure then
      pairs_baseline[#pairs_baseline + 1] = pair_of(row, other)
      entry.compared = entry.compared + 1
      local difference = (row.hit and 1 or 0) - (other.hit and 1 or 0)
      entry.wins, entry.losses = entry.wins + math.max(difference, 0), entry.losses + math.max(-difference, 0)
      differences[#differences + 1], images[#images + 1] = difference, tostring(row.problem)
    end
  end
  entry.against_dense, entry.against_baseline = paired.compare(pairs_dense), paired.compare(pairs_baseline)
  entry.stretch = processor > 0 and wall / processor or nil
  entry.test = statistics.cluster_sign_flip(differences, images)
  table.sort(entry.hits)
  entry.median_hit_s, entry.median_prune_s = statistics.median(entry.hits), statistics.median(prunes)
  entry.removed = told > 0 and removed / told or nil
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

--- Adjusts the chances of tests of several entries, under the name that they get.
local function adjust(entries, name, test_of)
  local chances = {}
  for position, entry in ipairs(entries) do chances[position] = test_of(entry).p end
  local adjusted = statistics.holm(chances)
  for position, entry in ipairs(entries) do entry[name] = adjusted[position] end
end

--- Adjusts the chances of all tests of a kind for being several.
local function adjust_all(entries, baseline)
  local pruned, tested = {}, {}
  for _, entry in ipairs(entries) do
    if entry.policy then pruned[#pruned + 1] = entry end
    if summary.is_tested(entry, baseline) then tested[#tested + 1] = entry end
  end
  adjust(tested, "holm", function(entry) return entry.test end)
  adjust(tested, "baseline_holm", function(entry) return entry.against_baseline.test end)
  adjust(pruned, "dense_holm", function(entry) return entry.against_dense.test end)
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
  adjust_all(kept, baseline)
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
