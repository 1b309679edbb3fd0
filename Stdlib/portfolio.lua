--- Every means at once: settles whether a network has an adversarial input by stages on one clock, of which the first
--- witness or proof wins.
local names = require "vnn.names"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local surrogate = require "vnn.surrogate"
local tighten = require "vnn.tighten"
local verdict = require "vnn.verdict"
local verify = require "vnn.verify"

local portfolio = {}

--- The stages of `portfolio.decide`. Each takes the run: `run.dense`, `run.problem`, `run.options`, `run:remaining()`,
--- `run:test(x, source)`, which keeps a witness; and returns a proof that there is none, if it has one: bounds, a
--- search, or `{ encoding = …, solution = … }`. A stage is not believed: the proof itself is asked about the dense
--- network and the problem. Add your own by name.
---@type table<string, fun(run: vnn.verdict.Run): vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil>
portfolio.stages = {}

--- A share of the time that is left: less of it for a stage that has settled nothing on questions like this one.
local function seconds_of(run, stage, share)
  return share * (run.options.experience[stage] or 1) * run:remaining()
end

--- No experience makes a stage's share smaller than this part of it.
local least_part = 1 / 8

--- Stages that go on, or have more of a chance, with more time.
local lasting = { small = true, search = true, milp = true }

--- Keeps what a stage was worth: one that settles a question has its whole share of the next, any other half of what it
--- had. What too little time was given for has shown nothing.
local function learn(run, stage, has_settled)
  if lasting[stage] then return end
  local experience = run.options.experience
  experience[stage] = has_settled and 1 or math.max((experience[stage] or 1) / 2, least_part)
end

--- Gradients: most adversarial inputs are found here within a millisecond.
function portfolio.stages.attack(run)
  run:test(verify.attack(run.dense, run.problem, {
    restarts = run.options.restarts,
    seed = run.options.seed,
    threads = run.options.threads,
    time_limit_s = seconds_of(run, "attack", 0.2),
  }), "attack")
end

--- Keeps why a stage could not be tried; nil.
local function leave(run, reason) run.result.reason = run.result.reason or reason end

--- The bounds that searches and models begin with; nil where weights are too large for any, which is kept.
local function bounds_of(run)
  if not run.bounds then
    local reason
    run.bounds, reason = verify.bounds(run.dense, run.problem, {
      method = "undecided",
      time_limit_s = run:remaining(),
    })
    leave(run, reason)
  end
  return run.bounds
end

--- Backward linear bounds, alone enough for the easiest proofs.
function portfolio.stages.bounds(run)
  local bounds = bounds_of(run)
  -- A search proves the same, and writes it down.
  return not run.options.certificate and bounds or nil
end

--- Linear programs over the relaxed network: whether the constraints leave an input at all, and whether any of those
--- can be adversarial.
function portfolio.stages.programs(run)
  local seconds = seconds_of(run, "programs", 0.2)
  local options = { bounds = run.bounds, solver = run.options.solver, time_limit_s = seconds }
  local relaxation, reason = tighten.prove(run.dense, run.problem, options)
  return relaxation or leave(run, reason)
end

--- The branch and bound for some seconds, from where it was left before.
local function search(run, seconds)
  local limits = { time_limit_s = seconds }
  if run.search then
    run.search:resume(limits)
  else
    limits.threads = run.options.threads
    -- What is written down includes the bounds, which have to be worked out again then.
    if run.options.certificate then
      limits.certificate, limits.condition = true, run.options.condition
    else
      limits.bounds = run.bounds
    end
    local reason
    run.search, reason = verify.branch_and_bound(run.dense, run.problem, limits)
    if not run.search then return leave(run, reason) end
  end
  local found = run.search
  run.result.nodes, run.result.bound, run.result.status = found.nodes, found.bound, found.status
  if found.witness then run:test(found.witness.input, "search") end
  return found
end

--- A short branch and bound, which settles most of what is left.
function portfolio.stages.glance(run) return search(run, seconds_of(run, "glance", 0.1)) end

--- Algorithm 1 with pruned copies, the sparsest first, for a fifth of the time.
function portfolio.stages.surrogates(run)
  local result = surrogate.cascade(run.dense, run.problem, {
    rates = run.options.rates,
    solver = run.options.solver,
    time_limit_s = seconds_of(run, "surrogates", 0.2),
  })
  if result.witness then run:test(result.witness.input, "surrogates") end
end

--- A pruned copy that is refined at its own optimum, for a fifth of the time; see `surrogate.refine`.
function portfolio.stages.refined(run)
  -- Nothing is learnt from outputs that overflow.
  if not bounds_of(run) then return end
  local sparse = prune.apply(run.dense, { rate = math.max(table.unpack(run.options.rates)), warn = false })
  surrogate.refine(run.dense, sparse, run.problem, {
    solver = run.options.solver,
    seed = run.options.seed,
    time_limit_s = seconds_of(run, "refined", 0.2),
    on_candidate = function(x, objective) return run:test(x, "refined", objective) and "stop" or nil end,
  })
