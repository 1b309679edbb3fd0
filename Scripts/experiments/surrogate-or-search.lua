--- What finds the adversarial input, the surrogate or the search for its optimum? One factor at a time from either
--- protocol, on images that nothing was chosen by.
local certificate = require "vnn.certificate"
local cases = require "search.cases"
local draws = require "shared.draws"
local solver = require "shared.solver"

return {
  name = "surrogate-or-search",
  description = "Takes Algorithm 1 apart: what is embedded, what the solver knows, which of its points are tried.",
  version = 1,
  group = { "dataset", "architecture", "image" },
  options = {
    { name = "datasets", default = { "mnist", "fashion" }, selects = true, help = "mnist, fashion, digits" },
    { name = "architectures", default = { "2x32", "4x32" }, selects = true, help = "hidden layers x width" },
    {
      name = "images",
      default = 50,
      minimum = 1,
      maximum = draws.most,
      selects = true,
      help = "how many of each data set, the same ones first",
    },
    { name = "side", default = 18, choices = { 18, 28 }, help = "pixels along a side" },
    solver,
    { name = "time_limit", default = 2.0, minimum = 0, help = "processor seconds to make the surrogate and to solve" },
    certificate.option,
  },
  cases = cases.make,
  run = function(case, options, context) return require("search.solve")(case, options, context) end,
  report = function(rows, options, context)
    require("search.report")(rows, options, context)
  end,
}
