--- Settles one problem file on one network file by the whole portfolio: attack, bounds, search, surrogates.
local json = require "vnn.json"
local nn = require "vnn.nn"
local report = require "vnn.report"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local verify = require "vnn.verify"

--- What the file and other programs get: the same members whatever happened, null where there is nothing to say.
local function record(result)
  local witness = result.witness
  return {
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
    nodes = result.nodes,
    bound = result.bound and math.abs(result.bound) < math.huge and result.bound or nil,
    candidates = result.candidates,
    version = system.version,
  }
end

local function run(options)
  if not options.network or not options.problem then return nil, "--network and --problem are needed" end
  local dense, message = nn.load(options.network)
  if not dense then return nil, message end
  local problem
  problem, message = verify.load_problem(options.problem)
  if not problem then return nil, message end
  local solver = options.solver == "auto" and "glpk" or options.solver
  local result = surrogate.decide(dense, problem, {
    time_limit_s = options.time_limit,
    solver = solver,
    seed = options.seed,
    stages = options.stages,
  })
  if options.json then assert(system.write_file(options.json, json.encode(record(result)) .. "\n")) end
  if options.witness and result.witness then assert(result.witness:save(options.witness)) end
  print(report.verdict(result))
  return result.verdict == "unknown" and 3 or 0
end

return {
  name = "decide",
  description = "Finds an adversarial input for a problem, or proves that there is none (exit code 3: neither).",
  options = {
    { name = "network", type = "string", help = "the dense network, a safetensors file" },
    { name = "problem", type = "string", help = "the problem, a JSON file" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "auto", choices = { "auto", "glpk", "highs" }, help = "solver of the surrogates" },
    {
      name = "stages",
      type = "list",
      help = "what is tried, in this order (default: what suits the problem)",
    },
    { name = "seed", default = 0, help = "seed of the attack's starts" },
    { name = "json", type = "string", help = "file for verdict, witness and clocks" },
    { name = "witness", type = "string", help = "file for the witness alone, as check_witness.py reads it" },
  },
  run = run,
}
