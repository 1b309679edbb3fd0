--- What the paper does not ask and the page speaks of: of networks pruned at 0.9 by magnitude, weight by weight, and
--- not finetuned, which are the paper's main case. In the form of its findings.
local kinds = require "paper.kinds"
local values = require "claims.values"

--- A question with one number.
local function question(id, text, definition)
  definition.name = "number"
  return { id = id, text = text, parts = { definition }, is_ours = true }
end

return {
  question("more finds", "At rate 0.9 the pruned networks lead to more adversarial inputs than the dense ones.", {
    text = "share with a find at rate 0.9, less that of the direct solve",
    claims = "above",
    cells = function(list) return { values.of(list, kinds.main, values.found_more) } end,
  }),
  question("sooner", "Where both find one, the pruned network's is sooner.", {
    text = "pruned over dense time at rate 0.9, geometric mean, where both find something",
    unit = "logarithm",
    claims = "below",
    cells = function(list) return { values.of(list, kinds.main, values.log_ratio) } end,
  }),
  question("gradients", "A gradient attack on the dense network finds more than its MILP.", {
    text = "share with a find by gradients, less that of the direct solve",
    claims = "above",
    cells = function(list) return { values.of(list, kinds.main, values.gradients_more) } end,
  }),
}
