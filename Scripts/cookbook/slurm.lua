--- Run a sweep on a Slurm cluster, and collect its results.
---
---   vnnlua slurm.lua --out /shared/sweep --submit slurm --partition main --time 30:00 --mem 2G --tasks-per-job 5
---   vnnlua slurm.lua --out /shared/sweep --status      what is done, what runs, what Slurm says
---   vnnlua slurm.lua --out /shared/sweep --submit slurm --sbatch=--account=mine --prologue modules.sh   again: what
---                                                      is missing, with other options of sbatch and commands first
---   vnnlua slurm.lua --out /shared/sweep --report      any time, of what is there
---
--- The folder is one that all nodes see. Each job of the array does the next 5 cases and writes a file of its own
--- there; `/shared/sweep/slurm` has the script that was submitted and what each job said. `--jobs 4` gives each job
--- four processors and as many workers. Machines without Slurm do the same with `--shard 1/4`, `--shard 2/4`, …
local report = require "vnn.report"
local system = require "vnn.system"

return {
  name = "slurm",
  description = "Which machine does which case?",
  version = 1,
  options = {
    { name = "count", default = 20, minimum = 1, selects = true, help = "cases" },
    { name = "pause", default = 0.01, minimum = 0, help = "seconds of each" },
  },
  cases = function(options)
    local cases = {}
    for number = 1, options.count do cases[number] = { number = number } end
    return cases
  end,
  run = function(_, options)
    system.wait({}, options.pause)
    return { job = os.getenv "SLURM_ARRAY_JOB_ID", task = os.getenv "SLURM_ARRAY_TASK_ID" }
  end,
  -- Every row says on which host it was made, and much more.
  report = function(rows, _, context)
    local counts, lines = {}, {}
    for _, row in ipairs(rows) do
      local place = row.job and ("%s, task %s of job %s"):format(row.host, row.task, row.job) or row.host
      if not counts[place] then lines[#lines + 1] = { place } end
      counts[place] = (counts[place] or 0) + 1
    end
    for _, line in ipairs(lines) do line[2] = counts[line[1]] end
    print(report.table({ "where", "cases" }, lines))
    print(("%d of %d cases are done"):format(#rows, context.total))
  end,
}
