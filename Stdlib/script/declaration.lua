--- Checks what scripts declare. `vnn.script` says what a declaration has and what the functions for scripts take.
local names = require "vnn.names"
local settings = require "vnn.settings"

local declarations = {}

local types = { string = true, number = true, integer = true, boolean = true, list = true }

--- The kind of a list's elements is the kind of the default's.
function declarations.type_of(default)
  if math.type(default) == "integer" then return "integer" end
  if type(default) == "table" then return "list" end
  return type(default)
end

local fields = {
  "name", "description", "arguments", "options", "run", "version", "group", "cases", "report", "score", "prune",
  "scope",
}

local option_fields = {
  "name", "help", "default", "type", "choices", "minimum", "maximum", "below", "repeats", "selects", "replaces",
}

--- A field of a table that none of the known ones is and that may have been meant to be one of those, or `wanted` where
--- that is given, as part of a message.
local function meant(declaration, known, wanted)
  local given = {}
  for name in pairs(declaration) do given[tostring(name)] = true end
  for _, name in ipairs(known) do given[name] = nil end
  for _, name in ipairs(names.sorted(given)) do
    local near = names.nearest(name, known)
    if near and near == (wanted or near) then return ("; did you mean '%s' by '%s'?"):format(near, name) end
  end
  return ""
end

local function check_field(place, field, declaration, expected, known)
  local got = type(declaration[field])
  if got ~= expected then
    local hint = got == "nil" and meant(declaration, known or fields, field) or ""
    error(("%s: field '%s': expected a %s, got %s%s"):format(place, field, expected, got, hint), 0)
  end
end

--- Refuses what has names in place of positions: of a list that is all of it that would be looked at.
local function check_list(place, field, list)
  local count = #list
  for key in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 or key > count then
      error(("%s: field '%s': expected a list of { name = …, default = …, help = … }, got a table with the field '%s'")
        :format(place, field, tostring(key)), 0)
    end
  end
end

--- The options that an experiment has besides its own.
function declarations.harness_options(declaration)
  return declaration.cases and require("vnn.experiment").options or {}
end

local function check_option(place, option, seen)
  check_field(place, "name", option, "string", option_fields)
  place = ("%s: option '%s'"):format(place, option.name)
  if not option.name:match "^%l[%l%d_]*$" then error(place .. ": expected a name in snake_case", 0) end
  if option.name == "help" then error(place .. ": the name is taken by --help", 0) end
  if seen[option.name] == "harness" then error(place .. ": every experiment has an option of this name", 0) end
  if seen[option.name] then error(place .. ": is declared twice", 0) end
  seen[option.name] = true
  check_field(place, "help", option, "string", option_fields)
  if option.default == nil and option.type == nil then
    local hint = meant(option, option_fields, "default")
    if hint == "" then hint = meant(option, option_fields, "type") end
    error(("%s: expected a field 'default' or a field 'type'%s"):format(place, hint), 0)
  end
  local kind = option.type or declarations.type_of(option.default)
  if not types[kind] then
    error(("%s: field 'type': expected string, number, integer, boolean or list, got %s"):format(place, kind), 0)
  end
  if option.choices ~= nil then check_field(place, "choices", option, "table") end
  if option.type ~= nil and option.default ~= nil then
    local got = declarations.type_of(option.default)
    if got ~= kind and not (kind == "number" and got == "integer") then
      error(("%s: field 'default': expected a %s, got %s"):format(place, kind, got), 0)
    end
  end
end

--- The fields beyond name and description that a declaration needs, by what it seems to be.
local function requirements(declaration)
  if declaration.score ~= nil then return { score = "function" } end
  if declaration.prune ~= nil then return { prune = "function" } end
  if declaration.cases ~= nil or declaration.report ~= nil then
    return { cases = "function", run = "function", report = "function" }
  end
  return { run = "function" }
end

function declarations.mistyped(declaration)
  settings.expect("script.mistyped", 1, declaration, "a table")
  return meant(declaration, fields)
end

function declarations.check(declaration, file, required)
  settings.expect("script.check", 1, declaration, "a table")
  settings.expect("script.check", 2, file, "a string")
  check_field(file, "name", declaration, "string")
  check_field(file, "description", declaration, "string")
  required = required or requirements(declaration)
  for _, field in ipairs(names.sorted(required)) do
    if field == "run" and declaration.run == nil and not declaration.cases then
      error(("%s: expected a function 'run', 'score' or 'prune', got none%s"):format(
        file, declarations.mistyped(declaration)), 0)
    end
    check_field(file, field, declaration, required[field])
  end
  if declaration.group ~= nil then check_field(file, "group", declaration, "table") end
  local seen = {}
  for _, option in ipairs(declarations.harness_options(declaration)) do seen[option.name] = "harness" end
  for _, field in ipairs { "arguments", "options" } do
    if declaration[field] ~= nil then
      check_field(file, field, declaration, "table")
      check_list(file, field, declaration[field])
    end
    for position, option in ipairs(declaration[field] or {}) do
      local place = ("%s: %s %d"):format(file, field:sub(1, -2), position)
      if type(option) ~= "table" then error(("%s: expected a table, got %s"):format(place, type(option)), 0) end
      check_option(option.name and file or place, option, seen)
    end
  end
  return declaration
end

return declarations
