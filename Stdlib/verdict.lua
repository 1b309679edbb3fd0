--- How a verdict comes about: the one place where a point becomes a witness, and a proof is taken for one.
---
--- A search for an adversarial input is a run: it has one clock, one question, and two ways to an end. `test` takes
--- points and keeps the first, or if asked for the best, that passes the independent recheck on the dense network;
--- `accepts` asks proofs whether they are about that network and this problem. Everything else ends as "unknown".
---
--- Stages get the run and may be anybody's, so nothing that decides lies in it: what does is in a table of this file,
--- and whoever runs stages calls the functions of this module, not the run's methods, which a stage can replace.
local milp = require "vnn.milp"
local settings = require "vnn.settings"
local system = require "vnn.system"
local verify = require "vnn.verify"

local verdict = {}

---@class vnn.verdict.Result
---@field verdict "adversarial"|"already_adversarial"|"robust"|"unknown"
---@field decided_by string? what settled it: "input", "refined", "bounds", "incumbent", "relaxation" or "milp"; a
---  variant's name where that found the witness, and a stage's in a portfolio
---@field proof vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil what proved "robust"; a table holds the
---  encoding and the solution of a finished MILP
---@field reason string? "no admissible input" where the constraints leave none, so that "robust" says little; of
---  "unknown", what a solver or a stage could not do, where something could not be done
---@field warnings string[]? what the solver did not trust itself with
---@field witness vnn.Witness? the rechecked adversarial input
---@field first_hit_s number? seconds from the start to the first candidate that passed the recheck
---@field seconds number seconds in all
---@field first_hit_processor_s number? the same in seconds of the processor; of a solver that is a program of its own
---  with all that its solve took
---@field first_hit_nodes integer? nodes of the search tree until then, where a solve found it
---@field first_hit_iterations integer? simplex iterations likewise: with the nodes the work that a hit took, which no
---  clock and no other program on the machine can change
---@field clocks table<string, number> seconds spent on "tighten", "build" and "solve", and on "refute" where a model
---  without a point had to be proved one; or on every stage of a portfolio
---@field processor_clocks table<string, number> the same in seconds of the processor
---@field status string? how the solver ended
---@field objective number? the best margin of the embedded network that the solver found
---@field bound number? the solver's bound on that margin
---@field nodes integer? nodes of the search tree
---@field iterations integer? simplex iterations
---@field unstable integer? neurons of the embedded network that the bounds left undecided
---@field binaries integer? binary variables of the model: of undecided neurons, and of rivals where the target is any
---@field candidates integer how many points were tested on the dense network
---@field rate number? where a cascade found its witness: the pruning rate of the embedded network

---@class vnn.verdict.Candidate
---@field x vnn.Tensor
---@field source string where it came from: "input", "refined", "incumbent", "relaxation", or a variant's or a stage's
---  name
---@field seconds number from the start
---@field objective number? the embedded network's margin as the solver gives it: of an incumbent or a relaxation
---@field witness vnn.Witness? what it became, if it passed the recheck

---@class vnn.verdict.Options
---@field time_limit_s number seconds for everything together
---@field limit_in? "wall"|"processor" which seconds those are (default: "wall")
---@field on_candidate? fun(candidate: vnn.verdict.Candidate) told of every point, after its test
---@field confirm? fun(witness: vnn.Witness): any asked about every witness, after the recheck; one for which it returns
---  no true value is none
---@field best? boolean whether the witness with the largest margin is kept, and not the first (default: false)

--- A search that is under way, as stages see it. They may keep more in it; the question cannot be changed.
---@class vnn.verdict.Run
---@field dense vnn.Network a copy of the network in question
---@field problem vnn.Problem a copy as well
---@field options vnn.verdict.Options a copy
---@field result table<string, any> what stages have to tell; in the end the result's fields, beside those that decide
---@field elapsed fun(run: vnn.verdict.Run): number this and the following are the functions of `vnn.verdict`
---@field remaining fun(run: vnn.verdict.Run): number
---@field timed fun(run: vnn.verdict.Run, stage: string, work: function, ...: any): any, any
---@field solve fun(run: vnn.verdict.Run, model: vnn.Model, options: table): vnn.Solution?, string?
---@field test fun(run: vnn.verdict.Run, x: vnn.Tensor, source: string, objective?: number): vnn.Witness?
---@field found fun(run: vnn.verdict.Run): vnn.Witness?
---@field accepts fun(run: vnn.verdict.Run, proof: any, place?: string): boolean
local Run = {}

---@class vnn.verdict.State
---@field dense vnn.Network a copy of the network in question, which nobody else has
---@field problem vnn.Problem likewise
---@field shown { dense: vnn.Network, problem: vnn.Problem } copies for stages
---@field options vnn.verdict.Options as they were given
---@field result table<string, any> what stages tell
---@field allowance number seconds from the start that the run may take
---@field start number
---@field processor_start number
---@field clocks table<string, number>
---@field processor_clocks table<string, number>
---@field elsewhere number processor seconds of other programs
---@field candidates integer
---@field source string? where the kept witness came from
---@field witness vnn.Witness?
---@field proof any
---@field reason string?

