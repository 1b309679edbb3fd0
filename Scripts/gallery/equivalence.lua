--- Equivalence: how far apart can a network and its pruned copy be? What verifiers of two networks answer, as
--- ReluDiff (Paulsen et al., 2020, "ReluDiff: differential verification of deep neural networks") and Kumar et al.
--- (2019, "Equivalent and approximate transformations of deep neural networks").
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local prune = require "vnn.prune"

local function f(x) return math.sin(3 * x[1]) + x[2] * x[3] end

local function prepare(seed)
  local dense = gallery.learn({ 3, 8, 6, 1 }, f, { rows = 800, seed = seed })
  return { dense = dense, sparse = prune.apply(dense, { rate = 0.5 }) }
end

local function build(it)
  local model = milp.model "equivalence"
  local x = model:variables(3, { upper = 1, prefix = "x" })
  local dense = model:embed(it.dense, x, { name = "dense" }).outputs[1]
  local sparse = model:embed(it.sparse, x, { name = "sparse" }).outputs[1]
  model:maximize(model:absolute(dense - sparse, { exact = true }))
  return model
end

local function check(it)
  local function difference(points) return (it.dense:forward(points) - it.sparse:forward(points)):abs():flatten() end
  local value, missed = gallery.search(difference, { { 0, 1, 61 }, { 0, 1, 61 }, { 0, 1, 61 } })
  return { value = value, tolerance = missed, how = "both networks on a grid of 61 x 61 x 61, refined" }
end

return gallery.script {
  name = "equivalence",
  description = "Finds where a network and its pruned copy differ the most.",
  prepare = prepare,
  build = build,
  check = check,
}
