--- Commands of the shell: words that it takes as they are, and what commands print.
local settings = require "vnn.settings"
local system = require "vnn.system"

local shell = {}

--- A word as the shell reads it back: as it is where nothing in it is special, else in quotes.
---
--- ```lua
--- local shell = require "vnn.host.shell"
--- print(shell.quote "--rate=0.9", shell.quote "it's") --> --rate=0.9	'it'\''s'
--- ```
---@param word string
---@return string
function shell.quote(word)
  settings.expect("shell.quote", 1, word, "a string")
  return word:find "^[%w%%/._:,+@=-]+$" and word or "'" .. word:gsub("'", "'\\''") .. "'"
end

--- A command line of words.
---@param words string[]
---@return string
function shell.line(words)
  settings.expect("shell.line", 1, words, "a list of strings")
  local quoted = {}
  for position, word in ipairs(words) do quoted[position] = shell.quote(word) end
  return table.concat(quoted, " ")
end

--- What a command prints on standard output; `2>&1` at its end adds what it says on standard error.
---
--- ```lua
--- local shell = require "vnn.host.shell"
--- io.write(shell.output "echo here") --> here
--- print(shell.output "echo 'no such disk'; exit 3") --> nil	no such disk
--- print(shell.output "exit 3") --> nil	exit 3: ended with exit 3
--- ```
---@param command string
---@return string? text nil when the command cannot be started or fails, as all do in a sandbox
---@return string? message what it prints then, or how it ended
function shell.output(command)
  settings.expect("shell.output", 1, command, "a string")
  if system.is_sandboxed() then return nil, "the sandbox starts no programs" end
  local pipe = io.popen(command)
  if not pipe then return nil, command .. ": cannot be started" end
  local text = pipe:read "a"
  local done, how, code = pipe:close()
  if done then return text end
  text = text:gsub("%s+$", "")
  return nil, text ~= "" and text or ("%s: ended with %s %d"):format(command, how, code)
end

--- Whether there is a program of that name.
---
--- ```lua
--- print(require("vnn.host.shell").has "sh", require("vnn.host.shell").has "no-such-program") --> true	false
--- ```
---@param program string
---@return boolean
function shell.has(program)
  settings.expect("shell.has", 1, program, "a string")
  return shell.output("command -v " .. shell.quote(program)) ~= nil
end

return shell
