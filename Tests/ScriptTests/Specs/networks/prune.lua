--- Masks, criteria, schedules, lossless reduction, facts, policies and their bad input.
local data = require "vnn.data"
local facts = require "vnn.facts"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local prune = require "vnn.prune"
local schedule = require "vnn.schedule"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails

local digits = assert(data.load("digits", { side = 18 })):subset(1, 2000)
local dense = nn.train(nn.mlp({ 324, 24, 16, 10 }, { seed = 1 }), digits, { epochs = 2, seed = 1 })
local original = dense:copy()
local function unchanged()
  for index = 1, dense.depth do
    check(dense:layer(index).weight == original:layer(index).weight, "a weight of the network has changed")
    check(dense:layer(index).bias == original:layer(index).bias, "a bias of the network has changed")
  end
end
local input = digits:image(1)
local best, second = table.unpack(dense:top_classes(input, 2))
local problem = verify.problem { input = input, epsilon = 3, class = best, target = second }
local bounds = verify.bounds(dense, problem)

--- Whether all weights that the mask removes are +0.0.
local function is_exact(network, mask)
  for index = 1, mask.depth do
    local gone = network:layer(index).weight:flatten()[1] and mask:layer(index):equal(0)
    local weight = network:layer(index).weight
    -- 1/-0.0 is -inf.
    local removed = tensor.where(gone, weight, 1)
    if (removed * gone):abs():max() ~= 0 then return false end
    if (gone / tensor.where(gone, removed, 1)):min() < 0 then return false end
  end
  return true
end

-- Every criterion takes the same number, exactly, and leaves the network alone.
for _, name in ipairs(prune.criteria) do
  local sparse, mask = prune.apply(dense, { criterion = name, rate = 0.9, data = digits, bounds = bounds, seed = 3 })
  local kept = name == "wanda" and 24 * 32 or 778
  check(mask.kept[1] == kept, name .. " keeps " .. mask.kept[1])
  check(mask.kept[3] == 160 and is_exact(sparse, mask), name)
  check(prune.nonzeros(sparse).kept[2] == mask.kept[2], name)
  unchanged()
end
fails(function() prune.apply(dense, { criterion = "snip", rate = 0.5 }) end, "snip", "data")
fails(function() prune.apply(dense, { criterion = "margin_aware", rate = 0.5 }) end, "margin_aware", "bounds")
fails(function() prune.apply(dense, { criterion = "magnitud", rate = 0.5 }) end, "magnitud", "magnitude")
local other = nn.mlp({ 324, 24, 16, 10 }, { seed = 9 })
fails(function() prune.apply(other, { criterion = "stability", rate = 0.5, bounds = bounds }) end, "bounds")

-- The surgeon's network is nearer to the dense one than magnitude's.
local batch = digits:images(1, 500)
local expected = dense:forward(batch)
local function distance(network) return (network:forward(batch) - expected):norm() end
local by_magnitude = prune.apply(dense, { rate = 0.8 })
local by_surgeon, surgeon_mask = prune.apply(dense, { criterion = "obs", rate = 0.8, data = digits })
check(distance(by_surgeon) < 0.5 * distance(by_magnitude), "the surgeon makes up")
check(distance(prune.compensate(dense, surgeon_mask, { data = digits })) == distance(by_surgeon))
check(distance(prune.compensate(dense, prune.nonzeros(by_magnitude), { batch = batch })) < distance(by_magnitude))

-- Whole neurons: the next layer makes up for them, and every layer may take part.
for _, layers in ipairs { "hidden", "all" } do
  local asked = { criterion = "obs", rate = 0.5, data = digits, layers = layers, structure = "structured" }
  local surgical, whole = prune.apply(dense, asked)
  check(is_exact(surgical, whole) and distance(surgical) < distance(whole:apply(dense)), layers)
end

-- Rates, counts, scopes, layers.
for _, rate in ipairs { -0.1, 1, 1.5, 0 / 0 } do
  fails(function() prune.mask(dense, { rate = rate }) end, "rate", "below 1")
