--- Runs experiments: scripts that return `{ name, description, version, options, cases, run, report }`.
---
--- ```lua
--- return {
---   name = "squares",
---   description = "Squares numbers.",
---   version = 1,
---   cases = function() return { { number = 1 }, { number = 2 } } end,
---   run = function(case) return { square = case.number ^ 2 } end,
---   report = function(rows) print(#rows, rows[2].number, rows[2].square) end, --> 2	2	4
--- }
--- ```
---
--- `cases` lists what there is to do as flat tables of strings, numbers and booleans: the parameters of each case.
--- `run` does one case and returns the fields of its result, or nil and a message. `report` gets all rows, each a table
--- of parameters and result. `vnnlua squares.lua` does all of that in one process and keeps nothing; with `--out DIR`
--- it runs the cases in worker processes, keeps each row in DIR as soon as it is there, and goes on with `--resume`
--- after whatever happened: DIR remembers its command, and refuses rows of other code.
local code = require "vnn.experiment.code"
local commands = require "vnn.experiment.command"
local folders = require "vnn.experiment.folder"
local json = require "vnn.json"
local message = require "vnn.experiment.message"
local origin = require "vnn.experiment.origin"
local plan = require "vnn.experiment.plan"
local progress = require "vnn.experiment.progress"
local report = require "vnn.report"
local script = require "vnn.script"
local settings = require "vnn.settings"
local store = require "vnn.experiment.store"
local system = require "vnn.system"
local worker = require "vnn.experiment.worker"

local experiment = {}

--- The options that every experiment has.
---@type vnn.script.Option[]
experiment.options = {
  { name = "out", type = "string", help = "folder that keeps the results; without it all runs in this process" },
  { name = "resume", default = false, help = "go on in a folder with results: run what has none yet" },
  { name = "retry_failed", default = false, help = "go on as with --resume, and run again what has failed" },
  { name = "jobs", default = 1, minimum = 1, help = "worker processes" },
  { name = "only", type = "string", repeats = true, help = "key=value[,value…]: only such cases; repeatable" },
  { name = "case_limit", default = 0.0, minimum = 0, help = "seconds after which a case is killed; 0: no limit" },
  { name = "mixed_code", default = false, help = "take rows that other code gave; without it they are refused" },
  { name = "status", default = false, help = "say how far the sweep in the folder is" },
  { name = "report", default = false, help = "only report what is there" },
  { name = "shard", type = "string", help = "I/N: only the I-th of N parts; several may run at once" },
  { name = "submit", type = "string", choices = { "slurm" }, help = "have a cluster run what has no result yet" },
  { name = "partition", type = "string", help = "with --submit: where" },
  { name = "time", type = "string", help = "with --submit: time limit of a task, as Slurm writes it: 1:30:00" },
  { name = "mem", type = "string", help = "with --submit: memory of a task, as Slurm writes it: 4G" },
  { name = "tasks_per_job", default = 16, minimum = 1, help = "with --submit: cases for each job of the array" },
  { name = "array_limit", type = "integer", minimum = 1, help = "with --submit: jobs that may run at once" },
  { name = "sbatch", type = "string", repeats = true, help = "with --submit: any option of sbatch; repeatable" },
  { name = "prologue", type = "string", help = "with --submit: file of commands that each task runs first" },
}

--- The options that mean nothing without another one.
local needs = {
  resume = "out", retry_failed = "out", status = "out", report = "out", shard = "out", submit = "out", jobs = "out",
  case_limit = "out", partition = "submit", time = "submit", mem = "submit", tasks_per_job = "submit",
  array_limit = "submit", sbatch = "submit", prologue = "submit", mixed_code = "out",
}

local function flag(name) return "--" .. name:gsub("_", "-") end

local function fail(declaration, reason)
  message.say(declaration.name, reason)
  return 2
end

local function shard_name(shard) return ((shard or "1/1"):gsub("/", "-of-")) end

