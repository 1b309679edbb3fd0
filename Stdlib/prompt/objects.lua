--- What the prompt shows of native objects: more than their name, less than all. Handles know nothing of the names in
--- their model, and problems nothing of their classes; the models and data sets that the prompt's variables hold do.
local inputs = require "vnn.prompt.inputs"

local objects = {}

--- How much of a sum, and of a model's rows, is shown.
local most_terms, most_rows = 12, 12

local function kind_of(value) return type(value) == "userdata" and tostring(getmetatable(value)) or nil end

--- What `ask` says of the first of the prompt's variables of a kind that it says anything of.
local function of_reach(kind, ask)
  local function try(value)
    if kind_of(value) ~= kind then return nil end
    local found, answer = pcall(ask, value)
    return found and answer or nil
  end
  for _, variable in next, inputs.locals() do
    local answer = try(variable())
    if answer then return answer end
  end
  for _, value in next, _G do
    local answer = try(value)
    if answer then return answer end
  end
  return nil
end

local function short(number) return number and ("%.6g"):format(number) or "none" end

--- A sum as people write it, shortened in the middle.
local function sum_text(model, of, constant)
  local variables, coefficients = model:terms(of)
  local parts = {}
  for position = 1, variables.count do
    if variables.count > most_terms and position == most_terms - 1 then
      parts[#parts + 1] = (" + … (%d terms)"):format(variables.count - most_terms + 1)
    elseif variables.count <= most_terms or position < most_terms - 1 or position == variables.count then
      local factor = coefficients[position]
      local sign = position == 1 and (factor < 0 and "-" or "") or factor < 0 and " - " or " + "
      local size = math.abs(factor)
      parts[#parts + 1] = sign .. (size == 1 and "" or short(size) .. " ") .. model:name_of(variables[position])
    end
  end
  if constant and constant ~= 0 then
    local size = short(math.abs(constant))
    parts[#parts + 1] = #parts == 0 and short(constant) or (constant < 0 and " - " or " + ") .. size
  end
  return #parts == 0 and "0" or table.concat(parts)
end

--- The name of a row, and what it demands.
local function row_parts(model, row)
  local lower, upper = model:row_bounds(row)
  local sum, name = sum_text(model, row), model:name_of(row)
  if lower == upper then return name, ("%s == %s"):format(sum, short(lower)) end
  if lower == -math.huge then return name, ("%s <= %s"):format(sum, short(upper)) end
  if upper == math.huge then return name, ("%s >= %s"):format(sum, short(lower)) end
  return name, ("%s <= %s <= %s"):format(short(lower), sum, short(upper))
end

local function row_text(model, row)
  local name, text = row_parts(model, row)
  return name .. ": " .. text
end

--- Some lines with labels in one column, under a title.
local function block(title, rows)
  local width = 0
  for _, row in ipairs(rows) do width = math.max(width, #row[1]) end
  local lines = { title }
  for _, row in ipairs(rows) do lines[#lines + 1] = ("  %-" .. width .. "s  %s"):format(row[1], row[2]) end
  return table.concat(lines, "\n")
end

--- What is known of an object: a title, and labels with texts.
---@type table<string, fun(value: userdata): string, { [1]: string, [2]: string }[]>
local facts = {}

facts["vnn.Model"] = function(model)
  local title = tostring(model)
  if model.columns == 0 then return title, {} end
  local objective = model:objective()
  local found = { { model.sense, sum_text(model, objective, objective.constant) } }
  local rows = model:all_constraints()
  for position = 1, rows.count do
    if position > most_rows then
      found[#found + 1] = { "…", ("and %d more rows"):format(rows.count - most_rows) }
      break
    end
    found[#found + 1] = { row_parts(model, rows[position]) }
  end
  return title, found
end

facts["vnn.Solution"] = function(solution)
  local rows = { { "status", solution.status } }
  if solution.objective then rows[#rows + 1] = { "objective", short(solution.objective) } end
  if solution.bound and solution.bound ~= solution.objective then
    local gap = solution.gap and (", gap %s"):format(short(solution.gap)) or ""
    rows[#rows + 1] = { "bound", short(solution.bound) .. gap }
  end
  rows[#rows + 1] = { "effort", ("%d nodes, %.3g s, by %s"):format(solution.nodes, solution.seconds, solution.solver) }
  for _, warning in ipairs(solution.warnings) do rows[#rows + 1] = { "warning", warning } end
  return "Solution", rows
end

facts["vnn.SolveEvent"] = function(event)
  local rows = {}
  for _, name in ipairs { "objective", "bound", "nodes", "seconds" } do
    if event[name] then rows[#rows + 1] = { name, short(event[name]) } end
  end
  return ("SolveEvent (%s)"):format(event.kind), rows
end

local describe = {}

--- The objective, and the rows behind their names.
describe["vnn.Model"] = function(model)
  local title, rows = facts["vnn.Model"](model)
  local lines = { title }
  for position, row in ipairs(rows) do
    local is_named = position > 1 and row[1] ~= "…"
    lines[#lines + 1] = ("  %s%s %s"):format(row[1], is_named and ":" or "", row[2])
  end
  return table.concat(lines, "\n")
end

for _, kind in ipairs { "vnn.Solution", "vnn.SolveEvent" } do
  describe[kind] = function(value) return block(facts[kind](value)) end
end

describe["vnn.Expression"] = function(expression)
  return of_reach("vnn.Model", function(model) return sum_text(model, expression, expression.constant) end)
end

describe["vnn.Constraint"] = function(row)
  return of_reach("vnn.Model", function(model) return row_text(model, row) end)
end

describe["vnn.Variable"] = function(variable)
  return of_reach("vnn.Model", function(model)
    local lower, upper = model:bounds(variable)
    return ("%s (%s, %s to %s)"):format(model:name_of(variable), model:kind(variable), short(lower), short(upper))
  end)
end

describe["vnn.Problem"] = function(problem)
  local classes = of_reach("vnn.Dataset", function(set)
    return set.name == (problem.facts or {}).dataset and set.classes
  end)
  local name = classes and classes[problem.class]
  if not name then return nil end
  local target = problem.target and (" %d (%s)"):format(problem.target, classes[problem.target]) or " any other"
  local text = tostring(problem):gsub("class %d+ %-> [%w ]+", function()
    return ("class %d (%s) ->%s"):format(problem.class, name, target)
  end)
  return text
end

--- A function by its name, where it is one of ours.
local function function_text(value)
  local topic = require("vnn.host.help").topic_of(value)
  if topic then return ("function %s"):format(topic) end
  local record = debug.getinfo(value, "S")
  if record.what == "C" then return tostring(value) end
  return ("function at %s:%d"):format(record.short_src, record.linedefined)
end

--- The text of a value that is neither a plain table, a string nor a number.
---
--- ```lua
--- local model = require("vnn.milp").model "diet"
--- local x = model:variables(2, { upper = 3 })
--- model:maximize(x[1] + 2 * x[2])
--- print(require("vnn.prompt.objects").text(model))
--- --> Model(diet: 2 variables (2 continuous), 0 rows, 0 entries, maximize)
--- -->   maximize x1 + 2 x2
--- ```
---@param value any
---@return string
function objects.text(value)
  if type(value) == "function" then return function_text(value) end
  local kind = kind_of(value)
  local describer = kind and describe[kind]
  if not describer then return tostring(value) end
  -- What was closed, or belongs to nothing in reach, has its plain text.
  local found, text = pcall(describer, value)
  return found and text or tostring(value)
end

--- What is known of a native object, in parts.
---@param value any
---@return string? title nil where `objects.text` says everything
---@return { [1]: string, [2]: string }[]? facts labels and texts
function objects.facts(value)
  local kind = kind_of(value)
  if not kind or not facts[kind] then return nil end
  local found, title, rows = pcall(facts[kind], value)
  if not found then return nil end
  return title, rows
end

return objects
