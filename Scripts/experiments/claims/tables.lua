--- The tables of the pages, in Markdown.
local factors = require "claims.factors"
local kept = require "claims.kept"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local policies = require "claims.policies"
local report = require "vnn.report"
local search_tables = require "search.tables"
local solvers = require "claims.solvers"
local verdicts = require "claims.verdicts"
local written = require "shared.written"

local tables = {}

local function table_of(headers, lines)
  local all = { "| " .. table.concat(headers, " | ") .. " |", "|" .. ("---|"):rep(#headers) }
  for _, line in ipairs(lines) do
    local cells = {}
    for column, cell in ipairs(line) do cells[column] = tostring(cell) end
    all[#all + 1] = "| " .. table.concat(cells, " | ") .. " |"
  end
  return table.concat(all, "\n")
end

--- What may stand in braces by itself.
---@type table<string, fun(content: claims.Content): string>
tables.of = {}

--- How many pairs of runs a setting's tests are of, and why those of other pruned runs are none, but for the problems
--- that the dense network gets wrong.
local function compared(setting)
  local count, reasons = #kept.pairs(setting), {}
  if setting.alone > 0 then reasons[#reasons + 1] = ("%d without their dense run"):format(setting.alone) end
  if setting.elsewhere > 0 then reasons[#reasons + 1] = ("%d on another processor"):format(setting.elsewhere) end
  return #reasons > 0 and ("%d; not %s"):format(count, table.concat(reasons, ", ")) or count
end

--- What there is of each setting.
function tables.of.settings(content)
  local lines = {}
  for position, setting in ipairs(content.settings) do
    local done, whole = kept.share(setting)
    local images = paired.images(pairing.all_timed(kept.pairs(setting)))
    local folders = {}
    for place, name in ipairs(setting.folders) do folders[place] = ("[%s](paper/%s/report.md)"):format(name, name) end
    lines[position] = {
      setting.name, table.concat(folders, ", "), ("%d of %d (%.0f %%)"):format(done, whole, 100 * done / whole),
      kept.covers(setting), compared(setting), images, report.number(setting.rows[1].time_limit) .. " s",
    }
  end
  return table_of({ "setting", "rows", "pruned runs", "of which", "compared", "images", "limit" }, lines)
end

--- Every part of every finding and question under the two protocols.
function tables.of.findings(content)
  local lines = {}
  for _, finding in ipairs(verdicts.asked) do
    local line = { finding.is_ours and "" or ("(%s)"):format(finding.id), finding.text, "" }
    local claims = {}
    for place, name in ipairs { "strict", "published" } do
      claims[place] = content.index[name] and content.index[name][finding.id] or false
      line[#line + 1] = claims[place] and ("**%s**"):format(claims[place].verdict) or "–"
    end
    lines[#lines + 1] = line
    for place, definition in ipairs(finding.parts or {}) do
      line = { "", definition.text, written.number(definition.paper, definition.unit) }
      for _, claim in ipairs(claims) do
        line[#line + 1] = claim and written.outcome(claim.results[place], definition.unit) or "–"
      end
      lines[#lines + 1] = line
    end
  end
  return table_of({ "", "claim", "the paper", "strict", "published" }, lines)
end

--- The verdicts under the settings that change something of a protocol.
function tables.of.changes(content)
  local headers, lines = { "" }, {}
  for _, finding in ipairs(verdicts.asked) do headers[#headers + 1] = finding.id end
  for _, setting in ipairs(content.settings) do
    if next(setting.changes) then
      local line = { setting.name }
      for _, finding in ipairs(verdicts.asked) do
        line[#line + 1] = content.index[setting.name][finding.id].verdict
      end
      lines[#lines + 1] = line
    end
  end
  return #lines > 0 and table_of(headers, lines) or "No other setting has been run."
end

--- What each change does to the runs of the same problems.
function tables.of.factors(content)
  local headers, lines = { "", "problems" }, {}
  for _, effect in ipairs(factors.effects) do headers[#headers + 1] = effect.text end
  for position, factor in ipairs(content.factors) do
    local first = factor.results[factors.effects[1].name]
    local line = { factor.setting.name, paired.count_text(first.problems, first.images) }
    for _, effect in ipairs(factors.effects) do
      local result = factor.results[effect.name]
      local words = { holds = "more", opposite = "fewer" }
      local word = words[result.outcome] or result.outcome
      line[#line + 1] = ("%s: %s"):format(written.result(result), word)
    end
    lines[position] = line
  end
  return #lines > 0 and table_of(headers, lines) or "No single factor has been run."
end

--- With which solvers pruned copies find more than dense networks, in a sentence for each outcome.
local function more_finds(list)
  local names = {}
  for _, solver in ipairs(list) do
    local outcome = solver.more.outcome
    names[outcome] = names[outcome] and ("%s, %s"):format(names[outcome], solver.name) or solver.name
  end
  local texts = {
    { "holds", "Pruned copies find significantly more than dense networks with %s." },
    { "opposite", "Pruned copies find significantly less than dense networks with %s." },
    { "open", "Pruned copies find neither significantly more nor less than dense networks with %s." },
    { "no room", "Too few images differ for a test with %s." },
    { "untestable", "There are too few images for a test with %s." },
  }
  local parts = {}
  for _, text in ipairs(texts) do
    if names[text[1]] then parts[#parts + 1] = text[2]:format(names[text[1]]) end
  end
  return table.concat(parts, " ")
end

--- What each solver finds within limits.
function tables.of.solvers(content)
  local headers, lines = { "solver", "embedded", "problems" }, {}
  for _, limit in ipairs(solvers.limits) do headers[#headers + 1] = ("%g s"):format(limit) end
  for _, name in ipairs { "cut off", "failed", "mean time", "pruned less dense finds" } do
    headers[#headers + 1] = name
  end
  for _, solver in ipairs(content.solvers) do
    for _, kind in ipairs { "dense", "pruned" } do
      local runs = solver.runs[kind]
      local line = { solver.name, kind, paired.count_text(#runs, solver.images) }
      for _, limit in ipairs(solvers.limits) do line[#line + 1] = solvers.found(runs, limit) end
      for _, how in ipairs { "cut off", "failed" } do line[#line + 1] = solvers.without(runs, how) end
      line[#line + 1] = solver.means and report.seconds(solver.means[kind]) or "–"
      line[#line + 1] = kind == "pruned" and written.outcome(solver.more) or ""
      lines[#lines + 1] = line
    end
  end
  if #lines == 0 then return "No solver has been run at this limit." end
  return table_of(headers, lines) .. "\n\n" .. "![How many problems each solver found something on within a limit.]"
    .. "(solvers.svg)\n\nOne run at the largest limit gives all columns, by the time of its first find. A run that"
    .. " ended without one is one under every limit; only those that were cut off might have found something with more"
    .. " time; the solver failed where it gave up, or took a model for infeasible that has a point. The mean has the"
    .. " largest limit where nothing was found. Seconds are the processor's, of script and solver together. "
    .. more_finds(content.solvers)
end

--- What was found under each condition of `surrogate-or-search`, what is compared there, and what tells surrogates that
--- hit, each with its caption.
local function with_caption(headers, lines, caption)
  if #lines == 0 then return "It has not been run." end
  return ("%s\n\n%s"):format(table_of(headers, lines), caption)
end

function tables.of.conditions(content) return with_caption(search_tables.found(content.search_rows)) end

function tables.of.comparisons(content) return with_caption(search_tables.comparisons(content.comparisons)) end

function tables.of.predictors(content) return with_caption(search_tables.predictors(content.predictors)) end

--- What each policy brings on held-out images.
function tables.of.policies(content)
  local headers, lines = { "policy", "found" }, {}
  for _, effect in ipairs(policies.effects) do headers[#headers + 1] = effect.text end
  for position, policy in ipairs(content.policies) do
    local line = { policy.name, ("%d of %d"):format(policy.found, policy.problems) }
    for _, effect in ipairs(policies.effects) do
      local result = policy.results[effect.name]
      line[#line + 1] = result and written.outcome(result, effect.unit) or ""
    end
    lines[position] = line
  end
  return #lines > 0 and table_of(headers, lines) or "They have not been run."
end

--- What is not decided under the two protocols, by the reason.
function tables.of.open(content)
  local lines = {}
  local reasons = {
    { "open", "shown neither way" },
    { "no room", "with too few images that differ" },
    { "not testable", "with too few images" },
  }
  for _, name in ipairs { "strict", "published" } do
    for _, reason in ipairs(reasons) do
      local ids = {}
      for _, finding in ipairs(verdicts.asked) do
        local claim = content.index[name] and content.index[name][finding.id]
        local is_so = claim and not finding.is_ours and claim.verdict == reason[1]
        if is_so then ids[#ids + 1] = ("(%s)"):format(finding.id) end
      end
      if #ids > 0 then lines[#lines + 1] = ("- `%s`, %s: %s."):format(name, reason[2], table.concat(ids, ", ")) end
    end
  end
  return #lines > 0 and table.concat(lines, "\n") or "- No finding of the paper is."
end

return tables