end

--- The same search for the rest of the time.
function portfolio.stages.search(run) return search(run, run:remaining()) end

--- A proof through a surrogate: the densest pruned copy's largest margin, by the search, plus what the dense network's
--- can be above it. Only where little was pruned, or little of it matters, is the sum negative.
function portfolio.stages.difference(run)
  local rate = math.min(table.unpack(run.options.rates))
  local pruned = prune.apply(run.dense, { criterion = "magnitude", rate = rate, warn = false })
  local difference, reason = verify.difference(run.dense, pruned, run.problem)
  if not difference then return leave(run, reason) end
  -- The copy's largest margin is at least the one at x0.
  local room = -difference.bound - run.problem:margin(pruned:forward(run.problem.input))
  if room <= 0 then return end
  difference:conclude(verify.branch_and_bound(pruned, run.problem, {
    gap = 0.1 * room,
    time_limit_s = seconds_of(run, "difference", 0.5),
  }))
  return difference
end

--- The MILP of the dense network for some seconds.
local function solve(run, seconds, source)
  local options = { solver = run.options.solver, time_limit_s = seconds }
  local result = surrogate.solve_directly(run.dense, run.problem, options)
  if result.witness then run:test(result.witness.input, source) end
  return result.proof
end

--- Up to so many undecided neurons a MILP often takes a tenth of a second where the search takes long.
local few = 60

--- The MILP, for a quarter of the time, where few neurons are undecided and nothing has to be written down.
function portfolio.stages.small(run)
  local bounds = bounds_of(run)
  if not bounds or bounds.unstable > few or run.options.certificate then return end
  return solve(run, seconds_of(run, "small", 0.25), "small")
end

--- The MILP of the dense network: slower than the search as a rule, and independent of it.
function portfolio.stages.milp(run) return solve(run, run:remaining(), "milp") end

--- The stages that are tried where none are named. With constraints, which the bounds of the branch and bound leave
--- out, linear programs and the MILP take its place. Without, the MILP has the time that is left where a search ends
--- undecided.
---
--- ```lua
--- local stages = require("vnn.portfolio").default_stages(false)
--- print(table.concat(stages, " ")) --> attack bounds glance small surrogates search milp
--- ```
---@param constrained boolean whether the problem has constraints
---@return string[]
function portfolio.default_stages(constrained)
  if constrained then return { "attack", "bounds", "programs", "glance", "surrogates", "milp" } end
  return { "attack", "bounds", "glance", "small", "surrogates", "search", "milp" }
end

---@class vnn.portfolio.Options
---@field time_limit_s? number seconds for everything together (default: 60)
---@field solver? string solver of the linear programs and MILPs: of surrogates, and of proofs (default: "glpk")
---@field stages? string[] names in `portfolio.stages`, in their order (default: those of `portfolio.default_stages`)
---@field rates? number[] pruning rates of the surrogates (default: 0.95, 0.9, 0.8, 0.5)
---@field restarts? integer random starts of the attack (default: 4)
---@field seed? integer of those starts (default: 0)
---@field threads? integer that attack and search at once; verdicts do not depend on it (default: 1)
---@field certificate? boolean whether searches write down what they prove, for `vnn.certificate` (default: false)
---@field condition? vnn.Condition what `property:reduce` made `dense` of: certificates are about that then
---@field experience? table<string, number> of questions alike, one table for all of them: what part of its share of the
---  time a stage has, which is halved down to an eighth where it settles nothing, and whole again where it does; small,
---  search and milp, which may only have lacked time, keep theirs
---@field confirm? fun(witness: vnn.Witness): any asked about every witness, after the recheck; the search goes on after
---  one for which it returns no true value (default: all are taken)
---@field on_candidate? fun(candidate: vnn.verdict.Candidate) told of every point, after its test

--- What can go on, by the results that were given out: those without an answer, which keep their searches.
---@type table<vnn.verdict.Result, vnn.verdict.Run>
local runs = setmetatable({}, { __mode = "k" })

--- The result of a run that the stage `name` settled, or that nothing did.
local function finish(run, name)
  local result = verdict.finish(run, name)
  if result.verdict == "unknown" then runs[result] = run end
  return result
end

local function run_of(result, name)
  local run = runs[result]
  if run then return run end
  error(("portfolio.%s: argument 1: expected an unknown result of portfolio.decide, got another table"):format(name), 3)
end

