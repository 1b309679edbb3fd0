--- Trains one network as train.lua asks for it; prints its times, memory and accuracy as JSON.
local data = require "vnn.data"
local json = require "vnn.json"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local system = require "vnn.system"

local function run(options)
  local train = assert(data.load(options.dataset, { side = options.side }))
  local test = assert(data.load(options.dataset, { side = options.side, split = "test" }))
  local widths = { train.inputs, table.unpack(options.layers) }
  widths[#widths + 1] = #train.classes
  local network, mask = nn.mlp(widths, { seed = options.seed }), nil
  if options.rate > 0 then
    network, mask = prune.apply(network, { rate = options.rate, structure = options.structure })
  end
  local wall, processor = system.clock(), system.processor_clock()
  -- MNIST's recipe is what `nn.train` does where nothing is said.
  local recipe = options.recipe and protocol.recipe(options.dataset, "strict") or { epochs = options.epochs }
  network = assert(nn.train(
    network, train, settings.joined(recipe, { seed = options.seed, mask = mask, progress = false })
  ))
  wall, processor = system.clock() - wall, system.processor_clock() - processor
  print(json.encode {
    processor_s = processor / recipe.epochs,
    wall_s = wall / recipe.epochs,
    memory_mb = tonumber(system.read_file("/proc/self/status"):match "VmHWM:%s*(%d+)") / 1024,
    accuracy = network:accuracy(test),
  })
  return true
end

return {
  name = "train-case",
  description = "Trains one network and prints times, memory and accuracy as JSON.",
  options = {
    { name = "dataset", default = "mnist", help = "which pictures" },
    { name = "side", default = 28, help = "pixels along a side" },
    { name = "layers", default = { 64, 64 }, help = "widths of the hidden layers" },
    { name = "rate", default = 0.0, help = "share of the hidden layers' weights that is pruned first" },
    { name = "structure", default = "unstructured", choices = { "unstructured", "structured" }, help = "what goes" },
    { name = "epochs", default = 5, help = "times through the pictures" },
    { name = "recipe", default = false, help = "train as the paper does on these pictures, as long as that takes" },
    { name = "seed", default = 1, help = "of weights and orders" },
  },
  run = run,
}
