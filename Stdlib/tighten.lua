--- Optimization-based bound tightening (OBBT): bounds by linear programs over the network's relaxation, the rung above
--- backward linear bounds. Which neurons are worth a program, and in which order, is decided here.
---
--- Solvers only propose: every bound is computed anew from their duals, with outward rounding, by `Relaxation:bound`.
local settings = require "vnn.settings"
local system = require "vnn.system"
local verify = require "vnn.verify"

local tighten = {}

---@class vnn.tighten.Options
---@field bounds? vnn.Bounds the rung to start from (default: backward ones)
---@field solver? string of the linear programs (default: "glpk")
---@field time_limit_s? number seconds for everything together (default: 10)
---@field target? boolean make a second pass in which the target is assumed to win, y_target >= y_class: tighter bounds,
---  which hold for counterexamples only and prove nothing about other problems (default: false)

--- The undecided neurons of a layer, the most valuable first.
local function undecided(relaxation, layer, importance)
  local bounds, positions = relaxation.bounds:layer(layer), {}
  local lower, upper = bounds.lower:table(), bounds.upper:table()
  for neuron = 1, #lower do
    if lower[neuron] < 0 and upper[neuron] > 0 then positions[#positions + 1] = neuron end
  end
  table.sort(positions, function(a, b)
    local left, right = importance[layer][a], importance[layer][b]
    if left ~= right then return left > right end
    return a < b
  end)
  return positions
end

--- One linear program: what it is aimed at is bounded, nil if time is up or the solver refuses or has no duals to give.
local function bound(relaxation, options, deadline, ...)
  local limit = deadline - system.clock()
  if limit <= 0 then return nil end
  relaxation:aim(...)
  local solution = relaxation.model:solve { solver = options.solver, time_limit_s = limit }
  return solution and relaxation:bound(solution)
end

--- Bounds the undecided neurons of one layer from both sides until `deadline`.
local function tighten_layer(relaxation, layer, options, deadline)
  local importance = relaxation:importance()
  for _, neuron in ipairs(undecided(relaxation, layer, importance)) do
    for _, side in ipairs { "upper", "lower" } do
      if system.clock() >= deadline then return end
      local value = bound(relaxation, options, deadline, side, layer, neuron)
      if relaxation.empty then return end
      -- Decided by its upper side: nothing is gained by the lower one.
      if side == "upper" and value and value <= 0 then break end
    end
  end
end

--- Bounds from the first hidden layer that a linear program can improve to the last, each with what the layers below
--- have gained.
local function pass(network, problem, bounds, options, deadline, target)
  -- The first layer's bounds are exact already, unless more than the region is known.
  local first = (target or #problem.constraints > 0) and 1 or 2
  local hidden = network.depth - 1
  local knows_outputs = target
  for _, constraint in ipairs(problem.constraints) do knows_outputs = knows_outputs or constraint.outputs ~= nil end
  local relaxation
  for layer = first, hidden do
    local now = system.clock()
    if now >= deadline then break end
    relaxation = verify.relax(network, problem, {
      bounds = bounds,
      depth = not knows_outputs and layer - 1 or nil,
      target = target,
    })
    if first == 1 then bound(relaxation, options, deadline, "admissibility") end
    if not relaxation.empty then
      tighten_layer(relaxation, layer, options, now + (deadline - now) / (hidden - layer + 1))
    end
    bounds = relaxation.bounds
    if relaxation.empty then break end
    -- What is known of this layer helps those above at once.
    bounds = verify.bounds(network, problem, { bounds = bounds })
  end
  return bounds, relaxation
end

--- Tightens preactivation bounds by linear programs under one time budget: layer by layer, and in each first the
--- neurons whose relaxation costs the margin's bound most.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- local tighten = require "vnn.tighten"
--- local dense = nn.mlp({ 6, 8, 8, 3 }, { seed = 1 })
--- local input = tensor.full({ 6 }, 0.5)
--- local best, second = table.unpack(dense:top_classes(input, 2))
--- local problem = verify.problem { input = input, norm = "l1", epsilon = 1, class = best, target = second }
--- local before = verify.bounds(dense, problem)
--- local after = tighten.bounds(dense, problem, { bounds = before })
--- print(after.certified, after:margin_upper_bound() <= before:margin_upper_bound()) --> true	true
--- ```
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? vnn.tighten.Options
---@return vnn.Bounds? bounds never wider than those it started from; nil where such bounds overflow
---@return vnn.Relaxation|string|nil relaxation the last one, which knows more if it came upon a proof
---  (`proves_robust`); or the message
function tighten.bounds(network, problem, options)
  settings.expect("tighten.bounds", 1, network, "vnn.Network")
  settings.expect("tighten.bounds", 2, problem, "vnn.Problem")
  options = settings.of("tighten.bounds", options, { solver = "glpk", time_limit_s = 10, target = false }, { "bounds" })
  settings.expect("tighten.bounds", "bounds", options.bounds, "vnn.Bounds or nothing")
  local start = system.clock()
  local deadline = start + options.time_limit_s
  local middle = options.target and start + options.time_limit_s / 2 or deadline
  local from, message = options.bounds, nil
  if not from then from, message = verify.bounds(network, problem) end
  if not from then return nil, message end
  local bounds, relaxation = pass(network, problem, from, options, middle, false)
  if options.target and not (relaxation and relaxation.empty) then
    bounds, relaxation = pass(network, problem, bounds, options, deadline, true)
  end
  return bounds, relaxation
end

--- Tries to prove by linear programs alone that a problem has no adversarial input: first that no input is admissible,
--- where there are constraints, then that no rival's margin reaches 0.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- local tighten = require "vnn.tighten"
--- local dense = nn.mlp({ 4, 6, 3 }, { seed = 1 })
--- local input = tensor.full({ 4 }, 0.5)
--- local problem = verify.problem {
---   input = input, norm = "l1", epsilon = 0.5, class = dense:top_classes(input, 1)[1],
---   constraints = { { inputs = { 1, 1, 1, 1 }, relation = ">=", right = 3 } },
--- }
--- local proof = tighten.prove(dense, problem)
--- print(proof:proves_robust(dense, problem)) --> true	no admissible input
--- ```
---@param network vnn.Network the dense network
---@param problem vnn.Problem
---@param options? { bounds?: vnn.Bounds, solver?: string, time_limit_s?: number } (default: backward ones, "glpk", 10)
---@return vnn.Relaxation? relaxation ask it whether it `proves_robust`; nil where the network's numbers are too large
---@return string? message
function tighten.prove(network, problem, options)
  settings.expect("tighten.prove", 1, network, "vnn.Network")
  settings.expect("tighten.prove", 2, problem, "vnn.Problem")
  options = settings.of("tighten.prove", options, { solver = "glpk", time_limit_s = 10 }, { "bounds" })
  settings.expect("tighten.prove", "bounds", options.bounds, "vnn.Bounds or nothing")
  local deadline = system.clock() + options.time_limit_s
  local relaxation, message = verify.relax(network, problem, { bounds = options.bounds })
  if not relaxation then return nil, message end
  if #problem.constraints > 0 then
    bound(relaxation, options, deadline, "admissibility")
    if relaxation.empty then return relaxation end
  end
  for rival = 1, network.outputs do
    if (rival ~= problem.class or network.outputs == 1) and rival == (problem.target or rival) then
      local margin = bound(relaxation, options, deadline, "margin", rival)
      -- One rival that may win is enough to leave the question open.
      if not margin or margin >= 0 then break end
    end
  end
  return relaxation
end

return tighten
