--- A surrogate that is right where the search begins. Weights are scored as by `margin_aware`: by how much they can
--- move this attack's margin inside this region. What goes is made up for by the biases, so that every preactivation at
--- x0, and with them class, target and margin, are the dense network's; from there on the weights that matter for the
--- margin say where it grows. vnnlua's own.
local prune = require "vnn.prune"
local nn = require "vnn.nn"

return {
  name = "anchored",
  description = "Margin-aware pruning whose biases keep all preactivations at the problem's input as they are.",
  prune = function(network, context)
    local scores = {}
    for here = 1, context.depth do
      local width = context.input_upper[here] - context.input_lower[here]
      local score = context.weights[here]:abs() * width:unsqueeze(1) * context.sensitivity[here]:unsqueeze(2)
      scores[here] = score
    end
    local mask = prune.mask(network, {
      criterion = scores,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    })
    local pruned = mask:apply(network)
    local layers = {}
    local value = context.x0
    for here = 1, context.depth do
      local weight = pruned:layer(here).weight
      -- What the removed weights said at x0 becomes part of the bias.
      local missing = (context.weights[here] - weight):matmul(value)
      layers[here] = { weight = weight, bias = context.biases[here] + missing }
      value = (context.weights[here]:matmul(value) + context.biases[here]):relu()
    end
    return nn.from_layers(layers)
  end,
}
