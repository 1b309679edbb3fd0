--- The policies that a comparison is about.
local names = require "vnn.names"
local policy = require "vnn.policy"
local script = require "vnn.script"
local system = require "vnn.system"

local policies = {}

--- The policy of a text such as `mine.lua` or `interval_width:order=narrow`, with the values of its options in `given`
--- and those other than the defaults in its name. Nil and a message when there is none.
local function read(text)
  local name, words = text:match "^(.-):([%w_]+=.*)$"
  name = name or text
  local loaded, entry, message = pcall(policy.load, name)
  if not loaded then return nil, tostring(entry) end
  if not entry then return nil, message end
  local arguments = {}
  for word in ((words or "") .. ":"):gmatch "([^:]+):" do arguments[#arguments + 1] = "--" .. word end
  entry.given, message = script.parse({ options = entry.options }, arguments)
  if not entry.given then return nil, ("%s: %s"):format(text, message) end
  local changed = { entry.name }
  for _, option in ipairs(entry.options or {}) do
    local value = entry.given[option.name]
    if value ~= option.default and type(value) ~= "table" then
      if type(value) == "number" then value = ("%.15g"):format(value) end
      changed[#changed + 1] = ("%s=%s"):format(option.name, value)
    end
  end
  entry.name = table.concat(changed, ":")
  return entry
end

--- The chosen policies and the baseline among them, each with the `digest` of its file; a built-in criterion has none.
---@param options table the comparison's options
---@return vnn.Policy[]? list nil when there is one that cannot be loaded, or two have the same name
---@return string message name of the baseline where there is a list
function policies.load(options)
  local list, by_name, by_text = {}, {}, {}
  local function add(text)
    local entry, message = read(text)
    if not entry then return nil, message end
    local other = by_name[entry.name]
    if other and other.file == entry.file then return nil, ("%s is given twice"):format(entry.name) end
    if other then
      return nil, ("two policies are called '%s': %s and %s; rename one"):format(entry.name, other.file, entry.file)
    end
    entry.digest = not entry.criterion and system.digest(assert(system.read_file(entry.file))):sub(1, 16) or nil
    list[#list + 1], by_name[entry.name], by_text[text] = entry, entry, entry
    return entry
  end
  local known = table.move(options.policies, 1, #options.policies, 1, {})
  for _, text in ipairs(options.policies) do
    local entry, message = add(text)
    if not entry then return nil, "policies: " .. message end
    known[#known + 1] = entry.name
  end
  local baseline = by_name[options.baseline] or by_text[options.baseline]
  if not baseline then
    local message
    baseline, message = add(options.baseline)
    if not baseline then
      local near = message:find "; did you mean" and "" or names.suggestion(options.baseline, known)
      return nil, "baseline: " .. message .. near
    end
  end
  return list, baseline.name
end

local loaded

--- The policy of a case, as its file was when the cases were made.
---@param case table
---@param options table
---@return vnn.Policy? entry nil when the file has changed since
---@return string? message
function policies.of(case, options)
  loaded = loaded or assert(policies.load(options))
  for _, entry in ipairs(loaded) do
    if entry.name == case.policy and entry.digest == case.policy_digest then return entry end
  end
  return nil, ("policy '%s': its file has changed since the comparison began"):format(case.policy)
end

return policies
