--- Writes certificates of proofs of every kind into FOLDER, and prints their names with what they claim.
-- luacheck: read globals FOLDER
local certificate = require "vnn.certificate"
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local network = nn.mlp({ 4, 12, 12, 3 }, { seed = 3 })
local input = tensor.full({ 4 }, 0.5)
local class, rival = table.unpack(network:top_classes(input, 2))

local function problem(epsilon, constraints, norm)
  return verify.problem {
    input = input, norm = norm or "l1", epsilon = epsilon, class = class, target = rival, constraints = constraints,
  }
end

local function keep(name, asked, stages, options)
  local result = portfolio.decide(network, asked, { stages = stages, time_limit_s = 20 })
  assert(result.verdict == "robust", name .. ": " .. tostring(result.decided_by))
  local files = assert(certificate.write(FOLDER .. "/" .. name, network, asked, result, options))
  io.write(name, " ", files.claim, "\n")
end

-- The largest radius at which linear programs alone prove it, and no bounds.
local function by_programs(constraints)
  for step = 40, 1, -1 do
    local asked = problem(step / 40, constraints)
    if portfolio.decide(network, asked, { stages = { "programs" } }).verdict == "robust" then return asked end
  end
end

-- What the search may do in no time it mostly does not do, and it knows nothing of constraints.
local at_once = { time_limit_s = 0 }
local ones = { 1, 1, 1, 1 }
local margin = { 0, 0, 0 }
margin[rival], margin[class] = 1, -1
local no_input = { { inputs = ones, relation = ">=", right = 3.5 } }
local few_inputs = { { inputs = ones, relation = "<=", right = 2 }, { outputs = margin, relation = "<=", right = 0.5 } }
local excluded = { { outputs = margin, relation = "<=", right = -0.001 } }
keep("duals", by_programs(), { "programs" }, at_once)
keep("no-input", problem(1, no_input), { "programs" }, at_once)
keep("multipliers", by_programs(few_inputs), { "programs" }, at_once)
keep("outputs", problem(1, excluded, "linf"), { "programs" }, at_once)
keep("difference", problem(0.05), { "difference" })
keep("milp", problem(0.05), { "milp" })
keep("word", problem(1, excluded, "linf"), { "milp" })