--- Tries stages in their order, as long as there is time and no answer.
local function try(run, stages)
  for _, name in ipairs(stages) do
    if verdict.remaining(run) > 0 then
      local proof = verdict.timed(run, name, portfolio.stages[name], run)
      local proves = verdict.accepts(run, proof, ("portfolio.decide: stage '%s'"):format(name))
      local is_settled = proves or verdict.found(run) ~= nil
      learn(run, name, is_settled)
      if is_settled then return finish(run, name) end
    end
  end
  return finish(run)
end

--- Settles whether `dense` has an adversarial input by every means on one clock: the first witness or proof wins, and
--- `decided_by` names its stage.
---
--- ```lua
--- local data, nn = require "vnn.data", require "vnn.nn"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
--- local portfolio, protocol = require "vnn.portfolio", require "vnn.protocol"
--- local problem = assert(protocol.problem(dense, digits, 3))
--- print(portfolio.decide(dense, problem, { time_limit_s = 30 }).verdict) --> adversarial
--- ```
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.portfolio.Options
---@return vnn.verdict.Result? result which `portfolio.proceed` goes on from, where it is not settled; nil where the
---  solver is not on this machine
---@return string? message how to get it
function portfolio.decide(dense, problem, options)
  settings.expect("portfolio.decide", 1, dense, "vnn.Network")
  settings.expect("portfolio.decide", 2, problem, "vnn.Problem")
  options = settings.of("portfolio.decide", options, {
    time_limit_s = 60,
    solver = "glpk",
    stages = portfolio.default_stages(#problem.constraints > 0),
    rates = { 0.95, 0.9, 0.8, 0.5 },
    restarts = 4,
    seed = 0,
    threads = 1,
    certificate = false,
    experience = {},
  }, { "confirm", "on_candidate", "condition" })
  settings.expect("portfolio.decide", "stages", options.stages, "a list of strings")
  settings.expect("portfolio.decide", "rates", options.rates, "a list of numbers")
  settings.expect("portfolio.decide", "certificate", options.certificate, "a boolean")
  settings.expect("portfolio.decide", "experience", options.experience, "a table")
  for _, name in ipairs { "confirm", "on_candidate" } do
    settings.expect("portfolio.decide", name, options[name], "a function or nothing")
  end
  -- All of them before the first begins: a name that is wrong must not depend on how far the search gets.
  for _, name in ipairs(options.stages) do
    if not portfolio.stages[name] then
      local suggestion = names.suggestion(tostring(name), names.sorted(portfolio.stages))
      error(("portfolio.decide: unknown stage '%s'%s"):format(tostring(name), suggestion), 2)
    end
  end
  settings.limit("portfolio.decide", options.time_limit_s)
  local solver, missing = verdict.solver("portfolio.decide", options.solver)
  if not solver then return nil, missing end
  local run = verdict.begin(dense, problem, options)
  if verdict.test(run, problem.input, "input") then return finish(run, "input") end
  return try(run, options.stages)
end

--- Goes on where `portfolio.decide` left a question open, by those of its stages that use all the time there is; the
--- search begins where it was.
---
--- ```lua
--- local nn, portfolio, tensor = require "vnn.nn", require "vnn.portfolio", require "vnn.tensor"
--- local dense, input = nn.mlp({ 4, 8, 8, 3 }, { seed = 1 }), tensor.full({ 4 }, 0.5)
--- local class = dense:top_classes(input, 1)[1]
--- local problem = require("vnn.verify").problem { input = input, norm = "linf", epsilon = 0.1, class = class }
--- local result = portfolio.decide(dense, problem, { time_limit_s = 0 })
--- print(result.verdict, portfolio.proceed(result, 10).verdict ~= "unknown") --> unknown	true
--- ```
---@param result vnn.verdict.Result without an answer, of `portfolio.decide` or of this
---@param seconds number for this
---@return vnn.verdict.Result
function portfolio.proceed(result, seconds)
  settings.expect("portfolio.proceed", 1, result, "a table")
  settings.expect("portfolio.proceed", 2, seconds, "a number")
  local run = run_of(result, "proceed")
  verdict.allow(run, seconds)
  local stages = {}
  for _, name in ipairs(run.options.stages) do
    if lasting[name] then stages[#stages + 1] = name end
  end
  return try(run, stages)
end

--- Lets go of what `portfolio.proceed` would go on with: a search's open nodes may be many.
---@param result vnn.verdict.Result of `portfolio.decide` or `portfolio.proceed`
function portfolio.forget(result)
  settings.expect("portfolio.forget", 1, result, "a table")
  runs[result] = nil
end

--- Seconds that were left when a result was given, less what has passed since: with some left nothing more can be done.
---@param result vnn.verdict.Result without an answer, of `portfolio.decide` or `portfolio.proceed`
---@return number from 0
function portfolio.remaining(result)
  settings.expect("portfolio.remaining", 1, result, "a table")
  return verdict.remaining(run_of(result, "remaining"))
end

return portfolio
