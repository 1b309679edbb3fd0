--- Networks of every kind of layer through everything that takes networks: residual connections, convolutions, leaky
--- and clipped ReLUs, maxima.
local data = require "vnn.data"
local facts = require "vnn.facts"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local portfolio = require "vnn.portfolio"
local prune = require "vnn.prune"
local schedule = require "vnn.schedule"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check, refuses = checks.check, checks.refuses

local random = tensor.random(11)
local function zeros(...) return tensor.zeros { ... } end
local function identity(size) return tensor.eye(size) end
local function beside(...) return tensor.concat({ ... }, 2) end
local function above(...) return tensor.concat({ ... }, 1) end

--- Networks of 12 inputs and 3 outputs, by what they hold.
local made = {}

-- y = V relu(h + W relu(U h)) of h = relu(T x).
do
  local t, u, w, v = random:normal { 5, 12 }, random:normal { 4, 5 }, random:normal { 5, 4 }, random:normal { 3, 5 }
  made.residual = nn.from_layers {
    { weight = t, bias = random:normal { 5 } },
    {
      weight = above(u, identity(5)),
      bias = tensor.concat { random:normal { 4 }, zeros(5) },
      rectified = { 1, 2, 3, 4 },
    },
    { weight = beside(w, identity(5)), bias = random:normal { 5 } },
    { weight = v, bias = random:normal { 3 } },
  }
end

made.convolutional = nn.from_layers {
  {
    weight = random:normal { 3, 1, 2, 2 },
    bias = random:normal { 3 },
    convolution = { channels = 1, filters = 3, size = { 3, 4 }, kernel = { 2, 2 } },
  },
  {
    weight = random:normal { 2, 3, 2, 2 },
    bias = random:normal { 2 },
    convolution = { channels = 3, filters = 2, size = { 2, 3 }, kernel = { 2, 2 } },
  },
  { weight = random:normal { 3, 4 }, bias = random:normal { 3 } },
}

-- 0.1 v + 0.9 relu(v).
do
  local w, b, v = random:normal { 5, 12 }, random:normal { 5 }, random:normal { 3, 5 }
  made.leaky = nn.from_layers {
    { weight = above(w, w), bias = tensor.concat { b, b }, rectified = { 1, 2, 3, 4, 5 } },
    { weight = beside(v * 0.9, v * 0.1), bias = random:normal { 3 } },
  }
end

-- 1 - relu(1 - relu(v)), in sparse rows.
do
  local ones, each = { -1, -1, -1, -1, -1, -1 }, { 1, 2, 3, 4, 5, 6 }
  made.clipped = nn.from_layers {
    { weight = random:normal { 6, 12 }, bias = random:normal { 6 } },
    { weight = tensor.from(ones), rows = each, columns = each, inputs = 6, bias = tensor.ones { 6 } },
    { weight = -random:normal { 3, 6 }, bias = random:normal { 3 } },
  }
end

