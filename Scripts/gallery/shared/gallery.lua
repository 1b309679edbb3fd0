--- What the problems of the gallery share: functions to learn, searches that know nothing of the model, and the
--- comparison of solvers with what those found.
local data = require "vnn.data"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

local gallery = {}

--- A network that has learned a function on random points of a box.
---@param widths integer[] from the inputs to the outputs
---@param f fun(x: number[]): ...: number as many results as the network has outputs
---@param options { seed: integer, lower?: number|vnn.Tensor, upper?: number|vnn.Tensor, rows?: integer } the box is
--- [0, 1] in every input without `lower` and `upper`; there are 600 rows without `rows`
---@return vnn.Network
---@return vnn.Tensor points what it was trained on, rows x inputs
function gallery.learn(widths, f, options)
  local lower, upper, targets = options.lower or 0, options.upper or 1, {}
  local points = tensor.random(options.seed):uniform({ options.rows or 600, widths[1] }) * (upper - lower) + lower
  for position, point in ipairs(points:table()) do targets[position] = { f(point) } end
  local network = nn.mlp(widths, { seed = options.seed, initialization = "kaiming_uniform" })
  local settings = { epochs = 60, seed = options.seed, weight_decay = 0, learning_rate = 1e-2 }
  return assert(nn.train(network, data.from_rows(points, tensor.from(targets)), settings)), points
end

--- An axis of a grid; `whole` ones have one point for every whole number, and stay what they are in finer grids.
---@class gallery.Axis
---@field [1] number the first value
---@field [2] number the last value
---@field [3]? integer how many points
---@field whole? boolean

--- All points of a grid whose axes are vectors of values.
local function product(axes)
  local shape, columns = {}, {}
  for position, axis in ipairs(axes) do shape[position] = axis.shape[1] end
  for position, axis in ipairs(axes) do
    local ones = {}
    for other = 1, #axes do ones[other] = other == position and shape[position] or 1 end
    columns[position] = axis:reshape(ones):broadcast(shape):copy():flatten()
  end
  return tensor.stack(columns, 2)
end

--- All points of a grid, count x axes.
---@param axes gallery.Axis[]
---@return vnn.Tensor
function gallery.grid(axes)
  local values = {}
  for position, axis in ipairs(axes) do
    values[position] = tensor.linspace(axis[1], axis[2], axis.whole and axis[2] - axis[1] + 1 or axis[3])
  end
  return product(values)
end

