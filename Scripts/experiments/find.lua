--- Runs one surrogate on one problem file: prune, embed, solve, test every candidate on the dense network.
local answer = require "shared.answer"
local prune = require "vnn.prune"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local verify = require "vnn.verify"

return {
  name = "find",
  description = "Solves the MILP of a pruned copy, testing its points on the dense network (exit code 3: none passed).",
  options = answer.options {
    { name = "rate", default = 0.9, minimum = 0, below = 1, help = "pruning rate; 0 solves the dense network itself" },
    { name = "method", default = "magnitude", choices = { "magnitude", "random" }, help = "what is pruned" },
    {
      name = "variant",
      default = "plain",
      choices = { "plain", "polish", "region_lp", "remove_region" },
      help = "what is done with a point that is no hit",
    },
    {
      name = "bounds",
      default = "backward",
      choices = verify.bound_methods,
      help = "how preactivations are bounded",
    },
    { name = "over", default = "region", choices = { "region", "box" }, help = "what the bounds know" },
    { name = "seed", default = 0, help = "seed of random pruning" },
  },
  run = function(options)
    local dense, problem, solver, original = answer.load(options)
    if not dense then return nil, problem end
    local start = system.clock()
    local embedded = options.rate == 0 and dense
      or prune.apply(dense, { criterion = options.method, rate = options.rate, seed = options.seed })
    local pruning = system.clock() - start
    local result = surrogate.find(dense, embedded, problem, {
      time_limit_s = options.time_limit,
      solver = solver,
      variant = options.variant,
      bounds = options.bounds,
      over = options.over,
      confirm = original.confirm,
    })
    result.clocks.prune = pruning
    return answer.give(result, options, original, {
      rate = options.rate,
      method = options.method,
      variant = options.variant,
      solver = solver,
    })
  end,
}
