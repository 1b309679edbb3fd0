--- Alternates our trainer and PyTorch's on the same recipe, and prints a table for the README.
local json = require "vnn.json"
local machine = require "machine"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"
local system = require "vnn.system"

local function ours(options, layers, seed)
  local facts = os.tmpname()
  local command = ("%s Scripts/experiments/train.lua --no-progress --dataset %s --side %d --layers %s --epochs %d "
    .. "--seed %d --threads %d --json %s"):format(
    shell.quote(options.vnnlua),
    options.dataset,
    layers.side,
    layers.hidden,
    options.epochs,
    seed,
    options.threads,
    facts
  )
  local _, message = shell.output(command)
  local text = system.read_file(facts)
  os.remove(facts)
  return json.decode(text and #text > 0 and text or error(message, 0))
end

local function peer(options, layers, seed)
  local command = ("%s %s/train_torch.py --dataset %s --data %s/%s --side %d --layers %s --epochs %d --batch 64 "
    .. "--seed %d --threads %d"):format(
    shell.quote(options.python),
    shell.quote(options.peers),
    options.dataset,
    shell.quote(options.data),
    options.dataset,
    layers.side,
    layers.hidden,
    options.epochs,
    seed,
    options.threads
  )
  return json.decode(assert(shell.output(command)))
end

local function column(facts, key)
  local values = {}
  for position, fact in ipairs(facts) do values[position] = fact[key] end
  return values
end

local function spread(values) return math.min(table.unpack(values)), math.max(table.unpack(values)) end

local function run(options)
  for _, name in ipairs { "data", "peers" } do
    if not options[name] then return nil, ("--%s or VNNLUA_%s: expected a folder"):format(name, name:upper()) end
  end
  print(("%s, %d threads, %d epochs, median of %d runs in turn, one seed each; accuracy: mean over the seeds\n"):format(
    machine.processor(),
    options.threads,
    options.epochs,
    options.runs
  ))
  print "| network | vnnlua s/epoch | PyTorch s/epoch | faster | vnnlua accuracy | PyTorch accuracy |"
  print "|---|---|---|---|---|---|"
  for _, layers in ipairs { { side = 18, hidden = "32,32" }, { side = 28, hidden = "64,64,64,64" } } do
    local own, other = {}, {}
    for seed = 1, options.runs do
      own[seed] = ours(options, layers, seed)
      other[seed] = peer(options, layers, seed)
    end
    local own_seconds, other_seconds = column(own, "seconds_per_epoch"), column(other, "seconds_per_epoch")
    local function cell(seconds)
      local low, high = spread(seconds)
      return ("%.3f (%.3f to %.3f)"):format(statistics.median(seconds), low, high)
    end
    local function mean(facts)
      local sum = 0
      for _, fact in ipairs(facts) do sum = sum + fact.test_accuracy end
      return 100 * sum / #facts
    end
    print(("| %s | %s | %s | %.1f times | %.2f %% | %.2f %% |"):format(
      table.concat(own[1].widths, "-"),
      cell(own_seconds),
      cell(other_seconds),
      statistics.median(other_seconds) / statistics.median(own_seconds),
      mean(own),
      mean(other)
    ))
  end
  return true
end

return {
  name = "train",
  description = "Times the trainer against PyTorch's on MNIST, batch 64, Adam, in turn.",
  options = {
    { name = "runs", default = 3, help = "how many runs of each, one seed each" },
    { name = "epochs", default = 5, help = "epochs of a run" },
    { name = "threads", default = 2, help = "threads of both" },
    { name = "dataset", default = "mnist", choices = { "mnist", "fashion" }, help = "which pictures" },
    { name = "vnnlua", default = ".build/release/vnnlua", help = "the binary" },
    { name = "python", default = os.getenv "VNNLUA_PYTHON" or "python3", help = "a Python with torch" },
    { name = "peers", type = "string", default = os.getenv "VNNLUA_PEERS", help = "folder of train_torch.py" },
    { name = "data", type = "string", default = os.getenv "VNNLUA_DATA", help = "folder of the data sets" },
  },
  run = run,
}
