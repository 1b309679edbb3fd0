--- The prompt's own commands: `%time`, `%debug` and so on, and `!command` for the shell.
local names = require "vnn.names"
local settings = require "vnn.settings"

local commands = {}

---@class vnn.prompt.commands.Command
---@field usage string
---@field summary string
---@field run fun(argument: string): boolean done false after an error

local function session() return require "vnn.prompt.session" end

local function measured(way)
  return function(argument)
    return session().run(argument, require("vnn.prompt.measure")[way])
  end
end

local function complain(text)
  print(text)
  return false
end

---@type table<string, vnn.prompt.commands.Command>
local all = {}

all.time = {
  usage = "%time CODE",
  summary = "runs CODE and says how long it took",
  run = measured "time",
}

all.bench = {
  usage = "%bench CODE",
  summary = "runs CODE again and again: the usual time and its spread",
  run = measured "bench",
}

all.profile = {
  usage = "%profile CODE",
  summary = "runs CODE and says which lines and native functions took how long",
  run = measured "profile",
}

all["break"] = {
  usage = "%break [FILE:LINE]",
  summary = "has the debugger stop there, or no longer if it does; alone lists the places",
  run = function(argument) return require("vnn.prompt.debugger").toggle(argument) end,
}

all.debug = {
  usage = "%debug [CODE]",
  summary = "walks through the calls of the last error; with CODE runs it and stops at its first line",
  run = function(argument)
    local debugger = require "vnn.prompt.debugger"
    if argument ~= "" then
      debugger.stop_next()
      return session().run(argument)
    end
    local fault = session().fault()
    if not fault then return complain "no error yet" end
    return debugger.inspect(fault)
  end,
}

all.locals = {
  usage = "%locals",
  summary = "the last error again, with the variables of its calls",
  run = function()
    local fault = session().fault()
    if not fault then return complain "no error yet" end
    print(require("vnn.prompt.faults").text(fault, true))
    return true
  end,
}

all.reload = {
  usage = "%reload [MODULE]",
  summary = "takes the new code of an edited module, or of all that changed, and keeps their values",
  run = function(argument) return require("vnn.prompt.reload").run(argument ~= "" and argument or nil) end,
}

all.run = {
  usage = "%run SCRIPT [ARGUMENTS]",
  summary = "runs a script, or one that came with vnnlua, with its arguments",
  run = function(argument) return require("vnn.prompt.running").run(argument) end,
}

all.save = {
  usage = "%save FILE",
  summary = "writes what was done here as a script that runs as it is",
  run = function(argument)
    if argument == "" then return complain "%save FILE: which file?" end
    local text = require("vnn.prompt.transcript").text(session().entries())
    local done, message = require("vnn.system").write_file(argument, text)
    return done and true or complain(message)
  end,
}

all.help = {
  usage = "%help",
  summary = "lists these commands",
  run = function()
    print(commands.list())
    return true
  end,
}

--- The names of the commands, sorted.
---@return string[]
function commands.names() return names.sorted(all) end

--- The commands with a line each, for people.
---@return string
function commands.list()
  local lines = {}
  for _, name in ipairs(commands.names()) do
    lines[#lines + 1] = ("  %-24s %s"):format(all[name].usage, all[name].summary)
  end
  lines[#lines + 1] = ("  %-24s %s"):format("!COMMAND", "runs a command of the shell")
  lines[#lines + 1] = ("  %-24s %s"):format("NAME?  NAME??", "explains what a name stands for; and shows its code")
  return table.concat(lines, "\n")
end

--- Runs what follows the `%` of an input.
---@param text string
---@return boolean done false after an error
function commands.run(text)
  settings.expect("commands.run", 1, text, "a string")
  local name, argument = text:match "^(%S*)%s*(.*)$"
  local command = all[name]
  if not command then
    return complain(("no command '%%%s'%s; %%help lists them"):format(name, names.suggestion(name, commands.names())))
  end
  return command.run(argument)
end

--- Runs a command of the shell at the terminal.
---@param text string
---@return boolean done false when it fails, or where no programs may run
function commands.shell(text)
  settings.expect("commands.shell", 1, text, "a string")
  if not os.execute then return complain "the sandbox runs no programs" end
  io.stdout:flush()
  local done, kind, code = os.execute(text)
  if not done then print(("%s %d"):format(kind, code)) end
  return done == true
end

return commands
