--- Algorithm 1 of "Optimization over Trained (and Sparse) Neural Networks: A Surrogate within a Surrogate" (Pham, Ren,
--- Tahir, Tong, Serra 2025), written so that its lines can be found again, and its variants.
local milp = require "vnn.milp"
local names = require "vnn.names"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tighten = require "vnn.tighten"
local verdict = require "vnn.verdict"
local verify = require "vnn.verify"

local surrogate = {}

---@class vnn.surrogate.Options
---@field solver? string name of the MILP solver (default: "glpk")
---@field time_limit_s? number seconds for everything together: bounds, model and search (default: 60)
---@field limit_in? "wall"|"processor" which seconds those are; of the processor's the search gets as many whatever else
---  the machine does (default: "wall")
---@field bounds? string how preactivation bounds are computed, one of `verify.bound_methods` (default: "backward")
---@field over? "region"|"box" what the bounds know: the whole region, or its box alone, as interval arithmetic that
---  ignores epsilon does (default: "region")
---@field relaxations? boolean whether node relaxations are candidates too, where the solver shows them (default: true)
---@field input? boolean whether the unchanged input is a candidate (default: true)
---@field stop? boolean whether the first candidate that passes ends the search; without it the solver and the variant
---  go on to optimality or the limit, and the result is the one with the largest margin (default: true)
---@field refine? boolean whether the embedded network is refined at its own optimum first, for at most 0.3 of the time;
---  see `surrogate.refine` (default: false)
---@field confirm? fun(witness: vnn.Witness): any asked about every witness, after the recheck; one for which it returns
---  no true value is none (default: all are taken)
---@field on_candidate? fun(candidate: vnn.verdict.Candidate) told of every point, after its test
---@field variant? "plain"|"polish"|"region_lp"|"remove_region" what is done with an incumbent that is no hit: nothing,
---  walk along the dense network's linear pieces from it, take the best point of the embedded network's piece, or
---  exclude that piece from the search (default: "plain")

