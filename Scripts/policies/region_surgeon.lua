--- A surrogate fitted to the region instead of to the data: optimal brain surgeon (B. Hassibi, D. Stork, NIPS 1992)
--- with points of this problem's region as calibration batch, the corners included where the target gains most. The
--- remaining weights make up for what goes, there and nowhere else. vnnlua's own.
local prune = require "vnn.prune"
local tensor = require "vnn.tensor"

return {
  name = "region_surgeon",
  description = "Optimal brain surgeon on points of the problem's region.",
  options = {
    { name = "points", default = 400, minimum = 1, help = "points of the region" },
    { name = "dampening", default = 1e-2, minimum = 1e-12, help = "added to the Hessian's diagonal, as a share of it" },
  },
  prune = function(network, context)
    local problem, points = context.problem, { context.x0 }
    local weights = tensor.zeros { network.outputs }
    weights[context.class] = -1
    weights[context.target or (context.class % network.outputs + 1)] = 1
    while #points < context.options.points do
      local x = problem:sample(context.random)
      local _, gradient = network:input_gradient(x, weights)
      local _, corner = problem:support(gradient)
      points[#points + 1] = x
      -- Between the point and the corner that its gradient points at.
      if #points < context.options.points then
        points[#points + 1] = x + (corner - x) * context.random:number()
      end
    end
    return (prune.apply(network, {
      criterion = "obs",
      batch = tensor.stack(points),
      dampening = context.options.dampening,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    }))
  end,
}
