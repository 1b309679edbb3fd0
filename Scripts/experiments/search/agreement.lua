--- In how far an embedded network agrees with its dense one about a problem, at points of the region. The points are
--- not those that a surrogate was taught at.
local samples = require "vnn.surrogate.samples"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local agreement = {}

--- Points at which the two are compared.
local count = 128

--- How the margin is made of the outputs.
local function margin_weights(problem, outputs)
  local weights = tensor.zeros { outputs }
  weights[problem.target], weights[problem.class] = 1, -1
  return weights
end

--- The margins of a network at points, their gradients, and which neurons are active.
local function behaviour(network, weights, points)
  local _, _, gradients = network:gradients(points, weights)
  local x, active = points, {}
  for position = 1, network.depth - 1 do
    local layer = network:layer(position)
    x = (x:matmul(layer:matrix():transpose()) + layer.bias:unsqueeze(1)):relu()
    active[position] = x:greater(0)
  end
  return network:forward(points):matmul(weights), gradients, tensor.concat(active, 2)
end

--- The correlation of two lists of numbers; 0 where one of them does not vary.
local function correlation(a, b)
  local first, second = a - a:mean(), b - b:mean()
  local norms = first:norm() * second:norm()
  return norms > 0 and first:dot(second) / norms or 0
end

---@class search.Agreement
---@field gradient_cosine number mean cosine of the margins' gradients; a gradient of 0 has none with any
---@field equal_activations number share of hidden neurons that are active in both networks or in neither
---@field margin_correlation number of the two margins
---@field margin_error number root of the mean square of their difference, in deviations of the dense one's
---@field difference_bound number how far the dense margin can exceed the embedded one in the region, likewise

--- Compares the two.
---@param dense vnn.Network of layers that have a matrix
---@param embedded vnn.Network of the same widths
---@param problem vnn.Problem
---@param seed integer of the points
---@return search.Agreement
function agreement.of(dense, embedded, problem, seed)
  local points = tensor.stack(samples.of_problem(problem, count, tensor.random(seed + 2000000)), 1)
  local weights = margin_weights(problem, dense.outputs)
  local margins, gradients, active = behaviour(dense, weights, points)
  local own_margins, own_gradients, own_active = behaviour(embedded, weights, points)
  local norms = gradients:norm(2, 2) * own_gradients:norm(2, 2)
  local cosines = (gradients * own_gradients):sum(2) / tensor.where(norms:greater(0), norms, norms * 0 + 1)
  local deviation = (margins - margins:mean()):square():mean() ^ 0.5
  local scale = deviation > 0 and deviation or 1
  -- What a problem asks of outputs beside, the two networks would answer differently.
  local region = #problem.constraints == 0 and problem or verify.problem {
    input = problem.input, norm = problem.norm, epsilon = problem.epsilon, class = problem.class,
    target = problem.target,
  }
  return {
    gradient_cosine = cosines:mean(),
    equal_activations = active:equal(own_active):mean(),
    margin_correlation = correlation(margins, own_margins),
    margin_error = (margins - own_margins):square():mean() ^ 0.5 / scale,
    difference_bound = verify.difference(dense, embedded, region).bound / scale,
  }
end

return agreement
