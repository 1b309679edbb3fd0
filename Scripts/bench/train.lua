--- Trains the same networks in turn with PyTorch, with a bare loop of BLAS products in C and with ours, dense and
--- pruned, and prints one table.
local json = require "vnn.json"
local machine = require "machine"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"

local shapes = {
  { side = 18, hidden = "32,32" },
  { side = 18, hidden = "64,64,64,64" },
  { side = 28, hidden = "64,64,64,64" },
  { side = 28, hidden = "256,256" },
}

local prunings = {
  { name = "dense", rate = 0 },
  { name = "0.9 unstructured", rate = 0.9, structure = "unstructured" },
  { name = "0.9 structured", rate = 0.9, structure = "structured" },
}

--- The command of each competitor, or nil where it has no such case.
local commands = {}

--- The options that say what is trained, the same for both programs.
local function case(options, shape, pruning, seed)
  return (" --side %d --layers %s --epochs %d --rate %g --structure %s --seed %d"):format(
    shape.side, shape.hidden, options.epochs, pruning.rate, pruning.structure or "unstructured", seed
  )
end

function commands.ours(options, ...)
  return ("%s Scripts/bench/train-case.lua --dataset %s"):format(shell.quote(options.vnnlua), options.dataset)
    .. case(options, ...)
end

local function torch(options, more, ...)
  return ("%s Scripts/bench/train.py%s --peers %s --data %s/%s"):format(
    shell.quote(options.python), more, shell.quote(options.peers), shell.quote(options.data), options.dataset
  ) .. case(options, ...)
end

commands["PyTorch"] = function(options, ...) return torch(options, "", ...) end

commands["PyTorch compiled"] = function(options, ...) return torch(options, " --compile", ...) end

commands["bare loop"] = function(options, shape, pruning)
  -- To the loop a structured mask is like any other.
  if pruning.structure == "structured" then return nil end
  local widths = shape.hidden:gsub(",", " ")
  return ("%s %s %s %s %d %d %g %s"):format(
    shell.quote(options.loop), shell.quote(options.blas), shell.quote(options.pictures), shell.quote(options.labels),
    shape.side, options.epochs, pruning.rate, widths
  )
end

local order = { "PyTorch", "PyTorch compiled", "bare loop", "ours" }

local function column(facts, key)
  local values = {}
  for position, fact in ipairs(facts) do values[position] = fact[key] end
  return values
end

local function least(facts, key) return math.min(table.unpack(column(facts, key))) end

local function accuracy(facts)
  local values = column(facts, "accuracy")
  if #values == 0 then return "" end
  local mean = 0
  for _, value in ipairs(values) do mean = mean + value / #values end
  if #values == 1 then return ("%.2f %%"):format(100 * mean) end
  local squares = 0
  for _, value in ipairs(values) do squares = squares + (value - mean) ^ 2 end
  return ("%.2f ± %.2f %%"):format(100 * mean, 100 * math.sqrt(squares / (#values - 1) / #values))
end

local function run(options)
  for _, name in ipairs { "data", "peers", "loop", "pictures", "labels" } do
    if not options[name] then return nil, ("--%s is missing; Scripts/bench/train gives it"):format(name) end
  end
  print(("%s, one thread, %s, batch 64, Adam, %d epochs; the least of %d runs in turn, one seed each; accuracy: mean "
    .. "and its standard error\n"):format(machine.processor(), options.dataset, options.epochs, options.runs))
  print "| network | pruned | by | processor s/epoch | wall s/epoch | of ours dense | memory, MB | accuracy |"
  print "|---|---|---|---|---|---|---|---|"
  for _, shape in ipairs(shapes) do
    local dense
    for _, pruning in ipairs(prunings) do
      local facts = {}
      for seed = 1, options.runs do
        for _, name in ipairs(order) do
          local command = commands[name](options, shape, pruning, seed)
          if command and options.skip ~= name then
            facts[name] = facts[name] or {}
            table.insert(facts[name], json.decode(assert(shell.output(command))))
          end
        end
      end
      dense = dense or least(facts.ours, "processor_s")
      for _, name in ipairs(order) do
        local own = facts[name]
        if own then
          local seconds = least(own, "processor_s")
          print(("| %d-%s-10 | %s | %s | %.4f | %.4f | %.2f | %.0f | %s |"):format(
            shape.side ^ 2 // 1, shape.hidden:gsub(",", "-"), pruning.name, name, seconds, least(own, "wall_s"),
            seconds / dense, statistics.median(column(own, "memory_mb")), accuracy(own)
          ))
          io.stdout:flush()
        end
      end
    end
  end
  return true
end

return {
  name = "train",
  description = "Trains networks in turn with PyTorch, a bare loop in C and ours, on MNIST, batch 64, Adam.",
  options = {
    { name = "runs", default = 3, help = "how many runs of each, one seed each" },
    { name = "epochs", default = 5, help = "epochs of a run" },
    { name = "dataset", default = "mnist", choices = { "mnist", "fashion" }, help = "which pictures" },
    { name = "skip", default = "", help = "a competitor to leave out, such as \"PyTorch compiled\"" },
    { name = "vnnlua", default = ".build/release/vnnlua", help = "the binary" },
    { name = "python", default = os.getenv "VNNLUA_PYTHON" or "python3", help = "a Python with torch" },
    { name = "peers", type = "string", default = os.getenv "VNNLUA_PEERS", help = "folder of common.py" },
    { name = "data", type = "string", default = os.getenv "VNNLUA_DATA", help = "folder of the data sets" },
    { name = "loop", type = "string", help = "the compiled train-loop.c" },
    { name = "blas", default = "libopenblas.so.0", help = "what the loop multiplies with" },
    { name = "pictures", type = "string", help = "the training pictures, unpacked" },
    { name = "labels", type = "string", help = "their labels, unpacked" },
  },
  run = run,
}
