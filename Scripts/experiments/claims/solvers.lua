--- Whose solver is it? How many of the same problems each solver finds something on within limits, dense and pruned at
--- 0.9: all from one run at the largest limit, by the times of first finds.
---
--- A run that ends before, since its model is solved or the problem proved, will never find anything, and counts so
--- under every limit; only a run at the largest limit is cut off, and nothing is said about longer ones. So these are
--- shares of all problems, and no Kaplan–Meier curves, which would take runs that ended for ones that might still find
--- something. A run of which the solver failed has found nothing, and is counted by itself.
local kept = require "claims.kept"
local kinds = require "paper.kinds"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local plot = require "vnn.plot"
local settings = require "vnn.settings"
local tested = require "shared.tested"
local values = require "claims.values"

local solvers = {}

--- The limit of these runs, in processor seconds of script and solver together.
solvers.limit = 60

--- The limits of the table.
solvers.limits = { 1, 2, 5, 10, 20, 30, 60 }

---@class claims.solvers.Run
---@field hit number? time to a find
---@field ending "ended"|"cut off"|"failed"

---@class claims.Solver
---@field name string with its version, and what it tests
---@field setting claims.Setting
---@field runs table<"dense"|"pruned", claims.solvers.Run[]>
---@field images integer
---@field more shared.Tested finds of pruned less those of dense runs, at the largest limit
---@field means shared.Means? times to a find, cut off at the limit

local function ending(row)
  if row.verdict == "robust" or row.status == "optimal" or row.status == "stopped" then return "ended" end
  return row.status == "limit" and "cut off" or "failed"
end

local function solver_of(setting)
  local list, row = pairing.select(kept.pairs(setting), kinds.main), setting.rows[1]
  local timed, differences = pairing.all_timed(list), {}
  local runs = { dense = {}, pruned = {} }
  for position, pair in ipairs(list) do
    for kind, of_kind in pairs(runs) do
      of_kind[position] = { hit = timed[position][kind], ending = ending(pair[kind]) }
    end
    differences[position] = { number = values.found_more(pair), image = timed[position].image }
  end
  local tests = row.candidates == "relaxations" and ", with node relaxations" or ""
  return {
    name = ("%s %s%s"):format(row.solver, row.solver_version, tests), setting = setting, runs = runs,
    images = paired.images(timed), more = tested.mean(differences, "above"), means = paired.means(timed),
  }
end

--- The solvers that have runs at the limit.
---@param list claims.Setting[]
---@return claims.Solver[]
function solvers.of(list)
  local found, family = {}, {}
  for _, setting in ipairs(list) do
    local others = settings.joined(setting.changes)
    for _, name in ipairs { "solver", "candidates", "time_limit" } do others[name] = nil end
    if setting.protocol == "strict" and setting.changes.time_limit == solvers.limit and not next(others) then
      local solver = solver_of(setting)
      found[#found + 1], family[#family + 1] = solver, solver.more
    end
  end
  tested.judge(family)
  return found
end

--- How many runs found something within a limit.
---@param runs claims.solvers.Run[]
---@param limit number
---@return integer
function solvers.found(runs, limit)
  local count = 0
  for _, run in ipairs(runs) do count = count + (run.hit and run.hit <= limit and 1 or 0) end
  return count
end

--- How many found nothing and ended so.
---@param runs claims.solvers.Run[]
---@param how "ended"|"cut off"|"failed"
---@return integer
function solvers.without(runs, how)
  local count = 0
  for _, run in ipairs(runs) do count = count + (not run.hit and run.ending == how and 1 or 0) end
  return count
end

--- Draws the curves; nil and a message where that is not possible.
---@param stem string path of the picture without its ending
---@param list claims.Solver[]
---@return { svg: string }?
---@return string? message
function solvers.draw(stem, list)
  local blocks, script = {}, { "set multiplot layout 1,2" }
  script[2] = "set tics font small_font nomirror out\nset grid xtics ytics lc rgb '#e6e6e6'\nset logscale x\n"
    .. "set format x '%g'\nset key below vertical maxrows 3 font small_font\n"
    .. "set xlabel 'limit, processor seconds' font small_font\nset ylabel 'found' font small_font"
  for _, kind in ipairs { "dense", "pruned" } do
    local lines, most = {}, 0
    for number, solver in ipairs(list) do
      most = math.max(most, #solver.runs[kind])
      local hits, name = {}, ("%s%d"):format(kind, number)
      for _, run in ipairs(solver.runs[kind]) do hits[#hits + 1] = run.hit end
      blocks[name] = paired.staircase(hits, solvers.limit)
      lines[number] = ("$%s using 1:2 with lines lw 2 lc %d title %s"):format(name, number, plot.quote(solver.name))
    end
    script[#script + 1] = ("set title %s font small_font\nset xrange [0.002:%g]\nset yrange [0:%d]\nplot %s"):format(
      plot.quote(kind == "dense" and "dense" or "pruned at 0.9"), solvers.limit, most, table.concat(lines, ", "))
  end
  script[#script + 1] = "unset multiplot"
  return plot.draw {
    stem = stem, script = table.concat(script, "\n"), data = blocks, width = 800, height = 400, columns = 2,
  }
end

return solvers
