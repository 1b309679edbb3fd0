--- Pairs of runs of the paper's experiment: a pruned one and the dense one that it is compared with.
local limit = require "shared.limit"
local paired = require "shared.paired"

local pairing = {}

local network_key = "%s|%d|%d|%d|%d"
local pruning_key = "|%s|%s|%g|%s"

local function key_of(row)
  local key = network_key:format(row.dataset, row.side, row.layers, row.width, row.seed)
  if row.network == "dense" then return key, key end
  return key .. pruning_key:format(row.method, row.structure, row.rate, row.finetuned), key
end

---@class paper.Pair
---@field pruned table the row of the pruned run, or the first of its repetitions
---@field dense table likewise
---@field pruned_runs table[] all of them
---@field dense_runs table[] as many
---@field again table? a dense run that is in no other place: the noise is how far it is from the first

--- The runs of one case, the first repetition first; and the cases in the order of their first rows.
local function runs_of(rows)
  local runs, order = {}, {}
  for _, row in ipairs(rows) do
    local key = key_of(row)
    if not runs[key] then
      runs[key] = {}
      order[#order + 1] = key
    end
    table.insert(runs[key], row)
  end
  for _, list in pairs(runs) do
    table.sort(list, function(a, b) return a.repetition < b.repetition end)
  end
  return runs, order
end

--- All pairs of which both runs are there, on the same processor, and neither was skipped; how many pruned cases lack
--- their dense one; and how many ran on another processor than it.
function pairing.of(rows)
  local runs, order = runs_of(rows)
  local list, alone, elsewhere = {}, 0, 0
  for _, key in ipairs(order) do
    local pruned = runs[key]
    local dense = pruned[1].network == "pruned" and runs[select(2, key_of(pruned[1]))]
    if pruned[1].network == "pruned" and not dense then alone = alone + 1 end
    if dense and pruned[1].verdict ~= "skipped" and dense[1].verdict ~= "skipped" then
      if pruned[1].processor ~= dense[1].processor then
        elsewhere = elsewhere + 1
      else
        list[#list + 1] = {
          pruned = pruned[1], dense = dense[1], pruned_runs = pruned, again = dense[2],
          dense_runs = table.move(dense, 1, math.min(#dense, #pruned), 1, {}),
        }
      end
    end
  end
  return list, alone, elsewhere
end

--- The pairs whose pruned run has all the given values.
function pairing.select(list, wanted)
  local chosen = {}
  for _, pair in ipairs(list) do
    local fits = true
    for key, value in pairs(wanted) do fits = fits and pair.pruned[key] == value end
    if fits then chosen[#chosen + 1] = pair end
  end
  return chosen
end

--- What runs are compared by: the field of the row that has it at the first hit, how it is called, and the field that
--- is added for the pruned run. Work is counted from 1, so that a hit without any has a ratio.
pairing.clocks = {
  processor = { hit = "first_hit_processor_s", unit = "processor seconds", is_time = true },
  wall = { hit = "first_hit_s", unit = "wall seconds", is_time = true },
  with_pruning = {
    hit = "first_hit_processor_s", added = "prune_processor_s", unit = "processor seconds with pruning",
    is_time = true,
  },
  work = { hit = "first_hit_iterations", whole = "iterations", unit = "simplex iterations" },
}

--- How long a run took to its first hit within the limit, with its pruning where that counts; nil without one.
---@param row table
---@param clock table of `pairing.clocks`
---@return number?
function pairing.hit(row, clock)
  local function with_pruning(seconds, pruning) return seconds and seconds + (clock.added and pruning or 0) end
  local wall_s = with_pruning(row.first_hit_s, row.prune_s)
  local processor_s = with_pruning(row.first_hit_processor_s, row.prune_processor_s)
  if not row[clock.hit] or not limit.holds(row, wall_s, processor_s) then return nil end
  local added = clock.added and row[clock.added] or 0
  return row[clock.hit] + added + (clock.is_time and 0 or 1)
end

--- The image of a row: the same one at all sides, under all networks.
function pairing.image(row) return ("%s %d"):format(row.dataset, row.image) end

--- A pair as `shared.paired` compares it, by a clock.
function pairing.timed(pair, clock)
  local longest = pair.dense.time_limit
  local function hit(row) return pairing.hit(row, clock) end
  if not clock.is_time then
    longest = 0
    for _, runs in ipairs { pair.dense_runs, pair.pruned_runs } do
      for _, row in ipairs(runs) do longest = math.max(longest, (row[clock.whole] or 0) + 1) end
    end
  end
  return {
    image = pairing.image(pair.dense),
    dense = paired.median(pair.dense_runs, hit),
    pruned = paired.median(pair.pruned_runs, hit),
    limit = longest,
    once = hit(pair.dense),
    again = pair.again and hit(pair.again),
  }
end

--- The pairs, each as `shared.paired` compares it.
function pairing.all_timed(list, clock)
  local timed = {}
  for position, pair in ipairs(list) do timed[position] = pairing.timed(pair, clock or pairing.clocks.processor) end
  return timed
end

--- What pairs say by a clock, processor seconds unless another is given.
---@return shared.Comparison
function pairing.count(list, clock)
  local result = paired.compare(pairing.all_timed(list, clock))
  result.limits = 0
  for _, pair in ipairs(list) do
    result.limits = result.limits + (pair.pruned.status == "limit" and 1 or 0)
  end
  return result
end

return pairing
