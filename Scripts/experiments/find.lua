--- Runs one surrogate on one problem file: prune, embed, solve, test every candidate on the dense network.
local json = require "vnn.json"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local report = require "vnn.report"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local verify = require "vnn.verify"

local function record(result, options)
  local witness = result.witness
  return {
    verdict = result.verdict,
    decided_by = result.decided_by,
    reason = result.reason,
    witness = witness and witness.input:table(),
    margin = witness and witness.margin,
    distance = witness and witness.distance,
    first_hit_s = result.first_hit_s,
    seconds = result.seconds,
    clocks = result.clocks,
    rate = options.rate,
    method = options.method,
    variant = options.variant,
    solver = options.solver,
    status = result.status,
    objective = result.objective,
    bound = result.bound,
    nodes = result.nodes,
    binaries = result.binaries,
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
  if options.solver == "auto" then options.solver = "glpk" end
  local start = system.clock()
  local embedded = options.rate == 0 and dense
    or prune.apply(dense, { criterion = options.method, rate = options.rate, seed = options.seed })
  local pruning = system.clock() - start
  local result = surrogate.find(dense, embedded, problem, {
    time_limit_s = options.time_limit,
    solver = options.solver,
    variant = options.variant,
    bounds = options.bounds,
  })
  result.clocks.prune = pruning
  if options.json then assert(system.write_file(options.json, json.encode(record(result, options)) .. "\n")) end
  if options.witness and result.witness then assert(result.witness:save(options.witness)) end
  print(report.verdict(result))
  return result.verdict == "unknown" and 3 or 0
end

return {
  name = "find",
  description = "Solves the MILP of a pruned copy, testing its points on the dense network (exit code 3: none passed).",
  options = {
    { name = "network", type = "string", help = "the dense network, a safetensors file" },
    { name = "problem", type = "string", help = "the problem, a JSON file" },
    {
      name = "rate",
      default = 0.9,
      minimum = 0,
      below = 1,
      help = "pruning rate; 0 solves the dense network itself",
    },
    { name = "method", default = "magnitude", choices = { "magnitude", "random" }, help = "what is pruned" },
    {
      name = "variant",
      default = "plain",
      choices = { "plain", "polish", "region_lp", "remove_region" },
      help = "what is done with a point that is no hit",
    },
    {
      name = "bounds",
      default = "backward",
      choices = { "interval", "backward", "optimized" },
      help = "how preactivations are bounded",
    },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "auto", choices = { "auto", "glpk", "highs" }, help = "MILP solver" },
    { name = "seed", default = 0, help = "seed of random pruning" },
    { name = "json", type = "string", help = "file for verdict, witness and clocks" },
    { name = "witness", type = "string", help = "file for the witness alone, as check_witness.py reads it" },
  },
  run = run,
}
