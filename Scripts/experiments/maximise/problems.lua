--- The problems, as models of the dense networks. Each comes with its value at an input by forward passes alone, which
--- shares nothing with the model.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local tensor = require "vnn.tensor"

local problems = {}

---@class maximise.Problem
---@field model vnn.Model
---@field inputs vnn.Variables? all that is to be chosen
---@field value (fun(x: vnn.Tensor): number)? the objective by forward passes; without it the blocks are held against
---  their networks

--- A network with PyTorch's default initialisation.
local function network_of(case, inputs, outputs, seed)
  local widths = { inputs }
  for layer = 1, case.layers do widths[layer + 1] = case.width end
  widths[#widths + 1] = outputs
  return nn.mlp(widths, { seed = seed, initialization = "torch_default" })
end

--- The greatest output over inputs in [0, 1].
function problems.box(case)
  local network, model = network_of(case, case.inputs, 1, case.seed), milp.model "box"
  local x = model:variables(case.inputs, { upper = 1 })
  model:maximize(model:embed(network, x).outputs[1])
  return { model = model, inputs = x, value = function(point) return network:forward(point)[1] end }
end

--- The greatest first output while the second is at most what it is at the middle of the box and the inputs' sum is at
--- most 0.3 of its largest.
function problems.budget(case)
  local network, model = network_of(case, case.inputs, 2, case.seed), milp.model "budget"
  local x = model:variables(case.inputs, { upper = 1 })
  local outputs = model:embed(network, x).outputs
  model:constrain(x:sum(), "<=", 0.3 * case.inputs)
  model:constrain(outputs[2], "<=", network:forward(tensor.full({ case.inputs }, 0.5))[2])
  model:maximize(outputs[1])
  return { model = model, inputs = x, value = function(point) return network:forward(point)[1] end }
end

--- The greatest output over whole numbers from 0 to 4, which the network sees divided by 4, under a budget of prices.
function problems.integer(case)
  local network, model = network_of(case, case.inputs, 1, case.seed), milp.model "integer"
  local x = model:variables(case.inputs, { kind = "integer", upper = 4 })
  local prices = tensor.random(case.seed):uniform({ case.inputs }, 1, 3)
  model:constrain(x:dot(prices), "<=", 2 * case.inputs)
  model:maximize(model:embed(network, x, { scale = { input_factor = 4 } }).outputs[1])
  return { model = model, inputs = x, value = function(point) return network:forward(point / 4)[1] end }
end

--- Two networks: the second sees three outputs of the first beside inputs of its own; what the first one is given
--- costs, and its first output may not be above what it is at the middle of the box.
function problems.chain(case)
  local model, own = milp.model "chain", 4
  local first, second = network_of(case, case.inputs, 3, case.seed), network_of(case, 3 + own, 1, case.seed + 100)
  local x = model:variables(case.inputs + own, { upper = 1 })
  local head = x:slice(1, 1, case.inputs)
  local between = model:embed(first, head).outputs
  local last = model:embed(second, milp.concat({ between, x:slice(1, case.inputs + 1) }, 1)).outputs
  model:constrain(between[1], "<=", first:forward(tensor.full({ case.inputs }, 0.5))[1])
  model:maximize(last[1] - 0.01 * head:sum())
  local function value(point)
    local given = point:slice(1, 1, case.inputs)
    local seen = tensor.concat({ first:forward(given), point:slice(1, case.inputs + 1) }, 1)
    return second:forward(seen)[1] - 0.01 * given:sum()
  end
  return { model = model, inputs = x, value = value }
end

return problems
