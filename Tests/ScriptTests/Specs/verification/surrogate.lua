--- The variants of Algorithm 1, the branch and bound and the rungs of bounds, against each other.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local surrogate = require "vnn.surrogate"
local tensor = require "vnn.tensor"
local verdict = require "vnn.verdict"
local verify = require "vnn.verify"
local checks = require "support.checks"
local problem_of = require "support.problem_of"
local check = checks.check

-- With a gap the search maximises, as the MILP does.
local dense = nn.mlp({ 8, 8, 6, 3 }, { seed = 3 })
local problem = problem_of(dense, 2)
local best = verify.encode(dense, problem).model:solve().objective
local search = verify.branch_and_bound(dense, problem, { gap = 1e-3, time_limit_s = 10 })
check(search.bound >= best - 1e-6 and search.bound <= best + 2e-3, ("%g against %g"):format(search.bound, best))

-- The seconds of a solver that is a program of its own count, for the hit that its solve finds and against the limit.
local reversed = verify.problem {
  input = problem.input, norm = "l1", epsilon = 1, class = problem.target, target = problem.class,
}
local run = verdict.begin(dense, reversed, { time_limit_s = 100, limit_in = "processor" })
local program = {
  solve = function()
    check(run:test(reversed.input, "incumbent"))
    return { processor_seconds = 40 }
  end,
}
check(run:solve(program, {}) and run:remaining() <= 60 and run:remaining() > 50)
check(run:solve({ solve = function() return { processor_seconds = 10 } end }, {}))
local told = verdict.finish(run, "incumbent")
check(told.first_hit_processor_s > 39 and told.first_hit_processor_s < 50 and told.processor_clocks.solve > 49)
check(run:remaining() <= 50 and select(2, run:solve({ solve = function() return nil, "none" end }, {})) == "none")

-- A proof is about the network that was searched, and about bounds that nobody made up.
local small = problem_of(dense, 0.01)
search = verify.branch_and_bound(dense, small)
check(search:proves_robust(dense) and not search:proves_robust((prune.apply(dense, { rate = 0.5 }))))
local bounds = verify.bounds(dense, small)
local zeros = tensor.zeros { 8 }
local invented = bounds:replace_layer(1, zeros, zeros)
check(bounds.certified and not invented.certified and not invented:proves_robust(dense))
check(not verify.branch_and_bound(dense, small, { bounds = invented }):proves_robust(dense))
local encoding = verify.encode(dense, small, { bounds = invented })
check(not encoding:proves_robust(encoding.model:solve(), dense))
check(not pcall(verify.branch_and_bound, dense, problem, { bounds = bounds }), "bounds of another region are misuse")
check(not pcall(verify.branch_and_bound, dense, problem, { time_limit = 3 }), "unknown options are misuse")

-- Optimised bounds are inside the plain ones; bounds survive their file, but not as a proof.
local plain, optimized = verify.bounds(dense, problem), verify.bounds(dense, problem, { method = "optimized" })
for layer = 1, 3 do
  local a, b = plain:layer(layer), optimized:layer(layer)
  check((b.lower - a.lower):min() >= -1e-9 and (a.upper - b.upper):min() >= -1e-9)
end
check(optimized.unstable <= plain.unstable and optimized:margin_upper_bound() <= plain:margin_upper_bound() + 1e-9)
local path = os.tmpname()
check(plain:save(path))
local loaded = assert(verify.load_bounds(dense, problem, path))
check(loaded:layer(2).upper == plain:layer(2).upper and not loaded.certified)
os.remove(path)

-- Linear programs tighten what they start from, within the region or only for counterexamples.
local tighten = require "vnn.tighten"
local tightened = tighten.bounds(dense, problem, { bounds = plain })
local assuming = tighten.bounds(dense, problem, { bounds = plain, target = true })
check(tightened.scope == "region" and tightened.certified)
check(assuming.scope == "counterexamples" and assuming.certified)
local gained = 0
for layer = 1, 3 do
  local a, b, c = plain:layer(layer), tightened:layer(layer), assuming:layer(layer)
  check((b.lower - a.lower):min() >= 0 and (a.upper - b.upper):min() >= 0)
  check((c.lower - a.lower):min() >= 0 and (a.upper - c.upper):min() >= 0)
  gained = gained + (b.lower - a.lower):sum() + (a.upper - b.upper):sum()
