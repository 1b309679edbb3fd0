--- Tries a pruning policy on a small network: what `vnnlua policy.lua` does.
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local report = require "vnn.report"
local tensor = require "vnn.tensor"

local trial = {}

--- What a policy is told about the problem at hand. Scripts that prune for a real problem have more to tell.
local function context_of(network, options, rate, position)
  return {
    network = network,
    position = position,
    rate = rate,
    options = options,
    random = tensor.random(1),
  }
end

local function prune_by(policy, network, options, rate)
  if policy.prune then return policy.prune(network, context_of(network, options, rate)) end
  return prune.apply(network, {
    rate = rate,
    criterion = function(layer, position)
      return policy.score(layer, context_of(network, options, rate, position))
    end,
  })
end

--- Prints how accurate copies of a small network are that the policy and two plain criteria have pruned.
---
--- ```lua
--- local by_size = { name = "by-size", score = function(layer) return layer.weight:abs() end }
--- require("vnn.trial").run(by_size, {})
--- ```
---@param policy table a policy: `name` and `score` or `prune`
---@param options table the values of its options
---@return boolean success
function trial.run(policy, options)
  local train = assert(data.load("digits", { side = 9 }))
  local test = assert(data.load("digits", { side = 9, split = "test" }))
  local dense = nn.train(nn.mlp({ 81, 24, 24, 10 }, { seed = 1 }), train, { epochs = 3, seed = 1 })
  local rows = {}
  for _, rate in ipairs { 0.5, 0.8, 0.9 } do
    local ours = prune_by(policy, dense, options, rate)
    local plain = prune.apply(dense, { rate = rate, criterion = "magnitude" })
    local random = prune.apply(dense, { rate = rate, criterion = "random" })
    local function percent(network) return ("%.1f %%"):format(100 * network:accuracy(test)) end
    rows[#rows + 1] = { rate, percent(ours), percent(plain), percent(random) }
  end
  print(("%s on %s, test accuracy %.1f %% before pruning"):format(policy.name, dense, 100 * dense:accuracy(test)))
  print(report.table({ "rate", policy.name, "magnitude", "random" }, rows))
  return true
end

return trial
