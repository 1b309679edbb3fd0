--- Times what every verification stands on, on a 784-64x4-10 network with images of digits, one thread: backward
--- linear bounds, the support of a region, and forward passes of single inputs. The median of some runs.
local data = require "vnn.data"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local verify = require "vnn.verify"

--- Seconds of one call of `work`, which is called `count` times per run.
local function median_of(runs, count, work)
  local seconds = {}
  for run = 1, runs do
    local start = system.clock()
    for _ = 1, count do work() end
    seconds[run] = (system.clock() - start) / count
  end
  return statistics.median(seconds)
end

local function run(options)
  local digits = assert(data.load(options.dataset, { side = 28 }))
  local function trained(widths)
    return nn.train(nn.mlp(widths, { seed = 2 }), digits, { epochs = options.epochs, seed = 2 })
  end
  local deep, shallow = trained { 784, 64, 64, 64, 64, 10 }, trained { 784, 64, 64, 10 }
  local input = digits:image(1)
  local best, second = table.unpack(deep:top_classes(input, 2))
  local problem = verify.problem { input = input, epsilon = 5, class = best, target = second }
  local row = deep:layer(1).weight[1]
  local rows = {
    { "CROWN bounds over box and L1 ball, " .. tostring(deep), 1, function() verify.bounds(deep, problem) end },
    { "support of 784 coefficients, budget 5", 1000, function() problem:support(row) end },
    { "forward pass of one input, " .. tostring(shallow), 1000, function() shallow:forward(input) end },
  }
  print(origin.processor())
  for position, case in ipairs(rows) do
    local seconds = median_of(options.runs, case[2], case[3])
    rows[position] = { case[1], ("%.1f us"):format(1e6 * seconds), ("%.0f"):format(1 / seconds) }
  end
  print(report.table({ "what", "time", "per second" }, rows))
  return true
end

return {
  name = "verify",
  description = "Times bounds, supports and forward passes.",
  options = {
    { name = "dataset", default = "digits", help = "mnist, fashion, digits" },
    { name = "runs", default = 11, minimum = 1, help = "runs, of which the median counts" },
    { name = "epochs", default = 1, minimum = 0, help = "epochs of training before" },
  },
  run = run,
}
