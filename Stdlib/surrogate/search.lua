--- A search for the best point of a model with networks in it: one clock, and the one place where a point becomes the
--- best and a number becomes a bound.
---
--- Stages get the run and may be anybody's: `run:test` completes a point by forward passes of the dense networks and
--- keeps it if it satisfies the model and is better than all before; `run:improve` looks for a better one around it;
--- `run:prove` solves the model itself. Neither the point nor the bound lies in the run, where a stage could reach it.
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

local search = {}

---@class vnn.surrogate.Improvement
---@field seconds number from the start
---@field objective number
---@field source string "gradient", "relaxation", "incumbent", "refined", "piece", "walk", "dense", or a name that a
---  stage of your own gives

--- A search that is under way, as stages see it. They may keep more in it.
---@class vnn.surrogate.Run
---@field model vnn.Model a copy of the model; it accepts the model's handles
---@field blocks vnn.Block[] of that copy
---@field options vnn.surrogate.OptimizeOptions with their defaults
---@field random vnn.Random seeded by `options.seed`
---@field user_rows vnn.Constraint[] the rows that no block added
---@field result table<string, any> what stages have to tell; fields of the result, beside those that decide
local Run = {}
Run.__index = Run
Run.__name = "vnn.surrogate.Run"

---@class vnn.surrogate.State
---@field model vnn.Model a copy that nobody else has
---@field sign 1|-1 of the objective: 1 if it is maximised
---@field whole integer[] columns of the user's integer variables
---@field point vnn.Tensor? the best one
---@field objective number?
---@field mistake { message: any, is_raised: boolean }? of `on_improvement`

---@type table<vnn.surrogate.Run, table>
local states = setmetatable({}, { __mode = "k" })

--- How far a point may be from satisfying the model, as for a solver's.
local tolerance = 1e-6

--- Kinds of variables whose values need not be whole.
local fractional = { continuous = true, semicontinuous = true }

local function indices(variables)
  local list = {}
  for position = 1, variables.count do list[position] = variables[position].index end
  return list
end

--- The columns of a block's inputs and outputs, one list for each row of a batch.
---@param block vnn.Block
---@return { inputs: integer[], outputs: integer[] }[]
local function rows_of(block)
  local inputs, outputs, rows = block.inputs, block.outputs, {}
  if #inputs.shape == 1 then return { { inputs = indices(inputs), outputs = indices(outputs) } } end
  for row = 1, #inputs do rows[row] = { inputs = indices(inputs[row]), outputs = indices(outputs[row]) } end
  return rows
end

