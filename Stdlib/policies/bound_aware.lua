--- What can matter inside the region: weights times the reach of their inputs there, and nothing for neurons that never
--- fire, which are exact to remove (T. Serra, A. Kumar, S. Ramalingam, CPAIOR 2020, section 4). The products are the
--- terms of interval arithmetic (S. Gowal et al., "On the Effectiveness of Interval Bound Propagation for Training
--- Verifiably Robust Models", 2018, eq. 6).
local tensor = require "vnn.tensor"

return {
  name = "bound_aware",
  description = "The absolute value of a weight times the largest magnitude of its input in the region.",
  needs = "bounds",
  score = function(layer, context)
    local here = context.position
    local reach = tensor.maximum(context.input_upper[here]:abs(), context.input_lower[here]:abs())
    -- What has no ReLU, as an output, fires whatever its bounds are.
    local fires = tensor.maximum(context.upper[here]:greater(0), 1 - layer:relus())
    return layer.weight:abs() * layer:outer(fires, reach)
  end,
}
