--- What an experiment has to do: its cases with their addresses, chosen by `--only` and `--shard`.
local names = require "vnn.names"
local origin = require "vnn.experiment.origin"
local settings = require "vnn.settings"
local store = require "vnn.experiment.store"

local plan = {}

---@class vnn.experiment.plan.Entry
---@field id string the address of the case's parameters
---@field group string? what its group has in common
---@field case table<string, string|number|boolean> what `run` gets

--- The names that every row uses itself.
---@type table<string, boolean>
plan.reserved = {
  id = true, failure = true, log = true, seconds_total = true, modules_digest = true, row_digest = true,
}
for _, name in ipairs(origin.names) do plan.reserved[name] = true end

--- The parameters of a case: its fields, and the script's options that it does not repeat and that do more than choose
--- cases. A result depends on nothing else.
---
--- ```lua
--- local declaration = { options = { { name = "solver", default = "glpk" }, { name = "count", selects = true } } }
--- local plan = require "vnn.experiment.plan"
--- local parameters = plan.parameters(declaration, { solver = "glpk", count = 3 }, { rate = 0.5 })
--- print(parameters.rate, parameters.solver, parameters.count) --> 0.5	glpk	nil
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@param case table<string, string|number|boolean>
---@return table<string, any>
function plan.parameters(declaration, options, case)
  settings.expect("plan.parameters", 1, declaration, "a table")
  settings.expect("plan.parameters", 2, options, "a table")
  settings.expect("plan.parameters", 3, case, "a table")
  local parameters = {}
  for _, option in ipairs(declaration.options or {}) do
    if not option.selects then parameters[option.name] = options[option.name] end
  end
  for key, value in pairs(case) do parameters[key] = value end
  return parameters
end

--- A case on one line.
---
--- ```lua
--- print(require("vnn.experiment.plan").label { rate = 0.5, method = "magnitude" }) --> method=magnitude rate=0.5
--- ```
---@param case table<string, string|number|boolean>
---@return string
function plan.label(case)
  settings.expect("plan.label", 1, case, "a table")
  local parts = {}
  for position, key in ipairs(names.sorted(case)) do parts[position] = ("%s=%s"):format(key, case[key]) end
  return table.concat(parts, " ")
end

--- What cannot be part of a case.
local function refuse(position, key, value)
  if plan.reserved[key] then
    error(("cases: case %d: field '%s': every row uses this name itself"):format(position, key), 0)
  end
  error(("cases: case %d: field '%s': expected a string, number or boolean, got %s (what cases share is an artefact: "
    .. "vnnlua help experiments)"):format(position, key, type(value)), 0)
end

--- Reads `--only key=value[,value…]`.
local function read_filters(texts)
  local filters = {}
  for _, text in ipairs(texts) do
    local key, values = text:match "^([%w_%-]+)=(.*)$"
    if not key then return nil, ("--only: expected key=value[,value…], got '%s'"):format(text) end
    key = key:gsub("-", "_")
    filters[key] = filters[key] or { used = {}, seen = {} }
    for value in (values .. ","):gmatch "%s*(.-)%s*," do table.insert(filters[key], value) end
  end
  return filters
end

local function matches(value, text)
  if type(value) == "number" then return tonumber(text) == value end
  return tostring(value) == text
end

--- What a filter's key stands for: a parameter, or the one whose plural it is.
local function look_up(parameters, key)
  local value = parameters[key]
  if value == nil then value = parameters[key:match "^(.+)s$" or key] end
  return value
end

--- Whether parameters pass all filters; notes what there is to choose from. A case that lacks a filter's parameter
--- passes it: a baseline without a pruning rate comes along with the runs of every rate.
local function passes(filters, parameters)
  local passed = true
  for key, texts in pairs(filters) do
    local value = look_up(parameters, key)
    local found = value == nil
    if value ~= nil then texts.seen[tostring(value)] = value end
    for position, text in ipairs(texts) do
      if value ~= nil and matches(value, text) then
        found = true
        texts.used[position] = true
      end
    end
    passed = passed and found
  end
  return passed
end

--- What is wrong with the filters, after all cases were looked at.
local function unused(filters, fields)
  for key, texts in pairs(filters) do
    if not look_up(fields, key) then
      local keys = names.sorted(fields)
      return ("--only: unknown parameter '%s'%s (there are: %s)"):format(
        key, names.suggestion(key, keys), table.concat(keys, ", "))
    end
    for position, text in ipairs(texts) do
      if not texts.used[position] then
        local values = names.sorted(texts.seen)
        local list = table.concat(values, ", ", 1, math.min(#values, 10)) .. (#values > 10 and ", …" or "")
        -- A number that is spelled like another one is no likelier than the others.
        local suggestion = tonumber(text) and "" or names.suggestion(text, values)
        return ("--only: no case has %s=%s%s (there are: %s)"):format(key, text, suggestion, list)
      end
    end
  end
end

--- In which of so many parts of about the same size each of the entries is; a group is never in two.
---
--- ```lua
--- local entries = { { id = "1", group = "a" }, { id = "2", group = "a" }, { id = "3", group = "b" }, { id = "4" } }
--- print(table.concat(require("vnn.experiment.plan").parts(entries, 3), " ")) --> 1 1 3 3
--- ```
---@param entries vnn.experiment.plan.Entry[]
---@param count integer
---@return integer[]
function plan.parts(entries, count)
  settings.expect("plan.parts", 1, entries, "a list of tables")
  settings.expect("plan.parts", 2, count, "an integer")
  local parts, part, first = {}, 1, 1
  for position, entry in ipairs(entries) do
    local before = entries[position - 1]
    if not before or not entry.group or entry.group ~= before.group then first = position end
    while part * #entries // count < first do part = part + 1 end
    parts[position] = part
  end
  return parts
end

--- The entries of `--shard I/N`, the I-th of N runs of neighbouring cases.
local function shard_of(entries, text)
  local index, count = text:match "^(%d+)/(%d+)$"
  index, count = math.tointeger(tonumber(index)), math.tointeger(tonumber(count))
  if not index or not count or index < 1 or index > count then
    return nil, ("--shard: expected I/N with I from 1 to N, got '%s'"):format(text)
  end
  local chosen = {}
  for position, part in ipairs(plan.parts(entries, count)) do
    if part == index then chosen[#chosen + 1] = entries[position] end
  end
  return chosen
end

--- The entries with each group together, groups in the order in which they come first.
local function by_group(entries)
  local groups, places = {}, {}
  for _, entry in ipairs(entries) do
    if not places[entry.group] then
      places[entry.group] = {}
      groups[#groups + 1] = places[entry.group]
    end
    table.insert(places[entry.group], entry)
  end
  local ordered = {}
  for _, group in ipairs(groups) do table.move(group, 1, #group, #ordered + 1, ordered) end
  return ordered
end

--- What cases of one group have in common, as a text.
local function group_of(declaration, parameters)
  local values = {}
  for position, name in ipairs(declaration.group) do values[position] = tostring(parameters[name]) end
  return table.concat(values, "|")
end

--- The filters of all choices; any of them is enough. Nil and a message when one cannot be read.
local function read_choices(only)
  local choices = {}
  for position, texts in ipairs(type((only or {})[1]) == "table" and only or { only }) do
    local filters, message = read_filters(texts)
    if not filters then return nil, message end
    choices[position] = filters
  end
  return choices
end

--- The cases of an experiment that are chosen.
---
--- ```lua
--- local declaration = {
---   name = "grid", version = 1,
---   cases = function() return { { rate = 0.5 }, { rate = 0.8 }, { rate = 0.9 } } end,
--- }
--- local plan = require "vnn.experiment.plan"
--- print(#plan.make(declaration, {}), plan.make(declaration, {}, { "rate=0.8,0.9" })[1].case.rate) --> 3	0.8
--- print(plan.make(declaration, {}, { "rat=0.8" }))
--- --> nil	--only: unknown parameter 'rat'; did you mean 'rate'? (there are: rate)
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any> values of the script's options
---@param only? string[]|string[][] filters such as "rate=0.5,0.9" or "rates=0.5,0.9"; a case must pass all of them,
---  and passes those on parameters that it lacks; of several lists of filters those of any one
---@param shard? string such as "3/20"
---@return vnn.experiment.plan.Entry[]? entries nil when a filter or the shard is wrong
---@return string? message
function plan.make(declaration, options, only, shard)
  settings.expect("plan.make", 1, declaration, "a table")
  settings.expect("plan.make", 2, options, "a table")
  settings.expect("plan.make", 3, only, "a list or nothing")
  settings.expect("plan.make", 4, shard, "a string or nothing")
  local choices, message = read_choices(only)
  if not choices then return nil, message end
  local cases, reason = declaration.cases(options)
  if cases == nil and reason then return nil, reason end
  if type(cases) ~= "table" then error(("cases: expected a table, got %s"):format(type(cases)), 0) end
  local entries, positions, fields = {}, {}, {}
  local shared = plan.parameters(declaration, options, {})
  -- One table for all cases in turn: there may be very many.
  local parameters = plan.parameters(declaration, options, {})
  for position, case in ipairs(cases) do
    if type(case) ~= "table" then
      error(("cases: case %d: expected a table of parameters, got %s"):format(position, type(case)), 0)
    end
    for key, value in pairs(case) do
      if type(value) == "table" or plan.reserved[key] then refuse(position, key, value) end
      parameters[key] = value
    end
    local is_chosen = #choices == 0
    for _, filters in ipairs(choices) do is_chosen = passes(filters, parameters) or is_chosen end
    if #choices > 0 then
      for key in pairs(parameters) do fields[key] = true end
    end
    if is_chosen then
      local done, canonical = pcall(store.canonical, parameters)
      if not done then error(("cases: case %d: %s"):format(position, canonical), 0) end
      local id = store.address(declaration.name, declaration.version or 1, canonical)
      if positions[id] then
        error(("cases: cases %d and %d are the same: %s"):format(positions[id], position, store.canonical(case)), 0)
      end
      positions[id] = position
      local group = declaration.group and group_of(declaration, parameters)
      entries[#entries + 1] = { id = id, case = case, group = group or nil }
    end
    for key in pairs(case) do parameters[key] = shared[key] end
  end
  for _, filters in ipairs(#cases > 0 and choices or {}) do
    message = unused(filters, fields)
    if message then return nil, message end
  end
  if declaration.group then entries = by_group(entries) end
  if not shard then return entries end
  return shard_of(entries, shard)
end

return plan
