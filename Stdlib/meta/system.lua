---@meta vnn.system
error 'this file only describes vnn.system to editors; write require "vnn.system"'

--- Clocks, files, processes, the terminal, and what this program is made of.
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

--- What tells this program apart from all that were built from other sources: the linker's build ID. nil where it has
--- none.
---@type string?
system.build = ""

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

--- Calls a function and stops it when it has not returned after some seconds: then an error is raised, at the caller,
--- which nothing in the function can catch. What runs natively (a solve, a training, a search) ends early by itself. Of
--- nested limits the outermost that has passed wins. The function cannot yield out of it.
---
--- ```lua
--- local system = require "vnn.system"
--- print(system.limited(60, math.max, 1, 2)) --> 2
--- print(pcall(system.limited, 0.01, function() while true do pcall(error) end end))
--- --> false	example.lua:3: stopped after its time limit of 0.01 s
--- ```
---@param seconds number
---@param f function
---@param ... any what it is called with
---@return any ... its results
function system.limited(seconds, f, ...) end

--- Whether this is a sandbox: files in the allowed directories only, no programs.
---
--- ```lua
--- print(require("vnn.system").is_sandboxed()) --> false
--- ```
---@return boolean
function system.is_sandboxed() end

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

--- The names in a directory, sorted.
---@param path string
---@return string[]? names nil when it cannot be read
---@return string? message
function system.list(path) end

--- Removes a file; one that is not there is fine.
---@param path string
---@return true? removed nil when it cannot be removed
---@return string? message
function system.remove(path) end

--- Empties a file, also while another process appends to it; a missing one is made.
---@param path string
---@return true? emptied nil when it cannot be written
---@return string? message
function system.empty(path) end

--- Gives a finished file its final name, in place of what is there, so that a crash at any moment leaves no half a file
--- under that name: flushes it to the disk, and then its new name.
---
--- ```lua
--- local system = require "vnn.system"
--- assert(system.write_file("half.txt", "all of it"))
--- print(system.publish("half.txt", "whole.txt"), system.exists "half.txt", system.read_file "whole.txt")
--- --> true	false	all of it
--- ```
---@param path string
---@param final string in the same file system
---@return true? published nil when it cannot be done
---@return string? message
function system.publish(path, final) end

--- Cuts off what follows the last line feed of a file: what a writer of lines left unfinished when it was killed. A
--- missing file is fine.
---@param path string
---@return integer? bytes how many were cut off; nil when the file cannot be repaired
---@return string? message
function system.repair_lines(path) end

--- A text as a gzipped file has it, without a name or a time: the same bytes for the same text.
---
--- ```lua
--- local system = require "vnn.system"
--- assert(system.write_file("rows.csv.gz", system.gzip "a,b\n"))
--- print(#system.gzip(("0"):rep(100000)) < 200) --> true
--- ```
---@param text string
---@return string bytes
function system.gzip(text) end

--- The SHA-256 of a text.
---
--- ```lua
--- print(require("vnn.system").digest(""):sub(1, 16)) --> e3b0c44298fc1c14
--- ```
---@param text string
---@return string digits 64 hexadecimal digits in lower case
function system.digest(text) end

--- A lock that one process holds at a time. It is given back when the object goes (`local lock <close> = …`), and by
--- the kernel when the process dies.
---@class vnn.Lock
---@field path string the file that stands for it, which stays
local Lock = {}

--- Gives the lock back.
function Lock:release() end

--- Takes a lock if it is free. A network file system without locks lets everybody have it.
---
--- ```lua
--- local system = require "vnn.system"
--- local lock <close> = assert(system.lock "mine.lock")
--- print(lock, system.lock "mine.lock") --> Lock(mine.lock)	nil
--- ```
---@param path string a file, made if it is not there
---@return vnn.Lock? lock nil while another process, or another lock of this one, holds it
---@return string? message when the file cannot be made
function system.lock(path) end

--- An empty folder that is removed, with all that is in it, when the object goes.
---@class vnn.TemporaryFolder
---@field path string

