--- What the folder of an experiment has, asked by its cases: which are done, by which code, and how far sweeps are.
local code = require "vnn.experiment.code"
local json = require "vnn.json"
local message = require "vnn.experiment.message"
local settings = require "vnn.settings"
local store = require "vnn.experiment.store"
local system = require "vnn.system"
local worker = require "vnn.experiment.worker"

local folder = {}

--- What is known of a folder.
---@class vnn.experiment.Folder
---@field path string
---@field states table<string, "done"|"failed"> by address
---@field digests table<string, string> by address, those of the code
---@field undigested integer how many rows nothing vouches for
local Folder = {}
Folder.__index = Folder

--- Reads a folder, which need not be there.
---@param path string
---@return vnn.experiment.Folder
function folder.read(path)
  settings.expect("folder.read", 1, path, "a string")
  local states, digests, undigested = {}, {}, 0
  if system.exists(path) then
    states, digests, undigested = store.states(path)
  end
  return setmetatable({ path = path, states = states, digests = digests, undigested = undigested }, Folder)
end

--- How many cases are done and have failed, and those that are to run.
---@param entries vnn.experiment.plan.Entry[]
---@param retry? boolean whether those that have failed are to run again
---@return integer done
---@return integer failed
---@return vnn.experiment.plan.Entry[] missing
function Folder:compare(entries, retry)
  local done, failed, missing = 0, 0, {}
  for _, entry in ipairs(entries) do
    local state = self.states[entry.id]
    if state == "failed" and not retry then failed = failed + 1 end
    if state and not (state == "failed" and retry) then
      done = done + 1
    else
      missing[#missing + 1] = entry
    end
  end
  return done, failed, missing
end

--- What is wrong where rows of the cases were given by other code than this process's.
---@param entries vnn.experiment.plan.Entry[]
---@param own vnn.experiment.Code
---@param retry? boolean as for `compare`
---@return string? message nil when all are of this code
function Folder:other_code(entries, own, retry)
  local counts, total, all = {}, 0, {}
  for _, entry in ipairs(entries) do
    local state = self.states[entry.id]
    if state and not (state == "failed" and retry) then
      local digest = self.digests[entry.id] or ""
      counts[digest] = (counts[digest] or 0) + 1
    end
  end
  for digest, count in pairs(counts) do
    local changed = code.changes(self.path, digest ~= "" and digest or nil, own)
    total = total + (changed and count or 0)
    for _, name in ipairs(changed or {}) do all[name] = true end
  end
  if total == 0 then return nil end
  local list = {}
  for name in pairs(all) do list[#list + 1] = name end
  table.sort(list)
  return message.other_code(total, self.path, list)
end

--- Calls the experiment's report, and says how many cases failed.
---@param declaration vnn.script.Declaration
---@param rows table[]
---@param options table<string, any>
---@param context vnn.experiment.Context
function folder.call_report(declaration, rows, options, context)
  settings.expect("folder.call_report", 1, declaration, "a table")
  settings.expect("folder.call_report", 2, rows, "a list of tables")
  settings.expect("folder.call_report", 3, options, "a table")
  settings.expect("folder.call_report", 4, context, "a table")
  declaration.report(rows, options, context)
  local failed = #context.failures
  if failed > 0 then
    local first = context.failures[1].failure
    message.say(declaration.name, message.failed(failed, context.total, first, context.folder ~= nil))
  end
end

--- Reports what is there. False when results are damaged.
---@param declaration vnn.script.Declaration
---@param entries vnn.experiment.plan.Entry[]
---@param options table<string, any>
---@param choices? string[][] what chose the cases
---@return boolean
function Folder:report(declaration, entries, options, choices)
  local ids, chosen, others = {}, {}, 0
  for position, entry in ipairs(entries) do
    ids[position], chosen[entry.id] = entry.id, true
  end
  local context = worker.context(declaration, self.path)
  local rows, damaged
  rows, context.failures, damaged = store.rows(self.path, ids)
  context.total, context.choices = #entries, choices
  folder.call_report(declaration, rows, options, context)
  if #damaged > 0 then message.say(declaration.name, message.damaged(#damaged, #entries, damaged[1])) end
  for id in pairs(self.states) do others = others + (chosen[id] and 0 or 1) end
  -- With --only that is what was asked for.
  if others > 0 and not choices then message.say(declaration.name, message.other_cases(others, self.path)) end
  local missing = #entries - #rows - #context.failures
  if missing > 0 then message.say(declaration.name, message.missing(missing, #entries)) end
  return #damaged == 0
end

--- Sweeps that write to the folder now: their shards, as `3-of-20`.
---@return string[]
function Folder:running_shards()
  local shards = {}
  for _, name in ipairs(system.list(self.path .. "/locks") or {}) do
    local shard = name:match "^(%d+%-of%-%d+)%.lock$"
    if shard and store.is_running(self.path, shard) then shards[#shards + 1] = shard end
  end
  return shards
end

--- How far the sweeps in the folder are, all together.
---@param declaration vnn.script.Declaration
---@param entries vnn.experiment.plan.Entry[]
---@return vnn.experiment.progress.State
function Folder:state(declaration, entries)
  local done, failed = self:compare(entries)
  local state = { name = declaration.name, total = #entries, done = done, failed = failed, running = {} }
  for _, shard in ipairs(self:running_shards()) do
    local told = json.load(("%s/progress/%s.json"):format(self.path, shard))
    for _, running in ipairs(told and told.running or {}) do table.insert(state.running, running) end
    if told and told.rate then state.rate = (state.rate or 0) + told.rate end
  end
  return state
end

return folder
