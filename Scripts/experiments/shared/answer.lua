--- What the scripts that answer for one problem share: the files that they read and write.
local json = require "vnn.json"
local milp = require "vnn.milp"
local names = require "vnn.names"
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local report = require "vnn.report"
local system = require "vnn.system"
local verify = require "vnn.verify"

local answer = {}

--- What the option `solver` may say.
answer.solver_names = table.move(milp.solver_names, 1, #milp.solver_names, 1, {})
table.insert(answer.solver_names, "auto")

--- The option that chooses the stages of `vnn.portfolio`.
---@type vnn.script.Option
answer.stages = {
  name = "stages",
  type = "list",
  choices = names.sorted(portfolio.stages),
  help = ("what is tried, in this order; without it %s, or with constraints %s"):format(
    table.concat(portfolio.default_stages(false), ","), table.concat(portfolio.default_stages(true), ",")),
}

--- The options of every such script, around its own.
---@param own vnn.script.Option[]
---@return vnn.script.Option[]
function answer.options(own)
  local options = {
    { name = "network", type = "string", help = "the dense network, a .safetensors, .npz or .onnx file" },
    { name = "problem", type = "string", help = "the problem, a JSON file" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "glpk", choices = answer.solver_names, help = "MILP solver; auto is glpk" },
  }
  table.move(own, 1, #own, #options + 1, options)
  table.insert(options, { name = "json", type = "string", help = "file for verdict, witness and clocks" })
  table.insert(options, {
    name = "witness",
    type = "string",
    help = "file for the witness alone: JSON with its point as `input`",
  })
  return options
end

--- The network and the problem that the options name, and the solver's name.
---@return vnn.Network? network nil when a file is missing or wrong, the two do not fit, or the solver is not there
---@return vnn.Problem|string problem the message then
---@return string? solver
function answer.load(options)
  if not options.network or not options.problem then return nil, "--network and --problem are needed" end
  local name = options.solver == "auto" and "glpk" or options.solver
  local solver, missing = milp.capabilities(name)
  if not solver then return nil, missing end
  local network, message = nn.load(options.network)
  if not network then return nil, message end
  local problem
  problem, message = verify.load_problem(options.problem)
  if not problem then return nil, message end
  local inputs, class = problem.input.shape[1], math.max(problem.class, problem.target or 1)
  if inputs ~= network.inputs or class > network.outputs then
    return nil,
      ("%s: the problem is about %d inputs and class %d, and the network in %s has %d inputs and %d outputs"):format(
        options.problem, inputs, class, options.network, network.inputs, network.outputs)
  end
  for position, constraint in ipairs(problem.constraints) do
    if constraint.outputs and constraint.outputs.shape[1] ~= network.outputs then
      return nil,
        ("%s: constraint %d is about %d outputs, and the network in %s has %d"):format(
          options.problem, position, constraint.outputs.shape[1], options.network, network.outputs)
    end
  end
  return network, problem, name
end

--- A number that JSON has.
local function finite(value) return value and math.abs(value) < math.huge and value or nil end

--- Prints the verdict, and then writes the files that the options ask for: where that fails, the verdict is out.
---@param result vnn.verdict.Result
---@param options table
---@param further? table<string, any> more members for the JSON file
---@return integer? code 0 when the problem is decided, otherwise 3; nil when a file cannot be written
---@return string? message
function answer.give(result, options, further)
  local witness = result.witness
  -- Members that say nothing about this result are absent.
  local record = {
    verdict = result.verdict,
    decided_by = result.decided_by,
    reason = result.reason,
    witness = witness and witness.input:table(),
    margin = witness and witness.margin,
    margin32 = witness and witness.margin32,
    distance = witness and witness.distance,
    first_hit_s = result.first_hit_s,
    seconds = result.seconds,
    clocks = result.clocks,
    status = result.status,
    objective = finite(result.objective),
    bound = finite(result.bound),
    nodes = result.nodes,
    binaries = result.binaries,
    candidates = result.candidates,
    version = system.version,
  }
  for name, value in pairs(further or {}) do record[name] = value end
  print(report.verdict(result))
  io.stdout:flush()
  local written, message, saved, reason = true, nil, true, nil
  if options.json then written, message = system.write_file(options.json, json.encode(record) .. "\n") end
  if options.witness and witness then saved, reason = witness:save(options.witness) end
  if not written or not saved then return nil, message or reason end
  return result.verdict == "unknown" and 3 or 0
end

return answer
