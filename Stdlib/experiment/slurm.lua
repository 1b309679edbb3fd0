--- Sends the missing cases of a sweep to a Slurm cluster: an array of tasks, each of which runs one shard into the
--- shared folder.
---
--- ```
--- DIR/slurm/job.sh        what was submitted last
--- DIR/slurm/jobs.jsonl    one line per submitted array
--- DIR/slurm/JOB_TASK.log  what each task says
--- ```
local json = require "vnn.json"
local names = require "vnn.names"
local plan = require "vnn.experiment.plan"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local slurm = {}

--- What a command prints, or nil and the first line of what it prints when it fails.
local function output_of(command)
  local text, message = shell.output(command .. " 2>&1")
  return text, message and message:match "[^\n]*"
end

--- Numbers as Slurm writes them in `--array`.
---
--- ```lua
--- print(require("vnn.experiment.slurm").ranges { 1, 2, 3, 7, 9, 10 }) --> 1-3,7,9-10
--- ```
---@param numbers integer[] ascending
---@return string
function slurm.ranges(numbers)
  settings.expect("slurm.ranges", 1, numbers, "a list of numbers")
  local parts, position = {}, 1
  while position <= #numbers do
    local first = numbers[position]
    while numbers[position + 1] == numbers[position] + 1 do position = position + 1 end
    local last = numbers[position]
    parts[#parts + 1] = first == last and ("%d"):format(first) or ("%d-%d"):format(first, last)
    position = position + 1
  end
  return table.concat(parts, ",")
end

--- The arrays that were submitted for a folder.
local function submitted(folder)
  local jobs = {}
  local path = folder .. "/slurm/jobs.jsonl"
  if not system.exists(path) then return jobs end
  for line in io.lines(path) do
    local job = json.decode(line)
    if job then jobs[job.job] = job end
  end
  return jobs
end

--- The tasks of our arrays that Slurm still has, or nil and a message when it does not answer.
local function queued(jobs)
  if not next(jobs) then return {} end
  local text, message = output_of "squeue -h -r --me -o '%F %K %T'"
  if not text then return nil, message end
  local tasks = {}
  for job, task, state in text:gmatch "(%d+) (%d+) (%u+)" do
    -- One that is completing runs no more cases.
    if jobs[job] and state ~= "COMPLETING" then
      local shard = math.tointeger(tonumber(task)) + (jobs[job].base or 0)
      tasks[#tasks + 1] = { job = job, shard = shard, state = state }
    end
  end
  return tasks
end

--- The states of tasks that have ended, where the cluster keeps accounts.
local function ended(jobs)
  local list = {}
  for job in pairs(jobs) do list[#list + 1] = job end
  local text = output_of("sacct -n -X -P -o State -j " .. table.concat(list, ","))
  local counts = {}
  for state in (text or ""):gmatch "%f[%u](%u[%u_]+)[^\n]*" do
    if state ~= "RUNNING" and state ~= "PENDING" then counts[state] = (counts[state] or 0) + 1 end
  end
  return counts
end

local function count_text(counts)
  local parts = {}
  for position, state in ipairs(names.sorted(counts)) do
    parts[position] = ("%d %s"):format(counts[state], state:lower())
  end
  return table.concat(parts, ", ")
end

--- What Slurm says about the arrays of a folder, on one line.
---@param folder string
---@return string? line nil when nothing was submitted
function slurm.status(folder)
  settings.expect("slurm.status", 1, folder, "a string")
  local jobs = submitted(folder)
  if not next(jobs) then return nil end
  local tasks, message = queued(jobs)
  if not tasks then return "slurm: " .. message end
  local counts = {}
  for _, task in ipairs(tasks) do counts[task.state] = (counts[task.state] or 0) + 1 end
  local text = #tasks > 0 and count_text(counts) or "no tasks in the queue"
  local over = count_text(ended(jobs))
  return ("slurm: %s%s"):format(text, over ~= "" and "; ended: " .. over or "")
end

---@class vnn.experiment.slurm.Request
---@field name string of the experiment
---@field folder string
---@field program string the path of vnnlua
---@field entries vnn.experiment.plan.Entry[] all cases
---@field missing vnn.experiment.plan.Entry[] those without a result
---@field command string[] the command line of a sweep, without what is about the whole of it
---@field jobs integer worker processes of each task
---@field tasks_per_job integer cases of each task of the array, or more where a group has more
---@field partition? string
---@field time? string
---@field mem? string
---@field array_limit? integer
---@field sbatch? string[] further options, as sbatch takes them
---@field prologue? string commands that go before

--- What each task runs. One that has little time left goes back into the queue for what it has not done, unless it has
--- done nothing, which it would do again; one that Slurm puts back for another reason goes on in the same way.
local body = [==[
results=%s/results-$shard-of-%d.jsonl
count() { cat "$results" 2>/dev/null | wc -l; }
before=$(count)
%s --resume --shard "$shard/%d" &
sweep=$!
put_back() {
  [[ $(count) -gt $before ]] || return
  kill "$sweep"
  wait "$sweep"
  scontrol requeue "$SLURM_JOB_ID"
  exit
}
trap put_back USR1
while kill -0 "$sweep" 2>/dev/null; do
  wait "$sweep"
  status=$?
done
exit "$status"]==]

--- The script that Slurm runs for each task of an array. Slurm splits its own lines at blanks, and reads quotes as the
--- shell does.
---
--- ```lua
--- local slurm = require "vnn.experiment.slurm"
--- local text = slurm.script({
---   name = "grid", folder = "out", jobs = 2, time = "1:00:00", sbatch = { "--account=mine" },
---   prologue = "module load lua", program = "/usr/bin/vnnlua", command = { "grid.lua", "--out", "out" },
--- }, { 1, 2, 5 }, 8, 1000)
--- print(text:match "^(.-)\nresults=")
--- --> #!/bin/bash
--- --> #SBATCH --job-name=grid
--- --> #SBATCH --array=1-2,5
--- --> #SBATCH --output=out/slurm/%A_%a.log
--- --> #SBATCH --open-mode=append
--- --> #SBATCH --cpus-per-task=2
--- --> #SBATCH --requeue
--- --> #SBATCH --signal=B:USR1@60
--- --> #SBATCH --time=1:00:00
--- --> #SBATCH --account=mine
--- --> module load lua
--- --> shard=$((SLURM_ARRAY_TASK_ID + 1000))
--- ```
---@param request vnn.experiment.slurm.Request
---@param tasks integer[]
---@param shards integer how many shards there are
---@param base? integer what is added to the number of a task to get that of its shard (default: 0)
---@return string
function slurm.script(request, tasks, shards, base)
  settings.expect("slurm.script", 1, request, "a table")
  settings.expect("slurm.script", 2, tasks, "a list of numbers")
  settings.expect("slurm.script", 3, shards, "an integer")
  settings.expect("slurm.script", 4, base, "an integer or nothing")
  local limit = request.array_limit and ("%%%d"):format(request.array_limit) or ""
  local lines = {
    "#!/bin/bash",
    "#SBATCH --job-name=" .. shell.quote(request.name),
    "#SBATCH --array=" .. slurm.ranges(tasks) .. limit,
    "#SBATCH --output=" .. shell.quote(request.folder:gsub("%%", "%%%%") .. "/slurm/%A_%a.log"),
    "#SBATCH --open-mode=append",
    ("#SBATCH --cpus-per-task=%d"):format(request.jobs),
    "#SBATCH --requeue",
    "#SBATCH --signal=B:USR1@60",
  }
  for _, option in ipairs { "partition", "time", "mem" } do
    if request[option] then lines[#lines + 1] = ("#SBATCH --%s=%s"):format(option, shell.quote(request[option])) end
  end
  -- The last of two options of one name counts.
  for _, option in ipairs(request.sbatch or {}) do lines[#lines + 1] = "#SBATCH " .. option end
  lines[#lines + 1] = request.prologue and request.prologue:gsub("%s+$", "") or nil
  lines[#lines + 1] = ("shard=$((SLURM_ARRAY_TASK_ID + %d))"):format(base or 0)
  local command = shell.quote(request.program) .. " " .. shell.line(request.command)
  lines[#lines + 1] = body:format(shell.quote(request.folder), shards, command, shards)
  return table.concat(lines, "\n")
end

--- The most tasks that the cluster takes in one array.
local function most_tasks()
  local size = (output_of "scontrol show config" or ""):match "MaxArraySize%s*=%s*(%d+)"
  -- Numbers of tasks are below it, and ours begin with 1.
  return math.tointeger(tonumber(size) or 1001) - 1
end

--- The shards that have missing cases and are not with Slurm already.
local function shards_to_submit(request, shards, tasks)
  local is_missing, is_wanted, list = {}, {}, {}
  for _, entry in ipairs(request.missing) do is_missing[entry.id] = true end
  for position, part in ipairs(plan.parts(request.entries, shards)) do
    is_wanted[part] = is_wanted[part] or is_missing[request.entries[position].id]
  end
  for _, task in ipairs(tasks) do is_wanted[task.shard] = nil end
  for shard = 1, shards do
    if is_wanted[shard] then list[#list + 1] = shard end
  end
  return list
end

--- How many shards there are: each has so many cases, and no group is in two.
local function shard_count(request)
  local groups, previous = 0, nil
  for _, entry in ipairs(request.entries) do
    if not entry.group or entry.group ~= previous then groups = groups + 1 end
    previous = entry.group
  end
  return math.min(groups, (#request.entries + request.tasks_per_job - 1) // request.tasks_per_job)
end

--- Submits one array, of the shards above `base`.
local function submit_array(request, record, numbers)
  local path, tasks = request.folder .. "/slurm/job.sh", {}
  for position, shard in ipairs(numbers) do tasks[position] = shard - record.base end
  local done, message = system.write_file(path, slurm.script(request, tasks, record.shards, record.base) .. "\n")
  if not done then return nil, message end
  local answer
  answer, message = output_of("sbatch --parsable " .. shell.quote(path))
  if not answer then return nil, message end
  record.job, record.tasks = answer:match "%d+", slurm.ranges(tasks)
  done, message = system.append_line(request.folder .. "/slurm/jobs.jsonl", json.encode(record))
  if not done then return nil, message end
  return record.job
end

--- Writes and submits arrays of tasks for the cases that have no result and are not with Slurm already: one, or more
--- where there are more tasks than the cluster takes in one.
---@param request vnn.experiment.slurm.Request
---@return string? line what was submitted; nil when it could not be
---@return string? message
function slurm.submit(request)
  settings.expect("slurm.submit", 1, request, "a table")
  local count = #request.entries
  if #request.missing == 0 then return ("nothing to submit: all %d cases are done"):format(count) end
  if not shell.has "sbatch" then return nil, "sbatch: not found; vnnlua doctor says how to get Slurm" end
  local shards, ids = shard_count(request), {}
  for position, entry in ipairs(request.entries) do ids[position] = entry.id end
  local cases = system.digest(table.concat(ids))
  local jobs = submitted(request.folder)
  local tasks, message = queued(jobs)
  if not tasks then return nil, message end
  for _, task in ipairs(tasks) do
    local job = jobs[task.job]
    if job.shards ~= shards or job.cases ~= cases then
      return nil, ("job %s still runs other cases of this folder: wait for it, or scancel it"):format(task.job)
    end
  end
  local numbers = shards_to_submit(request, shards, tasks)
  if #numbers == 0 then return ("nothing to submit: Slurm has all %d missing cases"):format(#request.missing) end
  local made
  made, message = system.make_directory(request.folder .. "/slurm")
  if not made then return nil, message end
  local most, arrays, position = most_tasks(), {}, 1
  while position <= #numbers do
    local base, some = (numbers[position] - 1) // most * most, {}
    while position <= #numbers and numbers[position] <= base + most do
      some[#some + 1], position = numbers[position], position + 1
    end
    local job
    job, message = submit_array(request, { shards = shards, cases = cases, base = base }, some)
    if not job then return nil, message end
    arrays[#arrays + 1] = job
  end
  return ("submitted job %s: %s %s for %d missing cases; --status shows how far it is"):format(
    table.concat(arrays, ", "), #numbers == 1 and "task" or "tasks", slurm.ranges(numbers), #request.missing)
end

return slurm
