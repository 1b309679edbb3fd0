--- Times every built-in criterion on a 784-64x4-10 network with images of digits; the best of some runs.
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local report = require "vnn.report"
local system = require "vnn.system"
local verify = require "vnn.verify"

local function best_of(runs, work)
  local best = math.huge
  for _ = 1, runs do
    local start = system.clock()
    work()
    best = math.min(best, system.clock() - start)
  end
  return best
end

local function run(options)
  local digits = assert(data.load("digits", { side = 28 }))
  local dense = nn.mlp({ 784, 64, 64, 64, 64, 10 }, { seed = 2 })
  dense = nn.train(dense, digits, { epochs = options.epochs, seed = 2 })
  local problem = verify.problem {
    input = digits:image(1),
    epsilon = 5,
    class = digits:label(1),
    target = digits:label(1) % 10 + 1,
  }
  local bounds = verify.bounds(dense, problem)
  local rows = {}
  for _, name in ipairs(prune.criteria) do
    local asked = { criterion = name, rate = options.rate, data = digits, bounds = bounds }
    local whole = best_of(name == "obs" and 1 or options.runs, function() prune.apply(dense, asked) end)
    -- The same without the data pass: the criterion's tensors are there already.
    local scores = prune.scores(dense, asked)
    local given = { criterion = scores, rate = options.rate }
    rows[#rows + 1] = {
      name,
      report.seconds(whole),
      report.seconds(best_of(options.runs, function() prune.apply(dense, given) end)),
    }
  end
  print(tostring(dense) .. ", rate " .. options.rate)
  print(report.table({ "criterion", "scores, data pass, mask", "mask alone" }, rows))
end

return {
  name = "prune",
  description = "Times pruning by every criterion.",
  options = {
    { name = "rate", default = 0.9, minimum = 0, below = 1, help = "share of the weights that goes" },
    { name = "runs", default = 10, minimum = 1, help = "runs, of which the best counts" },
    { name = "epochs", default = 1, minimum = 0, help = "epochs of training before" },
  },
  run = run,
}
