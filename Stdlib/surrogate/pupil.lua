--- A pruned network that learns from its dense one: trained on the dense network's outputs, its zeros kept.
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"

local pupils = {}

---@class vnn.surrogate.Pupil
---@field dense vnn.Network the teacher
---@field mask vnn.Mask what may be other than zero
---@field private inputs vnn.Tensor[]
---@field private weights number[]
local Pupil = {}
Pupil.__index = Pupil

--- The layers of a network with other units for inputs, (x - offset) / factor, and outputs, likewise. Where its first
--- or last layer is a convolution, whose weights are for many inputs, units stay as they are.
local function rescaled(network, x_offset, x_factor, y_offset, y_factor)
  local layers = {}
  for position = 1, network.depth do
    local layer = network:layer(position)
    local weight, bias = layer.weight, layer.bias
    if position == 1 and layer.kind ~= "convolution" then
      bias = bias + layer:sums(weight * layer:outer(nil, x_offset))
      weight = weight * layer:outer(nil, x_factor)
    end
    if position == network.depth and layer.kind ~= "convolution" then
      weight = weight / layer:outer(y_factor)
      bias = (bias - y_offset) / y_factor
    end
    layers[position] = layer:with(weight, bias)
  end
  return nn.from_layers(layers)
end

local function ones_for_zeros(x) return tensor.where(x:greater(0), x, x * 0 + 1) end

--- Begins with what is left of the dense network after pruning, and points where the two should agree.
---
--- Training happens in units in which inputs are within [-1, 1] and outputs have the deviation 1, whatever the model's.
---@param dense vnn.Network
---@param sparse vnn.Network
---@param inputs vnn.Tensor[] one or more
---@return vnn.surrogate.Pupil
function pupils.new(dense, sparse, inputs)
  settings.expect("pupil.new", 1, dense, "vnn.Network")
  settings.expect("pupil.new", 2, sparse, "vnn.Network")
  local x = tensor.stack(inputs, 1)
  local low, high = x:min(1), x:max(1)
  local y = dense:forward(x)
  local pupil = setmetatable({ dense = dense, mask = prune.nonzeros(sparse), inputs = {}, weights = {} }, Pupil)
  pupil.x_offset, pupil.x_factor = (low + high) * 0.5, ones_for_zeros((high - low) * 0.5)
  if sparse:layer(1).kind == "convolution" then pupil.x_offset, pupil.x_factor = low * 0, low * 0 + 1 end
  pupil.y_offset = y:mean(1)
  pupil.y_factor = ones_for_zeros((y - pupil.y_offset:unsqueeze(1)):square():mean(1):sqrt())
  if sparse:layer(sparse.depth).kind == "convolution" then
    pupil.y_offset, pupil.y_factor = pupil.y_offset * 0, pupil.y_factor * 0 + 1
  end
  pupil.scaled = rescaled(sparse, pupil.x_offset, pupil.x_factor, pupil.y_offset, pupil.y_factor)
  pupil.optimizer = nn.adam(pupil.scaled, { learning_rate = 5e-3 })
  for _, input in ipairs(inputs) do pupil:add(input, 1) end
  return pupil
end

--- One point more.
---@param input vnn.Tensor
---@param weight number how much it counts; the first points count 1
function Pupil:add(input, weight)
  self.inputs[#self.inputs + 1], self.weights[#self.weights + 1] = input, weight
end

--- Steps of Adam on the weighted mean squared error over all points.
---@param steps integer
---@param is_over fun(): boolean asked before every step
---@return number error root of the mean squared error, in deviations of the outputs
function Pupil:train(steps, is_over)
  local x = tensor.stack(self.inputs, 1)
  local y = (self.dense:forward(x) - self.y_offset:unsqueeze(1)) / self.y_factor:unsqueeze(1)
  x = (x - self.x_offset:unsqueeze(1)) / self.x_factor:unsqueeze(1)
  local weights = tensor.from(self.weights)
  weights = (weights / weights:sum()):unsqueeze(2)
  for step = 1, steps do
    if is_over() then break end
    self.optimizer.learning_rate = step > 0.7 * steps and 1e-3 or 5e-3
    local _, gradients = self.scaled:gradients(x, (self.scaled:forward(x) - y) * weights * 2)
    self.optimizer:step(gradients, { mask = self.mask })
  end
  return math.sqrt(((self.scaled:forward(x) - y):square() * weights):sum() / self.dense.outputs)
end

--- The pupil in the dense network's units.
---@return vnn.Network
function Pupil:network()
  local x_factor, y_factor = self.x_factor, self.y_factor
  return rescaled(self.scaled, -self.x_offset / x_factor, x_factor ^ -1, -self.y_offset / y_factor, y_factor ^ -1)
end

--- How far it is from the dense network at an input, in deviations of the outputs.
---@param input vnn.Tensor
---@return number
function Pupil:disagreement(input)
  local scaled = self.scaled:forward((input - self.x_offset) / self.x_factor)
  local dense = (self.dense:forward(input) - self.y_offset) / self.y_factor
  return (scaled - dense):abs():max()
end

--- Lets more weights be other than zero, those of the dense network's that are largest; they begin as zeros.
---@param share number of all weights
function Pupil:grow(share)
  local rate = math.max(0, self.mask.sparsity - share)
  self.mask = self.mask | prune.mask(self.dense, { rate = rate, layers = "all" })
end

--- Takes a share of its smallest weights away.
---@param share number of those that are left
function Pupil:thin(share)
  self.mask = prune.mask(self.scaled, { rate = share, within = self.mask, layers = "all" })
end

return pupils
