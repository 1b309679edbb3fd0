--- Data sets and networks that the cases of an experiment share: read once in a process, trained once in a sweep.
local data = require "vnn.data"
local nn = require "vnn.nn"
local system = require "vnn.system"

local networks = {}

local splits = {}

--- A split of a data set.
---@param dataset string
---@param side integer pixels along a side
---@param name "train"|"test"
---@return vnn.Dataset
function networks.split(dataset, side, name)
  local key = ("%s %d %s"):format(dataset, side, name)
  splits[key] = splits[key] or assert(data.load(dataset, { split = name, side = side }))
  return splits[key]
end

--- A new network with these hidden layers, trained.
---@param hidden integer[] widths
---@param split vnn.Dataset
---@param recipe table options of `nn.train`; its seed is that of the first weights too
---@return vnn.Network
function networks.train(hidden, split, recipe)
  local widths = { split.inputs, table.unpack(hidden) }
  widths[#widths + 1] = #split.classes
  return (assert(nn.train(nn.mlp(widths, { seed = recipe.seed }), split, recipe)))
end

--- Calls `make` and saves its network with its accuracy and the seconds that it took; true, or nil and a message.
local function save(path, test, make)
  local start, processor_start = system.clock(), system.processor_clock()
  local network = make()
  local metadata = network.metadata
  metadata.seconds = ("%.17g"):format(system.clock() - start)
  metadata.processor_seconds = ("%.17g"):format(system.processor_clock() - processor_start)
  metadata.test_accuracy = ("%.17g"):format(network:accuracy(test))
  network.metadata = metadata
  -- Trained weights are Float32, so nothing is lost.
  return network:save(path, { precision = "f32" })
end

--- What was noted when a network was made.
---@class shared.networks.Facts
---@field seconds number
---@field processor_seconds number
---@field accuracy number on the test split, 0 to 1
---@field file string name of the artefact that holds the network

--- A trained network, made by the first case that needs it and kept for the others.
---@param context vnn.experiment.Context
---@param identity table<string, string|number|boolean> what it depends on
---@param test vnn.Dataset
---@param make fun(): vnn.Network
---@return vnn.Network
---@return shared.networks.Facts
function networks.kept(context, identity, test, make)
  local path = assert(context:artefact(identity, "safetensors", function(path) return save(path, test, make) end))
  local network = assert(nn.load(path))
  local metadata = network.metadata
  return network,
    {
      seconds = tonumber(metadata.seconds),
      processor_seconds = tonumber(metadata.processor_seconds),
      accuracy = tonumber(metadata.test_accuracy),
      file = path:match "[^/]*$",
    }
end

return networks
