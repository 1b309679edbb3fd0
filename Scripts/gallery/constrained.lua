--- Two networks of the same inputs: the least f where g has a given value. Grimstad and Andersson (2019, "ReLU
--- networks as surrogate models in mixed-integer linear programs") optimise so over learned processes; SurrogateLIB
--- has it as "function approximation" (Turner et al., 2023, PySCIPOpt-ML).
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local given, steps = 1.1, 151

local function prepare(seed)
  local function f(x) return x[1] * x[2] - x[3] ^ 2 + 0.5 * math.sin(5 * x[1]) - x[2] end
  local function g(x) return x[1] ^ 2 + x[2] ^ 2 + x[3] ^ 2 end
  return {
    f = gallery.learn({ 3, 8, 8, 1 }, f, { rows = 1000, seed = seed }),
    g = gallery.learn({ 3, 8, 8, 1 }, g, { rows = 1000, seed = seed + 1 }),
  }
end

local function build(it)
  local model = milp.model "constrained"
  local x = model:variables(3, { upper = 1, prefix = "x" })
  local f = model:embed(it.f, x, { name = "f" }).outputs[1]
  local g = model:embed(it.g, x, { name = "g" }).outputs[1]
  model:constrain(g, "==", given)
  model:minimize(f)
  return model
end

--- For every pair of the first two inputs, the third is where g passes the given value between neighbours on its axis.
local function check(it)
  local thirds = tensor.linspace(0, 1, steps)
  local function least(points)
    local best = tensor.full({ #points }, math.huge)
    local function at(third) return tensor.concat({ points, third:unsqueeze(2) }, 2) end
    local before
    for step = 1, steps do
      local third = tensor.full({ #points }, thirds[step])
      local after = it.g:forward(at(third)):flatten() - given
      if before then
        local crosses = (before * after):less_equal(0)
        if crosses:max() == 1 then
          -- Bisection, for all pairs at once.
          local low, high, low_value = third - thirds[2], third, before
          for _ = 1, 24 do
            local middle = (low + high) * 0.5
            local value = it.g:forward(at(middle)):flatten() - given
            local same = (low_value * value):greater(0)
            low, high = tensor.where(same, middle, low), tensor.where(same, high, middle)
            low_value = tensor.where(same, value, low_value)
          end
          best = tensor.minimum(best, tensor.where(crosses, it.f:forward(at(high)):flatten(), math.huge))
        end
      end
      before = after
    end
    return -best
  end
  local value, missed = gallery.search(least, { { 0, 1, 41 }, { 0, 1, 41 } })
  return { value = -value, tolerance = missed, how = "where g passes the value, above a grid of 41 x 41, refined" }
end

return gallery.script {
  name = "constrained",
  description = "Minimises one learned function where another has a given value.",
  prepare = prepare,
  build = build,
  check = check,
}
