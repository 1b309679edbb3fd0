--- The weights that widen the bounds most go, for the tightest model. The width that a weight adds is its term in the
--- radius of interval arithmetic (S. Gowal et al., "On the Effectiveness of Interval Bound Propagation for Training
--- Verifiably Robust Models", 2018, eq. 6). With the order `narrow` those go that vary least, and a neuron keeps what
--- moves it inside the region.
return {
  name = "interval_width",
  description = "The weights go that widen the bounds in the region most (or least).",
  options = {
    { name = "order", default = "wide", choices = { "wide", "narrow" }, help = "which weights go first" },
  },
  needs = "bounds",
  score = function(layer, context)
    local here = context.position
    local width = context.input_upper[here] - context.input_lower[here]
    local widening = layer.weight:abs() * layer:outer(nil, width)
    return context.options.order == "wide" and -widening or widening
  end,
}
