--- Put a trained network into a model of your own, and solve it: directly, and through pruned copies of the network.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local surrogate = require "vnn.surrogate"
local tensor = require "vnn.tensor"

-- A network that has learnt how well mixtures of six parts taste, from 500 that somebody tried.
local random = tensor.random(1)
local mixtures = random:uniform({ 500, 6 }, 0, 1)
local taste = ((mixtures * 5):map(math.sin):sum(2) - mixtures:square():sum(2) * 0.5):unsqueeze(2)
local network = nn.mlp({ 6, 24, 24, 1 }, { seed = 1, initialization = "kaiming_uniform" })
local optimizer = nn.adam(network, { learning_rate = 1e-2 })
for _ = 1, 300 do
  local errors = network:forward(mixtures) - taste
  local _, gradients = network:gradients(mixtures, errors * (2 / 500))
  optimizer:step(gradients)
end

-- The model: packages of ten parts each, a budget, and the taste as rows.
local model = milp.model "mixture"
local packages = model:variables(6, { kind = "integer", upper = 10, prefix = "packages" })
local tasty = model:embed(network, packages, { name = "taste", scale = { input_factor = 10 } })
model:constrain(packages:sum(), "==", 24, "in all")
model:constrain(packages:dot { 3, 1, 2, 2, 1, 3 }, "<=", 45, "budget")
model:maximize(tasty.outputs[1] - 0.01 * packages:dot { 1, 0, 0, 2, 0, 0 })
print(tasty)

local direct = model:solve { time_limit_s = 5 }
print("directly: " .. tostring(direct))

local best = surrogate.optimize(model, {
  time_limit_s = 5,
  on_improvement = function(better) print(("  %.4f by %s"):format(better.objective, better.source)) end,
})
print(("through surrogates: %.4f (%s)"):format(best.objective, best.status))
print("packages", table.concat(best.solution:values(packages):table(), " "))
print("the network itself agrees", tasty:error(best.solution) < 1e-9)
