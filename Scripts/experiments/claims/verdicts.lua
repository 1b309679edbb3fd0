--- The findings under every setting: the result of each part, and what comes of the whole.
local findings = require "claims.findings"
local kept = require "claims.kept"
local names = require "vnn.names"
local part = require "claims.part"
local questions = require "claims.questions"
local report = require "vnn.report"
local tested = require "shared.tested"

local verdicts = {}

--- What is said of a finding: reproduced where every part holds; in part where some does; not where none does and some
--- shows the opposite; open where nothing is shown either way; no room where nothing could be, since too few images
--- differ; not testable without images enough.
verdicts.words = { "reproduced", "in part", "not", "open", "no room", "not testable" }

---@class claims.Claim
---@field finding claims.Finding
---@field setting claims.Setting
---@field results shared.Tested[]? of the parts of an observation
---@field verdict string one of `verdicts.words`; of a question of ours the outcome

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

--- The word for an observation of whose parts these are the outcomes.
local function of_outcomes(outcomes)
  local seen = set_of(outcomes)
  if seen.holds then return next(seen, next(seen)) and "in part" or "reproduced" end
  return seen.opposite and "not" or seen.open and "open" or seen["no room"] and "no room" or "not testable"
end

--- The word for a conclusion that rests on observations with these words.
local function of_words(words)
  local seen = set_of(words)
  if not next(seen, next(seen)) then return words[1] end
  if seen.reproduced or seen["in part"] then return "in part" end
  return seen["not"] and "not" or seen.open and "open" or seen["no room"] and "no room" or "not testable"
end

--- The paper's findings and our questions.
verdicts.asked = table.move(questions, 1, #questions, #findings + 1, table.move(findings, 1, #findings, 1, {}))

--- The claims of one setting, in the order of what is asked; its tests are one family.
local function of_setting(setting)
  local list = kept.pairs(setting)
  local family, claims, by_id = {}, {}, {}
  for position, finding in ipairs(verdicts.asked) do
    local claim = { finding = finding, setting = setting, results = finding.parts and {} }
    claims[position], by_id[finding.id] = claim, claim
    for place, definition in ipairs(finding.parts or {}) do
      claim.results[place] = part.test(definition, list)
      family[#family + 1] = claim.results[place]
    end
  end
  tested.judge(family)
  for _, claim in ipairs(claims) do
    local words = {}
    for place, result in ipairs(claim.results or {}) do
      if not claim.finding.parts[place].is_ours then words[#words + 1] = result.outcome end
    end
    if claim.results then claim.verdict = claim.finding.is_ours and words[1] or of_outcomes(words) end
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
  for _, setting in ipairs(settings) do table.move(of_setting(setting), 1, #verdicts.asked, #all + 1, all) end
  return all
end

--- One line for each test: each part of each finding under each setting, what each change brings, what each solver, the
--- comparisons of `surrogate-or-search`, each policy's and each method's over the gallery; and one for each conclusion.
---@param content claims.Content
---@return string
function verdicts.csv(content)
  local headers = {
    "claim", "part", "setting", "value", "low", "high", "p", "p_holm", "problems", "images", "differing",
    "cells", "paper", "outcome", "verdict",
  }
  local lines = {}
  local function add(claim, name, setting, result, paper, verdict)
    lines[#lines + 1] = {
      claim, name, setting, result.value, result.low, result.high, result.p, result.p_holm, result.problems,
      result.images, result.differing, result.cells, paper, result.outcome, verdict,
    }
  end
  for _, claim in ipairs(content.claims) do
    for place, result in ipairs(claim.results or { {} }) do
      local definition = claim.results and claim.finding.parts[place] or {}
      add(claim.finding.id, definition.name, claim.setting.name, result, definition.paper, claim.verdict)
    end
  end
  for _, factor in ipairs(content.factors) do
    for _, name in ipairs(names.sorted(factor.results)) do
      add("factor", name, factor.setting.name, factor.results[name])
    end
  end
  for _, solver in ipairs(content.solvers) do add("solver", solver.name, solver.setting.name, solver.more) end
  for _, comparison in ipairs(content.comparisons) do
    add("search", comparison.name, "surrogate-or-search", comparison.result)
    if comparison.sooner then add("search, time", comparison.name, "surrogate-or-search", comparison.sooner) end
  end
  for _, predictor in ipairs(content.predictors) do
    local name = ("%s, %s"):format(predictor.name, predictor.group)
    local setting = "surrogate-or-search, " .. predictor.base
    add("predictor", name, setting, predictor.result)
    if predictor.over_accuracy then add("predictor", name .. ", over accuracy", setting, predictor.over_accuracy) end
  end
  for _, policy in ipairs(content.policies) do
    for _, name in ipairs(names.sorted(policy.results)) do
      add("policy", name, policy.name, policy.results[name])
    end
  end
  for _, contest in ipairs(content.contests) do
    add("gallery", contest.effect.name, contest.method, contest.result)
  end
  return report.csv(headers, lines)
end

return verdicts
