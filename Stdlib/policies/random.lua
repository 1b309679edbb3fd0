--- Chance, from the seed: the baseline that every other criterion has to beat.
return {
  name = "random",
  description = "A uniform number for every weight, or for every neuron.",
  score = function(layer, context) return context.random:uniform(layer.weight.shape) end,
  -- The sum over its weights would be nearly the same for all neurons.
  neuron_score = function(layer, context) return context.random:uniform { layer.units } end,
}
