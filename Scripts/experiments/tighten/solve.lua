--- One case: a trained network, pruned, in a model that is solved.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local subjects = require "tighten.subjects"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

local made = {}

--- The trained dense network of a case, made once for all cases of it.
local function dense_of(case, subject, context)
  local identity = { about = case.about, layers = case.layers, seed = case.seed }
  local path = assert(context:artefact(identity, "safetensors", function(path)
    local depth, width = case.layers:match "^(%d+)x(%d+)$"
    local widths = { subject.inputs }
    for layer = 1, math.tointeger(tonumber(depth)) do widths[layer + 1] = math.tointeger(tonumber(width)) end
    widths[#widths + 1] = subject.outputs
    return subject.train(nn.mlp(widths, { seed = case.seed }), case.seed):save(path)
  end))
  return assert(nn.load(path))
end

--- The mean width of the hidden neurons' bounds.
local function mean_width(bounds, depth)
  local sum, count = 0, 0
  for layer = 1, depth - 1 do
    local range = bounds:layer(layer)
    sum, count = sum + (range.upper - range.lower):sum(), count + range.upper.count
  end
  return count > 0 and sum / count or 0
end

--- Runs a case and returns its row.
return function(case, options, context)
  tensor.threads(1)
  made[case.about] = made[case.about] or subjects[case.about]()
  local subject = made[case.about]
  local dense = dense_of(case, subject, context)
  local network = dense
  if case.structure ~= "dense" then
    local sparse, mask = prune.apply(dense, { rate = case.rate, structure = case.structure, warn = false })
    network = options.finetune and subject.train(sparse, case.seed, mask) or sparse
  end
  local quality, lower, upper, weights = subject.quality(network), subject.ask(dense, case.seed)
  -- What is gone costs nothing in a model, and has no bounds that could be averaged.
  local compact = prune.compact(network)
  local model, start = milp.model "tighten", system.clock()
  local x = model:variables(subject.inputs, { lower = lower, upper = upper })
  local block = model:embed(compact, x, { bounds = options.bounds })
  local build_s = system.clock() - start
  model:maximize(block.outputs:dot(weights))
  local neurons = 0
  for layer = 2, compact.depth do neurons = neurons + compact.widths[layer] end
  local root = assert(model:relaxation():solve { solver = options.solver, time_limit_s = options.time_limit })
  local solution = assert(model:solve {
    solver = options.solver, time_limit_s = options.time_limit, limit_in = "processor",
  })
  return {
    quality = quality,
    neurons = neurons,
    unstable = block.bounds.unstable,
    width = mean_width(block.bounds, compact.depth),
    binaries = block.record.binaries,
    rows = block.record.rows,
    entries = block.record.entries,
    root = root.objective,
    objective = solution.objective,
    bound = solution.bound,
    status = solution.status,
    nodes = solution.nodes,
    iterations = solution.iterations,
    build_s = build_s,
    solve_s = solution.seconds,
    solve_processor_s = solution.processor_seconds,
    vnnlua_version = system.version,
  }
end