end
fails(function() prune.mask(dense, {}) end, "rate", "count")
fails(function() prune.mask(dense, { rate = 0.5, count = 3 }) end, "rate", "count")
fails(function() prune.mask(dense, { rat = 0.5 }) end, "rat", "rate")
fails(function() prune.mask(dense, { rate = 0.5, scope = "rowwise", structure = "structured" }) end, "rowwise")
fails(function() prune.mask(dense, { rate = 0.5, layers = { 4 } }) end, "1 to 3", "4")
check(prune.mask(dense, { count = 10, scope = "global", layers = "all" }).kept[3] >= 150)
local rows = prune.mask(dense, { rate = 0.5, scope = "rowwise" }):layer(1):sum(2)
check(rows:min() == 162 and rows:max() == 162)

-- The published quirks by name.
local published = prune.mask(dense, { rate = 0.9, protocol = "published", structure = "structured" })
local share, left = 1 - 0.1 ^ 0.2, 24
for _ = 1, 5 do left = left - math.floor(share * left + 0.5) end
check(published:layer(1):max(2):sum() == left, "five rounds")
check(published.kept[3] < 160, "the output layer takes part")
check(published:bias(1):min() == 1 and published:bias(3):min() == 1, "biases stay")
local strict = prune.mask(dense, { rate = 0.5, structure = "structured" })
check(strict:bias(1):sum() == 12 and strict.kept[3] == 80)
check(prune.published.rounds == 5 and prune.published.layers == "all" and prune.published.keep_biases)

-- Masks are made of tensors and become tensors.
local a, b = prune.mask(dense, { rate = 0.5 }), prune.mask(dense, { rate = 0.5, criterion = "random" })
local tensors = {}
for index = 1, 3 do tensors[index] = a:layer(index) end
check(prune.from_tensors(tensors) == a and a ~= b)
check((a & b):layer(1) == a:layer(1) * b:layer(1) and (a & b) == a:both(b))
check((a | b):layer(1) == tensor.maximum(a:layer(1), b:layer(1)) and (a | b) == a:either(b))
tensors[1]:fill_(0)
a:layer(1):fill_(0)
check(a:layer(1):sum() == 3888, "a mask never changes")
fails(function() prune.from_tensors { tensor.full({ 2, 2 }, 0.5) } end, "zeros and ones")
fails(function() prune.from_tensors { tensor.ones { 2, 2 }, 3 } end, "element 2")
fails(function() prune.from_tensors({ tensor.ones { 2, 2 } }, { tensor.ones { 3 } }) end, "bias")
fails(function() prune.mask(other, { rate = 0.5, within = prune.keep_all(nn.mlp({ 2, 2, 2 })) }) end, "mask")

-- Zeros stay zeros through training, files and copies.
local temporary = os.tmpname()
local path = temporary .. ".safetensors"
for _, structure in ipairs { "unstructured", "structured" } do
  local sparse, mask = prune.apply(dense, { rate = 0.8, structure = structure })
  local trained = nn.train(sparse, digits, { epochs = 1, mask = mask })
  check(is_exact(trained, mask) and prune.nonzeros(trained).kept[1] <= mask.kept[1])
  check(trained:layer(1).weight ~= sparse:layer(1).weight, "it was trained")
  check(is_exact(trained:copy(), mask))
  for _, precision in ipairs { "f64", "f32" } do
    assert(trained:save(path, { precision = precision }))
    check(is_exact(assert(nn.load(path)), mask), precision)
  end
end
os.remove(path)
os.remove(temporary)

