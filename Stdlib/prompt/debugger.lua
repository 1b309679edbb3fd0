--- Looks into calls: those of the last error (`%debug`), and running ones at a `breakpoint()`, a `%break FILE:LINE` or
--- step by step.
local dialogue = require "vnn.prompt.dialogue"
local faults = require "vnn.prompt.faults"
local settings = require "vnn.settings"
local system = require "vnn.system"

local debugger = {}

--- What is said about calls, and how everything is stopped; the host lends better ones.
---@alias vnn.prompt.debugger.Ask fun(calls: vnn.prompt.debugger.Stop): string, vnn.prompt.faults.Frame

---@class vnn.prompt.debugger.Stop
---@field frames vnn.prompt.faults.Frame[] the innermost first
---@field reason "error"|"breakpoint"|"step"|"watch" why it is shown; after an error the calls have ended
---@field assign? fun(variable: vnn.prompt.faults.Variable, frame: vnn.prompt.faults.Frame) changes a local of a call
---@field watch? fun(text: string, frame: vnn.prompt.faults.Frame) has a change of an expression's value stop; no text
---  forgets all

---@type vnn.prompt.debugger.Ask
local ask = dialogue.ask
local function stop() os.exit(130, true) end

local is_lent = false

--- Where to stop: lines of files by their numbers.
local places = {}
--- What is watched: an expression of one function, with the text of its last value.
local watches = {}
--- What the next stop waits for: a number of calls that may not be exceeded.
local step
--- What is called now and then, and the lines until then.
local attention
local lines_between <const> = 200
local lines_left = lines_between

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
  dialogue.lend(read_line)
  stop, is_lent = stop_all, true
end

--- Has somebody else than the terminal be asked at a stop, or the terminal again.
---@param other? vnn.prompt.debugger.Ask
---@param attend? fun() called now and then while code runs that may be stopped
function debugger.answer_by(other, attend)
  settings.expect("debugger.answer_by", 1, other, "a function or nothing")
  settings.expect("debugger.answer_by", 2, attend, "a function or nothing")
  ask, attention = other or dialogue.ask, attend
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
  ask { frames = fault.frames, reason = "error" }
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
      local before, text = watched.value, dialogue.text_of(watched.text, current)
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
  local is_needed = step or attention or next(places) or #watches > 0
  if is_needed then debug.sethook(on_line, "l") else debug.sethook() end
end

--- Watches an expression of a call, or nothing any more.
local function watch(text, frame)
  if text == "" then
    watches = {}
  elseif dialogue.compiles(text, frame) then
    local value = dialogue.text_of(text, frame)
    watches[#watches + 1] = { text = text, function_ = frame.function_, value = value }
    print(("%s: %s"):format(text, value))
  else
    print(("watch: no expression: %s"):format(text))
  end
end

--- Stops in the innermost call of the user's own and does what is said there.
local function halt(reason)
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
  local word, frame = ask { frames = frames, reason = reason, assign = assign, watch = watch }
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
  lines_left = lines_left - 1
  if attention and lines_left <= 0 then
    lines_left = lines_between
    attention()
  end
  local is_step = step and (step == math.huge or depth_at(2) <= step)
  local reason = is_place(source, line) and "breakpoint" or is_step and "step"
    or #watches > 0 and has_changed(2) and "watch"
  if reason then halt(reason) end
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
  halt "breakpoint"
end

--- Has these lines of a file or an input stop, and no others of it.
---@param file string
---@param lines integer[]
function debugger.set_lines(file, lines)
  settings.expect("debugger.set_lines", 1, file, "a string")
  settings.expect("debugger.set_lines", 2, lines, "a list of numbers")
  for line, files in next, places do
    files[file] = nil
    if not next(files) then places[line] = nil end
  end
  for _, line in ipairs(lines) do
    places[line] = places[line] or {}
    places[line][file] = true
  end
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
