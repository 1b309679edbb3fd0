--- Runs the cases of an experiment in worker processes and keeps what comes of them. A sandbox starts no programs:
--- there they run in this process, one at a time.
---
--- One process, the sweep, writes all results. Its workers are processes of the same program with the same command
--- options; each is told one case at a time. Whatever a worker does (an error, a crash, no end), one row says so, and
--- another worker goes on with the next case. Workers end when the sweep does, however it ends.
local code = require "vnn.experiment.code"
local commands = require "vnn.experiment.command"
local json = require "vnn.json"
local origin = require "vnn.experiment.origin"
local plan = require "vnn.experiment.plan"
local progress = require "vnn.experiment.progress"
local settings = require "vnn.settings"
local store = require "vnn.experiment.store"
local system = require "vnn.system"
local workers = require "vnn.experiment.worker"

local sweep = {}

---@class vnn.experiment.sweep.Job
---@field declaration vnn.script.Declaration
---@field options table<string, any> values of the script's options
---@field folder string
---@field shard string such as "1-of-1"
---@field entries vnn.experiment.plan.Entry[] the cases to run
---@field total integer how many cases there are, with those that have a result already
---@field failed integer how many of those failed
---@field jobs integer how many workers
---@field case_limit? number seconds for one case
---@field code vnn.experiment.Code what runs them

local kept_lines, kept_bytes = 30, 8000
-- Workers that may die one after the other on the way to a case.
local most_returns = 3
local report_every = 0.5

