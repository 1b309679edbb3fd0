--- Explains what vnnlua offers: modules, functions, classes, and a few subjects in words.
---
--- At the prompt `help "tensor.matmul"`, on the command line `vnnlua help tensor.matmul`.
local annotations = require "vnn.host.annotations"
local host = require "vnn.host"
local names = require "vnn.names"
local settings = require "vnn.settings"

local help = {}

local subjects = {
  prompt = [[
Type or paste Lua. An expression prints its value; `_` holds the last one and `_3` that of input 3. Tables are shown to
a depth of 3 and 40 entries each (`format.text` of vnn.prompt.format takes other limits), and x:show() draws a tensor as
a picture. Locals live on: later inputs and functions share them, but one marked <close> ends with its input. Globals
need no declaration.

tensor, nn and so on (and vnn.tensor, vnn.nn) load when they are first used. help "topic" explains, help "some words"
searches, help(value) and x? explain a value, and x?? shows the code of a function. Tab completes names, fields,
methods, what calls return, options and their values inside a call (nn.train(net, data, { ep<Tab>), files and topics.

Enter runs what is complete, wherever the cursor is, and else begins a new line; Alt-Enter always does. The arrows move
between lines, and from the first and last through the inputs that begin like the present one. Ctrl-R searches. The
history is kept in $VNNLUA_HISTORY, or else in ~/.local/state/vnnlua/inputs. Keys are GNU Readline's, as is ~/.inputrc.

Ctrl-C gives up the input, or stops what runs; Ctrl-D leaves. Lines that begin with % are commands, %help lists them:
]],
  notebooks = [[
vnnlua kernel --install [--prefix DIR] has Jupyter offer notebooks in Lua: `jupyter lab`, and choose "Lua (vnnlua)".
With --prefix it goes below DIR/share/jupyter, otherwise into your own folder. --install --sandbox adds a second one
for strangers' notebooks (help "sandbox"). It needs ZeroMQ (apt install libzmq5). Scripts/notebooks has three.

A cell is an input of the prompt: its locals live on, its value is shown and kept in `_` and `_N`, and %time, x? and the
like work (help "prompt"). Matrices and masks are shown as pictures, models, solutions and tables as tables, and what
plot.draw draws is shown at once. display(value) shows something in the middle of a cell. Training, solves and what
report.progress says are one line that changes. io.read asks for a line.

%run compare-policies --out DIR runs an experiment, or any script, in a cell: its lines change while it runs, and its
report is shown below. JupyterLab's debugger (the bug in the toolbar) stops at lines of cells and of files, also in
functions of earlier cells, shows variables and goes on step by step; not in a sandbox, which looks into no calls.

Stop ends a cell within seconds, also inside a solve; what it had found is in `_interrupted`.]],
  scripts = [[
vnnlua script.lua [arguments] runs a file; `...` and the global `arg` hold the arguments as in lua. A script that
returns a table declares itself:

  return {
    name = "count", description = "Counts to a number.",
    options = {
      { name = "up_to", default = 10, minimum = 1, help = "the last number" },
      { name = "limit", default = 20, type = "number", help = "seconds" },
    },
    run = function(options) print(options.up_to) end,
  }

and vnnlua count.lua --up-to 20 calls run with the options filled in; --help prints them. The type of an option is that
of its default (20 takes integers only, 20.0 or type = "number" takes any number), or given by type. The exit code is 0,
1 after an error or `return nil, message`, 2 for a wrong command line, or the integer that run returns.

`vnnlua new experiment NAME` and `vnnlua new policy NAME` write files to start from.

A script is trusted like any program: it can read, write and run what you can. See help "sandbox".]],
  experiments = [[
An experiment is a script that returns { name, description, version, options, cases, run, report }: cases(options) lists
flat tables of strings, numbers and booleans, run(case, options, context) does one of them and returns the fields of its
result (or nil and a message: it failed), and report(rows, options, context) gets all rows, each a table of parameters
and result. context.failures holds the rows that failed, context.folder the folder, context:command(options)
the command that gives the same rows. `group` lists parameters: cases of equal ones, such as a baseline and what is
compared with it, run one after the other, and on a cluster on one machine.
`vnnlua new experiment NAME` writes one to start from. vnnlua exp.lua runs everything in one process and keeps nothing.
With --out DIR:

  vnnlua exp.lua --out DIR --jobs 4           runs the cases in 4 worker processes
  vnnlua exp.lua --out DIR --jobs 4 --resume  runs those that have no result yet
  vnnlua exp.lua --out DIR --status           how far it is, from anywhere; also what Slurm says
  vnnlua exp.lua --out DIR --report           reports what is there
  --only rate=0.5,0.9 --only seed=1           chooses cases by their parameters, for all of these
                                              (a case without the parameter is chosen too)

DIR remembers the options and what --only chose (DIR/command.json): --resume, --status and --report need nothing more.
Options that are given must be the same, but for those that only select cases; what --resume --only chooses in addition
is remembered too.

Each result is a line of JSON in DIR/results-*.jsonl, on the disk before it is counted. Its `id` is the SHA-256 of the
experiment's name and version, the case, and the options that are not marked `selects = true`. So changed options give
new cases, and rows never mix. Raise `version` when changed code gives other results. Each row also says what gave it:
`modules_digest` stands for the program, the script without the inside of its report, and every Lua module that these
load (DIR/code lists them); rows of other code are refused, with the names of what has changed, unless --mixed-code.
`host`, `processor`, `cores`, `load`, `started` and `commit` say where and when.

What happens to a worker (an error, a crash, no memory, no end within --case-limit) is one row with `failure` and the
last lines of its `log`, and the sweep goes on; such a case counts as finished until --retry-failed. Numbers that JSON
lacks are kept as {"$number":"inf"}, "-inf" and "nan", and are numbers again in rows. The `row_digest` at
the end of each line is the first 64 bits of the SHA-256 of what is before it: a line that a disk, a copy or an
editor has changed is refused, and --resume runs its case again. It is no protection from forgery.

What cases share is an artefact: context:artefact({ seed = 1 }, "safetensors", function(path) … end) gives the path of a
file that is built by the first case that needs it, while others wait (which counts as time of their cases), and then
kept in DIR/artefacts. Where that is a link to the artefacts of another sweep of the same experiment, under other
options, the two share what both need, also while both run.

On a cluster, --submit slurm [--partition P] [--time 1:00:00] [--mem 4G] [--tasks-per-job 16] [--array-limit 20]
[--sbatch=--account=A …] [--prologue FILE] sends what is missing as job arrays whose tasks write into DIR, a folder that
all nodes see; the same command again sends what is still missing. A task that is put back into the queue goes on where
it was, and one that is short of time puts itself back. --shard 3/20 is what each task runs; it works without Slurm
too.]],
  training = [[
nn.train(network, dataset, options) gives a trained copy and the facts of the training. What it learns from:

  data.load("mnist")                                     pictures and classes; digits needs no files
  data.from_tensors(images, classes)                     pictures of one's own, 0 to 1
  data.load("houses.csv", { targets = "price" })         columns of a table: a regression; .npz and .safetensors too
  data.load("iris.csv", { label = "species" })           columns of a table: classes
  data.from_rows(x, y)                                   tensors of any numbers

The loss follows from that ("squares" for real targets, "cross_entropy" for classes) or is chosen: nn.losses. Tables
are standardised inside the training only: what comes back takes and gives the table's own numbers, in files and models
too. To stop where it is best: validation_share = 0.2 (or validation = dataset) and patience = 20. The same seed gives
the same network. network:accuracy, network:r2 and network:rmse judge it on another data set;
Scripts/cookbook/regression.lua is all of it in fifty lines.]],
  policies = [[
A pruning policy is a file that says which weights matter, or does all the pruning: `vnnlua new policy NAME` writes one
to start from, `vnnlua NAME.lua` tries it on a small network, and vnn.policy runs it in scripts. This compares some:

  vnnlua run compare-policies --policies magnitude,anchored,NAME.lua --out compared

It and policy.load take files, built-in criteria, and the names of shipped policies. The comparison also takes options
of a policy, as in interval_width:order=narrow. These names are known here:]],
  require = [[
require "name" looks, in this order, for
  1. a native module: vnn.tensor, vnn.milp, …
  2. vnn.NAME in the standard library: NAME.lua in the directory $VNNLUA_STDLIB, if it is set and has that file, and
     otherwise the one in the program;
  3. name.lua, then name/init.lua, beside the script;
  4. package.path and package.cpath, as in lua ($LUA_PATH_5_4, $LUA_CPATH_5_4).
What begins with vnn. is looked for in 1 and 2 only. `vnnlua -e 'print(package.path)'` shows 4.]],
  errors = [[
A mistake in a script (a wrong type or shape, an unknown option) is an error at the script's own line, with what was
expected and what came. What the world refuses (a missing file or solver) is `nil, message`, made for assert. How a
search ended is never an error: look at `status` and `verdict`.

The traceback lists the script's own calls first and then those through the standard library and native functions.
In a script, a policy and the code of -e, reading or assigning a global that nothing declared is an error that names the
nearest one; `local` and an assignment in a main chunk declare. rawget(_G, "name") asks whether a global exists. What
require, dofile and load bring is plain Lua, so that libraries of others find what they expect.

At the prompt an error shows the lines of your own calls only; %locals adds their variables, and %debug walks through
them: up, down, locals, or any expression and assignment in the call. breakpoint() stops there while the code runs, in
scripts, callbacks and experiments in the foreground too; %break FILE:LINE does without changing the code. Then step,
next, finish, watch EXPR, continue and quit go on.]],
  interrupts = [[
The first Ctrl-C stops what runs. A solve ends with status "stopped" and its best point, training ends after the epochs
it has finished, and the script goes on with those. Anything else is stopped at its next instruction with the error
"interrupted", which pcall does not catch; `local x <close> = …` still cleans up. An experiment drops the case that
runs, and reports those before it. A second Ctrl-C, while the first one is not answered, kills.

At the prompt it ends the whole input, a loop of solves too: what answered the interrupt, such as the solution of the
stopped solve or the list of what training returned, is in the global `_interrupted`. There a second Ctrl-C only warns,
and a third one kills.]],
  sandbox = [[
vnnlua --sandbox [--allow-dir DIR]... script.lua runs a stranger's script: without programs, files outside DIR,
environment, C libraries, bytecode and the debug library, and with limits: --instruction-limit (default: 1000000000,
some 20 s of plain Lua) and --memory-limit MB for Lua and again for tensors (default: 1024). `..` and symbolic links do
not lead out of DIR. Reaching a limit stops the script; pcall does not catch it. $TMPDIR is a folder of its own that is
removed at the end.

Policies and experiments run in it as they are. An experiment with --out runs its cases one at a time, in this process;
--jobs above 1, --submit and plots need programs and are refused.

--time-limit SECONDS stops the script after so many seconds; a native call that has not answered 2 s later (a pattern
that backtracks for ages) ends the process, with one sentence and exit code 1. So does memory beyond twice
--memory-limit and 100 MB. Files larger than a quarter of --memory-limit are not read, and pipes, sockets and devices
not opened.

Around that stands a second wall, which the kernel puts around native code too: Landlock (the allowed folders, and the
system's libraries to read) and seccomp (no sockets, new programs, tracing, other processes, mounts …). `vnnlua doctor`
says whether this kernel has them. HiGHS and SCIP are found without asking Python; set VNNLUA_HIGHS
and VNNLUA_SCIP where they are nowhere else.

In the sandboxed notebook (help "notebooks") --instruction-limit is for each cell, and a cell that has used up its
instructions or the memory ends alone. Front ends trust what comes of a cell and run scripts in it, with your rights:
they get text, PNG, tables, drawings as pictures and reports in frames that run no scripts, and neither JavaScript nor
widgets, whatever the cell does. The channels were opened before the walls stood; since then nothing but front ends
connects to them.

What remains is listed below.]],
  certificates = require "vnn.host.certificates",
  formats = require "vnn.host.formats",
  pipe = require "vnn.host.pipe",
  cookbook = "Short scripts of Scripts/cookbook to copy from:\n",
  environment = [[
VNNLUA_DATA      folder of data sets: $VNNLUA_DATA/mnist/train-images-idx3-ubyte.gz …
VNNLUA_HIGHS     the HiGHS library, or the folder that holds it
VNNLUA_SCIP      the SCIP library, or the folder that holds it
VNNLUA_STDLIB    folder whose files replace those of the standard library
VNNLUA_HISTORY   file for the prompt's history
OPENBLAS_NUM_THREADS, OPENBLAS_CORETYPE   as OpenBLAS documents them
`vnnlua doctor` shows what was found.]],
}

--- What a subject says that is listed rather than written.
local additions = {
  prompt = function() return require("vnn.prompt.commands").list() end,
  sandbox = function() return "\n\n" .. require("vnn.host.sandbox").list() end,
  cookbook = function() return require("vnn.host.shipped").recipes() end,
}

local function list_items(lines, title, items)
  if #items == 0 then return end
  lines[#lines + 1] = ""
  lines[#lines + 1] = title
  local width = 0
  for _, item in ipairs(items) do width = math.max(width, utf8.len(item[1]) or #item[1]) end
  for _, item in ipairs(items) do
    local gap = (" "):rep(width - (utf8.len(item[1]) or #item[1]) + 2)
    local text = item[2]:gsub("\n", "\n" .. (" "):rep(width + 4))
    lines[#lines + 1] = (("  %s%s%s"):format(item[1], gap, text):gsub("%s+$", ""))
  end
end

local function pairs_of(items)
  local list = {}
  for position, item in ipairs(items) do
    local kind = item.name and item.type or ""
    list[position] = { item.name or item.type, (kind .. (kind ~= "" and item.text ~= "" and ": " or "") .. item.text) }
  end
  return list
end

local function members_of(entry)
  local functions = {}
  for _, other in ipairs(annotations.all()) do
    local belongs = entry.kind == "module" and other.module == entry.name and other.kind ~= "method"
      and other.kind ~= "module" and other.text ~= ""
    if belongs or entry.kind == "class" and other.class == entry.name then
      functions[#functions + 1] = { other.name, annotations.summary(other.text) }
    end
  end
  return functions
end

local function describe(entry)
  local title = entry.name .. (entry.arguments and "(" .. entry.arguments .. ")" or "")
  if entry.parent then title = title .. " (a " .. entry.parent .. ")" end
  local lines = { title }
  if entry.text ~= "" then
    lines[#lines + 1] = ""
    lines[#lines + 1] = entry.text
  end
  list_items(lines, "arguments:", pairs_of(entry.params))
  if entry.kind == "class" then list_items(lines, "fields:", pairs_of(annotations.fields_of(entry))) end
  list_items(lines, entry.kind == "constant" and "type:" or "returns:", pairs_of(entry.returns))
  local options = annotations.options_of(entry)
  if options then list_items(lines, "options:", pairs_of(annotations.fields_of(options))) end
  list_items(lines, entry.kind == "class" and "methods:" or "members:", members_of(entry))
  for _, example in ipairs(entry.examples) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = "example:"
    lines[#lines + 1] = "  " .. example:gsub("\n", "\n  ")
  end
  return table.concat(lines, "\n")
end

local function overview()
  local lines = { 'vnnlua: Lua 5.4 for optimization over trained neural networks. help "topic" tells more.' }
  local modules, seen = {}, {}
  for _, entry in ipairs(annotations.all()) do
    if entry.kind == "module" and not seen[entry.name] then
      seen[entry.name] = true
      modules[#modules + 1] = { entry.name, annotations.summary(entry.text) }
    end
  end
  table.sort(modules, function(a, b) return a[1] < b[1] end)
  list_items(lines, "modules:", modules)
  lines[#lines + 1] = ""
  lines[#lines + 1] = "subjects:\n  " .. table.concat(names.sorted(subjects), "  ")
  lines[#lines + 1] = ""
  lines[#lines + 1] = 'Further topics are functions ("tensor.matmul"), classes ("Tensor") and methods ("Tensor:relu").'
  lines[#lines + 1] = "`vnnlua help --html DIR` writes all of it as pages; `vnnlua list` names the scripts to run."
  return table.concat(lines, "\n")
end

--- The topics whose names, summaries and, for subjects, texts hold all words; those with a word in their name first.
local function search(text)
  local words = {}
  for word in text:lower():gmatch "[%w_]+" do words[#words + 1] = word end
  local function holds(all)
    all = all:lower()
    for _, word in ipairs(words) do
      if not all:find(word, 1, true) then return false end
    end
    return #words > 0
  end
  local found, rest, seen = {}, {}, {}
  local function add(name, line, all)
    if seen[name] or not holds(name .. " " .. (all or line)) then return end
    seen[name] = true
    table.insert(holds(name) and found or rest, { name, line })
  end
  for _, subject in ipairs(names.sorted(subjects)) do
    add(subject, subjects[subject]:match "^[^\n]*", subjects[subject])
  end
  for _, entry in ipairs(annotations.all()) do
    if entry.text ~= "" then add(entry.name, annotations.summary(entry.text), entry.text) end
  end
  for _, room in ipairs(require("vnn.host.shipped").rooms() or {}) do
    for _, script in ipairs(room.scripts) do
      add(("Scripts/%s/%s.lua"):format(room.name, script.name), script.text)
    end
  end
  return table.move(rest, 1, #rest, #found + 1, found)
end

--- What is known about a topic, or which topics hold the words, where there is no topic of that name.
---
--- ```lua
--- local help = require "vnn.host.help"
--- print(help.text("names.nearest"):match "^[^\n]+") --> names.nearest(name, candidates)
--- print(help.text("tensor.matmull")) --> nil	no topic 'tensor.matmull'; did you mean 'tensor.matmul'?
--- ```
---@param topic? string a subject, module, function, class or method (default: an overview)
---@return string? text nil when there is no such topic
---@return string? message
function help.text(topic)
  settings.expect("help.text", 1, topic, "a string or nothing")
  if not topic or topic == "" or topic == "topics" then return overview() end
  if subjects[topic] then
    if topic == "policies" then
      local lines = { subjects.policies }
      local items = {}
      for position, entry in ipairs(require("vnn.policy").list()) do
        items[position] = { entry.name, entry.description }
      end
      list_items(lines, "policies:", items)
      return table.concat(lines, "\n")
    end
    return subjects[topic] .. (additions[topic] and additions[topic]() or "")
  end
  local entry = annotations.find(topic)
  if entry then return describe(entry) end
  local candidates = names.sorted(subjects)
  for _, other in ipairs(annotations.all()) do
    candidates[#candidates + 1] = other.name
    local short = other.name:match "^vnn%.([%w_]+)$"
    if short then candidates[#candidates + 1] = short end
  end
  local found = search(topic)
  if #found > 0 then
    local lines = {}
    list_items(lines, ("topics with '%s':"):format(topic), table.move(found, 1, math.min(#found, 20), 1, {}))
    if #found > 20 then lines[#lines + 1] = ("  … and %d more"):format(#found - 20) end
    return table.concat(lines, "\n", 2)
  end
  return nil, ("no topic '%s'%s"):format(topic, names.suggestion(topic, candidates))
end

--- The topic that explains a value: a native object's class, a module, or a function or method of one.
---@param value any
---@return string?
function help.topic_of(value)
  if type(value) == "userdata" then return tostring(getmetatable(value)) end
  local native = type(value) == "function" and host.native_name(value)
  local method = native and annotations.find(native)
  if method then return method.name end
  for _, entry in ipairs(annotations.all()) do
    local loaded = package.loaded[entry.module]
    if entry.kind == "module" and rawequal(loaded, value) then return entry.name end
    if entry.kind == "function" and type(loaded) == "table" then
      local member = rawget(loaded, entry.name:match "[%w_]+$")
      if member ~= nil and rawequal(member, value) then return entry.name end
    end
  end
  return nil
end

--- Prints what is known about a topic, or about a value.
---@param topic? any a topic, or a module, function or native object (default: an overview)
function help.show(topic)
  if topic ~= nil and type(topic) ~= "string" then
    local kind = math.type(topic) or type(topic)
    topic = help.topic_of(topic)
    if not topic then
      print(("a %s of Lua's own or of yours; help() lists the topics"):format(kind))
      return
    end
  end
  local text, message = help.text(topic)
  print(text or message)
end

--- The names of the subjects, sorted.
---@return string[]
function help.subjects() return names.sorted(subjects) end

--- The names of all topics, sorted.
---@return string[]
function help.topics()
  local seen = {}
  for name in pairs(subjects) do seen[name] = true end
  for _, entry in ipairs(annotations.all()) do
    seen[entry.name] = true
    seen[entry.name:match "^vnn%.([%w_.]+)$" or entry.name] = true
  end
  return names.sorted(seen)
end

--- Writes the manual as pages into the folder, and says where to look.
local function write_pages(folder)
  local count, message
  if folder then count, message = require("vnn.manual.site").write(folder) end
  if not count then
    io.stderr:write("vnnlua help: ", message or "expected: vnnlua help --html DIR", "\n")
    return folder and 1 or 2
  end
  print(("%d pages; begin with %s/index.html"):format(count, folder))
  return 0
end

--- `vnnlua help [TOPIC]`; `vnnlua help --html DIR` writes the whole manual as pages for a browser, and
--- `vnnlua help --names` prints one topic a line, for other programs.
---@param words string[]
---@return integer code
function help.main(words)
  settings.expect("help.main", 1, words, "a list of strings")
  if words[1] == "--html" then return write_pages(words[2]) end
  if words[1] == "--names" then
    print(table.concat(help.topics(), "\n"))
    return 0
  end
  local text, message = help.text(words[1])
  if not text then
    io.stderr:write("vnnlua help: ", message, "\n")
    return 1
  end
  print(text)
  return 0
end

return help
