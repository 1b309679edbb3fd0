--- The square of gradient times weight on the calibration batch; for a neuron the square of the sum over its weights
--- and bias. P. Molchanov, A. Mallya, S. Tyree, I. Frosio, J. Kautz, "Importance Estimation for Neural Network
--- Pruning", CVPR 2019, eq. 8.
return {
  name = "taylor",
  description = "The square of how much the loss changes, to first order, when a weight or a neuron goes.",
  needs = "labels",
  score = function(layer, context) return (layer.weight * context.gradients[context.position].weight):square() end,
  neuron_score = function(layer, context)
    local gradient = context.gradients[context.position]
    return layer:sums(layer.weight * gradient.weight, layer.bias * gradient.bias):square()
  end,
}
