--- What each setting brings that changes one thing of its protocol: the same problems, networks and prunings under
--- both, by the same code.
local kept = require "claims.kept"
local kinds = require "paper.kinds"
local names = require "vnn.names"
local pairing = require "paper.pairs"
local settings = require "vnn.settings"
local tested = require "shared.tested"
local values = require "claims.values"

local factors = {}

--- What is compared, in one number for a pair of a dense and a pruned run.
factors.effects = {
  { name = "dense", text = "dense finds", read = values.found_by_dense },
  { name = "pruned", text = "pruned finds", read = values.found },
  { name = "gain", text = "pruned less dense finds", read = values.found_more },
  { name = "faster", text = "pruned faster", read = values.faster },
}

---@class claims.Factor
---@field setting claims.Setting
---@field base claims.Setting
---@field results table<string, shared.Tested> by the names of `factors.effects`

--- The pairs that a change is judged by: pruned at 0.9 by magnitude, weight by weight; finetuned where it is about
--- that.
local function main(setting, changes)
  local wanted = settings.joined(kinds.main, { finetuned = changes.finetuning ~= nil })
  return pairing.select(kept.pairs(setting), wanted)
end

local function compared(setting, base)
  local before, results = {}, {}
  for _, pair in ipairs(main(base, setting.changes)) do before[values.key_of(pair.pruned)] = pair end
  for _, effect in ipairs(factors.effects) do
    local list = {}
    for _, pair in ipairs(main(setting, setting.changes)) do
      local other = before[values.key_of(pair.pruned)]
      -- Other code may find other things, whatever the setting.
      local code = pair.pruned.modules_digest
      if other and code and other.pruned.modules_digest == code then
        list[#list + 1] = { number = effect.read(pair) - effect.read(other), image = pairing.image(pair.dense) }
      end
    end
    results[effect.name] = tested.mean(list, "above")
  end
  return results
end

--- All of them, their tests one family: bounds and what these know count as one thing.
---@param all claims.Setting[]
---@return claims.Factor[]
function factors.of(all)
  local by_name, list, family = {}, {}, {}
  for _, setting in ipairs(all) do by_name[setting.name] = setting end
  for _, setting in ipairs(all) do
    local base, count = by_name[setting.protocol], #names.sorted(setting.changes)
    local is_one = count == 1 or count == 2 and setting.changes.bounds and setting.changes.over
    if base and is_one and setting.rows[1].time_limit == base.rows[1].time_limit then
      local factor = { setting = setting, base = base, results = compared(setting, base) }
      if factor.results.dense.problems > 0 then list[#list + 1] = factor end
    end
  end
  for _, factor in ipairs(list) do
    for _, effect in ipairs(factors.effects) do family[#family + 1] = factor.results[effect.name] end
  end
  tested.judge(family)
  return list
end

return factors
