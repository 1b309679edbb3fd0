--- Trains one dense network by its data set's recipe of the protocol and writes it with the facts of its training.
local data = require "vnn.data"
local json = require "vnn.json"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

local function run(options)
  tensor.threads(options.threads)
  local train_split, test_split, message
  train_split, message = data.load(options.dataset, { split = "train", side = options.side })
  if not train_split then return nil, message end
  test_split, message = data.load(options.dataset, { split = "test", side = options.side })
  if not test_split then return nil, message end
  local widths = { train_split.inputs, table.unpack(options.layers) }
  widths[#widths + 1] = #train_split.classes

  local recipe = protocol.recipe(options.dataset)
  for _, key in ipairs { "seed", "checkpoint", "checkpoint_every", "resume", "progress" } do
    recipe[key] = options[key]
  end
  recipe.epochs = options.epochs or recipe.epochs

  local network = nn.mlp(widths, { seed = options.seed, initialization = options.initialization })
  local trained, facts, kept = nn.train(network, train_split, recipe)
  if not trained then
    -- What was good before it broke down is not lost.
    if kept and options.out then assert(kept:save(options.out)) end
    return nil, facts
  end
  local accuracy = trained:accuracy(test_split)
  if options.out then assert(trained:save(options.out)) end
  if options.json then
    assert(system.write_file(options.json, json.encode {
      dataset = options.dataset,
      side = options.side,
      layers = options.layers,
      widths = trained.widths,
      seed = options.seed,
      initialization = options.initialization,
      threads = options.threads,
      epochs = facts.epochs,
      batch_size = recipe.batch_size,
      learning_rate = recipe.learning_rate,
      weight_decay = recipe.weight_decay,
      seconds = facts.seconds,
      seconds_per_epoch = facts.seconds_per_epoch,
      loss = facts.loss,
      train_accuracy = facts.accuracy,
      test_accuracy = accuracy,
      version = system.version,
    } .. "\n"))
  end
  print(("%s on %s %dx%d: test accuracy %.2f %% after %d epochs, %s an epoch"):format(
    tostring(trained),
    options.dataset,
    options.side,
    options.side,
    100 * accuracy,
    facts.epochs,
    report.seconds(facts.seconds_per_epoch)
  ))
  print(options.out and "written to " .. options.out or "not written: --out FILE keeps the network")
  return true
end

return {
  name = "train",
  description = "Trains a dense network by its data set's recipe and writes it with the facts of its training.",
  options = {
    { name = "dataset", default = "digits", choices = { "digits", "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 28, help = "pixels along a side" },
    { name = "layers", default = { 64, 64 }, help = "widths of the hidden layers" },
    { name = "epochs", type = "integer", help = "times through the images; without it the recipe's" },
    { name = "seed", default = 2, help = "seed of initial weights and shuffling" },
    {
      name = "initialization",
      default = "xavier_uniform",
      choices = nn.initializations,
      help = "how initial weights are drawn",
    },
    { name = "threads", default = 1, help = "most threads of one matrix product" },
    { name = "out", type = "string", help = "file for the network: .safetensors, .npz or .onnx; without it, none" },
    { name = "json", type = "string", help = "file for the facts (JSON)" },
    { name = "checkpoint", type = "string", help = "file for checkpoints" },
    { name = "checkpoint_every", default = 1, help = "epochs from checkpoint to checkpoint" },
    { name = "resume", type = "string", help = "checkpoint to go on from" },
    { name = "progress", default = true, help = "show a bar where standard error is a terminal" },
  },
  run = run,
}