-- A layer may go altogether; the network is then constant, and so is its compact form.
local constant, empty = prune.apply(dense, { count = 24 * 16, layers = { 2 } })
check(#empty.empty_layers == 1 and empty.empty_layers[1] == 2)
check(constant:forward(digits:image(1)) == constant:forward(digits:image(2)))
local compact, counts = prune.compact(constant)
check(compact:forward(digits:image(3)):allclose(constant:forward(digits:image(3))))
check(counts.constant == 16 and counts.unused == 24)

-- Lossless: the same outputs in the region, and fewer neurons.
local near = verify.problem { input = input, epsilon = 0.5, class = best, target = second }
local small, saved = prune.lossless(dense, verify.bounds(dense, near))
check(saved.removed + saved.merged > 0 and small.widths[2] < 24, tostring(small))
local random, points = tensor.random(5), {}
for index = 1, 1000 do points[index] = near:sample(random) end
local stack = tensor.stack(points)
check(small:forward(stack):allclose(dense:forward(stack), { relative = 1e-9, absolute = 1e-9 }))
check(verify.bounds(small, near).unstable <= verify.bounds(dense, near).unstable)
fails(function() prune.lossless(other, bounds) end, "bounds")
-- Then prune the rest.
check(prune.apply(small, { rate = 0.5 }).sparsity > 0)

-- Schedules end at the rate, with exact zeros, and leave the dense network alone.
local events = 0
local settings = {
  rate = 0.9,
  data = digits,
  epochs = 1,
  rounds = 2,
  train = { seed = 4 },
  on_round = function(event)
    events = events + 1
    check(event.round <= event.rounds and event.mask.sparsity == event.sparsity)
  end,
}
for _, name in ipairs { "one_shot", "iterative", "lottery", "gradual" } do
  local sparse, mask = schedule[name](dense, settings)
  check(math.abs(mask.kept[1] - 778) <= 1 and is_exact(sparse, mask), name)
  check(sparse:accuracy(digits) > prune.apply(dense, { rate = 0.9 }):accuracy(digits), name .. " learns")
  unchanged()
end
check(events == 1 + 2 + 2 + 2)
-- Rewinding: without last epochs the survivors have their first values.
local rewound = { rate = 0.5, data = digits, epochs = 1, rounds = 1, final_epochs = 0 }
local ticket, ticket_mask = schedule.lottery(dense, rewound)
check(ticket:layer(1).weight == dense:layer(1).weight * ticket_mask:layer(1))
fails(function() schedule.iterative(dense, { rate = 1, data = digits }) end, "rate", "below 1")
fails(function() schedule.iterative(dense, { rate = 0.5 }) end, "data")
fails(function() schedule.gradual(dense, { rate = 0.5, data = digits, start_rate = 0.6 }) end, "start_rate")
fails(function() schedule.iterative(dense, { rate = 0.5, data = digits, epoch = 3 }) end, "epoch", "epochs")

-- Facts.
local known = facts.of(by_magnitude, { data = digits, dense = dense, problem = problem })
check(math.abs(known.layers[1].sparsity - 0.8) < 1e-3 and known.layers[3].sparsity == 0)
check(known.accuracy == by_magnitude:accuracy(digits) and known.agreement <= 1 and known.output_distance > 0)
check(known.binaries == verify.bounds(by_magnitude, problem).unstable)
local layer = known.layers[1]
check(layer.active + layer.inactive + layer.unstable == 24)
check(facts.of(dense, { data = digits, dense = dense }).output_distance == 0)
check(tostring(known):find "binaries" and tostring(known):find "324 %-> 24")
fails(function() facts.of(prune.apply(dense, { rate = 0.5 })) end, "table of options", "Mask")
fails(function() facts.of(dense, { dat = digits }) end, "dat", "data")

-- Every shipped policy keeps what the rate leaves, and the network stays as it is.
local shipped = table.move(prune.criteria, 1, #prune.criteria, 1, {})
for _, name in ipairs { "lossless", "anchored", "region_surgeon", "margin_surgeon" } do
  shipped[#shipped + 1] = name
  check(policy.load(name).file == "Scripts/policies/" .. name .. ".lua", name)
end
local everything = { rate = 0.9, data = digits, problem = problem, seed = 2 }
for _, name in ipairs(shipped) do
  local loaded = assert(policy.load(name))
  check(loaded.name == name and #loaded.description > 10)
  local sparse = policy.run(loaded, dense, everything)
  local zeros, whole = 0, 0
  for index = 1, sparse.depth - 1 do
    zeros = zeros + sparse:layer(index).weight:not_equal(0):sum()
    whole = whole + dense:layer(index).weight.count
  end
  check(zeros <= math.ceil(0.1 * whole) + 2, name .. " keeps " .. zeros)
  check(sparse.inputs == 324 and sparse.outputs == 10, name)
  unchanged()
end
-- A criterion by its name and its file run as a policy of one's own agree.
for _, name in ipairs(prune.criteria) do
  local declared = require("vnn.policies." .. name)
  if declared.score and name ~= "random" then
    local given = {}
    for _, option in ipairs(declared.options or {}) do given[option.name] = option.default end
    local asked = { rate = 0.9, data = digits, problem = problem, seed = 2, options = given }
    local _, from_file = policy.run(policy.check(declared, name), dense, asked)
    local _, built_in = policy.run(assert(policy.load(name)), dense, everything)
    check(from_file == built_in, name)
  end
end
-- An anchored network is the dense one at x0.
local anchored = policy.run(assert(policy.load "anchored"), dense, everything)
check(anchored:forward(input):allclose(dense:forward(input)))
local chosen = schedule.iterative(dense, {
  rate = 0.5,
  rounds = 2,
  epochs = 0,
  policy = policy.chooser(assert(policy.load "snip"), { data = digits }),
})
check(math.abs(prune.nonzeros(chosen).kept[1] - 3888) <= 1)

-- Bad policies: the message names policy, layer and line; the network stays as it is.
local file = os.tmpname() .. ".lua"
local function from(source)
  assert(system.write_file(file, source))
  return assert(policy.load(file))
end
local function running(source, options)
  local loaded = from(source)
  return function()
    policy.run(loaded, dense, options or { rate = 0.5, time_limit_s = 0.05, data = digits })
  end
end
local head = "return { name = 'bad', description = 'Goes wrong.',\n"
local misshaped = running(head .. "score = function() return require('vnn.tensor').zeros{3, 4} end }")
fails(misshaped, "bad", ":2", "layer 1", "24x324", "3x4")
fails(running(head .. "score = function(l) return l.weight * (0/0) end }"), "bad", ":2", "layer 1", "NaN", "[1, 1]")
fails(running(head .. "score = function() error 'no idea' end }"), "bad", "layer 1", file .. ":2: no idea")
fails(running(head .. "score = function() return 5 end }"), "bad", "layer 1", "number")
fails(running(head .. "score = function() end }"), "bad", "layer 1", "nil")
fails(running(head .. "score = function() while true do end end }"), "bad", "layer 1", "prune.lua:", "limit of 0.05 s")
local stubborn = "score = function() while true do pcall(function() while true do end end) end end }"
fails(running(head .. stubborn), "bad", "time limit")
fails(running(head .. "score = function(_, context) return context.gradient end }"), "gradient", "gradients", ":2:")
fails(running(head .. "score = function(_, context) return context.upper[1] end }"), "problem", "bad")
fails(running(head .. "prune = function() return 3 end }"), "bad", ":2", "a mask or a network", "number")
fails(running(head .. "prune = function() return require('vnn.nn').mlp({ 3, 2 }) end }"), "bad", "324 inputs")
fails(running(head .. "prune = function(n) n:layer(2).weight:fill_(0/0) return n end }"), "bad", "layer 2", "NaN")
fails(running(head .. "score = function(l) return l.weight:abs() end }", { rate = 1 }), "rate", "below 1")
fails(running(head .. "score = function(l) return l.weight:abs() end }", { rate = 0.5, options = { x = 1 } }), "'x'")
unchanged()
-- A policy that scribbles on what it was given.
local scribble = "l.weight:fill_(1) c.weights[1]:fill_(2) c.network:layer(1).bias:fill_(3) return l.weight"
policy.run(from(head .. "score = function(l, c) " .. scribble .. " end }"), dense, { rate = 0.5 })
unchanged()
fails(function() from "return 3" end, file, "table")
fails(function() from "return { description = 'x', score = print }" end, file, "name")
fails(function() from "return { name = 'x', score = print }" end, file, "description")
fails(function() from "return { name = 'x', description = 'y' }" end, file, "score", "prune", "neither")
fails(function() from "return { name = 'x', description = 'y', score = print, prune = print }" end, file, "both")
fails(function() from "return { name = 'x', description = 'y', score = 3 }" end, file, "score", "number")
fails(function() from "return { name = 'x', description = 'y', score = print, scope = 'z' }" end, file, "scope", "z")
fails(function() from "return { name = 'x', description = 'y', criterion = 'magnitude' }" end, file, "score", "prune")
fails(function() from "return { name = 'x', description = 'y', criterion = 'z', score = print }" end, file, "criterion")
assert(system.write_file(file, "return {"))
check(select(2, policy.load(file)):find(file, 1, true), "a syntax error is an answer")
check(select(2, policy.load "/nonexistent/p.lua"):find("/nonexistent/p.lua", 1, true))
check(select(2, policy.load "magnitde"):find("; did you mean 'magnitude'?", 1, true))
fails(function() prune.apply(dense, { criterion = assert(policy.load "anchored"), rate = 0.5 }) end, "policy.run")
-- As many points as are asked for, even and odd, and not one more.
do
  local usual, seen = tensor.stack, nil
  tensor.stack = function(list)
    seen = #list
    return usual(list)
  end
  for _, name in ipairs { "margin_surgeon", "region_surgeon" } do
    for _, count in ipairs { 1, 2, 9, 400 } do
      local asked = { rate = 0.5, problem = problem, data = digits, options = { points = count } }
      policy.run(assert(policy.load("Scripts/policies/" .. name .. ".lua")), dense, asked)
      check(seen == count, ("%s: %d points for %d"):format(name, seen, count))
    end
  end
  tensor.stack = usual
end
-- Names: what there is, a file that is meant, a field that is.
local listed = {}
for _, entry in ipairs(policy.list()) do listed[entry.name] = entry.description end
check(listed.random:find "uniform" and listed.anchored:find "biases" and listed.wanda:find "norm")
check(select(2, policy.load "zzzzzzzzzzzzzzz"):find("; there are: magnitude, random, ", 1, true))
fails(function() policy.check({ name = "n", description = "d", scor = print }, "p.lua") end,
  "got neither; did you mean 'score' by 'scor'?")
local misspelt = "field 'description': expected a string, got nil; did you mean 'description' by 'desciption'?"
fails(function() policy.check({ name = "n", desciption = "d", score = print }, "p.lua") end, "p.lua: " .. misspelt)
fails(function() policy.check({ name = "n", description = "d", score = print, options = { power = 2 } }, "p.lua") end,
  "p.lua: field 'options': expected a list of { name = …, default = …, help = … }, got a table with the field 'power'")
-- What a policy has removed, and where that is not what the rate asks for.
local idle = policy.run(from(head .. "prune = function(network) return network end }"), dense, { rate = 0.9 })
check(policy.removed(dense, idle) == 0 and policy.removed(dense, nn.mlp({ dense.inputs, 1, 10 })) > 0.9)
local half = policy.removed(dense, (policy.run("magnitude", dense, { rate = 0.5 })))
check(math.abs(half - 0.5) < 0.01 and policy.missed(0.5, half) == nil)
check(policy.missed(0.9, 0) == "0 % of the hidden layers' weights are removed, and the rate asks for 90 %")
-- The template is a policy that works.
policy.run(from(require("vnn.host.template").text("policy", "mine")), dense, everything)
os.remove(file)

checks.finish()
