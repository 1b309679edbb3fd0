--- The criteria that are known by name, against their definitions in plain loops.
local checks = require "support.checks"
local data = require "vnn.data"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local prune = require "vnn.prune"
local schedule = require "vnn.schedule"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local check, fails, fails_here = checks.check, checks.fails, checks.fails_here

-- One file for each, in the order of the list.
local files = {}
for _, path in ipairs(system.library_paths()) do files[#files + 1] = path:match "^policies/(.*)%.lua$" end
check(table.concat(files, " ") == table.concat(prune.criteria, " ") and #files >= 11)
check(files[1] == "magnitude", "the usual one comes first")
for _, name in ipairs(files) do
  local declared, loaded = require("vnn.policies." .. name), assert(policy.load(name))
  check(declared.name == name and loaded.name == name and loaded.criterion == name, name)
  check(#declared.description > 20 and loaded.description == declared.description, name)
  check(declared.score or name == "obd" or name == "obs", name .. " is native")
  for _, option in ipairs(declared.options or {}) do check(option.default ~= nil and option.help, name) end
end

local random = tensor.random(17)
local network = nn.from_layers {
  { weight = random:normal { 5, 6 }, bias = random:normal { 5 } },
  { weight = random:normal { 4, 5 }, bias = random:normal { 4 } },
  { weight = random:normal { 3, 4 }, bias = random:normal { 3 } },
}
local batch, labels = random:normal { 40, 6 }, {}
for row = 1, 40 do labels[row] = random:integer(3) end
local function loss(other) return (nn.cross_entropy(other, batch, labels)) end
local function near(a, b, tolerance) return math.abs(a - b) <= tolerance * (1 + math.abs(b)) end

--- Calls `body` with the indices and the weight of every place of every layer.
local function each_weight(body)
  for here = 1, network.depth do
    local weight = network:layer(here).weight
    for neuron = 1, weight.shape[1] do
      for source = 1, weight.shape[2] do body(here, neuron, source, weight[neuron][source]) end
    end
  end
end

-- Magnitude, and what a neuron has: the sum over its incoming weights.
local function sums_of(scores)
  local sums = {}
  for here = 1, network.depth do sums[here] = scores[here]:sum(2) end
  return sums
end
local sizes = prune.scores(network)
each_weight(function(here, neuron, source, weight) check(sizes[here][neuron][source] == math.abs(weight)) end)
local norms = prune.scores(network, { structure = "structured" })
for here, sum in ipairs(sums_of(sizes)) do check(norms[here]:allclose(sum)) end

-- SNIP and Taylor: the change of the loss under a small relative change of the weight or neuron.
local step = 1e-6
local function slope(change)
  local more, less = network:copy(), network:copy()
  change(more, 1 + step)
  change(less, 1 - step)
  return (loss(more) - loss(less)) / (2 * step)
end
local seen = { batch = batch, labels = labels }
local function scores_of(name, structure)
  return prune.scores(network, { criterion = name, batch = batch, labels = labels, structure = structure })
end
local snip, taylor = scores_of "snip", scores_of "taylor"
each_weight(function(here, neuron, source)
  local change = slope(function(other, factor)
    local row = other:layer(here).weight[neuron]
    row[source] = row[source] * factor
  end)
  check(near(snip[here][neuron][source], math.abs(change), 1e-6))
  check(near(taylor[here][neuron][source], change ^ 2, 1e-5))
end)
local neurons = scores_of("taylor", "structured")
for here = 1, network.depth do
  check(scores_of("snip", "structured")[here]:allclose(snip[here]:sum(2)))
  for neuron = 1, network.widths[here + 1] do
    local change = slope(function(other, factor)
      local layer = other:layer(here)
      layer.weight[neuron]:mul_(factor)
      layer.bias[neuron] = layer.bias[neuron] * factor
    end)
    check(near(neurons[here][neuron], change ^ 2, 1e-5))
  end
end

-- Wanda: weight times the norm of its input; every neuron loses the same share.
local wanda = scores_of "wanda"
local inputs = prune.activations(network, batch)
each_weight(function(here, neuron, source, weight)
  local sum = 0
  for row = 1, 40 do sum = sum + inputs[here][row][source] ^ 2 end
  check(near(wanda[here][neuron][source], math.abs(weight) * math.sqrt(sum), 1e-12))
end)
local shares = prune.mask(network, { criterion = "wanda", batch = batch, rate = 0.5, layers = "all" })
for here = 1, network.depth do
  local kept = shares:layer(here)
  for neuron = 1, network.widths[here + 1] do
    local width = network.widths[here]
    -- Halves go to the even number.
    check(kept[neuron]:sum() == width - (width == 5 and 2 or width // 2))
    local gone, stays = 0, math.huge
    for source = 1, width do
      local score = wanda[here][neuron][source]
      if kept[neuron][source] == 0 then gone = math.max(gone, score) else stays = math.min(stays, score) end
    end
    check(gone <= stays)
  end
end
check(prune.mask(network, { criterion = "wanda", batch = batch, rate = 0.5, structure = "structured" }).kept[1] == 18)
local rowwise = { criterion = "wanda", batch = batch, rate = 0.5, structure = "structured", scope = "rowwise" }
fails(function() prune.mask(network, rowwise) end, "rowwise")

-- Chance depends on the seed alone, goes on from layer to layer and from round to round, and judges neurons as such.
local function by_chance(seed, more)
  local asked = { criterion = "random", rate = 0.5, seed = seed }
  for name, value in pairs(more or {}) do asked[name] = value end
  return prune.mask(network, asked)
end
check(by_chance(1) == by_chance(1) and by_chance(1) ~= by_chance(2) and by_chance(0) == by_chance(nil))
check(by_chance(1).kept[1] == 15 and by_chance(1, { structure = "structured" }).kept[1] == 18)
local drawn, again = prune.scores(network, { criterion = "random", seed = 4 }), tensor.random(4)
for here = 1, 3 do check(drawn[here] == again:uniform(drawn[here].shape)) end
drawn, again = prune.scores(network, { criterion = "random", seed = 4, structure = "structured" }), tensor.random(4)
for here = 1, 3 do check(drawn[here] == again:uniform { network.widths[here + 1] }) end
local first, both = by_chance(3, { rate = 0.75 }), by_chance(3, { rate = 0.75, rounds = 2 })
check(first.kept[1] == 8 and math.abs(both.kept[1] - 8) <= 1 and first ~= both, "each round draws anew")

-- In a region: the terms of interval arithmetic.
local problem = verify.problem {
  input = { 0.3, -0.3, 0.9, -0.9, 0, 0.5 },
  lower = -1,
  norm = "linf",
  epsilon = 0.2,
  class = 1,
  target = 3,
}
local bounds = verify.bounds(network, problem)
local ranges, reaction = prune.ranges(network, bounds), prune.sensitivity(network, bounds)
local function in_region(name, order)
  return prune.scores(network, { criterion = name, bounds = bounds, order = order })
end
local bound, stable, margin = in_region "bound_aware", in_region "stability", in_region "margin_aware"
local wide, narrow = in_region "interval_width", in_region("interval_width", "narrow")
local inactive, undecided = 0, 0
each_weight(function(here, neuron, source, weight)
  local lower, upper = ranges.lower[here][neuron], ranges.upper[here][neuron]
  local least, most = ranges.input_lower[here][source], ranges.input_upper[here][source]
  local reach, width = math.max(math.abs(least), math.abs(most)), most - least
  local is_hidden = here < network.depth
  local silent = is_hidden and upper <= 0
  inactive = inactive + (silent and 1 or 0)
  check(bound[here][neuron][source] == (silent and 0 or math.abs(weight) * reach))
  check(narrow[here][neuron][source] == math.abs(weight) * width)
  check(wide[here][neuron][source] == -narrow[here][neuron][source])
  check(near(margin[here][neuron][source], math.abs(weight) * width * reaction[here][neuron], 1e-14))
  local open = is_hidden and lower < 0 and upper > 0
  undecided = undecided + (open and 1 or 0)
  local share = silent and 0 or open and math.min(upper, -lower) / (upper - lower) or 1
  check(near(stable[here][neuron][source], math.abs(weight) * reach * share, 1e-14))
end)
check(inactive > 0 and undecided > 0, "the region has neurons of both kinds")
-- Over a box the widths of the first layer's terms add up to those of its bounds.
local summed = narrow[1]:sum(2)
for neuron = 1, 5 do check(near(summed[neuron], ranges.upper[1][neuron] - ranges.lower[1][neuron], 1e-9)) end
-- Neurons that never fire go first, those that always fire last.
local plain = nn.from_layers {
  { weight = tensor.ones { 4, 2 }, bias = tensor.from { -3, -1.9, 0.5, -0.1 } },
  { weight = tensor.ones { 2, 4 }, bias = tensor.zeros { 2 } },
}
local square = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.5, class = 1, target = 2 }
local order = prune.scores(plain, { criterion = "stability", bounds = verify.bounds(plain, square) })[1]
check(order[1]:max() == 0 and order[3]:min() == 1 and math.abs(order[2][1] - 0.05) < 1e-9)
check(math.abs(order[4][1] - 0.05) < 1e-9, "as near to the one as to the other")

-- What a criterion cannot do without is said on the script's own line.
local needed = {
  data = "needs data (a data set) or a batch",
  labels = "needs data (a data set), or a batch and its labels",
  bounds = "needs bounds (verify.bounds(network, problem))",
}
local needy = 0
for _, name in ipairs(prune.criteria) do
  local need = policy.load(name).needs
  if need then
    needy = needy + 1
    local text = ('the criterion "%s" %s'):format(name, needed[need])
    fails_here(text, function() prune.mask(network, { criterion = name, rate = 0.5 }) end)
    fails_here(text, function() prune.scores(network, { criterion = name }) end)
    fails_here(text, function() policy.run(policy.load(name), network, { rate = 0.5 }) end)
    fails_here(text, function() schedule.one_shot(network, { rate = 0.5, prune = { criterion = name } }) end)
  else
    check(prune.mask(network, { criterion = name, rate = 0.5 }).kept[1] == 15, name)
  end
end
check(needy == 9)
fails_here(needed.labels, function() prune.mask(network, { criterion = "snip", batch = batch, rate = 0.5 }) end)
fails_here(needed.data, function() prune.compensate(network, prune.keep_all(network), {}) end)
local few = { criterion = "taylor", batch = batch, labels = { 1, 2 }, rate = 0.5 }
fails_here("label", function() prune.mask(network, few) end)
local narrower = { criterion = "wanda", batch = tensor.ones { 4, 5 }, rate = 0.5 }
fails_here("expected a batch of shape batch x 6", function() prune.mask(network, narrower) end)
local pictures = data.from_tensors(random:uniform { 20, 2, 3 }, table.move(labels, 1, 20, 1, {}))
local first_ten = { criterion = "snip", batch = pictures:images(1, 10), labels = pictures:labels(1, 10), rate = 0.5 }
local sampled = { criterion = "snip", data = pictures, samples = 10, rate = 0.5 }
check(prune.mask(network, sampled) == prune.mask(network, first_ten))
-- None that needs no bounds computes them: the problem is one of two inputs.
check(policy.run(assert(policy.load "magnitude"), network, { rate = 0.5, problem = square }).sparsity > 0)
fails_here("bounds of the network itself", function()
  prune.mask(plain, { criterion = "interval_width", bounds = bounds, rate = 0.5 })
end)

-- Their options: known whichever criterion is asked for, of the kinds and choices that they declare.
local function asking(options)
  options.rate, options.bounds, options.batch, options.labels = 0.5, bounds, batch, labels
  return function() return prune.mask(network, options) end
end
for _, name in ipairs(prune.criteria) do
  check(asking { criterion = name, order = "narrow", dampening = 0.1 }() == asking { criterion = name,
    order = name == "interval_width" and "narrow" or nil, dampening = name == "obs" and 0.1 or nil }(), name)
end
check(asking { criterion = "interval_width" }() ~= asking { criterion = "interval_width", order = "narrow" }())
for _, name in ipairs { "interval_width", "magnitude" } do
  local misspelt = asking { criterion = name, order = "narow" }
  fails(misspelt, 'order: expected one of "wide", "narrow"', 'did you mean "narrow"')
end
fails(asking { criterion = "magnitude", dampening = "much" }, "dampening: expected", "much")
fails(asking { criterion = "snip", ordr = "wide" }, "unknown option 'ordr'; did you mean 'order'?")
fails(function() prune.mask(network, { criterion = "snipp", rate = 0.5 }) end, '"magnitude", "random"', '"snip"?')
local own = assert(policy.load "interval_width")
local by_policy = { rate = 0.5, bounds = bounds, options = { order = "narrow" } }
check(select(2, policy.run(own, network, by_policy)) == asking { criterion = "interval_width", order = "narrow" }())
by_policy.options = { order = "deep" }
fails_here('order: expected one of "wide", "narrow"', function() policy.run(own, network, by_policy) end)
by_policy.options = { ordr = "wide" }
fails(function() policy.run(own, network, by_policy) end, "interval_width", "ordr")

-- Inside policies and schedules.
local inside = policy.check({
  name = "inside",
  description = "What SNIP leaves, by a name.",
  prune = function(given, context)
    return prune.mask(given, { criterion = "snip", batch = batch, labels = labels, rate = context.rate })
  end,
}, "inside.lua")
seen.rate, seen.criterion = 0.5, "snip"
local by_name = prune.mask(network, seen)
check(select(2, policy.run(inside, network, { rate = 0.5 })) == by_name)
local scheduled = { rate = 0.5, prune = { criterion = "snip", batch = batch, labels = labels } }
check(select(2, schedule.one_shot(network, scheduled)) == by_name)

-- What a script makes of its own modules and globals does not change what a name means.
local function all_masks()
  local list = {}
  for position, name in ipairs(prune.criteria) do list[position] = asking { criterion = name }() end
  return list
end
local before = all_masks()
local changed = { "maximum", "minimum", "where", "random" }
local usual = { setmetatable = setmetatable, rawget = rawget, ipairs = ipairs, activations = prune.activations }
for _, name in ipairs(changed) do
  usual[name], tensor[name] = tensor[name], function() error("the script's " .. name) end
end
prune.activations, prune.ranges = error, error
rawset(_G, "setmetatable", nil)
rawset(_G, "rawget", nil)
for _, name in usual.ipairs(prune.criteria) do
  local module = require("vnn.policies." .. name)
  module.score, module.neuron_score, module.scope, module.needs = error, error, "global", "bounds"
  for _, option in usual.ipairs(module.options or {}) do option.default, option.choices = "narrow", { "narrow" } end
  for _, option in usual.ipairs(policy.load(name).options or {}) do option.default = "narrow" end
  package.loaded["vnn.policies." .. name] = { score = error }
end
package.loaded["vnn.policy.context"] = { scorers = error }
local after = all_masks()
rawset(_G, "setmetatable", usual.setmetatable)
rawset(_G, "rawget", usual.rawget)
for _, name in ipairs(changed) do tensor[name] = usual[name] end
for position, name in ipairs(prune.criteria) do check(before[position] == after[position], name) end

checks.finish()
