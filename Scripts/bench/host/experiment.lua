--- What the harness of experiments costs: its share of a sweep of short cases, the start over many finished rows, and
--- its memory while rows come in.
local plan = require "vnn.experiment.plan"
local shell = require "vnn.host.shell"
local store = require "vnn.experiment.store"
local system = require "vnn.system"

-- Beside this file, from wherever it is run.
local script = assert(package.searchpath("sweep", package.path))

--- Runs a sweep: the seconds that it took, and what its report says: rows, when the first and the last case that was
--- run began, and the least and most memory of the sweep when a case ran.
local function sweep(folder, arguments)
  local start = system.clock()
  local told = folder .. ".errors"
  local text, message = shell.output(("%s %s --out %s %s 2>%s"):format(shell.quote(system.program),
    shell.quote(script), shell.quote(folder), arguments, shell.quote(told)))
  if not text then error(("%s\n%s"):format(message, system.read_file(told) or ""), 0) end
  local rows, first, last, least, most = text:match "(%d+) (%S+) (%S+) (%S+) (%S+)"
  return {
    seconds = system.clock() - start,
    rows = tonumber(rows),
    first_s = tonumber(first) - start,
    last_s = tonumber(last) - start,
    least_mb = tonumber(least),
    most_mb = tonumber(most),
  }
end

--- Finished rows of all cases but the last, of the size that those of real experiments have.
local function fill(folder, count)
  local declaration = dofile(script)
  local options = { count = count, pause = 0 }
  local entries = assert(plan.make(declaration, options))
  assert(store.open(folder, "1-of-1")).lock:release()
  local file <close> = assert(io.open(folder .. "/results-1-of-1.jsonl", "w"))
  for position = 1, count - 1 do
    local entry = entries[position]
    local canonical = store.canonical(plan.parameters(declaration, options, entry.case))
    file:write(store.line(entry.id, { canonical, store.encode { incumbents = ("x"):rep(700) } }), "\n")
  end
end

local function run(options)
  local folder = assert(system.temporary_folder())
  local all = sweep(folder.path .. "/cost", ("--count %d --pause 1 --jobs %d"):format(options.cases, options.jobs))
  local ideal = options.cases / options.jobs
  print(("%d cases of 1 s, %d at a time: %.3f s, %.2f %% more than the cases alone"):format(
    options.cases, options.jobs, all.seconds, 100 * (all.seconds / ideal - 1)))
  fill(folder.path .. "/rows", options.rows)
  local resumed = sweep(folder.path .. "/rows", ("--count %d --pause 0 --resume --mixed-code"):format(options.rows))
  print(("resumed over %d rows: the first case began after %.2f s"):format(options.rows, resumed.first_s))
  for _, count in ipairs { options.quick // 4, options.quick } do
    local quick = sweep(("%s/quick-%d"):format(folder.path, count), ("--count %d --pause 0"):format(count))
    print(("%d cases of no length: %.2f ms each; the sweep took %.1f to %.1f MB"):format(
      count, 1000 * (quick.last_s - quick.first_s) / count, quick.least_mb, quick.most_mb))
  end
  return true
end

return {
  name = "bench-experiment",
  description = "Measures what the harness of experiments costs.",
  options = {
    { name = "cases", default = 20, minimum = 1, help = "cases of one second" },
    { name = "jobs", default = 2, minimum = 1, help = "workers for them" },
    { name = "rows", default = 100000, minimum = 2, help = "rows to resume over" },
    { name = "quick", default = 4000, minimum = 8, help = "cases without length" },
  },
  run = run,
}
