--- Embed a network in a MILP and add constraints of your own: the picture's border and its mean must not change.
local milp = require "vnn.milp"
local portfolio = require "vnn.portfolio"
local report = require "vnn.report"
local shared = require "shared"
local verify = require "vnn.verify"

local dense, _, problem = shared.small()
local encoding = verify.encode(dense, problem)
local model, inputs = encoding.model, encoding.inputs
print(encoding)

local free = model:solve { time_limit_s = 30 }
print(("largest margin with every pixel free: %.4f (%s)"):format(free.objective, free.status))

-- Inputs are numbered row by row. Any rows can be added before the solve, or variables fixed.
local side = problem.rows
for row = 1, side do
  for column = 1, side do
    if row == 1 or row == side or column == 1 or column == side then
      local position = (row - 1) * side + column
      model:fix(inputs[position], problem.input[position])
    end
  end
end
-- The same as a row: the inner pixels get no brighter altogether.
model:constrain(milp.sum(inputs), "<=", problem.input:sum(), "no brighter")

local held = model:solve { time_limit_s = 30 }
print(("with a fixed border and no more light: %.4f (%s)"):format(held.objective, held.status))
local witness = verify.check(dense, problem, held:values(inputs))
print(witness and "an adversarial input: " .. tostring(witness) or "no adversarial input under this constraint")

-- Constraints of the problem itself, instead of one model's, count everywhere: in attacks, rechecks, files and proofs.
local ones = problem.input * 0 + 1
local function with(...)
  return verify.problem {
    input = problem.input, epsilon = problem.epsilon, rows = side, class = problem.class, target = problem.target,
    constraints = { ... },
  }
end
local same_mean = with { inputs = ones, relation = "==", right = problem.input:sum() }
print("with the same mean: " .. report.verdict(portfolio.decide(dense, same_mean, { time_limit_s = 30 })))
local too_bright = with { inputs = ones, relation = ">=", right = problem.input:sum() + 2 * problem.epsilon }
print("brighter than the region allows: " .. report.verdict(portfolio.decide(dense, too_bright)))