-- b + relu(a - b) of neighbours.
do
  local w = random:normal { 8, 12 }
  local weights, rows, columns = {}, {}, {}
  for pair = 1, 4 do
    for _, entry in ipairs { { pair, 2 * pair - 1, 1 }, { pair, 2 * pair, -1 }, { 4 + pair, 2 * pair, 1 } } do
      rows[#rows + 1], columns[#columns + 1], weights[#weights + 1] = table.unpack(entry)
    end
  end
  made.pooled = nn.from_layers {
    { weight = w, bias = random:normal { 8 } },
    {
      weight = tensor.from(weights), rows = rows, columns = columns, inputs = 8, bias = zeros(8),
      rectified = { 1, 2, 3, 4 },
    },
    { weight = random:normal { 3, 4 }:matmul(beside(identity(4), identity(4))), bias = random:normal { 3 } },
  }
end

-- Files of the formats' cases, where they are: some of every kind of export.
local folder = os.getenv "VNNLUA_PEERS"
folder = folder and folder .. "/../cases/formats"
for _, name in ipairs {
  "residual_relu_skip", "concat_skip", "conv_maxpool", "leakyrelu", "relu6_attr", "two_relu_sum",
  "concat_relu_parallel",
} do
  local path = folder and ("%s/%s.onnx"):format(folder, name)
  if path and system.read_file(path) then made[name] = assert(nn.load(path)) end
end

check(tostring(made.residual) == "Network(12 -> 5 -> 9 (4 rectified) -> 5 -> 3, 24% zero)", tostring(made.residual))
check(tostring(made.convolutional) == "Network(12 -> 18 convolution -> 4 convolution -> 3)")
check(tostring(made.clipped) == "Network(12 -> 6 -> 6 sparse -> 3)", tostring(made.clipped))
check(#made.pooled:parameters() == 6 and made.pooled:parameters()[3].count == 12)
check(made.convolutional:layer(1).units == 3 and made.convolutional:layer(1).outputs == 18)

local function same(a, b, tolerance)
  return a:allclose(b, { relative = tolerance or 1e-9, absolute = tolerance or 1e-9 })
end

--- Whether a network has the mask's zeros.
local function is_exact(network, mask)
  for position = 1, network.depth do
    if (network:layer(position).weight * (1 - mask:layer(position))):abs():max() ~= 0 then return false end
  end
  return true
end

local shipped = table.move(prune.criteria, 1, #prune.criteria, 1, {})
for _, name in ipairs { "lossless", "anchored", "region_surgeon", "margin_surgeon" } do shipped[#shipped + 1] = name end

local where = assert(system.temporary_folder())
local adversarial, decided = 0, 0
local names = {}
for name in pairs(made) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  local network = made[name]
  local batch = random:normal { 40, network.inputs }
  local expected = network:forward(batch)
  local labels = network:classify(batch)
  local examples = data.from_rows(batch, labels, { classes = table.move({ "a", "b", "c" }, 1, network.outputs, 1, {}) })

  -- Files.
  for _, ending in ipairs { "safetensors", "npz" } do
    local path = ("%s/%s.%s"):format(where.path, name, ending)
    assert(network:save(path))
    check(assert(nn.load(path)):is_same(network), name .. ending)
  end

  -- Every criterion and policy, and what a pruned copy can go through.
  local input = batch[1]
  local problem = verify.problem {
    input = input, norm = "linf", epsilon = 0.3, lower = -5, upper = 5, class = network:classify(input),
  }
  local context = { rate = 0.4, data = examples, problem = problem, seed = 2 }
  local copy
  for _, wanted in ipairs(shipped) do
    local label = name .. ": " .. wanted
    local pruned, mask = policy.run(assert(policy.load(wanted)), network, context)
    check(pruned.inputs == network.inputs and pruned.outputs == network.outputs, label)
    check(pruned:forward(batch):isfinite():min() == 1, label)
    check(same(prune.compact(pruned):forward(batch), pruned:forward(batch)), label)
    if mask then check(is_exact(pruned, mask) and pruned.sparsity > network.sparsity, label) end
    if wanted == "magnitude" then copy = pruned end
  end
  for _, criterion in ipairs { "magnitude", "taylor", "obs" } do
    local asked = { criterion = criterion, structure = "structured", rate = 0.3, data = examples }
    local whole, mask = prune.apply(network, asked)
    check(is_exact(whole, mask), name .. ": structured " .. criterion)
    check(same(prune.compact(whole):forward(batch), whole:forward(batch)), name .. ": structured " .. criterion)
  end
  check(network:forward(batch) == expected, name .. " is as it was")

  -- Training keeps zeros.
  local mask = prune.mask(network, { rate = 0.4 })
  local trained, how = nn.train(mask:apply(network), examples, {
    epochs = 2, mask = mask, standardize = name ~= "convolutional" and name ~= "conv_maxpool", progress = false,
  })
  check(trained and is_exact(trained, mask) and how.epochs == 2, name)
  if name == "pooled" then
    local sparse, kept = schedule.gradual(network, { rate = 0.4, data = examples, epochs = 1, rounds = 2 })
    check(is_exact(sparse, kept), name)
  end
  check(facts.of(copy, { data = examples, dense = network, problem = problem }).binaries >= 0, name)

  -- Bounds of every method hold, and what differs between the network and its copy is bounded.
  local bounds
  for _, method in ipairs(verify.bound_methods) do
    bounds = verify.bounds(network, problem, { method = method })
    local outputs = bounds:layer(network.depth)
    for _ = 1, 20 do
      local y = network:forward(problem:sample(random))
      for k = 1, network.outputs do check(y[k] >= outputs.lower[k] and y[k] <= outputs.upper[k], name .. method) end
    end
  end
  local reduced = prune.lossless(network, bounds)
  local most = verify.difference(network, copy, problem)
  local apart = nn.difference(network, copy)
  local both = nn.side_by_side { network, copy }
  for _ = 1, 20 do
    local x = problem:sample(random)
    check(same(reduced:forward(x), network:forward(x), 1e-6), name .. " reduced")
    local gap = problem:margin(network:forward(x)) - problem:margin(copy:forward(x))
    check(gap <= most.bound + 1e-9, ("%s: %g above %g"):format(name, gap, most.bound))
    check(same(apart:forward(x), network:forward(x) - copy:forward(x)), name)
    check(same(both:forward(x), tensor.concat { network:forward(x), copy:forward(x) }), name)
  end

  -- Algorithm 1, the portfolio and the search agree, and a witness is one on the dense network.
  local whole = portfolio.decide(network, problem, { time_limit_s = 10 })
  local direct = surrogate.solve_directly(network, problem, { time_limit_s = 10 })
  check(whole.verdict == direct.verdict and whole.verdict ~= "unknown", name .. ": " .. whole.verdict)
  decided = decided + 1
  for _, variant in ipairs { "plain", "polish", "region_lp", "remove_region" } do
    local found = surrogate.find(network, copy, problem, { variant = variant, time_limit_s = 5 })
    check(found.verdict == "unknown" or found.verdict == whole.verdict, name .. ": " .. variant)
    if found.witness then
      adversarial = adversarial + 1
      local x = found.witness.input
      check(problem:contains(x, 1e-9) and network:classify(x) ~= problem.class, name)
      check(verify.evaluate(network, problem, x).adversarial, name)
    end
  end

  -- Models: the optimum is a forward pass's, and that of the search.
  local model = milp.model(name)
  local x = model:variables(network.inputs, { lower = -1, upper = 1 })
  local block = model:embed(network, x)
  model:maximize(block.outputs[1])
  local best = assert(surrogate.optimize(model, { time_limit_s = 10 }))
  check(best.status == "optimal" and block:error(best.solution) < 1e-6, name .. ": " .. best.status)
  local point = best.solution:values(x)
  check(math.abs(network:forward(point)[1] - best.objective) <= 1e-6 * (1 + math.abs(best.objective)), name)
  for _ = 1, 50 do
    local y = network:forward(random:uniform({ network.inputs }, -1, 1))
    check(y[1] <= best.bound + 1e-6 * (1 + math.abs(best.bound)), name)
  end
  -- Pruned copies take the network's place, refined at their own optima too.
  local refined = surrogate.refine(network, copy, model, { time_limit_s = 2, rounds = 2 })
  check(table.concat(refined.widths, " ") == table.concat(network.widths, " "), name)
  for _, other in ipairs { copy, refined, (prune.compact(copy)) } do
    local changed = model:copy()
    local own = changed:blocks()[1]
    own:replace(other)
    local solution = assert(changed:solve())
    check(own:error(solution) < 1e-6, ("%s: %g"):format(name, own:error(solution)))
    local y = other:forward(solution:values(own.inputs))
    check(math.abs(y[1] - solution.objective) <= 1e-5 * (1 + math.abs(y[1])), name)
  end
end
check(decided == #names and adversarial > 0, ("%d adversarial of %d"):format(adversarial, decided))

-- What cannot be is said.
refuses({ "convolution", "standardize = false" }, nn.train, made.convolutional, data.from_rows(
  random:normal { 20, 12 }, random:normal { 20, 3 }))
refuses({ "masks of biases" }, prune.from_tensors, { made.clipped:layer(2).weight:abs() })
refuses({ "3 neuron scores for layer 1" }, prune.mask, made.convolutional, {
  structure = "structured", rate = 0.5, criterion = { tensor.ones { 18 }, tensor.ones { 2 }, tensor.ones { 3 } },
})
checks.finish()