--- What is known of each run, where no stage reaches it.
---@type table<vnn.verdict.Run, vnn.verdict.State>
local states = setmetatable({}, { __mode = "k" })

--- What is known of a run, or an error on the script's line for what is none.
local function state_of(run, place)
  local state = states[run]
  if not state then
    error(("verdict.%s: expected a run of verdict.begin, got %s"):format(place, type(run)), 3)
  end
  return state
end

local Metatable = { __metatable = "vnn.verdict.Run" }

function Metatable.__index(run, key) return states[run].shown[key] or Run[key] end

function Metatable.__newindex(run, key, value)
  if states[run].shown[key] then error(("the question is fixed: run.%s cannot be assigned"):format(key), 2) end
  rawset(run, key, value)
end

--- Begins a search; its clock runs from here.
---
--- ```lua
--- local nn, verdict, verify = require "vnn.nn", require "vnn.verdict", require "vnn.verify"
--- local dense = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local class = dense:top_classes({ 0.5, 0.5 }, 1)[1]
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.5, class = class }
--- local run = verdict.begin(dense, problem, { time_limit_s = 1 })
--- print(run:test(problem.input, "input"), verdict.finish(run).verdict) --> nil	unknown
--- ```
---@param dense vnn.Network the network in question
---@param problem vnn.Problem
---@param options vnn.verdict.Options
---@return vnn.verdict.Run
function verdict.begin(dense, problem, options)
  settings.expect("verdict.begin", 1, dense, "vnn.Network")
  settings.expect("verdict.begin", 2, problem, "vnn.Problem")
  settings.expect("verdict.begin", 3, options, "a table")
  local run = { options = settings.joined(options), result = {} }
  states[run] = {
    dense = dense:copy(),
    problem = problem:copy(),
    shown = { dense = dense:copy(), problem = problem:copy() },
    options = options,
    result = run.result,
    allowance = options.time_limit_s,
    start = system.clock(),
    processor_start = system.processor_clock(),
    clocks = {},
    processor_clocks = {},
    elsewhere = 0,
    candidates = 0,
  }
  return setmetatable(run, Metatable)
end

--- The clock of a limit.
---@param place string the function that has the option, for the message
---@param limit_in string
---@return fun(): number seconds
function verdict.clock(place, limit_in)
  if limit_in == "processor" then return system.processor_clock end
  if limit_in == "wall" then return system.clock end
  error(("%s: limit_in: expected wall or processor, got '%s'"):format(place, tostring(limit_in)), 3)
end

--- What the solver of an option can do: `milp.capabilities`, whose error about an unknown name gets the function's.
---@param place string the function that has the option, for the message
---@param name string
---@return vnn.milp.SolverFacts? facts nil when the solver is not on this machine
---@return string? message with the command that gets it
function verdict.solver(place, name)
  local known, facts, missing = pcall(milp.capabilities, name)
  if not known then error(("%s: %s"):format(place, tostring(facts):gsub("^.-:%d+: ", "", 1)), 3) end
  return facts, missing
end

--- Seconds since the start.
---@param run vnn.verdict.Run
---@return number
function verdict.elapsed(run) return system.clock() - state_of(run, "elapsed").start end

--- Seconds that were spent, by the clock of the limit.
local function spent(state)
  local is_processor = state.options.limit_in == "processor"
  return is_processor and system.processor_clock() - state.processor_start + state.elsewhere
    or system.clock() - state.start
end

--- Seconds that are left, by the clock of the limit, 0 or more.
---@param run vnn.verdict.Run
---@return number
function verdict.remaining(run)
  local state = state_of(run, "remaining")
  return math.max(state.allowance - spent(state), 0)
end

--- Gives a run so many seconds from now, in place of those that are left.
---@param run vnn.verdict.Run
---@param seconds number
function verdict.allow(run, seconds)
  local state = state_of(run, "allow")
  settings.expect("verdict.allow", 2, seconds, "a number")
  state.allowance = spent(state) + seconds
end

--- Calls `work` and adds its seconds to the result's clocks called `stage`.
---@param run vnn.verdict.Run
---@param stage string
---@param work function
---@param ... any what it is called with
---@return any value its first two results
---@return any message
function verdict.timed(run, stage, work, ...)
  local state = state_of(run, "timed")
  settings.expect("verdict.timed", 3, work, "a function")
  local before, processor_before = system.clock(), system.processor_clock()
  local value, message = work(...)
  local clocks, processor = state.clocks, state.processor_clocks
  clocks[stage] = (clocks[stage] or 0) + system.clock() - before
  processor[stage] = (processor[stage] or 0) + system.processor_clock() - processor_before
  return value, message
end

