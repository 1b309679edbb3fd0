--- The smallest weights go (S. A. Janowsky, "Pruning versus clipping in neural networks", Physical Review A 39, 1989;
--- S. Han et al., NIPS 2015); a neuron has the L1 norm of its incoming weights (H. Li et al., ICLR 2017).
return {
  name = "magnitude",
  description = "The absolute value of a weight.",
  score = function(layer) return layer.weight:abs() end,
}
