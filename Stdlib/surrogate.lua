--- Algorithm 1 of "Optimization over Trained (and Sparse) Neural Networks: A Surrogate within a Surrogate" (Pham, Ren,
--- Tahir, Tong, Serra 2025), written so that its lines can be found again, its variants, and the portfolio around it.
local milp = require "vnn.milp"
local names = require "vnn.names"
local prune = require "vnn.prune"
local system = require "vnn.system"
local tighten = require "vnn.tighten"
local verify = require "vnn.verify"

local surrogate = {}

---@class vnn.surrogate.Options
---@field solver? string name of the MILP solver (default: "glpk")
---@field time_limit_s? number seconds for everything together: bounds, model and search (default: 60)
---@field bounds? "interval"|"backward"|"optimized" how preactivation bounds are computed (default: "backward")
---@field over? "region"|"box" what the bounds know: the whole region, or its box alone, as interval arithmetic that
---  ignores epsilon does (default: "region")
---@field relaxations? boolean whether node relaxations are candidates too, where the solver shows them (default: true)
---@field input? boolean whether the unchanged input is a candidate (default: true)
---@field stop? boolean whether the first candidate that passes ends the search; without it the solver goes on to
---  optimality or the limit, and the result is still that first one (default: true)
---@field on_candidate? fun(candidate: vnn.surrogate.Candidate) told of every point, after its test
---@field variant? "plain"|"polish"|"region_lp"|"remove_region" what is done with an incumbent that is no hit: nothing,
---  walk along the dense network's linear pieces from it, take the best point of the embedded network's piece, or
---  exclude that piece from the search (default: "plain")

---@class vnn.surrogate.Candidate
---@field x vnn.Tensor
---@field source string where it came from: "input", "incumbent", "relaxation" or a variant's name
---@field seconds number from the start
---@field objective number? the embedded network's margin as the solver gives it: of an incumbent or a relaxation
---@field witness vnn.Witness? what it became, if it passed the recheck

---@class vnn.surrogate.Result
---@field verdict "adversarial"|"already_adversarial"|"robust"|"unknown"
---@field decided_by string? what settled it: "input", "bounds", "incumbent", "relaxation" or "milp"; a variant's name
---  where that found the witness, and a stage's where `decide` was called
---@field proof vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil what proved "robust"; a table holds the
---  encoding and the solution of a finished MILP
---@field reason string? "no admissible input" where the constraints leave none, so that "robust" says little
---@field witness vnn.Witness? the rechecked adversarial input
---@field first_hit_s number? seconds from the start to the first candidate that passed the recheck
---@field seconds number seconds in all
---@field first_hit_processor_s number? the same in seconds of the processor
---@field clocks table<string, number> seconds spent on "tighten", "build" and "solve", or on every stage of `decide`
---@field processor_clocks table<string, number> the same in seconds of the processor
---@field status string? how the solver ended
---@field objective number? the best margin of the embedded network that the solver found
---@field bound number? the solver's bound on that margin
---@field nodes integer? nodes of the search tree
---@field unstable integer? neurons of the embedded network that the bounds left undecided
---@field binaries integer? ReLUs of the embedded network that the bounds left undecided
---@field candidates integer how many points were tested on the dense network
---@field rate number? where a cascade found its witness: the pruning rate of the embedded network

local defaults = {
  solver = "glpk",
  time_limit_s = 60,
  bounds = "backward",
  over = "region",
  relaxations = true,
  input = true,
  stop = true,
  on_candidate = function() end,
  variant = "plain",
}

local function with_defaults(known, options)
  local merged = {}
  for key, value in pairs(known) do merged[key] = value end
  for key, value in pairs(options or {}) do
    if known[key] == nil then error("surrogate: unknown option '" .. tostring(key) .. "'", 3) end
    merged[key] = value
  end
  return merged
end

--- One search for one witness: the clock, the result, and the only way in which a point becomes a witness.
local Run = {}
Run.__index = Run

