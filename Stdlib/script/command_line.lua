--- Reads and writes the command lines of declared scripts. `vnn.script` says what each function takes and gives.
local declarations = require "vnn.script.declaration"
local names = require "vnn.names"
local report = require "vnn.report"
local settings = require "vnn.settings"

local harness_options, type_of = declarations.harness_options, declarations.type_of

local command_line = {}

local function flag(name) return "--" .. name:gsub("_", "-") end

--- How an argument is called in messages and in the help.
local function placeholder(name) return name:upper():gsub("_", "-") end

local function text_of(value, separator)
  if type(value) == "number" then return report.number(value) end
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

function command_line.words(declaration, options)
  settings.expect("script.words", 1, declaration, "a table")
  settings.expect("script.words", 2, options, "a table")
  local words = {}
  for _, option in ipairs(declaration.arguments or {}) do
    local value = options[option.name]
    if value ~= nil then words[#words + 1] = text_of(value) end
  end
  for _, option in ipairs(declaration.options or {}) do
    local value = options[option.name]
    if value == false then
      words[#words + 1] = "--no-" .. flag(option.name):sub(3)
    elseif value == true then
      words[#words + 1] = flag(option.name)
    else
      local values = {}
      if value ~= nil then values = option.repeats and value or { value } end
      for _, one in ipairs(values) do
        words[#words + 1] = flag(option.name)
        words[#words + 1] = text_of(one)
      end
    end
  end
  return words
end

function command_line.parse(declaration, arguments)
  settings.expect("script.parse", 1, declaration, "a table")
  settings.expect("script.parse", 2, arguments, "a list of strings")
  local options, by_name, flags, harness, given = {}, {}, { "--help" }, {}, {}
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
      options[places[place].name], given[places[place].name], place = parsed, true, place + 1
    elseif not option and negated and (negated.option.type or type_of(negated.option.default)) == "boolean" then
      negated.values[negated.option.name], given[negated.option.name] = false, true
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
      given[option.name] = true
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
  return options, nil, harness, given
end

local placeholders = { string = "TEXT", number = "NUMBER", integer = "N", boolean = "", list = "A,B,…" }

function command_line.help(declaration, file)
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

return command_line
