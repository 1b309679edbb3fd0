--- NAME: a pruning policy. Scores say how much a weight matters; the lowest go.
---
--- `vnnlua NAME.lua` tries it on a small network. How it compares with others on ten problems, as a table and plots:
---
---   vnnlua run compare-policies --policies magnitude,NAME.lua --out compared
---
--- In a script:
---
---   local policy = require "vnn.policy"
---   local mine = assert(policy.load "NAME.lua")
---   local sparse = policy.run(mine, network, { rate = 0.9, data = digits, problem = problem })

return {
  name = "NAME",
  description = "Keeps the weights that can move their neuron most inside the region.",

  -- What can be chosen: `--power 2` on the command line, `options = { power = 2 }` in a script.
  options = {
    { name = "power", default = 1.0, minimum = 0, help = "how much the width of an input counts" },
  },

  -- Called for every layer that takes part. Returns a tensor shaped like layer.weight (outputs x inputs of a dense
  -- layer); the lowest scores go. In place of `score` there may be `prune = function(network, context)`, which returns
  -- a mask or a whole network.
  --
  -- The context offers, each computed when it is first used,
  --   network depth position rate random options      what is asked
  --   weights biases gradients batch labels activations outputs      one entry per layer where it makes sense
  --   bounds lower upper input_lower input_upper sensitivity      preactivations and inputs of layers in the region
  --   problem x0 class target      the problem itself
  -- `vnnlua help vnn.policy.Context` explains them. `layer:outer(neurons, inputs)` makes scores of one number per
  -- neuron and one per input, whatever the layer's kind; either may be nil, as below.
  score = function(layer, context)
    local here = context.position
    local width = context.input_upper[here] - context.input_lower[here]
    return layer.weight:abs() * layer:outer(nil, width) ^ context.options.power
  end,
}
