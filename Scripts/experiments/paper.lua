--- The paper's whole experiment: 160 dense networks and their problems, each solved directly and through 40 pruned
--- copies, under either protocol of `vnn.protocol` or with one of its settings changed; and its report.
local certificate = require "vnn.certificate"
local grid = require "paper.grid"
local solver = require "shared.solver"

local options = {
  {
    name = "protocol",
    default = "strict",
    choices = { "strict", "published" },
    help = "what the paper says, done honestly, or what its public code did",
  },
  solver,
  { name = "time_limit", default = 10.0, minimum = 0, help = "seconds for bounds, model and search of one solve" },
  {
    name = "limit_in",
    default = "processor",
    choices = { "processor", "wall" },
    help = "which seconds those are; the processor's do not depend on what else the machine does",
  },
  { name = "repeat", default = 1, minimum = 1, selects = true, help = "how often each case is solved" },
  {
    name = "candidates",
    type = "string",
    choices = { "incumbents", "relaxations" },
    help = "points that are tested; relaxations includes incumbents; without it relaxations under strict where the"
      .. " solver shows them, else incumbents",
  },
}
for _, option in ipairs(grid.factors()) do options[#options + 1] = option end
options[#options + 1] = certificate.option

return {
  name = "paper",
  description = "The paper's grid of 6,560 solves under a protocol, with its tables and figures (--report).",
  version = grid.version,
  options = options,
  group = grid.group,
  cases = grid.cases,
  run = function(case, values, context) return require("paper.solve")(case, values, context) end,
  report = function(rows, values, context)
    require("paper.report")(rows, values, context)
  end,
}
