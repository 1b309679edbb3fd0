--- The rows that are kept of the paper's experiment, by setting: a protocol and solver, or one with some of its
--- settings changed.
local grid = require "paper.grid"
local names = require "vnn.names"
local pairing = require "paper.pairs"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local settings = require "vnn.settings"
local system = require "vnn.system"

local kept = {}

--- What may differ from a protocol beside its own settings, and what it is without a change.
local further = {
  candidates = { strict = "relaxations", published = "incumbents" },
  solver = { strict = "glpk", published = "glpk" },
  time_limit = { strict = 10, published = 3 },
  limit_in = { strict = "processor", published = "processor" },
}

--- In the order in which a setting's name has them.
local changeable = {
  "solver", "classes", "norm", "bounds", "over", "candidates", "pruned_layers", "rounds", "finetuning", "time_limit",
  "limit_in",
}

--- What a row has that its protocol has not, by the names of settings.
---@param row table
---@return table<string, any>
function kept.changes(row)
  local changes, rules = {}, protocol.settings[row.protocol]
  for _, key in ipairs(changeable) do
    local own = further[key] and further[key][row.protocol] or rules[key]
    -- What a solver does not show is not a choice, and a dense run says nothing of pruning.
    local is_forced = key == "candidates" and row.solver ~= "glpk"
      or row[key] == nil
      or key == "finetuning" and not row.finetuned
    if row[key] ~= own and not is_forced then changes[key] = row[key] end
  end
  return changes
end

--- The name of what differs from a protocol.
---@param name string the protocol's
---@param changes table<string, any>
---@return string
function kept.name(name, changes)
  local parts = { name }
  for _, key in ipairs(changeable) do
    if changes[key] ~= nil then
      local text = key == "time_limit" and ("within %g s"):format(changes[key])
        or ("%s %s"):format(key:gsub("_", " "), changes[key])
      parts[#parts + 1] = text
    end
  end
  return table.concat(parts, ", ")
end

--- Whether a name can be one of these, whatever has been run.
---@param name string
---@return boolean
function kept.is_name(name)
  local is_known = protocol.settings[name:match "^[^,]*"] ~= nil
  for part in name:gmatch ", ([^,]*)" do
    local is_change = part:find "^within [%d.]+ s$" ~= nil
    for _, key in ipairs(changeable) do
      is_change = is_change or part:find("^" .. key:gsub("_", " ") .. " %S+$") ~= nil
    end
    is_known = is_known and is_change
  end
  return is_known
end

---@class claims.Setting
---@field name string
---@field protocol string
---@field changes table<string, any> what differs from the protocol
---@field folders string[] that its rows come from
---@field rows table[]
---@field pairs paper.Pair[]? of them, once somebody has asked for them
---@field alone integer? how many pruned runs lack their dense one, likewise
---@field elsewhere integer? how many ran on another processor than it, likewise

--- The rows that are kept of another experiment.
---@param folder string holds the folders of kept reports, with `rows.csv` in each
---@param name string of its folder
---@return table[] none where there is none
function kept.rows(folder, name)
  local text = system.read_file(("%s/%s/rows.csv"):format(folder, name))
  return text and report.rows(text) or {}
end

--- The rows of one kept report and what all of them together differ in from their protocol.
local function read(folder, name)
  local rows, changes = kept.rows(folder, name), {}
  if not rows[1] or not protocol.settings[rows[1].protocol] then return nil end
  for _, row in ipairs(rows) do changes = settings.joined(changes, kept.changes(row)) end
  return rows, changes
end

--- All settings that rows are kept of, each with the rows of all its folders: `strict` and `published` first.
---@param folder string holds the folders of kept reports, with `rows.csv` in each
---@return claims.Setting[]
function kept.settings(folder)
  local by_name, list = {}, {}
  for _, folder_name in ipairs(assert(system.list(folder))) do
    local rows, changes = read(folder, folder_name)
    if rows then
      local name = kept.name(rows[1].protocol, changes)
      local setting = by_name[name]
        or { name = name, protocol = rows[1].protocol, changes = changes, folders = {}, rows = {}, seen = {} }
      by_name[name] = setting
      table.insert(setting.folders, folder_name)
      for _, row in ipairs(rows) do
        if not setting.seen[row.id] then
          setting.seen[row.id] = true
          table.insert(setting.rows, row)
        end
      end
    end
  end
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
  if not setting.pairs then setting.pairs, setting.alone, setting.elsewhere = pairing.of(setting.rows) end
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
