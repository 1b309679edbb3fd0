--- Weights times the norms of their inputs on the calibration batch, compared within each neuron. M. Sun, Z. Liu,
--- A. Bair, J. Z. Kolter, "A Simple and Effective Pruning Approach for Large Language Models", ICLR 2024, eq. 1 and
--- section 3.
return {
  name = "wanda",
  description = "The absolute value of a weight times the norm of its input, compared within each neuron.",
  scope = "rowwise",
  needs = "data",
  score = function(layer, context)
    local squares = context.activations[context.position]:square():sum(1)
    return layer.weight:abs() * layer:outer(nil, squares):sqrt()
  end,
}
