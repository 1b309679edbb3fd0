--- The paper's experiment under two protocols: which image, which budget, which classes, how to train, how to prune.
---
--- `strict` is what the paper says, done honestly: classes of the dense network, box and L1 ball, shuffled training,
--- one-shot pruning of hidden layers. `published` is what its public code did: classes of the network that is embedded,
--- a ball whose distance variables share one name for each row of the image, no shuffling, five geometric rounds over
--- every layer, lottery-ticket rewinding. They are chosen by name and never mixed.
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

--- One entry per data seed: `index` counts the training images from 0, as the published generator does.
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
  },
}

local function rules_of(place, name)
  local rules = protocol.settings[name or "strict"]
  if rules then return rules end
  local suggestion = names.suggestion(tostring(name), { "strict", "published" })
  error(("%s: protocol: expected strict or published, got '%s'%s"):format(place, tostring(name), suggestion), 3)
end

--- The training recipe of a data set under a protocol: options of `nn.train`, in a table of the caller's own.
---
--- ```lua
--- local protocol = require "vnn.protocol"
--- print(protocol.recipe("fashion", "published").epochs, protocol.recipe("mnist", "published").shuffle) --> 40	false
--- ```
---@param dataset string a name in `protocol.recipes`
---@param name? "strict"|"published" (default: "strict")
---@return table
function protocol.recipe(dataset, name)
  settings.expect("protocol.recipe", 1, dataset, "a string")
  local recipe = { shuffle = rules_of("protocol.recipe", name).shuffles }
  local known = protocol.recipes[dataset]
  if not known then error(("protocol.recipe: no recipe for data set '%s'"):format(tostring(dataset)), 2) end
  for key, value in pairs(known) do recipe[key] = value end
  return recipe
end

---@class vnn.protocol.ProblemOptions
---@field protocol? "strict"|"published" (default: "strict")
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
---@param number integer 1 to 10, a position in `protocol.draws`
---@param options? vnn.protocol.ProblemOptions
---@return vnn.Problem? problem nil when, under `strict` and without `class`, the dense network misclassifies the image
---@return string? reason
function protocol.problem(dense, train, number, options)
  settings.expect("protocol.problem", 1, dense, "vnn.Network")
  settings.expect("protocol.problem", 2, train, "vnn.Dataset")
  options = settings.of("protocol.problem", options, {}, { "protocol", "embedded", "class" })
  settings.expect("protocol.problem", "embedded", options.embedded, "vnn.Network or nothing")
  local rules = rules_of("protocol.problem", options.protocol)
  local draw = protocol.draws[number]
  if not draw then
    error(("protocol.problem: expected a number from 1 to %d, got %s"):format(#protocol.draws, tostring(number)), 2)
  end
  local position = draw.index % train.count + 1
  local input, label = train:image(position), train:label(position)
  local class, target = classes(dense, input, label, options.class or rules.classes, options)
  if rules.skips_misclassified and not options.class and class ~= label then
    return nil,
      ("image %d is misclassified: %s taken for %s"):format(draw.index, train.classes[label], train.classes[class])
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
---@field protocol? "strict"|"published" (default: "strict")
---@field criterion? string|fun(layer: vnn.Layer): vnn.Tensor (default: "magnitude")
---@field structure? "unstructured"|"structured" (default: "unstructured")
---@field layers? "hidden"|"all" (default: the protocol's)
---@field data? vnn.Dataset finetuned on this, by `recipe` (default: not finetuned)
---@field recipe? table options of `nn.train` for finetuning (default: the data set's under this protocol)
---@field seed? integer of random pruning and of finetuning (default: 0)

local prune_options = { "rate", "protocol", "criterion", "structure", "layers", "data", "recipe", "seed" }

--- A pruned copy as the paper makes it: not finetuned in one shot (`strict`) or five geometric rounds (`published`);
--- with `data` in five rounds of pruning and five epochs (`strict`), or by lottery-ticket rewinding to the dense
--- weights with plain gradient descent at 0.01 (`published`).
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
  local rules = rules_of("protocol.prune", options.protocol)
  local is_published = rules == protocol.settings.published
  local choice = {
    criterion = options.criterion or "magnitude",
    structure = options.structure,
    layers = options.layers or rules.pruned_layers,
    keep_biases = is_published and prune.published.keep_biases or nil,
    seed = options.seed,
  }
  if not options.data then
    choice.rate, choice.rounds = options.rate, is_published and prune.published.rounds or 1
    return prune.apply(dense, choice)
  end
  local training = { progress = false, seed = options.seed }
  local recipe = options.recipe or protocol.recipe(options.data.name, options.protocol)
  for key, value in pairs(recipe) do training[key] = value end
  training.epochs = nil
  local plan = { rate = options.rate, prune = choice, data = options.data, rounds = 5, epochs = 5 }
  if not is_published then
    plan.train = training
    return schedule.iterative(dense, plan)
  end
  plan.train = {
    optimizer = "sgd",
    learning_rate = 0.01,
    weight_decay = 0,
    batch_size = training.batch_size,
    shuffle = false,
    seed = options.seed,
    progress = false,
  }
  return schedule.lottery(dense, plan)
end

return protocol
