--- The scripts that come with vnnlua, wherever they are: `vnnlua list` and `vnnlua run NAME`.
---
--- They lie beside the sources that this program was built of, or where it was installed; the sources in the current
--- folder go first.
local annotations = require "vnn.host.annotations"
local names = require "vnn.names"
local settings = require "vnn.settings"
local system = require "vnn.system"

local shipped = {}

--- The folders of scripts, in the order in which a name is looked for, with what they hold.
local rooms = {
  { "experiments", "experiments, and tools for problem files" },
  { "gallery", "networks in models, with a check of each" },
  { "cookbook", "short tasks to copy from" },
  { "policies", "pruning policies, each tried on a small network; vnnlua help policies has the criteria too" },
}

--- The folder that holds all of them.
---@return string? folder nil when only the program was copied here
---@return string? message
function shipped.home()
  local folders = { "Scripts" }
  for _, place in ipairs { { "^(.*)/%.build[^/]*/", "/Scripts" }, { "^(.*)/bin/[^/]*$", "/share/vnnlua" } } do
    local before = system.program:match(place[1])
    if before then folders[#folders + 1] = before .. place[2] end
  end
  for _, folder in ipairs(folders) do
    if system.exists(folder .. "/experiments/compare-policies.lua") then return folder end
  end
  local text = "the scripts that come with vnnlua are not beside %s; Scripts/install brings them"
  return nil, text:format(system.program)
end

--- The folder of a kind of scripts, such as `policies`, or nil.
---@param room string
---@return string?
function shipped.folder(room)
  settings.expect("shipped.folder", 1, room, "a string")
  local home = shipped.home()
  return home and home .. "/" .. room
end

--- The first sentence of what a script says about itself.
local function summary(path)
  local lines = {}
  for line in ((system.read_file(path) or "") .. "\n"):gmatch "([^\n]*)\n" do
    local part = line:match "^%-%-%- (.*)"
    if not part then break end
    lines[#lines + 1] = part
  end
  return annotations.summary(table.concat(lines, " "))
end

--- The names of the scripts in a folder.
local function scripts_in(folder)
  local found = {}
  for _, file in ipairs(system.list(folder) or {}) do
    local name = file:match "^(.*)%.lua$"
    -- What others require is no script.
    if name and name ~= "shared" then found[#found + 1] = name end
  end
  table.sort(found)
  return found
end

--- The file of a script by its name, such as `compare-policies`, `gallery/wine` or `wine.lua`.
---
--- ```lua
--- print(require("vnn.host.shipped").path "win") --> nil	no script 'win' comes with vnnlua; did you mean 'wine'?
--- ```
---@param name string
---@return string? path
---@return string? message
function shipped.path(name)
  settings.expect("shipped.path", 1, name, "a string")
  local home, message = shipped.home()
  if not home then return nil, message end
  local stem, known = name:gsub("%.lua$", ""), {}
  for _, room in ipairs(rooms) do
    for _, script in ipairs(scripts_in(home .. "/" .. room[1])) do
      local path = room[1] .. "/" .. script
      if stem == script or stem == path then return ("%s/%s.lua"):format(home, path) end
      known[#known + 1] = script
    end
  end
  if name == "" then return nil, "expected: vnnlua run NAME …; vnnlua list shows the names" end
  local near = names.suggestion(name, known)
  return nil, ("no script '%s' comes with vnnlua%s"):format(name, near ~= "" and near or "; vnnlua list shows all")
end

--- All scripts by folder: their names and what they say about themselves.
---@return { name: string, text: string, scripts: { name: string, text: string }[] }[]? rooms nil when there are none
---@return string? message
function shipped.rooms()
  local home, message = shipped.home()
  if not home then return nil, message end
  local list = {}
  for position, room in ipairs(rooms) do
    local entry = { name = room[1], text = room[2], scripts = {} }
    for _, name in ipairs(scripts_in(home .. "/" .. room[1])) do
      entry.scripts[#entry.scripts + 1] = { name = name, text = summary(("%s/%s/%s.lua"):format(home, room[1], name)) }
    end
    list[position] = entry
  end
  return list
end

--- The scripts of a folder, a line each.
local function lines_of(room)
  local lines = {}
  for position, script in ipairs(room.scripts) do lines[position] = ("  %-20s %s"):format(script.name, script.text) end
  return table.concat(lines, "\n")
end

--- The recipes of the cookbook with a line each, for people; or why there are none.
---@return string
function shipped.recipes()
  local list, message = shipped.rooms()
  for _, room in ipairs(list or {}) do
    if room.name == "cookbook" then return lines_of(room) end
  end
  return message or ""
end

--- `vnnlua list` prints them for people, `vnnlua list --names` one name a line for other programs.
---@param words string[]
---@return integer code
function shipped.main(words)
  settings.expect("shipped.main", 1, words, "a list of strings")
  local list, message = shipped.rooms()
  if not list then
    io.stderr:write("vnnlua list: ", message, "\n")
    return 1
  end
  if words[1] and words[1] ~= "--names" then
    io.stderr:write(("vnnlua list: expected nothing or --names, got '%s'\n"):format(words[1]))
    return 2
  end
  for _, room in ipairs(list) do
    if words[1] then
      for _, script in ipairs(room.scripts) do print(script.name) end
    else
      print(("%s: %s\n%s"):format(room.name, room.text, lines_of(room)))
    end
  end
  if not words[1] then print "vnnlua run NAME --help says what one takes." end
  return 0
end

return shipped
