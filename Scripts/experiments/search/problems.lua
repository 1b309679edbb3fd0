--- The problem of a case.
local conditions = require "search.conditions"
local draws = require "shared.draws"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local problems = {}

--- How many pixels may change where few may.
problems.few = 5

--- The rules of a case.
function problems.rules(case)
  -- No protocol has the norm that counts pixels.
  local norm = case.base ~= "few pixels" and case.norm or nil
  return protocol.with(conditions.protocol(case.base), {
    classes = case.classes, norm = norm, bounds = case.bounds, over = case.over,
  })
end

local function same_but(problem, changes)
  return verify.problem(settings.joined({
    input = problem.input, lower = 0, upper = 1, norm = problem.norm, epsilon = problem.epsilon,
    class = problem.class, target = problem.target,
  }, changes))
end

--- What makes another problem of the strict one.
local changed = {}

--- The picture's mean stays, and the class that comes third does not overtake the first: gradients of the margin lead
--- out of both.
changed["side constraints"] = function(problem, dense)
  local third = dense:top_classes(problem.input, 3)[3]
  local outputs = tensor.zeros { dense.outputs }
  outputs[problem.class], outputs[third] = 1, -1
  return same_but(problem, {
    constraints = {
      { inputs = tensor.ones { dense.inputs }, relation = "==", right = problem.input:sum() },
      { outputs = outputs, relation = ">=", right = 0 },
    },
  })
end

--- A few pixels may change, as much as they like: which ones is no question for a gradient.
changed["few pixels"] = function(problem) return same_but(problem, { norm = "l0", epsilon = problems.few }) end

--- The problem of a case; nil and the reason when the dense network misclassifies the image and the base leaves it out.
---@param case table
---@param dense vnn.Network
---@param train vnn.Dataset
---@param embedded? vnn.Network whose classes count under some conditions
---@return vnn.Problem?
---@return string? reason
function problems.of(case, dense, train, embedded)
  local draw = draws.held_out()[case.image]
  local problem, reason = protocol.problem(dense, train, draw, { protocol = problems.rules(case), embedded = embedded })
  local change = changed[case.base]
  if not problem or not change then return problem, reason end
  return change(problem, dense)
end

return problems
