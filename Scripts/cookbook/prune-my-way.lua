--- Prune by a score of your own, then train what is left a little more.
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"

--- The score of a weight: its size times how bright the images are where it looks. The lowest scores go.
local function brightness_score(images)
  local brightness = images:mean(1):add_(0.01)
  return function(layer, position)
    if position == 1 then return layer.weight:abs() * brightness end
    return layer.weight:abs()
  end
end

local function run(options)
  local train = assert(data.load("digits", { side = 14 }))
  local test = assert(data.load("digits", { side = 14, split = "test" }))
  local dense = nn.train(nn.mlp({ train.inputs, 32, 32, 10 }, { seed = 1 }), train, { epochs = 3, seed = 1 })
  local function show(name, network)
    local accuracy = 100 * network:accuracy(test)
    print(("%-10s accuracy %5.1f %%  sparsity %.0f %%"):format(name, accuracy, 100 * network.sparsity))
  end
  show("dense", dense)
  local criteria = { magnitude = "magnitude", mine = brightness_score(train:images(1, 500)) }
  for _, name in ipairs { "magnitude", "mine" } do
    local mask = prune.mask(dense, { rate = options.rate, criterion = criteria[name] })
    local pruned = mask:apply(dense)
    show(name, pruned)
    -- The mask keeps pruned weights at exactly zero while the others are trained on.
    show(name .. " +", (nn.train(pruned, train, { epochs = 1, seed = 2, mask = mask })))
  end
  return true
end

return {
  name = "prune-my-way",
  description = "Compares a score written in Lua with the magnitude, before and after finetuning.",
  options = { { name = "rate", default = 0.9, minimum = 0, below = 1, help = "share of the weights that goes" } },
  run = run,
}
