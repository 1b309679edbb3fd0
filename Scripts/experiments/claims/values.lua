--- What findings are about, as one number for each problem: runs of the paper's experiment, matched so that two of them
--- differ in one thing only.
local pairing = require "paper.pairs"

local values = {}

---@alias claims.Read fun(pair: paper.Pair): number? what there is to know of a pair, or nil

--- Everything that tells a pruned run from the others of its setting.
local fields = { "dataset", "side", "layers", "width", "seed", "method", "structure", "rate", "finetuned" }

--- What a pruned run is, but for one of its fields.
---@param row table
---@param without string?
---@return string
function values.key_of(row, without)
  local parts = {}
  for place, field in ipairs(fields) do parts[place] = field == without and "" or tostring(row[field]) end
  return table.concat(parts, "|")
end

local function timed(pair, clock) return pairing.timed(pair, pairing.clocks[clock or "processor"]) end

--- 1 where the pruned run found something before the dense one or alone, else 0.
---@param pair paper.Pair
---@param clock string? a name in `pairing.clocks` (default: processor)
function values.faster(pair, clock)
  local times = timed(pair, clock)
  return times.pruned and (not times.dense or times.pruned < times.dense) and 1 or 0
end

--- What is above 0 on average where the pruned run is faster on most problems.
function values.most(pair) return values.faster(pair) - 0.5 end

--- The same of the problems on which either run found something.
function values.most_where_found(pair)
  local times = timed(pair)
  return (times.dense or times.pruned) and values.faster(pair) - 0.5 or nil
end

--- Whether the pruned run is faster with the time of pruning and finetuning, 1, or the dense one is, -1.
function values.faster_with_pruning(pair)
  local times = timed(pair, "with_pruning")
  local is_slower = times.dense and (not times.pruned or times.dense < times.pruned)
  return is_slower and -1 or values.faster(pair, "with_pruning")
end

--- 1 where the pruned run found something.
function values.found(pair) return timed(pair).pruned and 1 or 0 end

--- 1 where the dense run did.
function values.found_by_dense(pair) return timed(pair).dense and 1 or 0 end

--- The former less the latter.
function values.found_more(pair) return values.found(pair) - values.found_by_dense(pair) end

--- 1 where only the gradient attack on the dense network found something, -1 where only its own run did.
function values.gradients_more(pair) return (pair.dense.attack_hit and 1 or 0) - values.found_by_dense(pair) end

--- The logarithm of pruned over dense time, where both found something.
function values.log_ratio(pair)
  local times = timed(pair)
  return times.dense and times.pruned and math.log(times.pruned / times.dense) or nil
end

--- What one value of a field brings over another: `read` of a pair, less that of the pair that has `second` there and
--- is the same in all else.
---@param list paper.Pair[]
---@param field string
---@param second any
---@param read claims.Read
---@return claims.Read
function values.over(list, field, second, read)
  local others = {}
  for _, pair in ipairs(pairing.select(list, { [field] = second })) do
    others[values.key_of(pair.pruned, field)] = pair
  end
  return function(pair)
    local other = others[values.key_of(pair.pruned, field)]
    local here, there = read(pair), other and read(other)
    return here and there and here - there or nil
  end
end

--- What is read of the pairs that have the given values, of those of which there is something to know.
---@param list paper.Pair[]
---@param wanted table<string, any>
---@param read claims.Read
---@return shared.Value[]
function values.of(list, wanted, read)
  local all = {}
  for _, pair in ipairs(pairing.select(list, wanted)) do
    local number = read(pair)
    if number then all[#all + 1] = { number = number, image = pairing.image(pair.dense) } end
  end
  return all
end

return values
