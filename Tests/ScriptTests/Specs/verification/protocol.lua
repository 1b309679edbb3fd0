--- Both protocols of the paper's experiment, and what the search records for them.
local data = require "vnn.data"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local surrogate = require "vnn.surrogate"
local checks = require "support.checks"
local check = checks.check

local digits = assert(data.load("digits", { side = 9 }))
local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1, progress = false })

-- One shot: hidden layers at the rate under strict; every layer, and no bias, under published.
for _, structure in ipairs { "unstructured", "structured" } do
  local strict = protocol.prune(dense, { rate = 0.5, structure = structure })
  local plain = prune.apply(dense, { rate = 0.5, structure = structure })
  for layer = 1, 3 do check(strict:layer(layer).weight == plain:layer(layer).weight) end
  check(strict:layer(3).weight:abs():min() > 0 or structure == "structured", "the output layer stays")
  local _, mask = protocol.prune(dense, { rate = 0.5, structure = structure, protocol = "published" })
  for layer = 1, 3 do
    check(mask.kept[layer] < dense:layer(layer).weight.count * 0.65, "every layer is pruned")
    check(mask:bias(layer):sum() == mask:bias(layer).count, "biases never")
  end
end

-- Finetuning trains with the mask held; rewinding leaves survivors near the dense weights.
local part = digits:subset(1, 500)
local recipe = { batch_size = 64, learning_rate = 1e-3, optimizer = "adam" }
local finetuned, mask = protocol.prune(dense, { rate = 0.8, data = part, recipe = recipe, seed = 3 })
check(finetuned ~= dense and mask:apply(finetuned).sparsity == finetuned.sparsity)
check(math.abs(1 - mask.kept[1] / (81 * 16) - 0.8) < 0.01, "five rounds end at the rate")
local rewound, ticket = protocol.prune(dense, { rate = 0.8, data = part, protocol = "published", seed = 3 })
check(math.abs(1 - ticket.kept[3] / 160 - 0.8) < 0.02, "the output layer too")
local drift = (rewound:layer(1).weight - ticket:apply(dense):layer(1).weight):abs():max()
check(drift > 0 and drift < 0.2, ("survivors start from the dense weights: %g"):format(drift))

-- One factor at a time: what a setting says, whatever the others are.
local function kept(changes, options)
  options.protocol = protocol.with("strict", changes)
  return (select(2, protocol.prune(dense, options))).kept
