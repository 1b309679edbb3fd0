--- Settles one problem file on one network file by the whole portfolio: attack, bounds, search, surrogates.
local answer = require "shared.answer"
local certificate = require "vnn.certificate"
local portfolio = require "vnn.portfolio"
local tensor = require "vnn.tensor"

return {
  name = "decide",
  description = "Finds an adversarial input for a problem, or proves that there is none (exit code 3: neither).",
  options = answer.options {
    answer.stages,
    { name = "seed", default = 0, help = "seed of the attack's starts" },
    answer.threads,
    { name = "certificate", type = "string", help = "file for a proof that others can check; see help certificates" },
  },
  run = function(options)
    local dense, problem, solver, original = answer.load(options)
    if not dense then return nil, problem end
    local result = portfolio.decide(dense, problem, {
      time_limit_s = options.time_limit,
      solver = solver,
      seed = options.seed,
      threads = options.threads or tensor.threads(),
      stages = options.stages,
      confirm = original.confirm,
      certificate = options.certificate ~= nil,
    })
    local code, message = answer.give(result, options, original)
    if code ~= 0 or not options.certificate then return code, message end
    local files, reason = certificate.write(options.certificate, dense, problem, result, {
      network_file = options.network,
      problem_file = options.problem,
    })
    if not files then return nil, reason end
    print(("%s: vnncheck %s %s %s"):format(files.claim, files.network, files.problem, options.certificate))
    return 0
  end,
}
