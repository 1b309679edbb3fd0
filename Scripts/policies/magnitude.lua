--- The smallest weights go. S. A. Janowsky, "Pruning versus clipping in neural networks", Physical Review A 39, 1989.
return {
  name = "magnitude",
  description = "The absolute value of a weight.",
  score = function(layer) return layer.weight:abs() end,
}
