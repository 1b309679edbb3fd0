--- Looks into calls: those of the last error (`%debug`), and running ones at a `breakpoint()`, a `%break FILE:LINE` or
--- step by step.
local colour = require "vnn.prompt.colour"
local faults = require "vnn.prompt.faults"
local settings = require "vnn.settings"
local system = require "vnn.system"

local debugger = {}

--- How a line is read and how everything is stopped; the prompt lends better ones.
local function read(prompt)
  io.write(prompt)
  io.stdout:flush()
  return io.read "l"
end
local function stop() os.exit(130, true) end

local is_lent = false

--- Where to stop: lines of files by their numbers.
local places = {}
--- What is watched: an expression of one function, with the text of its last value.
local watches = {}
--- What the next stop waits for: "line", or a number of calls that may not be exceeded.
local step

--- Whether there is no looking into calls: no script of a sandbox may see the library's variables, by whatever calls it
--- says are its own.
local function is_closed()
  if debug.sethook then return false end
  print "the sandbox does not look into calls"
  return true
end

--- Takes what the host lends.
---@param read_line fun(prompt: string): string? nil at the end
---@param stop_all fun() interrupts what runs
function debugger.lend(read_line, stop_all)
  settings.expect("debugger.lend", 1, read_line, "a function")
  settings.expect("debugger.lend", 2, stop_all, "a function")
  read, stop, is_lent = read_line, stop_all, true
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

--- Compiles text so that it sees and assigns what the code of a call does; `assign` does the latter.
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
  return load("return " .. text, "=debug", "t", environment) or load(text, "=debug", "t", environment)
end

local function evaluate(text, frame, assign)
  local chunk, message = compile(text, frame, assign)
  if not chunk then
    print(colour.paint("error", message))
    return
  end
  local results = table.pack(pcall(chunk))
  if not results[1] then
    print(colour.paint("error", tostring(results[2])))
    return
  end
  local parts = {}
  for position = 2, results.n do parts[#parts + 1] = require("vnn.prompt.format").text(results[position]) end
  if #parts > 0 then print(table.concat(parts, "\t")) end
end

--- The value of what is watched, as text.
local function text_in(watch, frame)
  local found, value = pcall((compile(watch.text, frame)))
  return found and require("vnn.prompt.format").text(value, { depth = 1 }) or "?"
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

--- Watches an expression of a call, or nothing any more.
local function watch(text, frame)
  if text == "" then
    watches = {}
  elseif compile(text, frame) then
    local new = { text = text, function_ = frame.function_ }
    new.value = text_in(new, frame)
    watches[#watches + 1] = new
    print(("%s: %s"):format(text, new.value))
  else
    print(("watch: no expression: %s"):format(text))
  end
end

--- The place of the call above or below among `count`, with a word where there is none.
local function moved(word, place, count)
  local other = place + (word == "up" and 1 or -1)
  if other >= 1 and other <= count then return other end
  print(word == "up" and "this is the outermost call" or "this is the innermost call")
  return place
end

--- Asks at the terminal what to do with some calls until one of the words that go on comes.
---@param frames vnn.prompt.faults.Frame[]
---@param is_live boolean whether the calls still run
---@param assign? fun(variable: table, frame: table) changes a local of a call that runs
---@return string word "continue", "step", "next", "finish" or "quit"
---@return vnn.prompt.faults.Frame frame where it was said
local function ask(frames, is_live, assign)
  local place = 1
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
    elseif goes_on[word] then
      print "the error has ended these calls; quit leaves them"
    elseif watched then
      watch(watched, frame)
    elseif line:find "%S" then
      evaluate(line, frame, assign and function(variable) assign(variable, frame) end)
    end
  end
end

--- Walks through the calls of an error.
---@param fault vnn.prompt.faults.Fault
---@return boolean done
function debugger.inspect(fault)
  settings.expect("debugger.inspect", 1, fault, "a table")
  if is_closed() then return false end
  if #fault.frames == 0 then
    print "the error was in no call of your own"
    return false
  end
  ask(fault.frames, false)
  return true
end

--- How many calls there are, from the one at `level` on.
local function depth_at(level)
  local depth = 0
  while debug.getinfo(level + 1 + depth, "l") do depth = depth + 1 end
  return depth
end

local function has_changed(level)
  local current
  for _, watched in ipairs(watches) do
    if debug.getinfo(level + 1, "f").func == watched.function_ then
      current = current or faults.frames(level + 1)[1]
      local before, text = watched.value, text_in(watched, current)
      watched.value = text
      if before ~= text then
        print(("%s: %s -> %s"):format(watched.text, before, text))
        return true
      end
    end
  end
  return false
end

local function is_place(source, line)
  local files = places[line]
  if not files then return false end
  source = source:gsub("^[=@]", "")
  for file in next, files do
    if source == file or source:sub(-#file - 1) == "/" .. file then return true end
  end
  return false
end

local on_line

local function rearm()
  local is_needed = step or next(places) or #watches > 0
  if is_needed then debug.sethook(on_line, "l") else debug.sethook() end
end

--- Stops in the innermost call of the user's own and does what is said there.
local function halt()
  -- What is evaluated meanwhile is not stepped through.
  debug.sethook()
  step = nil
  local frames = faults.frames()
  local function assign(variable, frame)
    -- Where the call lies from here, whatever lies above.
    local record = 2
    while debug.getinfo(record, "f") and debug.getinfo(record, "f").func ~= halt do record = record + 1 end
    debug.setlocal(record + frame.level - 1, variable.place, variable.value)
  end
  local word, frame = ask(frames, true, assign)
  if word == "quit" then
    stop()
    return
  end
  if word == "step" then step = math.huge end
  if word == "next" or word == "finish" then
    step = depth_at(frame.level) - (word == "finish" and 1 or 0)
  end
  rearm()
end

function on_line(_, line)
  local source = debug.getinfo(2, "S").source
  if source:find "^=%[vnn%." then return end
  local is_step = step and (step == math.huge or depth_at(2) <= step)
  if is_step or is_place(source, line) or (#watches > 0 and has_changed(2)) then halt() end
end

--- Has the next line of the user's code stop.
function debugger.stop_next() step = math.huge end

--- Lets places and steps stop what runs from now on.
function debugger.arm()
  if debug.sethook then rearm() end
end

--- Nothing stops any more what runs.
function debugger.disarm()
  step = nil
  if debug.sethook then debug.sethook() end
end

--- Stops in the innermost call of the user's own, if there is somebody to ask: the global `breakpoint`.
function debugger.breakpoint()
  if is_closed() then return end
  if not is_lent and not system.is_terminal "stdin" then
    io.stderr:write "breakpoint: nobody is at a terminal; going on\n"
    return
  end
  halt()
end

--- `%break`: has a line stop, or no longer if it does.
---@param text string `FILE:LINE`, or nothing to list the lines
---@return boolean done
function debugger.toggle(text)
  settings.expect("debugger.toggle", 1, text, "a string")
  if is_closed() then return false end
  if text == "" then
    for line, files in next, places do
      for file in next, files do print(("%s:%d"):format(file, line)) end
    end
    return true
  end
  local file, line = text:match "^(.+):(%d+)$"
  line = math.tointeger(line)
  if not file or line < 1 then
    print(("%%break FILE:LINE: expected a line, got %s"):format(text))
    return false
  end
  local files = places[line] or {}
  local is_new = not files[file]
  files[file] = is_new or nil
  places[line] = next(files) and files or nil
  print(("%s:%d %s"):format(file, line, is_new and "stops" or "does not stop any more"))
  return true
end

return debugger
