--- The command that a folder of results was begun with, which the folder remembers: to go on, to look and to report
--- then takes nothing but the folder.
---
--- ```
--- DIR/command.json     name and version of the experiment, the words of its options, what --only has chosen so far
--- ```
local json = require "vnn.json"
local message = require "vnn.experiment.message"
local script = require "vnn.script"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local store = require "vnn.experiment.store"
local system = require "vnn.system"

local command = {}

---@class vnn.experiment.Command
---@field name string of the experiment
---@field version number|string
---@field words string[] its options, all of them
---@field only? string[][] each the filters of one choice of cases; without any all cases are chosen
---@field case_limit number

local function path_of(folder) return folder .. "/command.json" end

--- What a command has, as `settings.expect` takes it.
local fields = {
  { "name", "a string" }, { "version", "a number or a string" }, { "words", "a list of strings" },
  { "only", "a list of tables or nothing" }, { "case_limit", "a number" },
}

local function load(path)
  local remembered, reason = json.load(path)
  if reason then error(reason, 0) end
  settings.expect(path, "command", remembered, "a table", 0)
  for _, field in ipairs(fields) do settings.expect(path, field[1], remembered[field[1]], field[2], 0) end
  return remembered
end

--- What a folder remembers.
---@param folder string
---@return vnn.experiment.Command? remembered nil when it remembers nothing, or what it does cannot be read
---@return string? message why it cannot be read
function command.of(folder)
  settings.expect("command.of", 1, folder, "a string")
  local path = path_of(folder)
  if not system.exists(path) then return nil end
  local is_whole, remembered = pcall(load, path)
  if not is_whole then return nil, message.unreadable(remembered) end
  return remembered
end

local function same(a, b) return store.canonical { value = a } == store.canonical { value = b } end

--- The options that a folder's rows are about, of which those that were given must be the same, and the other ones need
--- not be given; those that only select cases may be given anew, and take the place of those that they replace.
---@param remembered vnn.experiment.Command
---@param folder string
---@param declaration vnn.script.Declaration
---@param options table<string, any> as the command line has them
---@param given table<string, boolean> the names of those that stand on it
---@return table<string, any>? options nil when those that were given are others
---@return string? message
function command.agreed(remembered, folder, declaration, options, given)
  settings.expect("command.agreed", 1, remembered, "a table")
  settings.expect("command.agreed", 2, folder, "a string")
  settings.expect("command.agreed", 3, declaration, "a table")
  settings.expect("command.agreed", 4, options, "a table")
  settings.expect("command.agreed", 5, given, "a table")
  local version = declaration.version or 1
  if remembered.name ~= declaration.name or remembered.version ~= version then
    return nil, ("%s was begun with version %s of %s, and this is version %s of %s: another --out begins anew"):format(
      folder, remembered.version, remembered.name, version, declaration.name)
  end
  local former, reason = script.parse(declaration, remembered.words)
  if not former then return nil, ("%s: %s"):format(path_of(folder), reason) end
  local others, agreed, replaced = {}, {}, {}
  for _, option in ipairs(declaration.options or {}) do
    for _, name in ipairs(given[option.name] and option.replaces or {}) do replaced[name] = true end
  end
  for _, field in ipairs { "arguments", "options" } do
    for _, option in ipairs(declaration[field] or {}) do
      local name = option.name
      if given[name] and not option.selects and not same(options[name], former[name]) then others[name] = true end
      if given[name] or replaced[name] then
        agreed[name] = options[name]
      else
        agreed[name] = former[name]
      end
    end
  end
  if not next(others) then return agreed end
  local function chosen(values)
    local some = {}
    for name in pairs(others) do some[name] = values[name] end
    local line = shell.line(script.words(declaration, some))
    return line ~= "" and line or "none"
  end
  return nil, ("%s was begun with other options: %s in place of %s; another --out begins anew"):format(
    folder, chosen(former), chosen(options))
end

--- Remembers a command in a folder, where it is not what the folder remembers. What `--only` chose before stays chosen.
---@param folder string which is made if it is not there
---@param remembered vnn.experiment.Command?
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@param harness table<string, any> values of `vnn.experiment`'s options
---@return true? kept nil when it cannot be written
---@return string? message
function command.keep(folder, remembered, declaration, options, harness)
  settings.expect("command.keep", 1, folder, "a string")
  settings.expect("command.keep", 2, remembered, "a table or nothing")
  settings.expect("command.keep", 3, declaration, "a table")
  settings.expect("command.keep", 4, options, "a table")
  settings.expect("command.keep", 5, harness, "a table")
  local only = harness.only and { harness.only } or nil
  if remembered then
    local choices = remembered.only
    for _, choice in ipairs(choices or {}) do
      if only and same(choice, only[1]) then only = nil end
    end
    if choices and only then only = table.move(choices, 1, #choices, 1, { [#choices + 1] = only[1] }) end
    only = choices and (only or choices) or nil
  end
  local text = json.encode {
    name = declaration.name,
    version = declaration.version or 1,
    words = script.words(declaration, options),
    only = only,
    case_limit = harness.case_limit,
  } .. "\n"
  local path = path_of(folder)
  if system.exists(path) and system.read_file(path) == text then return true end
  local made, reason = system.make_directory(folder)
  if not made then return nil, reason end
  return system.write_file(path, text)
end

--- The words that start this program with this script and these options: its own options stay as they are.
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@return string[]? words nil when the script came from standard input
---@return string? message
function command.words(declaration, options)
  settings.expect("command.words", 1, declaration, "a table")
  settings.expect("command.words", 2, options, "a table")
  if not arg[0] or arg[0] == "-" then return nil, "--out: the script must be a file, because workers read it again" end
  local first, words = 0, {}
  while arg[first - 1] do first = first - 1 end
  for position = first + 1, 0 do
    if arg[position] ~= "-i" then words[#words + 1] = arg[position] end
  end
  local own = script.words(declaration, options)
  return table.move(own, 1, #own, #words + 1, words)
end

return command
