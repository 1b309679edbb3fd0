--- Runs scripts that declare themselves: checks the declaration, reads the command line, prints the help.
---
--- A script returns a table:
---
--- ```lua
--- return {
---   name = "count",
---   description = "Counts to a number.",
---   arguments = { { name = "unit", default = "sheep", help = "what is counted" } },
---   options = {
---     { name = "up_to", default = 10, help = "the last number" },
---     { name = "order", default = "up", choices = { "up", "down" }, help = "which way" },
---     { name = "steps", default = { 1, 2 }, help = "step widths, one count each" },
---     { name = "out", type = "string", help = "file to write" },
---   },
---   run = function(options) print(options.up_to, options.unit) end, --> 10	sheep
--- }
--- ```
---
--- and `vnnlua count.lua goats --up-to 20 --steps 1,5 --out=file.txt` calls `run` with arguments and options filled in.
local command_line = require "vnn.script.command_line"
local declarations = require "vnn.script.declaration"
local settings = require "vnn.settings"

local script = {}

---@class vnn.script.Option
---@field name string in snake_case; `--time-limit` on the command line is `time_limit`
---@field default? any the value without the option; its type is the option's type: 20 takes integers only
---@field type? "string"|"number"|"integer"|"boolean"|"list" needed where there is no default, and where 20 may be 0.5
---@field choices? any[] the only values allowed
---@field minimum? number the least number allowed; for a list, of each element
---@field maximum? number the greatest number allowed
---@field below? number what a number must be less than
---@field repeats? boolean whether it may be given several times; its value is then a list of what was given
---@field selects? boolean of an experiment: the option only chooses cases, and no result depends on it
---@field replaces? string[] options that say the same in another way: what a folder remembers of them does not count
--- where this one is given
---@field help string what the option does, for `--help`

---@class vnn.script.Declaration
---@field name string
---@field description string one sentence
---@field arguments? vnn.script.Option[] what the command line names by its place, in this order, before, between or
---  after the options; those without a default are needed
---@field options? vnn.script.Option[]
---@field run? fun(options: table): ... nothing or true for success, an integer for the exit code, nil and a message;
--- with `cases`: `run(case, options, context)` returns a table of what came of one case, or nil and a message
---@field version? number|string of an experiment (default: 1): raised when the same cases would give other results
---@field group? string[] of an experiment: parameters; cases of equal ones are compared with each other, so they run
--- one after the other, and on a cluster in one task
---@field cases? fun(options: table): table<string, string|number|boolean>[]?, string? of an experiment: what there is
---  to do, or nil and a message
---@field report? fun(rows: table[], options: table, context: vnn.experiment.Context) of an experiment: called with one
--- row per finished case, also when Ctrl-C ends it early
---@field score? fun(layer: vnn.Layer, context: table): vnn.Tensor of a pruning policy: the lowest scores go
---@field prune? fun(network: vnn.Network, context: table): vnn.Network of a pruning policy: does all by itself

--- What a field of a declaration may have been meant to be, as part of a message; empty when all are known.
---
--- ```lua
--- print(require("vnn.script").mistyped { name = "p", scor = print }) --> ; did you mean 'score' by 'scor'?
--- ```
---@param declaration table
---@return string
script.mistyped = declarations.mistyped

--- Checks a declaration and returns it.
---
--- Raises an error naming the file and the field when something is missing or of the wrong type.
---@param declaration vnn.script.Declaration
---@param file string for messages
---@param required? table<string, string> further fields and their types (default: what `script.kind` needs)
---@return vnn.script.Declaration
script.check = declarations.check

--- The words of a command line that sets these arguments and options; those without a value are left out.
---
--- ```lua
--- local script = require "vnn.script"
--- local declaration = { options = { { name = "time_limit", default = 60.0 }, { name = "seed", type = "integer" } } }
--- print(table.unpack(script.words(declaration, { time_limit = 5.0 }))) --> --time-limit	5
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@return string[]
script.words = command_line.words

--- Reads a command line: arguments by their places, `--key value`, `--key=value`, `--flag`, `--no-flag`; lists are
--- separated by commas.
---@param declaration vnn.script.Declaration
---@param arguments string[]
---@return table? options the values of all options, or nil when the command line is wrong
---@return string? message what is wrong with it
---@return table harness for an experiment, the values of `vnn.experiment`'s options
---@return table<string, boolean> given the names of the options that stand on the command line
script.parse = command_line.parse

--- The text that `--help` prints: description, options, choices and defaults.
---@param declaration vnn.script.Declaration
---@param file string how the script is called
---@return string
script.help = command_line.help

local function asks_for_help(arguments)
  for _, argument in ipairs(arguments) do
    if argument == "--help" or argument == "-h" then return true end
  end
  return false
end

--- What a declaration does when it is run: an experiment its cases, a policy a trial.
local function perform(declaration, options, harness, given, file)
  if declaration.score or declaration.prune then return require("vnn.policy.trial").run(declaration, options, file) end
  if declaration.cases then return require("vnn.experiment").main(declaration, options, harness, given) end
  return declaration.run(options)
end

--- Checks a declaration, reads the command line and runs it.
---
--- Messages about the command line go to standard error.
---@param declaration vnn.script.Declaration
---@param file string how the script was called
---@param arguments string[]
---@return integer code 0 for success, 1 when `run` returned nil and a message, 2 for a wrong command line
function script.main(declaration, file, arguments)
  settings.expect("script.main", 1, declaration, "a table")
  settings.expect("script.main", 2, file, "a string")
  settings.expect("script.main", 3, arguments, "a list of strings")
  script.check(declaration, file)
  if asks_for_help(arguments) then
    print(script.help(declaration, file))
    return 0
  end
  local options, message, harness, given = script.parse(declaration, arguments)
  if not options then
    io.stderr:write(("%s: %s\n(vnnlua %s --help lists the options)\n"):format(declaration.name, message, file))
    return 2
  end
  local result, reason = perform(declaration, options, harness, given, file)
  if result == nil and reason ~= nil or result == false then
    io.stderr:write(("%s: %s\n"):format(declaration.name, tostring(reason or "failed")))
    return 1
  end
  return math.tointeger(result) or 0
end

--- Ends a script: runs the declaration that its chunk returned, if it did, and turns the result into an exit code.
---@param returned any what the chunk returned first
---@param file string how the script was called
---@param arguments string[]
---@return integer code
function script.finish(returned, file, arguments)
  if type(returned) == "table" then
    -- What has a name and a description is meant to be one, though the rest may be misspelt.
    local declares = rawget(returned, "name") ~= nil and rawget(returned, "description") ~= nil
    for _, field in ipairs { "run", "options", "cases", "score", "prune" } do
      declares = declares or rawget(returned, field) ~= nil
    end
    if declares then return script.main(returned, file, arguments) end
  end
  if returned == false then return 1 end
  return math.tointeger(returned) or 0
end

return script
