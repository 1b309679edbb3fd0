--- Runs scripts that declare themselves: checks the declaration, reads the command line, prints the help.
---
--- A script returns a table:
---
--- ```lua
--- return {
---   name = "count",
---   description = "Counts to a number.",
---   arguments = { { name = "unit", default = "sheep", help = "what is counted" } },
---   options = {
---     { name = "up_to", default = 10, help = "the last number" },
---     { name = "order", default = "up", choices = { "up", "down" }, help = "which way" },
---     { name = "steps", default = { 1, 2 }, help = "step widths, one count each" },
---     { name = "out", type = "string", help = "file to write" },
---   },
---   run = function(options) print(options.up_to, options.unit) end, --> 10	sheep
--- }
--- ```
---
--- and `vnnlua count.lua goats --up-to 20 --steps 1,5 --out=file.txt` calls `run` with arguments and options filled in.
local names = require "vnn.names"
local settings = require "vnn.settings"

local script = {}

---@class vnn.script.Option
---@field name string in snake_case; `--time-limit` on the command line is `time_limit`
---@field default? any the value without the option; its type is the option's type: 20 takes integers only
---@field type? "string"|"number"|"integer"|"boolean"|"list" needed where there is no default, and where 20 may be 0.5
---@field choices? any[] the only values allowed
---@field minimum? number the least number allowed; for a list, of each element
---@field maximum? number the greatest number allowed
---@field below? number what a number must be less than
---@field repeats? boolean whether it may be given several times; its value is then a list of what was given
---@field selects? boolean of an experiment: the option only chooses cases, and no result depends on it
---@field help string what the option does, for `--help`

---@class vnn.script.Declaration
---@field name string
---@field description string one sentence
---@field arguments? vnn.script.Option[] what the command line names by its place, in this order, before, between or
---  after the options; those without a default are needed
---@field options? vnn.script.Option[]
---@field run? fun(options: table): ... nothing or true for success, an integer for the exit code, nil and a message;
--- with `cases`: `run(case, options, context)` returns a table of what came of one case, or nil and a message
---@field version? number|string of an experiment (default: 1): raised when the same cases would give other results
---@field cases? fun(options: table): table<string, string|number|boolean>[]?, string? of an experiment: what there is
---  to do, or nil and a message
---@field report? fun(rows: table[], options: table, context: vnn.experiment.Context) of an experiment: called with one
--- row per finished case, also when Ctrl-C ends it early
---@field score? fun(layer: vnn.Layer, context: table): vnn.Tensor of a pruning policy: the lowest scores go
---@field prune? fun(network: vnn.Network, context: table): vnn.Network of a pruning policy: does all by itself

local types = { string = true, number = true, integer = true, boolean = true, list = true }

--- The kind of a list's elements is the kind of the default's.
local function type_of(default)
  if math.type(default) == "integer" then return "integer" end
  if type(default) == "table" then return "list" end
  return type(default)
end

local function flag(name) return "--" .. name:gsub("_", "-") end

--- How an argument is called in messages and in the help.
local function placeholder(name) return name:upper():gsub("_", "-") end

local function check_field(place, field, value, expected)
  local got = type(value)
  if got ~= expected then
    error(("%s: field '%s': expected a %s, got %s"):format(place, field, expected, got), 0)
  end
end

--- The options that an experiment has besides its own.
local function harness_options(declaration)
  return declaration.cases and require("vnn.experiment").options or {}
end

local function check_option(place, option, seen)
  check_field(place, "name", option.name, "string")
  place = ("%s: option '%s'"):format(place, option.name)
  if not option.name:match "^%l[%l%d_]*$" then error(place .. ": expected a name in snake_case", 0) end
  if option.name == "help" then error(place .. ": the name is taken by --help", 0) end
  if seen[option.name] == "harness" then error(place .. ": every experiment has an option of this name", 0) end
  if seen[option.name] then error(place .. ": is declared twice", 0) end
  seen[option.name] = true
  check_field(place, "help", option.help, "string")
  if option.default == nil and option.type == nil then
    error(place .. ": expected a field 'default' or a field 'type'", 0)
  end
  local kind = option.type or type_of(option.default)
  if not types[kind] then
    error(("%s: field 'type': expected string, number, integer, boolean or list, got %s"):format(place, kind), 0)
  end
  if option.choices ~= nil then check_field(place, "choices", option.choices, "table") end
  if option.type ~= nil and option.default ~= nil then
    local got = type_of(option.default)
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

