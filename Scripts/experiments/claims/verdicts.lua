--- The findings under every setting: the result of each part, and what comes of the whole.
local findings = require "claims.findings"
local kept = require "claims.kept"
local part = require "claims.part"
local report = require "vnn.report"

local verdicts = {}

--- What is said of a finding: reproduced where every part holds; in part where some does; not where none does and some
--- shows the opposite; open where nothing is shown either way; not testable without images enough.
verdicts.words = { "reproduced", "in part", "not", "open", "not testable" }

---@class claims.Claim
---@field finding claims.Finding
---@field setting claims.Setting
---@field results claims.Result[]? of the parts of an observation
---@field verdict string one of `verdicts.words`

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

--- The word for an observation of whose parts these are the outcomes.
local function of_outcomes(outcomes)
  local seen = set_of(outcomes)
  if seen.holds then return next(seen, next(seen)) and "in part" or "reproduced" end
  return seen.opposite and "not" or seen.open and "open" or "not testable"
end

--- The word for a conclusion that rests on observations with these words.
local function of_words(words)
  local seen = set_of(words)
  if not next(seen, next(seen)) then return words[1] end
  return (seen.reproduced or seen["in part"]) and "in part" or seen["not"] and "not" or "open"
end

--- The claims of one setting, in the order of the findings.
local function of_setting(setting)
  local list = kept.pairs(setting)
  local definitions, results, claims, by_id = {}, {}, {}, {}
  for position, finding in ipairs(findings) do
    local claim = { finding = finding, setting = setting, results = finding.parts and {} }
    claims[position], by_id[finding.id] = claim, claim
    for place, definition in ipairs(finding.parts or {}) do
      local result = part.test(definition, list)
      claim.results[place] = result
      definitions[#definitions + 1], results[#results + 1] = definition, result
    end
  end
  part.judge(definitions, results)
  for _, claim in ipairs(claims) do
    local words = {}
    for place, result in ipairs(claim.results or {}) do words[place] = result.outcome end
    if claim.results then claim.verdict = of_outcomes(words) end
  end
  for _, claim in ipairs(claims) do
    local words = {}
    for place, id in ipairs(claim.finding.rests_on or {}) do words[place] = by_id[id].verdict end
    if not claim.results then claim.verdict = of_words(words) end
  end
  return claims
end

--- The claims of all settings.
---@param settings claims.Setting[]
---@return claims.Claim[]
function verdicts.of(settings)
  local all = {}
  for _, setting in ipairs(settings) do table.move(of_setting(setting), 1, #findings, #all + 1, all) end
  return all
end

--- One line for each part of each finding under each setting, and one for each conclusion.
---@param claims claims.Claim[]
---@return string
function verdicts.csv(claims)
  local headers = {
    "claim", "part", "setting", "value", "low", "high", "p", "p_holm", "problems", "images", "paper", "outcome",
    "verdict",
  }
  local lines = {}
  for _, claim in ipairs(claims) do
    for place, result in ipairs(claim.results or { {} }) do
      local definition = claim.results and claim.finding.parts[place] or {}
      lines[#lines + 1] = {
        claim.finding.id, definition.name, claim.setting.name, result.value, result.low, result.high, result.p,
        result.p_holm, result.problems, result.images, definition.paper, result.outcome, claim.verdict,
      }
    end
  end
  return report.csv(headers, lines)
end

return verdicts
