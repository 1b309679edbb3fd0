--- Tries a pruning policy on a small network: what `vnnlua policy.lua` does.
local data = require "vnn.data"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local verify = require "vnn.verify"

local trial = {}

--- The first problem of the protocol whose image the network gets right.
local function first_problem(network, images)
  for number = 1, #protocol.draws do
    local problem = protocol.problem(network, images, number)
    if problem then return problem end
  end
  error("no image of the protocol is classified correctly", 0)
end

--- The command that compares a policy with others, as it works here.
local function comparison(file)
  local clone = policy.clone()
  local path = "Scripts/experiments/compare-policies.lua"
  if clone ~= "." then path = (clone or "SOURCES") .. "/" .. path end
  return shell.line { "vnnlua", path, "--policies", "magnitude," .. file, "--out", "compared" }
end

--- Prints what is left of a small network after pruning by the policy and by two plain criteria: the accuracy on the
--- test images, and how many ReLUs a problem's region leaves undecided.
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
  local problem = first_problem(dense, train)
  local function describe(network)
    local undecided = verify.bounds(network, problem).unstable
    return ("%.1f %%"):format(100 * network:accuracy(test)), undecided
  end
  local rows = { { "dense", 0, describe(dense) } }
  for _, rate in ipairs { 0.5, 0.8, 0.9 } do
    for _, way in ipairs { mine, assert(policy.load "magnitude"), assert(policy.load "random") } do
      local own = way == mine and options or nil
      local pruned = policy.run(way, dense, { rate = rate, data = train, problem = problem, options = own })
      rows[#rows + 1] = { way.name, rate, describe(pruned) }
    end
  end
  print(("%s on %s"):format(mine.name, dense))
  print(report.table({ "policy", "rate", "test accuracy", "undecided ReLUs" }, rows))
  print("next, the witnesses that it leads to: " .. comparison(file))
  return true
end

return trial
