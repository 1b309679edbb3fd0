--- A decision forest instead of a network, in plain Lua over `imply`: a binary for every leaf, and its path as what
--- it implies. Mišić (2020, "Optimization of tree ensembles") has stronger models of them; gurobi-machinelearning and
--- PySCIPOpt-ML embed forests, too.
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local inputs, trees, depth = 3, 8, 4
-- Rows are rounded to 0.01, so thresholds lie 0.005 apart or more; points keep this far from them, where no solver's
-- tolerance puts them on the other side.
local gap = 0.001

local function f(x) return math.sin(9 * x[1]) * (x[2] - 0.5) - 2 * (x[3] - x[1]) ^ 2 end

--- The threshold of a feature that leaves the least squared error.
local function split(rows, feature)
  table.sort(rows, function(a, b) return a[feature] < b[feature] end)
  local best, threshold, left, right = -math.huge, nil, 0, 0
  for _, row in ipairs(rows) do right = right + row.y end
  for position = 1, #rows - 1 do
    left, right = left + rows[position].y, right - rows[position].y
    local gain = left ^ 2 / position + right ^ 2 / (#rows - position)
    if gain > best and rows[position + 1][feature] > rows[position][feature] then
      best, threshold = gain, (rows[position][feature] + rows[position + 1][feature]) / 2
    end
  end
  return best, threshold
end

local function grow(rows, levels, random)
  local sum = 0
  for _, row in ipairs(rows) do sum = sum + row.y end
  local node = { value = sum / #rows }
  if levels == 0 or #rows < 8 then return node end
  -- Two of the three features may split, as in a random forest.
  local best, banned = -math.huge, random:integer(inputs)
  for feature = 1, inputs do
    local gain, threshold = split(rows, feature)
    if feature ~= banned and threshold and gain > best then
      best, node.feature, node.threshold = gain, feature, threshold
    end
  end
  if not node.feature then return node end
  local low, high = {}, {}
  for _, row in ipairs(rows) do table.insert(row[node.feature] <= node.threshold and low or high, row) end
  node.low, node.high = grow(low, levels - 1, random), grow(high, levels - 1, random)
  return node
end

local function prepare(seed)
  local random, forest = tensor.random(seed), {}
  for tree = 1, trees do
    local rows = {}
    for position, point in ipairs((random:uniform({ 200, inputs }) * 100):round():table()) do
      for k = 1, inputs do point[k] = point[k] / 100 end
      point.y, rows[position] = f(point), point
    end
    forest[tree] = grow(rows, depth, random)
  end
  return { forest = forest }
end

--- Calls `visit` with every leaf and the sides of the thresholds that lead to it.
local function each_leaf(node, path, visit)
  if not node.feature then return visit(node.value, path) end
  for _, side in ipairs { "low", "high" } do
    path[#path + 1] = { node.feature, side == "low" and "<=" or ">=", node.threshold + (side == "low" and -gap or gap) }
    each_leaf(node[side], path, visit)
    path[#path] = nil
  end
end

local function build(it)
  local model, total = milp.model "forest", milp.sum {}
  local x = model:variables(inputs, { upper = 1, prefix = "x" })
  for _, tree in ipairs(it.forest) do
    local leaves = milp.sum {}
    each_leaf(tree, {}, function(value, path)
      local leaf = model:variable { kind = "binary" }
      for _, turn in ipairs(path) do model:imply(leaf, 1, x[turn[1]], turn[2], turn[3]) end
      leaves:add_(leaf)
      total:add_(leaf, value)
    end)
    model:constrain(leaves, "==", 1)
  end
  model:maximize(total)
  return model
end

local function value_of(node, point)
  while node.feature do node = point[node.feature] <= node.threshold and node.low or node.high end
  return node.value
end

local function collect(node, seen)
  if node.feature then
    seen[node.feature][node.threshold] = true
    collect(node.low, seen)
    collect(node.high, seen)
  end
end

--- A forest is constant between its thresholds: one point between any two of them sees every value.
local function check(it)
  local seen, axes = {}, {}
  for k = 1, inputs do seen[k] = {} end
  for _, tree in ipairs(it.forest) do collect(tree, seen) end
  for k = 1, inputs do
    local thresholds = { 0, 1 }
    for threshold in pairs(seen[k]) do table.insert(thresholds, threshold) end
    table.sort(thresholds)
    axes[k] = {}
    for i = 1, #thresholds - 1 do axes[k][i] = (thresholds[i] + thresholds[i + 1]) / 2 end
  end
  local best, cells = -math.huge, 0
  for _, a in ipairs(axes[1]) do
    for _, b in ipairs(axes[2]) do
      for _, c in ipairs(axes[3]) do
        local sum, point = 0, { a, b, c }
        for _, tree in ipairs(it.forest) do sum = sum + value_of(tree, point) end
        best, cells = math.max(best, sum), cells + 1
      end
    end
  end
  return { value = best, how = ("all of %d cells between thresholds"):format(cells) }
end

return gallery.script {
  name = "forest",
  description = "Maximises what a decision forest says.",
  prepare = prepare,
  build = build,
  check = check,
}
