--- `x?` and `x??` at the prompt: what a name stands for, and the code behind it.
local annotations = require "vnn.host.annotations"
local faults = require "vnn.prompt.faults"
local help = require "vnn.host.help"
local inputs = require "vnn.prompt.inputs"
local settings = require "vnn.settings"
local system = require "vnn.system"

local explain = {}

--- The lines of a function in a text of which it begins at `first` and ends at `last`.
local function cut(text, first, last)
  local lines, number = {}, 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    if number >= first and number <= last then lines[#lines + 1] = line end
  end
  return table.concat(lines, "\n")
end

--- The code of a Lua function with its place, and the comment above it.
---@param function_ function
---@return string? text nil for native functions, and where the file is gone
function explain.source(function_)
  settings.expect("explain.source", 1, function_, "a function")
  local record = debug.getinfo(function_, "S")
  if record.what == "C" then return nil end
  local place = record.source:gsub("^[=@]", "")
  local text
  local module = place:match "^%[(vnn%.[%w_.]+)%]$"
  if module then
    place = "Stdlib/" .. module:gsub("^vnn%.", ""):gsub("%.", "/") .. ".lua"
    text = system.library_source((place:gsub("^Stdlib/", "")))
  else
    text = faults.source(place)
  end
  if not text then return nil end
  local first = record.linedefined
  while first > 1 and cut(text, first - 1, first - 1):find "^%s*%-%-" do first = first - 1 end
  return ("%s:%d\n%s"):format(place, record.linedefined, cut(text, first, record.lastlinedefined))
end

--- A field of a value. Looking must not do anything, so no function of the user's own is asked for it.
local function field(value, name)
  for _ = 1, 10 do
    local metatable = debug.getmetatable(value)
    if type(value) == "table" and rawget(value, name) ~= nil then return rawget(value, name) end
    local index = type(metatable) == "table" and rawget(metatable, "__index")
    local is_ours = type(value) == "userdata" or index and rawget(metatable, "__members")
    if is_ours then
      local found, member = pcall(function() return value[name] end)
      return found and member or nil
    end
    if type(index) ~= "table" then return nil end
    value = index
  end
  return nil
end

--- The value of a chain of names such as `tensor.zeros`, without calling anything.
---@param name string
---@return any value nil where there is none
function explain.value(name)
  settings.expect("explain.value", 1, name, "a string")
  local first, rest = name:match "^([%a_][%w_]*)(.*)$"
  if not first then return nil end
  local variable = inputs.locals()[first]
  local value
  if variable then value = variable() else value = _G[first] end
  for name_inside in rest:gmatch "[%a_][%w_]*" do
    value = field(value, name_inside)
    if value == nil then return nil end
  end
  return value
end

--- What the documentation says about a function or method, called as at the prompt: `nn.train`, `m:solve`.
---@param call string
---@return vnn.host.annotations.Entry?
function explain.entry(call)
  settings.expect("explain.entry", 1, call, "a string")
  local owner, name = call:match "^(.*)[.:]([%w_]+)$"
  local value = owner and explain.value(owner)
  local topic = value ~= nil and help.topic_of(value)
  return topic and annotations.find(topic .. "." .. name) or annotations.find(call)
end

--- What is known about a name: its value, what the documentation says, and on request the code.
---@param name string such as `tensor.matmul` or `x`
---@param has_source boolean
---@return string text
---@return boolean is_known
function explain.text(name, has_source)
  settings.expect("explain.text", 1, name, "a string")
  settings.expect("explain.text", 2, has_source, "a boolean")
  local value, entry = explain.value(name), explain.entry(name)
  local lines = {}
  if has_source then
    local text = type(value) == "function" and explain.source(value)
    if text then return text, true end
    lines[1] = type(value) == "function" and "no Lua code: it is a native function" or "no code: it is no function"
  elseif value ~= nil and not entry then
    lines[1] = ("%s: %s"):format(name, require("vnn.prompt.format").text(value, { depth = 1 }))
  end
  local topic = entry and entry.name or value ~= nil and help.topic_of(value) or value == nil and name
  local text, message
  if topic then
    text, message = help.text(topic)
    lines[#lines + 1] = text or message
  end
  return table.concat(lines, "\n"), value ~= nil or text ~= nil
end

--- Prints what is known about a name: see `explain.text`.
---@param name string
---@param has_source boolean
---@return boolean done false where nothing is known
function explain.show(name, has_source)
  local text, is_known = explain.text(name, has_source)
  print(text)
  return is_known
end

return explain
