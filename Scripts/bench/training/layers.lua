--- What layers of every kind cost: dense networks beside a binary of before, in turn, and sparse layers and
--- convolutions beside the same maps stored densely.
local data = require "vnn.data"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- Processor seconds of one call of `work`, which is called until they are at least `seconds`.
local function time_of(work, seconds)
  local count = 1
  work()
  while true do
    local start = os.clock()
    for _ = 1, count do work() end
    local spent = os.clock() - start
    if spent >= seconds then return spent / count end
    count = math.ceil(count * math.min(10, 1.2 * seconds / math.max(spent, 1e-6)))
  end
end

--- What is timed of a dense network, by names; each returns the work.
local measures = {}

local function deep() return nn.mlp({ 784, 64, 64, 64, 64, 10 }, { seed = 2, initialization = "kaiming_uniform" }) end

local function question(network, epsilon)
  local input = tensor.random(3):uniform { network.inputs }
  local best, second = table.unpack(network:top_classes(input, 2))
  return verify.problem { input = input, epsilon = epsilon, class = best, target = second, lower = 0, upper = 1 }
end

function measures.forward()
  local network, input = deep(), tensor.random(1):uniform { 784 }
  return function() network:forward(input) end
end

function measures.batch()
  -- Several threads wait for each other, and count as busy, on a machine that others use.
  tensor.threads(1)
  local network, batch = deep(), tensor.random(1):uniform { 256, 784 }
  return function() network:forward(batch) end
end

function measures.gradient()
  local network, input, weights = deep(), tensor.random(1):uniform { 784 }, { 1, -1, 0, 0, 0, 0, 0, 0, 0, 0 }
  return function() network:input_gradient(input, weights) end
end

function measures.bounds()
  local network = deep()
  local problem = question(network, 3)
  return function() verify.bounds(network, problem) end
end

function measures.train()
  local digits = assert(data.load("digits", { side = 28 })):subset(1, 2000)
  local network = deep()
  return function() nn.train(network, digits, { epochs = 1, seed = 1, progress = false }) end
end

function measures.decide()
  local digits = assert(data.load("digits", { side = 18 }))
  local made = nn.mlp({ 324, 24, 24, 24, 10 }, { seed = 1 })
  local network = nn.train(made, digits, { epochs = 3, seed = 1, progress = false })
  local input = digits:image(5)
  local problem = verify.problem { input = input, epsilon = 3.5, class = network:classify(input) }
  return function() verify.branch_and_bound(network, problem, { time_limit_s = 60 }) end
end

local order = { "forward", "batch", "gradient", "bounds", "train", "decide" }

--- Runs one measure in a process of `binary`; processor seconds of one call.
local function child(binary, options, name)
  local shell = require "vnn.host.shell"
  local command = ("%s Scripts/bench/training/layers.lua --measure %s --seconds %g"):format(
    shell.quote(binary), name, options.seconds)
  return assert(tonumber((assert(shell.output(command)):match "seconds (%S+)")))
end

