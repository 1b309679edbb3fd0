--- The pages, from their templates: every number, verdict and sentence that rests on one comes from the claims.
---
--- In a template
---
--- - `{findings}` is one of `claims.tables`,
--- - `{strict | i}` a finding's verdict, `{strict | ii | more finds}` a part's value with its interval,
--- - `{strict | dense found}` one of `claims.facts`, `{paper | i | most}` what the paper has for a part,
--- - `{factor | strict, norm l1_row_max | dense}` what a change brings,
--- - `{search | strict: magnitude 0.9 over dense}` a comparison of `surrogate-or-search`, `{predictor | strict | all |
---   accuracy}` what a measure tells,
--- - `{policy | anchored | sooner}` one of `claims.policies`, `{policy | anchored | found}` how much it finds,
--- - `{gallery | optimize | over dense}` one of `maximise.contests`, `{gallery | models}` over how many models,
---   `{gallery | gradients | points}` on how many instances a method has a point,
--- - `{say | NAME}` the sentence of `claims.pages.phrases` for what its subject turned out to be.
---
--- What has no rows is a dash, and its sentence the one for that.
local comparisons = require "search.comparisons"
local contests = require "maximise.contests"
local facts = require "claims.facts"
local factors = require "claims.factors"
local kept = require "claims.kept"
local policies = require "claims.policies"
local phrases = require "claims.pages.phrases"
local runs = require "claims.runs"
local solvers = require "claims.solvers"
local tables = require "claims.tables"
local verdicts = require "claims.verdicts"
local written = require "shared.written"

local page = {}

---@class claims.Content
---@field settings claims.Setting[]
---@field claims claims.Claim[]
---@field index table<string, table<string, claims.Claim>> by setting and finding
---@field factors claims.Factor[]
---@field solvers claims.Solver[]
---@field search_rows table[] of `surrogate-or-search`
---@field comparisons search.Comparison[]
---@field predictors search.Predictor[]
---@field policies claims.Policy[]
---@field contests maximise.Contest[]
---@field points table<string, { found: integer, instances: integer }> of the gallery, by method

--- All that pages are made of.
---@param settings claims.Setting[]
---@param others { search: table[]?, policies: table[]?, maximise: table[]? } of `surrogate-or-search`, of policies held
---  out, of `maximise`
---@return claims.Content
function page.content(settings, others)
  local search_rows = others.search or {}
  local content = {
    settings = settings, claims = verdicts.of(settings), index = {}, factors = factors.of(settings),
    solvers = solvers.of(settings), search_rows = search_rows, comparisons = comparisons.all(search_rows),
    predictors = comparisons.predictors(search_rows), policies = policies.of(others.policies or {}),
    contests = contests.of(others.maximise or {}), points = contests.points(others.maximise or {}),
  }
  for _, claim in ipairs(content.claims) do
    content.index[claim.setting.name] = content.index[claim.setting.name] or {}
    content.index[claim.setting.name][claim.finding.id] = claim
  end
  return content
end

--- Fails: the template asks for something that there cannot be.
local function refuse(place, reason) error(("{%s}: %s"):format(place, reason), 0) end

--- The first of a list that fits.
local function find(list, fits)
  for _, item in ipairs(list) do
    if fits(item) then return item end
  end
end

local kinds = {}

--- What each kind of place stands for: its text, and what it turned out to be in a word; "absent" without rows.
function kinds.factor(content, place, names)
  local effect = find(factors.effects, function(each) return each.name == names[2] end)
  if not effect then refuse(place, "there is no such effect") end
  if not kept.is_name(names[1]) then refuse(place, "there is no such setting") end
  local factor = find(content.factors, function(each) return each.setting.name == names[1] end)
  if not factor then return "–", "absent" end
  return written.result(factor.results[effect.name]), factor.results[effect.name].outcome
end

function kinds.search(content, place, names)
  local function is_it(each) return each.name == names[1] end
  if not find(comparisons.asked, is_it) then refuse(place, "there is no such comparison") end
  if names[2] and names[2] ~= "sooner" then refuse(place, "a comparison has no such part") end
  local comparison = find(content.comparisons, is_it)
  local is_time = names[2] == "sooner"
  local result = comparison and (is_time and comparison.sooner or not is_time and comparison.result)
  if not result then return "–", "absent" end
  return written.result(result, is_time and "logarithm" or nil), result.outcome
end

function kinds.predictor(content, place, names)
  local is_known = (names[1] == "strict" or names[1] == "published")
    and find(comparisons.groups, function(each) return each.name == names[2] end)
    and find(comparisons.measures, function(each) return each.name == names[3] end)
    and (not names[4] or names[4] == "over accuracy")
  if not is_known then refuse(place, "there is no such measure of surrogates") end
  local predictor = find(content.predictors, function(each)
    return each.base == names[1] and each.group == names[2] and each.name == names[3]
  end)
  if not predictor then return "–", "absent" end
  local result = names[4] == "over accuracy" and predictor.over_accuracy or predictor.result
  return written.result(result, "plain"), result.outcome
