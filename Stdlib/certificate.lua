--- Writes certificates of verdicts, which others can check without trusting this program: see `help "certificates"`.
local settings = require "vnn.settings"
local system = require "vnn.system"
local verify = require "vnn.verify"

local certificate = {}

---@class vnn.certificate.Options
---@field network_file? string a file that holds the network (default: `path`.network.safetensors is written)
---@field problem_file? string a file that holds the problem (default: `path`.problem.json is written)
---@field time_limit_s? number seconds for a proof that has to be found again by the branch and bound (default: twice as
---  long as the result took, and at least 10)

--- Who proved it, for what the branch and bound does not prove again.
local function source(result)
  local proof = result.proof
  local solution = type(proof) == "table" and proof.solution
  return ("%s of vnnlua %s"):format(solution and tostring(solution) or result.decided_by or "a proof", system.version)
end

--- Writes the certificate of a result of `portfolio.decide` or `surrogate.find`. A proof that is no recorded search is
--- found again by one; where that takes too long, the certificate names whose word it rests on, and proves nothing.
---
--- ```lua
--- local certificate, nn, verify = require "vnn.certificate", require "vnn.nn", require "vnn.verify"
--- local portfolio, system = require "vnn.portfolio", require "vnn.system"
--- local dense = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "l1", epsilon = 0.01, class = 2 }
--- local folder <close> = system.temporary_folder()
--- local files = certificate.write(folder.path .. "/c", dense, problem, portfolio.decide(dense, problem))
--- print(files.claim, files.problem == folder.path .. "/c.problem.json") --> robust	true
--- ```
---@param path string gzipped where it ends in .gz
---@param dense vnn.Network
---@param problem vnn.Problem
---@param result vnn.verdict.Result
---@param options? vnn.certificate.Options
---@return { claim: "robust"|"adversarial"|"trusted", network: string, problem: string }? files what it claims, and the
---  files that it goes with; nil when there is no certificate
---@return string? message why
function certificate.write(path, dense, problem, result, options)
  settings.expect("certificate.write", 1, path, "a string")
  settings.expect("certificate.write", 2, dense, "vnn.Network")
  settings.expect("certificate.write", 3, problem, "vnn.Problem")
  settings.expect("certificate.write", 4, result, "a table")
  options = settings.of("certificate.write", options, { time_limit_s = math.max(10, 2 * (result.seconds or 0)) }, {
    "network_file",
    "problem_file",
  })
  if result.verdict == "unknown" then return nil, "certificate: the problem is not decided" end
  local files = { network_file = options.network_file, problem_file = options.problem_file }
  local function certify(evidence) return verify.certify(dense, problem, evidence, path, files) end
  local claim = result.verdict == "robust" and "robust" or "adversarial"
  local network_file, problem_file = certify(result.witness or result.proof)
  if claim == "robust" and not network_file then
    local limits = { certificate = true, time_limit_s = options.time_limit_s }
    local search = verify.branch_and_bound(dense, problem, limits)
    local proves = search:proves_robust(dense, problem)
    claim = proves and "robust" or "trusted"
    network_file, problem_file = certify(proves and search or source(result))
  end
  if not network_file then return nil, problem_file end
  return { claim = claim, network = network_file, problem = problem_file }
end

return certificate
