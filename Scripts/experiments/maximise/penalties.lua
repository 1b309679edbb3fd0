--- Gradient ascent with penalties, as a stage of `surrogate.optimize`: what gradients can do where rows and whole
--- numbers bind. It looks at no linear piece and solves nothing.
---
--- Adam climbs from random points: objective - weight · Σ violation² with a weight that grows along the way, within the
--- box. Every point on the way is a candidate, its whole variables rounded to the nearest and downwards.
local surrogate = require "vnn.surrogate"

local penalties = {}

--- Steps of one ascent, the largest and the smallest step as shares of an input's range, and the penalty's weight at
--- the first and the last step.
local steps, first_step, last_step, first_weight, last_weight = 100, 0.1, 1e-3, 1, 1e3

--- Rows are tightened by this, so that a point that hardly violates one is none.
local margin = 1e-6

local Ascent = {}
Ascent.__index = Ascent

--- What is to be climbed: the objective and the user's rows by column, and the inputs that may move.
local function begin(run)
  local model, is_output = run.model, {}
  local self = setmetatable({ run = run, sign = model.sense == "maximize" and 1 or -1, rows = {}, free = {} }, Ascent)
  local function by_column(of)
    local variables, coefficients = model:terms(of)
    local list = {}
    for position = 1, variables.count do list[variables[position].index] = coefficients[position] end
    return list
  end
  self.objective = by_column(model:objective())
  for _, row in ipairs(run.user_rows) do
    local lower, upper = model:row_bounds(row)
    self.rows[#self.rows + 1] = { terms = by_column(row), lower = lower + margin, upper = upper - margin }
  end
  for _, rows in ipairs(run.columns) do
    for _, row in ipairs(rows) do
      for _, column in ipairs(row.outputs) do is_output[column] = true end
    end
  end
  for _, rows in ipairs(run.columns) do
    for _, row in ipairs(rows) do
      for _, column in ipairs(row.inputs) do
        if not is_output[column] then self.free[column] = self.free[column] or false end
      end
    end
  end
  for _, variable in ipairs(model:all_variables()) do
    if self.free[variable.index] ~= nil then
      local lower, upper = model:bounds(variable)
      self.free[variable.index] = { lower = lower, upper = upper, whole = model:kind(variable) ~= "continuous" }
    end
  end
  return self
end

local function dot(terms, point)
  local sum = 0
  for column, coefficient in pairs(terms) do sum = sum + coefficient * point[column] end
  return sum
end

--- Fills in all outputs; returns the objective, larger is better, and how far the rows are violated.
function Ascent:forward(point)
  for position, rows in ipairs(self.run.columns) do
    for _, row in ipairs(rows) do
      local x = {}
      for input, column in ipairs(row.inputs) do x[input] = point[column] end
      local y = self.run.networks[position]:forward(x):table()
      for output, column in ipairs(row.outputs) do point[column] = y[output] end
    end
  end
  local excess = {}
  for number, row in ipairs(self.rows) do
    local activity = dot(row.terms, point)
    excess[number] = math.max(activity - row.upper, 0) - math.max(row.lower - activity, 0)
  end
  return self.sign * dot(self.objective, point), excess
end

--- The slope of objective - weight · Σ excess² by column.
function Ascent:backward(point, excess, weight)
  local slope = {}
  for column, coefficient in pairs(self.objective) do slope[column] = self.sign * coefficient end
  for number, row in ipairs(self.rows) do
    if excess[number] ~= 0 then
      for column, coefficient in pairs(row.terms) do
        slope[column] = (slope[column] or 0) - 2 * weight * excess[number] * coefficient
      end
    end
  end
  for position = #self.run.columns, 1, -1 do
    for _, row in ipairs(self.run.columns[position]) do
      local x, weights = {}, {}
      for output, column in ipairs(row.outputs) do weights[output] = slope[column] or 0 end
      for input, column in ipairs(row.inputs) do x[input] = point[column] end
      local _, gradient = self.run.networks[position]:input_gradient(x, weights)
      for input, value in ipairs(gradient:table()) do
        local column = row.inputs[input]
        slope[column] = (slope[column] or 0) + value
      end
    end
  end
  return slope
end

--- Keeps a point that violates nothing and is better than all before.
function Ascent:offer(point, value, excess)
  for _, amount in ipairs(excess) do
    if amount ~= 0 then return end
  end
  if self.best and value <= self.best then return end
  if self.run:test(point, "gradient") then self.best = value end
end

--- Offers a point with its whole variables rounded; where there are none, the point itself.
function Ascent:offer_rounded(point, value, excess)
  local nearest, below, has_whole = {}, {}, false
  for column, number in ipairs(point) do
    local input = self.free[column]
    has_whole = has_whole or input and input.whole
    nearest[column] = input and input.whole and math.floor(number + 0.5) or number
    below[column] = input and input.whole and math.floor(number + 1e-9) or number
  end
  if not has_whole then return self:offer(point, value, excess) end
  for _, rounded in ipairs { nearest, below } do self:offer(rounded, self:forward(rounded)) end
end

--- Climbs once from a random point.
function Ascent:climb()
  local run, point, mean, square = self.run, {}, {}, {}
  for column = 1, run.model.columns do point[column] = 0 end
  local columns = {}
  for column in pairs(self.free) do columns[#columns + 1] = column end
  table.sort(columns)
  for _, column in ipairs(columns) do
    local input = self.free[column]
    point[column] = input.lower + (input.upper - input.lower) * run.random:number()
    mean[column], square[column] = 0, 0
  end
  for step = 1, steps do
    if run:remaining() == 0 then return end
    local value, excess = self:forward(point)
    self:offer_rounded(point, value, excess)
    local progress = (step - 1) / (steps - 1)
    local slope = self:backward(point, excess, first_weight * (last_weight / first_weight) ^ progress)
    local share = first_step * (last_step / first_step) ^ progress
    for _, column in ipairs(columns) do
      local input, gradient = self.free[column], slope[column] or 0
      mean[column] = 0.9 * mean[column] + 0.1 * gradient
      square[column] = 0.99 * square[column] + 0.01 * gradient * gradient
      local direction = mean[column] / (1 - 0.9 ^ step) / (math.sqrt(square[column] / (1 - 0.99 ^ step)) + 1e-12)
      local moved = point[column] + share * (input.upper - input.lower) * direction
      point[column] = math.max(input.lower, math.min(input.upper, moved))
    end
  end
  local value, excess = self:forward(point)
  self:offer_rounded(point, value, excess)
end

--- Rounds of `restarts` ascents until the time is over; `result.rounds` has the best value after each.
function surrogate.stages.penalties(run)
  local ascent, rounds = begin(run), {}
  repeat
    for _ = 1, run.options.restarts do ascent:climb() end
    local _, objective = run:best()
    rounds[#rounds + 1] = { objective = objective }
  until run:remaining() == 0
  run.result.rounds = rounds
end

return penalties
