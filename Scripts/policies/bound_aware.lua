--- What can matter inside this region: weights times the reach of their inputs there, and nothing for neurons that
--- never fire, which are exact to remove. The products are the terms of interval arithmetic (S. Gowal et al., "On the
--- Effectiveness of Interval Bound Propagation for Training Verifiably Robust Models", 2018, eq. 6).
local tensor = require "vnn.tensor"

return {
  name = "bound_aware",
  description = "The absolute value of a weight times the largest magnitude of its input in the region.",
  score = function(layer, context)
    local here = context.position
    local reach = tensor.maximum(context.input_upper[here]:abs(), context.input_lower[here]:abs())
    local fires = context.upper[here]:greater(0)
    if here == context.depth then fires:fill_(1) end
    return layer.weight:abs() * reach:unsqueeze(1) * fires:unsqueeze(2)
  end,
}
