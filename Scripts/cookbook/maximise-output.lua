--- Maximise one output of a network over a region, instead of the difference of two.
local shared = require "shared"
local verify = require "vnn.verify"

local dense, _, problem = shared.small()

-- A last layer that passes on one output makes its maximum an ordinary problem: compare with an output that is 0.
local nn, tensor = require "vnn.nn", require "vnn.tensor"
local function only(network, class)
  local layers = {}
  for position = 1, network.depth do layers[position] = network:layer(position) end
  local last = layers[#layers]
  local weight, bias = tensor.zeros { 2, last.weight.shape[2] }, tensor.zeros { 2 }
  weight:select(1, 2):assign_(last.weight[class])
  bias[2] = last.bias[class]
  layers[#layers] = { weight = weight, bias = bias }
  return nn.from_layers(layers)
end

for _, class in ipairs { problem.class, problem.target } do
  local network = only(dense, class)
  local region = verify.problem {
    input = problem.input, norm = problem.norm, epsilon = problem.epsilon, class = 1, target = 2, rows = problem.rows,
  }
  local encoding = verify.encode(network, region)
  local solution = encoding.model:solve { time_limit_s = 30 }
  local x = solution:values(encoding.inputs)
  local at_input = dense:forward(problem.input)[class]
  print(("output %d: %.4f at the image, at most %.4f in the region (%s)"):format(
    class, at_input, solution.objective, solution.status))
  assert(math.abs(dense:forward(x)[class] - solution.objective) < 1e-5, "the network itself says the same")
end
