--- The code that an experiment's rows come from: the program, the script, and every Lua module that these load. What
--- the script's `report` does is left out, since no row depends on it.
---
--- ```
--- DIR/code/DIGEST.json     the digest of every part: what `modules_digest` in a row stands for
--- ```
local json = require "vnn.json"
local names = require "vnn.names"
local settings = require "vnn.settings"
local store = require "vnn.experiment.store"
local system = require "vnn.system"

local code = {}

---@class vnn.experiment.Code
---@field digest string of all parts
---@field parts table<string, string> a digest for each: `vnnlua`, the program; `script`; modules by their names

--- The source of a Lua module; nil of a native one.
local function source_of(name)
  local inner = name:match "^vnn%.(.+)$"
  if inner then return system.library_source(inner:gsub("%.", "/") .. ".lua") end
  for template in package.path:gmatch "[^;]+" do
    local source = system.read_file((template:gsub("%?", (name:gsub("%.", "/")))))
    if source then return source end
  end
end

--- The script's text without what is inside its function `report`, whose first and last line stay.
local function script_source(declaration)
  local text = arg and arg[0] and system.read_file(arg[0])
  local place = text and declaration.report and debug.getinfo(declaration.report, "S")
  if not place or place.source:sub(2) ~= arg[0] then return text end
  local lines, number = {}, 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    if number <= place.linedefined or number >= place.lastlinedefined then lines[#lines + 1] = line end
  end
  return table.concat(lines, "\n")
end

--- Calls `visit` with the name of every module that a text requires by name.
local function each_required(text, visit)
  text = text:gsub("%-%-[^\n]*", "")
  for name in text:gmatch "require%s*%(?%s*[\"']([%w_.%-]+)[\"']" do visit(name) end
end

--- The modules that scripts have loaded by now, whatever their names came from.
local function each_loaded(visit)
  for name in pairs(package.loaded) do
    if type(name) == "string" and rawget(_G, name) == nil then visit(name) end
  end
end

--- The code of the experiment that this process runs.
---
--- ```lua
--- local declaration = { name = "grid", report = print }
--- local own = require("vnn.experiment.code").of(declaration)
--- print(#own.digest, own.parts["vnn.policies.magnitude"] ~= nil) --> 16	true
--- ```
---@param declaration vnn.script.Declaration
---@return vnn.experiment.Code
function code.of(declaration)
  settings.expect("code.of", 1, declaration, "a table")
  local parts, queue = { vnnlua = system.build or system.version }, {}
  local function add(name) queue[#queue + 1] = name end
  local script = script_source(declaration)
  if script then
    parts.script = store.short_digest(script)
    each_required(script, add)
  end
  each_loaded(add)
  -- Criteria are loaded when a name asks for them.
  for _, path in ipairs(system.library_paths()) do
    local criterion = path:match "^policies/(.*)%.lua$"
    if criterion then add("vnn.policies." .. criterion) end
  end
  while #queue > 0 do
    local name = table.remove(queue)
    local source = not parts[name] and source_of(name)
    if source then
      parts[name] = store.short_digest(source)
      each_required(source, add)
    end
  end
  return { digest = store.short_digest(store.canonical(parts)), parts = parts }
end

--- The code with what has been loaded since it was looked at: itself where that is nothing new.
---@param own vnn.experiment.Code
---@param declaration vnn.script.Declaration
---@return vnn.experiment.Code
function code.renewed(own, declaration)
  settings.expect("code.renewed", 1, own, "a table")
  local has_more = false
  each_loaded(function(name) has_more = has_more or not own.parts[name] and source_of(name) ~= nil end)
  return has_more and code.of(declaration) or own
end

local function path_of(folder, digest) return ("%s/code/%s.json"):format(folder, digest) end

--- Keeps in the folder of a sweep what a digest stands for.
---@param folder string
---@param own vnn.experiment.Code
---@return true? kept nil when it cannot be written
---@return string? message
function code.keep(folder, own)
  settings.expect("code.keep", 1, folder, "a string")
  settings.expect("code.keep", 2, own, "a table")
  local path = path_of(folder, own.digest)
  if system.exists(path) then return true end
  local made, message = system.make_directory(folder .. "/code")
  if not made then return nil, message end
  return system.write_file(path, store.canonical(own.parts) .. "\n")
end

--- Which parts of the code that gave rows are not what they are now; nil when all are, even though this process has not
--- loaded the same ones.
---@param folder string
---@param digest string? of a row
---@param own vnn.experiment.Code
---@return string[]? changed their names; empty where nobody knows what the digest stands for
function code.changes(folder, digest, own)
  settings.expect("code.changes", 1, folder, "a string")
  settings.expect("code.changes", 2, digest, "a string or nothing")
  settings.expect("code.changes", 3, own, "a table")
  if digest == own.digest then return nil end
  local parts = digest and json.load(path_of(folder, digest))
  if not parts then return {} end
  local changed = {}
  for _, name in ipairs(names.sorted(parts)) do
    local now = own.parts[name]
    if not now and name ~= "script" then
      local source = source_of(name)
      now = source and store.short_digest(source)
    end
    if now ~= parts[name] then changed[#changed + 1] = name end
  end
  return #changed > 0 and changed or nil
end

return code
