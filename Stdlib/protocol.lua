--- The paper's experiment under two protocols: which image, which budget, which classes, how to train, how to prune.
---
--- `strict` is what the paper says, done honestly: classes of the dense network, box and L1 ball, preactivation bounds
--- that know the region (backward linear bounds, never worse than intervals from the first layer's exact ones),
--- shuffled training, one-shot pruning of hidden layers. `published` is what its public code did: classes of the
--- network that is embedded, a ball whose distance variables share one name for each row of the image, interval bounds
--- of the box, no shuffling, five geometric rounds over every layer, lottery-ticket rewinding. Each is a table of
--- settings, and with one of them changed it tells what that one does: `protocol.with("strict", { norm = "l1_row_max"
--- })`.
---
--- `published` follows github.com/hqp001/SparseSurrogate, branch HungUpdateTemp, commit eebdd56. One difference is
--- known: PyTorch's pruning ranks the weights that the last forward pass had, which from the second round on are those
--- before the last step of training, and here they are those after it: of 1,171 kept weights of one network 22 are
--- others.
---
--- The (image, epsilon) pairs are those that NumPy's `RandomState(data_seed)` draws in the published generator: first
--- an index into the training set from 0 to 29999, then epsilon uniformly from [4.5, 5.5].
---
--- ```lua
--- local protocol = require "vnn.protocol"
--- print(#protocol.draws, protocol.draws[1].index, protocol.recipes.mnist.epochs) --> 10	2732	5
--- print(protocol.settings.strict.norm, protocol.settings.published.norm) --> l1	l1_row_max
--- ```
local names = require "vnn.names"
local prune = require "vnn.prune"
local schedule = require "vnn.schedule"
local settings = require "vnn.settings"
local verify = require "vnn.verify"

local protocol = {}

---@class vnn.protocol.Draw
---@field index integer of a training image, from 0
---@field epsilon number
---@field data_seed integer? that of the published generator

--- One entry per data seed: `index` counts the training images from 0, as the published generator does.
---@type vnn.protocol.Draw[]
protocol.draws = {
  { data_seed = 0, index = 2732, epsilon = 5.092844618225018 },
  { data_seed = 10, index = 17673, epsilon = 4.798761151885628 },
  { data_seed = 20, index = 15715, epsilon = 5.3874117053874855 },
  { data_seed = 30, index = 5925, epsilon = 5.416977982079599 },
  { data_seed = 40, index = 11590, epsilon = 5.144008204753444 },
  { data_seed = 50, index = 14000, epsilon = 4.62917458435955 },
  { data_seed = 60, index = 2253, epsilon = 5.274651305280222 },
  { data_seed = 70, index = 23886, epsilon = 5.157652906122999 },
  { data_seed = 80, index = 17583, epsilon = 5.176156324888813 },
  { data_seed = 90, index = 3931, epsilon = 5.319252641183776 },
}

--- How the paper trains on each data set, as options of `nn.train`; the synthetic digits are trained like MNIST.
protocol.recipes = {
  mnist = { optimizer = "adam", learning_rate = 1e-3, weight_decay = 1e-3, batch_size = 64, epochs = 5 },
  fashion = {
    optimizer = "adam",
    learning_rate = 1e-3,
    weight_decay = 1e-4,
    batch_size = 32,
    epochs = 40,
    schedule = { kind = "step", factor = 0.1, every = 10 },
    gradient_norm_limit = 0.1,
  },
}
protocol.recipes.digits = protocol.recipes.mnist

---@class vnn.protocol.Settings
---@field norm string how changes of the input are measured
---@field classes "dense"|"embedded" whose best and second class at the input are the problem's
---@field skips_misclassified boolean whether a network that gets the image wrong has no problem
---@field bounds string how preactivations are bounded, one of `verify.bound_methods`
---@field over "region"|"box" what the bounds know: the region, or nothing but its box
---@field tests_input boolean whether the unchanged image is a candidate
---@field stops boolean whether the first candidate that passes the recheck ends the search
---@field shuffles boolean whether training shuffles the images
---@field pruned_layers "hidden"|"all"
---@field keep_biases boolean whether the biases of pruned neurons stay
---@field rounds integer geometric rounds of pruning without finetuning
---@field finetuning "none"|"iterative"|"rewind" what is done to finetuned networks: nothing; five rounds of pruning and
---  five epochs of the data set's recipe; or as many of training the survivors from the dense weights, by plain
---  gradient descent at 0.01 in batches of 64

--- Where the protocols part, by name.
---@type table<string, vnn.protocol.Settings>
protocol.settings = {
  strict = {
    norm = "l1",
    classes = "dense",
    skips_misclassified = true,
    bounds = "backward",
    over = "region",
    tests_input = true,
    stops = true,
    shuffles = true,
    pruned_layers = "hidden",
    keep_biases = false,
    rounds = 1,
    finetuning = "iterative",
  },
  published = {
    norm = "l1_row_max",
    classes = "embedded",
    skips_misclassified = false,
    bounds = "interval",
    over = "box",
    tests_input = false,
    stops = false,
    shuffles = false,
    pruned_layers = prune.published.layers,
    keep_biases = prune.published.keep_biases,
    rounds = prune.published.rounds,
    finetuning = "rewind",
  },
}

--- What settings that are words may be.
protocol.choices = {
  classes = { "dense", "embedded" },
  norm = { "l1", "l1_row_max" },
  bounds = verify.bound_methods,
  over = { "region", "box" },
  pruned_layers = { "hidden", "all" },
  finetuning = { "none", "iterative", "rewind" },
}

--- The settings that a name stands for, or a table of them.
local function rules_of(place, choice)
  local rules = type(choice) == "table" and choice or protocol.settings[choice or "strict"]
  if not rules then
    local suggestion = names.suggestion(tostring(choice), { "strict", "published" })
    error(("%s: protocol: expected strict or published, got '%s'%s"):format(place, tostring(choice), suggestion), 3)
  end
  settings.check(place, rules, names.sorted(protocol.settings.strict), 4)
  for name, list in pairs(protocol.choices) do
    local value, is_known = rules[name], false
    for _, known in ipairs(list) do is_known = is_known or value == known end
    if not is_known then
      error(("%s: %s: expected one of %s, got '%s'%s"):format(place, name, table.concat(list, ", "), tostring(value),
        names.suggestion(tostring(value), list)), 3)
    end
  end
  return rules
end

--- A protocol with some of its settings changed, for `protocol` in the options of this module's functions.
---
--- ```lua
--- local protocol = require "vnn.protocol"
--- local mixed = protocol.with("strict", { classes = "embedded" })
--- print(mixed.classes, mixed.norm, protocol.settings.strict.classes) --> embedded	l1	dense
--- ```
---@param name "strict"|"published"
---@param changes table<string, any> settings in place of the protocol's
---@return vnn.protocol.Settings
function protocol.with(name, changes)
  settings.expect("protocol.with", 1, name, "a string")
  settings.expect("protocol.with", 2, changes, "a table")
  local rules = rules_of("protocol.with", settings.joined(rules_of("protocol.with", name), changes))
  return rules
end

--- The training recipe of a data set under a protocol: options of `nn.train`, in a table of the caller's own.
---
--- ```lua
--- local protocol = require "vnn.protocol"
--- print(protocol.recipe("fashion", "published").epochs, protocol.recipe("mnist", "published").shuffle) --> 40	false
--- ```
---@param dataset string a name in `protocol.recipes`
---@param choice? "strict"|"published"|vnn.protocol.Settings (default: "strict")
---@return table
function protocol.recipe(dataset, choice)
  settings.expect("protocol.recipe", 1, dataset, "a string")
  local recipe = { shuffle = rules_of("protocol.recipe", choice).shuffles }
  local known = protocol.recipes[dataset]
  if not known then error(("protocol.recipe: no recipe for data set '%s'"):format(tostring(dataset)), 2) end
  for key, value in pairs(known) do recipe[key] = value end
  return recipe
end

---@class vnn.protocol.ProblemOptions
---@field protocol? "strict"|"published"|vnn.protocol.Settings (default: "strict")
---@field embedded? vnn.Network the network that goes into the MILP, whose classes count under `published` (default: the
---  dense network)
---@field class? "dense"|"embedded"|"label"|integer whose word is taken for the class: a network's, the label's, or
---  yours; the target is then the strongest other class (default: the protocol's)

--- The class that counts, and the strongest other one.
local function classes(dense, input, label, source, options)
  local network = source == "embedded" and options.embedded or dense
  local best, second = table.unpack(network:top_classes(input, 2))
  if source == "dense" or source == "embedded" then return best, second end
  local class = source == "label" and label or source
  if math.type(class) ~= "integer" or class < 1 or class > dense.outputs then
    local expected = "protocol.problem: class: expected dense, embedded, label or a class from 1 to %d, got %s"
    error(expected:format(dense.outputs, tostring(source)), 3)
  end
  return class, best ~= class and best or second
end

--- The problem of one draw: a region around a training image, from the best class to the second best.
---
--- ```lua
--- local data, nn, protocol = require "vnn.data", require "vnn.nn", require "vnn.protocol"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local untrained = nn.mlp({ 81, 8, 10 }, { seed = 1 })
--- print(protocol.problem(untrained, digits, 1)) --> nil	image 2732 is misclassified: 4 taken for 7
--- local problem = protocol.problem(untrained, digits, 1, { class = "label" })
--- print(digits.classes[problem.class], digits.classes[problem.target]) --> 4	7
--- ```
---@param dense vnn.Network
---@param train vnn.Dataset the training split; smaller sets than MNIST's take the index modulo their count
---@param number integer|vnn.protocol.Draw 1 to 10, a position in `protocol.draws`, or a draw of your own
---@param options? vnn.protocol.ProblemOptions
---@return vnn.Problem? problem nil when, under `strict` and without `class`, the dense network misclassifies the image
---@return string? reason
function protocol.problem(dense, train, number, options)
  settings.expect("protocol.problem", 1, dense, "vnn.Network")
  settings.expect("protocol.problem", 2, train, "vnn.Dataset")
  options = settings.of("protocol.problem", options, {}, { "protocol", "embedded", "class" })
  settings.expect("protocol.problem", "embedded", options.embedded, "vnn.Network or nothing")
  local rules = rules_of("protocol.problem", options.protocol)
  local draw = type(number) == "table" and number or protocol.draws[number]
  if not draw then
    error(("protocol.problem: expected a number from 1 to %d, got %s"):format(#protocol.draws, tostring(number)), 2)
  end
  settings.expect("protocol.problem", "index", draw.index, "an integer")
  settings.expect("protocol.problem", "epsilon", draw.epsilon, "a number")
  local position = draw.index % train.count + 1
  local input, label = train:image(position), train:label(position)
  local class, target = classes(dense, input, label, options.class or rules.classes, options)
  local answer = dense:classify(input)
  if rules.skips_misclassified and not options.class and answer ~= label then
    return nil,
      ("image %d is misclassified: %s taken for %s"):format(draw.index, train.classes[label], train.classes[answer])
  end
  return verify.problem {
    input = input,
    lower = 0,
    upper = 1,
    norm = rules.norm,
    epsilon = draw.epsilon,
    rows = train.rows,
    class = class,
    target = target,
    facts = { dataset = train.name, index = position - 1, data_seed = draw.data_seed },
  }
end

---@class vnn.protocol.PruneOptions
---@field rate number share of the weights that goes, from 0 to below 1
---@field protocol? "strict"|"published"|vnn.protocol.Settings (default: "strict")
---@field criterion? string|fun(layer: vnn.Layer): vnn.Tensor (default: "magnitude")
---@field structure? "unstructured"|"structured" (default: "unstructured")
---@field data? vnn.Dataset finetuned on this as the protocol says, by `recipe` (default: not finetuned)
---@field recipe? table options of `nn.train` for iterative finetuning (default: the data set's under this protocol)
---@field seed? integer of random pruning and of finetuning (default: 0)
---@field trainer? fun(network: vnn.Network, data: vnn.Dataset, options: table): vnn.Network what trains in the rounds
--- of finetuning (default: `nn.train`)

local prune_options = { "rate", "protocol", "criterion", "structure", "data", "recipe", "seed", "trainer" }

--- What the published code trains survivors with, on either data set.
local rewinding = { optimizer = "sgd", learning_rate = 0.01, weight_decay = 0, batch_size = 64 }

--- A pruned copy as the paper makes it: not finetuned in one shot (`strict`) or five geometric rounds (`published`);
--- with `data` in five rounds of pruning and five epochs (`strict`), or by lottery-ticket rewinding to the dense
--- weights (`published`).
---
--- ```lua
--- local nn, protocol = require "vnn.nn", require "vnn.protocol"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- print(protocol.prune(dense, { rate = 0.5 })) --> Network(20 -> 10 -> 3, 43% pruned)	Mask(2 layers, 43 % zero)
--- print(protocol.prune(dense, { rate = 0.5, protocol = "published" }).sparsity > 0.49) --> true
--- ```
---@param dense vnn.Network
---@param options vnn.protocol.PruneOptions
---@return vnn.Network
---@return vnn.Mask
function protocol.prune(dense, options)
  settings.expect("protocol.prune", 1, dense, "vnn.Network")
  settings.expect("protocol.prune", 2, options, "a table")
  settings.check("protocol.prune", options, prune_options)
  settings.rate("protocol.prune", options.rate)
  settings.expect("protocol.prune", "data", options.data, "vnn.Dataset or nothing")
  settings.expect("protocol.prune", "recipe", options.recipe, "a table or nothing")
  settings.expect("protocol.prune", "trainer", options.trainer, "a function or nothing")
  local rules = rules_of("protocol.prune", options.protocol)
  local choice = {
    criterion = options.criterion or "magnitude",
    structure = options.structure,
    layers = rules.pruned_layers,
    keep_biases = rules.keep_biases,
    seed = options.seed,
  }
  if not options.data or rules.finetuning == "none" then
    choice.rate, choice.rounds = options.rate, rules.rounds
    return prune.apply(dense, choice)
  end
  local recipe = options.recipe or protocol.recipe(options.data.name, rules)
  if rules.finetuning == "rewind" then recipe = settings.joined(rewinding, { shuffle = rules.shuffles }) end
  local training = settings.joined(recipe, { progress = false, seed = options.seed })
  training.epochs = nil
  local plan = {
    rate = options.rate, prune = choice, data = options.data, rounds = 5, epochs = 5, train = training,
    trainer = options.trainer,
  }
  if rules.finetuning == "rewind" then return schedule.lottery(dense, plan) end
  return schedule.iterative(dense, plan)
end

return protocol
