--- Which pruning policy makes the best surrogate? Solves the same problems with networks pruned by each policy.
local cases = require "comparison.cases"
local certificate = require "vnn.certificate"
local draws = require "shared.draws"
local protocol = require "vnn.protocol"
local solver = require "shared.solver"

return {
  name = "compare-policies",
  description = "Compares pruning policies by the adversarial inputs that their networks' MILPs lead to.",
  version = 2,
  group = { "architecture", "network_digest", "training_seed", "problem" },
  options = {
    {
      name = "policies",
      default = { "magnitude", "random", "margin_aware", "anchored" },
      selects = true,
      help = "files or names of policies (vnnlua help policies), with options as in mine.lua:power=2",
    },
    { name = "rates", default = { 0.9 }, minimum = 0, below = 1, selects = true, help = "pruning rates" },
    {
      name = "problems",
      default = 10,
      minimum = 1,
      maximum = draws.most,
      selects = true,
      help = ("how many problems of the strict protocol, 1 to %d, or %d held out"):format(#protocol.draws, draws.most),
    },
    {
      name = "images",
      default = "paper",
      choices = { "paper", "held-out" },
      selects = true,
      help = "which the problems are about: the paper's ten, or others, on which no policy was ever tried",
    },
    {
      name = "baseline",
      default = "magnitude",
      selects = true,
      help = "the policy that the others are tested against",
    },
    {
      name = "network",
      type = "string",
      selects = true,
      replaces = { "architectures", "seeds" },
      help = "a trained network for all problems; without it one is trained for each",
    },
    { name = "dataset", default = "digits", choices = { "digits", "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 18, choices = { 18, 28 }, help = "pixels along a side" },
    {
      name = "architectures",
      type = "list",
      selects = true,
      replaces = { "network" },
      help = "hidden layers of the trained networks: layers x width, or all widths as in 64-32 (default: 2x32)",
    },
    {
      name = "seeds",
      type = "list",
      selects = true,
      replaces = { "network" },
      help = "training seeds, a network for each and every problem; without them the protocol's, one for each problem",
    },
    solver,
    { name = "time_limit", default = 20.0, minimum = 0, help = "seconds per solve" },
    {
      name = "limit_in",
      default = "processor",
      choices = { "processor", "wall" },
      help = "which seconds those are; the processor's do not depend on what else the machine does",
    },
    { name = "repeat", default = 1, minimum = 1, selects = true, help = "how often each case is solved" },
    certificate.option,
  },
  cases = cases.make,
  run = function(case, options, context) return require("comparison.solve")(case, options, context) end,
  report = function(rows, options, context)
    require("comparison.report")(rows, options, context)
  end,
}
