--- What the benchmarks share: running commands, medians, and the name of the machine.
local system = require "vnn.system"

local measure = {}

--- Runs a command and returns what it printed, or nil and what went wrong.
function measure.output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read "a"
  local ok, how, code = pipe:close()
  if not ok then return nil, ("%s: ended with %s %d"):format(command, how, code) end
  return text
end

--- A word for the shell that means exactly this text.
function measure.quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- The middle one of several numbers, or the mean of the middle two.
function measure.median(numbers)
  local sorted = table.move(numbers, 1, #numbers, 1, {})
  table.sort(sorted)
  local half = #sorted // 2
  return #sorted % 2 == 1 and sorted[half + 1] or (sorted[half] + sorted[half + 1]) / 2
end

--- The processor's name.
function measure.processor()
  local text = system.read_file "/proc/cpuinfo"
  return text and text:match "model name%s*:%s*([^\n]+)" or "an unknown processor"
end

return measure