local defaults = {
  solver = "glpk",
  time_limit_s = 60,
  limit_in = "wall",
  bounds = "backward",
  over = "region",
  relaxations = true,
  input = true,
  stop = true,
  refine = false,
  variant = "plain",
}

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
  settings.expect("surrogate.walk", 1, encoding, "vnn.Encoding")
  settings.expect("surrogate.walk", 2, x, "vnn.Tensor")
  local known = { solver = "glpk", steps = 8, time_limit_s = 10, test = function() end }
  options = settings.of("surrogate.walk", options, known)
  local model, best = encoding.model:copy(), nil
  local deadline = system.clock() + options.time_limit_s
  for _ = 1, options.steps do
    model:fix(encoding.switches, encoding:pattern(x))
    local limit = math.max(deadline - system.clock(), 0)
    local solution = model:solve { solver = options.solver, time_limit_s = limit }
    if not solution or not solution.has_point or (best and solution.objective <= best + 1e-7) then break end
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
  if not run.pieces then return end
  surrogate.walk(run.pieces, x, {
    solver = run.options.solver,
    time_limit_s = run:remaining(),
    test = function(point) return run:test(point, "polish") and run.options.stop end,
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
  local solution = encoding and encoding.model:solve { solver = solver, time_limit_s = run:remaining() }
  return solution and run:accepts { encoding = encoding, solution = solution }
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
---@return vnn.verdict.Result? result nil where the solver is not on this machine
---@return string? message how to get it
function surrogate.find(dense, embedded, problem, options)
  settings.expect("surrogate.find", 1, dense, "vnn.Network")
  settings.expect("surrogate.find", 2, embedded, "vnn.Network")
  settings.expect("surrogate.find", 3, problem, "vnn.Problem")
  if embedded.inputs ~= dense.inputs or embedded.outputs ~= dense.outputs then
    error(("surrogate.find: argument 2: expected %d inputs and %d outputs as of the dense network, got %s"):format(
      dense.inputs, dense.outputs, embedded), 2)
  end
  options = settings.of("surrogate.find", options, defaults, { "confirm", "on_candidate" })
  for _, name in ipairs { "confirm", "on_candidate" } do
    settings.expect("surrogate.find", name, options[name], "a function or nothing")
  end
  verdict.clock("surrogate.find", options.limit_in)
  settings.limit("surrogate.find", options.time_limit_s)
  local react = variants[options.variant]
  if not react then
    local list = names.sorted(variants)
    error(("surrogate.find: variant: expected one of %s, got '%s'%s"):format(
      table.concat(list, ", "), options.variant, names.suggestion(options.variant, list)), 2)
  end
  local solver, missing = verdict.solver("surrogate.find", options.solver)
  if not solver then return nil, missing end
  local run = verdict.begin(dense, problem, settings.joined(options, { best = not options.stop }))
  local result = run.result

  if options.input and run:test(problem.input, "input") then return verdict.finish(run, "input") end

  if options.refine and embedded ~= dense then
    embedded = run:timed("refine", surrogate.refine, dense, embedded, problem, {
      solver = options.solver,
      time_limit_s = 0.3 * run:remaining(),
      limit_in = options.limit_in,
      on_candidate = function(x, objective)
        if run:test(x, "refined", objective) and options.stop then return "stop" end
      end,
    })
    if run:found() and options.stop then return verdict.finish(run, "refined") end
  end
  run.embedded = embedded

  local choice = { method = options.bounds, over = options.over, time_limit_s = run:remaining() }
  local bounds, excuse = run:timed("tighten", verify.bounds, embedded, problem, choice)
  if not bounds then
    result.reason = excuse
    return verdict.finish(run)
  end
  result.unstable = bounds.unstable
  if run:accepts(bounds) then return verdict.finish(run, "bounds") end
  local encoding
  encoding, excuse = run:timed("build", verify.encode, embedded, problem, { bounds = bounds })
  if not encoding then
    result.reason = excuse
    return verdict.finish(run)
  end
  result.binaries = encoding.binaries
  run.bounds, run.encoding = bounds, encoding

  -- What the solver has done when the first of its points is a hit.
  local function test(event, source)
    local x, is_first = event:values(encoding.inputs), not run:found()
    local witness = run:test(x, source, event.objective)
    if witness and is_first then
      result.first_hit_nodes, result.first_hit_iterations = event.nodes, event.iterations
    end
    return witness, x
  end
  local handlers, removes = {}, options.variant == "remove_region"
  -- Line 2: a solution (x, y^S) of the embedded network's model.
  function handlers.on_incumbent(event)
    local witness, x = test(event, "incumbent")
    if witness and options.stop then return "stop" end
    if not (run:found() and options.stop) then react(run, x) end
    if run:found() and options.stop then return "stop" end
  end
  -- The x of a node's relaxation is a candidate like any other, and a forward pass of the embedded network turns it
  -- into a solution of the model, which the solver may keep as an incumbent.
  function handlers.on_relaxation(event)
    local witness, x = test(event, "relaxation")
    if witness and options.stop then return "stop" end
    if removes then return exclude(encoding.switches, event:values(encoding.switches)) end
    return { submit = encoding:complete(x) }
  end
  if not (options.relaxations or removes) or not solver.events.relaxation then handlers.on_relaxation = nil end

  -- Line 1: while trying to solve VNN(S, epsilon, x, j, j').
  local model = encoding.model
  local solution, refusal = run:solve(model, {
    solver = options.solver,
    time_limit_s = run:remaining(),
    limit_in = options.limit_in,
    on_incumbent = handlers.on_incumbent,
    on_relaxation = handlers.on_relaxation,
    answers = removes and { "stop", "lazy_rows" } or nil,
  })
  if solution then
    result.status, result.objective, result.bound = solution.status, solution.objective, solution.bound
    result.nodes, result.iterations, result.warnings = solution.nodes, solution.iterations, solution.warnings
  end

  -- Line 5, then line 9.
  if run:found() then return verdict.finish(run, verdict.source(run)) end
  if not solution then
    result.reason = refusal
    return verdict.finish(run)
  end
  if run:accepts { encoding = encoding, solution = solution } then return verdict.finish(run, "milp") end
  if solution.status == "infeasible" then
    if #problem.constraints > 0 then
      if run:timed("refute", refute, run) then return verdict.finish(run, "milp") end
    elseif not removes and problem:contains(problem.input) then
      result.reason = ("%s calls a model infeasible that has a point"):format(options.solver)
    end
  end
  return verdict.finish(run)
end

--- Solves the model of the dense network itself: the baseline that a surrogate has to beat, and the way to a proof.
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.Options
---@return vnn.verdict.Result? result nil where the solver is not on this machine
---@return string? message how to get it
function surrogate.solve_directly(dense, problem, options)
  settings.expect("surrogate.solve_directly", 1, dense, "vnn.Network")
  settings.expect("surrogate.solve_directly", 2, problem, "vnn.Problem")
  return surrogate.find(dense, dense, problem, options)
end

---@class vnn.surrogate.CascadeOptions : vnn.surrogate.Options
---@field rates? number[] pruning rates, tried from the sparsest to the densest; 0 is the dense network, which alone can
---  prove anything (default: 0.95, 0.9, 0.8, 0.5, 0)
---@field criterion? string|fun(layer: vnn.Layer): vnn.Tensor what to prune (default: "magnitude")
---@field share? number part of the remaining time that every rate but the last may use (default: 0.3)

--- Solves pruned copies one after the other, the sparsest first: the sparser the faster, the denser the surer.
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.CascadeOptions
---@return vnn.verdict.Result? result of the last copy that was solved, with the seconds of all of them; nil where the
---  solver is not on this machine
---@return string? message how to get it
function surrogate.cascade(dense, problem, options)
  settings.expect("surrogate.cascade", 1, dense, "vnn.Network")
  settings.expect("surrogate.cascade", 2, problem, "vnn.Problem")
  local own = { rates = { 0.95, 0.9, 0.8, 0.5, 0 }, share = 0.3 }
  options = settings.of("surrogate.cascade", options, settings.joined(defaults, own), {
    "criterion", "confirm", "on_candidate",
  })
  settings.expect("surrogate.cascade", "rates", options.rates, "a list of numbers")
  for _, name in ipairs { "confirm", "on_candidate" } do
    settings.expect("surrogate.cascade", name, options[name], "a function or nothing")
  end
  settings.limit("surrogate.cascade", options.time_limit_s)
  local solver, missing = verdict.solver("surrogate.cascade", options.solver)
  if not solver then return nil, missing end
  local rates = table.move(options.rates, 1, #options.rates, 1, {})
  table.sort(rates, function(a, b) return a > b end)
  local inner = { confirm = options.confirm, on_candidate = options.on_candidate }
  for key in pairs(defaults) do inner[key] = options[key] end

  local start, processor_start = system.clock(), system.processor_clock()
  local limiting = verdict.clock("surrogate.cascade", options.limit_in)
  local limited_since = limiting()
  local clocks, processor_clocks, candidates, result = {}, {}, 0, nil
  local function add(total, clock)
    for stage, seconds in pairs(clock) do total[stage] = (total[stage] or 0) + seconds end
  end
  for position, rate in ipairs(rates) do
    local remaining = math.max(options.time_limit_s - (limiting() - limited_since), 0)
    inner.time_limit_s = position == #rates and remaining or options.share * remaining
    local embedded = rate == 0 and dense or prune.apply(dense, {
      criterion = options.criterion,
      rate = rate,
      -- A copy that is too sparse is a poor candidate, and nobody's network.
      warn = false,
    })
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

--- Trains a pruned network on the dense network's own outputs at the optimum of its own model, and at points of the
--- region or of the model's inputs: no data is needed, and zeros stay zeros but where the surrogate has too few weights
--- to agree (then some more of the dense network's largest may be other than zero) or its model is too hard (then its
--- smallest go).
---
--- A round trains with Adam for some tenths of a second, solves the model with the surrogate in it, and adds the last
--- points found, weighted. It ends where the optimum is worth on the dense network what the surrogate says.
---
--- ```lua
--- local milp, nn, prune = require "vnn.milp", require "vnn.nn", require "vnn.prune"
--- local surrogate = require "vnn.surrogate"
--- local dense = nn.mlp({ 2, 16, 1 }, { seed = 1 })
--- local model = milp.model()
--- local x = model:variables(2, { upper = 1 })
--- model:maximize(model:embed(dense, x).outputs[1])
--- local sparse = prune.apply(dense, { rate = 0.5 })
--- local refined, facts = surrogate.refine(dense, sparse, model, { time_limit_s = 5 })
--- print(facts.agrees, facts.disagreement < 0.02, refined.sparsity > 0) --> true	true	true
--- ```
---@param dense vnn.Network
---@param sparse vnn.Network a pruned copy of it
---@param subject vnn.Problem|vnn.Model where it has to agree: a problem's region, or a model in which blocks have the
---  dense network (as `block.network`, scale included); neither is changed
---@param options? vnn.surrogate.RefineOptions
---@return vnn.Network refined
---@return vnn.surrogate.RefineFacts facts
surrogate.refine = require("vnn.surrogate.refine").run

--- The stages of `surrogate.optimize`, in their default order: "gradients", "relaxation", "glance", "refined", "sparse"
--- (the algorithm) and "dense"; "glance" and "dense" solve the model itself, the only way to a bound.
---
--- Each takes the run: `run.model`, `run.blocks`, `run.options`, `run:remaining()`; `run:test(point, source)` keeps a
--- point if it is the best so far and a forward pass of every block agrees; `run:improve(point, source)` looks for
--- better ones in its linear piece and beyond. A stage is not believed: every point is completed and checked. Add your
--- own by name.
---@type table<string, fun(run: vnn.surrogate.Run)>
surrogate.stages = require("vnn.surrogate.stages").all

---@class vnn.surrogate.OptimizeOptions
---@field solver? string of all models (default: "glpk")
---@field time_limit_s? number seconds for everything together (default: 60)
---@field rates? number[] pruning rates, tried from the sparsest to the densest (default: 0.95, 0.8, 0.5)
---@field prune? table options of `prune.apply`, such as `criterion`; `rate` takes the place of `rates`, and `policy`, a
---  `vnn.Policy` or its name, that of the criterion (default: magnitude, hidden layers)
---@field finetune? fun(sparse: vnn.Network, mask: vnn.Mask, dense: vnn.Network): vnn.Network what is done to a pruned
---  copy before its model is solved (default: nothing)
---@field stages? string[] names in `surrogate.stages`, in their order (default: all that are ours)
---@field restarts? integer random starts of the gradients (default: 20)
---@field seed? integer of all that is random (default: 0)
---@field on_improvement? fun(improvement: vnn.surrogate.ImprovementEvent): "stop"? told of every better point; an error
---  in it ends the search and is raised

---@class vnn.surrogate.ImprovementEvent : vnn.surrogate.Improvement
---@field point vnn.Tensor a copy, one number for each column

---@class vnn.surrogate.Optimum
---@field solution vnn.Solution? the best point, of the model with the dense networks: it satisfies all rows and is
---  whole where it must be, and every block's outputs are a forward pass's; nil where none was found. Its own status is
---  that of a solve that did nothing but look at this point, and it has no bound
---@field objective number? at that point
---@field bound number? no point is better: from a solve of the model itself, never from a surrogate's
---@field gap number? |objective - bound| / |objective|
---@field status "optimal"|"infeasible"|"unbounded"|"feasible"|"limit"|"stopped"|"unknown" "optimal", "infeasible" and
---  "unbounded" as the dense model's solve says; "limit" of time; "stopped" by Ctrl-C, `on_improvement` or an error in
---  a stage; "feasible" where the stages ended before all that with a point, and "unknown" where they ended without one
---@field trace vnn.surrogate.Improvement[] every improvement in its order; the last is the solution's
---@field seconds number
---@field clocks table<string, number> seconds of every stage
---@field failure string? an error in a stage, which ended the search after a point was found
---@field nodes integer? of the dense model's solve
---@field warnings string[]? likewise
---@field refined vnn.surrogate.RefineFacts? how far the surrogates were refined

--- Algorithm 1 for any model with networks in it: looks for the best point of the model through pruned copies of its
--- networks.
---
--- Every point that a pruned model's solver comes by is taken to the dense networks: their linear piece there is a
--- small program whose best point is one of the model, and the search walks on from piece to piece. Gradients go first
--- where they can, surrogates are refined at their own optima, then the pruned models are solved from the sparsest to
--- the densest, and last the model itself, from the best point so far, for the bound. A surrogate without a point
--- passes its time on.
---
--- The model is left as it was. An error in a stage ends the search and is `failure`; without a point so far it is
--- raised, as one in `on_improvement` is always.
---
--- ```lua
--- local milp, nn, surrogate = require "vnn.milp", require "vnn.nn", require "vnn.surrogate"
--- local model = milp.model "own"
--- local x = model:variables(2, { kind = "integer", upper = 3 })
--- local sold = model:embed(nn.mlp({ 2, 8, 1 }, { seed = 1 }), x, { scale = { input_factor = 3 } })
--- model:constrain(x[1] + x[2], "<=", 4)
--- model:maximize(sold.outputs[1] - 0.1 * x[1])
--- local best = assert(surrogate.optimize(model, { time_limit_s = 10 }))
--- print(best.status, best.solution:values(x):table()[1], sold:error(best.solution)) --> optimal	3.0	0.0
--- ```
---@param model vnn.Model with at least one block of `Model:embed`
---@param options? vnn.surrogate.OptimizeOptions
---@return vnn.surrogate.Optimum? optimum nil when the solver is not on this machine
---@return string? message with the command that gets it
surrogate.optimize = require("vnn.surrogate.optimize").run

return surrogate
