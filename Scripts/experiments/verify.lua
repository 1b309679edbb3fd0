--- Decides one VNN-LIB property of one network, with the verification competition's words and counterexamples.
local answer = require "shared.answer"
local json = require "vnn.json"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local property = require "vnn.property"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

--- What the file gets; members that say nothing about this result are absent.
local function record(result)
  local bound, nodes
  for _, case in ipairs(result.cases) do
    if case.bound and math.abs(case.bound) < math.huge then bound = math.max(bound or case.bound, case.bound) end
    nodes = case.nodes and (nodes or 0) + case.nodes or nodes
  end
  return {
    verdict = result.verdict,
    decided_by = result.decided_by,
    reason = result.reason,
    input = result.input and result.input:table(),
    outputs = result.outputs and result.outputs:table(),
    seconds = result.seconds,
    open = result.open,
    bound = bound,
    nodes = nodes,
    version = system.version,
  }
end

--- The chain that a property is about, the property, and of an ONNX file what runs it as it is; nil and what is wrong.
local function read(options)
  local lower, network = options.network:lower(), nil
  local is_onnx = lower:match "%.onnx$" or lower:match "%.onnx%.gz$"
  if not is_onnx then
    local message
    network, message = nn.load(options.network)
    if not network then return nil, message end
  end
  local stated, wrong = verify.load_property(options.property)
  if not stated then return nil, wrong end
  if #stated.networks ~= 1 then
    return nil, options.property .. ": expected a property of one network; vnnlua verify takes those of several"
  end
  if is_onnx then
    local models
    models, wrong = stated:load({ [stated.networks[1]] = options.network }, { output = options.output })
    if models then network, wrong = models:network() end
    if network then return network, stated, models end
    -- A network that cannot be read is not the property's fault; one that does not fit is either's.
    local is_misfit = wrong:find("declare", 1, true)
    return nil, is_misfit and ("%s, in %s"):format(wrong, options.property) or wrong
  end
  if network.inputs ~= stated.network_inputs[1] or network.outputs ~= stated.network_outputs[1] then
    return nil, ("%s: it has %d inputs and %d outputs, and %s declares %d inputs and %d outputs"):format(
      options.network, network.inputs, network.outputs, options.property, stated.network_inputs[1],
      stated.network_outputs[1])
  end
  return stated:chain(network), stated
end

local function run(options)
  local start = system.clock()
  -- Before the solve, which may take long.
  local folder = options.certificate and options.certificate:match "^(.+)/"
  if folder and not system.exists(folder) then
    return nil, ("--certificate: %s: cannot be written: no folder '%s'"):format(options.certificate, folder)
  end
  local solver, missing = milp.capabilities(options.solver)
  if not solver then return nil, missing end
  local network, stated, models = read(options)
  if not network then return nil, stated end
  if options.check then return true end
  local result = property.decide(network, stated, {
    time_limit_s = math.max(options.time_limit - (system.clock() - start), 0),
    replay = models and function(input) return models:replay(input) end,
    replay_network = models and models.drops_activations and function(input)
      return models:replay_network(input)
    end or nil,
    stages = options.stages,
    solver = options.solver,
    seed = options.seed,
    threads = options.threads or tensor.threads(),
    certificate = options.certificate ~= nil,
  })
  result.seconds = system.clock() - start
  if result.verdict ~= "sat" and result.reason then io.stderr:write("verify: " .. result.reason .. "\n") end
  -- First of all, so that a file that cannot be written does not cost the verdict.
  print(result.verdict)
  io.stdout:flush()
  local written, saved, message, reason = true, true, nil, nil
  if options.json then written, message = system.write_file(options.json, json.encode(record(result)) .. "\n") end
  if options.counterexample and result.verdict == "sat" then
    local text = property.counterexample(result.input, result.outputs) .. "\n"
    saved, reason = system.write_file(options.counterexample, text)
  end
  if not written or not saved then return nil, message or reason end
  if options.certificate and (result.verdict == "sat" or result.verdict == "unsat") then
    local certified, failure = property.certify(network, stated, result, options.certificate)
    if not certified then return nil, failure end
  end
  return (result.verdict == "sat" or result.verdict == "unsat") and 0 or 3
end

return {
  name = "verify",
  description = "Decides a VNN-LIB property: prints sat, unsat, unknown or timeout (exit code 3 for the last two).",
  arguments = {
    { name = "network", type = "string", help = "an .onnx, .npz or .safetensors file; .onnx may be gzipped" },
    { name = "property", type = "string", help = "a VNN-LIB file, may be gzipped" },
  },
  options = {
    { name = "time_limit", default = 120.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "solver of linear programs and MILPs" },
    answer.stages,
    { name = "seed", default = 0, help = "seed of the attack's starts" },
    answer.threads,
    { name = "output", type = "string", help = "which output of an .onnx file with several" },
    { name = "check", default = false, help = "only read both files and see whether they fit; prints nothing then" },
    { name = "json", type = "string", help = "file for verdict, point and figures" },
    {
      name = "certificate",
      type = "string",
      help = "file for a certificate of the verdict, beside FILE.network.safetensors and FILE.problem.json; see "
        .. "vnnlua help certificates",
    },
    { name = "counterexample", type = "string", help = "file for the point, in the competition's format" },
  },
  run = run,
}
