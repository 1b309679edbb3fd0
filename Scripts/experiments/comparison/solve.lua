--- One case of a comparison: a problem, solved on the dense network or on what a policy leaves of it.
local certificate = require "vnn.certificate"
local draws = require "shared.draws"
local nn = require "vnn.nn"
local policies = require "comparison.policies"
local policy = require "vnn.policy"
local protocol = require "vnn.protocol"
local shared = require "shared.networks"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- The dense network of a case: the given one, or one that is trained by the protocol's recipe.
local function dense_network(case, options, context, train, test)
  if options.network then return nn.load(options.network) end
  local identity = {
    dataset = options.dataset,
    side = options.side,
    architecture = case.architecture,
    training_seed = case.training_seed,
  }
  return (shared.kept(context, identity, test, function()
    local recipe = protocol.recipe(options.dataset)
    recipe.seed, recipe.progress = case.training_seed, false
    return shared.train(assert(shared.widths(case.architecture)), train, recipe)
  end))
end

--- Runs a case and returns its row; `skipped` says why there is no such problem.
return function(case, options, context)
  -- One case is one thread, so that clocks of cases that run side by side mean the same.
  tensor.threads(1)
  local train = shared.split(options.dataset, options.side, "train")
  local test = shared.split(options.dataset, options.side, "test")
  local dense, message = dense_network(case, options, context, train, test)
  if not dense then return nil, message end
  local draw = case.images == "held-out" and draws.held_out()[case.problem] or case.problem
  local problem, reason = protocol.problem(dense, train, draw)
  if not problem then return { skipped = reason } end
  local network, prune_s, prune_processor_s = dense, 0.0, 0.0
  if case.policy then
    local entry
    entry, message = policies.of(case, options)
    if not entry then return nil, message end
    local start, processor_start = system.clock(), system.processor_clock()
    network = policy.run(entry, dense, {
      rate = case.rate,
      data = train,
      problem = problem,
      seed = case.problem,
      options = entry.given,
    })
    prune_s, prune_processor_s = system.clock() - start, system.processor_clock() - processor_start
  end
  local result = surrogate.find(dense, network, problem, {
    solver = options.solver,
    time_limit_s = options.time_limit,
    limit_in = options.limit_in,
  })
  local evidence, claim
  if options.keep then evidence, claim = certificate.keep(context, dense, problem, result) end
  local hit_s, hit_processor_s = result.first_hit_s, result.first_hit_processor_s
  return {
    verdict = result.verdict,
    decided_by = result.decided_by,
    found = result.witness ~= nil,
    prune_s = prune_s,
    prune_processor_s = prune_processor_s,
    -- With its pruning.
    hit_s = hit_s and hit_s + prune_s,
    hit_processor_s = hit_processor_s and hit_processor_s + prune_processor_s,
    hit_iterations = hit_s and (result.first_hit_iterations or 0),
    seconds = result.seconds,
    status = result.status,
    nodes = result.nodes,
    iterations = result.iterations,
    binaries = result.binaries,
    candidates = result.candidates,
    margin = result.witness and result.witness.margin,
    accuracy = network:accuracy(test),
    sparsity = network.sparsity,
    removed = case.policy and policy.removed(dense, network),
    evidence = evidence,
    evidence_claim = claim,
    vnnlua_version = system.version,
  }
end
