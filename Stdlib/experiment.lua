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
--- after whatever happened.
local plan = require "vnn.plan"
local progress = require "vnn.progress"
local report = require "vnn.report"
local store = require "vnn.store"
local system = require "vnn.system"
local worker = require "vnn.worker"

local experiment = {}

--- The options that every experiment has.
---@type vnn.script.Option[]
experiment.options = {
  { name = "out", type = "string", help = "folder that keeps the results; without it all runs in this process" },
  { name = "resume", default = false, help = "go on in a folder with results: run what has none yet" },
  { name = "retry_failed", default = false, help = "with --resume: run again what has failed" },
  { name = "jobs", default = 1, minimum = 1, help = "worker processes" },
  { name = "only", type = "string", repeats = true, help = "key=value[,value…]: only such cases; repeatable" },
  { name = "case_limit", default = 0.0, minimum = 0, help = "seconds after which a case is killed; 0: no limit" },
  { name = "status", default = false, help = "say how far the sweep in the folder is" },
  { name = "report", default = false, help = "only report what is there" },
  { name = "shard", type = "string", help = "I/N: only the I-th of N parts; several may run at once" },
  { name = "submit", type = "string", choices = { "slurm" }, help = "have a cluster run what has no result yet" },
  { name = "partition", type = "string", help = "with --submit: where" },
  { name = "time", type = "string", help = "with --submit: time limit of a task, as Slurm writes it: 1:30:00" },
  { name = "mem", type = "string", help = "with --submit: memory of a task, as Slurm writes it: 4G" },
  { name = "tasks_per_job", default = 16, minimum = 1, help = "with --submit: cases for each job of the array" },
  { name = "array_limit", type = "integer", minimum = 1, help = "with --submit: jobs that may run at once" },
}

local needs_out = { "resume", "retry_failed", "status", "report", "shard", "submit" }

local function fail(declaration, message)
  io.stderr:write(("%s: %s\n"):format(declaration.name, message))
  return 2
end

local function shard_name(shard) return ((shard or "1/1"):gsub("/", "-of-")) end

