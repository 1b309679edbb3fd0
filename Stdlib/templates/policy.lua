--- NAME: a pruning policy. Scores say how much a weight matters; the lowest go.
---
--- `vnnlua NAME.lua` tries it on a small network. To use it in a script:
---
---   local policy = dofile "NAME.lua"
---   prune.apply(network, { rate = 0.9, criterion = function(layer) return policy.score(layer, { options = … }) end })

return {
  name = "NAME",
  description = "Keeps large weights, and prefers those of neurons that are large as a whole.",

  -- What can be chosen on the command line, `--share 0.3`; a file that uses the policy passes them in context.options.
  options = {
    { name = "share", default = 0.5, minimum = 0, maximum = 1, help = "how much the neuron counts" },
  },

  -- Called once per layer.
  --   layer.weight   tensor, outputs x inputs; layer.bias   tensor, outputs
  --   context.rate, context.position (of the layer, from 1), context.network, context.options, context.random
  -- Returns a tensor of the shape of layer.weight.
  score = function(layer, context)
    local size = layer.weight:abs()
    -- One number per neuron: the mean size of its incoming weights, kept as a column so that it stretches over them.
    local neuron = size:mean(2, { keep = true })
    local share = context.options.share
    return size * (1 - share) + neuron * share
  end,
}
