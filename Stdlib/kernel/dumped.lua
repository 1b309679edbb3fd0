--- Cells as a debugger's front end knows them: by a path that it makes of their text, so that it finds the lines of a
--- cell whatever its number.
local faults = require "vnn.prompt.faults"
local session = require "vnn.prompt.session"
local settings = require "vnn.settings"

local dumped = {}

--- What front ends make paths of: MurmurHash2 (A. Appleby, 2008) of the text with this seed, between these two.
dumped.seed, dumped.suffix = 0x56d5f1a1, ".lua"
dumped.prefix = "/vnnlua-cells/"

--- MurmurHash2 of a text, 32 bits.
---
--- ```lua
--- print(require("vnn.kernel.dumped").hash("", 0), require("vnn.kernel.dumped").hash("abc", 0)) --> 0	324500635
--- ```
---@param text string
---@param seed integer
---@return integer
function dumped.hash(text, seed)
  settings.expect("dumped.hash", 1, text, "a string")
  settings.expect("dumped.hash", 2, seed, "an integer")
  local factor <const>, mask <const> = 0x5bd1e995, 0xffffffff
  local hash, place = (seed ~ #text) & mask, 1
  while place + 3 <= #text do
    local word = string.unpack("<I4", text, place) * factor & mask
    word = (word ~ word >> 24) * factor & mask
    hash = (hash * factor & mask) ~ word
    place = place + 4
  end
  if place <= #text then
    for position = #text, place, -1 do hash = hash ~ text:byte(position) << 8 * (position - place) end
    hash = hash * factor & mask
  end
  hash = (hash ~ hash >> 13) * factor & mask
  return hash ~ hash >> 15
end

--- The path of a cell with this text.
---@param text string
---@return string
function dumped.path(text)
  settings.expect("dumped.path", 1, text, "a string")
  return ("%s%d%s"):format(dumped.prefix, dumped.hash(text, dumped.seed), dumped.suffix)
end

--- The texts of cells that were announced, by their paths.
local texts = {}

--- Takes note of a cell that will run; returns its path.
---@param text string
---@return string
function dumped.add(text)
  settings.expect("dumped.add", 1, text, "a string")
  local path = dumped.path(text)
  texts[path] = text
  return path
end

--- The path by which a front end knows the source of a call: that of a cell, or of a file.
---@param source string as in `vnn.prompt.faults.Frame`
---@return string
function dumped.path_of(source)
  settings.expect("dumped.path_of", 1, source, "a string")
  local number = source:match "^prompt%[(%d+)%]$"
  local text = number and faults.source(source)
  return text and dumped.path(text) or source
end

--- What the debugger calls the code at a path: the inputs with its text, or the file.
---@param path string
---@return string[]
function dumped.sources(path)
  settings.expect("dumped.sources", 1, path, "a string")
  if path:sub(1, #dumped.prefix) ~= dumped.prefix then return { path } end
  local list = {}
  for number, entry in ipairs(session.entries()) do
    if dumped.path(entry.text) == path then list[#list + 1] = ("prompt[%d]"):format(number) end
  end
  return list
end

--- The text at a path.
---@param path string
---@return string?
function dumped.text(path)
  settings.expect("dumped.text", 1, path, "a string")
  if texts[path] then return texts[path] end
  local sources = dumped.sources(path)
  return sources[1] and faults.source(sources[1]) or nil
end

return dumped
