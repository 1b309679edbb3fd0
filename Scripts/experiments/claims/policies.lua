--- What a policy brings on images that none was ever tried on: finds and times beside magnitude's and the dense
--- network's, from the rows of `compare-policies`.
local limit = require "shared.limit"
local tested = require "shared.tested"

local policies = {}

---@class claims.Policy
---@field name string
---@field found integer
---@field problems integer
---@field results table<string, shared.Tested> by the names of `policies.effects`

--- What each policy is tested by: a name, what the number is, and whose run it is compared with.
policies.effects = {
  { name = "more", text = "finds, less magnitude's", other = "magnitude", claims = "above" },
  { name = "sooner", text = "time over magnitude's", other = "magnitude", claims = "below", unit = "logarithm" },
  { name = "more than dense", text = "finds, less the dense network's", other = "dense", claims = "above" },
  {
    name = "sooner than dense", text = "time over the dense network's", other = "dense", claims = "below",
    unit = "logarithm",
  },
}

local function name_of(row) return row.policy or "dense" end

--- Processor seconds to the find, pruning included.
local function hit_of(row)
  return row.found and limit.holds(row, row.hit_s, row.hit_processor_s) and row.hit_processor_s or nil
end

local function number(effect, row, other)
  local own, theirs = hit_of(row), hit_of(other)
  if effect.unit == "logarithm" then return own and theirs and math.log(own / theirs) or nil end
  return (own and 1 or 0) - (theirs and 1 or 0)
end

--- All policies of the rows, their tests one family.
---@param rows table[] of one rate and the first repetition
---@return claims.Policy[]
function policies.of(rows)
  local by_name, list, family = {}, {}, {}
  for _, row in ipairs(rows) do
    if row.repetition == 1 then
      local name = name_of(row)
      if not by_name[name] then
        by_name[name] = { name = name, rows = {}, found = 0, problems = 0, results = {} }
        list[#list + 1] = by_name[name]
      end
      local entry = by_name[name]
      entry.rows[("%s %d"):format(row.architecture, row.problem)] = row
      entry.problems, entry.found = entry.problems + 1, entry.found + (hit_of(row) and 1 or 0)
    end
  end
  for _, entry in ipairs(list) do
    for _, effect in ipairs(policies.effects) do
      local other, values = by_name[effect.other], {}
      for _, row in ipairs(rows) do
        local is_own = row.repetition == 1 and name_of(row) == entry.name
        local theirs = is_own and other and other.rows[("%s %d"):format(row.architecture, row.problem)]
        local value = theirs and number(effect, row, theirs)
        if value then values[#values + 1] = { number = value, image = tostring(row.problem) } end
      end
      if other and other ~= entry and entry.name ~= "dense" then
        entry.results[effect.name] = tested.mean(values, effect.claims)
        family[#family + 1] = entry.results[effect.name]
      end
    end
  end
  tested.judge(family)
  return list
end

return policies
