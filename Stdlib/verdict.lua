--- How a verdict comes about: the one place where a point becomes a witness, and a proof is taken for one.
---
--- A search for an adversarial input is a run: it has one clock, one result, and two ways to an end. `Run:test` takes
--- points and keeps the first that passes the independent recheck on the dense network; `Run:accepts` asks proofs
--- whether they are about that network and this problem. Everything else ends as "unknown".
local system = require "vnn.system"
local verify = require "vnn.verify"

local verdict = {}

---@class vnn.verdict.Result
---@field verdict "adversarial"|"already_adversarial"|"robust"|"unknown"
---@field decided_by string? what settled it: "input", "bounds", "incumbent", "relaxation" or "milp"; a variant's name
---  where that found the witness, and a stage's in a portfolio
---@field proof vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil what proved "robust"; a table holds the
---  encoding and the solution of a finished MILP
---@field reason string? "no admissible input" where the constraints leave none, so that "robust" says little; of
---  "unknown", what a solver or a stage could not do, where something could not be done
---@field warnings string[]? what the solver did not trust itself with
---@field witness vnn.Witness? the rechecked adversarial input
---@field first_hit_s number? seconds from the start to the first candidate that passed the recheck
---@field seconds number seconds in all
---@field first_hit_processor_s number? the same in seconds of the processor
---@field clocks table<string, number> seconds spent on "tighten", "build" and "solve", and on "refute" where a model
---  without a point had to be proved one; or on every stage of a portfolio
---@field processor_clocks table<string, number> the same in seconds of the processor
---@field status string? how the solver ended
---@field objective number? the best margin of the embedded network that the solver found
---@field bound number? the solver's bound on that margin
---@field nodes integer? nodes of the search tree
---@field unstable integer? neurons of the embedded network that the bounds left undecided
---@field binaries integer? binary variables of the model: of undecided neurons, and of rivals where the target is any
---@field candidates integer how many points were tested on the dense network
---@field rate number? where a cascade found its witness: the pruning rate of the embedded network

---@class vnn.verdict.Candidate
---@field x vnn.Tensor
---@field source string where it came from: "input", "incumbent", "relaxation", or a variant's or a stage's name
---@field seconds number from the start
---@field objective number? the embedded network's margin as the solver gives it: of an incumbent or a relaxation
---@field witness vnn.Witness? what it became, if it passed the recheck

---@class vnn.verdict.Options
---@field time_limit_s number seconds for everything together
---@field on_candidate? fun(candidate: vnn.verdict.Candidate) told of every point, after its test
---@field confirm? fun(witness: vnn.Witness): any asked about every witness, after the recheck; one for which it returns
---  no true value is none

--- A search that is under way. Whoever searches may keep more in it.
---@class vnn.verdict.Run
---@field dense vnn.Network
---@field problem vnn.Problem
---@field options vnn.verdict.Options
---@field result vnn.verdict.Result
---@field source string? where the first witness came from
local Run = {}
Run.__index = Run

--- The witness and the proof of each run. They are nowhere that a stage could put one itself.
---@type table<vnn.verdict.Run, { witness: vnn.Witness?, proof: any, reason: string? }>
local evidence = setmetatable({}, { __mode = "k" })

--- Begins a search; its clock runs from here.
---
--- ```lua
--- local nn, verdict, verify = require "vnn.nn", require "vnn.verdict", require "vnn.verify"
--- local dense = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local class = dense:top_classes({ 0.5, 0.5 }, 1)[1]
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.5, class = class }
--- local run = verdict.begin(dense, problem, { time_limit_s = 1 })
--- print(run:test(problem.input, "input"), run:finish().verdict) --> nil	unknown
--- ```
---@param dense vnn.Network the network in question
---@param problem vnn.Problem
---@param options vnn.verdict.Options
---@return vnn.verdict.Run
function verdict.begin(dense, problem, options)
  local run = setmetatable({ dense = dense, problem = problem, options = options }, Run)
  run.start, run.processor_start = system.clock(), system.processor_clock()
  run.result = { clocks = {}, processor_clocks = {}, candidates = 0 }
  evidence[run] = {}
  return run
end

--- Seconds since the start.
---@return number
function Run:elapsed() return system.clock() - self.start end

--- Seconds that are left, 0 or more.
---@return number
function Run:remaining() return math.max(self.options.time_limit_s - self:elapsed(), 0) end

--- Calls `work` and adds its seconds to the result's clocks called `stage`.
---@param stage string
---@param work function
---@param ... any what it is called with
---@return any value its first two results
---@return any message
function Run:timed(stage, work, ...)
  local before, processor_before = system.clock(), system.processor_clock()
  local value, message = work(...)
  local clocks, processor = self.result.clocks, self.result.processor_clocks
  clocks[stage] = (clocks[stage] or 0) + system.clock() - before
  processor[stage] = (processor[stage] or 0) + system.processor_clock() - processor_before
  return value, message
end

--- Evaluates the dense network at a point; a hit counts only if the independent recheck agrees. The first is kept.
---@param x vnn.Tensor
---@param source string where it comes from
---@param objective? number the embedded network's margin there, as the solver gives it
---@return vnn.Witness? witness nil when the point is none
function Run:test(x, source, objective)
  local result = self.result
  result.candidates = result.candidates + 1
  local witness = verify.check(self.dense, self.problem, x)
  local confirm = self.options.confirm
  if witness and confirm and not confirm(witness) then witness = nil end
  if witness and not self:found() then
    evidence[self].witness, result.first_hit_s, self.source = witness, self:elapsed(), source
    result.first_hit_processor_s = system.processor_clock() - self.processor_start
  end
  local tell = self.options.on_candidate
  if tell then
    tell { x = x, source = source, seconds = self:elapsed(), objective = objective, witness = witness }
  end
  return witness
end

--- The first witness, if there is one by now.
---@return vnn.Witness?
function Run:found() return evidence[self].witness end

--- Asks a proof, of whatever kind, whether it is one about the dense network and this problem; then it is kept. Only
--- native objects are asked: a script can make none of its own.
---@param proof vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil a table holds `encoding` and `solution`
---@param place? string who gave it, for the error about what is none
---@return boolean
function Run:accepts(proof, place)
  if not proof then return false end
  local asked = type(proof) == "table" and proof.encoding or proof
  if type(asked) ~= "userdata" then
    error(("%s: expected a proof or nothing, got %s"):format(place or "accepts", type(asked)), 0)
  end
  local proves, reason
  if asked == proof then
    proves, reason = proof:proves_robust(self.dense, self.problem)
  else
    proves, reason = asked:proves_robust(proof.solution, self.dense, self.problem)
  end
  if proves then evidence[self].proof, evidence[self].reason = proof, reason end
  return proves
end

--- Ends the search. The verdict is what there is a witness or a proof for, and "unknown" without either.
---@param decided_by? string what settled it; "input" is the unchanged input, or what the constraints make of it
---@return vnn.verdict.Result
function Run:finish(decided_by)
  local result, kept = self.result, evidence[self]
  result.verdict, result.witness, result.proof = "unknown", kept.witness, nil
  if kept.witness then
    local is_unchanged = decided_by == "input" and kept.witness.moved == 0
    result.verdict = is_unchanged and "already_adversarial" or "adversarial"
  elseif kept.proof then
    result.verdict, result.proof, result.reason = "robust", kept.proof, kept.reason
  end
  result.decided_by, result.seconds = decided_by, self:elapsed()
  return result
end

return verdict