end
check(gained > 1e-3, "something is gained")
check(not tightened:proves_robust((prune.apply(dense, { rate = 0.5 }))))
-- The optimum of the MILP stays what it was, where counterexamples are assumed only if there are some; and a program's
-- value is what its duals prove.
check(math.abs(verify.encode(dense, problem, { bounds = tightened }).model:solve().objective - best) < 1e-6)
local attackable = problem_of(nn.mlp({ 12, 10, 8, 3 }, { seed = 3 }), 2)
local victim = nn.mlp({ 12, 10, 8, 3 }, { seed = 3 })
local reachable = verify.encode(victim, attackable).model:solve().objective
check(reachable > 0.1)
local rungs = { bounds = tighten.bounds(victim, attackable, { target = true }) }
check(rungs.bounds.scope == "counterexamples" and rungs.bounds:margin_upper_bound() >= reachable)
check(math.abs(verify.encode(victim, attackable, rungs).model:solve().objective - reachable) < 1e-6)
check(verify.branch_and_bound(victim, attackable, { bounds = rungs.bounds, time_limit_s = 10 }).status == "found")
local relaxation = verify.relax(dense, problem, { bounds = tightened })
local optimum = relaxation:aim("margin").model:solve()
local safe = relaxation:bound(optimum)
check(safe >= optimum.objective - 1e-12 and safe < optimum.objective + 1e-9 and safe >= best - 1e-9)
check(safe <= tightened:margin_upper_bound() + 1e-9, "a program is at least as tight as a backward pass")
check(relaxation:bound(verify.relax(dense, problem):aim("margin").model:solve()) == nil, "of another model")
check(relaxation:proves_robust(dense, problem) == (safe < 0))
local easily = tighten.prove(dense, problem_of(dense, 0.05))
check(easily:proves_robust(dense) and not easily:proves_robust(dense, problem))
check(not tighten.prove(victim, attackable):proves_robust(victim, attackable))
check(tighten.bounds(dense, problem, { time_limit_s = 0 }).unstable == plain.unstable, "no time, no gain")
check(not pcall(tighten.bounds, dense, problem, { bound = plain }), "unknown options are misuse")
check(not pcall(relaxation.aim, relaxation, "upper", 9, 1) and not pcall(relaxation.aim, relaxation, "upper", 1, 99))
check(not pcall(relaxation.aim, relaxation, "admissibility"), "there are no constraints")
-- Bounds that a script made up tighten to nothing that is certified.
local doubtful = verify.relax(dense, problem, { bounds = invented and plain:replace_layer(1, zeros - 9, zeros + 9) })
check(not doubtful.bounds.certified and not doubtful:proves_robust(dense))

-- A pruned copy's optimum and the networks' difference prove the dense network robust, where little was pruned.
local near = problem_of(dense, 0.05)
local copy = prune.apply(dense, { rate = 0.02 })
local difference = verify.difference(dense, copy, near)
check(not difference:proves_robust(dense, near), "nothing is known of the copy yet")
local embedded = verify.encode(copy, near)
local margin_bound = difference:conclude(embedded, embedded.model:solve())
check(margin_bound < 0 and difference:proves_robust(dense, near) and not difference:proves_robust(dense, problem))
check(margin_bound >= verify.encode(dense, near).model:solve().objective)
check(not difference:proves_robust(copy, near))
check(not pcall(difference.conclude, difference, verify.branch_and_bound(dense, near)), "of another network")
local elsewhere = verify.branch_and_bound(copy, problem, { gap = 1 })
check(not pcall(difference.conclude, difference, elsewhere), "of another problem")

-- Every variant finds what is easily found, and says unknown where a pruned copy finds nothing.
local weak = nn.mlp({ 8, 8, 6, 3 }, { seed = 9 })
local easy, hard = problem_of(weak, 1), problem_of(dense, 0.05)
check(surrogate.solve_directly(weak, easy).verdict == "adversarial")
local pruned = { weak = prune.apply(weak, { rate = 0.5 }), dense = prune.apply(dense, { rate = 0.5 }) }
for _, variant in ipairs { "plain", "polish", "region_lp", "remove_region" } do
  local found = surrogate.find(weak, pruned.weak, easy, { variant = variant, relaxations = false, time_limit_s = 10 })
  check(found.verdict == "adversarial", variant)
  check(surrogate.find(dense, pruned.dense, hard, { variant = variant }).verdict == "unknown", variant)
