--- What is kept of an error while its calls are still there, and how it is shown: the message, and the lines of the
--- user's own calls. The standard library's calls and native ones are left out.
local colour = require "vnn.prompt.colour"
local settings = require "vnn.settings"
local system = require "vnn.system"

local faults = {}

---@class vnn.prompt.faults.Variable
---@field name string
---@field value any
---@field place integer its position among the locals or upvalues of the call
---@field is_upvalue boolean

---@class vnn.prompt.faults.Frame a call
---@field source string the file, or the name of the input
---@field line integer
---@field name string what is called
---@field function_ function
---@field level integer how many calls lie above it
---@field variables vnn.prompt.faults.Variable[] what its code sees, the innermost last

---@class vnn.prompt.faults.Fault
---@field value any what was raised
---@field frames vnn.prompt.faults.Frame[] the innermost first

--- The lines of the inputs by their names.
local sources = {}

--- Keeps the text of an input, so that its lines can be shown.
---@param name string
---@param text string
function faults.remember(name, text)
  settings.expect("faults.remember", 1, name, "a string")
  settings.expect("faults.remember", 2, text, "a string")
  sources[name] = text
end

--- The text of a file or an input.
---@param source string
---@return string?
function faults.source(source)
  settings.expect("faults.source", 1, source, "a string")
  return sources[source] or system.read_file(source) or nil
end

--- A line of a file or an input.
---@param source string
---@param number integer
---@return string?
function faults.line(source, number)
  settings.expect("faults.line", 1, source, "a string")
  settings.expect("faults.line", 2, number, "an integer")
  local text = faults.source(source)
  if not text then return nil end
  local count = 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    count = count + 1
    if count == number then return line end
  end
  return nil
end

--- What the code of the call at `level` sees.
local function variables_at(level, record)
  local variables = {}
  -- A sandbox does not look into calls.
  if not debug.getlocal then return variables end
  local place = 1
  while true do
    local name, value = debug.getupvalue(record.func, place)
    if not name then break end
    if name ~= "_ENV" and name ~= "" then
      variables[#variables + 1] = { name = name, value = value, place = place, is_upvalue = true }
    end
    place = place + 1
  end
  place = 1
  while true do
    local name, value = debug.getlocal(level + 1, place)
    if not name then break end
    if not name:find "^%(" then
      variables[#variables + 1] = { name = name, value = value, place = place, is_upvalue = false }
    end
    place = place + 1
  end
  return variables
end

local function name_of(record)
  if record.what == "main" or record.name == nil then
    return record.what == "main" and "main chunk" or ("function at line %d"):format(record.linedefined)
  end
  return ("%s '%s'"):format(record.namewhat == "" and "function" or record.namewhat, record.name)
end

--- How many calls are kept: a recursion without an end has a hundred thousand.
local most_frames = 100

--- The calls of the user's own code that are active, the innermost first, no more than a hundred.
---@param level? integer where to begin (default: 1, the caller)
---@return vnn.prompt.faults.Frame[]
function faults.frames(level)
  settings.expect("faults.frames", 1, level, "an integer or nothing")
  local frames = {}
  level = (level or 1) + 1
  while true do
    local record = debug.getinfo(level, "nSlf")
    if not record or record.source == "=[vnn.prompt.session]" or #frames == most_frames then break end
    if record.currentline > 0 and not record.source:find "^=%[vnn%." then
      frames[#frames + 1] = {
        source = record.source:gsub("^[=@]", ""),
        line = record.currentline,
        name = name_of(record),
        function_ = record.func,
        level = level - 1,
        variables = variables_at(level, record),
      }
    end
    level = level + 1
  end
  local outermost = frames[#frames]
  if outermost and #frames < most_frames and outermost.source:find "^prompt%[" then outermost.name = "input" end
  return frames
end

--- The message handler of what runs at the prompt.
---@param value any
---@return vnn.prompt.faults.Fault
function faults.catch(value) return { value = value, frames = faults.frames(2) } end

--- What was raised, as text: a table with what is in it.
local function message_of(value)
  if type(value) == "string" then return value end
  return "error value: " .. require("vnn.prompt.format").text(value)
end

--- Lua's own words for a name that nothing has, with the name that was meant.
local function with_suggestion(message)
  local name = message:match "global '([%w_]+)'%)$"
  if not name or _G[name] ~= nil then return message end
  return message .. require("vnn.prompt.globals").suggestion(name)
end

--- The text of a call: where it is and the line.
---@param frame vnn.prompt.faults.Frame
---@param has_variables? boolean whether its variables are listed (default: false)
---@return string
function faults.describe(frame, has_variables)
  settings.expect("faults.describe", 1, frame, "a table")
  settings.expect("faults.describe", 2, has_variables, "a boolean or nothing")
  local lines = { ("%s:%d: %s"):format(frame.source, frame.line, frame.name) }
  local code = faults.line(frame.source, frame.line)
  if code then lines[#lines + 1] = colour.paint("faint", ("  %5d | "):format(frame.line)) .. code end
  for _, variable in ipairs(has_variables and frame.variables or {}) do
    local text = require("vnn.prompt.format").text(variable.value, { depth = 1, characters = 80 })
    lines[#lines + 1] = ("          %s = %s"):format(variable.name, text:gsub("\n.*", " …"))
  end
  return table.concat(lines, "\n")
end

--- The text of an error: its message and the user's own calls with their lines, the innermost first.
---@param fault vnn.prompt.faults.Fault
---@param has_variables? boolean whether their variables are listed (default: false)
---@return string
function faults.text(fault, has_variables)
  settings.expect("faults.text", 1, fault, "a table")
  settings.expect("faults.text", 2, has_variables, "a boolean or nothing")
  local lines = { colour.paint("error", with_suggestion(message_of(fault.value))) }
  local repeated = 0
  for position, frame in ipairs(fault.frames) do
    local above, below = fault.frames[position - 1], fault.frames[position + 1]
    local function is_same(other) return other and other.function_ == frame.function_ and other.line == frame.line end
    -- Of a recursion one call is enough, unless its variables are wanted.
    repeated = not has_variables and is_same(above) and repeated + 1 or 0
    if repeated == 0 then
      lines[#lines + 1] = faults.describe(frame, has_variables)
    elseif not is_same(below) then
      local is_all = #fault.frames < most_frames
      lines[#lines + 1] = ("… %s%d times more"):format(is_all and "" or "at least ", repeated)
    end
  end
  return table.concat(lines, "\n")
end

return faults
