---@meta vnn.system
error 'this file only describes vnn.system to editors; write require "vnn.system"'

--- Clocks, whole files, the terminal, and what this program is made of.
---
--- ```lua
--- local system = require "vnn.system"
--- local before = system.clock()
--- assert(system.write_file("note.txt", "one\n"))
--- assert(system.append_line("note.txt", "two"))
--- print((system.read_file("note.txt"):gsub("\n", "|")), system.clock() >= before) --> one|two|	true
--- print(system.read_file "absent.txt") --> nil	absent.txt: cannot be opened: No such file or directory
--- ```
local system = {}

--- The version of vnnlua, such as `0.1.0`; it is written into every result.
---@type string
system.version = ""

---@class vnn.system.Component
---@field name string
---@field purpose string
---@field version? string nil when it is missing
---@field path? string
---@field remedy? string what is wrong, with the command that gets it
---@field required boolean

--- Wall seconds on a clock that is never set back; only differences mean anything.
---@return number
function system.clock() end

--- CPU seconds of the process, all threads together.
---@return number
function system.processor_clock() end

--- Does nothing: what a native call costs.
function system.nothing() end

--- The content of a file.
---@param path string
---@return string? content nil when it cannot be read
---@return string? message
function system.read_file(path) end

--- Writes a file so that nobody ever sees half of it: a crash leaves the old one or the new one.
---@param path string
---@param content string
---@return true? written nil when it cannot be written
---@return string? message
function system.write_file(path, content) end

--- Appends a line in one write and flushes it to the disk, so that lines of several processes do not mix.
---@param path string
---@param line string without its line feed
---@return true? written nil when it cannot be written
---@return string? message
function system.append_line(path, line) end

--- Makes a directory and those above it; existing ones are fine.
---@param path string
---@return true? made nil when it cannot be made
---@return string? message
function system.make_directory(path) end

--- Whether something is there, and a sandbox lets you see it.
---@param path string
---@return boolean
function system.exists(path) end

--- What to open for a path: the path as it is, or in a sandbox without links.
---@param path string
---@return string? permitted nil when it is outside what the sandbox allows
---@return string? message
function system.permitted_path(path) end

--- Whether a standard stream is a terminal.
---@param stream "stdin"|"stdout"|"stderr"
---@return boolean
function system.is_terminal(stream) end

--- The width of the terminal.
---@return integer? columns nil when standard output is no terminal
function system.terminal_width() end

--- The libraries and data sets that vnnlua works with; OpenBLAS and HiGHS are loaded for that.
---@return vnn.system.Component[]
function system.components() end

--- The files of the standard library in this program: `report.lua`, `meta/tensor.lua`, …
---@return string[]
function system.library_paths() end

--- The content of a file of the standard library: that in `$VNNLUA_STDLIB` if there is one, else the embedded one.
---@param path string one of `library_paths`
---@return string? source nil when there is none
function system.library_source(path) end

return system
