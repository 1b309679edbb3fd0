--- Tries a pruning policy on a small network: what `vnnlua policy.lua` does.
local data = require "vnn.data"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"
local surrogate = require "vnn.surrogate"
local verify = require "vnn.verify"

local trial = {}

--- The first three problems of the protocol whose images the network gets right.
local function first_problems(network, images)
  local problems = {}
  for number = 1, #protocol.draws do
    if #problems < 3 then problems[#problems + 1] = protocol.problem(network, images, number) end
  end
  if #problems == 0 then error("no image of the protocol is classified correctly", 0) end
  return problems
end

--- How many problems have a witness for the dense network that is found through the embedded one, and the median of
--- the processor seconds to it.
local function witnesses(dense, embedded, problems)
  local seconds = {}
  for _, problem in ipairs(problems) do
    local result = surrogate.find(dense, embedded, problem, { time_limit_s = 1, limit_in = "processor" })
    seconds[#seconds + 1] = result.first_hit_processor_s
  end
  return ("%d of %d"):format(#seconds, #problems), report.seconds(statistics.median(seconds))
end

--- Prints what a small network, pruned by the policy and by two plain criteria, finds: on how many of three problems
--- the MILP of the pruned copy leads to an adversarial input of the dense network, in how much time, and what is left
--- of the accuracy on the test images and of the ReLUs that a problem's region leaves undecided.
---
--- ```lua
--- require("vnn.policy.trial").run({
---   name = "by-size",
---   description = "The magnitude again.",
---   score = function(layer) return layer.weight:abs() end,
--- }, {}, "here")
--- ```
---@param declaration vnn.Policy
---@param options table values of the policy's options
---@param file string for messages
---@return boolean success
function trial.run(declaration, options, file)
  settings.expect("trial.run", 2, options, "a table")
  settings.expect("trial.run", 3, file, "a string")
  local mine = policy.check(declaration, file)
  local train = assert(data.load("digits", { side = 9 }))
  local test = assert(data.load("digits", { side = 9, split = "test" }))
  local recipe = { epochs = 3, seed = 1, progress = false }
  local dense = nn.train(nn.mlp({ 81, 24, 24, 10 }, { seed = 1 }), train, recipe)
  local problems = first_problems(dense, train)
  local rows = {}
  local function add(name, rate, network)
    local found, time = witnesses(dense, network, problems)
    local accuracy, undecided = 100 * network:accuracy(test), verify.bounds(network, problems[1]).unstable
    rows[#rows + 1] = { name, rate, found, time, ("%.1f %%"):format(accuracy), undecided }
  end
  add("dense", 0, dense)
  local missed = {}
  for _, rate in ipairs { 0.5, 0.8, 0.9 } do
    for _, way in ipairs { mine, assert(policy.load "magnitude"), assert(policy.load "random") } do
      local own = way == mine and options or nil
      local pruned = policy.run(way, dense, { rate = rate, data = train, problem = problems[1], options = own })
      add(way.name, rate, pruned)
      local miss = policy.missed(rate, policy.removed(dense, pruned))
      if miss then missed[#missed + 1] = ("%s %g: %s"):format(way.name, rate, miss) end
    end
  end
  print(("%s on %s"):format(mine.name, dense))
  print(report.table({ "policy", "rate", "witnesses", "median time", "test accuracy", "undecided ReLUs" }, rows))
  for _, line in ipairs(missed) do print(line) end
  local words = { "vnnlua", "run", "compare-policies", "--policies", "magnitude," .. file, "--out", "compared" }
  print("next, a comparison with a report: " .. shell.line(words))
  return true
end

return trial
