--- Extra linear constraints and other objectives: in proofs, in searches, in files, and against each other.
local distance = require "vnn.distance"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local surrogate = require "vnn.surrogate"
local tensor = require "vnn.tensor"
local tighten = require "vnn.tighten"
local verify = require "vnn.verify"
local checks = require "support.checks"
local library = require "support.library"
local check, fails = checks.check, checks.fails

local dense = nn.mlp({ 12, 10, 8, 3 }, { seed = 3 })
local input = tensor.full({ 12 }, 0.5)
local ones = tensor.full({ 12 }, 1)
local best, second = table.unpack(dense:top_classes(input, 2))
local function problem(epsilon, constraints, target)
  return verify.problem {
    input = input, norm = "l1", epsilon = epsilon, class = best, target = target or second, constraints = constraints,
  }
end

-- A witness meets the constraints, whoever found it; the optimum with them is that of the plain model with the rows.
local held = problem(2, { { inputs = ones, relation = "==", right = 6 } })
for _, stages in ipairs { { "attack" }, { "milp" }, { "surrogates", "milp" } } do
  local result = portfolio.decide(dense, held, { stages = stages, time_limit_s = 10 })
  check(result.verdict == "adversarial", table.concat(stages, " "))
  check(math.abs(result.witness.input:sum() - 6) <= 6e-6 and result.witness.constraint_violation <= 1e-6)
end
local plain = verify.encode(dense, problem(2))
plain.model:constrain(plain.inputs:sum(), "==", 6)
local expected = plain.model:solve().objective
local solution = verify.encode(dense, held).model:solve()
check(math.abs(solution.objective - expected) < 1e-6, "rows of a script and of a problem are the same")
local free = verify.encode(dense, problem(2)).model:solve().objective
check(solution.objective < free - 1e-4, "and they matter here")

-- x0 itself need not be admissible; then it is not what is adversarial.
local elsewhere = problem(2, { { inputs = ones, relation = ">=", right = 6.5 } })
check(not elsewhere:contains(input) and elsewhere:contains(elsewhere:project(input)))
check(not verify.evaluate(dense, elsewhere, elsewhere:project(input)).adversarial)
local reached = portfolio.decide(dense, elsewhere, { time_limit_s = 10 })
check(reached.verdict == "adversarial" and reached.witness.input:sum() >= 6.5 - 1e-5)

-- Whether the margin itself may reach 0 can be constrained away; then there are admissible inputs and still no witness.
local margin = { 0, 0, 0 }
margin[best], margin[second] = 1, -1
local barred = problem(2, { { outputs = margin, relation = ">=", right = 0.01 } })
for _, stages in ipairs { { "programs" }, { "milp" } } do
  local result = portfolio.decide(dense, barred, { stages = stages, time_limit_s = 10 })
  check(result.verdict == "robust" and not result.reason, table.concat(stages, " "))
end

-- A large constant beside an output makes no constraint void, and every way of deciding says the same: x1 <= 0.5 here,
-- and the target wins from 0.51.
local offset = nn.from_layers {
  { weight = tensor.from { { 0 }, { 1 }, { 1e-3 } }, bias = tensor.from { 0, -0.51, 1000 - 5e-4 } },
}
local function from(x, right)
  return verify.problem {
    input = { x }, norm = "box", class = 1, target = 2,
    constraints = { { outputs = { 0, 0, 1 }, relation = "<=", right = right } },
  }
end
for _, stages in ipairs { { "attack", "programs", "glance" }, { "milp" }, { "surrogates", "milp" } } do
  local label = table.concat(stages, " ")
  check(portfolio.decide(offset, from(0, 1000), { stages = stages, time_limit_s = 10 }).verdict == "robust", label)
  local met = portfolio.decide(offset, from(0, 1000 + 1e-4), { stages = stages, time_limit_s = 10 })
  check(met.verdict == "adversarial" and offset:forward(met.witness.input)[3] <= 1000 + 1e-4 + 2e-6, label)
end
check(surrogate.solve_directly(offset, from(0, 1000)).verdict == "robust")
check(surrogate.solve_directly(offset, from(0, 1000 + 1e-4)).verdict == "adversarial")
check(not verify.evaluate(offset, from(0, 1000), { 1 }).adversarial)
-- One that is violated by little and flat: what a witness may miss, no proof takes as met.
local flat = nn.from_layers {
  { weight = tensor.from { { 0 }, { 1 }, { 1e-6 } }, bias = tensor.from { 0, -0.51, -5e-7 } },
}
for _, stages in ipairs { { "attack", "programs" }, { "milp" }, { "programs", "milp" } } do
  local found = portfolio.decide(flat, from(0, 0), { stages = stages, time_limit_s = 10 })
  check(found.verdict == "adversarial", table.concat(stages, " ") .. " " .. found.verdict)
end