local fields = {
  "name", "description", "arguments", "options", "run", "version", "cases", "report", "score", "prune", "scope",
}

--- What a field of a declaration may have been meant to be, as part of a message; empty when all are known.
---
--- ```lua
--- print(require("vnn.script").mistyped { name = "p", scor = print }) --> ; did you mean 'score' by 'scor'?
--- ```
---@param declaration table
---@return string
function script.mistyped(declaration)
  settings.expect("script.mistyped", 1, declaration, "a table")
  local given = {}
  for name in pairs(declaration) do given[tostring(name)] = true end
  for _, name in ipairs(fields) do given[name] = nil end
  for _, name in ipairs(names.sorted(given)) do
    local near = names.nearest(name, fields)
    if near then return ("; did you mean '%s' by '%s'?"):format(near, name) end
  end
  return ""
end

--- Checks a declaration and returns it.
---
--- Raises an error naming the file and the field when something is missing or of the wrong type.
---@param declaration vnn.script.Declaration
---@param file string for messages
---@param required? table<string, string> further fields and their types (default: what `script.kind` needs)
---@return vnn.script.Declaration
function script.check(declaration, file, required)
  settings.expect("script.check", 1, declaration, "a table")
  settings.expect("script.check", 2, file, "a string")
  check_field(file, "name", declaration.name, "string")
  check_field(file, "description", declaration.description, "string")
  for field, expected in pairs(required or requirements(declaration)) do
    if field == "run" and declaration.run == nil and not declaration.cases then
      error(("%s: expected a function 'run', 'score' or 'prune', got none%s"):format(
        file, script.mistyped(declaration)), 0)
    end
    check_field(file, field, declaration[field], expected)
  end
  local seen = {}
  for _, option in ipairs(harness_options(declaration)) do seen[option.name] = "harness" end
  for _, field in ipairs { "arguments", "options" } do
    if declaration[field] ~= nil then check_field(file, field, declaration[field], "table") end
    for position, option in ipairs(declaration[field] or {}) do
      local place = ("%s: %s %d"):format(file, field:sub(1, -2), position)
      check_field(place, "declaration", option, "table")
      check_option(option.name and file or place, option, seen)
    end
  end
  return declaration
end

