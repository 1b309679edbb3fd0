--- Problems, bounds, encodings and verdicts on a network small enough to know the answers.
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local prune = require "vnn.prune"
local surrogate = require "vnn.surrogate"
local checks = require "support.checks"
local check = checks.check
local function near(a, b) return math.abs(a - b) < 1e-6 end

-- y1 = relu(x1) + 0.5, y2 = relu(x2): class 1 wins at (0.5, 0.4), class 2 wins where x2 > x1 + 0.5.
local dense = nn.from_layers {
  { weight = tensor.from { { 1, 0 }, { 0, 1 } }, bias = tensor.zeros { 2 } },
  { weight = tensor.from { { 1, 0 }, { 0, 1 } }, bias = tensor.from { 0.5, 0 } },
}
local function problem(epsilon)
  return verify.problem { input = { 0.5, 0.4 }, norm = "l1", epsilon = epsilon, class = 1, target = 2 }
end

-- The best point moves both inputs: the margin is epsilon - 0.6 until the box stops it.
for _, epsilon in ipairs { 0.3, 0.7, 1.0 } do
  local encoding = verify.encode(dense, problem(epsilon))
  local solution = encoding.model:solve()
  check(solution.status == "optimal" and near(solution.objective, epsilon - 0.6), tostring(solution))
end

local robust = surrogate.solve_directly(dense, problem(0.3))
check(robust.verdict == "robust" and not robust.witness)
local hit = surrogate.solve_directly(dense, problem(0.9))
check(hit.verdict == "adversarial" and hit.witness.margin > 0 and hit.witness.distance <= 0.9 + 1e-9)

-- A pruned copy, however finished its model is, never proves the dense network robust.
local pruned = prune.apply(dense, { rate = 0.75 })
check(surrogate.find(dense, pruned, problem(0.3)).verdict == "unknown")
local other = nn.mlp({ 2, 2, 2 }, { seed = 1 })
local bounds = verify.bounds(other, problem(0.3))
check(not bounds:proves_robust(dense), "bounds of another network prove nothing")
local encoding = verify.encode(other, problem(0.3))
check(not encoding:proves_robust(encoding.model:solve(), dense))

-- A script's own row makes a different model, whose optimum proves nothing about the network.
encoding = verify.encode(dense, problem(0.9))
encoding.model:constrain(encoding.inputs[2], "<=", 0.45)
local solution = encoding.model:solve()
check(solution.objective < 0 and not encoding:proves_robust(solution, dense))

-- Out of time, bounds are those of interval arithmetic, and the attack ends where it began.
local wide = nn.mlp({ 2, 8, 8, 2 }, { seed = 3 })
local function layer_of(options) return verify.bounds(wide, problem(0.9), options):layer(2).upper end
local at_once, interval = layer_of { time_limit_s = 0 }, layer_of { method = "interval" }
check((at_once - interval):abs():max() == 0 and (layer_of() - interval):min() < 0)
check(near((verify.attack(wide, problem(0.9), { time_limit_s = 0 }) - problem(0.9).input):abs():max(), 0))
checks.fails(function() layer_of { time_limit_s = -1 } end, "time_limit_s: expected seconds from 0, got -1.0")

-- Weights changed after the bounds were computed: the proof is about the old ones.
local changing = dense:copy()
bounds = verify.bounds(changing, problem(0.1))
check(bounds:proves_robust(changing))
changing:layer(2).weight[1] = tensor.from { -1, 0 }
check(not bounds:proves_robust(changing))

-- A condition that only both inequalities together exclude: y1 is at least 1.5 where x1 = 1, and y2 is then at most 1.
local function inequality(coefficients, constant) return { coefficients = coefficients, constant = constant } end
local box = { lower = { 0, 0 }, upper = { 1, 1 } }
for _, case in ipairs { { 1.4, 0.9, true }, { 1.6, 0.9, false }, { 1.4, 1.1, false } } do
  local condition = verify.condition { { inequality({ 1, 0 }, -case[1]), inequality({ 0, 1 }, -case[2]) } }
  local reduced, question = condition:reduce(dense, box)
  local result = portfolio.decide(reduced, question, { time_limit_s = 10 })
  check((result.verdict ~= "robust") == case[3] and result.verdict ~= "unknown", tostring(result.verdict))
  check(not case[3] or condition:check(dense, question, result.witness.input).margin >= 0)
  check(condition:check(dense, question, { 0, 0 }) == nil)
  check(near(condition:margin { 2, 2 }, 2 - math.max(case[1], case[2])))
end
for _, bad in ipairs { {}, { {} }, { { inequality { 1, 0 } }, { inequality { 1 } } }, { { 1 } }, 7 } do
  check(not pcall(verify.condition, bad))
end

-- A search goes on where its limit ended it.
local search = verify.branch_and_bound(dense, problem(0.55), { node_limit = 1, root_iterations = 0 })
for _ = 1, 100 do
  if search.status ~= "limit" then break end
  search = search:resume { node_limit = 1 }
end
check(search:proves_robust(dense), tostring(search))