--- Makes an empty folder under `$TMPDIR`.
---@return vnn.TemporaryFolder? folder nil when it cannot be made
---@return string? message
function system.temporary_folder() end

--- Whether something is there, and a sandbox lets you see it.
---@param path string
---@return boolean
function system.exists(path) end

--- Opens a file as `io.open` does, in a sandbox in the allowed directories only: there `io.open` is this function.
---
--- ```lua
--- local file <close> = assert(require("vnn.system").open_file("words.txt", "w"))
--- print(io.type(file), file:write "one" == file) --> file	true
--- ```
---@param path string
---@param mode? string `r` (default), `w` or `a`, perhaps followed by `+`, and by `b`
---@return file*? file nil when it cannot be opened
---@return string? message
function system.open_file(path, mode) end

--- The path of this program.
---@type string
system.program = ""

--- The number of this process.
---@type integer
system.process_id = 0

--- The name of this machine.
---@type string
system.host = ""

--- A program that runs beside this one, in a process group of its own. It is killed, with all that it has started, when
--- the object goes and when this process dies.
---@class vnn.Process
---@field id integer its number
---@field ending? string how it ended, as in "exited with code 1" or "killed by signal 6 (Aborted)"; nil while it runs
local Process = {}

--- Sends a line to a vnnlua, which gets it from `system.parent():receive()`.
---@param line string without its line feed
---@return boolean sent false when it is gone
function Process:send(line) end

--- The next line that it has sent, without waiting for one.
---@return string? line
function Process:receive() end

--- Asks it to stop, as Ctrl-C does.
function Process:interrupt() end

--- Kills it and all that it has started.
function Process:kill() end

---@class vnn.system.SpawnOptions
---@field log? string file that what it prints is appended to (default: nowhere)
---@field environment? table<string, string> variables set on top of this process's own

--- Starts a program without a shell. An error in a sandbox.
---
--- ```lua
--- local system = require "vnn.system"
--- local code = "local parent = require('vnn.system').parent() parent:send(parent:receive():upper())"
--- local process = assert(system.spawn(system.program, { "-e", code }))
--- process:send "hello"
--- system.wait({ process }, 60)
--- print(process:receive()) --> HELLO
--- ```
---@param program string its path
---@param arguments string[]
---@param options? vnn.system.SpawnOptions
---@return vnn.Process? process nil when it cannot be started
---@return string? message
function system.spawn(program, arguments, options) end

--- Waits until one of the processes has sent a line or has ended, but not longer than some seconds. Ctrl-C ends it
--- early and is answered by that: the script goes on.
---@param processes vnn.Process[] may be empty
---@param seconds number
---@return "interrupted"? ending after Ctrl-C
function system.wait(processes, seconds) end

--- Runs `work` so that Ctrl-C does not stop it in the middle of something: it waits for the next `system.wait`, which
--- answers it, or for the end. A second Ctrl-C ends the process, as always.
---
--- ```lua
--- local system = require "vnn.system"
--- system.hold_interrupts(function() print(system.wait({}, 0)) end) --> nil
--- ```
---@param work fun()
function system.hold_interrupts(work) end

--- How often Ctrl-C has come, also where something answered it: a solve, a training, `system.wait`.
---
--- ```lua
--- print(require("vnn.system").interrupt_count()) --> 0
--- ```
---@return integer
function system.interrupt_count() end

--- The process that started this one with `system.spawn`.
---@class vnn.Parent
local Parent = {}

--- Sends a line to it.
---@param line string without its line feed
---@return boolean sent
function Parent:send(line) end

--- The next line from it; waits for one.
---@return string? line nil when there will be no more
function Parent:receive() end

--- The process that started this one with `system.spawn`. From then on this one dies with it. Ask once.
---@return vnn.Parent? parent nil when this process was started in another way
function system.parent() end

--- Whether a standard stream is a terminal.
---@param stream "stdin"|"stdout"|"stderr"
---@return boolean
function system.is_terminal(stream) end

--- The width of the terminal.
---@return integer? columns nil when standard output is no terminal
function system.terminal_width() end

--- The libraries and data sets that vnnlua works with; OpenBLAS, HiGHS and SCIP are loaded for that.
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
