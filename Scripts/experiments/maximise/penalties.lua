--- Gradient ascent with penalties, as a stage of `surrogate.optimize`: what gradients can do where rows and whole
--- numbers bind. It looks at no linear piece and solves nothing.
---
--- Adam climbs from random points: objective - weight · Σ violation² with a weight that grows along the way, within the
--- box. Every point on the way is a candidate, its whole variables rounded to the nearest and downwards. At the end the
--- last one is restored: the variables that are not whole move by Newton's step for one violated row after the other,
--- until none is, or the steps are used up.
local passes = require "vnn.surrogate.passes"
local surrogate = require "vnn.surrogate"

local penalties = {}

--- Steps of one ascent, the largest and the smallest step as shares of an input's range, and the penalty's weight at
--- the first and the last step.
local steps, first_step, last_step, first_weight, last_weight = 100, 0.1, 1e-3, 1, 1e3

--- Rows are tightened by this where they leave room for it, so that a point that hardly violates one is none; what the
--- others may be violated by; and how often a point is restored row by row.
local margin, tolerance, restorations = 1e-6, 1e-7, 30

local Ascent = {}
Ascent.__index = Ascent

--- What is to be climbed: the objective and the user's rows by column, and the variables that may move: inputs of
--- blocks and whatever else the objective or a row speaks of, but for outputs.
local function begin(run)
  local model, is_output, is_spoken_of = run.model, {}, {}
  local self = setmetatable({ run = run, sign = model.sense == "maximize" and 1 or -1, rows = {}, free = {} }, Ascent)
  local function by_column(of)
    local variables, coefficients = model:terms(of)
    local list = {}
    for position = 1, variables.count do
      list[variables[position].index] = coefficients[position]
      is_spoken_of[variables[position].index] = true
    end
    return list
  end
  self.objective = by_column(model:objective())
  for _, row in ipairs(run.user_rows) do
    local lower, upper = model:row_bounds(row)
    local room = math.min(margin, (upper - lower) / 2)
    self.rows[#self.rows + 1] = { terms = by_column(row), lower = lower + room, upper = upper - room }
  end
  for _, rows in ipairs(run.columns) do
    for _, row in ipairs(rows) do
      for _, column in ipairs(row.inputs) do is_spoken_of[column] = true end
      for _, column in ipairs(row.outputs) do is_output[column] = true end
    end
  end
  for _, variable in ipairs(model:all_variables()) do
    local column = variable.index
    if is_spoken_of[column] and not is_output[column] then
      local lower, upper = model:bounds(variable)
      -- What has no range of its own begins at 0, or the bound that is nearest, and moves as if it were 1.
      local range = upper - lower < math.huge and upper - lower or nil
      self.free[column] = {
        lower = lower, upper = upper, range = range or 1, spread = range or 0,
        start = range and lower or math.max(lower, math.min(upper, 0)), whole = model:kind(variable) ~= "continuous",
      }
      self.has_whole = self.has_whole or self.free[column].whole
    end
  end
  return self
end

local function dot(terms, point)
  local sum = 0
  for column, coefficient in pairs(terms) do sum = sum + coefficient * point[column] end
  return sum
end

--- How far a row is violated: above 0 beyond its upper bound, below 0 beyond its lower one.
local function excess_of(row, point)
  local activity = dot(row.terms, point)
  return math.max(activity - row.upper, 0) - math.max(row.lower - activity, 0)
end

--- Fills in all outputs; returns the objective, larger is better, and how far the rows are violated.
function Ascent:forward(point)
  passes.forward(self.run, point)
  local excess = {}
  for number, row in ipairs(self.rows) do excess[number] = excess_of(row, point) end
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
  passes.backward(self.run, point, slope)
  return slope
end

local function is_violated(excess)
  for _, amount in ipairs(excess) do
    if math.abs(amount) > tolerance then return true end
  end
  return false
end

--- Moves what is not whole until no row is violated, one row after the other by Newton's step, within the box.
function Ascent:restore(point)
  for _ = 1, restorations do
    local value, excess = self:forward(point)
    if not is_violated(excess) or self.run:remaining() == 0 then return value, excess end
    for _, row in ipairs(self.rows) do
      local amount = excess_of(row, point)
      if math.abs(amount) > tolerance then
        local slope, squares = {}, 0
        for column, coefficient in pairs(row.terms) do slope[column] = coefficient end
        passes.backward(self.run, point, slope)
        for column, number in pairs(slope) do
          local input = self.free[column]
          if input and not input.whole and input.upper > input.lower then squares = squares + number * number end
        end
        for column, number in pairs(squares > 0 and slope or {}) do
          local input = self.free[column]
          if input and not input.whole then
            point[column] = math.max(input.lower, math.min(input.upper, point[column] - amount * number / squares))
          end
        end
        passes.forward(self.run, point)
      end
    end
  end
  return self:forward(point)
end

--- Keeps a point that violates nothing and is better than all before.
function Ascent:offer(point, value, excess)
  if is_violated(excess) or self.best and value <= self.best then return end
  if self.run:test(point, "gradient") then self.best = value end
end

--- The point with its whole variables rounded to the nearest and downwards; nothing where there are none.
function Ascent:rounded(point)
  if not self.has_whole then return {} end
  local nearest, below = {}, {}
  for column, number in ipairs(point) do
    local input = self.free[column]
    nearest[column] = input and input.whole and math.floor(number + 0.5) or number
    below[column] = input and input.whole and math.floor(number + 1e-9) or number
  end
  return { nearest, below }
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
    point[column] = input.start + input.spread * run.random:number()
    mean[column], square[column] = 0, 0
  end
  for step = 1, steps do
    if run:remaining() == 0 then return end
    local value, excess = self:forward(point)
    if not self.has_whole then self:offer(point, value, excess) end
    for _, rounded in ipairs(self:rounded(point)) do self:offer(rounded, self:forward(rounded)) end
    local progress = (step - 1) / (steps - 1)
    local slope = self:backward(point, excess, first_weight * (last_weight / first_weight) ^ progress)
    local share = first_step * (last_step / first_step) ^ progress
    for _, column in ipairs(columns) do
      local input, gradient = self.free[column], slope[column] or 0
      mean[column] = 0.9 * mean[column] + 0.1 * gradient
      square[column] = 0.99 * square[column] + 0.01 * gradient * gradient
      local direction = mean[column] / (1 - 0.9 ^ step) / (math.sqrt(square[column] / (1 - 0.99 ^ step)) + 1e-12)
      point[column] = math.max(input.lower, math.min(input.upper, point[column] + share * input.range * direction))
    end
  end
  if not self.has_whole then self:offer(point, self:restore(point)) end
  for _, rounded in ipairs(self:rounded(point)) do self:offer(rounded, self:restore(rounded)) end
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
