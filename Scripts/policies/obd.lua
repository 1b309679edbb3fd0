--- Second order with a diagonal Hessian. Y. LeCun, J. Denker, S. Solla, "Optimal Brain Damage", NIPS 1989, eq. 5.
local prune = require "vnn.prune"

return {
  name = "obd",
  description = "Optimal brain damage: half the curvature of the loss times the weight's square.",
  prune = function(network, context)
    return prune.mask(network, {
      criterion = "obd",
      data = context.data,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    })
  end,
}
