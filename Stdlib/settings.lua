--- What callers set: the options of a function, a table of names and values, checked and with its defaults.
local names = require "vnn.names"

local settings = {}

--- Raises an error where an option is not known, or what was given is no table.
---@param place string the function, for the message
---@param given table?
---@param known string[]
---@param level? integer whose line the error is on, as for `error` (default: 3, that of the caller of who asks)
function settings.check(place, given, known, level)
  level = level or 3
  if given ~= nil and type(given) ~= "table" then
    local got = type(given) == "userdata" and tostring(given) or type(given)
    error(("%s: expected a table of options, got %s"):format(place, got), level)
  end
  local valid = {}
  for _, name in ipairs(known) do valid[name] = true end
  for key in pairs(given or {}) do
    if not valid[key] then
      error(("%s: unknown option '%s'%s"):format(place, tostring(key), names.suggestion(tostring(key), known)), level)
    end
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
  for _, part in ipairs { ... } do
    for name, value in pairs(part) do result[name] = value end
  end
  return result
end

--- The defaults, with what was given in their place.
---
--- ```lua
--- local settings = require "vnn.settings"
--- local function solve(options)
---   options = settings.of("solve", options, { time_limit_s = 60 }, { "bounds" })
---   return options.time_limit_s
--- end
--- print(solve(), solve { time_limit_s = 5 }) --> 60	5
--- print((select(2, pcall(solve, { bound = 1 })))) --> solve: unknown option 'bound'; did you mean 'bounds'?
--- ```
---@param place string the function, for messages
---@param given table?
---@param defaults table<string, any> is not changed
---@param optional? string[] names of options without a default
---@param level? integer whose line an error is on, as for `error` (default: 3, that of the caller of who asks)
---@return table
function settings.of(place, given, defaults, optional, level)
  local known = table.move(optional or {}, 1, #(optional or {}), 1, {})
  for name in pairs(defaults) do known[#known + 1] = name end
  settings.check(place, given, known, level == 0 and 0 or (level or 3) + 1)
  return settings.joined(defaults, given or {})
end

return settings
