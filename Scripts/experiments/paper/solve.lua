--- One case of the paper's experiment: a problem, solved on the dense network or on a pruned copy of it.
local certificate = require "vnn.certificate"
local grid = require "paper.grid"
local milp = require "vnn.milp"
local networks = require "paper.networks"
local protocol = require "vnn.protocol"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- What there is to know at the unchanged image: what each network takes it for, whether the problem is the dense run's
--- own, and whether the image counts as adversarial before anything is searched. The latter is so where classes are the
--- embedded network's and the dense network prefers the second of them to the first.
local function start_facts(dense, embedded, problem, label)
  local outputs, input = dense:forward(problem.input), problem.input
  local class, target = table.unpack(dense:top_classes(input, 2))
  local embedded_class, embedded_target = table.unpack(embedded:top_classes(input, 2))
  local margin = problem:margin(outputs)
  return {
    class = problem.class,
    target = problem.target,
    label = label,
    dense_is_right = class == label,
    x0_margin = margin,
    x0_counts = margin > 0,
    same_pair = problem.class == class and problem.target == target,
    embedded_class = embedded_class,
    embedded_target = embedded_target,
    class_changed = embedded_class ~= class,
    label_changed = (embedded_class == label) ~= (class == label),
    dense_prefers_embedded_target = outputs[embedded_target] > outputs[embedded_class],
  }
end

--- The gradient attack on the dense network beside the solve, on the same problem.
local function attack(row, dense, problem, seed)
  local start, processor_start = system.clock(), system.processor_clock()
  local point, margin = verify.attack(dense, problem, { seed = seed })
  row.attack_hit = verify.check(dense, problem, point) ~= nil
  row.attack_s, row.attack_processor_s = system.clock() - start, system.processor_clock() - processor_start
  row.attack_margin = margin
end

--- The witness, as the pixels that changed: pairs of position and value.
local function describe_witness(row, witness, problem)
  row.witness_margin, row.witness_margin32 = witness.margin, witness.margin32
  row.witness_distance, row.witness_winner = witness.distance, witness.winner
  row.witness = {}
  local input = problem.input
  for position = 1, input.shape[1] do
    if witness.input[position] ~= input[position] then
      row.witness[#row.witness + 1] = { position, witness.input[position] }
    end
  end
end

local function describe_result(row, result)
  for _, stage in ipairs { "tighten", "build", "solve" } do
    row[stage .. "_s"] = result.clocks[stage] or 0
    row[stage .. "_processor_s"] = result.processor_clocks[stage] or 0
  end
  for _, key in ipairs {
    "verdict",
    "decided_by",
    "first_hit_s",
    "first_hit_processor_s",
    "first_hit_nodes",
    "first_hit_iterations",
    "seconds",
    "status",
    "objective",
    "bound",
    "nodes",
    "iterations",
    "binaries",
    "unstable",
    "reason",
  } do
    row[key] = result[key]
  end
  row.decided = result.verdict ~= "unknown"
  row.points_tested = result.candidates
  row.warnings = result.warnings and #result.warnings > 0 and table.concat(result.warnings, "; ") or nil
  -- What a solver's own clock would have said.
  if result.first_hit_s then row.first_hit_solve_s = math.max(result.first_hit_s - row.tighten_s - row.build_s, 0) end
  -- A hit that no solve found, such as the image itself, took none of its work.
  if result.witness then
    row.first_hit_nodes, row.first_hit_iterations = row.first_hit_nodes or 0, row.first_hit_iterations or 0
  end
end

--- Runs a case and returns its row.
return function(case, options, context)
  -- One case is one thread, so that clocks of cases that run side by side mean the same.
  tensor.threads(1)
  local rules = grid.rules(case)
  local train = networks.split(case, "train")
  local dense, training = networks.dense(case, context)
  local row = {
    vnnlua_version = system.version,
    solver_version = assert(milp.capabilities(case.solver)).version,
    train_s = training.seconds,
    train_processor_s = training.processor_seconds,
    dense_accuracy = training.accuracy,
    dense_file = training.file,
    image = protocol.draws[grid.draw_number(case)].index,
    decided = false,
  }
  local number = grid.draw_number(case)
  local problem, reason = protocol.problem(dense, train, number, { protocol = rules })
  if not problem then
    row.verdict, row.reason = "skipped", reason
    return row
  end
  local embedded, pruning = dense, { seconds = 0, processor_seconds = 0, accuracy = training.accuracy }
  if case.network == "pruned" then
    embedded, pruning = networks.pruned(case, dense, context)
    problem = assert(protocol.problem(dense, train, number, { protocol = rules, embedded = embedded }))
  end
  row.embedded_accuracy, row.embedded_sparsity = pruning.accuracy, embedded.sparsity
  row.prune_s, row.prune_processor_s, row.embedded_file = pruning.seconds, pruning.processor_seconds, pruning.file
  local label = train:label(protocol.draws[number].index + 1)
  for key, value in pairs(start_facts(dense, embedded, problem, label)) do row[key] = value end
  row.epsilon = problem.epsilon
  row.problem = ("%s-%d-seed-%d-%d-to-%d-%s"):format(
    case.dataset, case.side, case.seed, problem.class, problem.target, case.norm)
  attack(row, dense, problem, case.seed)

  -- Seconds, the embedded network's margin as the solver gives it, and the dense network's.
  row.incumbents = {}
  local result = surrogate.find(dense, embedded, problem, {
    solver = case.solver,
    time_limit_s = case.time_limit,
    limit_in = case.limit_in,
    bounds = case.bounds,
    over = case.over,
    relaxations = case.candidates == "relaxations",
    input = rules.tests_input,
    stop = rules.stops,
    on_candidate = function(candidate)
      if candidate.source ~= "incumbent" then return end
      local margin = problem:margin(dense:forward(candidate.x))
      row.incumbents[#row.incumbents + 1] = { candidate.seconds, candidate.objective, margin }
    end,
  })
  describe_result(row, result)
  if result.witness then describe_witness(row, result.witness, problem) end
  if options.keep then
    row.evidence, row.evidence_claim = certificate.keep(context, dense, problem, result, {
      network_file = context.folder and ("%s/artefacts/%s"):format(context.folder, row.dense_file),
    })
  end
  return row
end