local function against(options)
  local rows = {}
  for _, name in ipairs(order) do
    local ratios, noise, least = {}, {}, math.huge
    for round = 1, options.rounds do
      local before = child(options.against, options, name)
      local own, again = child(options.vnnlua, options, name), child(options.against, options, name)
      ratios[round], noise[round] = 2 * own / (before + again), again / before
      least = math.min(least, own)
    end
    local function range(values)
      return ("%.3f (%.3f to %.3f)"):format(statistics.median(values), math.min(table.unpack(values)),
        math.max(table.unpack(values)))
    end
    rows[#rows + 1] = { name, ("%.4g ms"):format(1e3 * least), range(ratios), range(noise) }
  end
  print(report.table({ "dense 784-64x4-10", "least", "now / before", "before again / before" }, rows))
end

--- A network of a layer, ReLUs behind it and two outputs.
local function ending(layer)
  return nn.from_layers {
    layer,
    { weight = tensor.random(9):normal { 2, layer.bias.shape[1] }, bias = tensor.zeros { 2 } },
  }
end

--- A layer of which a share of the weights is not zero, in networks that store it densely and in sparse rows.
local function scattered(outputs, inputs, share, seed)
  local random = tensor.random(seed)
  local dense = random:normal { outputs, inputs } * random:uniform({ outputs, inputs }):less(share)
  local rows, columns, weights = {}, {}, {}
  local numbers = dense:table()
  for row, line in ipairs(numbers) do
    for column, weight in ipairs(line) do
      if weight ~= 0 then
        rows[#rows + 1], columns[#columns + 1], weights[#weights + 1] = row, column, weight
      end
    end
  end
  local bias = random:normal { outputs }
  return ending { weight = dense, bias = bias },
    ending { weight = tensor.from(weights), rows = rows, columns = columns, inputs = inputs, bias = bias }
end

--- Seconds of all that is done with a network.
local works = {
  { "forward", function(network, input) return function() network:forward(input) end end },
  { "batch of 64", function(network, _, batch) return function() network:forward(batch) end end },
  {
    "input gradient",
    function(network, input) return function() network:input_gradient(input, { 1, -1 }) end end,
  },
  {
    "parameter gradients of 64",
    function(network, _, batch) return function() network:gradients(batch, tensor.from { 1, -1 }) end end,
  },
  {
    "backward bounds",
    function(network, input)
      local problem = verify.problem {
        input = input, norm = "linf", epsilon = 0.01, lower = -10, upper = 10, class = network:classify(input),
      }
      return function() verify.bounds(network, problem) end
    end,
  },
}

local function compared(dense, other, seconds)
  local random = tensor.random(4)
  local input, batch = random:normal { dense.inputs }, random:normal { 64, dense.inputs }
  local cells = {}
  for position, work in ipairs(works) do
    local ratios = {}
    for round = 1, 3 do
      local own = time_of(work[2](other, input, batch), seconds)
      ratios[round] = own / time_of(work[2](dense, input, batch), seconds)
    end
    cells[position] = ("%.2f"):format(statistics.median(ratios))
  end
  return cells
end

local function headings(first)
  local list = { first }
  for _, work in ipairs(works) do list[#list + 1] = work[1] end
  return list
end

local function sparse(options)
  for _, size in ipairs { { 64, 256 }, { 512, 512 }, { 1500, 1500 } } do
    local rows = {}
    for _, share in ipairs { 0.01, 0.03, 0.06, 0.12, 0.25, 0.5 } do
      local dense, other = scattered(size[1], size[2], share, 1)
      rows[#rows + 1] = { ("%g %%"):format(100 * share), table.unpack(compared(dense, other, options.seconds / 4)) }
    end
    print(("Sparse rows over dense ones, time, %d x %d"):format(size[1], size[2]))
    print(report.table(headings "entries", rows))
  end
end

--- A convolution of squares, padded to the same size, in networks that store it densely and as it is.
local function convolved(channels, filters, side, kernel)
  local random = tensor.random(7)
  local network = ending {
    weight = random:normal { filters, channels, kernel, kernel },
    bias = random:normal { filters * side * side },
    convolution = {
      channels = channels, filters = filters, size = { side, side }, kernel = { kernel, kernel },
      padding = { kernel // 2, kernel // 2 },
    },
  }
  local layer = network:layer(1)
  return ending { weight = layer:matrix(), bias = layer.bias }, network
end

local function convolution(options)
  local rows = {}
  for _, case in ipairs { { 1, 8, 12, 3 }, { 8, 8, 10, 3 }, { 16, 16, 7, 3 }, { 16, 16, 8, 5 } } do
    local channels, filters, side, kernel = table.unpack(case)
    local dense, network = convolved(channels, filters, side, kernel)
    rows[#rows + 1] = {
      ("%d to %d channels of %d x %d, %d x %d"):format(channels, filters, side, side, kernel, kernel),
      table.unpack(compared(dense, network, options.seconds / 4)),
    }
  end
  print "Convolutions over dense matrices, time"
  print(report.table(headings "convolution", rows))
end

--- Resident megabytes that the network in a file takes, in a process of its own.
local function resident(options, network)
  local shell = require "vnn.host.shell"
  local folder = assert(system.temporary_folder())
  local path = folder.path .. "/network.safetensors"
  assert(network:save(path))
  local command = shell.line { options.vnnlua, "Scripts/bench/training/layers.lua", "--load", path }
  return tonumber((assert(shell.output(command)):match "resident (%S+)")) / 1e6
end

local function status(name) return 1024 * tonumber(system.read_file("/proc/self/status"):match(name .. ":%s*(%d+)")) end

local function memory(options)
  local rows = {}
  local function row(name, other, dense)
    local own, whole = resident(options, other), resident(options, dense)
    rows[#rows + 1] = { name, ("%.1f MB"):format(own), ("%.1f MB"):format(whole), ("%.2f"):format(own / whole) }
  end
  for _, share in ipairs { 0.05, 0.25, 0.5 } do
    local dense, other = scattered(1500, 1500, share, 1)
    row(("sparse rows, 1500 x 1500, %g %%"):format(100 * share), other, dense)
  end
  local dense, other = convolved(16, 16, 16, 3)
  row("convolution, 16 to 16 channels of 16 x 16, 3 x 3", other, dense)
  print(report.table({ "resident memory", "as it is", "dense", "ratio" }, rows))
end

local function run(options)
  if options.measure then
    local measure = measures[options.measure]
    if not measure then return nil, "no measure " .. options.measure end
    print(("seconds %.9g"):format(time_of(measure(), options.seconds)))
    return true
  end
  if options.load then
    collectgarbage()
    local before = status "VmRSS"
    local network = assert(nn.load(options.load))
    collectgarbage()
    print(("resident %d %s"):format(status "VmRSS" - before, network))
    return true
  end
  print(origin.processor())
  if options.against then against(options) end
  sparse(options)
  convolution(options)
  memory(options)
  return true
end

return {
  name = "layers",
  description = "Times dense networks against a binary of before, and other layers against dense ones.",
  options = {
    { name = "against", type = "string", help = "a binary of before, for dense networks in turn" },
    { name = "vnnlua", default = ".build/release/vnnlua", help = "the binary of now" },
    { name = "rounds", default = 7, minimum = 1, help = "pairs of runs, of whose ratios the median counts" },
    { name = "seconds", default = 0.4, help = "processor seconds of a timing" },
    { name = "measure", type = "string", help = "only that, in this process: what the pairs of runs are made of" },
    { name = "load", type = "string", help = "only the memory that the network in this file takes" },
  },
  run = run,
}
