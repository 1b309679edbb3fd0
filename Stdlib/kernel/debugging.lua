--- The debugger for notebooks: requests of the Debug Adapter Protocol (microsoft.github.io/debug-adapter-protocol) as
--- Jupyter wraps them, answered by the prompt's debugger.
local channels = require "vnn.kernel.channels"
local debugger = require "vnn.prompt.debugger"
local dialogue = require "vnn.prompt.dialogue"
local dumped = require "vnn.kernel.dumped"
local format = require "vnn.prompt.format"
local names = require "vnn.names"
local rich = require "vnn.kernel.rich"
local settings = require "vnn.settings"

local debugging = {}

--- Scripts have one thread.
local thread = 1

local is_attached = false

--- Lines to stop at, by the paths that the front end knows.
---@type table<string, integer[]>
local breakpoints = {}

--- Where code has stopped, and the word that goes on, once it is said.
---@type vnn.prompt.debugger.Stop?
local stopped
local word

--- What a front end may ask the parts of, by numbers that are good until code goes on.
---@type { kind: "call"|"globals"|"value", of: any }[]
local references = {}

local function refer(kind, of)
  references[#references + 1] = { kind = kind, of = of }
  return #references
end

local function event(name, body)
  channels.publish("debug_event", { type = "event", event = name, seq = 0, body = body or {} })
end

--- Whether a script's calls can be looked into; in a sandbox they cannot.
---@return boolean
function debugging.is_possible() return debug.sethook ~= nil end

local function variable(name, value)
  local has_parts = type(value) == "table" and next(value) ~= nil
  return {
    name = name, value = format.text(value, { depth = 1, characters = 200 }),
    type = type(value) == "userdata" and tostring(getmetatable(value) or "userdata") or type(value),
    variablesReference = has_parts and refer("value", value) or 0, evaluateName = name,
  }
end

--- The first line from `line` on that can stop: not an empty one, nor a comment.
local function line_of_code(path, line)
  local text, number = dumped.text(path), 0
  if not text then return line end
  for code in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if number >= line and code:find "%S" and not code:find "^%s*%-%-" then return number end
  end
  return nil
end

--- Tells the debugger where the lines of a path are by now.
local function place(path)
  for _, source in ipairs(dumped.sources(path)) do debugger.set_lines(source, breakpoints[path] or {}) end
end

--- Prepares a cell that is about to run.
---@param number integer of the input
---@param text string
function debugging.begin(number, text)
  settings.expect("debugging.begin", 1, number, "an integer")
  settings.expect("debugging.begin", 2, text, "a string")
  if not is_attached then return end
  local lines = breakpoints[dumped.path(text)]
  if lines then debugger.set_lines(("prompt[%d]"):format(number), lines) end
end

--- What answers each command: the body of the response, or nil and a message.
---@type table<string, fun(arguments: table): table?, string?>
local answers = {}

function answers.initialize()
  return { supportsConfigurationDoneRequest = true, supportsEvaluateForHovers = true }
end

function answers.attach()
  is_attached = true
  debugger.answer_by(debugging.ask, debugging.attend)
  event "initialized"
  return {}
end

function answers.disconnect()
  for path in pairs(breakpoints) do
    breakpoints[path] = nil
    place(path)
  end
  is_attached, word = false, "continue"
  debugger.answer_by()
  return {}
end

answers.terminate = answers.disconnect

function answers.configurationDone() return {} end

function answers.setExceptionBreakpoints() return {} end

function answers.debugInfo()
  local list = {}
  for _, path in ipairs(names.sorted(breakpoints)) do
    local lines = {}
    for position, line in ipairs(breakpoints[path]) do lines[position] = { line = line } end
    list[#list + 1] = { source = path, breakpoints = lines }
  end
  return {
    isStarted = is_attached, hashMethod = "Murmur2", hashSeed = dumped.seed, tmpFilePrefix = dumped.prefix,
    tmpFileSuffix = dumped.suffix, breakpoints = list, stoppedThreads = stopped and { thread } or {},
    richRendering = true, exceptionPaths = {}, copyToGlobals = false,
  }
end

function answers.dumpCell(arguments) return { sourcePath = dumped.add(arguments.code) } end

function answers.source(arguments)
  local text = dumped.text(arguments.source.path)
  if not text then return nil, ("no source at %s"):format(arguments.source.path) end
  return { content = text, mimeType = "text/x-lua" }
end

function answers.setBreakpoints(arguments)
  local path, lines, answered = arguments.source.path, {}, {}
  for position, breakpoint in ipairs(arguments.breakpoints or {}) do
    local line = line_of_code(path, breakpoint.line)
    lines[#lines + 1] = line
    answered[position] = { id = position, verified = line ~= nil, line = line or breakpoint.line,
      source = { path = path } }
  end
  breakpoints[path] = #lines > 0 and lines or nil
  place(path)
  return { breakpoints = answered }
end

function answers.threads() return { threads = { { id = thread, name = "script" } } } end

function answers.stackTrace()
  local frames = {}
  for position, frame in ipairs(stopped and stopped.frames or {}) do
    local path = dumped.path_of(frame.source)
    frames[position] = {
      id = position, name = frame.name, line = frame.line, column = 1,
      source = { name = frame.source, path = path },
    }
  end
  return { stackFrames = frames, totalFrames = #frames }
end

--- The call that a number stands for.
local function frame_of(number)
  local frame = stopped and stopped.frames[number or 1]
  if not frame then return nil, "no code is stopped" end
  return frame
end

function answers.scopes(arguments)
  local frame, message = frame_of(arguments.frameId)
  if not frame then return nil, message end
  return {
    scopes = {
      { name = "Locals", presentationHint = "locals", variablesReference = refer("call", frame), expensive = false },
      { name = "Globals", variablesReference = refer("globals", _G), expensive = true },
    },
  }
end

--- The entries of a table as variables, without what the program itself has brought.
local function entries_of(table_, is_wanted)
  local list = {}
  for key, value in next, table_ do
    if not is_wanted or is_wanted(key, value) then
      list[#list + 1] = variable(type(key) == "string" and key or ("[%s]"):format(tostring(key)), value)
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- The globals that were there before any cell.
local given = {}

--- Takes note of what is no cell's doing.
function debugging.prepare()
  for name in next, _G do given[name] = true end
  for name in next, require("vnn.prompt.globals").modules() do given[name] = true end
end

--- What cells have made of globals.
local function globals()
  return entries_of(_G, function(key) return type(key) == "string" and not given[key] end)
end

function answers.variables(arguments)
  local reference = references[arguments.variablesReference]
  if not reference then return { variables = {} } end
  if reference.kind == "globals" then return { variables = globals() } end
  if reference.kind == "value" then return { variables = entries_of(reference.of) } end
  local list = {}
  for position, own in ipairs(reference.of.variables) do list[position] = variable(own.name, own.value) end
  return { variables = list }
end

function answers.inspectVariables()
  local list = globals()
  for name, read in pairs(require("vnn.prompt.inputs").locals()) do list[#list + 1] = variable(name, (read())) end
  table.sort(list, function(a, b) return a.name < b.name end)
  return { variables = list }
end

--- Evaluates in the call that is meant, or as an input would see it.
local function evaluated(text, number)
  local frame = stopped and stopped.frames[number or 1]
  if frame then return dialogue.evaluate(text, frame, stopped) end
  local body, message = require("vnn.prompt.inputs").compile(text, "=debug")
  if not body then return false, message end
  local results = table.pack(pcall(body))
  return results[1], results[results[1] and 3 or 2]
end

function answers.evaluate(arguments)
  local done, value = evaluated(arguments.expression, arguments.frameId)
  if not done then return nil, tostring(value) end
  local shown = variable("", value)
  return { result = shown.value, type = shown.type, variablesReference = shown.variablesReference }
end

function answers.richInspectVariables(arguments)
  local done, value = evaluated(arguments.variableName, arguments.frameId)
  if not done then return nil, tostring(value) end
  return { data = rich.bundle { value, n = 1 }, metadata = {} }
end

--- What goes on.
for command, own in pairs { continue = "continue", next = "next", stepIn = "step", stepOut = "finish" } do
  answers[command] = function()
    if not stopped then return nil, "no code is stopped" end
    word = own
    return command == "continue" and { allThreadsContinued = true } or {}
  end
end

function answers.pause()
  debugger.stop_next()
  return {}
end

--- Answers a request of the protocol.
---@param request { seq: integer, command: string, arguments: table? }
---@return table response
function debugging.answer(request)
  settings.expect("debugging.answer", 1, request, "a table")
  local response = {
    type = "response", seq = 0, request_seq = request.seq or 0, command = tostring(request.command), success = true,
  }
  local answer = answers[request.command]
  local done, body, message = pcall(answer or function() return nil, "there is no such command" end,
    request.arguments or {})
  if not done then
    body, message = nil, tostring(body)
  end
  response.success, response.body, response.message = body ~= nil, body or {}, message
  return response
end

--- Is asked at a stop: answers requests until one of them goes on.
---@type vnn.prompt.debugger.Ask
function debugging.ask(stop)
  settings.expect("debugging.ask", 1, stop, "a table")
  if stop.reason == "error" then return dialogue.ask(stop) end
  stopped, word, references = stop, nil, {}
  event("stopped", { reason = stop.reason, threadId = thread, allThreadsStopped = true })
  -- An interrupt, or the end of the kernel, ends what runs.
  while not word do
    if not channels.take_control(true) then word = "quit" end
  end
  local said, frame = word, stop.frames[1]
  stopped, word, references = nil, nil, {}
  event("continued", { threadId = thread, allThreadsContinued = true })
  return said, frame
end

--- Answers the requests that have come while code runs.
function debugging.attend() while channels.take_control(false) do end end

return debugging
