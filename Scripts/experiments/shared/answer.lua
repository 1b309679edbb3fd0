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

--- How many threads attack and search.
---@type vnn.script.Option
answer.threads = { name = "threads", type = "integer", minimum = 1, help = "threads (default: one for each processor)" }

--- The option that says what an ONNX file's outputs are.
---@type vnn.script.Option
answer.output = { name = "output", type = "string", help = "which output of an .onnx file with several" }

--- The options of every such script, around its own.
---@param own vnn.script.Option[]
---@return vnn.script.Option[]
function answer.options(own)
  local options = {
    { name = "network", type = "string", help = "the dense network, a .safetensors, .npz or .onnx file" },
    answer.output,
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

--- A network for questions of which class wins. An activation at the end of an ONNX file keeps the order of its
--- outputs: it is left out, unless what is asked is more than that.
---@param path string
---@param output? string which output of an ONNX file
---@param last? "keep"|"drop" (default: "drop")
---@return vnn.Network? network
---@return (fun(x: vnn.Tensor): vnn.Tensor?)|string|nil replay the message where there is no network; of an ONNX file,
---  of which the network is only what was lowered, the outputs as the file computes them; nothing of other files
function answer.network(path, output, last)
  local options = { output = output, last = last or "drop" }
  local network, message = nn.load(path, options)
  if not network then return nil, message end
  -- A single output is compared with 0, which is more than an order.
  if network.outputs == 1 and not last then return answer.network(path, output, "keep") end
  local lower = path:lower()
  if not lower:match "%.onnx$" and not lower:match "%.onnx%.gz$" then return network end
  return network, function(x) return (nn.replay(path, x, options)) end
end

--- What a witness about an ONNX file has to pass besides the recheck on the network.
---@class shared.answer.Original
---@field confirm? fun(witness: vnn.Witness): boolean whether the file itself has that class or target win there;
---  nothing where the file holds the network itself
---@field settled fun(witness: vnn.Witness): vnn.Witness the same in single precision, as other tools read it, where the
---  region holds such a point and that is a witness as well

---@return shared.answer.Original
local function original(network, problem, replay)
  if not replay then return { settled = function(witness) return witness end } end
  local function confirm(witness)
    local outputs = replay(witness.input)
    return outputs ~= nil and problem:margin(outputs) >= 0
  end
  local function settled(witness)
    if #problem.constraints > 0 then return witness end
    local single = verify.check(network, problem, verify.property(network, problem):round(witness.input))
    return single and confirm(single) and single or witness
  end
  return { confirm = confirm, settled = settled }
end

--- The network and the problem that the options name, the solver's name, and what a witness has to pass.
---@return vnn.Network? network nil when a file is missing or wrong, the two do not fit, or the solver is not there
---@return vnn.Problem|string problem the message then
---@return string? solver
---@return shared.answer.Original? original
function answer.load(options)
  if not options.network or not options.problem then return nil, "--network and --problem are needed" end
  local name = options.solver == "auto" and "glpk" or options.solver
  local solver, missing = milp.capabilities(name)
  if not solver then return nil, missing end
  local network, replay = answer.network(options.network, options.output)
  if not network then return nil, replay end
  local problem, message = verify.load_problem(options.problem)
  if not problem then return nil, message end
  for _, constraint in ipairs(problem.constraints) do
    -- A constraint says more about outputs than which is larger.
    if constraint.outputs and replay then network, replay = answer.network(options.network, options.output, "keep") end
    if not network then return nil, replay end
  end
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
  return network, problem, name, original(network, problem, replay)
end

--- A number that JSON has.
local function finite(value) return value and math.abs(value) < math.huge and value or nil end

--- Prints the verdict, and then writes the files that the options ask for: where that fails, the verdict is out.
---@param result vnn.verdict.Result
---@param options table
---@param from shared.answer.Original
---@param further? table<string, any> more members for the JSON file
---@return integer? code 0 when the problem is decided, otherwise 3; nil when a file cannot be written
---@return string? message
function answer.give(result, options, from, further)
  local witness = result.witness and from.settled(result.witness)
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
