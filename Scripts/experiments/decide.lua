--- Settles one problem file on one network file by the whole portfolio: attack, bounds, search, surrogates.
local answer = require "shared.answer"
local portfolio = require "vnn.portfolio"

return {
  name = "decide",
  description = "Finds an adversarial input for a problem, or proves that there is none (exit code 3: neither).",
  options = answer.options {
    answer.stages,
    { name = "seed", default = 0, help = "seed of the attack's starts" },
  },
  run = function(options)
    local dense, problem, solver, original = answer.load(options)
    if not dense then return nil, problem end
    local result = portfolio.decide(dense, problem, {
      time_limit_s = options.time_limit,
      solver = solver,
      seed = options.seed,
      stages = options.stages,
      confirm = original.confirm,
    })
    return answer.give(result, options, original)
  end,
}