end
-- A cascade passes on what finds have to pass.
check(surrogate.cascade(weak, easy, { rates = { 0.5 }, confirm = function() return false end }).verdict == "unknown")
check(surrogate.cascade(weak, easy, { rates = { 0.5 }, confirm = function() return true end }).witness)
for _, name in ipairs { "find", "cascade" } do
  local arguments = { weak, name == "find" and weak or easy, name == "find" and easy or { time_limit_s = -1 } }
  checks.refuses({ "time_limit_s: expected seconds from 0, got -1" }, surrogate[name], arguments[1], arguments[2],
    arguments[3], { time_limit_s = -1 })
end
check(not pcall(surrogate.find, dense, dense, easy, { variant = "other" }))

-- Weight decay leaves weights of 1e-9 beside others of 1; a solver must not call a trained network's model, of which x0
-- is a point, infeasible.
local protocol = require "vnn.protocol"
local digits = assert(require("vnn.data").load("digits", { side = 18 }))
local recipe = protocol.recipe "digits"
recipe.seed, recipe.progress = protocol.draws[4].data_seed + 2, false
local trained = assert(nn.train(nn.mlp({ digits.inputs, 32, 16, 10 }, { seed = recipe.seed }), digits, recipe))
local posed = assert(protocol.problem(trained, digits, 4))
local attained = posed:margin(trained:forward(posed.input))
local whole = verify.encode(trained, posed).model
for _, model in ipairs { whole, whole:relaxation() } do
  local solved = model:solve { time_limit_s = 20 }
  check(solved.status == "optimal" and solved.objective >= attained - 1e-6, solved.status)
end

-- Removing regions one by one ends where no pattern is left, and the dense network's proof is not claimed then.
local settled = problem_of(dense, 1)
check(surrogate.solve_directly(dense, settled).verdict == "robust")
local removed = surrogate.find(dense, dense, settled, { variant = "remove_region", bounds = "interval" })
check(removed.verdict == "unknown" and removed.status == "infeasible" and removed.candidates > 10, removed.verdict)

-- A walk along linear pieces never loses margin, stays inside, and ends at a local optimum of its pieces.
encoding = verify.encode(dense, problem)
local start = problem.input
local point, margin = surrogate.walk(encoding, start)
check(problem:contains(point, 1e-6) and margin >= problem:margin(dense:forward(start)) - 1e-6)
check(math.abs(problem:margin(dense:forward(point)) - margin) < 1e-6)
check(margin <= best + 1e-6)
check(encoding.model:solve().status == "optimal", "the walked model itself is unchanged")

-- A limit of the processor's seconds, and the work until the first hit, which no clock changes.
local timed = { limit_in = "processor", time_limit_s = 20, input = false, bounds = "interval" }
local once, again = surrogate.solve_directly(trained, posed, timed), surrogate.solve_directly(trained, posed, timed)
check(once.verdict == "adversarial" and once.first_hit_iterations > 0 and once.first_hit_nodes >= 0)
check(once.first_hit_iterations == again.first_hit_iterations and once.first_hit_nodes == again.first_hit_nodes)
check(once.iterations >= once.first_hit_iterations)
checks.fails_here("limit_in: expected wall or processor, got 'cpu'", function()
  surrogate.find(dense, dense, problem, { limit_in = "cpu" })
end)

-- A cascade goes from the sparsest to the dense network, which may prove.
local cascade = surrogate.cascade(dense, hard, { rates = { 0, 0.5, 0.9 } })
check(cascade.verdict == surrogate.solve_directly(dense, hard).verdict and cascade.rate == 0)
check(not pcall(surrogate.cascade, dense, hard, { rates = {} }))

-- Scripts can constrain inputs and outputs, and maximise any linear function of the outputs; then nothing is proved.
encoding = verify.encode(dense, problem, { outputs = true })
encoding.model:constrain(encoding.inputs:sum(), "==", problem.input:sum())
encoding.model:maximize(milp.dot({ 1, -2, 0.5 }, encoding.outputs))
local solution = encoding.model:solve()
check(solution.status == "optimal" and not encoding:proves_robust(solution, dense))
local x = solution:values(encoding.inputs)
local y = dense:forward(x)
check(math.abs(x:sum() - problem.input:sum()) < 1e-6)
check(math.abs(y[1] - 2 * y[2] + 0.5 * y[3] - solution.objective) < 1e-5)

checks.finish()