local function new_run(dense, problem, options)
  local run = setmetatable({ dense = dense, problem = problem, options = options }, Run)
  run.start, run.processor_start = system.clock(), system.processor_clock()
  run.result = { verdict = "unknown", clocks = {}, processor_clocks = {}, candidates = 0 }
  return run
end

function Run:elapsed() return system.clock() - self.start end
function Run:remaining() return math.max(self.options.time_limit_s - self:elapsed(), 0) end

--- Calls `work` and adds its seconds to the clocks called `stage`.
function Run:timed(stage, work, ...)
  local before, processor_before = system.clock(), system.processor_clock()
  local value, message = work(...)
  local clocks, processor = self.result.clocks, self.result.processor_clocks
  clocks[stage] = (clocks[stage] or 0) + system.clock() - before
  processor[stage] = (processor[stage] or 0) + system.processor_clock() - processor_before
  return value, message
end

function Run:finish(verdict, decided_by)
  self.result.verdict, self.result.decided_by, self.result.seconds = verdict, decided_by, self:elapsed()
  return self.result
end

--- Lines 3 to 6: evaluate the dense network at x; a hit is kept only if the independent recheck agrees.
function Run:test(x, source, objective)
  local result = self.result
  result.candidates = result.candidates + 1
  local witness = verify.check(self.dense, self.problem, x)
  local confirm = self.options.confirm
  if witness and confirm and not confirm(witness) then witness = nil end
  if witness and not result.witness then
    result.witness, result.first_hit_s, self.source = witness, self:elapsed(), source
    result.first_hit_processor_s = system.processor_clock() - self.processor_start
  end
  local tell = self.options.on_candidate
  if tell then
    tell { x = x, source = source, seconds = self:elapsed(), objective = objective, witness = witness }
  end
  return witness
end

--- Lines before the first: x0 itself, or what the constraints make of it, may be all that is looked for.
function Run:test_input()
  if not self:test(self.problem.input, "input") then return nil end
  return self:finish(self.problem:contains(self.problem.input) and "already_adversarial" or "adversarial", "input")
end

--- Whether a stage's proof, of whatever kind, is one about the dense network and this problem; then it is kept.
function Run:accepts(proof, stage)
  if not proof then return false end
  local proves, reason
  if type(proof) == "userdata" then
    proves, reason = proof:proves_robust(self.dense, self.problem)
  elseif type(proof) == "table" and proof.encoding then
    proves, reason = proof.encoding:proves_robust(proof.solution, self.dense, self.problem)
  else
    error(("surrogate.decide: stage '%s': expected a proof or nothing, got %s"):format(stage, type(proof)), 0)
  end
  if proves then self.result.proof, self.result.reason = proof, reason end
  return proves
end

--- Walks along the linear pieces of an encoded network from x: fix the activation pattern at x, maximise the margin in
--- that piece and the region by a linear program, go on in the piece where its solution is, until nothing improves.
---
--- ```lua
--- local data, nn = require "vnn.data", require "vnn.nn"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
--- local protocol, surrogate, verify = require "vnn.protocol", require "vnn.surrogate", require "vnn.verify"
--- local problem = assert(protocol.problem(dense, digits, 3))
--- local best, margin = surrogate.walk(verify.encode(dense, problem), problem.input)
--- print(margin > 0, problem:contains(best, 1e-6)) --> true	true
--- ```
---@param encoding vnn.Encoding the encoding whose pieces are walked; its model is left as it is
---@param x vnn.Tensor where the walk begins
---@param options? { solver?: string, steps?: integer, time_limit_s?: number, test?: fun(x: vnn.Tensor): any } a `test`
---  that returns a true value ends the walk (default: "glpk", 8 steps, 10 seconds)
---@return vnn.Tensor x the best point
---@return number? margin its margin on the encoded network; nil if no linear program was solved
function surrogate.walk(encoding, x, options)
  options = with_defaults(
    { solver = "glpk", steps = 8, time_limit_s = 10, test = function() end },
    options
  )
  local model, best = encoding.model:copy(), nil
  local deadline = system.clock() + options.time_limit_s
  for _ = 1, options.steps do
    model:fix(encoding.switches, encoding:pattern(x))
    local limit = math.max(deadline - system.clock(), 0)
    local solution = assert(model:solve { solver = options.solver, time_limit_s = limit })
    if not solution.has_point or (best and solution.objective <= best + 1e-7) then break end
    best, x = solution.objective, solution:values(encoding.inputs)
    if options.test(x) then break end
  end
  return x, best
