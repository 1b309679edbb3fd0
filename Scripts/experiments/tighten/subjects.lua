--- What networks are trained for: how one is trained, how good it is, and what is asked of it.
local networks = require "shared.networks"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local tensor = require "vnn.tensor"

local subjects = {}

---@class tighten.Subject
---@field inputs integer
---@field outputs integer
---@field train fun(network: vnn.Network, seed: integer, mask?: vnn.Mask): vnn.Network with a mask: trains on
---@field quality fun(network: vnn.Network): number R² or accuracy on points that it was not trained on
---@field ask fun(dense: vnn.Network, seed: integer): vnn.Tensor, vnn.Tensor, number[] a box, and weights of the outputs
---  whose sum is to be as large as possible

--- MATLAB's peaks, a function of two variables with several hills, at inputs in [-1, 1] that stand for [-3, 3].
local function peaks(points)
  local x, y = 3 * points:select(2, 1), 3 * points:select(2, 2)
  return 3 * (1 - x) ^ 2 * (-1 * x ^ 2 - (y + 1) ^ 2):exp()
    - 10 * (x / 5 - x ^ 3 - y ^ 5) * (-1 * x ^ 2 - y ^ 2):exp()
    - (-1 * (x + 1) ^ 2 - y ^ 2):exp() / 3
end

--- Least squares by Adam on random points of the box.
local function fit(network, seed, steps, mask)
  local trained, random = network:copy(), tensor.random(seed)
  local optimizer = nn.adam(trained, { learning_rate = 5e-3 })
  for step = 1, steps do
    local points = random:uniform({ 128, 2 }, -1, 1)
    local residual = trained:forward(points):select(2, 1) - peaks(points)
    local _, gradients = trained:gradients(points, (residual * (2 / 128)):reshape(128, 1))
    if step > 0.7 * steps then optimizer.learning_rate = 1e-3 end
    optimizer:step(gradients, { mask = mask })
  end
  return trained
end

function subjects.peaks()
  local test = tensor.random(1000):uniform({ 2000, 2 }, -1, 1)
  local values = peaks(test)
  return {
    inputs = 2,
    outputs = 1,
    train = function(network, seed, mask) return fit(network, seed, mask and 1000 or 4000, mask) end,
    quality = function(network)
      local errors = network:forward(test):select(2, 1) - values
      return 1 - (errors ^ 2):sum() / ((values - values:mean()) ^ 2):sum()
    end,
    ask = function() return tensor.full({ 2 }, -1), tensor.full({ 2 }, 1), { 1 } end,
  }
end

--- Pictures of 18 x 18 pixels: the largest margin of the class that the dense network likes second best, within 0.05
--- of a picture of the test split.
local function pictures(dataset)
  local train, test = networks.split(dataset, 18, "train"), networks.split(dataset, 18, "test")
  return {
    inputs = train.inputs,
    outputs = #train.classes,
    train = function(network, seed, mask)
      local recipe = protocol.recipe(dataset)
      recipe.seed, recipe.progress, recipe.mask = seed, false, mask
      if mask then recipe.epochs = math.max(recipe.epochs // 2, 1) end
      return (assert(nn.train(network, train, recipe)))
    end,
    quality = function(network) return network:accuracy(test) end,
    ask = function(dense, seed)
      local x = test:image(seed)
      local order, weights = dense:top_classes(x, 2), {}
      for output = 1, dense.outputs do weights[output] = 0 end
      weights[order[2]], weights[order[1]] = 1, -1
      return (x - 0.05):clamp(0, 1), (x + 0.05):clamp(0, 1), weights
    end,
  }
end

function subjects.digits() return pictures "digits" end
function subjects.mnist() return pictures "mnist" end
function subjects.fashion() return pictures "fashion" end

return subjects
