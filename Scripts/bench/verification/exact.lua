--- Verdicts on random small problems whose answers are known exactly: every norm, several boxes, one to four inputs.
--- The largest margin is at 0, or beside it by 1e-12 of what it varies and up. `exact.py` makes problems and judges
--- verdicts and witnesses, in fractions; what is wrong is named by its seed.
local json = require "vnn.json"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local portfolio = require "vnn.portfolio"
local property = require "vnn.property"
local report = require "vnn.report"
local shell = require "vnn.host.shell"
local stated = require "stated"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

-- Beside this script, from wherever it is run.
local judge = (arg[0]:match "^(.*)/[^/]*$" or ".") .. "/exact.py"

local function network_of(asked)
  local layers = {}
  for place, layer in ipairs(asked.layers) do
    layers[place] = { weight = tensor.from(layer.weight), bias = tensor.from(layer.bias) }
  end
  return nn.from_layers(layers)
end

--- The verdict, and the input that it rests on.
local function decide(asked, time_limit, path)
  local network = network_of(asked)
  if asked.boxes then
    local question = stated(network, asked.boxes, asked.condition, path)
    local result = property.decide(network, question, { time_limit_s = time_limit })
    return result.verdict, result.input
  end
  local problem = verify.problem {
    input = asked.input, lower = asked.lower, upper = asked.upper, norm = asked.norm, epsilon = asked.epsilon,
    rows = asked.rows, class = asked.class, target = asked.target,
  }
  local result = portfolio.decide(network, problem, { time_limit_s = time_limit })
  return result.verdict, result.witness and result.witness.input
end

local function run(options)
  print(origin.processor())
  local folder <close> = assert(system.temporary_folder())
  local problems = options.problems or folder.path .. "/problems"
  local answers, path = folder.path .. "/answers", folder.path .. "/asked.vnnlib"
  local python = os.getenv "VNNLUA_PYTHON" or "python3"
  if not options.problems then
    local words = { python, judge, "make", tostring(options.first), tostring(options.count) }
    local made, message = shell.output(("%s 2>&1 >%s"):format(shell.line(words), shell.quote(problems)))
    if not made then return nil, message end
  end
  do
    local given <close> = assert(io.open(answers, "w"))
    for line in io.lines(problems) do
      local asked = assert(json.decode(line))
      report.progress(("seed %d"):format(asked.seed))
      local start = system.clock()
      local fine, verdict, input = pcall(decide, asked, options.time_limit, path)
      given:write(json.encode {
        seed = asked.seed,
        verdict = fine and verdict or ("error: " .. tostring(verdict)):match "[^\n]*",
        input = input and input:table(),
        seconds = system.clock() - start,
      }, "\n")
    end
  end
  report.progress()
  local text, message = shell.output(shell.line { python, judge, "judge", problems, answers } .. " 2>&1")
  print(text or message)
  return text and true or nil, not text and "some verdicts are wrong" or nil
end

return {
  name = "exact",
  description = "Verdicts on random small problems whose answers are known exactly, in fractions.",
  options = {
    { name = "first", default = 1, help = "the first seed" },
    { name = "count", default = 500, minimum = 1, help = "how many problems" },
    { name = "problems", type = "string", help = "file of problems that exact.py has made" },
    { name = "time_limit", default = 1.0, help = "seconds per problem" },
  },
  run = run,
}
