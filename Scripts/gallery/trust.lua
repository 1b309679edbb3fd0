--- A trust region: minimise what a network has learned, but only where there are data, in their convex hull, since
--- outside the network guesses. From Maragno et al. (2025, "Mixed-integer optimization with constraint learning").
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local function f(x) return (x[1] - 0.3) ^ 2 - x[2] * (1 - x[1]) end

local function prepare(seed)
  local network, data = gallery.learn({ 2, 16, 1 }, f, { rows = 300, seed = seed })
  return { network = network, data = (data:slice(1, 1, 9) * 0.7):copy() }
end

local function build(it)
  local model = milp.model "trust"
  local x = model:variables(2, { upper = 1, prefix = "x" })
  local weight = model:variables(#it.data, { upper = 1, prefix = "weight" })
  model:constrain(weight:sum(), "==", 1)
  model:add_rows({ { it.data:transpose(), weight }, { -1, x } }, "==", 0)
  model:minimize(model:embed(it.network, x, { name = "learned" }).outputs[1])
  return model
end

--- In the plane, the hull is the union of the triangles of three data points (Carathéodory).
local function check(it)
  local rows = it.data
  local best, missed, triangles = -math.huge, 0, 0
  for a = 1, #rows - 2 do
    for b = a + 1, #rows - 1 do
      for c = b + 1, #rows do
        local corners = tensor.stack({ rows[a], rows[b] - rows[a], rows[c] - rows[b] }, 1)
        -- A square covers the triangle: a + u (b - a) + u v (c - b).
        local function low(points)
          local u, v = points:select(2, 1), points:select(2, 2)
          return -it.network:forward(tensor.stack({ tensor.ones { #points }, u, u * v }, 2):matmul(corners)):flatten()
        end
        local value, last = gallery.search(low, { { 0, 1, 13 }, { 0, 1, 13 } }, 4)
        triangles = triangles + 1
        if value > best then best, missed = value, last end
      end
    end
  end
  return {
    value = -best,
    tolerance = missed,
    how = ("grids of 13 x 13 in %d triangles of data, refined"):format(triangles),
  }
end

return gallery.script {
  name = "trust",
  description = "Minimises a learned function within the hull of its data.",
  prepare = prepare,
  build = build,
  check = check,
}
