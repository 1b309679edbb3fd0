--- Workload: eight jobs go to four cores, two each, so that the least efficient core is as efficient as can be; a
--- network tells a core's efficiency by its own load and its neighbours'. Bartolini et al. (2011, "Neuron constraints
--- to model complex real-world problems") dispatched jobs so; SurrogateLIB has it as "workload dispatching" (Turner
--- et al., 2023).
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local jobs, cores = 8, 4
local each = jobs // cores

local function efficiency(load) return 1 - 0.6 * (load[1] - 0.5) ^ 2 - 0.3 * load[1] * load[2] end

--- The cores beside one, in a ring.
local function beside(core) return (core - 2) % cores + 1, core % cores + 1 end

local function prepare(seed)
  return {
    efficiency = gallery.learn({ 2, 8, 1 }, efficiency, { seed = seed }),
    load = tensor.random(seed + 100):uniform(jobs, 0, 1):square(),
  }
end

local function build(it)
  local model = milp.model "workload"
  local runs = model:variables({ jobs, cores }, { kind = "binary", prefix = "runs" })
  local load = model:variables({ cores, 2 }, { upper = 1, prefix = "load" })
  for job = 1, jobs do model:constrain(runs[job]:sum(), "==", 1) end
  for core = 1, cores do
    local left, right = beside(core)
    model:constrain(runs:select(2, core):sum(), "==", each)
    model:constrain(runs:select(2, core):dot(it.load / each), "==", load:at(core, 1))
    model:constrain(0.5 * load:at(left, 1) + 0.5 * load:at(right, 1), "==", load:at(core, 2))
  end
  local efficient = model:embed(it.efficiency, load, { name = "efficiency" }).outputs
  local worst = model:variable { lower = -math.huge, name = "worst" }
  for core = 1, cores do model:constrain(worst, "<=", efficient:at(core, 1)) end
  model:maximize(worst)
  return model
end

local function check(it)
  local load, count, sum, rows = it.load:table(), { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, {}
  local function go(job)
    if job > jobs then
      for core = 1, cores do
        local left, right = beside(core)
        rows[#rows + 1] = { sum[core] / each, 0.5 * (sum[left] + sum[right]) / each }
      end
      return
    end
    for core = 1, cores do
      if count[core] < each then
        count[core], sum[core] = count[core] + 1, sum[core] + load[job]
        go(job + 1)
        count[core], sum[core] = count[core] - 1, sum[core] - load[job]
      end
    end
  end
  go(1)
  local worst = it.efficiency:forward(tensor.from(rows)):reshape(#rows // cores, cores):min(2)
  return { value = worst:max(), how = ("all of %d assignments"):format(#worst) }
end

return gallery.script {
  name = "workload",
  description = "Gives jobs to cores so that none becomes inefficient.",
  prepare = prepare,
  build = build,
  check = check,
}
