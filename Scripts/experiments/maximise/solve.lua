--- One case: a problem by one method.
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
    x = result.solution and result.solution:values(problem.inputs), objective = result.objective, bound = result.bound,
    status = result.status, trace = result.trace, rounds = result.rounds, seconds = result.seconds,
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
    x = solution:values(problem.inputs), objective = solution.objective, bound = solution.bound,
    status = solution.status, trace = trace, seconds = solution.seconds,
  }
end

--- Runs a case and returns its row.
return function(case, options)
  -- One case is one thread, so that clocks of cases that run side by side mean the same.
  tensor.threads(1)
  local start = system.clock()
  local problem = problems[case.problem](case)
  local build_s = system.clock() - start
  local found = methods[case.method](problem, case, options)
  local value = found.x and problem.value(found.x)
  -- The row's value is the forward passes', and a method that believed another one is a failed case.
  if value and math.abs(value - found.objective) > 1e-5 * math.max(1, math.abs(value)) then
    return nil, ("the networks give %.9g at a point that was said to have %.9g"):format(value, found.objective)
  end
  local times, values = {}, {}
  for position, entry in ipairs(found.trace) do times[position], values[position] = entry.seconds, entry.objective end
  return {
    value = value,
    input = found.x and found.x:table(),
    found_s = times[#times],
    source = found.trace[1] and found.trace[#found.trace].source,
    trace_s = times,
    trace_value = values,
    first_round_value = found.rounds and found.rounds[1].objective,
    rounds = found.rounds and #found.rounds,
    bound = found.bound,
    status = found.status,
    build_s = build_s,
    seconds = found.seconds,
    vnnlua_version = system.version,
  }
end