--- All cases one after the other in this process. Ctrl-C ends that, and the report is made of the cases before it.
local function run_here(declaration, entries, options, choices)
  local context = worker.context(declaration)
  local display, here, own = progress.display(), origin.here(), code.of(declaration)
  local rows, before = {}, system.interrupt_count()
  context.failures, context.total, context.choices = {}, #entries, choices
  local function was_interrupted() return system.interrupt_count() > before end
  local function answer()
    if was_interrupted() then system.wait({}, 0) end
  end
  local finished, failure = pcall(function()
    -- An interrupt that nothing answers passes through pcall, and would stop the report as well.
    local _ <close> = setmetatable({}, { __close = answer })
    for position, entry in ipairs(entries) do
      report.progress(("%s: case %d of %d"):format(declaration.name, position, #entries))
      context.id = entry.id
      -- The same way as to a worker and through a file, so that cases and rows are the same with and without them.
      local case = assert(json.decode(store.canonical(entry.case)))
      local start, moment = system.clock(), origin.now()
      local result, reason, log = worker.attempt(declaration, options, case, context)
      -- A solve that was stopped may look like a result, and is half of one.
      if was_interrupted() then return end
      if not result then
        result = store.encode { log = log, seconds_total = system.clock() - start }
        report.progress()
        display.fail(declaration.name, plan.label(entry.case), reason)
      end
      local canonical = store.canonical(plan.parameters(declaration, options, entry.case))
      local objects = { canonical, result, origin.text(here, moment) }
      own = code.renewed(own, declaration)
      local row = assert(store.decode(store.line(entry.id, objects, reason, own.digest)))
      table.insert(reason and context.failures or rows, row)
    end
  end)
  local interrupted = was_interrupted()
  report.progress()
  display.finish()
  local count = #rows + #context.failures
  if interrupted then
    message.say(declaration.name, ("interrupted after %d of %d cases"):format(count, #entries))
  end
  if count > 0 or finished and not interrupted then folders.call_report(declaration, rows, options, context) end
  if interrupted then return 130 end
  if not finished then error(failure, 0) end
  return #context.failures > 0 and 1 or 0
end

--- Has Slurm run the missing cases.
local function submit(declaration, entries, options, harness, folder)
  if harness.shard then return fail(declaration, "--submit makes the shards itself: leave out --shard") end
  local command, reason = commands.words(declaration, options)
  if not command then return fail(declaration, reason) end
  local prologue
  if harness.prologue then
    prologue, reason = system.read_file(harness.prologue)
    if not prologue then return fail(declaration, reason) end
  end
  -- What this command line does not choose the folder remembers.
  local own = script.words({ options = experiment.options }, {
    out = folder.path, only = harness.only, jobs = harness.jobs, case_limit = harness.case_limit,
    retry_failed = harness.retry_failed or nil, mixed_code = harness.mixed_code or nil,
  })
  table.move(own, 1, #own, #command + 1, command)
  local _, _, missing = folder:compare(entries, harness.retry_failed)
  local line
  line, reason = require("vnn.experiment.slurm").submit {
    name = declaration.name,
    folder = folder.path,
    program = system.program,
    entries = entries,
    missing = missing,
    command = command,
    jobs = harness.jobs,
    partition = harness.partition,
    time = harness.time,
    mem = harness.mem,
    tasks_per_job = harness.tasks_per_job,
    array_limit = harness.array_limit,
    sbatch = harness.sbatch,
    prologue = prologue,
  }
  if not line then return fail(declaration, reason) end
  print(("%s: %s"):format(declaration.name, line))
  return 0
end

local function run_sweep(declaration, entries, options, harness, folder, own)
  local path, choices = folder.path, harness.choices
  local _, failed, missing = folder:compare(entries, harness.retry_failed)
  for _, shard in ipairs(folder:running_shards()) do
    local name = shard_name(harness.shard)
    if shard:match "%d+$" ~= name:match "%d+$" or shard == name then
      return fail(declaration, ("%s: another sweep (shard %s) is running; --status shows how far it is"):format(
        path, (shard:gsub("%-of%-", "/"))))
    end
  end
  local ending, failures = "finished", 0
  if #missing > 0 then
    ending, failures = require("vnn.experiment.sweep").run {
      declaration = declaration,
      options = options,
      folder = path,
      shard = shard_name(harness.shard),
      entries = missing,
      total = #entries,
      failed = failed,
      jobs = harness.jobs,
      case_limit = harness.case_limit > 0 and harness.case_limit or nil,
      code = own,
    }
    if not ending then return fail(declaration, failures) end
  end
  -- A shard is a part; the report is made of the whole.
  local is_whole = harness.shard
    or folders.read(path):report(declaration, entries, options, choices)
  if ending == "interrupted" then
    message.say(declaration.name, "interrupted; --resume goes on")
    return 130
  end
  return (failed + failures > 0 or not is_whole) and 1 or 0
end

--- Why a folder can tell nothing of a sweep.
local function nothing_to_tell(path, remembered)
  if not system.exists(path) then return path .. ": there is no such folder" end
  local list, reason = system.list(path)
  if not list then return reason end
  if not remembered and not store.has_results(path) then return message.unbegun(path) end
end

--- Whether any of the script's own options stands on the command line.
local function gives_options(declaration, given)
  for _, field in ipairs { "arguments", "options" } do
    for _, option in ipairs(declaration[field] or {}) do
      if given[option.name] then return true end
    end
  end
  return false
end

--- What is asked of a folder with results, or that its cases are run.
local function use_folder(declaration, entries, options, harness, remembered)
  local path = harness.out
  local asks = harness.status or harness.report
  local obstacle = asks and nothing_to_tell(path, remembered)
  if obstacle then return fail(declaration, obstacle) end
  if asks and not remembered and not harness.gives_options then
    message.say(declaration.name, message.forgotten(path))
  end
  local folder, own = folders.read(path), code.of(declaration)
  if folder.undigested > 0 then message.say(declaration.name, message.undigested(folder.undigested, path)) end
  if harness.status then
    for _, line in ipairs(progress.lines(folder:state(declaration, entries))) do print(line) end
    local line = require("vnn.experiment.slurm").status(path)
    if line then print(line) end
    return 0
  end
  local done = folder:compare(entries, harness.retry_failed)
  if not harness.report and not harness.submit and done > 0 and not harness.resume then
    return fail(declaration, message.begun(done, #entries, path))
  end
  local reason = not harness.mixed_code and folder:other_code(entries, own, harness.retry_failed)
  if reason then return fail(declaration, reason) end
  if harness.report then return folder:report(declaration, entries, options, harness.choices) and 0 or 1 end
  local kept
  kept, reason = commands.keep(path, remembered, declaration, options, harness)
  if not kept then return fail(declaration, reason) end
  if harness.submit then return submit(declaration, entries, options, harness, folder) end
  if harness.resume and not remembered and done == 0 then
    message.say(declaration.name, message.nothing_before(path))
  end
  return run_sweep(declaration, entries, options, harness, folder, own)
end

--- What is wrong with the harness's options, as a message.
local function mistake(harness)
  for _, option in ipairs(experiment.options) do
    local needed = needs[option.name]
    if needed and harness[option.name] ~= option.default and not harness[needed] then
      return ("%s needs %s"):format(flag(option.name), flag(needed))
    end
  end
  local asked = {}
  for _, name in ipairs { "status", "report", "submit", "resume", "retry_failed" } do
    -- What is submitted may go on; who only looks does neither.
    local is_question = name == "status" or name == "report"
    if harness[name] and (is_question or #asked > 0) then asked[#asked + 1] = flag(name) end
  end
  if system.is_sandboxed() then
    if harness.submit then return "--submit: the sandbox starts no programs" end
    if harness.jobs > 1 then return "--jobs: the sandbox starts no programs, so its cases run one at a time" end
  end
  if #asked > 1 then return table.concat(asked, " and ") .. ": one at a time" end
end

--- Does what the command line says with an experiment.
---
--- A script that is run need not call it; its returning a declaration with `cases` does.
---@param declaration vnn.script.Declaration
---@param options table<string, any> values of the script's options
---@param harness table<string, any> values of `experiment.options`
---@param given? table<string, boolean> the names of the options that were given; the others are what the folder
---  remembers of its command (default: all were)
---@return integer code 0, 1 when cases failed, 2 for a wrong command line, 130 after Ctrl-C
function experiment.main(declaration, options, harness, given)
  settings.expect("experiment.main", 1, declaration, "a table")
  settings.expect("experiment.main", 2, options, "a table")
  settings.expect("experiment.main", 3, harness, "a table")
  settings.expect("experiment.main", 4, given, "a table or nothing")
  local parent = system.parent()
  if parent then return worker.serve(parent, declaration, options, harness.out) end
  local reason = mistake(harness)
  if reason then return fail(declaration, reason) end
  if harness.retry_failed then harness.resume = true end
  harness.choices = harness.only and { harness.only } or nil
  given = given or setmetatable({}, { __index = function() return true end })
  harness.gives_options = gives_options(declaration, given)
  local remembered
  if harness.out then
    remembered, reason = commands.of(harness.out)
    if reason then return fail(declaration, reason) end
  end
  if remembered then
    options, reason = commands.agreed(remembered, harness.out, declaration, options, given)
    if not options then return fail(declaration, reason) end
    harness.choices = harness.choices or remembered.only
    if not given.case_limit then harness.case_limit = remembered.case_limit end
  end
  local entries
  entries, reason = plan.make(declaration, options, harness.choices, harness.shard)
  if not entries then return fail(declaration, reason) end
  if not harness.out then return run_here(declaration, entries, options, harness.choices) end
  return use_folder(declaration, entries, options, harness, remembered)
end

return experiment
