--- Cases that wait and do nothing else, for Scripts/bench/host/experiment.lua.
local system = require "vnn.system"

--- Resident megabytes of the process that has started this one.
local function parent_memory()
  local stat = assert(io.open "/proc/self/stat"):read "a"
  local parent = stat:match "%) %u (%d+)"
  local status = assert(io.open(("/proc/%s/status"):format(parent))):read "a"
  return tonumber(status:match "VmRSS:%s+(%d+)") / 1024
end

return {
  name = "waiting",
  description = "Waits.",
  options = {
    { name = "count", default = 20, minimum = 1, selects = true, help = "cases" },
    { name = "pause", default = 1.0, minimum = 0, help = "seconds of a case" },
  },
  cases = function(options)
    local cases = {}
    for number = 1, options.count do
      cases[number] = {
        dataset = "mnist",
        side = 18,
        layers = 2,
        width = 32,
        seed = number,
        method = "magnitude",
        rate = 0.9,
        structure = "unstructured",
        finetuned = false,
      }
    end
    return cases
  end,
  run = function(_, options)
    local begun = system.clock()
    system.wait({}, options.pause)
    return { begun_s = begun, sweep_mb = parent_memory() }
  end,
  report = function(rows)
    local first, last = math.huge, 0
    for _, row in ipairs(rows) do
      if row.begun_s then first = math.min(first, row.begun_s) end
      if row.begun_s then last = math.max(last, row.begun_s) end
    end
    local least, most = math.huge, 0
    for _, row in ipairs(rows) do
      if row.sweep_mb then least, most = math.min(least, row.sweep_mb), math.max(most, row.sweep_mb) end
    end
    print(("%d %.6f %.6f %.2f %.2f"):format(#rows, first, last, least, most))
  end,
}
