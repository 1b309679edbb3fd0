--- What can move this attack's margin inside this region: weight times the width of its input times the reaction of the
--- margin to its neuron, through the linear relaxation of undecided ReLUs (E. Wong, J. Z. Kolter, "Provable Defenses
--- against Adversarial Examples via the Convex Outer Adversarial Polytope", ICML 2018, eq. 6), so that no neuron that
--- could fire is forgotten. First order as SNIP is (N. Lee et al., ICLR 2019); vnnlua's own.
return {
  name = "margin_aware",
  description = "How much a weight can move the margin between target and class in the region, to first order.",
  needs = "bounds",
  score = function(layer, context)
    local here = context.position
    local width = context.input_upper[here] - context.input_lower[here]
    return layer.weight:abs() * layer:outer(context.sensitivity[here], width)
  end,
}
