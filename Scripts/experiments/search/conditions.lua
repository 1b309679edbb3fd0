--- Under what conditions each problem is solved: one of two bases, with one thing changed, or two together where how
--- they act on each other is the question.
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"

local conditions = {}

--- What is embedded: the dense network; pruned by magnitude; a network of random weights of which the largest tenth is
--- kept, which knows nothing; and, of those at 0.9, one taught the dense network's outputs at points of the region, and
--- one refined at its own optimum.
conditions.embedded = { "dense", "magnitude 0.5", "magnitude 0.9", "random weights", "distilled", "refined" }

---@class search.Condition
---@field base "strict"|"published"
---@field embedded string
---@field changed string? the name of what is other than the base's
---@field settings table<string, any> all that a case says of it

local bases = {
  strict = { candidates = "relaxations" },
  published = { candidates = "incumbents" },
}
for base, own in pairs(bases) do
  for _, name in ipairs { "classes", "norm", "bounds", "over" } do own[name] = protocol.settings[base][name] end
end

--- What is changed of a base: the other base's.
local changes = {
  candidates = { "candidates" },
  bounds = { "bounds", "over" },
  classes = { "classes" },
  norm = { "norm" },
}

--- Which networks are embedded where something is changed: where interactions are asked about, more than one.
local embedded_where = {
  candidates = { "dense", "magnitude 0.9", "random weights", "refined" },
  bounds = { "dense", "magnitude 0.9" },
  classes = { "magnitude 0.9" },
  norm = { "dense", "magnitude 0.9" },
}

local others = { strict = "published", published = "strict" }

conditions.all = {}
for _, base in ipairs { "strict", "published" } do
  for _, embedded in ipairs(conditions.embedded) do
    conditions.all[#conditions.all + 1] = { base = base, embedded = embedded, settings = bases[base] }
  end
  for _, changed in ipairs { "candidates", "bounds", "classes", "norm" } do
    local given = {}
    for _, name in ipairs(changes[changed]) do given[name] = bases[others[base]][name] end
    for _, embedded in ipairs(embedded_where[changed]) do
      conditions.all[#conditions.all + 1] = {
        base = base, embedded = embedded, changed = changed, settings = settings.joined(bases[base], given),
      }
    end
  end
end

--- What a case says of its condition.
---@param condition search.Condition
---@return table<string, any>
function conditions.parameters(condition)
  return settings.joined(condition.settings, {
    base = condition.base, embedded = condition.embedded, changed = condition.changed,
  })
end

--- How a condition is called.
---@param of { base: string, embedded: string, changed: string? } a condition, a case or a row
---@return string
function conditions.name(of)
  return of.changed and ("%s, other %s"):format(of.base, of.changed) or of.base
end

return conditions
