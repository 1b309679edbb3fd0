--- NAME: an experiment. `vnnlua NAME.lua` runs it, `vnnlua NAME.lua --help` lists its options.
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local surrogate = require "vnn.surrogate"

return {
  name = "NAME",
  description = "Finds adversarial inputs of a network with pruned copies of it.",

  -- `--rates 0.5,0.8`, `--time-limit 20`. The type is that of the default: 5.0 is any number, 3 only integers.
  options = {
    { name = "problems", default = 5, minimum = 1, maximum = #protocol.draws, help = "how many problems" },
    { name = "rates", default = { 0.0, 0.5, 0.9 }, minimum = 0, below = 1, help = "pruning rates; 0 is the dense one" },
    { name = "time_limit", default = 5.0, minimum = 0, help = "seconds per solve" },
    { name = "seed", default = 1, help = "seed of the network" },
  },

  -- What there is to do: a list of cases of any kind. Everything that they share is made here.
  cases = function(options)
    local digits = assert(data.load("digits", { side = 9 }))
    local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = options.seed }), digits, { epochs = 3, seed = 1 })
    local cases = {}
    for number = 1, options.problems do
      -- nil for images that the network misclassifies.
      local problem = protocol.problem(dense, digits, number)
      for _, rate in ipairs(problem and options.rates or {}) do
        local embedded = rate == 0 and dense or prune.apply(dense, { rate = rate, criterion = "magnitude" })
        cases[#cases + 1] = { number = number, problem = problem, rate = rate, dense = dense, embedded = embedded }
      end
    end
    return cases
  end,

  -- One case; what it returns is one of the results.
  run = function(case, options)
    local result = surrogate.find(case.dense, case.embedded, case.problem, { time_limit_s = options.time_limit })
    return { number = case.number, rate = case.rate, verdict = result.verdict, first_hit_s = result.first_hit_s }
  end,

  -- All results, also when Ctrl-C ended the experiment early.
  report = function(results)
    local rows = {}
    for _, result in ipairs(results) do
      rows[#rows + 1] = { result.number, result.rate, result.verdict, report.seconds(result.first_hit_s) }
    end
    print(report.table({ "problem", "rate", "verdict", "first hit" }, rows))
  end,
}
