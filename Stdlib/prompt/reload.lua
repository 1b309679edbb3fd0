--- Takes over the new code of edited modules while the program runs: whoever holds a module or its tables sees the new
--- functions, and the values that were made since it was loaded stay.
local settings = require "vnn.settings"
local system = require "vnn.system"

local reload = {}

---@class vnn.prompt.reload.Loaded
---@field path string
---@field source string the text that was loaded
---@field first table<string, any> the plain values that it began with, of fields and of variables of its functions

---@type table<string, vnn.prompt.reload.Loaded>
local known = {}

local function is_plain(value) return type(value) == "string" or type(value) == "number" or type(value) == "boolean" end

--- Calls `visit(name, function_, place, value)` for the variables outside of the module's functions that these use.
local function each_variable(module, visit)
  for _, member in next, module do
    if type(member) == "function" then
      local place = 1
      while true do
        local name, value = debug.getupvalue(member, place)
        if not name then break end
        if name ~= "_ENV" and name ~= "" then visit(name, member, place, value) end
        place = place + 1
      end
    end
  end
end

local function first_values(module)
  local first = {}
  for key, value in next, module do
    if is_plain(value) then first["." .. tostring(key)] = value end
  end
  each_variable(module, function(name, _, _, value)
    if is_plain(value) then first[name] = value end
  end)
  return first
end

--- Notes what a module of the user's own is as it is loaded.
---@param name string
---@param module any
---@param path any where `require` found it
function reload.note(name, module, path)
  settings.expect("reload.note", 1, name, "a string")
  -- A sandbox looks into no functions, whoever says that they are a module's.
  if not debug.sethook or known[name] or type(module) ~= "table" or type(path) ~= "string" then return end
  local source = system.read_file(path)
  if source then known[name] = { path = path, source = source, first = first_values(module) } end
end

--- Keeps in `new`, a module made of the new code, what the old one has come to be.
local function carry_over(old, new, first)
  local variables = {}
  each_variable(old, function(name, member, place, value)
    -- A plain value that nothing has changed is a setting of the code, and the new code's counts.
    local is_live = type(value) ~= "function" and not (is_plain(value) and first[name] == value)
    if is_live and not variables[name] then variables[name] = { member = member, place = place } end
  end)
  each_variable(new, function(name, member, place, value)
    local variable = variables[name]
    if variable and type(value) ~= "function" then
      debug.upvaluejoin(member, place, variable.member, variable.place)
    end
  end)
  for key, value in next, old do
    local is_live = type(value) ~= "function" and not (is_plain(value) and first["." .. tostring(key)] == value)
    if is_live or new[key] == nil and type(value) ~= "function" then new[key] = value end
  end
end

local function reload_one(name)
  local entry = known[name]
  local source, message = system.read_file(entry.path)
  if not source then return nil, message end
  local chunk, problem = load(source, "@" .. entry.path, "t")
  if not chunk then return nil, problem end
  local made, new = pcall(chunk, name, entry.path)
  if not made then return nil, tostring(new) end
  local old = package.loaded[name]
  if type(new) ~= "table" then return nil, ("%s returns no table any more"):format(entry.path) end
  local first = first_values(new)
  carry_over(old, new, entry.first)
  for key in next, old do old[key] = nil end
  for key, value in next, new do old[key] = value end
  entry.source, entry.first = source, first
  return true
end

--- Loads a module again, or all whose files have changed, and prints their names.
---@param name? string (default: all that changed)
---@return boolean done false when there is no such module, or its new code fails; the old one stays then
function reload.run(name)
  settings.expect("reload.run", 1, name, "a string or nothing")
  if name and not known[name] then
    print(("no module '%s' was loaded from a file here"):format(name))
    return false
  end
  local done, count = true, 0
  for _, each in ipairs(name and { name } or require("vnn.names").sorted(known)) do
    if name or system.read_file(known[each].path) ~= known[each].source then
      local reloaded, message = reload_one(each)
      print(reloaded and each .. ": reloaded" or each .. ": " .. message)
      done, count = done and reloaded == true, count + 1
    end
  end
  if count == 0 then print "nothing has changed" end
  return done
end

--- Watches what is required from now on, and offers the global `reload`.
function reload.prepare()
  -- Third are the Lua files on the path, after what is made and the standard library.
  local search = package.searchers[3]
  package.searchers[3] = function(name)
    local loader, path = search(name)
    if type(loader) ~= "function" then return loader end
    return function(...)
      local module = loader(...)
      reload.note(name, module, path)
      return module
    end, path
  end
  _G.reload = function(name) reload.run(name) end
end

return reload