--- How many cases are done and have failed, and those that are to run.
local function compare(entries, states, retry)
  local done, failed, missing = 0, 0, {}
  for _, entry in ipairs(entries) do
    local state = states[entry.id]
    if state == "failed" and not retry then failed = failed + 1 end
    if state and not (state == "failed" and retry) then
      done = done + 1
    else
      missing[#missing + 1] = entry
    end
  end
  return done, failed, missing
end

local function call_report(declaration, rows, options, context)
  declaration.report(rows, options, context)
  local failed = #context.failures
  if failed > 0 then
    io.stderr:write(("%s: %d of %d cases failed, the first: %s\n"):format(
      declaration.name, failed, context.total, context.failures[1].failure))
  end
end

local function report_folder(declaration, entries, options, folder)
  local ids = {}
  for position, entry in ipairs(entries) do ids[position] = entry.id end
  local context = worker.context(declaration, folder)
  local rows
  rows, context.failures = store.rows(folder, ids)
  context.total = #entries
  call_report(declaration, rows, options, context)
  local missing = #entries - #rows - #context.failures
  if missing > 0 then
    io.stderr:write(("%s: %d of %d cases have no result yet\n"):format(declaration.name, missing, #entries))
  end
end

--- All cases one after the other in this process. The report is also made of what is there when an error or Ctrl-C ends
--- it early.
local function run_here(declaration, entries, options)
  local context = worker.context(declaration)
  local rows = {}
  context.failures, context.total = {}, #entries
  local function finish(_, failure)
    report.progress()
    if failure ~= nil and #rows == 0 then return end
    if failure ~= nil then io.stderr:write(("stopped after %d of %d cases\n"):format(#rows, #entries)) end
    call_report(declaration, rows, options, context)
  end
  do
    local ending <close> = setmetatable({}, { __close = finish })
    for position, entry in ipairs(entries) do
      report.progress(("%s: case %d of %d"):format(declaration.name, position, #entries))
      context.id = entry.id
      -- The same way as to a worker and through a file, so that cases and rows are the same with and without them.
      local case = assert(store.decode(store.canonical(entry.case)))
      local result, message = worker.run(declaration, options, case, context)
      local canonical = store.canonical(plan.parameters(declaration, options, entry.case))
      local row = assert(store.decode(store.line(entry.id, canonical, result or "{}", message and tostring(message))))
      table.insert(result and rows or context.failures, ending and row)
    end
  end
  return #context.failures > 0 and 1 or 0
end

--- Other sweeps that write to the folder.
local function running_shards(folder)
  local shards = {}
  for _, name in ipairs(system.list(folder .. "/locks") or {}) do
    local shard = name:match "^(%d+%-of%-%d+)%.lock$"
    if shard and store.is_running(folder, shard) then shards[#shards + 1] = shard end
  end
  return shards
end

--- How far the sweeps in a folder are, all together.
local function state_of(declaration, entries, folder)
  local done, failed = compare(entries, store.states(folder))
  local state = { name = declaration.name, total = #entries, done = done, failed = failed, running = {} }
  for _, shard in ipairs(running_shards(folder)) do
    local told = require("vnn.json").load(("%s/progress/%s.json"):format(folder, shard))
    for _, running in ipairs(told and told.running or {}) do table.insert(state.running, running) end
    if told and told.rate then state.rate = (state.rate or 0) + told.rate end
  end
  return state
end

--- Has Slurm run the missing cases.
local function submit(declaration, entries, harness)
  if harness.shard then return fail(declaration, "--submit makes the shards itself: leave out --shard") end
  local folder = harness.out
  local command, message = require("vnn.sweep").command()
  if not command then return fail(declaration, message) end
  local states = system.exists(folder) and store.states(folder) or {}
  local _, _, missing = compare(entries, states, harness.retry_failed)
  local line
  line, message = require("vnn.slurm").submit {
    name = declaration.name,
    folder = folder,
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
  }
  if not line then return fail(declaration, message) end
  print(("%s: %s"):format(declaration.name, line))
  return 0
end

local function run_sweep(declaration, entries, options, harness)
  local folder = harness.out
  local states = system.exists(folder) and store.states(folder) or {}
  local done, failed, missing = compare(entries, states, harness.retry_failed)
  if done > 0 and not harness.resume then
    return fail(declaration, ("%s has results of %d of the %d cases already: --resume runs the others, --report shows "
      .. "what is there, another --out begins anew"):format(folder, done, #entries))
  end
  for _, shard in ipairs(running_shards(folder)) do
    local name = shard_name(harness.shard)
    if shard:match "%d+$" ~= name:match "%d+$" or shard == name then
      return fail(declaration, ("%s: another sweep (shard %s) is running; --status shows how far it is"):format(
        folder, (shard:gsub("%-of%-", "/"))))
    end
  end
  local ending, failures = "finished", 0
  if #missing > 0 then
    ending, failures = require("vnn.sweep").run {
      declaration = declaration,
      options = options,
      folder = folder,
      shard = shard_name(harness.shard),
      entries = missing,
      total = #entries,
      failed = failed,
      jobs = harness.jobs,
      case_limit = harness.case_limit > 0 and harness.case_limit or nil,
    }
    if not ending then return fail(declaration, failures) end
  end
  -- A shard is a part; the report is made of the whole.
  if not harness.shard then report_folder(declaration, entries, options, folder) end
  if ending == "interrupted" then
    io.stderr:write(declaration.name, ": interrupted; --resume goes on\n")
    return 130
  end
  return failed + failures > 0 and 1 or 0
end

--- Does what the command line says with an experiment.
---
--- A script that is run need not call it; its returning a declaration with `cases` does.
---@param declaration vnn.script.Declaration
---@param options table<string, any> values of the script's options
---@param harness table<string, any> values of `experiment.options`
---@return integer code 0, 1 when cases failed, 2 for a wrong command line, 130 after Ctrl-C
function experiment.main(declaration, options, harness)
  local parent = system.parent()
  if parent then return worker.serve(parent, declaration, options, harness.out) end
  for _, name in ipairs(needs_out) do
    if harness[name] and not harness.out then
      return fail(declaration, ("--%s needs --out"):format((name:gsub("_", "-"))))
    end
  end
  if harness.retry_failed then harness.resume = true end
  local entries, message = plan.make(declaration, options, harness.only, harness.shard)
  if not entries then return fail(declaration, message) end
  if not harness.out then return run_here(declaration, entries, options) end
  if harness.status or harness.report then
    if not system.exists(harness.out) then return fail(declaration, harness.out .. ": there is no such folder") end
  end
  if harness.status then
    for _, line in ipairs(progress.lines(state_of(declaration, entries, harness.out))) do print(line) end
    local line = require("vnn.slurm").status(harness.out)
    if line then print(line) end
    return 0
  end
  if harness.report then
    report_folder(declaration, entries, options, harness.out)
    return 0
  end
  if harness.submit then return submit(declaration, entries, harness) end
  return run_sweep(declaration, entries, options, harness)
end

return experiment