end

--- What each variant does with an incumbent x of the embedded network that is no hit.
local variants = {}

function variants.plain() end

function variants.polish(run, x)
  run.pieces = run.pieces or verify.encode(run.dense, run.problem)
  surrogate.walk(run.pieces, x, {
    solver = run.options.solver,
    time_limit_s = run:remaining(),
    test = function(point) return run:test(point, "polish") end,
  })
end

function variants.region_lp(run, x)
  -- The solver's model must stay as it is while it is being solved: the piece is one of a second encoding.
  run.pieces = run.pieces or verify.encode(run.embedded, run.problem, { bounds = run.bounds })
  local solver, limit = run.options.solver, run:remaining()
  run:test(surrogate.walk(run.pieces, x, { solver = solver, steps = 1, time_limit_s = limit }), "region_lp")
end

--- Nothing happens at incumbents: `exclude` removes every activation pattern before it becomes one.
function variants.remove_region() end

--- A no-good row against the pattern of a relaxation whose switches are all whole: that piece has been seen.
local function exclude(switches, values)
  -- Σ of the switches that are on, minus those that are off, is largest at this very pattern.
  local signs, on = {}, 0
  if #values == 0 then return nil end
  for position = 1, #values do
    local value = values[position]
    if value > 1e-6 and value < 1 - 1e-6 then return nil end
    signs[position] = value > 0.5 and 1 or -1
    on = on + (value > 0.5 and 1 or 0)
  end
  return { lazy_rows = { { milp.dot(signs, switches), "<=", on - 1 } } }
end

--- A solver's word that a model has no point is no proof. Where constraints may be the reason, linear programs with
--- duals can be one, or a second model that measures how far from a point the first one is.
local function refute(run)
  local limit = run:remaining()
  local solver = run.options.solver
  if run:accepts(tighten.prove(run.dense, run.problem, { solver = solver, time_limit_s = limit })) then return true end
  local encoding = verify.encode(run.embedded, run.problem, { bounds = run.bounds, objective = "admissibility" })
  local solution = assert(encoding.model:solve { solver = solver, time_limit_s = run:remaining() })
  return run:accepts { encoding = encoding, solution = solution }
end

