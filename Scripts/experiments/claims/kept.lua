--- The rows that are kept of the paper's experiment, by setting: a protocol and solver, or one with some of its
--- settings changed.
local grid = require "paper.grid"
local names = require "vnn.names"
local pairing = require "paper.pairs"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local system = require "vnn.system"

local kept = {}

--- What may differ from a protocol, and what it is without a change; the rest comes from the protocol itself.
local further = {
  candidates = { strict = "relaxations", published = "incumbents" },
  solver = { strict = "glpk", published = "glpk" },
}

--- The name of a row's setting: the protocol's, and each setting that is not its own.
---@param row table
---@return string
function kept.setting(row)
  local parts = { row.protocol }
  local rules = protocol.settings[row.protocol]
  for _, key in ipairs { "solver", "classes", "norm", "bounds", "over", "candidates" } do
    local own = further[key] and further[key][row.protocol] or rules[key]
    -- What a solver does not show is not a choice.
    local is_forced = key == "candidates" and row.solver ~= "glpk"
    if row[key] ~= own and not is_forced then parts[#parts + 1] = ("%s %s"):format(key, row[key]) end
  end
  return table.concat(parts, ", ")
end

---@class claims.Setting
---@field name string
---@field folders string[] that its rows come from
---@field rows table[]
---@field pairs paper.Pair[]? of them, once somebody has asked for them

--- All settings that rows are kept of, each with the rows of all its folders: `strict` and `published` first.
---@param folder string holds the folders of kept reports, with `rows.csv` in each
---@return claims.Setting[]
function kept.settings(folder)
  local by_name = {}
  for _, name in ipairs(assert(system.list(folder))) do
    local text = system.read_file(("%s/%s/rows.csv"):format(folder, name))
    for _, row in ipairs(text and report.rows(text) or {}) do
      local key = kept.setting(row)
      local setting = by_name[key] or { name = key, folders = {}, rows = {}, seen = {} }
      by_name[key] = setting
      if setting.folders[#setting.folders] ~= name then table.insert(setting.folders, name) end
      if not setting.seen[row.id] then
        setting.seen[row.id] = true
        table.insert(setting.rows, row)
      end
    end
  end
  local list = {}
  for _, name in ipairs { "strict", "published" } do
    list[#list + 1], by_name[name] = by_name[name], nil
  end
  for _, name in ipairs(names.sorted(by_name)) do list[#list + 1] = by_name[name] end
  return list
end

--- The pairs of a setting's rows, found once.
---@param setting claims.Setting
---@return paper.Pair[]
function kept.pairs(setting)
  setting.pairs = setting.pairs or pairing.of(setting.rows)
  return setting.pairs
end

--- How much of the grid the rows are.
---@param setting claims.Setting
---@return integer done pruned runs, the first repetition of each
---@return integer whole
function kept.share(setting)
  local done, ways, networks = 0, 0, 0
  for _, row in ipairs(setting.rows) do
    if row.network == "pruned" and row.repetition == 1 then done = done + 1 end
  end
  grid.each_pruning(protocol.settings[setting.rows[1].protocol], function() ways = ways + 1 end)
  grid.each_network(function() networks = networks + 1 end)
  return done, ways * networks
end

--- What the pruned runs of the rows are, field by field: the values that there are of each that has not all of them.
---@param setting claims.Setting
---@return string
function kept.covers(setting)
  local parts = {}
  local function add(field, all)
    local seen, some = {}, {}
    for _, row in ipairs(setting.rows) do
      if row.network == "pruned" then seen[tostring(row[field])] = true end
    end
    for _, value in ipairs(all) do
      if seen[tostring(value)] then some[#some + 1] = tostring(value) end
    end
    if #some < #all then parts[#parts + 1] = ("%s %s"):format(field, table.concat(some, ", ")) end
  end
  for field, all in pairs {
    dataset = grid.datasets, side = grid.sides, layers = grid.layers, width = grid.widths, rate = grid.rates,
    method = grid.methods, structure = grid.structures, finetuned = { false, true },
  } do
    add(field, all)
  end
  table.sort(parts)
  return #parts > 0 and table.concat(parts, "; ") or "all"
end

return kept