-- The recheck refuses what is no witness.
check(verify.check(dense, problem(0.9), { 0.5, 0.4 }) == nil)
local evaluated = verify.evaluate(dense, problem(0.9), { 0.5, 0.4 })
check(not evaluated.adversarial and near(evaluated.margin, -0.6))
-- A candidate outside the region is moved into it first.
local moved = verify.evaluate(dense, problem(0.7), { 0, 1 })
check(moved.distance <= 0.7 and problem(0.7):contains(moved.input) and moved.moved > 0 and evaluated.moved == 0)
-- Numbers that overflow, in Float32 or in Float64, confirm nothing.
for _, case in ipairs {
  { row = { 1e39, -1e39 }, input = { 0.25, 0.5 } },
  { row = { -1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308 }, input = { 1, 1, 1, 1, 1 } },
} do
  local zeros = {}
  for index in ipairs(case.row) do zeros[index] = 0 end
  local huge = nn.from_layers { { weight = tensor.from { case.row, zeros }, bias = tensor.zeros { 2 } } }
  local at = verify.problem { input = case.input, norm = "l1", epsilon = 0, class = 1, target = 2 }
  check(verify.check(huge, at, case.input) == nil and not verify.evaluate(huge, at, case.input).adversarial)
end

-- x0 that counts already is said to.
local turned = verify.problem { input = { 0, 0.9 }, norm = "l1", epsilon = 0.1, class = 1, target = 2 }
check(surrogate.find(dense, dense, turned).verdict == "already_adversarial")

-- A network, a problem and a witness survive their files.
local path = os.tmpname()
check(problem(0.7):save(path))
check(tostring(assert(verify.load_problem(path))) == tostring(problem(0.7)))
check(dense:save(path .. ".safetensors"))
check(assert(nn.load(path .. ".safetensors")):layer(1).weight == dense:layer(1).weight)
os.remove(path)
os.remove(path .. ".safetensors")
check(select(2, verify.load_problem("/nonexistent/problem.json")):find("/nonexistent/problem.json", 1, true))

-- Bad input: a clear error or the right verdict, whatever is asked.
local distance = require "vnn.distance"
local tighten = require "vnn.tighten"
local questions = {
  find = function(network, asked) return surrogate.find(network, network, asked) end,
  directly = surrogate.solve_directly,
  cascade = function(network, asked) return surrogate.cascade(network, asked, { rates = { 0 } }) end,
  decide = portfolio.decide,
  bounds = verify.bounds,
  encode = verify.encode,
  relax = verify.relax,
  search = verify.branch_and_bound,
  attack = verify.attack,
  tighten = tighten.bounds,
  nearest = distance.nearest,
  difference = function(network, asked) return verify.difference(network, network, asked) end,
  check = function(network, asked) return verify.check(network, asked, { 0.5, 0.4 }) end,
  evaluate = function(network, asked) return verify.evaluate(network, asked, { 0.5, 0.4 }) end,
}
local function refuses(name, network, asked, part)
  local fine, message = pcall(questions[name], network, asked)
  check(not fine and tostring(message):find(part, 1, true), ("%s: %s"):format(name, message))
end
for name in pairs(questions) do
  for _, bad in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
    local broken = dense:copy()
    broken:layer(1).weight[2] = tensor.from { bad, 1 }
    refuses(name, broken, problem(0.5), "expected finite weights")
    broken = dense:copy()
    broken:layer(2).bias[1] = bad
    refuses(name, broken, problem(0.5), "expected finite biases")
  end
  refuses(name, nn.mlp({ 2, 3, 1 }), problem(0.5), "network with one output")
  refuses(name, nn.mlp({ 3, 3, 2 }), problem(0.5), "3 inputs")
  local far = verify.problem { input = { 0.5, 0.4 }, epsilon = 1, class = 1, target = 7 }
  refuses(name, dense, far, "a target from 1 to 2, got 7")
end
for part, options in pairs {
  ["a target other than the class"] = { input = { 0.5, 0.4 }, epsilon = 1, class = 1, target = 1 },
  ["lower <= upper"] = { input = { 0.5, 0.4 }, epsilon = 1, class = 1, lower = 1, upper = 0 },
  ["outside its bounds"] = { input = { 0.5, 2 }, epsilon = 1, class = 1 },
  ["epsilon >= 0"] = { input = { 0.5, 0.4 }, epsilon = -1, class = 1 },
  ["finite inputs"] = { input = { 0.5, 0 / 0 }, epsilon = 1, class = 1 },
  ["at least one input"] = { input = {}, epsilon = 1, class = 1 },
  ["epsilon: is missing"] = { input = { 0.5, 0.4 }, class = 1 },
} do
  local fine, message = pcall(verify.problem, options)
  check(not fine and message:find(part, 1, true), message)
end

-- A region of one point is no empty one: x0 alone decides, and moves of no size find nothing.
for _, name in ipairs { "directly", "decide" } do
  check(questions[name](dense, problem(0)).verdict == "robust", name)
end
-- Misclassified from the start.
for _, name in ipairs { "find", "directly", "cascade", "decide" } do
  check(questions[name](dense, turned).verdict == "already_adversarial", name)
end
check(distance.nearest(dense, turned).distance == 0)
-- No time at all: an honest answer of what is known without any.
local none = { time_limit_s = 0 }
for _, asked in ipairs { problem(0.7), problem(0.9) } do
  check(portfolio.decide(dense, asked, none).verdict == "unknown")
  for _, result in ipairs {
    surrogate.find(dense, dense, asked, none),
    surrogate.solve_directly(dense, asked, none),
    surrogate.cascade(dense, asked, none),
  } do
    check(result.verdict == "unknown" and not result.witness)
  end
  local stopped = verify.branch_and_bound(dense, asked, none)
  check(stopped.bound >= stopped.margin and not stopped:proves_robust(dense))
  check(distance.nearest(dense, asked, none).bound == 0)
end

checks.finish()
