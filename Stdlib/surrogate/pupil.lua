--- A pruned network that learns from its dense one: trained on the dense network's outputs, its zeros kept.
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"

local pupils = {}

---@class vnn.surrogate.Pupil
---@field dense vnn.Network the teacher
---@field sparse vnn.Network what it has become so far
---@field mask vnn.Mask what may be other than zero
---@field private inputs vnn.Tensor[]
---@field private weights number[]
---@field private reach vnn.Tensor half the width of each input at the first points
---@field private deviation vnn.Tensor of each of the teacher's outputs at the first points
local Pupil = {}
Pupil.__index = Pupil

local function ones_for_zeros(x) return tensor.where(x:greater(0), x, x * 0 + 1) end

--- Begins with what is left of the dense network after pruning, and points where the two should agree.
---@param dense vnn.Network
---@param sparse vnn.Network
---@param inputs vnn.Tensor[] one or more
---@return vnn.surrogate.Pupil
function pupils.new(dense, sparse, inputs)
  settings.expect("pupil.new", 1, dense, "vnn.Network")
  settings.expect("pupil.new", 2, sparse, "vnn.Network")
  local x = tensor.stack(inputs, 1)
  local y = dense:forward(x)
  local pupil = { dense = dense, sparse = sparse, mask = prune.nonzeros(sparse), inputs = {}, weights = {} }
  pupil.reach = ones_for_zeros((x:max(1) - x:min(1)) * 0.5)
  pupil.deviation = ones_for_zeros((y - y:mean(1):unsqueeze(1)):square():mean(1):sqrt())
  setmetatable(pupil, Pupil)
  for _, input in ipairs(inputs) do pupil:add(input, 1) end
  return pupil
end

--- One point more.
---@param input vnn.Tensor
---@param weight number how much it counts; the first points count 1
function Pupil:add(input, weight)
  self.inputs[#self.inputs + 1], self.weights[#self.weights + 1] = input, weight
end

local function is_convolution(network, position) return network:layer(position).kind == "convolution" end

--- Steps of Adam on the weighted mean squared error over all points.
---@param steps integer
---@param seconds number the most that it may take
---@return number error root of the mean squared error, in deviations of the outputs; infinite where it broke down
function Pupil:train(steps, seconds)
  local taught, off = nn.distil(self.sparse, self.dense, tensor.stack(self.inputs, 1), {
    mask = self.mask,
    steps = steps,
    weights = self.weights,
    time_limit_s = seconds,
    standardize = not (is_convolution(self.sparse, 1) or is_convolution(self.sparse, self.sparse.depth)),
  })
  if not taught then return math.huge end
  self.sparse = taught
  return off
end

--- How far it is from the dense network at an input, in deviations of the outputs.
---@param input vnn.Tensor
---@return number
function Pupil:disagreement(input)
  return ((self.sparse:forward(input) - self.dense:forward(input)) / self.deviation):abs():max()
end

--- Lets more weights be other than zero, those of the dense network's that are largest; they begin as zeros.
---@param share number of all weights
function Pupil:grow(share)
  local rate = math.max(0, self.mask.sparsity - share)
  self.mask = self.mask | prune.mask(self.dense, { rate = rate, layers = "all" })
end

--- Takes a share of its smallest weights away, as they are where inputs are of one width and outputs of one deviation.
---@param share number of those that are left
function Pupil:thin(share)
  local sparse = self.sparse
  local function magnitude(layer, position)
    local weight = layer.weight:abs()
    if is_convolution(sparse, position) then return weight end
    if position == 1 then weight = weight * layer:outer(nil, self.reach) end
    return position == sparse.depth and weight / layer:outer(self.deviation) or weight
  end
  self.mask = prune.mask(sparse, { criterion = magnitude, rate = share, within = self.mask, layers = "all" })
end

return pupils
