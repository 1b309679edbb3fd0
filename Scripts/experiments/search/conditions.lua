--- Under what conditions each problem is solved: a protocol with one thing changed, or two together where how they act
--- on each other is the question; and `strict` on problems that are hard for gradients.
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"

local conditions = {}

--- What is embedded: the dense network; pruned by magnitude; a network of random weights of which the largest tenth is
--- kept, which knows nothing; and, of those at 0.9, one taught the dense network's outputs at points of the region, and
--- one refined at its own optimum.
conditions.embedded = { "dense", "magnitude 0.5", "magnitude 0.9", "random weights", "distilled", "refined" }

---@class search.Condition
---@field base "strict"|"published"|"side constraints"|"few pixels" the last two are strict but for the problem
---@field embedded string
---@field changed string? the name of what is other than the base's
---@field settings table<string, any> all that a case says of it

--- The protocol that a base is, or is but for its problems.
---@param base string
---@return "strict"|"published"
function conditions.protocol(base) return base == "published" and "published" or "strict" end

local bases = {
  strict = { candidates = "relaxations" },
  published = { candidates = "incumbents" },
  ["side constraints"] = { candidates = "relaxations" },
  ["few pixels"] = { candidates = "relaxations", norm = "l0" },
}
for base, own in pairs(bases) do
  local rules = protocol.settings[conditions.protocol(base)]
  for _, name in ipairs { "classes", "norm", "bounds", "over" } do own[name] = own[name] or rules[name] end
end

--- What is embedded where the problem is another one.
local embedded_elsewhere = { "dense", "magnitude 0.9", "random weights", "refined" }

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
    -- How the rate acts is the question of the paper's grid; once is enough here.
    if base == "strict" or embedded ~= "magnitude 0.5" then
      conditions.all[#conditions.all + 1] = { base = base, embedded = embedded, settings = bases[base] }
    end
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

for _, base in ipairs { "side constraints", "few pixels" } do
  for _, embedded in ipairs(embedded_elsewhere) do
    conditions.all[#conditions.all + 1] = { base = base, embedded = embedded, settings = bases[base] }
  end
end

--- Whether a condition is for the first network alone.
---@param condition search.Condition
---@return boolean
function conditions.is_of_one_network(condition)
  return condition.changed ~= nil or conditions.protocol(condition.base) ~= condition.base
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
