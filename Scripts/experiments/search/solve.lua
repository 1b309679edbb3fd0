--- One case: a problem solved under a condition, and in how far the network that was embedded is the dense one.
local agreement = require "search.agreement"
local certificate = require "vnn.certificate"
local draws = require "shared.draws"
local networks = require "search.networks"
local problems = require "search.problems"
local settings = require "vnn.settings"
local shared = require "shared.networks"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- The embedded network as it is when its model is solved, which for one that is refined is found out once more.
local function final(case, dense, embedded, problem, options)
  if case.embedded ~= "refined" then return embedded end
  return (surrogate.refine(dense, embedded, problem, {
    solver = options.solver, time_limit_s = 0.3 * options.time_limit, limit_in = "processor",
  }))
end

--- Runs a case and returns its row; `skipped` says why there is no such problem.
return function(case, options, context)
  -- One case is one thread, so that clocks of cases that run side by side mean the same.
  tensor.threads(1)
  local rules = problems.rules(case)
  local train = shared.split(case.dataset, options.side, "train")
  local dense, facts = networks.dense(case, options, context)
  local base_problem, reason = problems.of(case, dense, train)
  if not base_problem then return { skipped = reason } end
  local embedded, made_s = networks.embedded(case, dense, base_problem)
  local problem = assert(problems.of(case, dense, train, embedded))
  local result = surrogate.find(dense, embedded, problem, {
    solver = options.solver,
    time_limit_s = math.max(options.time_limit - made_s, 0),
    limit_in = "processor",
    bounds = case.bounds,
    over = case.over,
    relaxations = case.candidates == "relaxations",
    input = rules.tests_input,
    refine = case.embedded == "refined",
  })
  local evidence, claim
  if options.keep then evidence, claim = certificate.keep(context, dense, problem, result) end
  local attacked = verify.check(dense, problem, (verify.attack(dense, problem, { seed = case.image }))) ~= nil
  local own = final(case, dense, embedded, problem, options)
  local hit_s = result.first_hit_processor_s
  return settings.joined(agreement.of(dense, own, problem, case.image), {
    verdict = result.verdict,
    decided_by = result.decided_by,
    found = result.witness ~= nil,
    -- With the making of the surrogate.
    hit_processor_s = hit_s and hit_s + made_s,
    made_processor_s = made_s,
    hit_iterations = hit_s and (result.first_hit_iterations or 0),
    status = result.status,
    nodes = result.nodes,
    iterations = result.iterations,
    binaries = result.binaries,
    points_tested = result.candidates,
    margin = result.witness and result.witness.margin,
    attack_found = attacked,
    x0_counts = problem:margin(dense:forward(problem.input)) > 0,
    index = draws.held_out()[case.image].index,
    dense_accuracy = facts.accuracy,
    embedded_accuracy = own:accuracy(shared.split(case.dataset, options.side, "test")),
    sparsity = own.sparsity,
    evidence = evidence,
    evidence_claim = claim,
    vnnlua_version = system.version,
  })
end
