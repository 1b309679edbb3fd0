--- Peaks: where is a learned landscape the highest? The function is MATLAB's `peaks`; Schweidtmann and Mitsos (2019,
--- "Deterministic global optimization with artificial neural networks embedded") and the notebooks of OMLT learn it,
--- too.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"

local function peaks(point)
  local x, y = point[1], point[2]
  return 3 * (1 - x) ^ 2 * math.exp(-x ^ 2 - (y + 1) ^ 2)
    - 10 * (x / 5 - x ^ 3 - y ^ 5) * math.exp(-x ^ 2 - y ^ 2)
    - math.exp(-(x + 1) ^ 2 - y ^ 2) / 3
end

local function prepare(seed)
  return { height = gallery.learn({ 2, 16, 12, 1 }, peaks, { lower = -3, upper = 3, rows = 2000, seed = seed }) }
end

local function build(it)
  local model = milp.model "peaks"
  local x = model:variables(2, { lower = -3, upper = 3, prefix = "x" })
  local height = model:embed(it.height, x, { name = "height" })
  model:maximize(height.outputs[1])
  return model
end

local function check(it)
  local function height(points) return it.height:forward(points):flatten() end
  local value, missed = gallery.search(height, { { -3, 3, 401 }, { -3, 3, 401 } })
  return { value = value, tolerance = missed, how = "the network's values on a grid of 401 x 401, refined" }
end

return gallery.script {
  name = "peaks",
  description = "Finds the highest point of a learned landscape.",
  prepare = prepare,
  build = build,
  check = check,
}
