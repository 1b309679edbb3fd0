--- The paper's whole experiment: 160 dense networks and their problems, each solved directly and through 40 pruned
--- copies, under either protocol of `vnn.protocol`; and its report.
local grid = require "paper.grid"
local milp = require "vnn.milp"
local verify = require "vnn.verify"

return {
  name = "paper",
  description = "The paper's grid of 6,560 solves under a protocol, with its tables and figures (--report).",
  version = grid.version,
  options = {
    {
      name = "protocol",
      default = "strict",
      choices = { "strict", "published" },
      help = "what the paper says, done honestly, or what its public code did",
    },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "MILP solver" },
    { name = "time_limit", default = 10.0, minimum = 0, help = "seconds for bounds, model and search of one solve" },
    {
      name = "bounds",
      type = "string",
      choices = verify.bound_methods,
      help = "how preactivations are bounded; without it as the protocol has it",
    },
    {
      name = "over",
      type = "string",
      choices = { "region", "box" },
      help = "what the bounds know: the region, or only its box; without it as the protocol has it",
    },
    {
      name = "candidates",
      type = "string",
      choices = { "incumbents", "relaxations" },
      help = "points that are tested; relaxations includes incumbents; without it relaxations under strict where the"
        .. " solver shows them, else incumbents",
    },
    {
      name = "pruned_layers",
      type = "string",
      choices = { "hidden", "all" },
      help = "whether the output layer is pruned too; without it as the protocol has it",
    },
  },
  cases = grid.cases,
  run = function(case, options, context) return require("paper.solve")(case, options, context) end,
  report = function(rows, options, context) return require("paper.report")(rows, options, context) end,
}