-- Contradictory constraints: alone against the region, in pairs, and through the network.
local y = dense:forward(input)
for name, constraints in pairs {
  alone = { { inputs = ones, relation = ">=", right = 8.5 } },
  pair = { { inputs = ones, relation = ">=", right = 6.5 }, { inputs = ones, relation = "<=", right = 6.4 } },
  output = { { outputs = { 1, 0, 0 }, relation = ">=", right = y[1] + 5 } },
  mixed = { { inputs = ones, outputs = { 0, 1, 0 }, relation = ">=", right = 20 } },
} do
  local contradictory = problem(2, constraints)
  for _, result in ipairs {
    portfolio.decide(dense, contradictory, { time_limit_s = 10 }),
    surrogate.solve_directly(dense, contradictory, { time_limit_s = 10 }),
    portfolio.decide(dense, contradictory, { stages = { "milp" }, time_limit_s = 10 }),
  } do
    check(result.verdict == "robust" and result.reason == "no admissible input", name .. ": " .. result.verdict)
    check(result.proof and not result.witness)
  end
end
-- Where linear programs cannot see that no input is left, the second model does: |x1 - x2| from ReLUs, and 0.6 of it
-- within 0.5 of each other.
local kink = nn.from_layers {
  { weight = tensor.from { { 1, -1 }, { -1, 1 } }, bias = tensor.zeros { 2 } },
  { weight = tensor.from { { 1, 1 }, { 0, 0 } }, bias = tensor.from { 0, 1 } },
}
local bent = verify.problem {
  input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.3, class = 1, target = 2,
  constraints = {
    { outputs = { 1, 0 }, relation = ">=", right = 0.55 },
    { inputs = { 1, -1 }, relation = "<=", right = 0.5 },
    { inputs = { 1, -1 }, relation = ">=", right = -0.5 },
  },
}
check(not tighten.prove(kink, bent):proves_robust(kink, bent))
fails(function() tighten.prove(kink, bent, { time_limt_s = 1 }) end, "tighten.prove: unknown option 'time_limt_s'")
fails(function() tighten.bounds(kink, bent, { targt = true }) end, "tighten.bounds: unknown option 'targt'")
local none = surrogate.solve_directly(kink, bent)
check(none.verdict == "robust" and none.reason == "no admissible input", none.verdict)
local admissibility = verify.encode(kink, bent, { objective = "admissibility" })
local proves, reason = admissibility:proves_robust(admissibility.model:solve(), kink, bent)
check(proves and reason == "no admissible input")
-- A model with a set in it that the encoding did not ask for proves nothing about it.
admissibility.model:sos1(admissibility.inputs)
check(not admissibility:proves_robust(admissibility.model:solve(), kink, bent))
-- The same question where there are inputs: no such proof.
local possible = problem(2, { { outputs = { 1, 0, 0 }, relation = ">=", right = y[1] } })
admissibility = verify.encode(dense, possible, { objective = "admissibility" })
check(not admissibility:proves_robust(admissibility.model:solve(), dense, possible))

-- A proof of one problem is none of another.
local small = problem(0.05)
local bounds = verify.bounds(dense, small)
check(bounds:proves_robust(dense) and bounds:proves_robust(dense, small))
check(not bounds:proves_robust(dense, problem(2)), "a larger region")
check(bounds:proves_robust(dense, problem(0.05, { { inputs = ones, relation = "==", right = 6 } })), "fewer inputs")
local constrained = tighten.prove(dense, barred)
check(constrained:proves_robust(dense, barred) and not constrained:proves_robust(dense, problem(2)))
check(not constrained:proves_robust(nn.mlp({ 12, 10, 8, 3 }, { seed = 4 }), barred))
portfolio.stages.mine = function() return bounds end
check(portfolio.decide(dense, problem(2), { stages = { "mine" } }).verdict == "unknown")
portfolio.stages.mine = nil
-- Why it is robust is only said where that was found out.
local assumed = tighten.bounds(dense, barred, { target = true })
proves, reason = tighten.prove(dense, barred, { bounds = assumed }):proves_robust(dense, barred)
check(assumed.scope == "counterexamples" and proves and not reason)
-- Bounds that assume the constraints, or the target, serve their own problem only.
local assuming = tighten.bounds(dense, held)
check(assuming.scope == "admissible" and assuming.certified)
check(pcall(verify.encode, dense, held, { bounds = assuming }))
check(not pcall(verify.encode, dense, problem(2), { bounds = assuming }))
check(not pcall(verify.branch_and_bound, dense, problem(2), { bounds = assuming }))
check(not pcall(verify.branch_and_bound, dense, held, { bounds = assuming, gap = 0.1 }))
check(not pcall(verify.bounds, dense, problem(2), { bounds = assuming }))
check(not pcall(verify.relax, dense, problem(2), { bounds = assuming }))
check(not assuming:proves_robust(dense, problem(2)))

