--- The interactive prompt: takes inputs one after the other, runs them, and prints their values and errors.
local colour = require "vnn.prompt.colour"
local debugger = require "vnn.prompt.debugger"
local faults = require "vnn.prompt.faults"
local globals = require "vnn.prompt.globals"
local host = require "vnn.host"
local inputs = require "vnn.prompt.inputs"
local settings = require "vnn.settings"

local session = {}

---@class vnn.prompt.session.Entry an input that was given
---@field text string
---@field is_expression boolean
---@field is_command boolean whether it begins with % or ! or asks for help
---@field done boolean whether it ended without an error
---@field output? string what a front end has shown of its values

---@type vnn.prompt.session.Entry[]
local entries = {}

---@type vnn.prompt.faults.Fault?
local last_fault

--- What the global `_interrupted` was before the input that runs.
local kept_before

---@class vnn.prompt.session.Front how the outcome of an input is shown
---@field values fun(number: integer, values: { n: integer, [integer]: any })
---@field fault fun(text: string, kind: "Error"|"SyntaxError"|"Interrupted")

--- The front end: the terminal, unless another one is given.
---@type vnn.prompt.session.Front
local front = {}

function front.values(number, values)
  session.keep(number, values)
  local parts = {}
  for position = 1, values.n do parts[position] = require("vnn.prompt.format").text(values[position]) end
  print(table.concat(parts, "\t"))
end

function front.fault(text)
  io.stdout:flush()
  io.stderr:write(text, "\n")
end

--- Keeps the first value of an input in the globals `_` and `_N`.
---@param number integer
---@param values table
function session.keep(number, values)
  settings.expect("session.keep", 1, number, "an integer")
  settings.expect("session.keep", 2, values, "a table")
  _G._, _G["_" .. number] = values[1], values[1]
end

--- A name alone that nothing has is a slip of the pen more often than a question.
local function doubt(text)
  local name = text:match "^%s*([%a_][%w_]*)%s*$"
  if name == "exit" or name == "quit" then
    print "Ctrl-D or os.exit() leaves the prompt"
    return true
  end
  local near = name and name ~= "nil" and globals.suggestion(name) or ""
  if near ~= "" then print(("nil\tnothing is called '%s'%s"):format(name, near)) end
  return near ~= ""
end

--- Compiles and runs Lua code, once or under a command's measure.
---@param text string
---@param measure? fun(body: function): any... what calls the code instead (default: it is called)
---@return boolean done
function session.run(text, measure)
  settings.expect("session.run", 1, text, "a string")
  settings.expect("session.run", 2, measure, "a function or nothing")
  local number, entry = #entries, entries[#entries]
  local name = ("prompt[%d]"):format(number)
  faults.remember(name, text)
  local body, message, is_expression, is_assignment = inputs.compile(text, name)
  if not body then
    front.fault(colour.paint("error", host.syntax_report(message, text, name)), "SyntaxError")
    return false
  end
  entry.is_expression = is_expression and not entry.is_command
  debugger.arm()
  local results = table.pack(xpcall(measure and function() return measure(body) end or body, faults.catch))
  debugger.disarm()
  if not results[1] then
    last_fault = results[2]
    front.fault(faults.text(last_fault), "Error")
    return false
  end
  local values = table.pack(table.unpack(results, (is_expression or is_assignment) and 3 or 2, results.n))
  if is_assignment then
    -- What was refused is said, since nothing else of an assignment is shown.
    if values[1] == nil and type(values[2]) == "string" then
      print("nil\t" .. require("vnn.prompt.format").text(values[2]))
    end
    return true
  end
  local is_doubtful = is_expression and values.n == 1 and values[1] == nil and doubt(text)
  if values.n > 0 and not is_doubtful then front.values(number, values) end
  return true
end

--- The topic of `help WORDS` as the shell has it, which is no Lua.
local function topic_of(text)
  local topic = text:match "^%s*help%s+([%a_][%w_.: ]-)%s*$"
  return topic and not load("return " .. text) and topic
end

--- What an input asks about, as `name?`, and with how many marks.
local function question(text)
  local name, marks = text:match "^%s*([%a_][%w_.:]*)%s*(%?%??)%s*$"
  if not name then
    marks, name = text:match "^%s*(%?%??)%s*([%a_][%w_.:]*)%s*$"
  end
  return name, marks
