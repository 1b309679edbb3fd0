--- What code costs: `%time`, `%bench` and `%profile`.
local faults = require "vnn.prompt.faults"
local host = require "vnn.host"
local settings = require "vnn.settings"
local system = require "vnn.system"

local measure = {}

--- A time in a unit that suits it.
---@param seconds number
---@return string
function measure.duration(seconds)
  settings.expect("measure.duration", 1, seconds, "a number")
  for _, unit in ipairs { { 1, "s" }, { 1e-3, "ms" }, { 1e-6, "µs" } } do
    if seconds >= unit[1] then return ("%.3g %s"):format(seconds / unit[1], unit[2]) end
  end
  return ("%.3g ns"):format(seconds / 1e-9)
end

--- Calls a function and prints its time; returns what it returns.
---@param body function
---@return any ...
function measure.time(body)
  settings.expect("measure.time", 1, body, "a function")
  local wall, processor = system.clock(), system.processor_clock()
  local results = table.pack(body())
  wall, processor = system.clock() - wall, system.processor_clock() - processor
  print(("%s, %s of processors"):format(measure.duration(wall), measure.duration(processor)))
  return table.unpack(results, 1, results.n)
end

--- Calls a function for about a second, at least five times, and prints the median time with the quartiles.
---@param body function
function measure.bench(body)
  settings.expect("measure.bench", 1, body, "a function")
  local started = system.clock()
  body()
  local once = system.clock() - started
  -- Calls too short for the clock are timed in batches.
  local batch = math.max(1, math.floor(1e-3 / math.max(once, 1e-9)))
  local times = {}
  while #times < 5 or (system.clock() - started < 1 and #times < 1000) do
    local start = system.clock()
    for _ = 1, batch do body() end
    times[#times + 1] = (system.clock() - start) / batch
  end
  local statistics = require "vnn.statistics"
  local function quantile(share) return measure.duration(statistics.quantile(times, share)) end
  print(("%s (quartiles %s and %s, %d calls)"):format(quantile(0.5), quantile(0.25), quantile(0.75), #times * batch))
end

--- The most expensive entries of a table of seconds, as lines.
local function table_of(title, costs, total, text_of)
  local list = {}
  for key, cost in pairs(costs) do
    if text_of(key) then list[#list + 1] = { key = key, seconds = cost.seconds, count = cost.count } end
  end
  table.sort(list, function(a, b)
    if a.seconds ~= b.seconds then return a.seconds > b.seconds end
    return a.key < b.key
  end)
  local lines = { title }
  for position = 1, math.min(#list, 12) do
    local cost = list[position]
    lines[#lines + 1] = ("  %5.1f %%  %9s  %8d x  %s"):format(
      100 * cost.seconds / math.max(total, 1e-9), measure.duration(cost.seconds), cost.count, text_of(cost.key))
  end
  return table.concat(lines, "\n")
end

local function add(costs, key, seconds, count)
  local cost = costs[key]
  if not cost then
    cost = { seconds = 0, count = 0 }
    costs[key] = cost
  end
  cost.seconds, cost.count = cost.seconds + seconds, cost.count + count
end

--- Calls a function and prints which of the user's lines, and which native functions, took how long. The time of a line
--- is that until the next one, calls included that leave the user's code. The clock is read at every line, so plain Lua
--- is slower than without.
---@param body function
---@return any ...
function measure.profile(body)
  settings.expect("measure.profile", 1, body, "a function")
  if not debug.sethook then error("profile: the sandbox does not look into calls", 2) end
  local clock, getinfo = system.clock, debug.getinfo
  local lines, natives, open = {}, {}, {}
  local place, since = nil, clock()
  local function hook(event, number)
    local now = clock()
    if event == "line" then
      local source = getinfo(2, "S").source
      if not source:find "^=%[vnn%." then
        if place then add(lines, place, now - since, 1) end
        place, since = source .. ":" .. number, now
      end
    else
      local record = getinfo(2, "Snf")
      local caller = getinfo(3, "S")
      if record.what == "C" and not (caller and caller.source == "=[vnn.prompt.measure]") then
        if event == "return" then
          local call = table.remove(open)
          if call then add(natives, call.name, now - call.start, 1) end
        else
          open[#open + 1] = { name = host.native_name(record.func) or record.name or "?", start = now }
        end
      end
    end
  end
  local start = clock()
  debug.sethook(hook, "lcr")
  local results = table.pack(pcall(body))
  debug.sethook()
  local total = clock() - start
  if place then add(lines, place, clock() - since, 1) end
  if not results[1] then error(results[2], 0) end
  print(("%s in all"):format(measure.duration(total)))
  print(table_of("by line:", lines, total, function(key)
    local source, number = key:match "^[=@]?(.*):(%d+)$"
    local code = faults.line(source, math.tointeger(number))
    return code and ("%s:%s  %s"):format(source, number, code:match "^%s*(.-)%s*$")
  end))
  if next(natives) then print(table_of("by native function:", natives, total, function(key) return key end)) end
  return table.unpack(results, 2, results.n)
end

return measure