-- Files keep constraints; what is wrong is said.
local path = os.tmpname()
check(held:save(path))
local loaded = assert(verify.load_problem(path))
check(tostring(loaded) == tostring(held) and #loaded.constraints == 2 and loaded.constraints[2].right == -6)
os.remove(path)
for _, case in ipairs {
  { { { inputs = { 1, 2 }, relation = "<=", right = 1 } }, "12 coefficients of inputs, got 2" },
  { { { inputs = ones, relation = "<=", right = 0 / 0 } }, "right: expected finite numbers" },
  { { { inputs = ones, relation = "<", right = 1 } }, "a strict inequality leaves out its own limit" },
  { { { relation = "<=", right = 1 } }, "a coefficient that is not 0" },
  { { { inputs = ones, relation = "!=", right = 1 } }, "relation" },
  { { { inputs = ones, relation = "<=", right = 1, slack = 2 } }, "slack" },
  { { 3 }, "expected a table" },
} do
  local fine, message = pcall(problem, 1, case[1])
  check(not fine and tostring(message):find(case[2], 1, true), tostring(message))
end
local fine, message = pcall(verify.bounds, dense, problem(1, { { outputs = { 1, 1 }, relation = "<=", right = 1 } }))
check(not fine and message:find("3 coefficients of outputs, got 2", 1, true), message)
check(not pcall(verify.encode, dense, problem(1), { objective = "admissibility" }), "nothing to exclude")

-- The nearest adversarial input: between the epsilons at which the verdict changes, in every norm.
for _, norm in ipairs { "l1", "linf", "l1_row_max" } do
  local function within(epsilon)
    return verify.problem { input = input, norm = norm, epsilon = epsilon, rows = 3, class = best, target = second }
  end
  local nearest = distance.nearest(dense, within(norm == "linf" and 0.5 or 4))
  check(nearest.status == "optimal" and nearest.bound <= nearest.distance, norm)
  check(nearest.distance <= 1.001 * nearest.bound + 1e-3, ("%s: %g, %g"):format(norm, nearest.bound, nearest.distance))
  check(surrogate.solve_directly(dense, within(0.99 * nearest.bound)).verdict == "robust", norm)
  check(surrogate.solve_directly(dense, within(1.01 * nearest.distance)).verdict == "adversarial", norm)
end
check(not pcall(distance.nearest, dense, verify.problem { input = input, norm = "box", class = best, target = second }))

-- Any linear function of outputs and inputs can be maximised, together with the constraints.
local encoding = verify.encode(dense, held, { outputs = true })
encoding.model:maximize(milp.dot({ 1, -2, 0.5 }, encoding.outputs) + 0.25 * encoding.inputs[1])
solution = encoding.model:solve()
local x = solution:values(encoding.inputs)
local z = dense:forward(x)
check(math.abs(z[1] - 2 * z[2] + 0.5 * z[3] + 0.25 * x[1] - solution.objective) < 1e-5)
check(math.abs(x:sum() - 6) < 1e-6 and not encoding:proves_robust(solution, dense))

-- A proof asks for a solve by the solver's own rules: other tolerances change what "optimal" means.
local far = verify.encode(dense, problem(0.01))
check(far:proves_robust(far.model:solve(), dense))
check(not far:proves_robust(far.model:solve { options = { tol_obj = 0.9 } }, dense))

-- VNN-LIB has no word for constraints on a problem, and leaving them out would ask another question.
check(not pcall(verify.property, dense, held) and pcall(verify.property, dense, problem(2)))

-- A neuron that is active but for a rounding error (a zero bias, a box from 0) makes no row that solvers refuse.
local edge = nn.from_layers {
  { weight = tensor.from { { -0.3 }, { 0.9 } }, bias = tensor.zeros { 2 } },
  { weight = tensor.from { { -1.7, -2 }, { 0.4, -1.6 }, { -0.1, -0.1 } }, bias = tensor.from { -0.8, 0, -0.4 } },
}
local cornered = verify.problem {
  input = { 0.27 }, lower = 0, upper = 1, norm = "box", class = 3, target = 2,
  constraints = { { inputs = { -0.4 }, outputs = { 0.5, -0.1, -1.6 }, relation = "<=", right = 0.5 } },
}
for _, found in ipairs { portfolio.decide(edge, cornered), surrogate.solve_directly(edge, cornered) } do
  check(found.verdict == "adversarial" or found.verdict == "already_adversarial", found.verdict)
end
check(not tighten.prove(edge, cornered):proves_robust(edge, cornered))
-- A bound that a witness refutes is not taken, and the result says so.
local inner = library.module_of(distance.nearest, "verify")
local honest = inner.encode
inner.encode = function(...)
  local made = honest(...)
  return setmetatable({
    complete = function(_, point) return made:complete(point) end,
    distance_bound = function() return 100 end,
  }, { __index = function(_, key) return made[key] end })
end
local ball = verify.problem { input = input, norm = "l1", epsilon = 4, class = best, target = second }
local doubted = distance.nearest(dense, ball)
inner.encode = honest
check(doubted.bound == 0 and doubted.witness and doubted.reason:find("bound 100 is refuted", 1, true), doubted.reason)
check(distance.nearest(dense, ball).reason == nil)

checks.finish()
