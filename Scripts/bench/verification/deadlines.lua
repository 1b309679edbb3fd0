--- How well `Scripts/experiments/verify.lua` keeps its time limit, from the start of the process to its exit, on the
--- instances of a benchmark in the verification competition's form: lines of network, property and time limit.
local instances = require "instances"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

--- A share of the limit and seconds on top, which a run may be late.
local allowed = { share = 0.05, seconds = 0.2 }

local function run(options)
  local list, message = instances.read(options.instances)
  if not list then return nil, message end
  print(("%s; a limit is kept where the process ends within %g %% and %g s of it\n"):format(
    origin.processor(), 100 * allowed.share, allowed.seconds))
  local rows, is_late = {}, false
  for number = options.first, #list, options.every do
    local instance = list[number]
    for _, limit in ipairs(options.limits) do
      report.progress(("%d of %d, %g s"):format(number, #list, limit))
      local words = {
        options.program, "Scripts/experiments/verify.lua", instance.network, instance.property, "--time-limit",
        tostring(limit), table.unpack(options.with or {}),
      }
      local start = system.clock()
      local text, printed = shell.output(shell.line(words) .. " 2>&1")
      local seconds = system.clock() - start
      local late = seconds > limit * (1 + allowed.share) + allowed.seconds
      is_late = is_late or late
      rows[#rows + 1] = {
        instances.name(instance.network), instances.name(instance.property), limit, ("%.2f"):format(seconds),
        late and "LATE" or "", ((text or printed or ""):match "([^\n]*)\n?$"),
      }
    end
  end
  report.progress()
  print(report.table({ "network", "property", "limit", "seconds", "", "verdict" }, rows))
  return not is_late or nil, is_late and "some limits were not kept" or nil
end

return {
  name = "deadlines",
  description = "Measures how late verify.lua is after its time limit, from start to exit.",
  arguments = {
    { name = "instances", type = "string", help = "a benchmark's instances.csv; paths are those from its folder on" },
  },
  options = {
    { name = "limits", type = "list", default = { 3.0, 5.0 }, help = "the limits, in seconds" },
    { name = "first", default = 1, minimum = 1, help = "the first line that is tried" },
    { name = "every", default = 1, minimum = 1, help = "1 of so many lines is tried" },
    { name = "program", default = ".build/release/vnnlua", help = "the program" },
    { name = "with", type = "list", help = "further words of the command line, such as --threads,1" },
  },
  run = run,
}
