--- One case: a problem by one method.
local gallery = require "maximise.gallery"
require "maximise.penalties"
local problems = require "maximise.problems"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- What each method does with a problem: its best point's inputs and objective, and its improvements over time.
local methods = {}

local function optimized(problem, case, options, stages, more)
  local settings = { solver = options.solver, time_limit_s = options.time_limit, seed = case.seed, stages = stages }
  for name, value in pairs(more or {}) do settings[name] = value end
  local result = assert(surrogate.optimize(problem.model, settings))
  if result.failure then error(result.failure, 0) end
  return {
    solution = result.solution, objective = result.objective, bound = result.bound, status = result.status,
    trace = result.trace, rounds = result.rounds, seconds = result.seconds,
  }
end

function methods.gradients(problem, case, options)
  return optimized(problem, case, options, { "penalties" }, { restarts = options.restarts })
end

function methods.surrogate(problem, case, options)
  return optimized(problem, case, options, { "relaxation", "refined", "sparse" }, { rates = { case.prune } })
end

function methods.optimize(problem, case, options)
  return optimized(problem, case, options, nil, { restarts = options.restarts })
end

--- The MILP as it is, by the solver alone.
function methods.dense(problem, _, options)
  local solution = assert(problem.model:solve { solver = options.solver, time_limit_s = options.time_limit })
  local trace = {}
  for position, incumbent in ipairs(solution.incumbents) do
    trace[position] = { seconds = incumbent.seconds, objective = incumbent.objective, source = "dense" }
  end
  return {
    solution = solution.has_point and solution or nil, objective = solution.objective, bound = solution.bound,
    status = solution.status, trace = trace, seconds = solution.seconds,
  }
end

--- The objective of what was found, by forward passes, and its inputs; nil and a message where a method believed
--- another value.
local function checked(problem, found)
  local solution, tolerance = found.solution, 1e-5
  if not solution then return nil end
  if not problem.value then
    for _, block in ipairs(problem.model:blocks()) do
      local size = math.max(1, solution:values(block.outputs):abs():max())
      if block:error(solution) > tolerance * size then
        return nil, ("%s differs from its network by %g"):format(block, block:error(solution))
      end
    end
    return found.objective
  end
  local x = solution:values(problem.inputs)
  local value = problem.value(x)
  if math.abs(value - found.objective) > tolerance * math.max(1, math.abs(value)) then
    return nil, ("the networks give %.9g at a point that was said to have %.9g"):format(value, found.objective)
  end
  return value, nil, x
end

--- Runs a case and returns its row.
return function(case, options)
  -- One case is one thread, so that clocks of cases that run side by side mean the same.
  tensor.threads(1)
  local start = system.clock()
  local problem = (problems[case.problem] or gallery.problem)(case)
  local build_s = system.clock() - start
  local found = methods[case.method](problem, case, options)
  local value, message, x = checked(problem, found)
  if message then return nil, message end
  -- Rows say how good it is: where less is better, its opposite.
  local sign = problem.model.sense == "minimize" and -1 or 1
  local times, values = {}, {}
  for position, entry in ipairs(found.trace) do
    times[position], values[position] = entry.seconds, sign * entry.objective
  end
  local first = found.rounds and found.rounds[1].objective
  return {
    value = value and sign * value,
    input = x and x:table(),
    found_s = times[#times],
    source = found.trace[1] and found.trace[#found.trace].source,
    trace_s = times,
    trace_value = values,
    first_round_value = first and sign * first,
    rounds = found.rounds and #found.rounds,
    bound = found.bound and sign * found.bound,
    status = found.status,
    build_s = build_s,
    seconds = found.seconds,
    vnnlua_version = system.version,
  }
end