end
check(kept({ pruned_layers = "all" }, { rate = 0.5 })[3] == 80 and kept({}, { rate = 0.5 })[3] ~= 80)
check(kept({ finetuning = "none" }, { rate = 0.8, data = part })[1] == kept({}, { rate = 0.8 })[1])
local untouched = protocol.with("strict", { finetuning = "none" })
local none = protocol.prune(dense, { rate = 0.8, data = part, protocol = untouched })
check(none:layer(1).weight == protocol.prune(dense, { rate = 0.8 }):layer(1).weight)
local shuffled = protocol.with("published", { shuffles = true, pruned_layers = "hidden" })
local kept_close = protocol.prune(dense, { rate = 0.8, data = part, protocol = shuffled, seed = 3 })
check((kept_close:layer(1).weight - rewound:layer(1).weight):abs():max() > 0, "shuffling changes what is learned")
-- The authors' finetuning takes 64 pictures at a time, also where the data set's recipe takes 32.
local sixty_four, recipe_of = {}, protocol.recipes.digits
for _, size in ipairs { 64, 32 } do
  protocol.recipes.digits = { optimizer = "adam", learning_rate = 1e-3, batch_size = size, epochs = 5 }
  sixty_four[#sixty_four + 1] = protocol.prune(dense, { rate = 0.8, data = part, protocol = "published", seed = 3 })
end
protocol.recipes.digits = recipe_of
check(sixty_four[1]:layer(1).weight == sixty_four[2]:layer(1).weight)
checks.fails_here("norm: expected one of l1, l1_row_max, got 'l1_row'", function()
  protocol.with("strict", { norm = "l1_row" })
end)
checks.fails_here("unknown option 'clases'; did you mean 'classes'?", function()
  protocol.with("strict", { clases = "dense" })
end)

-- Classes of the dense network under strict, of the embedded one under published, and the norms.
local other = nn.mlp({ 81, 16, 16, 10 }, { seed = 7 })
local strict = assert(protocol.problem(dense, digits, 3))
local published = assert(protocol.problem(dense, digits, 3, { protocol = "published", embedded = other }))
local first, second = table.unpack(other:top_classes(strict.input, 2))
check(strict.class == dense:classify(strict.input) and strict.norm == "l1")
check(published.class == first and published.target == second and published.norm == "l1_row_max")
check(published.epsilon == strict.epsilon and published.input == strict.input)
local mixed = protocol.with("strict", { classes = "embedded" })
local theirs = assert(protocol.problem(dense, digits, 3, { protocol = mixed, embedded = other }))
check(theirs.class == first and theirs.target == second and theirs.norm == "l1")
local own = assert(protocol.problem(dense, digits, 3, { protocol = "published" }))
check(own.class == strict.class and own.target == strict.target)
local wrong = 0
for number = 1, 10 do
  local problem, reason = protocol.problem(other, digits, number)
  wrong = wrong + (problem and 0 or 1)
  check(problem or reason:find "misclassified")
  check(protocol.problem(other, digits, number, { protocol = "published" }), "published checks nothing")
end
check(wrong > 0)
check(protocol.recipe("mnist").shuffle and not protocol.recipe("mnist", "published").shuffle)
local done, message = pcall(protocol.recipe, "mnist", "publisched")
check(not done and message:find("did you mean 'published'", 1, true), message)

-- The search tells of every candidate; going on after the hit keeps the first one and ends by proof or limit.
local sparse = prune.apply(dense, { rate = 0.5 })
local function find(options)
  local told = {}
  options.on_candidate = function(candidate) told[#told + 1] = candidate end
  local result = surrogate.find(dense, sparse, strict, options)
  check(#told == result.candidates)
  return result, told
end
local stopped = find { time_limit_s = 20 }
local result, told = find { time_limit_s = 20, stop = false, relaxations = false }
check(stopped.verdict == "adversarial" and stopped.status == "stopped" and result.verdict == "adversarial")
check(result.status == "optimal" and result.first_hit_s < result.seconds and result.first_hit_processor_s >= 0)
local best, hits, widest = -math.huge, 0, nil
for position, candidate in ipairs(told) do
  check(candidate.source == (position == 1 and "input" or "incumbent"))
  if candidate.objective then
    check(candidate.objective >= best - 1e-9, "incumbents get better")
    check(math.abs(strict:margin(sparse:forward(candidate.x)) - candidate.objective) < 1e-5)
    best = candidate.objective
  end
  local witness = candidate.witness
  if witness and not (widest and witness.margin <= widest.margin) then widest = witness end
  hits = hits + (candidate.witness and 1 or 0)
end
check(hits > 0 and math.abs(best - result.objective) < 1e-6)
check(widest.input == result.witness.input, "the best is kept")
check(result.unstable >= result.binaries and result.processor_clocks.solve > 0)

-- Bounds that know nothing but the box leave more undecided; the input is a candidate only where that is wanted.
local box = find { time_limit_s = 20, over = "box", bounds = "interval" }
check(box.unstable > result.unstable, ("%d against %d"):format(box.unstable, result.unstable))
local at_start = assert(protocol.problem(dense, digits, 3, { protocol = "published", embedded = sparse }))
local started = surrogate.find(dense, sparse, at_start, {
  input = false,
  on_candidate = function(candidate) check(candidate.source ~= "input") end,
})
check(started.decided_by ~= "input" and started.verdict == "adversarial")

checks.finish()
