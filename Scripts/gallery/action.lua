--- The best action in a state by a learned value function Q(state, action), with actions from a polytope and a
--- switch: the inner step of Q-learning with continuous actions. Ryu et al. (2020, "CAQL: Continuous action
--- Q-learning") solve it as an MILP; Delarue et al. (2020) take combinatorial actions.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local tensor = require "vnn.tensor"

local state, power = { 0.2, -0.5, 0.8, 0.1 }, 0.5

local function prepare(seed)
  return { value = nn.mlp({ 7, 20, 20, 1 }, { seed = seed, initialization = "kaiming_uniform" }) }
end

local function build(it)
  local model = milp.model "action"
  local seen = model:variables(4, { lower = state, upper = state, prefix = "state" })
  local push = model:variables(2, { lower = -1, upper = 1, prefix = "push" })
  local on = model:variable { kind = "binary", name = "on" }
  model:constrain(push:sum() + on, "<=", power, "power")
  local value = model:embed(it.value, milp.concat { seen, push, on }, { name = "value" })
  model:maximize(value.outputs[1])
  return model
end

local function check(it)
  local seen = tensor.from(state)
  local function value(actions)
    local inputs = tensor.concat({ seen:broadcast { #actions, 4 }, actions }, 2)
    return tensor.where(actions:sum(2):less_equal(power), it.value:forward(inputs):flatten(), -math.huge)
  end
  local best, missed = gallery.search(value, { { -1, 1, 201 }, { -1, 1, 201 }, { 0, 1, whole = true } })
  return { value = best, tolerance = missed, how = "actions on a grid of 201 x 201 x 2, refined" }
end

return gallery.script {
  name = "action",
  description = "Chooses the action that a value function likes best.",
  prepare = prepare,
  build = build,
  check = check,
}
