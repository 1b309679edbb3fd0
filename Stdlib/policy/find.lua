--- Finds policies by their names, loads and checks them. `vnn.policy` says what each function takes and gives.
local names = require "vnn.names"
local prune = require "vnn.prune"
local script = require "vnn.script"
local settings = require "vnn.settings"
local shipped = require "vnn.host.shipped"
local strict = require "vnn.host.strict"
local system = require "vnn.system"

local find = {}

find.folders = {}

local function own_folder()
  local main = rawget(_G, "arg") and arg[0]
  return main and main:match "^(.*)/[^/]*$" or "."
end

--- The folders of shipped policies.
local function shipped_folders()
  local folders = { own_folder() .. "/../policies" }
  table.move(find.folders, 1, #find.folders, #folders + 1, folders)
  folders[#folders + 1] = shipped.folder "policies"
  return folders
end

--- The names of shipped policies, in their order, and the files of those.
local function shipped_files()
  local files = {}
  for _, folder in ipairs(shipped_folders()) do
    for _, file in ipairs(system.list(folder) or {}) do
      local name = file:match "^(.*)%.lua$"
      if name and not files[name] then files[name] = folder .. "/" .. file end
    end
  end
  return names.sorted(files), files
end

function find.list()
  local list = {}
  local stems, files = shipped_files()
  local function add(name, file)
    local _, entry = pcall(find.load, file)
    list[#list + 1] = { name = name, description = type(entry) == "table" and entry.description or "cannot be loaded" }
  end
  for _, name in ipairs(prune.criteria) do
    add(name, name)
    files[name] = nil
  end
  for _, name in ipairs(stems) do
    if files[name] then add(name, files[name]) end
  end
  return list
end

--- What a mistyped name may mean, or else which names there are, as part of a message.
local function suggestion(name)
  if name:find("/", 1, true) or name:match "%.lua$" then return "" end
  if system.exists(name .. ".lua") then return ("; did you mean '%s.lua'?"):format(name) end
  local known = table.move(prune.criteria, 1, #prune.criteria, 1, {})
  for _, other in ipairs((shipped_files())) do known[#known + 1] = other end
  local near = names.suggestion(name, known)
  if near ~= "" then return near end
  local list, seen = {}, {}
  for _, other in ipairs(known) do
    if not seen[other] then list[#list + 1] = other end
    seen[other] = true
  end
  return "; there are: " .. table.concat(list, ", ")
end

--- The file that `name` means: itself, or a policy of that name in one of the folders.
local function path_of(name)
  if name:find("/", 1, true) or name:match "%.lua$" and system.exists(name) then return name end
  local stem = name:gsub("%.lua$", ""):gsub("-", "_")
  for _, folder in ipairs { own_folder(), table.unpack(shipped_folders()) } do
    local path = ("%s/%s.lua"):format(folder, stem)
    if system.exists(path) then return path end
  end
  return name
end

function find.check(declaration, file)
  settings.expect("policy.check", 2, file, "a string")
  if type(declaration) ~= "table" then
    error(("%s: expected the file to return a table { name, description, score }, got %s"):format(
      file,
      type(declaration)
    ), 0)
  end
  script.check(declaration, file, {})
  if rawget(declaration, "criterion") ~= nil then
    error(("%s: field 'criterion': expected a function 'score' or 'prune' in its place; a built-in criterion is loaded "
      .. "by its name, and has no file"):format(file), 0)
  end
  local score, whole = rawget(declaration, "score"), rawget(declaration, "prune")
  if (score == nil) == (whole == nil) then
    local got = score == nil and "neither" or "both"
    got = got .. (score == nil and script.mistyped(declaration) or "")
    error(("%s: expected either a function 'score' or a function 'prune', got %s"):format(file, got), 0)
  end
  for _, field in ipairs { "score", "prune" } do
    local value = rawget(declaration, field)
    if value ~= nil and type(value) ~= "function" then
      error(("%s: field '%s': expected a function, got %s"):format(file, field, type(value)), 0)
    end
  end
  local scopes = { layerwise = true, global = true, rowwise = true }
  if declaration.scope ~= nil and not scopes[declaration.scope] then
    error(("%s: field 'scope': expected layerwise, global or rowwise, got %s"):format(
      file,
      tostring(declaration.scope)
    ), 0)
  end
  declaration.file = file
  return declaration
end

--- The criterion that `vnn.prune` knows by a name, as a policy, or nil.
local function built_in(name)
  for _, criterion in ipairs(prune.criteria) do
    if criterion == name then
      local file = "vnn.policies." .. name
      local declared = require(file)
      return {
        name = name,
        description = declared.description,
        options = declared.options,
        needs = declared.needs,
        criterion = name,
        file = file,
      }
    end
  end
  return nil
end

function find.load(name)
  settings.expect("policy.load", 1, name, "a string")
  local criterion = built_in(name)
  if criterion then return criterion end
  local path = path_of(name)
  local source, message = system.read_file(path)
  if not source then return nil, message .. suggestion(name) end
  local chunk
  chunk, message = load(source, "@" .. path, "t")
  if not chunk then return nil, message end
  strict.watch("@" .. path)
  return find.check(chunk(), path)
end

return find
