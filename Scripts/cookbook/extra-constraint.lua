--- Embed a network in a MILP and add a constraint of your own: the picture's border must not change.
local milp = require "vnn.milp"
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
