--- What callers set: the arguments of a function, checked; its options, a table of names and values, checked and with
--- their defaults.
local settings = {}

local kinds = {
  ["a string"] = function(value) return type(value) == "string" end,
  ["a number"] = function(value) return type(value) == "number" end,
  ["an integer"] = function(value) return type(value) == "number" and math.tointeger(value) ~= nil end,
  ["a boolean"] = function(value) return type(value) == "boolean" end,
  ["a function"] = function(value) return type(value) == "function" end,
  ["a table"] = function(value) return type(value) == "table" end,
  ["nothing"] = function(value) return value == nil end,
}

local function list_of(kind)
  return function(value)
    if type(value) ~= "table" then return false end
    for position = 1, #value do
      if type(value[position]) ~= kind then return false end
    end
    return true
  end
end

kinds["a list"] = kinds["a table"]
kinds["a list of strings"] = list_of "string"
kinds["a list of numbers"] = list_of "number"
kinds["a list of tables"] = list_of "table"

--- Whether a value is of a kind: one of those above, a quoted text alone, or native objects of a type such as
--- `vnn.Network`.
local function is(value, kind)
  if kinds[kind] then return kinds[kind](value) end
  local text = kind:match '^"(.*)"$'
  if text then return value == text end
  return type(value) == "userdata" and getmetatable(value) == kind
end

--- The value as native functions name it in their messages.
local function described(value)
  local kind = type(value)
  if kind == "string" then return #value > 40 and ('"%s…"'):format(value:sub(1, 40)) or ('"%s"'):format(value) end
  if kind == "number" or kind == "boolean" then return tostring(value) end
  return kind == "userdata" and tostring(getmetatable(value) or kind) or kind
end

--- The alternatives that a text of what is expected joins with "or".
local alternatives = {}