end

--- Runs an input: Lua, `%command`, `!command of the shell`, `name?` or `name??`.
---@param text string
---@return boolean done false after an error
function session.evaluate(text)
  settings.expect("session.evaluate", 1, text, "a string")
  if text:find "^%s*$" then return true end
  local command, rest = text:match "^%s*([%%!])%s*(.-)%s*$"
  local name, marks = question(text)
  local topic = topic_of(text)
  -- What only the prompt has is no part of a script.
  local is_command = command ~= nil or name ~= nil or text:find "^%s*help%f[^%w_]" or text:find "^%s*reload%f[^%w_]"
  local entry = { text = text, is_command = is_command and true or false, is_expression = false, done = false }
  entries[#entries + 1] = entry
  kept_before = rawget(_G, "_interrupted")
  if command == "%" then
    entry.done = require("vnn.prompt.commands").run(rest)
  elseif command == "!" then
    entry.done = require("vnn.prompt.commands").shell(rest)
  elseif name then
    entry.done = require("vnn.prompt.explain").show(name, marks == "??")
  elseif topic then
    _G.help(topic)
    entry.done = true
  else
    entry.done = session.run(text)
  end
  return entry.done
end

--- Says that an input was stopped, and shows what answered Ctrl-C, if something did.
---@param message string
function session.interrupted(message)
  settings.expect("session.interrupted", 1, message, "a string")
  local kept = rawget(_G, "_interrupted")
  local has_answer = kept ~= nil and not rawequal(kept, kept_before)
  -- Where in the library it was stopped is of no interest.
  message = message:gsub("^%[vnn%.[^%]]+%]:%d+: ", "")
  local rest = has_answer and "; _interrupted is what answered:" or ""
  front.fault(colour.paint("error", message) .. rest, "Interrupted")
  if has_answer then print(require("vnn.prompt.format").text(kept)) end
end

--- Whether more must follow before an input can run.
---@param text string
---@return boolean
function session.is_unfinished(text)
  settings.expect("session.is_unfinished", 1, text, "a string")
  return not (text:find "^%s*[%%!]" or question(text)) and inputs.is_unfinished(text)
end

--- Whether an input is Lua, or something that the prompt takes beside it.
---@param text string
---@return boolean
function session.is_valid(text)
  settings.expect("session.is_valid", 1, text, "a string")
  return text:find "^%s*[%%!]" ~= nil or question(text) ~= nil or inputs.compiles(text)
end

--- How a word at the prompt could go on: see `complete.words`.
---@param word string
---@param before string
---@return string[]
function session.complete(word, before) return require("vnn.prompt.complete").words(word, before) end

--- What stands before the next input. Readline counts the columns of what is not between \1 and \2.
---@return string
function session.prompt()
  local text = ("%d> "):format(#entries + 1)
  local painted = colour.paint("prompt", text)
  return painted == text and text or "\1\27[1;32m\2" .. text .. "\1\27[0m\2"
end

--- How many inputs there were, the one that runs included.
---@return integer
function session.count() return #entries end

--- The input that runs, or that ran last.
---@return vnn.prompt.session.Entry
function session.entry() return entries[#entries] end

--- Forgets the input with this number, if it was the last one.
---@param number integer
function session.forget(number)
  settings.expect("session.forget", 1, number, "an integer")
  if number == #entries then entries[number] = nil end
end

--- The inputs so far, the one that runs last.
---@return vnn.prompt.session.Entry[]
function session.entries() return table.move(entries, 1, #entries, 1, {}) end

--- The last error.
---@return vnn.prompt.faults.Fault?
function session.fault() return last_fault end

--- Prepares the globals for the prompt and keeps what the host lends.
---@param read fun(prompt: string): string? reads a line; nil at the end
---@param stop fun() interrupts what runs
---@param other? vnn.prompt.session.Front (default: the terminal)
function session.start(read, stop, other)
  settings.expect("session.start", 1, read, "a function")
  settings.expect("session.start", 2, stop, "a function")
  settings.expect("session.start", 3, other, "a table or nothing")
  front = other or front
  globals.prepare()
  require("vnn.prompt.reload").prepare()
  debugger.lend(read, stop)
end

return session
