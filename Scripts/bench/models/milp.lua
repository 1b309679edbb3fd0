--- Figures of the modelling layer: building and loading a verification model, and what callbacks cost.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- Calls `work` several times and returns the least wall seconds and the last result: the machine is shared.
local function best_of(count, work)
  local least, result = math.huge, nil
  for _ = 1, count do
    local start = system.clock()
    result = work()
    least = math.min(least, system.clock() - start)
  end
  return least, result
end

--- The 784-64x4-10 network of the target, its parameters drawn at random and none of them zero, and a problem whose
--- budget leaves most ReLUs undecided.
local function verification()
  local network = nn.mlp({ 784, 64, 64, 64, 64, 10 }, { seed = 2, initialization = "kaiming_uniform" })
  local random = tensor.random(2)
  local input = random:uniform { 784 }
  local best, second = table.unpack(network:top_classes(input, 2))
  local problem = verify.problem {
    input = input,
    lower = 0,
    upper = 1,
    norm = "l1",
    epsilon = 5,
    rows = 28,
    class = best,
    target = second,
  }
  return network, problem
end

local function bench_building(options)
  local network, problem = verification()
  -- The coarsest bounds leave the most to the model.
  local bounds = verify.bounds(network, problem, { method = "interval", over = "box" })
  local build, encoding = best_of(options.repeats, function()
    return verify.encode(network, problem, { bounds = bounds })
  end)
  local model = encoding.model
  -- With no time at all a solver loads the model and returns.
  local load = best_of(options.repeats, function() return model:solve { time_limit_s = 0 } end)
  print(("%s; %s"):format(network, model))
  print(("build %.2f ms, load into glpk %.2f ms, together %.2f ms"):format(
    1e3 * build,
    1e3 * load,
    1e3 * (build + load)
  ))
  if options.out ~= "" then
    assert(network:save(options.out .. "/network.safetensors"))
    assert(problem:save(options.out .. "/problem.json"))
  end

  -- The same matrix from tensors, by a script.
  local rows = best_of(options.repeats, function()
    local layers = milp.model "layers"
    local x = layers:variables(784, { upper = 1 })
    for k = 1, network.depth do
      local layer = network:layer(k)
      local y = layers:variables(layer.outputs, { lower = -1e3, upper = 1e3 })
      layers:add_rows({ { layer.weight, x }, { -1, y } }, "==", -layer.bias)
      x = y
    end
    return layers
  end)
  print(("all layers by add_rows %.2f ms"):format(1e3 * rows))
end

--- A knapsack with many rows whose search takes some thousand nodes.
local function hard(count, rows, seed)
  math.randomseed(seed)
  local model = milp.model "hard"
  local take = model:variables(count, { kind = "binary" })
  local value = {}
  for i = 1, count do value[i] = 0 end
  for _ = 1, rows do
    local weights, total = {}, 0
    for i = 1, count do
      weights[i] = math.random(1000)
      value[i] = value[i] + (weights[i] + math.random(300)) / rows
      total = total + weights[i]
    end
    model:constrain(milp.dot(weights, take), "<=", total // 2)
  end
  model:maximize(milp.dot(value, take))
  return model, take
end

--- Alternating solves with and without a handler: the least processor seconds of each, and the last solution.
local function alternate(model, repeats, plain, handled)
  local least, solution = { math.huge, math.huge }, nil
  for _ = 1, repeats do
    for which, options in ipairs { plain, handled } do
      solution = model:solve(options)
      least[which] = math.min(least[which], solution.processor_seconds)
    end
  end
  return least[1], least[2], solution
end

local function bench_relaxations(options)
  local model = hard(80, 10, 7)
  local calls = 0
  local plain, handled = alternate(
    model,
    options.repeats,
    { node_limit = options.nodes },
    { node_limit = options.nodes, on_relaxation = function() calls = calls + 1 end }
  )
  print(("%d nodes: %.1f ms, with an on_relaxation that does nothing %.1f ms (%+.2f %%), %d events each"):format(
    options.nodes,
    1e3 * plain,
    1e3 * handled,
    100 * (handled / plain - 1),
    calls // options.repeats
  ))
end

--- Incumbents as fast as they can come: a chain of submitted points, each better than the last.
local function bench_incumbents()
  local count = 20000
  local model = milp.model "steps"
  local x = model:variable { kind = "integer", upper = count }
  local half = model:variable { kind = "integer", upper = 2 * count }
  -- A fractional relaxation keeps the search alive.
  model:constrain(2 * half - 2 * x, "<=", 1)
  model:maximize(half)
  local function climb(on_incumbent)
    local step = 0
    local solution = model:solve {
      -- GLPK would find the best point at once by itself.
      options = { sr_heur = "off", pp_tech = "none" },
      on_relaxation = function() return { submit = { 0, 0 } } end,
      on_incumbent = function(event)
        step = step + 1
        return on_incumbent(event, step)
      end,
    }
    return solution, step
  end
  local start = system.clock()
  local solution, steps = climb(function(_, step)
    if step < count then return { submit = { step, step } } end
    return "stop"
  end)
  local seconds = system.clock() - start
  print(("%d incumbent events, each answered with a point: %.2f µs per event (%s)"):format(
    steps,
    1e6 * seconds / steps,
    solution.status
  ))
end

--- How long after a callback's "stop" the solve returns.
local function bench_stops()
  for _, solver in ipairs(milp.solvers()) do
    for event in pairs(solver.events or {}) do
      local asked
      local solution = hard(80, 10, 7):solve {
        solver = solver.name,
        time_limit_s = 10,
        ["on_" .. event] = function()
          asked = asked or system.clock()
          return "stop"
        end,
      }
      print(("%s: %s %.2f ms after a stop in on_%s"):format(
        solver.name,
        solution.status,
        1e3 * (system.clock() - asked),
        event
      ))
    end
  end
end

return {
  name = "milp",
  description = "Measures building, loading and callbacks.",
  options = {
    { name = "repeats", default = 7, minimum = 1, help = "how often each figure is taken; the best counts" },
    { name = "nodes", default = 3000, minimum = 1, help = "nodes of the search with relaxation events" },
    { name = "out", default = "", help = "an existing folder for the network and the problem, for other programs" },
  },
  run = function(options)
    bench_building(options)
    bench_relaxations(options)
    bench_incumbents()
    bench_stops()
  end,
}
