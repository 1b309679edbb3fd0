--- A sigmoid as a piecewise-linear network of one hidden layer, and with it a logistic regression in a model:
--- scholarships as in `scholarship.lua`, by the regression that JANOS (Bergman et al., 2022) has for them.
local awards = require "shared.awards"
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local tensor = require "vnn.tensor"

local regression = { 1.6, -1 / 120, -1.5 } -- of award, score and grade
local constant = 0.3 + 1000 / 120 + 1.5 * 3

local function sigmoid(t) return 1 / (1 + math.exp(-t)) end

--- The network of one input that is f at the knots, linear between them, and constant outside: a ReLU for every knot,
--- weighted by how much the slope changes there.
local function piecewise(f, knots)
  local slopes = { [0] = 0, [#knots] = 0 }
  for k = 1, #knots - 1 do slopes[k] = (f(knots[k + 1]) - f(knots[k])) / (knots[k + 1] - knots[k]) end
  local change = {}
  for k = 1, #knots do change[k] = slopes[k] - slopes[k - 1] end
  return nn.from_layers {
    { weight = tensor.ones { #knots, 1 }, bias = -tensor.from(knots) },
    { weight = tensor.from { change }, bias = tensor.from { f(knots[1]) } },
  }
end

local function prepare(seed)
  return { sigmoid = piecewise(sigmoid, tensor.linspace(-7, 7, 15):table()), students = awards.students(seed) }
end

--- The part of the logits that no award changes, one number for each student.
local function fixed(students) return students:matmul(tensor.from { regression[2], regression[3] }) + constant end

local function build(it)
  local model, students, least = milp.model "sigmoid", #it.students, fixed(it.students)
  local award = model:variables(students, { upper = awards.most, prefix = "award" })
  local greatest = least + regression[1] * awards.most
  local logit = model:variables(students, { lower = least, upper = greatest, prefix = "logit" })
  model:add_rows({ { 1, logit }, { -regression[1], award } }, "==", least)
  local enrols = model:embed(it.sigmoid, logit:reshape(students, 1), { name = "enrols" })
  model:constrain(award:sum(), "<=", awards.mean * students)
  model:maximize(enrols.outputs:sum())
  return model
end

local function check(it)
  local off = 0
  local found = awards.check(it.students, function(given, student)
    local logits = given * regression[1] + fixed(student:unsqueeze(1))[1]
    local pieces = it.sigmoid:forward(logits:unsqueeze(2)):flatten()
    off = math.max(off, (pieces - logits:sigmoid()):abs():max())
    return pieces
  end)
  found.how = ("%s; the pieces are within %.4f of the sigmoid"):format(found.how, off)
  return found
end

return gallery.script {
  name = "sigmoid",
  description = "Spreads merit awards by a logistic regression, its sigmoid in linear pieces.",
  prepare = prepare,
  build = build,
  check = check,
}
