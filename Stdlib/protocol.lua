--- The strict protocol of the paper's experiment: which image, which budget, which classes, how to train.
---
--- The (image, epsilon) pairs are those that NumPy's `RandomState(data_seed)` draws in the published generator: first
--- an index into the training set from 0 to 29999, then epsilon uniformly from [4.5, 5.5].
---
--- ```lua
--- local protocol = require "vnn.protocol"
--- print(#protocol.draws, protocol.draws[1].index, protocol.recipes.mnist.epochs) --> 10	2732	5
--- ```
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

---@class vnn.protocol.ClassOptions
---@field class? "dense"|"label"|"embedded"|integer whose word is taken for the image's class: the dense network's, which
---  must be right, the label's, the embedded network's, or yours (default: "dense")
---@field embedded? vnn.Network the network that is put into the MILP; needed for "embedded"

--- Class and target: the best two of a network, or a given class and its strongest rival.
local function classes(dense, input, label, options)
  local source = options.class or "dense"
  if source == "embedded" then
    if not options.embedded then error("protocol.problem: class 'embedded' needs the option embedded", 3) end
    return table.unpack(options.embedded:top_classes(input, 2))
  end
  local best, second = table.unpack(dense:top_classes(input, 2))
  if source == "dense" then return best, second end
  local class = source == "label" and label or source
  if math.type(class) ~= "integer" or class < 1 or class > dense.outputs then
    error(("protocol.problem: class: expected dense, label, embedded or a class from 1 to %d, got %s"):format(
      dense.outputs, tostring(source)), 3)
  end
  return class, best ~= class and best or second
end

--- The strict problem of one draw: box and L1 ball around a training image, from the dense network's best class to its
--- second best.
---
--- ```lua
--- local data, nn, protocol = require "vnn.data", require "vnn.nn", require "vnn.protocol"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local untrained = nn.mlp({ 81, 8, 10 }, { seed = 1 })
--- print(protocol.problem(untrained, digits, 1)) --> nil	image 2732 is misclassified: 4 taken for 7
--- local problem = protocol.problem(untrained, digits, 1, { class = "label" })
--- print(problem.class == digits:label(2732 % digits.count + 1)) --> true
--- ```
---@param dense vnn.Network
---@param train vnn.Dataset the training split; smaller sets than MNIST's take the index modulo their count
---@param number integer 1 to 10, a position in `protocol.draws`
---@param options? vnn.protocol.ClassOptions
---@return vnn.Problem? problem nil when the class is the dense network's, and that misclassifies the image
---@return string? reason
function protocol.problem(dense, train, number, options)
  options = options or {}
  local draw = protocol.draws[number]
  if not draw then
    error(("protocol.problem: expected a number from 1 to %d, got %s"):format(#protocol.draws, number), 2)
  end
  local position = draw.index % train.count + 1
  local input = train:image(position)
  local class, target = classes(dense, input, train:label(position), options)
  if (options.class or "dense") == "dense" and class ~= train:label(position) then
    return nil, ("image %d is misclassified: %s taken for %s"):format(
      draw.index,
      train.classes[train:label(position)],
      train.classes[class]
    )
  end
  return verify.problem {
    input = input,
    lower = 0,
    upper = 1,
    norm = "l1",
    epsilon = draw.epsilon,
    rows = train.rows,
    class = class,
    target = target,
    facts = { dataset = train.name, index = position - 1, data_seed = draw.data_seed },
  }
end

return protocol
