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
      tasks[#tasks + 1] = { job = job, task = math.tointeger(tonumber(task)), state = state }
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

--- The words of a command line without those options, each of which has a value if it is not true.
local function without(words, options)
  local kept, position = {}, 1
  while position <= #words do
    local word = words[position]
    local name = word:match "^%-%-([%l%-]+)"
    local kind = name and options[name]
    if not kind then
      kept[#kept + 1] = word
    elseif kind == "value" and not word:find "=" then
      position = position + 1
    end
    position = position + 1
  end
  return kept
end

local ours = {
  submit = "value", partition = "value", time = "value", mem = "value", ["tasks-per-job"] = "value",
  ["array-limit"] = "value", resume = "flag",
}

---@class vnn.experiment.slurm.Request
---@field name string of the experiment
---@field folder string
---@field program string the path of vnnlua
---@field entries vnn.experiment.plan.Entry[] all cases
---@field missing vnn.experiment.plan.Entry[] those without a result
---@field command string[] the command line of a sweep
---@field jobs integer worker processes of each task
---@field tasks_per_job integer cases of each task of the array
---@field partition? string
---@field time? string
---@field mem? string
---@field array_limit? integer

--- The script that Slurm runs for each task of an array. Slurm splits its own lines at blanks, and reads quotes as the
--- shell does.
---
--- ```lua
--- print(require("vnn.experiment.slurm").script({
---   name = "grid", folder = "out", jobs = 2, time = "1:00:00",
---   program = "/usr/bin/vnnlua", command = { "grid.lua", "--out", "out" },
--- }, { 1, 2, 5 }, 8))
--- --> #!/bin/bash
--- --> #SBATCH --job-name=grid
--- --> #SBATCH --array=1-2,5
--- --> #SBATCH --output=out/slurm/%A_%a.log
--- --> #SBATCH --cpus-per-task=2
--- --> #SBATCH --time=1:00:00
--- --> exec /usr/bin/vnnlua grid.lua --out out --resume --shard "$SLURM_ARRAY_TASK_ID/8"
--- ```
---@param request vnn.experiment.slurm.Request
---@param tasks integer[]
---@param shards integer how many shards there are
---@return string
function slurm.script(request, tasks, shards)
  settings.expect("slurm.script", 1, request, "a table")
  settings.expect("slurm.script", 2, tasks, "a list of numbers")
  settings.expect("slurm.script", 3, shards, "an integer")
  local limit = request.array_limit and ("%%%d"):format(request.array_limit) or ""
  local lines = {
    "#!/bin/bash",
    "#SBATCH --job-name=" .. shell.quote(request.name),
    "#SBATCH --array=" .. slurm.ranges(tasks) .. limit,
    "#SBATCH --output=" .. shell.quote(request.folder:gsub("%%", "%%%%") .. "/slurm/%A_%a.log"),
    ("#SBATCH --cpus-per-task=%d"):format(request.jobs),
  }
  for _, option in ipairs { "partition", "time", "mem" } do
    if request[option] then lines[#lines + 1] = ("#SBATCH --%s=%s"):format(option, shell.quote(request[option])) end
  end
  lines[#lines + 1] = ('exec %s %s --resume --shard "$SLURM_ARRAY_TASK_ID/%d"'):format(
    shell.quote(request.program), shell.line(without(request.command, ours)), shards)
  return table.concat(lines, "\n")
end

--- The shards that have missing cases and are not with Slurm already.
local function shards_to_submit(request, shards, tasks)
  local is_missing, is_queued, list = {}, {}, {}
  for _, entry in ipairs(request.missing) do is_missing[entry.id] = true end
  for _, task in ipairs(tasks) do is_queued[task.task] = true end
  local count = #request.entries
  for shard = 1, shards do
    local found = false
    for position = (shard - 1) * count // shards + 1, shard * count // shards do
      found = found or is_missing[request.entries[position].id]
    end
    if found and not is_queued[shard] then list[#list + 1] = shard end
  end
  return list
end

--- Writes and submits an array of tasks for the cases that have no result and are not with Slurm already.
---@param request vnn.experiment.slurm.Request
---@return string? line what was submitted; nil when it could not be
---@return string? message
function slurm.submit(request)
  settings.expect("slurm.submit", 1, request, "a table")
  local count = #request.entries
  if #request.missing == 0 then return ("nothing to submit: all %d cases are done"):format(count) end
  if not shell.has "sbatch" then return nil, "sbatch: not found; vnnlua doctor says how to get Slurm" end
  local shards = (count + request.tasks_per_job - 1) // request.tasks_per_job
  local ids = {}
  for position, entry in ipairs(request.entries) do ids[position] = entry.id end
  local record = { shards = shards, cases = system.digest(table.concat(ids)) }
  local jobs = submitted(request.folder)
  local tasks, message = queued(jobs)
  if not tasks then return nil, message end
  for _, task in ipairs(tasks) do
    local job = jobs[task.job]
    if job.shards ~= record.shards or job.cases ~= record.cases then
      return nil, ("job %s still runs other cases of this folder: wait for it, or scancel it"):format(task.job)
    end
  end
  local numbers = shards_to_submit(request, shards, tasks)
  if #numbers == 0 then return ("nothing to submit: Slurm has all %d missing cases"):format(#request.missing) end
  local path = request.folder .. "/slurm/job.sh"
  local made
  made, message = system.make_directory(request.folder .. "/slurm")
  if not made then return nil, message end
  made, message = system.write_file(path, slurm.script(request, numbers, shards) .. "\n")
  if not made then return nil, message end
  local answer
  answer, message = output_of("sbatch --parsable " .. shell.quote(path))
  if not answer then
    if message:find "array" then message = message .. " (fewer, longer tasks: --tasks-per-job)" end
    return nil, message
  end
  record.job = answer:match "%d+"
  record.tasks = slurm.ranges(numbers)
  made, message = system.append_line(request.folder .. "/slurm/jobs.jsonl", json.encode(record))
  if not made then return nil, message end
  return ("submitted job %s: %s %s for %d missing cases; --status shows how far it is"):format(
    record.job, #numbers == 1 and "task" or "tasks", record.tasks, #request.missing)
end

return slurm
