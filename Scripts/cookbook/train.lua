--- Train a network and save it where PyTorch and NumPy can read it.
local data = require "vnn.data"
local nn = require "vnn.nn"

local function run(options)
  local train = assert(data.load(options.dataset, { split = "train", side = options.side }))
  local test = assert(data.load(options.dataset, { split = "test", side = options.side }))
  local widths = { train.inputs, 32, 32, #train.classes }
  local network, facts = nn.train(nn.mlp(widths, { seed = 1 }), train, {
    epochs = options.epochs,
    learning_rate = 2e-3,
    -- Called after every epoch; return "stop" to end early. Ctrl-C does that too, and keeps the finished epochs.
    on_epoch = function(event) print(("epoch %d  loss %.4f"):format(event.epoch, event.loss)) end,
  })
  print(("%s: test accuracy %.1f %% after %d epochs"):format(network, 100 * network:accuracy(test), facts.epochs))
  assert(network:save(options.out))
  print("saved to " .. options.out)
  return true
end

return {
  name = "train",
  description = "Trains a network and saves it as safetensors.",
  options = {
    { name = "dataset", default = "digits", choices = { "digits", "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 14, choices = { 9, 14, 18, 28 }, help = "pixels along a side" },
    { name = "epochs", default = 3, minimum = 1, help = "passes over the training images" },
    { name = "out", default = "network.safetensors", help = "file to write" },
  },
  run = run,
}
