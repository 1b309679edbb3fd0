--- What networks are trained for: how one is trained, how good it is, and what is asked of it.
local data = require "vnn.data"
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

--- Points of the box and the function there.
local function examples(seed, count)
  local points = tensor.random(seed):uniform({ count, 2 }, -1, 1)
  return data.from_rows(points, peaks(points))
end

function subjects.peaks()
  local train, test = examples(1, 4000), examples(2, 2000)
  return {
    inputs = 2,
    outputs = 1,
    train = function(network, seed, mask)
      -- Inputs are in standard units already.
      return (assert(nn.train(network, train, {
        epochs = mask and 30 or 100, schedule = { kind = "cosine" }, weight_decay = 0, standardize = false,
        learning_rate = 5e-3, mask = mask, seed = seed, progress = false,
      })))
    end,
    quality = function(network) return network:r2(test) end,
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
