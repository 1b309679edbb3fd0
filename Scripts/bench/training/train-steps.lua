--- Takes the same steps from the same pruned network over the same batches with ours and with PyTorch, and prints how
--- far the weights are apart after 1, 10, 100 and all batches of an epoch. VNNLUA_PYTHON is a Python with torch,
--- VNNLUA_DATA the folder of the data sets, VNNLUA_PEERS that of common.py.
local data = require "vnn.data"
local json = require "vnn.json"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local optimizers = {
  { name = "Adam", optimizer = "adam", learning_rate = 1e-3 },
  { name = "SGD, momentum 0.9", optimizer = "sgd", momentum = 0.9, learning_rate = 0.01 },
}

--- The command that takes the steps with PyTorch.
local function command(options, folder, optimizer, batches)
  return ("%s Scripts/bench/training/train-steps.py --peers %s --data %s/%s --folder %s"):format(
    shell.quote(options.python), shell.quote(options.peers), shell.quote(options.data), options.dataset,
    shell.quote(folder)
  ) .. (" --side %d --batches %d --rate %g --momentum %g"):format(
    options.side, batches, optimizer.learning_rate, optimizer.momentum or -1
  )
end

local function run(options)
  local temporary <close> = assert(system.temporary_folder())
  local folder = temporary.path
  local train = assert(data.load(options.dataset, { side = options.side }))
  local widths = { train.inputs, table.unpack(options.layers) }
  widths[#widths + 1] = #train.classes
  print "| pruned | optimizer | batches | largest weight | largest difference | zeros that differ |"
  print "|---|---|---|---|---|---|"
  for _, structure in ipairs { "unstructured", "structured" } do
    local how = { rate = options.rate, structure = structure }
    local start, mask = prune.apply(nn.mlp(widths, { seed = options.seed }), how)
    assert(start:save(folder .. "/start.safetensors"))
    for _, optimizer in ipairs(optimizers) do
      for _, batches in ipairs { 1, 10, 100, (train.count + 63) // 64 } do
        local trained = assert(nn.train(start, train:subset(1, math.min(64 * batches, train.count)), {
          epochs = 1,
          shuffle = false,
          mask = mask,
          optimizer = optimizer.optimizer,
          momentum = optimizer.momentum,
          learning_rate = optimizer.learning_rate,
          progress = false,
        }))
        assert(trained:save(folder .. "/own.safetensors"))
        local facts = json.decode(assert(shell.output(command(options, folder, optimizer, batches))))
        print(("| %s | %s | %d | %.3g | %.2g | %d |"):format(
          structure, optimizer.name, batches, facts.largest, facts.difference, facts.zeros
        ))
        io.stdout:flush()
      end
    end
  end
  return true
end

return {
  name = "train-steps",
  description = "How far our masked training is from PyTorch's after the same batches.",
  options = {
    { name = "dataset", default = "mnist", choices = { "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 28, help = "pixels along a side" },
    { name = "layers", default = { 64, 64 }, help = "widths of the hidden layers" },
    { name = "rate", default = 0.9, help = "share that is pruned" },
    { name = "seed", default = 1, help = "of the first weights" },
    { name = "python", default = os.getenv "VNNLUA_PYTHON" or "python3", help = "a Python with torch" },
    { name = "peers", default = os.getenv "VNNLUA_PEERS" or "../shared/peers", help = "folder of common.py" },
    { name = "data", default = os.getenv "VNNLUA_DATA" or "../shared/data", help = "folder of the data sets" },
  },
  run = run,
}