local function text_of(value, separator)
  if math.type(value) == "float" then return ("%.15g"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for position, element in ipairs(value) do parts[position] = text_of(element) end
  return table.concat(parts, separator or ",")
end

local booleans = { ["true"] = true, yes = true, on = true, ["false"] = false, no = false, off = false }

--- One value of a kind, or nil and what was expected.
local function convert(text, kind)
  if kind == "string" then return text end
  if kind == "number" then
    local number = tonumber(text)
    -- NaN is no option that anything could use.
    if number and number == number then return number end
    return nil, "a number"
  end
  if kind == "integer" then
    local number = tonumber(text)
    if number and math.tointeger(number) then return math.tointeger(number) end
    return nil, "an integer"
  end
  if booleans[text] ~= nil then return booleans[text] end
  return nil, "true or false"
end

local function is_choice(option, value)
  if not option.choices then return true end
  for _, choice in ipairs(option.choices) do
    if choice == value then return true end
  end
  return false
end

--- What a number must satisfy, in words, when it does not.
local function range_expected(option, value)
  if type(value) ~= "number" then return nil end
  local low, high, below = option.minimum or -math.huge, option.maximum or math.huge, option.below or math.huge
  if value >= low and value <= high and (value < below or below == math.huge) then return nil end
  if option.below then return ("a number from %s to below %s"):format(low, below) end
  if high == math.huge then return ("at least %s"):format(low) end
  return ("a number from %s to %s"):format(low, high)
end

local function bad_value(expected, got, suggestion)
  return nil, ("expected %s, got '%s'%s"):format(expected, got, suggestion or "")
end

--- The kind of a list's elements: that of all elements of the default, where integers and floats together are numbers.
local function element_kind(option)
  local kind
  for _, element in ipairs(option.default or {}) do
    local this = type_of(element)
    if kind and kind ~= this then this = "number" end
    kind = this
  end
  return kind or "string"
end

local function convert_checked(option, text, kind)
  local value, expected = convert(text, kind)
  if value == nil then return bad_value(expected, text) end
  if not is_choice(option, value) then
    local near = kind == "string" and names.suggestion(text, option.choices) or ""
    return bad_value("one of " .. text_of(option.choices, ", "), text, near)
  end
  local range = range_expected(option, value)
  if range then return bad_value(range, text) end
  return value
end

local function parse_value(option, text)
  local kind = option.type or type_of(option.default)
  if kind ~= "list" then return convert_checked(option, text, kind) end
  local list = {}
  if text == "" then return list end
  for part in (text .. ","):gmatch "%s*(.-)%s*," do
    local value, message = convert_checked(option, part, element_kind(option))
    if value == nil then return nil, message end
    list[#list + 1] = value
  end
  return list
end

local function copy(value)
  if type(value) ~= "table" then return value end
  return table.move(value, 1, #value, 1, {})
end

--- The words of a command line that sets these options; those without a value are left out.
---
--- ```lua
--- local script = require "vnn.script"
--- local declaration = { options = { { name = "time_limit", default = 60.0 }, { name = "seed", type = "integer" } } }
--- print(table.unpack(script.words(declaration, { time_limit = 5.0 }))) --> --time-limit	5
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@return string[]
function script.words(declaration, options)
  settings.expect("script.words", 1, declaration, "a table")
  settings.expect("script.words", 2, options, "a table")
  local words = {}
  for _, option in ipairs(declaration.options or {}) do
    local value = options[option.name]
    if value == false then
      words[#words + 1] = "--no-" .. flag(option.name):sub(3)
    elseif value ~= nil then
      words[#words + 1] = flag(option.name)
      if value ~= true then words[#words + 1] = text_of(value) end
    end
  end
  return words
end

--- Reads a command line: arguments by their places, `--key value`, `--key=value`, `--flag`, `--no-flag`; lists are
--- separated by commas.
---@param declaration vnn.script.Declaration
---@param arguments string[]
---@return table? options the values of all options, or nil when the command line is wrong
---@return string? message what is wrong with it
---@return table harness for an experiment, the values of `vnn.experiment`'s options
function script.parse(declaration, arguments)
  settings.expect("script.parse", 1, declaration, "a table")
  settings.expect("script.parse", 2, arguments, "a list of strings")
  local options, by_name, flags, harness = {}, {}, { "--help" }, {}
  local function add(list, values)
    for _, option in ipairs(list) do
      values[option.name] = copy(option.default)
      by_name[option.name] = { option = option, values = values }
      flags[#flags + 1] = flag(option.name)
    end
  end
  add(declaration.options or {}, options)
  add(harness_options(declaration), harness)
  local places, place = declaration.arguments or {}, 1
  for _, option in ipairs(places) do options[option.name] = copy(option.default) end
  local position = 1
  while position <= #arguments do
    local argument = arguments[position]
    local key, value = argument:match "^(%-%-[^=]+)=(.*)$"
    key = key or argument
    local is_flag = key:match "^%-%-."
    if not is_flag and not places[place] then
      return nil, ("unexpected argument '%s'; options begin with --"):format(argument)
    end
    local name = is_flag and key:sub(3):gsub("-", "_") or ""
    local option, values = by_name[name] and by_name[name].option, by_name[name] and by_name[name].values
    local negated = not option and not value and by_name[name:match "^no_(.*)$" or ""]
    if not is_flag then
      local parsed, message = parse_value(places[place], argument)
      if parsed == nil then return nil, ("%s: %s"):format(placeholder(places[place].name), message) end
      options[places[place].name], place = parsed, place + 1
    elseif not option and negated and (negated.option.type or type_of(negated.option.default)) == "boolean" then
      negated.values[negated.option.name] = false
    elseif not option then
      return nil, ("unknown option '%s'%s"):format(key, names.suggestion(key, flags))
    else
      if not value and (option.type or type_of(option.default)) == "boolean" then
        local following = arguments[position + 1]
        if following and booleans[following] ~= nil then position = position + 1 end
        value = following and booleans[following] ~= nil and following or "true"
      elseif not value then
        position = position + 1
        value = arguments[position]
        if not value then return nil, ("%s: expected a value"):format(flag(option.name)) end
      end
      local parsed, message = parse_value(option, value)
      if parsed == nil then return nil, ("%s: %s"):format(flag(option.name), message) end
      if option.repeats then
        values[option.name] = values[option.name] or {}
        table.insert(values[option.name], parsed)
      else
        values[option.name] = parsed
      end
    end
    position = position + 1
  end
  for missing = place, #places do
    local option = places[missing]
    if option.default == nil then return nil, ("%s is missing: %s"):format(placeholder(option.name), option.help) end
  end
  return options, nil, harness
end

local placeholders = { string = "TEXT", number = "NUMBER", integer = "N", boolean = "", list = "A,B,…" }

--- The text that `--help` prints: description, options, choices and defaults.
---@param declaration vnn.script.Declaration
---@param file string how the script is called
---@return string
function script.help(declaration, file)
  settings.expect("script.help", 1, declaration, "a table")
  settings.expect("script.help", 2, file, "a string")
  local rows, width, usage = {}, #"--help", ""
  local function add(option, left)
    local kind = option.type or type_of(option.default)
    left = left or (flag(option.name) .. " " .. placeholders[kind]):gsub(" $", "")
    local right = option.help
    if option.choices then right = right .. ": " .. text_of(option.choices, ", ") end
    if option.default then right = right .. (" (default: %s)"):format(text_of(option.default)) end
    rows[#rows + 1] = { left, right }
    width = math.max(width, utf8.len(left))
  end
  for _, option in ipairs(declaration.arguments or {}) do
    usage = usage .. (option.default == nil and " %s" or " [%s]"):format(placeholder(option.name))
    add(option, placeholder(option.name))
  end
  for _, option in ipairs(declaration.options or {}) do add(option) end
  local own = #rows
  for _, option in ipairs(harness_options(declaration)) do add(option) end
  table.insert(rows, own + 1, { "--help", "print this help" })
  local lines = {
    ("%s: %s"):format(declaration.name, declaration.description),
    "",
    ("usage: vnnlua %s%s [options]"):format(file, usage),
    "",
  }
  for position, row in ipairs(rows) do
    if position == own + 2 then
      lines[#lines + 1] = ""
      lines[#lines + 1] = "options of every experiment (vnnlua help experiments):"
      lines[#lines + 1] = ""
    end
    lines[#lines + 1] = ("  %s%s  %s"):format(row[1], (" "):rep(width - utf8.len(row[1])), row[2])
  end
  return table.concat(lines, "\n")
end

local function asks_for_help(arguments)
  for _, argument in ipairs(arguments) do
    if argument == "--help" or argument == "-h" then return true end
  end
  return false
end

--- What a declaration does when it is run: an experiment its cases, a policy a trial.
local function perform(declaration, options, harness, file)
  if declaration.score or declaration.prune then return require("vnn.trial").run(declaration, options, file) end
  if declaration.cases then return require("vnn.experiment").main(declaration, options, harness) end
  return declaration.run(options)
end

--- Checks a declaration, reads the command line and runs it.
---
--- Messages about the command line go to standard error.
---@param declaration vnn.script.Declaration
---@param file string how the script was called
---@param arguments string[]
---@return integer code 0 for success, 1 when `run` returned nil and a message, 2 for a wrong command line
function script.main(declaration, file, arguments)
  settings.expect("script.main", 1, declaration, "a table")
  settings.expect("script.main", 2, file, "a string")
  settings.expect("script.main", 3, arguments, "a list of strings")
  script.check(declaration, file)
  if asks_for_help(arguments) then
    print(script.help(declaration, file))
    return 0
  end
  local options, message, harness = script.parse(declaration, arguments)
  if not options then
    io.stderr:write(("%s: %s\n(vnnlua %s --help lists the options)\n"):format(declaration.name, message, file))
    return 2
  end
  local result, reason = perform(declaration, options, harness, file)
  if result == nil and reason ~= nil or result == false then
    io.stderr:write(("%s: %s\n"):format(declaration.name, tostring(reason or "failed")))
    return 1
  end
  return math.tointeger(result) or 0
end

--- Ends a script: runs the declaration that its chunk returned, if it did, and turns the result into an exit code.
---@param returned any what the chunk returned first
---@param file string how the script was called
---@param arguments string[]
---@return integer code
function script.finish(returned, file, arguments)
  if type(returned) == "table" then
    -- What has a name and a description is meant to be one, though the rest may be misspelt.
    local declares = rawget(returned, "name") ~= nil and rawget(returned, "description") ~= nil
    for _, field in ipairs { "run", "options", "cases", "score", "prune" } do
      declares = declares or rawget(returned, field) ~= nil
    end
    if declares then return script.main(returned, file, arguments) end
  end
  if returned == false then return 1 end
  return math.tointeger(returned) or 0
end

return script
