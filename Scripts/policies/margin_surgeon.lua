--- A surrogate whose margin follows the dense one's in the region. The loss of a weight is that of optimal brain
--- surgeon (B. Hassibi, D. Stork, NIPS 1992) on points of this problem's region, times the square of the margin's
--- reaction to the weight's neuron: what is lost of the margin, not of the neuron. Neurons that cannot move the margin
--- go first, and the weights that remain make up for what went. vnnlua's own.
local prune = require "vnn.prune"
local tensor = require "vnn.tensor"

--- Points of the region, half of them on the way to the corner where the margin's gradient points.
local function sample(network, context, count)
  local problem, points = context.problem, { context.x0 }
  local weights = tensor.zeros { network.outputs }
  weights[context.class] = -1
  weights[context.target or (context.class % network.outputs + 1)] = 1
  while #points < count do
    local x = problem:sample(context.random)
    local _, gradient = network:input_gradient(x, weights)
    local _, corner = problem:support(gradient)
    points[#points + 1] = x
    if #points < count then points[#points + 1] = x + (corner - x) * context.random:number() end
  end
  return tensor.stack(points)
end

return {
  name = "margin_surgeon",
  description = "Optimal brain surgeon on the region, weighted by what each neuron can do to the margin.",
  options = {
    { name = "points", default = 400, minimum = 1, help = "points of the region" },
    { name = "dampening", default = 1e-2, minimum = 1e-12, help = "added to the Hessian's diagonal, as a share of it" },
  },
  prune = function(network, context)
    local batch = sample(network, context, context.options.points)
    local dampening = context.options.dampening
    local scores = prune.scores(network, { criterion = "obs", batch = batch, dampening = dampening })
    for here = 1, network.depth do
      scores[here] = scores[here] * network:layer(here):outer(context.sensitivity[here]:square())
    end
    local mask = prune.mask(network, {
      criterion = scores,
      rate = context.rate,
      layers = context.layers,
      within = context.within,
    })
    return prune.compensate(network, mask, { batch = batch, dampening = dampening })
  end,
}