end

function kinds.policy(content, place, names)
  local is_known = names[1] == "dense" or find(runs.policies, function(each) return each == names[1] end)
  if not is_known then refuse(place, "no such policy is run") end
  local policy = find(content.policies, function(each) return each.name == names[1] end)
  if names[2] == "found" then return policy and ("%d of %d"):format(policy.found, policy.problems) or "–", "there" end
  local effect = find(policies.effects, function(each) return each.name == names[2] end)
  if not effect then refuse(place, "there is no such effect of a policy") end
  local result = policy and policy.results[effect.name]
  if not result then return "–", "absent" end
  return written.result(result, effect.unit), result.outcome
end

function kinds.gallery(content, place, names)
  if names[1] == "models" then
    local first = content.contests[1]
    return first and tostring(first.result.images) or "–", first and "there" or "absent"
  end
  if not find(contests.methods, function(each) return each == names[1] end) then
    refuse(place, "there is no such method over the gallery")
  end
  if names[2] == "points" then
    local points = content.points[names[1]]
    return points and ("%d of %d"):format(points.found, points.instances) or "–", points and "there" or "absent"
  end
  local effect = find(contests.effects, function(each) return each.name == names[2] end)
  if not effect then refuse(place, "there is no such effect over the gallery") end
  local contest = find(content.contests, function(each) return each.method == names[1] and each.effect == effect end)
  if not contest then return "–", "absent" end
  return written.result(contest.result, effect.unit), contest.result.outcome
end

--- What the paper itself has for a part of a finding.
function kinds.paper(_, place, names)
  local finding = find(verdicts.asked, function(each) return each.id == names[1] end)
  local part = find(finding and finding.parts or {}, function(each) return each.name == names[2] end)
  if not part then refuse(place, "there is no such part of a finding") end
  return written.number(part.paper, part.unit), part.paper and "there" or "absent"
end

--- A finding, a part of one, or a fact of a setting.
local function of_setting(content, place, names)
  local finding = find(verdicts.asked, function(each) return each.id == names[2] end)
  local some = content.index[names[1]]
  if not kept.is_name(names[1]) then refuse(place, "there is no such setting") end
  if not finding then
    local setting = some and some[verdicts.asked[1].id].setting
    local is_known, text = facts.of(setting, names[2])
    if not is_known then refuse(place, "there is no such finding or number") end
    return text or "–", text and "there" or "absent"
  end
  local claim = some and some[finding.id]
  if not names[3] then return claim and claim.verdict or "–", claim and claim.verdict or "absent" end
  for position, definition in ipairs(finding.parts or {}) do
    if definition.name == names[3] then
      if not claim then return "–", "absent" end
      return written.result(claim.results[position], definition.unit), claim.results[position].outcome
    end
  end
  refuse(place, "the finding has no such part")
end

local function answer(content, place)
  local names = {}
  for name in (place .. "|"):gmatch "%s*(.-)%s*|" do names[#names + 1] = name end
  local kind = kinds[names[1]]
  if kind then return kind(content, place, table.move(names, 2, #names, 1, {})) end
  return of_setting(content, place, names)
end

--- Where nothing was to be said.
local unsaid = "\1"

--- As many words on a line as fit.
local function wrapped(text, indent)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    local longer = line == "" and word or line .. " " .. word
    if line ~= "" and utf8.len(longer) > 120 then
      lines[#lines + 1], line = line, indent .. word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

--- Paragraphs and lists anew in lines of at most 120 characters, now that they have their sentences; nothing of those
--- that have none. Tables, headings, pictures and code stay as they are.
local function reflowed(text)
  local blocks = {}
  -- A line of a list that says nothing is none.
  text = (text .. "\n\n"):gsub("%f[^\n]" .. unsaid .. "\n", ""):gsub(unsaid, "")
  for block in text:gmatch "(.-)\n\n+" do
    if block:find "^%s*%- " then
      local items = {}
      for item in (block .. "\n- "):gmatch "%- (.-)\n%f[-]" do items[#items + 1] = wrapped("- " .. item, "  ") end
      block = table.concat(items, "\n")
    elseif not block:find "^[|#!`]" then
      block = wrapped(block, "")
    end
    if block:find "%S" then blocks[#blocks + 1] = block end
  end
  return table.concat(blocks, "\n\n") .. "\n"
end

--- A template with everything in its place.
---@param content claims.Content
---@param template string
---@return string
function page.fill(content, template)
  local function fill(text)
    return (text:gsub("{([^{}]*)}", function(place)
      if tables.of[place] then return tables.of[place](content) end
      local name = place:match "^say%s*|%s*(.-)%s*$"
      if not name then return (answer(content, place)) end
      local phrase = phrases[name] or refuse(place, "there is no such phrase")
      local _, word = answer(content, phrase.about)
      local said = phrase[word] or phrase.otherwise or refuse(place, ("no sentence for '%s'"):format(word))
      return said == "" and unsaid or fill(said)
    end))
  end
  return reflowed(fill(template))
end

return page