--- The best points that are more than a step apart, so that they do not all lie in the same place.
local function leaders(points, values, steps, count)
  local best, positions = values:top_k(math.min(40 * count, #values))
  local chosen = {}
  for rank = 1, #best do
    local point = points[math.tointeger(positions[rank])]
    local apart = best[rank] > -math.huge
    for _, other in ipairs(chosen) do apart = apart and ((point - other):abs() - steps):max() > 0 end
    if apart then chosen[#chosen + 1] = point end
    if #chosen == count then break end
  end
  return chosen
end

--- The greatest value of a function on a dense grid, and then on ever finer ones around the best points so far. It is a
--- value of the function, so an optimum cannot be below it.
---@param f fun(points: vnn.Tensor): vnn.Tensor values of points, count x axes; -inf where one is not allowed
---@param axes gallery.Axis[]
---@param keep? integer how many points are looked around (default: 16)
---@return number value -inf where no point of the grid is allowed
---@return number missed how much the function changes within half a step of the dense grid: what that alone may miss
function gallery.search(f, axes, keep)
  local around, steps, lower, upper = {}, {}, {}, {}
  for position, axis in ipairs(axes) do
    local held = axis.whole or axis[1] == axis[2]
    around[position] = held and tensor.zeros { 1 } or tensor.linspace(-1, 1, 5)
    steps[position] = held and 0 or (axis[2] - axis[1]) / (axis[3] - 1)
    lower[position], upper[position] = axis[1], axis[2]
  end
  lower, upper, steps, around = tensor.from(lower), tensor.from(upper), tensor.from(steps), product(around)
  local points, missed = gallery.grid(axes), nil
  local values = f(points)
  if values:max() == -math.huge then return -math.huge, 0 end
  for _ = 1, 16 do
    local pieces = leaders(points, values, steps, keep or 16)
    steps = steps * 0.5
    for position, point in ipairs(pieces) do
      pieces[position] = tensor.minimum(tensor.maximum(point + around * steps, lower), upper)
    end
    points = tensor.concat(pieces, 1)
    values = f(points)
    -- The first piece lies around the best point.
    local near = values:slice(1, 1, #around)
    missed = missed or values:max() - tensor.where(near:equal(-math.huge), math.huge, near):min()
  end
  return values:max(), missed
end

--- What was found without a model.
---@class gallery.Found
---@field value number of a point that the model allows, so the optimum is at least as good
---@field tolerance? number how much better the optimum may be (default: 0, the search saw every point)
---@field how string how it was found, and why the optimum may be better

--- A problem of the gallery.
---@class gallery.Problem
---@field name string
---@field description string
---@field prepare fun(seed: integer): table networks and data
---@field build fun(it: table): vnn.Model the model of what `prepare` gave
---@field check fun(it: table): gallery.Found the same answer without the model

--- Solvers and arithmetic may be wrong by this much, relative to numbers larger than 1.
local precision = 1e-5

--- Whether an objective is what was found, or what is wrong with it.
local function compare(model, objective, found)
  local better = model.sense == "maximize" and objective - found.value or found.value - objective
  if math.abs(found.value) == math.huge then return nil, "nothing was found without it" end
  local unit = precision * math.max(1, math.abs(found.value))
  if better < -unit then return nil, ("%g worse than what was found without it"):format(-better) end
  if better > (found.tolerance or 0) + unit then return nil, ("%g better than can be"):format(better) end
  return true
end

--- Solves the model with a solver, and holds objective and blocks against what was found and the networks themselves.
local function try(solver, model, found, options)
  local solution, message = model:solve { solver = solver, time_limit_s = options.time_limit }
  if not solution then return nil, message end
  if not solution.objective then return nil, "no point: " .. solution.status end
  local error_of_blocks, size = 0, 1
  for _, block in ipairs(model:blocks()) do
    error_of_blocks = math.max(error_of_blocks, block:error(solution))
    size = math.max(size, solution:values(block.outputs):abs():max())
  end
  print(("%-6s %s %.6f, %d nodes, %.2f s, blocks within %.0e"):format(
    solver, solution.status, solution.objective, solution.nodes, solution.seconds, error_of_blocks))
  for _, warning in ipairs(solution.warnings) do print("       " .. warning) end
  if solution.status ~= "optimal" then return nil, ("%s, not optimal"):format(solution.status) end
  if error_of_blocks > precision * size then return nil, "the blocks are not what their networks say" end
  return compare(model, solution.objective, found)
end

local solver_choices = table.move(milp.solver_names, 1, #milp.solver_names, 2, { "all" })

--- The script of a problem: it learns the networks, solves by every solver, and fails where one differs from `check`.
---@param problem gallery.Problem
---@return vnn.script.Declaration declaration with `problem`
function gallery.script(problem)
  local function run(options)
    local began = system.clock()
    local it = problem.prepare(options.seed)
    local prepared = system.clock()
    local model = problem.build(it)
    local built = system.clock()
    local found = problem.check(it)
    print(("%s: networks learned in %.3f s, %s built in %.3f s"):format(
      problem.name, prepared - began, model, built - prepared))
    for _, block in ipairs(model:blocks()) do print("  " .. tostring(block)) end
    print(("check  %.6f, %s, %.2f s"):format(found.value, found.how, system.clock() - built))
    if found.tolerance then print(("       so the optimum may be better by %.2g"):format(found.tolerance)) end
    local differs, tried = {}, 0
    for _, solver in ipairs(options.solver == "all" and milp.solvers() or { { name = options.solver } }) do
      -- Without a choice, what is not on this machine is not asked.
      if solver.available ~= false then
        tried = tried + 1
        local same, message = try(solver.name, model, found, options)
        if not same then differs[#differs + 1] = ("%s: %s"):format(solver.name, message) end
      end
    end
    if #differs > 0 then return nil, table.concat(differs, "; ") end
    print(("same by %d solver%s"):format(tried, tried == 1 and "" or "s"))
  end
  return {
    name = problem.name,
    description = problem.description,
    options = {
      { name = "seed", default = 1, minimum = 0, help = "seed of data and networks" },
      { name = "solver", default = "all", choices = solver_choices, help = "which solver, or all that are here" },
      { name = "time_limit", default = 15.0, minimum = 0, help = "seconds for each solver" },
    },
    run = run,
    -- For whoever has other questions about it.
    problem = problem,
  }
end

return gallery
