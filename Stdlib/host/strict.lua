--- Turns a mistyped global into an error that names the nearest declared one.
---
--- A global is declared by an assignment in the main chunk of a file (so `function f() end` at the top declares `f`);
--- afterwards every function may assign it. Reading an undeclared global is an error everywhere, and so is assigning
--- one inside a function. `rawget(_G, "name")` asks whether one exists.
---
--- ```lua
--- require("vnn.host.strict").enable()
--- counter = 1
--- print(pcall(function() return countr end))
--- --> false	example.lua:3: undeclared global 'countr'; did you mean 'counter'?
--- ```
local strict = {}

--- Names declared so far that may hold nil.
local declared = {}

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

local function is_declaration()
  local caller = debug.getinfo(3, "S")
  return not caller or caller.what == "main" or caller.what == "C"
end

--- Makes `globals` strict.
---@param globals? table the table of globals (default: `_G`)
function strict.enable(globals)
  if globals ~= nil then require("vnn.settings").expect("strict.enable", 1, globals, "a table") end
  globals = globals or _G
  setmetatable(globals, {
    __newindex = function(self, name, value)
      if not declared[name] then
        if not is_declaration() then
          error("assignment to the undeclared global " .. describe(self, name) .. " (missing 'local'?)", 2)
        end
        declared[name] = true
      end
      rawset(self, name, value)
    end,
    __index = function(self, name)
      if declared[name] then return nil end
      -- Many forget to require a module that they use.
      local is_module = type(name) == "string" and name:find "^[%l_]+$" and pcall(require, "vnn." .. name)
      local text = is_module and ("'N'; local N = require \"vnn.N\""):gsub("N", name) or describe(self, name)
      error("undeclared global " .. text, 2)
    end,
  })
end

return strict
