--- What the scripts that answer for one problem share: the files that they read and write.
local json = require "vnn.json"
local nn = require "vnn.nn"
local report = require "vnn.report"
local system = require "vnn.system"
local verify = require "vnn.verify"

local answer = {}

--- The options of every such script, around its own.
---@param own vnn.script.Option[]
---@return vnn.script.Option[]
function answer.options(own)
  local options = {
    { name = "network", type = "string", help = "the dense network, a .safetensors, .npz or .onnx file" },
    { name = "problem", type = "string", help = "the problem, a JSON file" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "auto", choices = { "auto", "glpk", "highs" }, help = "MILP solver; auto is glpk" },
  }
  table.move(own, 1, #own, #options + 1, options)
  table.insert(options, { name = "json", type = "string", help = "file for verdict, witness and clocks" })
  table.insert(options, {
    name = "witness",
    type = "string",
    help = "file for the witness alone, as check_witness.py reads it",
  })
  return options
end

--- The network and the problem that the options name, and the solver's name.
---@return vnn.Network? network nil when a file is missing or wrong
---@return vnn.Problem|string problem the message then
---@return string? solver
function answer.load(options)
  if not options.network or not options.problem then return nil, "--network and --problem are needed" end
  local network, message = nn.load(options.network)
  if not network then return nil, message end
  local problem
  problem, message = verify.load_problem(options.problem)
  if not problem then return nil, message end
  return network, problem, options.solver == "auto" and "glpk" or options.solver
end

--- A number that JSON has.
local function finite(value) return value and math.abs(value) < math.huge and value or nil end

--- Prints the verdict and writes the files that the options ask for.
---@param result vnn.surrogate.Result
---@param options table
---@param further? table<string, any> more members for the JSON file
---@return integer code 0 when the problem is decided, otherwise 3
function answer.give(result, options, further)
  local witness = result.witness
  -- The same members whatever happened, absent where there is nothing to say.
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
  if options.json then assert(system.write_file(options.json, json.encode(record) .. "\n")) end
  if options.witness and witness then assert(witness:save(options.witness)) end
  print(report.verdict(result))
  return result.verdict == "unknown" and 3 or 0
end

return answer
