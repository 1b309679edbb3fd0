--- Better points around a point: the linear piece of the dense networks that it lies in, solved as a small linear
--- program (or a small MILP, where the user's own variables are whole), and a walk from piece to piece.
---
--- At a point every neuron is active or not. With all of them held so, y = f(x) is affine in x on a polyhedron:
--- `Model:piece`. Its best point is one of the whole model, since the networks in it are the dense ones. At its border
--- the neighbouring piece begins, and the walk goes on there until nothing improves (Tong, Cai, Serra 2024,
--- "Optimization Over Trained Neural Networks: Taking a Relaxing Walk"). Where the piece has no point, rows and bounds
--- of outputs may be violated, as little as possible: the best piece by that measure is the next.
local milp = require "vnn.milp"
local search = require "vnn.surrogate.search"
local settings = require "vnn.settings"
local system = require "vnn.system"

local pieces = {}

--- The activation pattern at a completed point, as a text.
local function pattern(run, point)
  local values, marks = point:table(), {}
  for position, column in ipairs(run.switches) do marks[position] = values[column] > 0.5 and "1" or "0" end
  return table.concat(marks)
end

--- The user's rows that touch an output of a block, and the outputs' variables.
local function touched(run)
  if run.touched then return run.touched, run.outputs end
  local is_output, rows = {}, {}
  run.outputs = {}
  for _, block in ipairs(run.blocks) do
    for _, variable in ipairs(block.outputs:flatten()) do
      is_output[variable.index] = true
      run.outputs[#run.outputs + 1] = variable
    end
  end
  for _, row in ipairs(run.user_rows) do
    for _, variable in ipairs(run.model:terms(row)) do
      if is_output[variable.index] then
        rows[#rows + 1] = row
        break
      end
    end
  end
  run.touched = rows
  return rows, run.outputs
end

--- Makes a piece, or a copy of the model, elastic: what it asks of outputs may be violated, and the objective is by how
--- much.
---@param run vnn.surrogate.Run
---@param piece vnn.Model
---@return boolean whether it asks anything of outputs
function pieces.loosen(run, piece)
  settings.expect("pieces.loosen", 2, piece, "vnn.Model")
  local slack = milp.sum {}
  local function loose(row)
    local up, down = piece:variable {}, piece:variable {}
    piece:set_coefficient(row, up, 1)
    piece:set_coefficient(row, down, -1)
    slack:add_(up):add_(down)
  end
  local rows, outputs = touched(run)
  for _, row in ipairs(rows) do loose(row) end
  -- What a block reads must stay within the bounds that the block stands on.
  local is_read = {}
  for _, block in ipairs(piece:blocks()) do
    for _, variable in ipairs(block.inputs:flatten()) do is_read[variable.index] = true end
  end
  for _, variable in ipairs(outputs) do
    if not is_read[variable.index] then
      local lower, upper = piece:range(variable)
      loose(piece:constrain_range(variable, lower, upper))
      piece:set_bounds(variable, -math.huge, math.huge)
    end
  end
  piece:minimize(slack)
  return #rows + #outputs > 0
end

--- What a piece may cost: a small part of the search, since there are many.
local function limit(run) return math.min(run:remaining(), math.max(0.2, 0.05 * run.options.time_limit_s)) end

local function solved(run, piece)
  local solution = piece:solve { solver = run.options.solver, time_limit_s = limit(run) }
  return solution and solution.has_point and solution or nil
end

--- Tests a point, then the best point of its piece, and walks on from there while that improves; a piece that was seen
--- before is left out, and a walk has a tenth of the search's time.
---@param run vnn.surrogate.Run
---@param point vnn.Tensor|number[] of which the blocks' inputs matter
---@param source string what the point itself is
---@return boolean improved whether the search's best point has become better
function pieces.improve(run, point, source)
  settings.expect("pieces.improve", 1, run, "a table")
  point = search.complete(run, point)
  local improved = search.test(run, point, source)
  run.seen = run.seen or {}
  local deadline = system.clock() + 0.1 * run.options.time_limit_s
  local last, violation
  for step = 1, math.huge do
    local key = pattern(run, point)
    if run.seen[key] or run:remaining() == 0 or step > 1 and system.clock() > deadline then break end
    run.seen[key] = true
    local piece = run.model:piece(point)
    local solution = solved(run, piece)
    if solution then
      point = search.complete(run, solution:point())
      improved = search.test(run, point, step == 1 and "piece" or "walk") or improved
      if last and not run:better(solution.objective, last) then break end
      last = solution.objective
    else
      if last or not pieces.loosen(run, piece) then break end
      solution = solved(run, piece)
      if not solution or violation and solution.objective >= violation - 1e-7 then break end
      violation = solution.objective
      point = search.complete(run, solution:point())
    end
  end
  return improved
end

search.methods.improve = pieces.improve

return pieces
