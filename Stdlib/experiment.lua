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
local json = require "vnn.json"
local message = require "vnn.experiment.message"
local plan = require "vnn.experiment.plan"
local progress = require "vnn.experiment.progress"
local report = require "vnn.report"
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

--- The options that mean nothing without another one.
local needs = {
  resume = "out", retry_failed = "out", status = "out", report = "out", shard = "out", submit = "out", jobs = "out",
  case_limit = "out", partition = "submit", time = "submit", mem = "submit", tasks_per_job = "submit",
  array_limit = "submit",
}

local function flag(name) return "--" .. name:gsub("_", "-") end

local function fail(declaration, reason)
  message.say(declaration.name, reason)
  return 2
end

--- What tells this version of the script's file apart; nil when there is no file.
local function script_digest()
  local text = arg[0] and system.read_file(arg[0])
  return text and store.script_digest(text)
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
    local first = context.failures[1].failure
    message.say(declaration.name, message.failed(failed, context.total, first, context.folder ~= nil))
  end
end

--- The rows of cases that another version of the script gave, if there are any, are worth a word.
local function mention_other_script(declaration, entries, states, scripts, retry)
  local now, count = script_digest(), 0
  for _, entry in ipairs(entries) do
    local digest = scripts[entry.id]
    if digest and digest ~= now and not (retry and states[entry.id] == "failed") then count = count + 1 end
  end
  if now and count > 0 then message.say(declaration.name, message.other_script(count, arg[0])) end
end

--- What is wrong when a folder has rows, but of other options than these.
local function other_options(declaration, entries, options, folder, states)
  for _, entry in ipairs(entries) do
    if states[entry.id] then return nil end
  end
  local row, differences, count = store.any_row(folder) or {}, {}, 0
  for name, value in pairs(plan.parameters(declaration, options, {})) do
    if row[name] ~= nil and store.canonical { [name] = value } ~= store.canonical { [name] = row[name] } then
      differences[name] = type(row[name]) == "table" and table.concat(row[name], ",") or row[name]
    end
  end
  if not next(differences) then return nil end
  for _ in pairs(states) do count = count + 1 end
  return message.other_options(count, folder, plan.label(differences))
end

--- Says how many rows of the folder belong to none of the cases.
local function mention_other_cases(declaration, entries, states, harness)
  local count, chosen = 0, {}
  for _, entry in ipairs(entries) do chosen[entry.id] = true end
  for id in pairs(states) do count = count + (chosen[id] and 0 or 1) end
  -- With --only that is what was asked for.
  if count > 0 and not harness.only then
    message.say(declaration.name, message.other_cases(count, harness.out))
  end
end

