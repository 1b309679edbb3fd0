--- The machine that benchmarks ran on.
local system = require "vnn.system"

local machine = {}

--- The processor's name.
function machine.processor()
  local text = system.read_file "/proc/cpuinfo"
  return text and text:match "model name%s*:%s*([^\n]+)" or "an unknown processor"
end

return machine