local function split(expected)
  local list = {}
  for kind in (expected .. " or "):gmatch "(.-) or " do list[#list + 1] = kind end
  alternatives[expected] = list
  return list
end

--- Whether a value is of one of the kinds that are expected.
local function fits(value, expected)
  for _, kind in ipairs(alternatives[expected] or split(expected)) do
    if is(value, kind) then return true end
  end
  return false
end

--- Raises an error where an argument of a function in here is not of the kind that is expected, on its caller's line.
local function argument(name, position, value, expected)
  if fits(value, expected) then return end
  local text = "settings.%s: argument %d: expected %s, got %s"
  error(text:format(name, position, expected, described(value)), 3)
end

--- Raises an error where a value is not of the kind that is expected.
---
--- ```lua
--- local settings = require "vnn.settings"
--- local function half(number)
---   settings.expect("half", 1, number, "a number")
---   return number / 2
--- end
--- print(pcall(function() return half "three" + 1 end))
--- --> false	example.lua:6: half: argument 1: expected a number, got "three"
--- ```
---@param place string the function, for the message
---@param what integer|string which argument, or the name of an option
---@param value any
---@param expected string "a string", "a number", "an integer", "a boolean", "a function", "a table", "a list" of
---  anything, "a list of strings", "a list of numbers", "a list of tables", "nothing", a text in quotation marks, which
---  no other will do for, a native type such as "vnn.Network", or several with " or " in between
---@param level? integer whose line the error is on, as for `error` (default: 3, that of the caller of who asks)
function settings.expect(place, what, value, expected, level)
  if type(expected) == "string" and fits(value, expected) then return end
  argument("expect", 1, place, "a string")
  argument("expect", 2, what, "an integer or a string")
  argument("expect", 4, expected, "a string")
  argument("expect", 5, level, "an integer or nothing")
  local name = type(what) == "number" and "argument " .. what or what
  level = level or 3
  error(("%s: %s: expected %s, got %s"):format(place, name, expected, described(value)), level)
end

--- Raises an error where an option is not known, or what was given is no table.
---@param place string the function, for the message
---@param given table?
---@param known string[]
---@param level? integer whose line the error is on, as for `error` (default: 3, that of the caller of who asks)
function settings.check(place, given, known, level)
  argument("check", 1, place, "a string")
  argument("check", 3, known, "a list of strings")
  argument("check", 4, level, "an integer or nothing")
  level = level or 3
  if given ~= nil and type(given) ~= "table" then
    local got = type(given) == "userdata" and tostring(given) or type(given)
    error(("%s: expected a table of options, got %s"):format(place, got), level)
  end
  local valid = {}
  for _, name in ipairs(known) do valid[name] = true end
  for key in pairs(given or {}) do
    if not valid[key] then
      -- Loaded here because it checks its own arguments by this module.
      local suggestion = require("vnn.names").suggestion(tostring(key), known)
      error(("%s: unknown option '%s'%s"):format(place, tostring(key), suggestion), level)
    end
  end
end

--- Raises an error where a pruning rate is not a number from 0 to below 1.
---@param place string the function, for the message
---@param rate any
---@param level? integer as for `settings.expect`
function settings.rate(place, rate, level)
  argument("rate", 1, place, "a string")
  argument("rate", 3, level, "an integer or nothing")
  if type(rate) ~= "number" or not (rate >= 0 and rate < 1) then
    level = level or 3
    error(("%s: rate: expected a number from 0 to below 1, got %s"):format(place, described(rate)), level)
  end
end

--- Raises an error where a time limit is not a number of seconds from 0.
---@param place string the function, for the message
---@param seconds any
---@param level? integer as for `settings.expect`
function settings.limit(place, seconds, level)
  argument("limit", 1, place, "a string")
  argument("limit", 3, level, "an integer or nothing")
  local is_limit = type(seconds) == "number" and seconds >= 0
  if not is_limit then
    level = level or 3
    error(("%s: time_limit_s: expected seconds from 0, got %s"):format(place, described(seconds)), level)
  end
end

--- One table of the fields of several, those of later ones in place of earlier ones.
---
--- ```lua
--- local case = require("vnn.settings").joined({ seed = 1, rate = 0.5 }, { rate = 0.9 })
--- print(case.seed, case.rate) --> 1	0.9
--- ```
---@param ... table<string, any>
---@return table
function settings.joined(...)
  local result = {}
  for position, part in ipairs { ... } do
    settings.expect("settings.joined", position, part, "a table")
    for name, value in pairs(part) do result[name] = value end
  end
  return result
end

--- What a value that takes the place of `default` has to be.
local function kind_of(default)
  return "a " .. type(default)
end

--- The defaults, with what was given in their place, which must be of the same kind.
---
--- ```lua
--- local settings = require "vnn.settings"
--- local function solve(options)
---   options = settings.of("solve", options, { time_limit_s = 60 }, { "bounds" })
---   return options.time_limit_s
--- end
--- print(solve(), solve { time_limit_s = 5 }) --> 60	5
--- print((select(2, pcall(solve, { bound = 1 })))) --> solve: unknown option 'bound'; did you mean 'bounds'?
--- print((select(2, pcall(solve, { time_limit_s = "5" })))) --> solve: time_limit_s: expected a number, got "5"
--- ```
---@param place string the function, for messages
---@param given table?
---@param defaults table<string, any> is not changed
---@param optional? string[] names of options without a default, or whose kind is not only the default's
---@param level? integer whose line an error is on, as for `error` (default: 3, that of the caller of who asks)
---@return table
function settings.of(place, given, defaults, optional, level)
  argument("of", 1, place, "a string")
  argument("of", 3, defaults, "a table")
  argument("of", 4, optional, "a list of strings or nothing")
  argument("of", 5, level, "an integer or nothing")
  level = level == 0 and 0 or (level or 3) + 1
  local known = table.move(optional or {}, 1, #(optional or {}), 1, {})
  for name in pairs(defaults) do known[#known + 1] = name end
  settings.check(place, given, known, level)
  for _, name in ipairs(known) do
    local value, default = given and given[name], defaults[name]
    if value ~= nil and default ~= nil then settings.expect(place, name, value, kind_of(default), level) end
  end
  return settings.joined(defaults, given or {})
end

return settings
