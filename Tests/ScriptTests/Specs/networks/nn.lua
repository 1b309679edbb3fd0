--- vnn.nn: networks, gradients, training, checkpoints, loops of one's own, and what goes wrong.
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails_here
local function near(a, b, tolerance) return math.abs(a - b) <= (tolerance or 1e-9) * math.max(1, math.abs(b)) end
local function same_parameters(a, b)
  local others = b:parameters()
  for position, parameter in ipairs(a:parameters()) do
    if parameter ~= others[position] then return false end
  end
  return #a:parameters() == #others
end

-- A network of given numbers: relu(x1 - x2), relu(x1 + x2) - 1, both summed.
local given = nn.from_layers {
  { weight = tensor.from { { 1, -1 }, { 1, 1 } }, bias = tensor.from { 0, -1 } },
  { weight = tensor.from { { 1, 1 }, { 0, -2 } }, bias = tensor.from { 0.5, 0 } },
}
check(tostring(given) == "Network(2 -> 2 -> 2, 13% pruned)" and table.concat(given.widths, " ") == "2 2 2")
check(given.inputs == 2 and given.outputs == 2 and given.depth == 2 and given.sparsity == 0.125)
check(given:forward { 3, 1 } == tensor.from { 5.5, -6 })
check(given:forward(tensor.from { 0, 0 }) == tensor.from { 0.5, 0 })
local batch = tensor.from { { 3, 1 }, { 0, 0 }, { 1, 3 } }
check(given:forward(batch) == tensor.from { { 5.5, -6 }, { 0.5, 0 }, { 3.5, -6 } })
check(given:classify { 3, 1 } == 1 and table.concat(given:classify(batch), " ") == "1 1 1")
check(table.concat(given:top_classes({ 3, 1 }, 2), " ") == "1 2")

-- Initialisation: seeds and the bounds of the three schemes.
local function bound(scheme)
  local network = nn.mlp({ 100, 50, 10 }, { initialization = scheme, seed = 3 })
  return network:layer(1).weight:abs():max(), network:layer(1).bias:abs():max()
end
for scheme, limit in pairs {
  xavier_uniform = (6 / 150) ^ 0.5,
  kaiming_uniform = (6 / 100) ^ 0.5,
  torch_default = 100 ^ -0.5,
} do
  local weight, bias = bound(scheme)
  check(weight <= limit and weight > 0.99 * limit and bias <= 0.1 and bias > 0.08, scheme)
end
check(same_parameters(nn.mlp({ 9, 5, 2 }, { seed = 4 }), nn.mlp({ 9, 5, 2 }, { seed = 4 })))
check(not same_parameters(nn.mlp({ 9, 5, 2 }, { seed = 4 }), nn.mlp({ 9, 5, 2 }, { seed = 5 })))
check(tostring(nn.mlp { 784, 64, 64, 10 }) == "Network(784 -> 64 -> 64 -> 10)")

-- Parameters are views of the network's memory, and assigning to one copies into it.
local changed = given:copy()
changed:layer(1).weight[1][2] = 7
check(changed:parameters()[1]:at(1, 2) == 7 and given:layer(1).weight:at(1, 2) == -1)
changed:layer(1).weight = tensor.zeros { 2, 2 }
changed:layer(2).bias = tensor.from { 8, 9 }
check(changed:forward { 5, 5 } == tensor.from { 8, 9 }, "replaced parameters are used")
fails("Layer.weight: expected a tensor of shape 2x2, got 3", function() changed:layer(1).weight = tensor.ones { 3 } end)
fails("expected an integer from 1 to 2, got 3", function() changed:layer(3) end)

