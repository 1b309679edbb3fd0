--- Gradient ascent through all blocks of a model at once, chains of them included.
local passes = require "vnn.surrogate.passes"
local settings = require "vnn.settings"

local gradients = {}

---@class vnn.surrogate.Ascent
---@field run vnn.surrogate.Run
---@field free { column: integer, lower: number, upper: number, whole: boolean }[] the inputs that may move
local Ascent = {}
Ascent.__index = Ascent

--- How far a step goes, as a share of an input's range: it shrinks geometrically from the first to the second.
local first_step, last_step, steps = 0.25, 1e-3, 60

--- What an ascent needs to know of a model, or nil where it cannot speak for the objective: where that depends on
--- variables that are no inputs or outputs of a block, or where the user's rows or constructs bind inputs.
---@param run vnn.surrogate.Run
---@return vnn.surrogate.Ascent?
function gradients.begin(run)
  settings.expect("gradients.begin", 1, run, "a table")
  local model, is_output, is_input = run.model, {}, {}
  if #model:all_constructs() > 0 then return nil end
  for _, rows in ipairs(run.columns) do
    for _, row in ipairs(rows) do
      for _, column in ipairs(row.inputs) do is_input[column] = true end
      for _, column in ipairs(row.outputs) do is_output[column] = true end
    end
  end
  local objective, depends = {}, false
  local variables, coefficients = model:terms(model:objective())
  for position, variable in ipairs(variables) do
    local column = variable.index
    if not (is_input[column] or is_output[column]) then return nil end
    depends = depends or is_output[column] or false
    objective[column] = (objective[column] or 0) + coefficients[position]
  end
  if not depends then return nil end
  for _, row in ipairs(run.user_rows) do
    for _, variable in ipairs((model:terms(row))) do
      if is_input[variable.index] then return nil end
    end
  end
  local ascent = setmetatable({ run = run, objective = objective, free = {} }, Ascent)
  ascent.sign = model.sense == "maximize" and 1 or -1
  ascent.start = {}
  for column = 1, model.columns do ascent.start[column] = 0 end
  for _, variable in ipairs(model:all_variables()) do
    local column = variable.index
    if is_input[column] and not is_output[column] then
      local lower, upper = model:bounds(variable)
      local kind = model:kind(variable)
      if kind == "semicontinuous" or kind == "semiinteger" then return nil end
      ascent.free[#ascent.free + 1] = { column = column, lower = lower, upper = upper, whole = kind ~= "continuous" }
    end
  end
  return ascent
end

--- Fills in all outputs; returns the objective, larger is better.
function Ascent:forward(point)
  passes.forward(self.run, point)
  local value = 0
  for column, coefficient in pairs(self.objective) do value = value + coefficient * point[column] end
  return self.sign * value
end

--- The gradient of the objective, by column, at a point whose outputs are filled in.
function Ascent:backward(point)
  local slope = {}
  for column, coefficient in pairs(self.objective) do slope[column] = self.sign * coefficient end
  passes.backward(self.run, point, slope)
  return slope
end

--- Climbs from a random point by steps along the gradient's signs, as large as the box is wide, within the box; ends at
--- the best point on the way, its whole variables rounded.
---@return { point: number[], value: number }
function Ascent:climb()
  local random, point = self.run.random, table.move(self.start, 1, #self.start, 1, {})
  for _, input in ipairs(self.free) do
    point[input.column] = input.lower + (input.upper - input.lower) * random:number()
  end
  local best, value
  for step = 0, steps do
    local reached = self:forward(point)
    if not value or reached > value then best, value = table.move(point, 1, #point, 1, {}), reached end
    if step == steps or self.run:remaining() == 0 then break end
    local slope, share = self:backward(point), first_step * (last_step / first_step) ^ (step / steps)
    for _, input in ipairs(self.free) do
      local direction = slope[input.column] or 0
      if direction ~= 0 then
        local moved = point[input.column] + (direction > 0 and 1 or -1) * share * (input.upper - input.lower)
        point[input.column] = math.max(input.lower, math.min(input.upper, moved))
      end
    end
  end
  for _, input in ipairs(self.free) do
    if input.whole then best[input.column] = math.floor(best[input.column] + 0.5) end
  end
  return { point = best, value = self:forward(best) }
end

return gradients