--- Solves a model as the stage "solve", with the processor seconds that a solver's own program takes: this process's
--- clock has none of them, and the solution all.
---@param run vnn.verdict.Run
---@param model vnn.Model
---@param options table of `Model:solve`
---@return vnn.Solution? solution
---@return string? message
function verdict.solve(run, model, options)
  local state = state_of(run, "solve")
  local start, had_hit = system.processor_clock(), state.first_hit_s ~= nil
  local solution, message = verdict.timed(run, "solve", model.solve, model, options)
  if not solution then return nil, message end
  local elsewhere = math.max(solution.processor_seconds - (system.processor_clock() - start), 0)
  state.elsewhere = state.elsewhere + elsewhere
  state.processor_clocks.solve = state.processor_clocks.solve + elsewhere
  if state.first_hit_s and not had_hit then
    state.first_hit_processor_s = state.first_hit_processor_s + elsewhere
  end
  return solution
end

--- A proof and a witness of one question: one of them is wrong, and nobody can say which.
local function contradiction(state)
  error(("a defect of vnnlua: the same question has a proof and a witness: %s proves that there is no adversarial "
    .. "input, and %s (from %s) is one. Please report it with the network and the problem."):format(
    tostring(state.proof), tostring(state.witness), state.source), 0)
end

--- Evaluates the dense network at a point; a hit counts only if the independent recheck agrees. The first is kept, or
--- with the option `best` the one with the largest margin.
---
--- Raises an error where the question has a proof already that there is none.
---@param run vnn.verdict.Run
---@param x vnn.Tensor
---@param source string where it comes from
---@param objective? number the embedded network's margin there, as the solver gives it
---@return vnn.Witness? witness nil when the point is none
function verdict.test(run, x, source, objective)
  local state = state_of(run, "test")
  state.candidates = state.candidates + 1
  local witness = verify.check(state.dense, state.problem, x)
  local confirm, tell = state.options.confirm, state.options.on_candidate
  if witness and confirm and not confirm(witness) then witness = nil end
  local kept = state.witness
  if witness and (not kept or state.options.best and witness.margin > kept.margin) then
    state.witness, state.source = witness, source
    if not state.first_hit_s then
      state.first_hit_s = verdict.elapsed(run)
      state.first_hit_processor_s = system.processor_clock() - state.processor_start + state.elsewhere
    end
    if state.proof then contradiction(state) end
  end
  if tell then
    tell { x = x, source = source, seconds = verdict.elapsed(run), objective = objective, witness = witness }
  end
  return witness
end

--- The witness that is kept, if there is one by now.
---@param run vnn.verdict.Run
---@return vnn.Witness?
function verdict.found(run) return state_of(run, "found").witness end

--- Asks a proof, of whatever kind, whether it is one about the dense network and this problem; then it is kept. Only
--- native objects are asked, each by its class's own code: a script can make none of its own.
---
--- Raises an error where the question has a witness already.
---@param run vnn.verdict.Run
---@param proof vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil a table holds `encoding` and `solution`
---@param place? string who gave it, for the error about what is none
---@return boolean
function verdict.accepts(run, proof, place)
  if not proof then return false end
  local state = state_of(run, "accepts")
  local object, solution = proof, nil
  if type(proof) == "table" then object, solution = rawget(proof, "encoding"), rawget(proof, "solution") end
  -- A stage that returns its witness has nothing more to say.
  if state.witness and rawequal(object, state.witness) then return false end
  local proves, reason = verify.proves_robust(object, state.dense, state.problem, solution)
  if proves == nil then
    local got = type(object) == "userdata" and tostring(object) or type(proof)
    error(("%s: expected a proof or nothing, got %s"):format(place or "accepts", got), 0)
  end
  if proves then
    state.proof, state.reason = proof, reason
    if state.witness then contradiction(state) end
  end
  return proves
end

--- Ends the search. The verdict is what there is a witness or a proof for, and "unknown" without either.
---@param run vnn.verdict.Run
---@param decided_by? string what settled it; "input" is the unchanged input, or what the constraints make of it
---@return vnn.verdict.Result
function verdict.finish(run, decided_by)
  local state, result = state_of(run, "finish"), {}
  for key, value in next, state.result do result[key] = value end
  result.verdict, result.witness, result.proof = "unknown", state.witness, nil
  if state.witness then
    result.verdict = state.witness.unchanged and "already_adversarial" or "adversarial"
  elseif state.proof then
    result.verdict, result.proof, result.reason = "robust", state.proof, state.reason
  end
  result.decided_by, result.seconds, result.candidates = decided_by, verdict.elapsed(run), state.candidates
  result.clocks, result.processor_clocks = state.clocks, state.processor_clocks
  result.first_hit_s, result.first_hit_processor_s = state.first_hit_s, state.first_hit_processor_s
  return result
end

--- Where the kept witness came from.
---@param run vnn.verdict.Run
---@return string?
function verdict.source(run) return state_of(run, "source").source end

for _, name in ipairs { "elapsed", "remaining", "timed", "solve", "test", "found", "accepts" } do
  Run[name] = verdict[name]
end

return verdict
