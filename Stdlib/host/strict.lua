--- Turns a mistyped global of a script into an error that names the nearest declared one.
---
--- A global is declared by an assignment in the main chunk of a file (so `function f() end` at the top declares `f`);
--- afterwards every function may assign it. Reading an undeclared global is an error, and so is assigning one inside a
--- function. `rawget(_G, "name")` asks whether one exists.
---
--- That is so in watched chunks only: the script, the code of the command line, the prompt, policies. Files that
--- `require`, `dofile` or `load` bring are written for plain Lua, where `jit`, `unpack` or `loadstring` are nil and any
--- function may set a global; they find what they expect.
---
--- ```lua
--- local strict = require "vnn.host.strict"
--- strict.enable()
--- strict.watch(debug.getinfo(1, "S").source)
--- counter = 1
--- print(pcall(function() return countr end))
--- --> false	example.lua:5: undeclared global 'countr'; did you mean 'counter'?
--- print(load "return loadstring"()) --> nil
--- ```
local strict = {}

--- Names declared so far that may hold nil.
local declared = {}

--- The chunks that are watched, by their names as `debug.getinfo` tells them.
local watched = {}

local function candidates(globals)
  local list = {}
  for name in pairs(globals) do
    if type(name) == "string" then list[#list + 1] = name end
  end
  for name in pairs(declared) do
    if rawget(globals, name) == nil then list[#list + 1] = name end
  end
  return list
end

local function describe(globals, name)
  -- Loaded here because most scripts never need it.
  local names = require "vnn.names"
  return ("'%s'%s"):format(tostring(name), names.suggestion(tostring(name), candidates(globals)))
end

--- The function that reads or assigns a global, when its chunk is watched: the caller's caller.
local function watched_caller()
  local caller = debug.getinfo(3, "S")
  return caller and watched[caller.source] and caller
end

--- From now on the chunks of this name are held to their declarations.
---@param source string as the field `source` of `debug.getinfo` tells it, such as `@script.lua`
function strict.watch(source)
  require("vnn.settings").expect("strict.watch", 1, source, "a string")
  watched[source] = true
end

--- Makes `globals` strict.
---@param globals? table the table of globals (default: `_G`)
function strict.enable(globals)
  if globals ~= nil then require("vnn.settings").expect("strict.enable", 1, globals, "a table") end
  globals = globals or _G
  setmetatable(globals, {
    __newindex = function(self, name, value)
      if not declared[name] then
        local caller = watched_caller()
        if caller and caller.what ~= "main" then
          error("assignment to the undeclared global " .. describe(self, name) .. " (missing 'local'?)", 2)
        end
        declared[name] = true
      end
      rawset(self, name, value)
    end,
    __index = function(self, name)
      if declared[name] or not watched_caller() then return nil end
      -- Many forget to require a module that they use.
      local is_module = type(name) == "string" and name:find "^[%l_]+$" and pcall(require, "vnn." .. name)
      local text = is_module and ("'N'; local N = require \"vnn.N\""):gsub("N", name) or describe(self, name)
      error("undeclared global " .. text, 2)
    end,
  })
end

return strict
