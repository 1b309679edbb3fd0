--- `paper.md`: the settings, every finding with its numbers, and the pages of the template, whose numbers and verdicts
--- come from the claims as well.
---
--- In the template `{strict | ii | more finds}` is the value of a part under a setting with its interval,
--- `{strict | ii | is not}` the verdict, which must be that one: a sentence that rests on another one does not print.
--- `{strict | dense found}` is one of `claims.facts`.
local facts = require "claims.facts"
local findings = require "claims.findings"
local kept = require "claims.kept"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local report = require "vnn.report"

local page = {}

local function number(value, unit)
  if not value then return "–" end
  if unit == "logarithm" then return ("×%.2f"):format(math.exp(value)) end
  return (("%+.1f"):format(100 * value):gsub("^-", "−"))
end

--- A value with its interval and chance.
local function result_text(result, definition)
  if not result.value then return "–" end
  local text = number(result.value, definition.unit)
  if result.low then
    text = text .. (" (%s to %s"):format(number(result.low, definition.unit), number(result.high, definition.unit))
    text = text .. (result.p_holm and "; p " .. paired.chance(result.p_holm) or "") .. ")"
  end
  return text
end

local function table_of(headers, lines)
  local all = { "| " .. table.concat(headers, " | ") .. " |", "|" .. ("---|"):rep(#headers) }
  for _, line in ipairs(lines) do all[#all + 1] = "| " .. table.concat(line, " | ") .. " |" end
  return table.concat(all, "\n")
end

--- What there is of each setting.
local function settings_table(settings)
  local lines = {}
  for position, setting in ipairs(settings) do
    local done, whole = kept.share(setting)
    local list = kept.pairs(setting)
    local images = paired.images(pairing.all_timed(list))
    local folders = {}
    for place, name in ipairs(setting.folders) do folders[place] = ("[%s](paper/%s/report.md)"):format(name, name) end
    local row = setting.rows[1]
    lines[position] = {
      setting.name, table.concat(folders, ", "), ("%d of %d (%.0f %%)"):format(done, whole, 100 * done / whole),
      kept.covers(setting), tostring(images), ("%s %s seconds"):format(report.number(row.time_limit), row.limit_in),
    }
  end
  return table_of({ "setting", "rows", "pruned runs", "of which", "images", "limit" }, lines)
end

--- Claims by setting and finding.
local function index_of(claims)
  local index = {}
  for _, claim in ipairs(claims) do
    index[claim.setting.name] = index[claim.setting.name] or {}
    index[claim.setting.name][claim.finding.id] = claim
  end
  return index
end

--- Every part of every finding under the two protocols.
local function findings_table(index)
  local lines = {}
  for _, finding in ipairs(findings) do
    local line = { ("(%s)"):format(finding.id), finding.text, "" }
    for _, name in ipairs { "strict", "published" } do
      line[#line + 1] = index[name] and ("**%s**"):format(index[name][finding.id].verdict) or "–"
    end
    lines[#lines + 1] = line
    for place, definition in ipairs(finding.parts or {}) do
      line = { "", definition.text, number(definition.paper) }
      for _, name in ipairs { "strict", "published" } do
        local result = index[name] and index[name][finding.id].results[place]
        line[#line + 1] = result and ("%s: %s"):format(result_text(result, definition), result.outcome) or "–"
      end
      lines[#lines + 1] = line
    end
  end
  return table_of({ "", "claim", "the paper", "strict", "published" }, lines)
end

--- The verdicts under the settings that change something of a protocol.
local function changes_table(settings, index)
  local headers, lines = { "" }, {}
  for _, finding in ipairs(findings) do headers[#headers + 1] = finding.id end
  for _, setting in ipairs(settings) do
    if setting.name ~= "strict" and setting.name ~= "published" then
      local line = { setting.name }
      for _, finding in ipairs(findings) do line[#line + 1] = index[setting.name][finding.id].verdict end
      lines[#lines + 1] = line
    end
  end
  return table_of(headers, lines)
end

--- What a place of the template stands for.
local function filled(place, index)
  local setting, fact = place:match "^%s*([^|]-)%s*|%s*([^|]-)%s*$"
  if setting then
    local some = index[setting] and index[setting][findings[1].id]
    return some and facts.of(some.setting, fact) or error(("paper.md: {%s}: there is no such number"):format(place), 0)
  end
  local id, what
  setting, id, what = place:match "^%s*(.-)%s*|%s*(.-)%s*|%s*(.-)%s*$"
  local claim = index[setting] and index[setting][id]
  if not claim then error(("paper.md: {%s}: there are no such claims"):format(place), 0) end
  local expected = what:match "^is (.+)$"
  if expected then
    if claim.verdict ~= expected then
      error(("paper.md: {%s}: the verdict is %s"):format(place, claim.verdict), 0)
    end
    return expected
  end
  for position, definition in ipairs(claim.finding.parts or {}) do
    if definition.name == what then return result_text(claim.results[position], definition) end
  end
  error(("paper.md: {%s}: the finding has no such part"):format(place), 0)
end

--- The page of these settings and claims.
---@param settings claims.Setting[]
---@param claims claims.Claim[]
---@param template string
---@return string
function page.of(settings, claims, template)
  local index = index_of(claims)
  local parts = {
    settings = function() return settings_table(settings) end,
    findings = function() return findings_table(index) end,
    changes = function() return changes_table(settings, index) end,
  }
  return (template:gsub("{([^{}]*)}", function(place) return (parts[place] or filled)(place, index) end))
end

return page
