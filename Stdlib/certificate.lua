--- Writes certificates of verdicts, which others can check without trusting this program: see `help "certificates"`.
local milp = require "vnn.milp"
local settings = require "vnn.settings"
local system = require "vnn.system"
local verify = require "vnn.verify"

local certificate = {}

---@class vnn.certificate.Options
---@field network_file? string a file that holds the network (default: `path`.network.safetensors is written)
---@field problem_file? string a file that holds the problem (default: `path`.problem.json is written)
---@field time_limit_s? number seconds for a proof that has to be found again by the branch and bound (default: twice as
---  long as the result took, and at least 10)

--- Who proved it, for what the branch and bound does not prove again. A solver's model is written beside the
--- certificate, for others to solve.
local function source(result, path)
  local proof = result.proof
  local solution = type(proof) == "table" and proof.solution
  if not solution then return ("%s of vnnlua %s"):format(result.decided_by or "a proof", system.version) end
  local model_file = path .. ".model.mps"
  local written, message = proof.encoding.model:write(model_file)
  if not written then return nil, message end
  local version = milp.capabilities(solution.solver)
  return ("%s %s: %s of %s"):format(
    solution.solver, version and version.version or "", solution, model_file:match "[^/]*$")
end

--- Writes the certificate of a result of `portfolio.decide` or `surrogate.find`. A proof that is no recorded search is
--- found again by one, unless duals of linear programs gave it; where that takes too long, the certificate names whose
--- word it rests on, and proves nothing. Of a finished MILP the model is written too, as `path`.model.mps.
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
    local evidence = verify.branch_and_bound(dense, problem, limits)
    if not evidence:proves_robust(dense, problem) then
      claim = "trusted"
      evidence, problem_file = source(result, path)
    end
    if evidence then network_file, problem_file = certify(evidence) end
  end
  if not network_file then return nil, problem_file end
  return { claim = claim, network = network_file, problem = problem_file }
end

--- The option of experiments that keep certificates: `--keep evidence`.
---@type vnn.script.Option
certificate.option = {
  name = "keep",
  type = "string",
  choices = { "evidence" },
  help = "evidence: certificates of verdicts in DIR/evidence, for Scripts/check-evidence",
}

--- Keeps the certificate of a case's result in the folder of its sweep: `evidence/ID.gz` and the files that it goes
--- with, where ID is that of the case. Without a folder, or a verdict, nothing is kept.
---
--- ```lua
--- local certificate = require "vnn.certificate"
--- -- in `options`: certificate.option; in `run`, with its case, options and context:
--- local row = { verdict = "unknown" }
--- row.evidence = certificate.keep({ folder = "results", id = "0a1b" }, nil, nil, { verdict = row.verdict })
--- print(row.evidence, certificate.option.name) --> nil	keep
--- ```
---@param context vnn.experiment.Context
---@param dense vnn.Network
---@param problem vnn.Problem
---@param result vnn.verdict.Result
---@param options? vnn.certificate.Options
---@return string? file within the folder
---@return string? claim "robust", "adversarial" or "trusted"; without a file why there is none
function certificate.keep(context, dense, problem, result, options)
  settings.expect("certificate.keep", 1, context, "a table")
  settings.expect("certificate.keep", 4, result, "a table")
  if not context.folder or result.verdict == "unknown" then return nil, "no verdict is kept" end
  local made, message = system.make_directory(context.folder .. "/evidence")
  if not made then return nil, message end
  local file = ("evidence/%s.gz"):format(context.id)
  local files, reason = certificate.write(("%s/%s"):format(context.folder, file), dense, problem, result, options)
  if not files then return nil, reason end
  return file, files.claim
end

return certificate
