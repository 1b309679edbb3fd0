--- Trains the same networks in turn with PyTorch, with a bare loop of BLAS products in C and with ours, dense and
--- pruned, and prints one table.
local json = require "vnn.json"
local origin = require "vnn.experiment.origin"
local protocol = require "vnn.protocol"
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
local function case(shape, pruning, seed)
  return (" --side %d --layers %s --rate %g --structure %s --seed %d"):format(
    shape.side, shape.hidden, pruning.rate, pruning.structure or "unstructured", seed
  )
end

local function epochs(options)
  return options.recipe and protocol.recipes[options.dataset].epochs or options.epochs
end

function commands.ours(options, ...)
  return ("%s Scripts/bench/training/train-case.lua --dataset %s"):format(shell.quote(options.vnnlua), options.dataset)
    .. case(...)
    .. (options.recipe and " --recipe" or (" --epochs %d"):format(options.epochs))
end

--- The recipe of a data set in the words of train.py.
local function torch_recipe(dataset)
  local recipe = protocol.recipes[dataset]
  local schedule = recipe.schedule or { factor = 1, every = 0 }
  return (" --batch-size %d --weight-decay %g --factor %g --every %d --gradient-norm-limit %g"):format(
    recipe.batch_size, recipe.weight_decay, schedule.factor, schedule.every, recipe.gradient_norm_limit or 0
  )
end

local function torch(options, more, ...)
  return ("%s Scripts/bench/training/train.py%s --peers %s --data %s/%s"):format(
    shell.quote(options.python), more, shell.quote(options.peers), shell.quote(options.data), options.dataset
  ) .. case(...)
    .. (" --epochs %d"):format(epochs(options))
    .. (options.recipe and torch_recipe(options.dataset) or "")
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

--- How often means of two groups are as far apart as these, if it is chance which value is in which: all ways to divide
--- them are looked at. A training is the unit; one seed means other weights in each program, so nothing is paired.
local function permutation_p(first, second)
  local all, sum = table.move(second, 1, #second, #first + 1, table.move(first, 1, #first, 1, {})), 0
  for _, value in ipairs(all) do sum = sum + value end
  local function gap(part) return math.abs(part / #first - (sum - part) / #second) end
  local part, ways, as_far = 0, 0, 0
  for _, value in ipairs(first) do part = part + value end
  local observed = gap(part) - 1e-12
  local function divide(place, wanted, chosen)
    if wanted == 0 then
      ways = ways + 1
      if gap(chosen) >= observed then as_far = as_far + 1 end
      return
    end
    if #all - place + 1 < wanted then return end
    divide(place + 1, wanted - 1, chosen + all[place])
    divide(place + 1, wanted, chosen)
  end
  divide(1, #first, 0)
  return as_far / ways
end

local function run(options)
  for _, name in ipairs { "data", "peers", "loop", "pictures", "labels" } do
    if not options[name] then return nil, ("--%s is missing; Scripts/bench/training/train gives it"):format(name) end
  end
  local recipe = options.recipe and "the paper's recipe" or "batch 64, Adam"
  print(("%s, OpenBLAS's %s kernels, one thread, %s, %s, %d epochs; the least of %d runs in turn, one seed each; "
    .. "accuracy: mean and its standard error, p of its difference to ours by permuting trainings\n"):format(
    origin.processor(), os.getenv "OPENBLAS_CORETYPE" or "own choice of", options.dataset, recipe, epochs(options),
    options.runs
  ))
  print "| network | pruned | by | processor s/epoch | wall s/epoch | of ours dense | memory, MB | accuracy | p |"
  print "|---|---|---|---|---|---|---|---|---|"
  -- The loop knows one recipe.
  local skipped = { ["bare loop"] = options.recipe }
  for name in options.skip:gmatch "[^,]+" do skipped[name] = true end
  for _, shape in ipairs(options.shapes) do
    shape = shapes[shape]
    local dense
    for _, pruning in ipairs(prunings) do
      local facts = {}
      for seed = 1, options.runs do
        for _, name in ipairs(order) do
          local command = commands[name](options, shape, pruning, seed)
          if command and not skipped[name] then
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
          local theirs = name ~= "ours" and options.runs > 1 and column(own, "accuracy") or {}
          local p = #theirs > 0 and ("%.2f"):format(permutation_p(theirs, column(facts.ours, "accuracy"))) or ""
          local widths = shape.hidden:gsub(",", "-")
          print(("| %d-%s-10 | %s | %s | %.4f | %.4f | %.2f | %.0f | %s | %s |"):format(
            shape.side ^ 2 // 1, widths, pruning.name, name, seconds, least(own, "wall_s"), seconds / dense,
            statistics.median(column(own, "memory_mb")), accuracy(own), p
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
    { name = "recipe", default = false, help = "train by the paper's recipe for these pictures, as long as it says" },
    { name = "shapes", default = { 1, 2, 3, 4 }, minimum = 1, help = "which of the four shapes" },
    { name = "skip", default = "", help = "competitors to leave out, with commas between: \"PyTorch compiled\"" },
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