--- Searches for an adversarial input of `dense` by solving the problem on `embedded`, usually a pruned copy of it.
---
--- Every point that the solver finds is tested on the dense network inside the solver's callback, and the search ends
--- at the first one that passes the independent recheck. When `embedded` is the dense network itself this is the
--- direct solve, and only then can the verdict be "robust": a finished pruned model proves nothing about the dense
--- network, so without a witness it is "unknown". (`proves_robust` refuses every network but the one that was bounded
--- or encoded, so a mistake here could not make a wrong proof.)
---
--- ```lua
--- local data, nn, prune = require "vnn.data", require "vnn.nn", require "vnn.prune"
--- local protocol, surrogate = require "vnn.protocol", require "vnn.surrogate"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
--- local problem = assert(protocol.problem(dense, digits, 3))
--- local result = surrogate.find(dense, prune.apply(dense, { rate = 0.5 }), problem, { time_limit_s = 20 })
--- print(result.verdict, result.witness.margin > 0) --> adversarial	true
--- ```
---@param dense vnn.Network the network in question
---@param embedded vnn.Network the network that is put into the MILP
---@param problem vnn.Problem region, class and target
---@param options? vnn.surrogate.Options
---@return vnn.surrogate.Result
function surrogate.find(dense, embedded, problem, options)
  options = with_defaults(defaults, options)
  local react = variants[options.variant]
  if not react then error("surrogate: unknown variant '" .. tostring(options.variant) .. "'", 2) end
  local run = new_run(dense, problem, options)
  local result = run.result
  run.embedded = embedded

  if options.input and run:test_input() then return result end

  local choice = { method = options.bounds, over = options.over }
  local bounds = run:timed("tighten", verify.bounds, embedded, problem, choice)
  result.unstable = bounds.unstable
  if run:accepts(bounds) then return run:finish("robust", "bounds") end
  local encoding = run:timed("build", verify.encode, embedded, problem, { bounds = bounds })
  result.binaries = encoding.binaries
  run.bounds, run.encoding = bounds, encoding

  local handlers, removes = {}, options.variant == "remove_region"
  -- Line 2: a solution (x, y^S) of the embedded network's model.
  function handlers.on_incumbent(event)
    local x = event:values(encoding.inputs)
    if run:test(x, "incumbent", event.objective) and options.stop then return "stop" end
    if not result.witness then react(run, x) end
    if result.witness and options.stop then return "stop" end
  end
  -- The x of a node's relaxation is a candidate like any other, and a forward pass of the embedded network turns it
  -- into a solution of the model, which the solver may keep as an incumbent.
  function handlers.on_relaxation(event)
    local x = event:values(encoding.inputs)
    if run:test(x, "relaxation", event.objective) and options.stop then return "stop" end
    if removes then return exclude(encoding.switches, event:values(encoding.switches)) end
    return { submit = encoding:complete(x) }
  end
  local solver = assert(milp.capabilities(options.solver))
  if not (options.relaxations or removes) or not solver.events.relaxation then handlers.on_relaxation = nil end

  -- Line 1: while trying to solve VNN(S, epsilon, x, j, j').
  local model = encoding.model
  local solution = assert(run:timed("solve", model.solve, model, {
    solver = options.solver,
    time_limit_s = run:remaining(),
    on_incumbent = handlers.on_incumbent,
    on_relaxation = handlers.on_relaxation,
    answers = removes and { "stop", "lazy_rows" } or nil,
  }))
  result.status, result.objective, result.bound = solution.status, solution.objective, solution.bound
  result.nodes = solution.nodes

  -- Line 5, then line 9.
  if result.witness then return run:finish("adversarial", run.source) end
  if run:accepts { encoding = encoding, solution = solution } then return run:finish("robust", "milp") end
  if solution.status == "infeasible" and #problem.constraints > 0 and run:timed("exclude", refute, run) then
    return run:finish("robust", "milp")
  end
  return run:finish "unknown"
end

--- Solves the model of the dense network itself: the baseline that a surrogate has to beat, and the way to a proof.
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.Options
---@return vnn.surrogate.Result
function surrogate.solve_directly(dense, problem, options) return surrogate.find(dense, dense, problem, options) end

---@class vnn.surrogate.CascadeOptions : vnn.surrogate.Options
---@field rates? number[] pruning rates, tried from the sparsest to the densest; 0 is the dense network, which alone can
---  prove anything (default: 0.95, 0.9, 0.8, 0.5, 0)
---@field criterion? string|fun(layer: vnn.Layer): vnn.Tensor what to prune (default: "magnitude")
---@field share? number part of the remaining time that every rate but the last may use (default: 0.3)

--- Solves pruned copies one after the other, the sparsest first: the sparser the faster, the denser the surer.
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.CascadeOptions
---@return vnn.surrogate.Result result of the last copy that was solved, with the seconds of all of them
function surrogate.cascade(dense, problem, options)
  local known = { rates = { 0.95, 0.9, 0.8, 0.5, 0 }, criterion = "magnitude", share = 0.3 }
  for key, value in pairs(defaults) do known[key] = value end
  options = with_defaults(known, options)
  local rates = table.move(options.rates, 1, #options.rates, 1, {})
  table.sort(rates, function(a, b) return a > b end)
  local inner = {}
  for key in pairs(defaults) do inner[key] = options[key] end

  local start, processor_start = system.clock(), system.processor_clock()
  local clocks, processor_clocks, candidates, result = {}, {}, 0, nil
  local function add(total, clock)
    for stage, seconds in pairs(clock) do total[stage] = (total[stage] or 0) + seconds end
  end
  for position, rate in ipairs(rates) do
    local remaining = math.max(options.time_limit_s - (system.clock() - start), 0)
    inner.time_limit_s = position == #rates and remaining or options.share * remaining
    local embedded = rate == 0 and dense or prune.apply(dense, { criterion = options.criterion, rate = rate })
    local before, processor_before = system.clock() - start, system.processor_clock() - processor_start
    result = surrogate.find(dense, embedded, problem, inner)
    result.rate = rate
    if result.first_hit_s then
      result.first_hit_s = before + result.first_hit_s
      result.first_hit_processor_s = processor_before + result.first_hit_processor_s
    end
    candidates = candidates + result.candidates
    add(clocks, result.clocks)
    add(processor_clocks, result.processor_clocks)
    if result.verdict ~= "unknown" then break end
  end
  if not result then error("surrogate.cascade: expected at least one rate", 2) end
  result.clocks, result.processor_clocks = clocks, processor_clocks
  result.candidates, result.seconds = candidates, system.clock() - start
  return result
end

--- The stages of `surrogate.decide`. Each takes the run: `run.dense`, `run.problem`, `run.options`, `run:remaining()`,
--- `run:test(x)`, which keeps a witness; and returns a proof that there is none, if it has one: bounds, a search, or
--- `{ encoding = …, solution = … }`. A stage is not believed: the proof itself is asked about the dense network and
--- the problem. Add your own by name.
---@type table<string, fun(run: table): vnn.Bounds|vnn.Search|vnn.Relaxation|vnn.Difference|table|nil>
surrogate.stages = {}

--- Gradients: most adversarial inputs are found here within a millisecond.
function surrogate.stages.attack(run)
  local options = { restarts = run.options.restarts, seed = run.options.seed }
  run:test(verify.attack(run.dense, run.problem, options), "attack")
end

--- Backward linear bounds, alone enough for the easiest proofs.
function surrogate.stages.bounds(run)
  run.bounds = verify.bounds(run.dense, run.problem)
  return run.bounds
end

--- Linear programs over the relaxed network: whether the constraints leave an input at all, and whether any of those
--- can be adversarial.
function surrogate.stages.programs(run)
  local options = { bounds = run.bounds, solver = run.options.solver, time_limit_s = 0.2 * run:remaining() }
  return tighten.prove(run.dense, run.problem, options)
end

--- The branch and bound for some seconds, from where it was left before.
local function search(run, seconds)
  local limits = { time_limit_s = seconds }
  if run.search then
    run.search:resume(limits)
  else
    limits.bounds = run.bounds
    run.search = verify.branch_and_bound(run.dense, run.problem, limits)
  end
  local found = run.search
  run.result.nodes, run.result.bound, run.result.status = found.nodes, found.bound, found.status
  if found.witness then run:test(found.point, "search") end
  return found
end

--- A short branch and bound, which settles most of what is left.
function surrogate.stages.glance(run) return search(run, 0.1 * run:remaining()) end

--- Algorithm 1 with pruned copies, the sparsest first, for a fifth of the time.
function surrogate.stages.surrogates(run)
  local result = surrogate.cascade(run.dense, run.problem, {
    rates = run.options.rates,
    solver = run.options.solver,
    time_limit_s = 0.2 * run:remaining(),
  })
  if result.witness then run:test(result.witness.input, "surrogates") end
end

--- The same search for the rest of the time.
function surrogate.stages.search(run) return search(run, run:remaining()) end

--- A proof through a surrogate: the densest pruned copy's largest margin, by the search, plus what the dense network's
--- can be above it. Only where little was pruned, or little of it matters, is the sum negative.
function surrogate.stages.difference(run)
  local rate = math.min(table.unpack(run.options.rates))
  local pruned = prune.apply(run.dense, { criterion = "magnitude", rate = rate })
  local difference = verify.difference(run.dense, pruned, run.problem)
  -- The copy's largest margin is at least the one at x0.
  local room = -difference.bound - run.problem:margin(pruned:forward(run.problem.input))
  if room <= 0 then return end
  difference:conclude(verify.branch_and_bound(pruned, run.problem, {
    gap = 0.1 * room,
    time_limit_s = 0.5 * run:remaining(),
  }))
  return difference
end

--- The MILP of the dense network: slower than the search as a rule, and independent of it.
function surrogate.stages.milp(run)
  local result = surrogate.solve_directly(run.dense, run.problem, {
    solver = run.options.solver,
    time_limit_s = run:remaining(),
  })
  if result.witness then run:test(result.witness.input, "milp") end
  return result.proof
end

---@class vnn.surrogate.DecideOptions
---@field time_limit_s? number seconds for everything together (default: 60)
---@field solver? string MILP solver of the surrogates (default: "glpk")
---@field stages? string[] names in `surrogate.stages`, in their order (default: "attack", "bounds", "glance",
---  "surrogates", "search"; with constraints "attack", "bounds", "programs", "glance", "surrogates", "milp")
---@field rates? number[] pruning rates of the surrogates (default: 0.95, 0.9, 0.8, 0.5)
---@field restarts? integer random starts of the attack (default: 4)
---@field seed? integer of those starts (default: 0)
---@field confirm? fun(witness: vnn.Witness): any asked about every witness, after the recheck; the search goes on after
---  one for which it returns no true value (default: all are taken)

--- Settles whether `dense` has an adversarial input by every means on one clock: the first witness or proof wins, and
--- `decided_by` names its stage.
---
--- ```lua
--- local data, nn = require "vnn.data", require "vnn.nn"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
--- local protocol, surrogate = require "vnn.protocol", require "vnn.surrogate"
--- local problem = assert(protocol.problem(dense, digits, 3))
--- print(surrogate.decide(dense, problem, { time_limit_s = 30 }).verdict) --> adversarial
--- ```
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.DecideOptions
---@return vnn.surrogate.Result
function surrogate.decide(dense, problem, options)
  options = with_defaults({
    time_limit_s = 60,
    solver = "glpk",
    stages = #problem.constraints == 0 and { "attack", "bounds", "glance", "surrogates", "search" }
      or { "attack", "bounds", "programs", "glance", "surrogates", "milp" },
    rates = { 0.95, 0.9, 0.8, 0.5 },
    restarts = 4,
    seed = 0,
    confirm = function() return true end,
  }, options)
  -- All of them before the first begins: a name that is wrong must not depend on how far the search gets.
  for _, name in ipairs(options.stages) do
    if not surrogate.stages[name] then
      local known = {}
      for stage in pairs(surrogate.stages) do known[#known + 1] = stage end
      local suggestion = names.suggestion(tostring(name), known)
      error(("surrogate.decide: unknown stage '%s'%s"):format(tostring(name), suggestion), 2)
    end
  end
  local run = new_run(dense, problem, options)
  if run:test_input() then return run.result end
  for _, name in ipairs(options.stages) do
    if run:remaining() > 0 then
      local proof = run:timed(name, surrogate.stages[name], run)
      if run.result.witness then return run:finish("adversarial", name) end
      if run:accepts(proof, name) then return run:finish("robust", name) end
    end
  end
  return run:finish "unknown"
end

return surrogate
