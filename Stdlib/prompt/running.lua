--- `%run`: runs a script with arguments in this session, as `vnnlua SCRIPT …` and `vnnlua run NAME …` do in one of
--- their own.
local settings = require "vnn.settings"
local system = require "vnn.system"

local running = {}

--- The words of a line; quotation marks hold some together.
---
--- ```lua
--- print(table.concat(require("vnn.prompt.running").words [[wine --name "two words" 'x']], "|"))
--- --> wine|--name|two words|x
--- ```
---@param line string
---@return string[]
function running.words(line)
  settings.expect("running.words", 1, line, "a string")
  local words, place = {}, 1
  while true do
    place = line:find("%S", place)
    if not place then return words end
    local word = ""
    while place <= #line and not line:find("^%s", place) do
      local mark = line:match("^[\"']", place)
      local from, to = place, (line:find("[%s\"']", place) or #line + 1) - 1
      if mark then
        from, to = place + 1, (line:find(mark, place + 1, true) or #line + 1) - 1
      end
      word = word .. line:sub(from, to)
      place = to + (mark and 2 or 1)
    end
    words[#words + 1] = word
  end
end

--- The file that a word means: that file, or a script that came with vnnlua.
local function path_of(word)
  if system.exists(word) then return word end
  local path, message = require("vnn.host.shipped").path(word)
  return path, not path and word:find "[/.]" and ("%s: there is no such file"):format(word) or message
end

--- Runs a script, whose own arguments are in `arg` meanwhile.
---@param line string the script and its arguments
---@return boolean done false where the script, or what it was asked, is wrong
function running.run(line)
  settings.expect("running.run", 1, line, "a string")
  local words = running.words(line)
  local path, message = path_of(words[1] or "")
  local source
  if path then source, message = system.read_file(path) end
  -- A first line for the shell.
  local chunk
  if source then chunk, message = load(source:gsub("^#[^\n]*", "--"), "@" .. path, "t", _G) end
  if not chunk then
    print(message)
    return false
  end
  local given = table.move(words, 2, #words, 1, { [-1] = system.program, [0] = path })
  local before, usual = _G.arg, package.path
  local folder = path:match "^(.*)/[^/]*$" or "."
  _G.arg, package.path = given, ("%s/?.lua;%s/?/init.lua;%s"):format(folder, folder, usual)
  local loaded = {}
  for name in next, package.loaded do loaded[name] = true end
  local _ <close> = setmetatable({}, {
    __close = function()
      _G.arg, package.path = before, usual
      -- Modules of the script are its own; the next one, or this one again, gets them as they are then.
      for name in next, package.loaded do
        if not loaded[name] then package.loaded[name] = nil end
      end
    end,
  })
  require("vnn.host.strict").watch("@" .. path)
  local arguments = table.move(given, 1, #given, 1, {})
  return require("vnn.script").finish(chunk(table.unpack(arguments)), path, arguments) == 0
end

return running
