--- Scholarships: how should a university spread its money so that most of the admitted students come? A network tells
--- the share that enrols, by merit award, test score and grades. From JANOS (Bergman et al., 2022, "An integrated
--- predictive and prescriptive modeling framework"); gurobi-machinelearning has it as "student enrollment".
local awards = require "shared.awards"
local gallery = require "shared.gallery"
local milp = require "vnn.milp"
local tensor = require "vnn.tensor"

local function enrolment(student)
  local award, score, grade = table.unpack(student)
  return 1 / (1 + math.exp(-(1.6 * award - (score - 1000) / 120 - 1.5 * (grade - 3) + 0.3)))
end

local function prepare(seed)
  local lower, upper = tensor.from { 0, 800, 2 }, tensor.from { awards.most, 1600, 4 }
  return {
    enrolment = gallery.learn({ 3, 10, 1 }, enrolment, { lower = lower, upper = upper, seed = seed }),
    students = awards.students(seed),
  }
end

local function build(it)
  local model, students = milp.model "scholarship", #it.students
  local award = model:variables({ students, 1 }, { upper = awards.most, prefix = "award" })
  local known = model:variables({ students, 2 }, { lower = it.students, upper = it.students, prefix = "known" })
  local enrols = model:embed(it.enrolment, milp.concat({ award, known }, 2), { name = "enrols" })
  model:constrain(award:sum(), "<=", awards.mean * students)
  model:maximize(enrols.outputs:sum())
  return model
end

local function check(it)
  return awards.check(it.students, function(given, student)
    local known = student:broadcast { #given, 2 }
    return it.enrolment:forward(tensor.concat({ given:unsqueeze(2), known }, 2)):flatten()
  end)
end

return gallery.script {
  name = "scholarship",
  description = "Spreads merit awards so that most students enrol.",
  prepare = prepare,
  build = build,
  check = check,
}
