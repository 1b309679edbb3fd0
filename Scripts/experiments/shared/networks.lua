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

--- The widths of the hidden layers that "4x32" or "64-32" stands for.
---@param architecture string
---@return integer[]? widths nil when it stands for none
---@return string? message
function networks.widths(architecture)
  local widths = {}
  local depth, width = architecture:match "^(%d+)x(%d+)$"
  if depth then
    for layer = 1, tonumber(depth) do widths[layer] = math.tointeger(tonumber(width)) end
  elseif architecture:find "^%d[%d-]*$" then
    for text in architecture:gmatch "%d+" do widths[#widths + 1] = math.tointeger(tonumber(text)) end
  end
  local least = #widths > 0 and math.min(table.unpack(widths)) or 0
  if least < 1 then
    return nil, ("architectures: expected hidden layers such as 2x32 or 64-32, got '%s'"):format(architecture)
  end
  return widths
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

--- Calls `make` and saves its network with its accuracy and the seconds that it took, those of what it took from
--- elsewhere included; true, or nil and a message.
local function save(path, test, make)
  local start, processor_start = system.clock(), system.processor_clock()
  local network, borrowed = make()
  local metadata = network.metadata
  local seconds, processor_seconds = system.clock() - start, system.processor_clock() - processor_start
  if borrowed then
    seconds, processor_seconds = seconds + borrowed.seconds, processor_seconds + borrowed.processor_seconds
  end
  metadata.seconds = ("%.17g"):format(seconds)
  metadata.processor_seconds = ("%.17g"):format(processor_seconds)
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
---@param make fun(): vnn.Network, table? the second is `borrowed`, as `networks.trainer` fills it
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

--- Trains as `nn.train` does, and keeps what no mask has made one case's own: the first round of rewinding, which is
--- the same for all rates, criteria and structures.
---@param context vnn.experiment.Context
---@param identity table<string, string|number|boolean> what the network and its data are
---@param test vnn.Dataset
---@return fun(network: vnn.Network, data: vnn.Dataset, recipe: table): vnn.Network
---@return { seconds: number, processor_seconds: number } borrowed how much longer it took when it was made
function networks.trainer(context, identity, test)
  local borrowed = { seconds = 0, processor_seconds = 0 }
  return function(network, train, recipe)
    if recipe.mask and recipe.mask.sparsity > 0 then return (assert(nn.train(network, train, recipe))) end
    local own = networks.with_recipe(identity, recipe)
    own.kind = "trained on"
    local start, processor_start = system.clock(), system.processor_clock()
    local trained, facts = networks.kept(context, own, test, function()
      return (assert(nn.train(network, train, recipe)))
    end)
    borrowed.seconds = borrowed.seconds + facts.seconds - (system.clock() - start)
    borrowed.processor_seconds = borrowed.processor_seconds + facts.processor_seconds
      - (system.processor_clock() - processor_start)
    return trained
  end,
    borrowed
end

--- What something depends on, and the recipe that it is trained by.
---@param identity table<string, string|number|boolean>
---@param recipe table options of `nn.train`
---@return table<string, string|number|boolean>
function networks.with_recipe(identity, recipe)
  local all = {}
  for key, value in pairs(identity) do all[key] = value end
  local function add(prefix, values)
    for key, value in pairs(values) do
      if type(value) == "table" then
        add(prefix .. key .. "_", value)
      else
        all[prefix .. key] = value
      end
    end
  end
  local described = {}
  for key, value in pairs(recipe) do
    if key ~= "mask" and key ~= "progress" then described[key] = value end
  end
  add("recipe_", described)
  return all
end

return networks
