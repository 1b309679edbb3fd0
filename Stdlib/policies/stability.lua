--- Fewest binaries: the neurons that are nearly stable lose their weights first, so that they become stable. The score
--- is the weight times the reach of its input times how undecided the neuron is. After K. Xiao, V. Tjeng,
--- N. Shafiullah, A. Madry, "Training for Faster Adversarial Robustness Verification via Inducing ReLU Stability",
--- ICLR 2019, section 4, whose loss -tanh(1 + l u) pulls at the same neurons.
local tensor = require "vnn.tensor"

return {
  name = "stability",
  description = "Strips the neurons that are nearly stable, and leaves the undecided ones alone.",
  needs = "bounds",
  score = function(layer, context)
    local here = context.position
    local reach = tensor.maximum(context.input_upper[here]:abs(), context.input_lower[here]:abs())
    local lower, upper = context.lower[here], context.upper[here]
    -- min(u, -l) / (u - l) for undecided neurons, 0 for those that never fire, 1 for those that always do or have no
    -- ReLU: nothing is gained there.
    local smaller = tensor.minimum(upper, -lower) / (upper - lower)
    local undecided = tensor.where(lower:greater_equal(0), 1, smaller)
    undecided = tensor.where(upper:less_equal(0), 0, undecided)
    undecided = tensor.where(layer:relus(), undecided, 1)
    return layer.weight:abs() * layer:outer(undecided, reach)
  end,
}
