--- The networks of the paper's experiment, and the pictures that they are trained on.
local data = require "vnn.data"
local grid = require "paper.grid"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local system = require "vnn.system"

local networks = {}

local splits = {}

--- A split of a data set, read once in a process.
function networks.split(case, name)
  local key = ("%s %d %s"):format(case.dataset, case.side, name)
  splits[key] = splits[key] or assert(data.load(case.dataset, { split = name, side = case.side }))
  return splits[key]
end

--- Calls `make` and saves its network with its accuracy and the seconds that it took; true, or nil and a message.
local function save(case, path, make)
  local start, processor_start = system.clock(), system.processor_clock()
  local network = make()
  local metadata = network.metadata
  metadata.seconds = ("%.17g"):format(system.clock() - start)
  metadata.processor_seconds = ("%.17g"):format(system.processor_clock() - processor_start)
  metadata.test_accuracy = ("%.17g"):format(network:accuracy(networks.split(case, "test")))
  network.metadata = metadata
  -- Trained weights are Float32, so nothing is lost.
  return network:save(path, { precision = "f32" })
end

--- A network from its file, and what was noted when it was made.
local function load(path)
  local network = assert(nn.load(path))
  local metadata = network.metadata
  return network,
    {
      seconds = tonumber(metadata.seconds),
      processor_seconds = tonumber(metadata.processor_seconds),
      accuracy = tonumber(metadata.test_accuracy),
    }
end

local function identity_of(case)
  return {
    dataset = case.dataset,
    side = case.side,
    layers = case.layers,
    width = case.width,
    seed = case.seed,
    protocol = case.protocol,
  }
end

--- The dense network of a case, trained once.
function networks.dense(case, context)
  local identity = identity_of(case)
  identity.kind = "dense"
  return load(assert(context:artefact(identity, "safetensors", function(path)
    return save(case, path, function()
      local train = networks.split(case, "train")
      local widths = { train.inputs }
      for _ = 1, case.layers do widths[#widths + 1] = case.width end
      widths[#widths + 1] = #train.classes
      local recipe = protocol.recipe(case.dataset, case.protocol)
      recipe.seed, recipe.progress = grid.training_seed(case), false
      return (assert(nn.train(nn.mlp(widths, { seed = recipe.seed }), train, recipe)))
    end)
  end)))
end

local function prune(case, dense, train)
  return (
    protocol.prune(dense, {
      protocol = case.protocol,
      rate = case.rate,
      criterion = case.method,
      structure = case.structure,
      layers = case.pruned_layers,
      data = train,
      seed = grid.training_seed(case),
    })
  )
end

--- The pruned network of a case. One that is finetuned is made once; one that is not is made faster than it is read.
function networks.pruned(case, dense, context)
  if not case.finetuned then
    local start, processor_start = system.clock(), system.processor_clock()
    local network = prune(case, dense)
    local facts = {
      seconds = system.clock() - start,
      processor_seconds = system.processor_clock() - processor_start,
    }
    facts.accuracy = network:accuracy(networks.split(case, "test"))
    return network, facts
  end
  local identity = identity_of(case)
  for _, key in ipairs { "rate", "method", "structure", "pruned_layers" } do identity[key] = case[key] end
  identity.kind = "finetuned"
  return load(assert(context:artefact(identity, "safetensors", function(path)
    return save(case, path, function() return prune(case, dense, networks.split(case, "train")) end)
  end)))
end

return networks
