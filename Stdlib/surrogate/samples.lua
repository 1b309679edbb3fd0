--- Points at which a surrogate has to agree with its dense network: those where a search can go.
local milp = require "vnn.milp"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"

local samples = {}

--- Inputs of a problem's region: random ones, and the farthest in random directions, by turns.
---
--- ```lua
--- local samples, verify = require "vnn.surrogate.samples", require "vnn.verify"
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.25, class = 1, target = 2 }
--- print(#samples.of_problem(problem, 10, require("vnn.tensor").random(1))) --> 10
--- ```
---@param problem vnn.Problem
---@param count integer
---@param random vnn.Random
---@return vnn.Tensor[]
function samples.of_problem(problem, count, random)
  settings.expect("samples.of_problem", 1, problem, "vnn.Problem")
  local list = {}
  for position = 1, count do
    if position % 2 == 0 then
      list[position] = problem:sample(random)
    else
      local _, farthest = problem:support(random:normal({ #problem.input }, 0, 1))
      list[position] = farthest
    end
  end
  return list
end

--- Corners of what the user's rows leave of a model, by linear programs with random objectives in the blocks' inputs,
--- where any outputs are taken for possible; none where the programs have no point.
local function corners(model, count, random, solver, seconds)
  local middle = tensor.zeros { model.columns }
  for _, block in ipairs(model:blocks()) do
    for _, variable in ipairs(block.inputs:flatten()) do
      local lower, upper = model:range(variable)
      middle[variable.index] = 0.5 * (lower + upper)
    end
  end
  local region, is_own = model:piece(middle):relaxation(), {}
  for _, row in ipairs(model:all_constraints()) do is_own[row.index] = true end
  local touching = 0
  for _, row in ipairs(region:all_constraints()) do
    if is_own[row.index] then
      touching = touching + 1
    else
      region:set_row_bounds(row, -math.huge, math.huge)
    end
  end
  local list = {}
  if touching == 0 then return list end
  local inputs = {}
  for _, block in ipairs(model:blocks()) do inputs[#inputs + 1] = block.inputs:flatten() end
  inputs = milp.concat(inputs)
  for _ = 1, count do
    region:maximize(inputs:dot(random:normal({ inputs.count }, 0, 1)))
    local solution = region:solve { solver = solver, time_limit_s = seconds / count }
    if not solution or not solution.has_point then return list end
    list[#list + 1] = solution:point():slice(1, 1, model.columns):copy()
  end
  return list
end

--- Points of a model with their blocks completed: mixtures of corners of what the user's rows leave, where there are
--- rows; otherwise inputs drawn from their bounds.
---@param model vnn.Model
---@param count integer
---@param random vnn.Random
---@param options { solver: string, time_limit_s: number } of the linear programs
---@return vnn.Tensor[]
function samples.of_model(model, count, random, options)
  settings.expect("samples.of_model", 1, model, "vnn.Model")
  local list, ends = {}, corners(model, 24, random, options.solver, options.time_limit_s)
  local variables = model:all_variables()
  for position = 1, count do
    local point = tensor.zeros { model.columns }
    if #ends > 1 then
      -- Products of uniform numbers favour mixtures of few corners.
      local total = 0
      for _, corner in ipairs(ends) do
        local weight = (-math.log(1 - random:number())) ^ 3
        point:add_(corner * weight)
        total = total + weight
      end
      point:mul_(1 / total)
    else
      for _, variable in ipairs(variables) do
        local lower, upper = model:range(variable)
        if lower > -math.huge and upper < math.huge then
          point[variable.index] = lower + (upper - lower) * random:number()
        end
      end
    end
    list[position] = model:complete(point)
  end
  return list
end

return samples
