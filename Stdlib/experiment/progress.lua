--- How far a sweep is: one line about the whole and one for each running case.
local report = require "vnn.report"
local settings = require "vnn.settings"
local system = require "vnn.system"

local progress = {}

--- Running cases that are listed; more would not fit on a screen.
local most_shown = 16

---@class vnn.experiment.progress.State
---@field name string of the experiment
---@field total integer how many cases there are
---@field done integer how many have a result
---@field failed integer how many of them failed
---@field running { case: string, seconds: number }[] what runs now
---@field rate? number cases a second

---@class vnn.experiment.progress.Display
---@field show fun(state: vnn.experiment.progress.State, is_last?: boolean)
---@field fail fun(name: string, case: string, failure: string) says that a case failed, above the state, unless the one
---  before failed alike
---@field finish fun() says how many more failed alike; `show` does so with the last state

--- A time span in its two largest units.
---
--- ```lua
--- local progress = require "vnn.experiment.progress"
--- print(progress.span(7.4), progress.span(75), progress.span(5580), progress.span(200000))
--- --> 7 s	1 min 15 s	1 h 33 min	2 d 7 h
--- ```
---@param seconds number
---@return string
function progress.span(seconds)
  settings.expect("progress.span", 1, seconds, "a number")
  local whole = math.floor(math.min(seconds, 1e12))
  if whole < 60 then return ("%d s"):format(whole) end
  if whole < 3600 then return ("%d min %d s"):format(whole // 60, whole % 60) end
  if whole < 86400 then return ("%d h %d min"):format(whole // 3600, whole % 3600 // 60) end
  return ("%d d %d h"):format(whole // 86400, whole % 86400 // 3600)
end

local function rate_text(rate)
  if rate >= 1 then return ("%.1f a second"):format(rate) end
  if rate * 60 >= 1 then return ("%.1f a minute"):format(rate * 60) end
  return ("%.1f an hour"):format(rate * 3600)
end

--- The state as lines of text.
---
--- ```lua
--- print(require("vnn.experiment.progress").lines({
---   name = "grid", total = 40, done = 10, failed = 1, rate = 0.5, running = { { case = "rate=0.5", seconds = 3 } },
--- })[1]) --> grid: 10 of 40 done, 1 failed, 1 running, 30.0 a minute, 1 min 0 s left
--- ```
---@param state vnn.experiment.progress.State
---@return string[] lines the first about the whole, the others about running cases
function progress.lines(state)
  settings.expect("progress.lines", 1, state, "a table")
  local parts = { ("%s: %d of %d done"):format(state.name, state.done, state.total) }
  parts[#parts + 1] = ("%d failed"):format(state.failed)
  parts[#parts + 1] = ("%d running"):format(#state.running)
  if state.rate and state.rate > 0 then
    parts[#parts + 1] = rate_text(state.rate)
    parts[#parts + 1] = progress.span((state.total - state.done) / state.rate) .. " left"
  end
  local lines = { table.concat(parts, ", ") }
  for position, running in ipairs(state.running) do
    if position > most_shown then
      lines[position + 1] = ("  … and %d more"):format(#state.running - most_shown)
      break
    end
    lines[position + 1] = ("  %12s  %s"):format(progress.span(running.seconds), running.case)
  end
  return lines
end

--- Shows states as lines of a notebook that change, or on standard error: at a terminal in place of the last one, and
--- otherwise only the first line, at most every ten seconds, and the last one.
---
--- ```lua
--- local display = require("vnn.experiment.progress").display()
--- display.fail("grid", "rate=0.9", "no result within 60 s (--case-limit)")
--- display.show({ name = "grid", total = 4, done = 1, failed = 0, running = { { case = "rate=0.5", seconds = 3 } } })
--- display.show({ name = "grid", total = 4, done = 4, failed = 0, running = {} }, true)
--- ```
---@return vnn.experiment.progress.Display
function progress.display()
  local is_terminal = system.is_terminal "stderr"
  local shown, last, last_text = 0, nil, nil
  local like, last_cause = 0, nil
  local display = {}

  local function clear()
    if shown > 0 then io.stderr:write(("\27[%dA"):format(shown), "\r\27[J") end
    shown = 0
  end

  function display.finish()
    if like > 0 then io.stderr:write(("  and %d more like it\n"):format(like)) end
    like = 0
  end

  function display.show(state, is_last)
    local lines = progress.lines(state)
    if is_last then
      clear()
      display.finish()
    end
    if report.has_front_end() then
      report.progress(table.concat(lines, "\n"))
      return
    end
    if not is_terminal then
      if lines[1] == last_text or (last and not is_last and system.clock() - last < 10) then return end
      last, last_text = system.clock(), lines[1]
      io.stderr:write(lines[1], "\n")
      return
    end
    local width = (system.terminal_width() or 80) - 1
    clear()
    for _, line in ipairs(lines) do
      local stop = utf8.offset(line, width + 1)
      io.stderr:write(stop and line:sub(1, stop - 1) or line, "\n")
    end
    shown = is_last and 0 or #lines
    io.stderr:flush()
  end

  function display.fail(name, case, failure)
    local cause = failure:match "[^\n]*"
    if cause == last_cause then
      like = like + 1
      return
    end
    clear()
    display.finish()
    last_cause = cause
    io.stderr:write(("%s: failed: %s: %s\n"):format(name, case, cause))
  end

  return display
end

return progress