--- The last lines of what a worker has printed.
local function tail(path)
  local file <close> = io.open(path, "rb")
  if not file then return "" end
  local size = file:seek "end"
  file:seek("set", math.max(0, size - kept_bytes))
  local lines = {}
  for line in (file:read "a"):gmatch "[^\n]+" do lines[#lines + 1] = line end
  return table.concat(lines, "\n", math.max(1, #lines - kept_lines + 1))
end

local Sweep = {}
Sweep.__index = Sweep

--- What came of something that the folder was asked for. What cannot be done there, on a full disk for one, ends the
--- sweep, and nothing is written after it: half a line would become part of the next.
function Sweep:manage(value, message)
  if self.obstacle then return nil end
  if not value then self.obstacle = message end
  return value
end

function Sweep:start(slot)
  local path = ("%s/logs/%s-%d.log"):format(self.job.folder, self.job.shard, slot)
  if not self:manage(system.empty(path)) then return end
  local environment = { OPENBLAS_NUM_THREADS = os.getenv "OPENBLAS_NUM_THREADS" or "1" }
  -- The registers of a crash would push its cause out of the last lines.
  environment.SWIFT_BACKTRACE = os.getenv "SWIFT_BACKTRACE" or "registers=none,images=none,color=no"
  local options = { log = path, environment = environment }
  local process = self:manage(system.spawn(system.program, self.command, options))
  if not process then return end
  self.workers[slot] = { slot = slot, process = process, log = path }
end

function Sweep:has_more() return #self.returned > 0 or self.next < #self.job.entries end

--- Gives a worker the next case, or ends it when there is none.
function Sweep:assign(worker)
  local entry = table.remove(self.returned)
  if not entry and self.next < #self.job.entries then
    self.next = self.next + 1
    entry = self.job.entries[self.next]
  end
  worker.entry = entry
  if not entry then
    worker.process:kill()
    self.workers[worker.slot] = nil
    return
  end
  if not self:manage(system.empty(worker.log)) then return end
  worker.started, worker.has_begun, worker.moment = system.clock(), false, origin.now()
  -- A worker that is gone by now shows in a moment.
  worker.process:send(entry.id .. " " .. store.canonical(entry.case))
end

--- Keeps a result, or the reason why there is none, of a case that began at a moment.
function Sweep:record(entry, moment, result, failure, digest)
  local job = self.job
  local canonical = store.canonical(plan.parameters(job.declaration, job.options, entry.case))
  local objects = { canonical, result, origin.text(self.here, moment) }
  local line = store.line(entry.id, objects, failure, digest or job.code.digest)
  if not self:manage(self.file.append(line)) then return end
  self.finished = self.finished + 1
  if failure then
    self.failures = self.failures + 1
    self.display.fail(job.declaration.name, plan.label(entry.case), failure)
  end
end

function Sweep:fail(worker, entry, failure)
  local result = store.encode { log = tail(worker.log), seconds_total = system.clock() - worker.started }
  self:record(entry, worker.moment, result, failure)
end

--- What a worker says: that it is ready, that it has begun a case, or what came of it.
function Sweep:answer(worker, line)
  local entry, moment = worker.entry, worker.moment
  local code_digest = line:match "^ready (.*)"
  if code_digest then
    worker.is_ready, self.false_starts = true, 0
    local is_same = code_digest == self.job.code.digest
    return self:manage(is_same, "the code has changed since this sweep began") and self:assign(worker)
  end
  if line == "begun" then
    worker.has_begun = true
    return
  end
  local digest, result = line:match "^done (%x+) (.*)"
  if not result then self:fail(worker, entry, json.decode(line:sub(8))) end
  -- One that was killed answered just before, and begins no other case.
  if worker.is_late then
    worker.entry = nil
  else
    self:assign(worker)
  end
  -- The worker goes on while the result is being flushed to the disk.
  if result then self:record(entry, moment, result, nil, digest) end
end

--- Lets another worker have a case that was never begun, unless that has happened too often.
function Sweep:give_back(entry)
  local count = (self.returns[entry.id] or 0) + 1
  self.returns[entry.id] = count
  if count < most_returns then table.insert(self.returned, entry) end
  return count < most_returns
end

--- Why a worker's case has failed when the worker ended.
function Sweep:reason(worker, ending)
  if worker.is_late then return ("no result within %g s (--case-limit)"):format(self.job.case_limit) end
  if not worker.has_begun then
    return ("%d workers ended before they began the case: %s"):format(most_returns, ending)
  end
  return ending:find "signal 9 " and ending .. ", perhaps for lack of memory" or ending
end

--- What the end of a worker means: its case has failed, or waits for another worker if this one never began it; and
--- another worker takes its place.
function Sweep:replace(worker, ending)
  if worker.entry then
    if worker.is_late or worker.has_begun or not self:give_back(worker.entry) then
      self:fail(worker, worker.entry, self:reason(worker, ending))
    end
  elseif not worker.is_ready then
    self.false_starts = self.false_starts + 1
    if self.false_starts > 2 * self.job.jobs then
      error(("a worker ended before its first case, %s:\n%s"):format(ending, tail(worker.log)), 0)
    end
  end
  self.workers[worker.slot] = nil
  if self:has_more() then self:start(worker.slot) end
end

function Sweep:look_after(worker)
  for line in function() return worker.process:receive() end do self:answer(worker, line) end
  if self.workers[worker.slot] ~= worker then return end
  local ending = worker.process.ending
  if ending then
    -- It may have answered just before.
    for line in function() return worker.process:receive() end do self:answer(worker, line) end
    if self.workers[worker.slot] == worker then self:replace(worker, ending) end
  elseif worker.entry and self.job.case_limit and system.clock() - worker.started > self.job.case_limit then
    worker.is_late = true
    worker.process:kill()
  end
end

function Sweep:state()
  local now, running = system.clock(), {}
  for slot = 1, self.job.jobs do
    local worker = self.workers[slot]
    if worker and worker.entry then
      table.insert(running, { case = plan.label(worker.entry.case), seconds = now - worker.started })
    end
  end
  local job = self.job
  return {
    name = job.declaration.name,
    total = job.total,
    done = job.total - #job.entries + self.finished,
    failed = job.failed + self.failures,
    running = running,
    rate = self.finished > 0 and self.finished / (now - self.begun) or nil,
  }
end

--- Shows how far it is here, and for `--status` in the folder.
function Sweep:show(is_last)
  local now = system.clock()
  if not is_last and self.shown and now - self.shown < report_every then return end
  self.shown = now
  local state = self:state()
  self.display.show(state, is_last)
  -- Many shards on one network file system must not be a burden to it.
  if not is_last and self.told and now - self.told < (self.job.shard == "1-of-1" and 2 or 10) then return end
  self.told = now
  state.host, state.process = system.host, system.process_id
  system.write_file(("%s/progress/%s.json"):format(self.job.folder, self.job.shard), json.encode(state) .. "\n")
end

--- Ends all workers: asks them first, so that they clean up, and then kills them.
function Sweep:stop()
  for _, worker in pairs(self.workers) do worker.process:interrupt() end
  local patience = system.clock() + 2
  while system.clock() < patience do
    local running = {}
    for _, worker in pairs(self.workers) do
      if not worker.process.ending then running[#running + 1] = worker.process end
    end
    if #running == 0 then break end
    if system.wait(running, 0.05) then break end
    -- What they answer now is half of a result.
    for _, process in ipairs(running) do
      while process:receive() do end
    end
  end
  for _, worker in pairs(self.workers) do worker.process:kill() end
  self.workers = {}
end

function Sweep:processes()
  local processes = {}
  for slot = 1, self.job.jobs do
    if self.workers[slot] then processes[#processes + 1] = self.workers[slot].process end
  end
  return processes
end

--- Runs the cases in worker processes. Returns how it ended.
function Sweep:run_workers()
  local job = self.job
  local _ <close> = setmetatable({}, { __close = function() self:stop() end })
  for slot = 1, math.min(job.jobs, #job.entries) do self:start(slot) end
  while next(self.workers) and not self.obstacle do
    local pause = report_every
    for _, one in pairs(self.workers) do
      if one.entry and job.case_limit then
        pause = math.min(pause, math.max(0, one.started + job.case_limit - system.clock()))
      end
    end
    if system.wait(self:processes(), pause) == "interrupted" then return "interrupted" end
    for slot = 1, job.jobs do
      if self.workers[slot] then self:look_after(self.workers[slot]) end
    end
    self:show()
  end
  return "finished"
end

--- Runs the cases one after the other in this process. Returns how it ended.
function Sweep:run_here()
  local job = self.job
  local context = workers.context(job.declaration, job.folder)
  for _, entry in ipairs(job.entries) do
    local started, moment, before = system.clock(), origin.now(), system.interrupt_count()
    context.id = entry.id
    local case = json.decode(store.canonical(entry.case))
    local limit = job.case_limit or math.huge
    local on_time, result, failure, log =
      pcall(system.limited, limit, workers.attempt, job.declaration, job.options, case, context)
    -- What a stopped solve answers is half of a result.
    if system.interrupt_count() > before then
      system.wait({}, 0)
      return "interrupted"
    end
    if not on_time then result, failure, log = nil, ("no result within %g s (--case-limit)"):format(limit), nil end
    result = result or store.encode { log = log, seconds_total = system.clock() - started }
    self:record(entry, moment, result, failure)
    if self.obstacle then break end
    self:show()
  end
  return "finished"
end

--- Runs the cases of a job. A second sweep of the same shard is refused.
---@param job vnn.experiment.sweep.Job
---@return "finished"|"interrupted"|nil ending nil when the folder cannot be used, or can no longer be
---@return integer|string failures how many cases failed now, or a message
function sweep.run(job)
  settings.expect("sweep.run", 1, job, "a table")
  local command, message = commands.words(job.declaration, job.options)
  if not command then return nil, message end
  table.move({ "--out", job.folder }, 1, 2, #command + 1, command)
  local file
  file, message = store.open(job.folder, job.shard)
  if not file then return nil, message end
  local kept
  kept, message = code.keep(job.folder, job.code)
  if not kept then return nil, message end
  local self = setmetatable({
    job = job, command = command, file = file, display = progress.display(), workers = {}, next = 0, returned = {},
    here = origin.here(), returns = {}, finished = 0, failures = 0, false_starts = 0, begun = system.clock(),
  }, Sweep)
  local ending
  -- Ctrl-C comes between two cases' results, never inside the writing of one.
  system.hold_interrupts(function()
    local _ <close> = setmetatable({}, { __close = function()
      self:show(true)
      file.lock:release()
    end })
    ending = system.is_sandboxed() and self:run_here() or self:run_workers()
  end)
  if self.obstacle then return nil, ("%s; what was done before is kept, and --resume goes on"):format(self.obstacle) end
  return ending, self.failures
end

return sweep
