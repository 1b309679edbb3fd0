--- The nearest adversarial input: not whether a region has one, but how far from x0 the first one is.
local settings = require "vnn.settings"
local system = require "vnn.system"
local verify = require "vnn.verify"

local distance = {}

---@class vnn.distance.Options
---@field solver? string of the MILP (default: "glpk")
---@field time_limit_s? number seconds for everything together (default: 60)
---@field threshold? number the margin that counts; 0 makes the bound one on all adversarial inputs (default: 0)
---@field bounds? vnn.Bounds of the network over the problem's region (default: backward ones)

---@class vnn.distance.Result
---@field witness vnn.Witness? the nearest adversarial input that was found, rechecked; nil where none was
---@field distance number? its distance from x0 in the problem's norm
---@field bound number no input of the region that is nearer than this has a margin of the threshold or more; up to the
---  solver's tolerances, and 0 where nothing is known
---@field reason string? why the solver's bound was not taken, where a witness that is nearer contradicts it; or why the
---  solver took no model
---@field status string how the solver ended; "refused" where it did not begin
---@field seconds number

--- Moves a witness towards x0 while it remains one.
local function pull(dense, problem, witness, threshold)
  local low, high, best = 0, 1, witness
  for _ = 1, 30 do
    local middle = (low + high) / 2
    local closer = verify.check(dense, problem, problem.input + middle * (witness.input - problem.input))
    if closer and closer.margin >= threshold and closer.distance <= best.distance then
      best, high = closer, middle
    else
      low = middle
    end
  end
  return best
end

--- Looks for the adversarial input nearest to x0 within the problem's region: gradients first, then the MILP that
--- minimises the region's distance over the inputs whose margin reaches a threshold. Every point is rechecked.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- local distance = require "vnn.distance"
--- -- Class 1 wins at (0.5, 0.25); class 2 does where x2 > x1.
--- local dense = nn.from_layers { { weight = tensor.from { { 1, 0 }, { 0, 1 } }, bias = tensor.zeros { 2 } } }
--- local problem = verify.problem { input = { 0.5, 0.25 }, norm = "l1", epsilon = 1, class = 1, target = 2 }
--- local result = distance.nearest(dense, problem)
--- print(("%.3f %.3f"):format(result.distance, result.bound)) --> 0.250 0.250
--- ```
---@param dense vnn.Network
---@param problem vnn.Problem with a norm; its epsilon is how far to look
---@param options? vnn.distance.Options
---@return vnn.distance.Result
function distance.nearest(dense, problem, options)
  settings.expect("distance.nearest", 1, dense, "vnn.Network")
  settings.expect("distance.nearest", 2, problem, "vnn.Problem")
  local known = { solver = "glpk", time_limit_s = 60, threshold = 0 }
  options = settings.of("distance.nearest", options, known, { "bounds" })
  settings.expect("distance.nearest", "bounds", options.bounds, "vnn.Bounds or nothing")
  local start = system.clock()
  local best
  local function test(x)
    local witness = verify.check(dense, problem, x)
    -- A point whose margin is the threshold itself becomes a witness a little farther out.
    local step = 1e-6
    while not witness and step < 0.1 do
      witness = verify.check(dense, problem, x + step * (x - problem.input))
      step = 4 * step
    end
    if witness and witness.margin < options.threshold then return end
    if witness and (not best or witness.distance < best.distance) then best = witness end
  end

  test(problem.input)
  if not best then test((verify.attack(dense, problem))) end
  if best then best = pull(dense, problem, best, options.threshold) end

  local encoding, excuse = verify.encode(dense, problem, {
    bounds = options.bounds,
    objective = "distance",
    threshold = options.threshold,
  })
  local solution, reason = nil, excuse
  if encoding then
    solution, reason = encoding.model:solve {
      solver = options.solver,
      time_limit_s = math.max(options.time_limit_s - (system.clock() - start), 0),
      start = best and encoding:complete(best.input),
      on_incumbent = function(event) test(event:values(encoding.inputs)) end,
    }
  end
  if solution and solution.has_point then test(solution:values(encoding.inputs)) end
  if best then best = pull(dense, problem, best, options.threshold) end
  local bound = solution and encoding:distance_bound(solution) or 0
  -- A witness that is nearer would show that the solver went wrong numerically.
  if best and best.distance < bound then
    reason = ("the solver's bound %.9g is refuted by a witness at distance %.9g"):format(bound, best.distance)
    bound = 0
  end
  return {
    witness = best,
    distance = best and best.distance,
    bound = bound,
    reason = reason,
    status = solution and solution.status or "refused",
    seconds = system.clock() - start,
  }
end

return distance
