--- Second order, and the remaining weights make up for what goes. B. Hassibi, D. Stork, "Second Order Derivatives for
--- Network Pruning: Optimal Brain Surgeon", NIPS 1992, eq. 5, layer by layer.
local prune = require "vnn.prune"

return {
  name = "obs",
  description = "Optimal brain surgeon on the calibration batch, with the compensating update of the other weights.",
  options = {
    { name = "dampening", default = 1e-3, minimum = 1e-12, help = "added to the Hessian's diagonal, as a share of it" },
  },
  prune = function(network, context)
    return (prune.apply(network, {
      criterion = "obs",
      data = context.data,
      dampening = context.options.dampening,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    }))
  end,
}
