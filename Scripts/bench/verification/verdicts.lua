--- The tables of what several verifiers said of the same instances, contradictions first.
local instances = require "instances"
local names = require "vnn.names"
local report = require "vnn.report"

local verdicts = {}

--- A share of the limit and seconds on top, which a run may be late.
local allowed = { share = 0.05, seconds = 0.2 }

--- By how much a counterexample may miss a property and stands all the same: the competition's tolerance.
local tolerance = 1e-4

local function label(row) return ("%s %s"):format(instances.name(row.network), instances.name(row.property)) end

local function is_decided(row) return row.verdict == "sat" or row.verdict == "unsat" end

--- A text that says what onnxruntime says of a counterexample.
local function judged(row)
  if not row.slack then return ("not replayed (%s)"):format(row.reason or "there is none") end
  local stands = row.slack >= 0 and "stands" or row.slack >= -tolerance and "stands within 1e-4" or "does not stand"
  return ("%s: onnxruntime meets the property by %.3g"):format(stands, row.slack)
end

--- The rows of each instance by tool, in the order of their first row.
local function by_instance(rows)
  local list, known = {}, {}
  for _, row in ipairs(rows) do
    local key = row.network .. "\n" .. row.property
    if not known[key] then
      known[key] = {}
      list[#list + 1] = known[key]
    end
    known[key][row.tool] = row
  end
  return list
end

local function contradictions(all)
  local lines = {}
  for _, said in ipairs(all) do
    local by_verdict = { sat = {}, unsat = {} }
    for _, tool in ipairs(names.sorted(said)) do
      if is_decided(said[tool]) then table.insert(by_verdict[said[tool].verdict], said[tool]) end
    end
    for _, row in ipairs(by_verdict.sat) do
      local opposed = by_verdict.unsat[1]
      if opposed then
        lines[#lines + 1] = ("CONTRADICTION: %s: unsat by %s, sat by %s, whose counterexample %s"):format(
          label(row), opposed.tool, row.tool, judged(row))
      elseif not row.slack or row.slack < -tolerance then
        lines[#lines + 1] = ("%s: sat by %s: the counterexample %s"):format(label(row), row.tool, judged(row))
      end
    end
  end
  return #lines > 0 and lines or { "no two verdicts contradict each other, and onnxruntime confirms every sat" }
end

--- How many times as many processor seconds a tool took as ours where both give the same verdict, in geometric mean:
--- reading and deciding alone over our whole process, and whole process over whole process; and on how many instances.
local function ratio(all, tool, family)
  local own, process, count = 0, 0, 0
  for _, said in ipairs(all) do
    local ours, theirs = said.vnnlua, said[tool]
    if ours and theirs and (not family or ours.family == family) and is_decided(ours)
      and ours.verdict == theirs.verdict then
      -- Clocks of processes tick in milliseconds.
      local unit = math.max(ours.process_s, 1e-3)
      own, process = own + math.log(theirs.own_s / unit), process + math.log(theirs.process_s / unit)
      count = count + 1
    end
  end
  if count == 0 then return "-" end
  return ("%.3g, %.3g (%d)"):format(math.exp(own / count), math.exp(process / count), count)
end

--- One line per family and tool.
local function summary(rows, failures, all)
  local lines, known = {}, {}
  local function line_of(row)
    local key = ("%s\n%s\n%g"):format(row.family, row.tool, row.time_limit)
    if not known[key] then
      known[key] = { family = row.family, tool = row.tool, limit = row.time_limit, late = 0, seconds = 0 }
      lines[#lines + 1] = known[key]
    end
    return known[key]
  end
  for _, row in ipairs(rows) do
    local line = line_of(row)
    line[row.verdict] = (line[row.verdict] or 0) + 1
    line.seconds = math.max(line.seconds, is_decided(row) and row.seconds or 0)
    local most = row.time_limit * (1 + allowed.share) + allowed.seconds
    line.late = line.late + (row.seconds > most and 1 or 0)
  end
  for _, row in ipairs(failures) do
    local line = line_of(row)
    line.error = (line.error or 0) + 1
  end
  for position, line in ipairs(lines) do
    local counts, total = {}, 0
    for place, verdict in ipairs { "sat", "unsat", "timeout", "unknown", "error" } do
      counts[place] = line[verdict] or 0
      total = total + counts[place]
    end
    lines[position] = {
      line.family, ("%g s"):format(line.limit), line.tool, ("%d of %d"):format(counts[1] + counts[2], total),
      counts[1], counts[2], counts[3], counts[4], counts[5], line.late, report.seconds(line.seconds),
      line.tool == "vnnlua" and "" or ratio(all, line.tool, line.family),
    }
  end
  return report.table({
    "family", "limit", "verifier", "decided", "sat", "unsat", "timeout", "unknown", "error", "late", "slowest",
    "times ours: own, process",
  }, lines)
end

--- What ours leaves open, and how far it came.
local function undecided(rows)
  local lines = {}
  for _, row in ipairs(rows) do
    if row.tool == "vnnlua" and not is_decided(row) then
      lines[#lines + 1] = {
        row.family, label(row), row.verdict, ("%.1f s"):format(row.seconds), row.open or "",
        row.bound and ("%.3g"):format(row.bound) or "", row.nodes or "", row.reason or "",
      }
    end
  end
  if #lines == 0 then return "vnnlua decides all" end
  local headers = { "family", "undecided by vnnlua", "verdict", "after", "open boxes", "bound", "nodes", "reason" }
  return report.table(headers, lines)
end

--- Contradictions, the table of families, and what ours leaves open. A run is late that ends more than 0.2 s and 5 %
--- after its limit.
---@param rows table[] of verifiers.lua
---@param failures table[] rows of cases that could not be run
---@param left_out string[] why tools are not there
---@return string
function verdicts.report(rows, failures, left_out)
  local all, parts, peers = by_instance(rows), {}, {}
  parts[1] = table.concat(contradictions(all), "\n")
  if #left_out > 0 then parts[#parts + 1] = table.concat(left_out, "\n") end
  parts[#parts + 1] = summary(rows, failures, all)
  for _, row in ipairs(rows) do
    if row.tool ~= "vnnlua" then peers[row.tool] = true end
  end
  local means = {}
  for place, tool in ipairs(names.sorted(peers)) do
    means[place] = ("%s: %s times ours"):format(tool, ratio(all, tool))
  end
  if #means > 0 then parts[#parts + 1] = table.concat(means, "\n") end
  parts[#parts + 1] = undecided(rows)
  return table.concat(parts, "\n\n")
end

return verdicts
