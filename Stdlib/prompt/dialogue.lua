--- Talks at the terminal about calls where code has stopped: shows them, evaluates in them, and asks how to go on.
local colour = require "vnn.prompt.colour"
local faults = require "vnn.prompt.faults"
local host = require "vnn.host"
local settings = require "vnn.settings"

local dialogue = {}

--- How a line is read; the prompt lends a better way.
local function read(prompt)
  io.write(prompt)
  io.stdout:flush()
  return io.read "l"
end

--- Takes a better way to read a line.
---@param read_line fun(prompt: string): string? nil at the end
function dialogue.lend(read_line)
  settings.expect("dialogue.lend", 1, read_line, "a function")
  read = read_line
end

--- The globals as the code of a call sees them.
local function environment_of(frame)
  local place = 1
  while true do
    local name, value = debug.getupvalue(frame.function_, place)
    if not name then return _G end
    if name == "_ENV" then return value end
    place = place + 1
  end
end

local function find(frame, name)
  -- The innermost of several with one name.
  for position = #frame.variables, 1, -1 do
    if frame.variables[position].name == name then return frame.variables[position] end
  end
  return nil
end

--- Compiles text so that it sees and assigns what the code of a call does; `assign` does the latter. Of what is no Lua
--- nil and the message, as at the prompt.
local function compile(text, frame, assign)
  local outer = environment_of(frame)
  local environment = setmetatable({}, {
    __index = function(_, name)
      local variable = find(frame, name)
      if variable then return variable.value end
      local kept = require("vnn.prompt.inputs").locals()[name]
      if kept and outer[name] == nil then return kept() end
      return outer[name]
    end,
    __newindex = function(_, name, value)
      local variable = find(frame, name)
      if not variable then
        outer[name] = value
        return
      end
      variable.value = value
      if variable.is_upvalue then
        debug.setupvalue(frame.function_, variable.place, value)
      elseif assign then
        assign(variable)
      end
    end,
  })
  local expression = load("return " .. text, "=debug", "t", environment)
  if expression then return expression end
  local chunk, message = load(text, "=debug", "t", environment)
  return chunk, message and host.syntax_report(message, text, "debug")
end

--- The values of an expression, or what a statement does, in a call.
---@param text string
---@param frame vnn.prompt.faults.Frame
---@param stop? vnn.prompt.debugger.Stop in which assignments to locals are done
---@return boolean done
---@return any ... the values, or the message
function dialogue.evaluate(text, frame, stop)
  settings.expect("dialogue.evaluate", 1, text, "a string")
  settings.expect("dialogue.evaluate", 2, frame, "a table")
  settings.expect("dialogue.evaluate", 3, stop, "a table or nothing")
  local assign = stop and stop.assign
  local chunk, message = compile(text, frame, assign and function(variable) assign(variable, frame) end)
  if not chunk then return false, message end
  return pcall(chunk)
end

--- Whether a text can be evaluated in a call.
---@param text string
---@param frame vnn.prompt.faults.Frame
---@return boolean
function dialogue.compiles(text, frame)
  settings.expect("dialogue.compiles", 1, text, "a string")
  settings.expect("dialogue.compiles", 2, frame, "a table")
  return compile(text, frame) ~= nil
end

--- The value of an expression of a call, as text.
---@param text string
---@param frame vnn.prompt.faults.Frame
---@return string
function dialogue.text_of(text, frame)
  settings.expect("dialogue.text_of", 1, text, "a string")
  settings.expect("dialogue.text_of", 2, frame, "a table")
  local found, value = dialogue.evaluate(text, frame)
  return found and require("vnn.prompt.format").text(value, { depth = 1 }) or "?"
end

--- Evaluates and prints.
local function show(text, frame, stop)
  local results = table.pack(dialogue.evaluate(text, frame, stop))
  if not results[1] then
    print(colour.paint("error", tostring(results[2])))
    return
  end
  local parts = {}
  for position = 2, results.n do parts[#parts + 1] = require("vnn.prompt.format").text(results[position]) end
  if #parts > 0 then print(table.concat(parts, "\t")) end
end

local words = [[
up, down        the call outside, the call inside
locals          the variables of this call
where           all calls; list shows the lines around
step            to the next line, also inside of what is called here
next            to the next line of this call
finish          to the end of this call
watch EXPR      stops when the value of an expression of this call changes; alone forgets all
continue        goes on to the next place
quit            gives up what runs
Anything else is evaluated in the call, assignments included.]]

--- What only shows something, by its word: from the calls and the place among them.
local shows = {}

function shows.list(frames, place)
  local frame = frames[place]
  for number = math.max(1, frame.line - 4), frame.line + 4 do
    local code = faults.line(frame.source, number)
    if code then print(("%s%5d | %s"):format(number == frame.line and ">" or " ", number, code)) end
  end
end

function shows.locals(frames, place)
  local variables = frames[place].variables
  for _, variable in ipairs(variables) do
    local text = require("vnn.prompt.format").text(variable.value, { depth = 2, characters = 200 })
    print(("%s = %s"):format(variable.name, text))
  end
  if #variables == 0 then print "no variables" end
end

function shows.where(frames, place)
  for position, frame in ipairs(frames) do
    print((position == place and "> " or "  ") .. faults.describe(frame):gsub("\n.*", ""))
  end
end

function shows.help() print(words) end

local goes_on = { step = true, next = true, finish = true, continue = true, quit = true }

local abbreviations = {
  s = "step", n = "next", c = "continue", u = "up", d = "down", q = "quit", w = "where", l = "list",
}

--- The place of the call above or below among `count`, with a word where there is none.
local function moved(word, place, count)
  local other = place + (word == "up" and 1 or -1)
  if other >= 1 and other <= count then return other end
  print(word == "up" and "this is the outermost call" or "this is the innermost call")
  return place
end

--- Asks at the terminal what to do with some calls until one of the words that go on comes.
---@param stop vnn.prompt.debugger.Stop
---@return string word "continue", "step", "next", "finish" or "quit"
---@return vnn.prompt.faults.Frame frame where it was said
function dialogue.ask(stop)
  settings.expect("dialogue.ask", 1, stop, "a table")
  local frames, place, is_live = stop.frames, 1, stop.reason ~= "error"
  print(faults.describe(frames[1]))
  while true do
    local frame = frames[place]
    local line = read "debug> "
    if not line then return "quit", frame end
    local word = line:match "^%s*(%a+)%s*$"
    -- A variable is not hidden by a letter.
    if abbreviations[word] and not find(frame, word) then word = abbreviations[word] end
    local watched = line:match "^%s*watch%f[^%w_]%s*([^=].*)$" or word == "watch" and ""
    if word == "up" or word == "down" then
      place = moved(word, place, #frames)
      print(faults.describe(frames[place]))
    elseif shows[word] then
      shows[word](frames, place)
    elseif goes_on[word] and (is_live or word == "quit") then
      return word, frame
    elseif goes_on[word] or watched and not stop.watch then
      print "the error has ended these calls; quit leaves them"
    elseif watched then
      stop.watch(watched, frame)
    elseif line:find "%S" then
      show(line, frame, stop)
    end
  end
end

return dialogue