--- Reports what is there. False when results are damaged.
local function report_folder(declaration, entries, options, harness, states)
  local folder, ids = harness.out, {}
  for position, entry in ipairs(entries) do ids[position] = entry.id end
  local context = worker.context(declaration, folder)
  local rows, damaged
  rows, context.failures, damaged = store.rows(folder, ids)
  context.total, context.only = #entries, harness.only
  call_report(declaration, rows, options, context)
  if #damaged > 0 then
    message.say(declaration.name, message.damaged(#damaged, #entries, damaged[1]))
  end
  mention_other_cases(declaration, entries, states, harness)
  local missing = #entries - #rows - #context.failures
  if missing > 0 then message.say(declaration.name, message.missing(missing, #entries)) end
  return #damaged == 0
end

--- All cases one after the other in this process. Ctrl-C ends that, and the report is made of the cases before it.
local function run_here(declaration, entries, options, harness)
  local context = worker.context(declaration)
  local display, script = progress.display(), script_digest()
  local rows, before = {}, system.interrupt_count()
  context.failures, context.total, context.only = {}, #entries, harness.only
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
      local start = system.clock()
      local result, reason, log = worker.attempt(declaration, options, case, context)
      -- A solve that was stopped may look like a result, and is half of one.
      if was_interrupted() then return end
      if not result then
        result = store.encode { log = log, seconds_total = system.clock() - start }
        report.progress()
        display.fail(declaration.name, plan.label(entry.case), reason)
      end
      local canonical = store.canonical(plan.parameters(declaration, options, entry.case))
      local row = assert(store.decode(store.line(entry.id, canonical, result, reason, script)))
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
  if count > 0 or finished and not interrupted then call_report(declaration, rows, options, context) end
  if interrupted then return 130 end
  if not finished then error(failure, 0) end
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
local function state_of(declaration, entries, folder, states)
  local done, failed = compare(entries, states)
  local state = { name = declaration.name, total = #entries, done = done, failed = failed, running = {} }
  for _, shard in ipairs(running_shards(folder)) do
    local told = json.load(("%s/progress/%s.json"):format(folder, shard))
    for _, running in ipairs(told and told.running or {}) do table.insert(state.running, running) end
    if told and told.rate then state.rate = (state.rate or 0) + told.rate end
  end
  return state
end

--- What the folder has, and a word about rows that nothing vouches for.
local function read_states(declaration, folder)
  local states, scripts, undigested = store.states(folder)
  if undigested > 0 then message.say(declaration.name, message.undigested(undigested, folder)) end
  return states, scripts
end

--- Has Slurm run the missing cases.
local function submit(declaration, entries, harness)
  if harness.shard then return fail(declaration, "--submit makes the shards itself: leave out --shard") end
  local folder = harness.out
  local command, reason = require("vnn.experiment.sweep").command()
  if not command then return fail(declaration, reason) end
  local states = system.exists(folder) and read_states(declaration, folder) or {}
  local _, _, missing = compare(entries, states, harness.retry_failed)
  local line
  line, reason = require("vnn.experiment.slurm").submit {
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
  if not line then return fail(declaration, reason) end
  print(("%s: %s"):format(declaration.name, line))
  return 0
end

local function run_sweep(declaration, entries, options, harness)
  local folder = harness.out
  local states, scripts = {}, {}
  if system.exists(folder) then states, scripts = read_states(declaration, folder) end
  local done, failed, missing = compare(entries, states, harness.retry_failed)
  if done > 0 and not harness.resume then
    return fail(declaration, message.begun(done, #entries, folder))
  end
  for _, shard in ipairs(running_shards(folder)) do
    local name = shard_name(harness.shard)
    if shard:match "%d+$" ~= name:match "%d+$" or shard == name then
      return fail(declaration, ("%s: another sweep (shard %s) is running; --status shows how far it is"):format(
        folder, (shard:gsub("%-of%-", "/"))))
    end
  end
  if done > 0 then mention_other_script(declaration, entries, states, scripts, harness.retry_failed) end
  local ending, failures = "finished", 0
  if #missing > 0 then
    ending, failures = require("vnn.experiment.sweep").run {
      declaration = declaration,
      options = options,
      folder = folder,
      shard = shard_name(harness.shard),
      entries = missing,
      total = #entries,
      failed = failed,
      jobs = harness.jobs,
      case_limit = harness.case_limit > 0 and harness.case_limit or nil,
      script = script_digest(),
    }
    if not ending then return fail(declaration, failures) end
  end
  -- A shard is a part; the report is made of the whole.
  local is_whole = harness.shard or report_folder(declaration, entries, options, harness, states)
  if ending == "interrupted" then
    message.say(declaration.name, "interrupted; --resume goes on")
    return 130
  end
  return (failed + failures > 0 or not is_whole) and 1 or 0
end

--- Does what the command line says with an experiment.
---
--- A script that is run need not call it; its returning a declaration with `cases` does.
---@param declaration vnn.script.Declaration
---@param options table<string, any> values of the script's options
---@param harness table<string, any> values of `experiment.options`
---@return integer code 0, 1 when cases failed, 2 for a wrong command line, 130 after Ctrl-C
function experiment.main(declaration, options, harness)
  settings.expect("experiment.main", 1, declaration, "a table")
  settings.expect("experiment.main", 2, options, "a table")
  settings.expect("experiment.main", 3, harness, "a table")
  local parent = system.parent()
  if parent then return worker.serve(parent, declaration, options, harness.out) end
  for _, option in ipairs(experiment.options) do
    local needed = needs[option.name]
    if needed and harness[option.name] ~= option.default and not harness[needed] then
      return fail(declaration, ("%s needs %s"):format(flag(option.name), flag(needed)))
    end
  end
  local asked = {}
  for _, name in ipairs { "status", "report", "submit" } do
    if harness[name] then asked[#asked + 1] = flag(name) end
  end
  if system.is_sandboxed() then
    if harness.submit then return fail(declaration, "--submit: the sandbox starts no programs") end
    if harness.jobs > 1 then
      return fail(declaration, "--jobs: the sandbox starts no programs, so its cases run one at a time")
    end
  end
  if #asked > 1 then return fail(declaration, table.concat(asked, " and ") .. ": one at a time") end
  if harness.retry_failed then harness.resume = true end
  local entries, reason = plan.make(declaration, options, harness.only, harness.shard)
  if not entries then return fail(declaration, reason) end
  if not harness.out then return run_here(declaration, entries, options, harness) end
  local states, scripts
  if harness.status or harness.report then
    if not system.exists(harness.out) then return fail(declaration, harness.out .. ": there is no such folder") end
    states, scripts = read_states(declaration, harness.out)
    reason = other_options(declaration, entries, options, harness.out, states)
    if reason then
      fail(declaration, reason)
      return 1
    end
  end
  if harness.status then
    for _, line in ipairs(progress.lines(state_of(declaration, entries, harness.out, states))) do print(line) end
    local line = require("vnn.experiment.slurm").status(harness.out)
    if line then print(line) end
    return 0
  end
  if harness.report then
    mention_other_script(declaration, entries, states, scripts)
    return report_folder(declaration, entries, options, harness, states) and 0 or 1
  end
  if harness.submit then return submit(declaration, entries, harness) end
  return run_sweep(declaration, entries, options, harness)
end

return experiment
