--- Second order, and the remaining weights make up for what goes. B. Hassibi, D. Stork, "Second Order Derivatives for
--- Network Pruning: Optimal Brain Surgeon", NIPS 1992, eq. 5, layer by layer. Native, as its Hessians are.
return {
  name = "obs",
  description = "Optimal brain surgeon on the calibration batch, with the compensating update of the other weights.",
  options = {
    {
      name = "dampening",
      default = 1e-3,
      minimum = 1e-12,
      help = "added to the Hessian's diagonal, as a share of its mean",
    },
  },
  needs = "data",
}
