--- What pruning does to a network's bounds, its model and the time to solve it ("Pruning tightens big-M": arXiv
--- 2603.23299): single weights or neurons, deep narrow networks or shallow wide ones of as many neurons.
local cases = require "tighten.cases"
local solver = require "shared.solver"
local verify = require "vnn.verify"

return {
  name = "tighten",
  description = "Bounds, binaries, root bound and solve time of networks against how much of them is pruned, and how.",
  version = 2,
  group = { "about", "layers", "seed" },
  options = {
    {
      name = "about",
      default = { "peaks", "mnist" },
      selects = true,
      help = "what networks are trained for: peaks (a function of two inputs), digits, mnist, fashion",
    },
    { name = "rates", default = { 0.3, 0.5, 0.8 }, minimum = 0, below = 1, selects = true, help = "pruning rates" },
    { name = "seeds", default = 3, minimum = 1, selects = true, help = "networks of each kind" },
    { name = "finetune", default = true, help = "train on with the mask after pruning" },
    { name = "bounds", default = "backward", choices = verify.bound_methods, help = "how preactivations are bounded" },
    solver,
    { name = "time_limit", default = 10.0, minimum = 0, help = "processor seconds of a solve" },
  },
  cases = cases.make,
  run = function(case, options, context) return require("tighten.solve")(case, options, context) end,
  report = function(rows, options, context)
    require("tighten.report")(rows, options, context)
  end,
}