--- Begins a search; its clock runs from here.
---
--- ```lua
--- local milp, nn = require "vnn.milp", require "vnn.nn"
--- local search = require "vnn.surrogate.search"
--- local model = milp.model()
--- local x = model:variables(2, { upper = 1 })
--- model:maximize(model:embed(nn.mlp({ 2, 4, 1 }, { seed = 1 }), x).outputs[1])
--- local run = search.begin(model, { time_limit_s = 1, solver = "glpk", seed = 0 })
--- local zeros = {}
--- for column = 1, model.columns do zeros[column] = 0 end
--- print(run:test(zeros, "mine"), #search.finish(run).trace) --> true	1
--- ```
---@param model vnn.Model with at least one block
---@param options vnn.surrogate.OptimizeOptions with `time_limit_s`, `solver` and `seed`
---@return vnn.surrogate.Run
function search.begin(model, options)
  settings.expect("search.begin", 1, model, "vnn.Model")
  settings.expect("search.begin", 2, options, "a table")
  local copy, start = model:copy(), system.clock()
  local run = setmetatable({
    model = copy,
    blocks = copy:blocks(),
    options = settings.joined(options),
    random = tensor.random(options.seed),
    result = {},
  }, Run)
  local inner, whole, own = {}, {}, model:copy()
  run.networks, run.columns, run.switches = {}, {}, {}
  for position, block in ipairs(run.blocks) do
    run.networks[position], run.columns[position] = block.network, rows_of(block)
    for _, column in ipairs(indices(block.switches:flatten())) do
      inner[column] = true
      run.switches[#run.switches + 1] = column
    end
  end
  for _, variable in ipairs(copy:all_variables()) do
    local column = variable.index
    if not inner[column] and not fractional[copy:kind(variable)] then whole[#whole + 1] = column end
  end
  states[run] = {
    model = own,
    blocks = own:blocks(),
    networks = {},
    columns = {},
    sign = model.sense == "maximize" and 1 or -1,
    whole = whole,
    options = options,
    result = run.result,
    start = start,
    interrupts = system.interrupt_count(),
    trace = {},
    clocks = {},
  }
  local state = states[run]
  for position, block in ipairs(state.blocks) do
    state.networks[position], state.columns[position] = block.network, rows_of(block)
  end
  local is_inner = {}
  for _, block in ipairs(run.blocks) do
    for _, row in ipairs(block.constraints) do is_inner[row.index] = true end
  end
  run.user_rows = {}
  for _, row in ipairs(copy:all_constraints()) do
    if not is_inner[row.index] then run.user_rows[#run.user_rows + 1] = row end
  end
  return run
end

local function state_of(run, place)
  local state = states[run]
  if not state then error(("search.%s: expected a run of search.begin, got %s"):format(place, type(run)), 3) end
  return state
end

--- Seconds since the start.
---@param run vnn.surrogate.Run
---@return number
function search.elapsed(run) return system.clock() - state_of(run, "elapsed").start end

--- Seconds that are left: 0 once the limit is reached, Ctrl-C has come, or `on_improvement` has ended the search.
---@param run vnn.surrogate.Run
---@return number
function search.remaining(run)
  local state = state_of(run, "remaining")
  if not state.stopped and system.interrupt_count() > state.interrupts then state.stopped = true end
  if state.stopped then return 0 end
  return math.max(state.options.time_limit_s - (system.clock() - state.start), 0)
end

--- Whether an objective is better than another, by more than rounding.
---@param run vnn.surrogate.Run
---@param objective number
---@param other number? nil is worse than all
---@return boolean
function search.better(run, objective, other)
  local sign = state_of(run, "better").sign
  return other == nil or sign * (objective - other) > 1e-9 * math.max(1, math.abs(other))
end

--- A point with everything that follows from the blocks' inputs: hidden columns and outputs by forward passes, in the
--- order of the blocks, so that chains are completed as well. Whole variables that are nearly whole are made so.
---@param run vnn.surrogate.Run
---@param point vnn.Tensor|number[] of which numbers beyond the model's columns are left out
---@return vnn.Tensor
function search.complete(run, point)
  local state = state_of(run, "complete")
  local values = type(point) == "table" and point or point:table()
  local model, list = state.model, table.move(values, 1, state.model.columns, 1, {})
  for _, column in ipairs(state.whole) do
    local nearest = math.floor(list[column] + 0.5)
    if math.abs(nearest - list[column]) < 1e-5 then list[column] = nearest end
  end
  point = model:complete(list)
  for position, block in ipairs(state.blocks) do
    -- Outputs that were there before the block are the user's own, which completion leaves as they are.
    if block:error(point) > 0 then
      for _, row in ipairs(state.columns[position]) do
        local x = {}
        for input, column in ipairs(row.inputs) do x[input] = point[column] end
        local y = state.networks[position]:forward(x)
        for output, column in ipairs(row.outputs) do point[column] = y[output] end
      end
      point = model:complete(point)
    end
  end
  return point
end

--- Tells `on_improvement` of a better point. What goes wrong in it ends the search, and is raised by whoever began it:
--- a stage may stop what is raised in here.
local function tell(state, event)
  local told, answer = pcall(state.options.on_improvement, event)
  local what, expected = "on_improvement: its result", '"stop" or nothing'
  local is_answer, message = pcall(settings.expect, "surrogate.optimize", what, answer, expected, 0)
  if not told then
    state.mistake = { message = answer, is_raised = true }
  elseif not is_answer then
    state.mistake = { message = message, is_raised = false }
  end
  state.stopped = state.mistake ~= nil or answer == "stop"
end

--- Completes a point, and keeps it where it satisfies the model within a solver's tolerance and is better than all
--- before.
---@param run vnn.surrogate.Run
---@param point vnn.Tensor|number[] one number per column; those that blocks added do not matter
---@param source string where it comes from
---@return boolean kept
function search.test(run, point, source)
  local state = state_of(run, "test")
  settings.expect("search.test", 3, source, "a string")
  point = search.complete(run, point)
  local objective = state.model:objective_value(point)
  if not search.better(run, objective, state.objective) then return false end
  local violation = state.model:violation(point).largest
  if violation > tolerance or violation ~= violation then return false end
  state.point, state.objective = point, objective
  local entry = { seconds = search.elapsed(run), objective = objective, source = source }
  state.trace[#state.trace + 1] = entry
  if state.options.on_improvement and not state.stopped then
    tell(state, settings.joined(entry, { point = point:copy() }))
  end
  return true
end

--- The best point so far and its objective.
---@param run vnn.surrogate.Run
---@return vnn.Tensor? point a copy
---@return number? objective
function search.best(run)
  local state = state_of(run, "best")
  return state.point and state.point:copy(), state.objective
end

--- Solves the model itself from the best point so far: the only way to a bound.
---@param run vnn.surrogate.Run
---@param options { time_limit_s: number, on_incumbent?: function, on_relaxation?: function }
---@return vnn.Solution? solution
---@return string? message of a solver that is not there
function search.prove(run, options)
  local state = state_of(run, "prove")
  settings.check("search.prove", options, { "time_limit_s", "on_incumbent", "on_relaxation" })
  local solution, message = state.model:solve(settings.joined(options, {
    solver = state.options.solver,
    time_limit_s = math.min(options.time_limit_s or math.huge, search.remaining(run)),
    start = state.point,
  }))
  if not solution then return nil, message end
  if solution.has_point then search.test(run, solution:point(), "dense") end
  local bound = solution.bound
  if bound and (state.bound == nil or state.sign * (bound - state.bound) < 0) then state.bound = bound end
  if solution.status == "optimal" or solution.status == "infeasible" or solution.status == "unbounded" then
    state.status, state.proved = solution.status, solution.objective
  end
  state.result.nodes, state.result.warnings = solution.nodes, solution.warnings
  return solution
end

--- Whether the model's own solve has settled the question: with the best point, or without any.
---@param run vnn.surrogate.Run
---@return boolean
function search.settled(run)
  local state = state_of(run, "settled")
  if state.status == "optimal" then
    local scale = math.max(1, math.abs(state.proved))
    return state.objective ~= nil and state.sign * (state.proved - state.objective) <= 1e-6 * scale
  end
  return state.status ~= nil and state.objective == nil
end

--- Calls `work` and adds its seconds to the result's clocks.
---@param run vnn.surrogate.Run
---@param stage string
---@param work fun(run: vnn.surrogate.Run)
function search.timed(run, stage, work)
  local state = state_of(run, "timed")
  settings.expect("search.timed", 3, work, "a function")
  local before = system.clock()
  local done, message = xpcall(work, function(message)
    return ("stage '%s': %s"):format(stage, debug.traceback(tostring(message), 2))
  end, run)
  state.clocks[stage] = (state.clocks[stage] or 0) + system.clock() - before
  if done then return end
  state.stopped, state.failure = true, state.failure or message
  -- Without a point there is nothing that the error could lose.
  if not state.point then error(message, 0) end
end

--- What went wrong in `on_improvement`, if anything did.
---@param run vnn.surrogate.Run
---@return { message: any, is_raised: boolean }? mistake what it raised, or what is wrong with what it returned
function search.mistake(run) return state_of(run, "mistake").mistake end

--- Ends the search.
---@param run vnn.surrogate.Run
---@return vnn.surrogate.Optimum
function search.finish(run)
  local state = state_of(run, "finish")
  local result = settings.joined(state.result)
  result.solution, result.gap = nil, nil
  if state.point then
    -- A solve that may do nothing but look at its start: the point as a solution, which claims no bound.
    result.solution = state.model:solve { solver = state.options.solver, start = state.point, time_limit_s = 0 }
  end
  local objective, bound = state.objective, state.bound
  local status, remaining = objective and "feasible" or "unknown", search.remaining(run)
  if search.settled(run) then
    status = state.status
  elseif state.stopped then
    status = "stopped"
  elseif remaining == 0 then
    status = "limit"
  end
  result.status, result.objective, result.bound = status, objective, bound
  if objective and bound then
    result.gap = objective == bound and 0 or math.abs(objective - bound) / math.abs(objective)
  end
  result.trace, result.clocks, result.failure = state.trace, state.clocks, state.failure
  -- Whoever has not asked for the mistake is told of it here.
  if state.mistake then result.failure = tostring(state.mistake.message) end
  result.seconds = search.elapsed(run)
  return result
end

for _, name in ipairs { "elapsed", "remaining", "better", "complete", "test", "best", "prove" } do
  Run[name] = search[name]
end

--- The methods of every run, to which modules of this room add theirs.
search.methods = Run

return search
