--- Maximising a random network's output, by gradients, by the MILP of the network itself and through pruned copies; and
--- whether the latter beat gradients where rows, whole numbers or a second network are in the way; the gallery's models
--- too.
local cases = require "maximise.cases"
local solver = require "shared.solver"

return {
  name = "maximise",
  description = "Best values of random networks by gradients, the dense MILP and its surrogates within a time limit.",
  version = 1,
  options = {
    solver,
    { name = "time_limit", default = 10.0, minimum = 0, help = "seconds of every method" },
    { name = "restarts", default = 20, minimum = 1, help = "random starts of one round of gradients" },
  },
  cases = cases.make,
  run = function(case, options) return require("maximise.solve")(case, options) end,
  report = function(rows, options, context)
    require("maximise.report")(rows, options, context)
  end,
}
