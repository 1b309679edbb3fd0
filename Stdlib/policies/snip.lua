--- Gradient times weight on the calibration batch, without the normalisation that changes no order within a network.
--- N. Lee, T. Ajanthan, P. Torr, "SNIP: Single-shot Network Pruning based on Connection Sensitivity", ICLR 2019, eq. 5
--- and 6.
return {
  name = "snip",
  description = "How much the loss changes, to first order, when a weight goes.",
  needs = "labels",
  score = function(layer, context) return (layer.weight * context.gradients[context.position].weight):abs() end,
}
