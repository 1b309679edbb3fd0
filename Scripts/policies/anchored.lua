--- A surrogate that is right where the search begins. Weights are scored as by `margin_aware`: by how much they can
--- move this attack's margin inside this region. What goes is made up for by the biases, so that every preactivation at
--- x0, and with them class, target and margin, are the dense network's; from there on the weights that matter for the
--- margin say where it grows. vnnlua's own.
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local tensor = require "vnn.tensor"

return {
  name = "anchored",
  description = "Margin-aware pruning whose biases keep all preactivations at the problem's input as they are.",
  prune = function(network, context)
    local scores = {}
    for here = 1, context.depth do
      local width = context.input_upper[here] - context.input_lower[here]
      scores[here] = context.weights[here]:abs() * network:layer(here):outer(context.sensitivity[here], width)
    end
    local mask = prune.mask(network, {
      criterion = scores,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    })
    local pruned = mask:apply(network)
    local layers = {}
    local values = prune.activations(network, tensor.stack { context.x0 })
    for here = 1, context.depth do
      local layer = pruned:layer(here)
      -- What the removed weights said at x0 becomes part of the bias; of a convolution, what they said on average.
      local missing = layer:sums((context.weights[here] - layer.weight) * layer:outer(nil, values[here][1]))
      local bias = context.biases[here]
      if bias.count == layer.units then bias = bias + missing * layer.units / layer.outputs end
      layers[here] = layer:with(layer.weight, bias)
    end
    return nn.from_layers(layers)
  end,
}