-- Summary: a text for people and rows for programs.
local summary = nn.mlp({ 784, 64, 10 }):summary()
check(#summary == 2 and summary[1].parameters == 785 * 64 and summary.parameters == 785 * 64 + 65 * 10)
check(tostring(summary):find "layer  inputs  outputs" and tostring(summary):find "50890")
check(#summary.rows == 2 and summary.rows[2].inputs == 64)
local layers = 0
for _, row in ipairs(given:summary()) do layers = layers + row.outputs end
check(layers == 4 and given:summary()[2].zero_weights == 1)

-- Gradients of output combinations, against finite differences, with respect to input and parameters.
local random = tensor.random(12)
local network = nn.mlp({ 5, 7, 6, 3 }, { seed = 8 })
local point, weights = random:normal(5), { 1, -2, 0.5 }
local function combination(x) return network:forward(x):dot(tensor.from(weights)) end
local value, gradient = network:input_gradient(point, weights)
check(near(value, combination(point)))
for position = 1, 5 do
  local step = tensor.zeros { 5 }
  step[position] = 1e-5
  check(near((combination(point + step) - combination(point - step)) / 2e-5, gradient[position], 1e-6))
end
local many = random:normal { 4, 5 }
local output_weights = random:normal { 4, 3 }
local function total() return (network:forward(many) * output_weights):sum() end
local sum, parameters, inputs = network:gradients(many, output_weights)
check(near(sum, total()) and #parameters == 3 and inputs.shape[1] == 4 and inputs.shape[2] == 5)
for position, layer in ipairs(parameters) do
  for _, name in ipairs { "weight", "bias" } do
    local flat, own = layer[name]:flatten(), network:layer(position)[name]:flatten()
    for _ = 1, 5 do
      local place = random:integer(flat.count)
      local before = own[place]
      own[place] = before + 1e-5
      local above = total()
      own[place] = before - 1e-5
      local below = total()
      own[place] = before
      check(near((above - below) / 2e-5, flat[place], 1e-6), name)
    end
  end
end
for row = 1, 4 do
  local _, expected = network:input_gradient(many[row], output_weights[row])
  check(inputs[row]:allclose(expected))
end
local single_value, _, single = network:gradients(point, weights)
check(near(single_value, value) and single:allclose(gradient) and single.rank == 1)

-- Cross-entropy, against its formula and finite differences.
local classes = { 1, 3, 2, 3 }
local function loss()
  local logits, result = network:forward(many), 0
  for row = 1, 4 do result = result + math.log(logits[row]:exp():sum()) - logits:at(row, classes[row]) end
  return result / 4
end
local computed, gradients = nn.cross_entropy(network, many, classes)
check(near(computed, loss()))
local bias = network:layer(2).bias
for place = 1, 6 do
  bias[place] = bias[place] + 1e-5
  local above = loss()
  bias[place] = bias[place] - 2e-5
  local below = loss()
  bias[place] = bias[place] + 1e-5
  check(near((above - below) / 2e-5, gradients[2].bias[place], 1e-6))
end
fails("expected classes from 1 to 3, got 4 in row 2", function() nn.cross_entropy(network, many, { 1, 4, 1, 1 }) end)
fails("expected a class from 1 on, got 0", function() nn.cross_entropy(network, many, { 0, 1, 1, 1 }) end)
fails("expected one label for each of 4 rows, got 1", function() nn.cross_entropy(network, many, { 1 }) end)
fails("the batch is empty", function() nn.cross_entropy(network, tensor.zeros { 0, 5 }, {}) end)
fails("expected a batch of shape batch x 5, got 4x6", function() network:forward(tensor.zeros { 4, 6 }) end)
fails("expected 5 inputs, got 6", function() network:forward(tensor.zeros { 6 }) end)
fails("expected output weights of shape 3 or 4x3, got 2", function() network:gradients(many, { 1, 2 }) end)

-- Clipping: as much as needed and no more.
local norm = nn.clip(gradients, 1e-3)
check(norm > 1e-3 and near(nn.clip(gradients, 1), 1e-3, 1e-2))

-- Training learns, one seed gives the same weights bit for bit, and the given network is left alone.
local train = assert(data.load("digits", { side = 9 })):subset(1, 2000)
local test = assert(data.load("digits", { side = 9, split = "test" })):subset(1, 500)
local fresh = nn.mlp({ 81, 24, 10 }, { seed = 2 })
local untouched = fresh:copy()
local function recipe(extra)
  local options = { epochs = 4, seed = 5, batch_size = 32, learning_rate = 3e-3, progress = false }
  for key, setting in pairs(extra or {}) do options[key] = setting end
  return options
end
local trained, facts = nn.train(fresh, train, recipe())
check(same_parameters(fresh, untouched) and not same_parameters(trained, fresh))
check(facts.epochs == 4 and facts.reason == "finished" and facts.seconds_per_epoch > 0 and #facts.history == 4)
check(facts.history[4].loss < 0.5 * facts.history[1].loss and facts.loss == facts.history[4].loss)
check(trained:accuracy(test) > fresh:accuracy(test) + 0.4, "accuracy " .. trained:accuracy(test))
check(same_parameters(trained, nn.train(fresh, train, recipe())))
check(not same_parameters(trained, nn.train(fresh, train, recipe { seed = 6 })))
check(not same_parameters(trained, nn.train(fresh, train, recipe { shuffle = false })))
check(trained.metadata.training_epochs == "4" and trained.metadata.initialization_seed == "2")

-- Every option does something of its own.
for _, extra in ipairs {
  { optimizer = "sgd", momentum = 0.9, learning_rate = 0.05 },
  { weight_decay = 0 },
  { schedule = { kind = "step", factor = 0.5, every = 1 } },
  { schedule = { kind = "cosine", floor = 0.1 } },
  { gradient_norm_limit = 0.5 },
  { beta1 = 0.8 },
  { validation_share = 0.2 },
} do
  local other, other_facts = nn.train(fresh, train, recipe(extra))
  check(other:accuracy(test) > 0.4 and not same_parameters(other, trained))
  check((other_facts.history[1].validation_accuracy ~= nil) == (extra.validation_share ~= nil))
end
local _, decayed = nn.train(fresh, train, recipe { schedule = { kind = "step", factor = 0.5, every = 2 } })
check(near(decayed.history[2].learning_rate, 3e-3) and near(decayed.history[3].learning_rate, 1.5e-3))

-- Observers see every epoch and batch, may stop, and their errors come through.
local epochs, batches = 0, 0
local stopped, stop_facts = nn.train(fresh, train:subset(1, 100), recipe {
  on_epoch = function(event)
    epochs = epochs + 1
    check(event.epoch == epochs and event.epochs == 4 and event.seconds >= event.epoch_seconds)
    return event.epoch == 2 and "stop" or nil
  end,
  on_batch = function(event)
    batches = batches + 1
    check(event.batches == 4 and event.batch == (batches - 1) % 4 + 1 and event.loss > 0)
  end,
})
check(epochs == 2 and batches == 8 and stop_facts.reason == "stopped" and stop_facts.epochs == 2 and stopped.depth == 2)
local thrown = {}
local ok, caught = pcall(nn.train, fresh, train, recipe { on_batch = function() error(thrown) end })
check(not ok and caught == thrown)
local confused = recipe { on_epoch = function() return 3 end }
fails("on_epoch: expected the answer \"stop\" or nothing", function() nn.train(fresh, train, confused) end)

-- Early stopping goes back to the best epoch.
local losses = {}
local early, early_facts = nn.train(fresh, train:subset(1, 300), recipe {
  epochs = 200,
  validation_share = 0.3,
  patience = 3,
  learning_rate = 0.03,
  weight_decay = 0,
  on_epoch = function(event) losses[#losses + 1] = event.validation_loss end,
})
check(early_facts.reason == "early_stopping" and early_facts.epochs < 200, early_facts.reason)
check(math.min(table.unpack(losses)) == losses[#losses - 3] and early:accuracy(test) > 0.2)

-- Masks keep pruned weights at exactly zero, whether they come from vnn.prune or are tensors.
local sparse = prune.apply(fresh, { rate = 0.75 })
local finetuned = nn.train(sparse, train, recipe { mask = prune.nonzeros(sparse) })
for layer = 1, 2 do
  local pruned = sparse:layer(layer).weight:equal(0)
  check((finetuned:layer(layer).weight * pruned):abs():max() == 0)
end
check(finetuned:layer(1).weight:not_equal(0):sum() == sparse:layer(1).weight:not_equal(0):sum())
check(finetuned:accuracy(test) > 0.5)
local odd = { tensor.random(1):uniform({ 24, 81 }):less(0.5), tensor.ones { 10, 24 } }
local by_tensors = nn.train(fresh, train, recipe { mask = odd, epochs = 1 })
check((by_tensors:layer(1).weight * (1 - odd[1])):abs():max() == 0 and by_tensors:layer(1).weight:abs():max() > 0)
local neurons = prune.mask(fresh, { rate = 0.5, structure = "structured" })
local halved = nn.train(neurons:apply(fresh), train, recipe { mask = neurons, epochs = 1 })
check(halved:layer(1).weight:abs():sum(2):equal(0):sum() == 12)
check((halved:layer(1).bias * halved:layer(1).weight:abs():sum(2):equal(0)):abs():max() == 0, "biases stay pruned too")
fails("expected one mask for each of 2 layers, got 1", function() nn.train(fresh, train, { mask = { odd[1] } }) end)
fails("expected a mask of 10x24 for layer 2, got 24x81", function()
  nn.train(fresh, train, { mask = { odd[1], odd[1] } })
end)

-- Checkpoints: going on gives the same weights as never stopping, bit for bit.
local folder = os.tmpname()
os.remove(folder)
check(system.make_directory(folder))
local function path(name) return folder .. "/" .. name end
for _, extra in ipairs { {}, { optimizer = "sgd", momentum = 0.9 }, { validation_share = 0.2, patience = 5 } } do
  extra.checkpoint = path "run.safetensors"
  local whole = nn.train(fresh, train, recipe(extra))
  extra.on_epoch = function(event) return event.epoch == 2 and "stop" or nil end
  local half = nn.train(fresh, train, recipe(extra))
  check(not same_parameters(half, whole))
  extra.on_epoch, extra.resume = nil, path "run.safetensors"
  local resumed, resumed_facts = nn.train(fresh, train, recipe(extra))
  check(same_parameters(resumed, whole) and resumed_facts.epochs == 4 and #resumed_facts.history == 2)
end
local every = {}
nn.train(fresh, train:subset(1, 64), recipe {
  epochs = 5,
  checkpoint = path "every.safetensors",
  checkpoint_every = 2,
  on_epoch = function(event)
    every[event.epoch] = system.exists(path "every.safetensors")
    os.remove(path "every.safetensors")
  end,
})
check(not every[1] and every[2] and not every[3] and every[4] and every[5])

-- A checkpoint of something else is refused, as is a damaged one.
check(nn.train(fresh, train, recipe { epochs = 1, checkpoint = path "run.safetensors" }))
local function refused(text, start, extra)
  local none, message = nn.train(start, train, recipe(extra))
  check(none == nil and message:find("run.safetensors", 1, true) and message:find(text, 1, true), message)
end
refused("its architecture is 81-24-10, here it is 81-16-10", nn.mlp { 81, 16, 10 }, { resume = path "run.safetensors" })
refused("its seed is 5, here it is 6", fresh, { resume = path "run.safetensors", seed = 6 })
local bytes = system.read_file(path "run.safetensors")
check(system.write_file(path "run.safetensors", bytes:sub(1, #bytes - 100)))
refused("cut short", fresh, { resume = path "run.safetensors" })
refused("cannot be opened", fresh, { resume = path "absent/run.safetensors" })
check(select(2, nn.load(path "run.safetensors")):find("cut short", 1, true))

-- A loss that is not finite names epoch and batch; the last good weights and the last good checkpoint are kept.
local step_seen
local none, message, kept = nn.train(fresh, train, recipe {
  optimizer = "sgd",
  learning_rate = 1e30,
  checkpoint = path "diverged.safetensors",
  on_batch = function(event) step_seen = event.batch end,
})
check(none == nil and message:find "loss is not finite in epoch 1, batch %d+ of 63", message)
check(tonumber(message:match "batch (%d+)") == step_seen + 1 and same_parameters(kept, fresh))
check(not system.exists(path "diverged.safetensors"))
none, message, kept = nn.train(fresh, train, recipe {
  optimizer = "sgd",
  learning_rate = 1e-3,
  schedule = { kind = "step", factor = 1e33, every = 2 },
  checkpoint = path "diverged.safetensors",
})
check(none == nil and message:find "epoch 3, batch %d+ of 63; the network keeps the weights of epoch 2", message)
check(same_parameters(kept, assert(nn.load(path "diverged.safetensors"))))
none, message = nn.train(fresh, train, recipe { checkpoint = "/nonexistent/run.safetensors" })
check(none == nil and message:find("/nonexistent/run.safetensors", 1, true))

-- Files.
check(trained:save(path "net.safetensors") and same_parameters(assert(nn.load(path "net.safetensors")), trained))
check(trained:save(path "net32.safetensors", { precision = "f32" }))
check(same_parameters(assert(nn.load(path "net32.safetensors")), trained), "trained weights are Float32 numbers")
check(#system.read_file(path "net32.safetensors") < 0.6 * #system.read_file(path "net.safetensors"))
check(nn.load(path "net.safetensors").metadata.architecture == "81-24-10")
check(tensor.save(path "odd.safetensors", { weight = tensor.ones { 2 } }))
check(select(2, nn.load(path "odd.safetensors")):find("expected .weight of shape outputs x inputs, got 2", 1, true))
-- A layer that was made without biases.
check(tensor.save(path "odd.safetensors", {
  ["0.weight"] = tensor.ones { 3, 2 },
  ["0.bias"] = tensor.ones { 3 },
  ["2.weight"] = tensor.ones { 1, 3 },
}))
local without = assert(nn.load(path "odd.safetensors"))
check(without:layer(2).bias[1] == 0 and without:forward({ 1, 2 })[1] == 12)
check(tensor.save(path "odd.safetensors", { ["0.weight"] = tensor.ones { 3, 2 }, ["0.b"] = tensor.ones { 3 } }))
check(select(2, nn.load(path "odd.safetensors")):find("unexpected tensor 0.b", 1, true))
for _, name in ipairs { "run", "diverged", "net", "net32", "odd" } do os.remove(path(name .. ".safetensors")) end
os.remove(folder)

-- A loop of one's own learns.
for _, rule in ipairs { "adam", "sgd" } do
  local own, order = fresh:copy(), tensor.random(1)
  local optimizer = rule == "adam" and nn.adam(own, { learning_rate = 3e-3 })
    or nn.sgd(own, { learning_rate = 0.05, momentum = 0.9 })
  for epoch = 1, 3 do
    for images, labels in train:batches(32, { random = order }) do
      local _, step = nn.cross_entropy(own, images, labels)
      optimizer:step(step)
    end
    optimizer.learning_rate = 0.5 * optimizer.learning_rate
    check(optimizer.steps == 63 * epoch and optimizer.network == own)
  end
  check(own:accuracy(test) > fresh:accuracy(test) + 0.4, rule .. ": " .. own:accuracy(test))
  check(tostring(optimizer):find("Optimizer(" .. rule, 1, true))
end
-- One step is Adam's, by hand, and a mask holds.
local own = given:copy()
local _, step = nn.cross_entropy(own, batch, { 1, 2, 1 })
nn.adam(own, { learning_rate = 0.1, weight_decay = 0.5 }):step(step, { mask = { tensor.ones { 2, 2 }, tensor.eye(2) } })
local slope = step[1].weight + 0.5 * given:layer(1).weight
check((given:layer(1).weight - 0.1 * slope / (slope:abs() + 1e-8) - own:layer(1).weight):abs():max() < 1e-12)
check(own:layer(2).weight:at(1, 2) == 0 and own:layer(2).weight:at(2, 1) == 0)
fails("expected gradients of 2 layers, got 1", function() nn.adam(own):step { step[1] } end)
fails("for layer 1, got 3", function()
  nn.sgd(own):step { { weight = tensor.ones { 3 }, bias = step[1].bias }, step[2] }
end)
fails("learning_rate: expected a number above 0, got -1", function() nn.adam(own).learning_rate = -1 end)
fails("the field 'steps' cannot be assigned", function() nn.adam(own).steps = 3 end)

-- What goes wrong.
fails("at least two widths", function() nn.mlp { 5 } end)
fails("at least two widths from 1 to 1048576, got none", function() nn.mlp {} end)
fails("from 1 to 1048576", function() nn.mlp { 5, 0, 2 } end)
fails("expected one of \"xavier_uniform\"", function() nn.mlp({ 2, 2 }, { initialization = "xavier" }) end)
local misfits = { { weight = tensor.ones { 2, 2 }, bias = tensor.ones { 2 } } }
misfits[2] = { weight = tensor.ones { 2, 3 }, bias = tensor.ones { 2 } }
fails("layer 1 has 2 outputs but layer 2 takes 3 inputs", function() nn.from_layers(misfits) end)
fails("unknown option 'epoch'; did you mean 'epochs'?", function() nn.train(fresh, train, { epoch = 3 }) end)
fails("the data set digits train is empty", function() nn.train(fresh, train:subset {}, recipe()) end)
fails("the data set digits test is empty", function() fresh:accuracy(test:subset {}) end)
fails("the network takes 4 inputs, but the images have 9x9 = 81 pixels", function()
  nn.train(nn.mlp { 4, 10 }, train)
end)
fails("the network has 3 outputs, but the data set has 10 classes", function() nn.train(nn.mlp { 81, 3 }, train) end)
fails("expected batch_size from 1", function() nn.train(fresh, train, { batch_size = 0 }) end)
fails("expected validation_share above 0 for early stopping", function() nn.train(fresh, train, { patience = 3 }) end)
fails("momentum: only the optimizer \"sgd\" has one", function() nn.train(fresh, train, { momentum = 0.9 }) end)
fails("schedule: unknown option 'evry'; did you mean 'every'?", function()
  nn.train(fresh, train, { schedule = { kind = "step", evry = 3 }, seed = 3 })
end)
local broken = fresh:copy()
broken:layer(1).bias[1] = 0 / 0
fails("infinite or not a number", function() nn.train(broken, train, recipe()) end)

checks.finish()
