--- What is made of rows of which it is known what they show: effects that are there, that are not, and that point the
--- other way.
package.path = "Scripts/experiments/?.lua;" .. package.path
local again = require "claims.again"
local checks = require "support.checks"
local findings = require "claims.findings"
local grid = require "paper.grid"
local kept = require "claims.kept"
local page = require "claims.page"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local settings = require "vnn.settings"
local verdicts = require "claims.verdicts"
local check = checks.check

local function is_small(network) return network.side == 18 and network.width == 32 and network.layers == 2 end

--- The grid's rows of the smallest networks, or of those that are wanted. `hit` says when a run finds something; a
--- dense run has no rate.
local function rows_of(hit, wanted)
  local rules, rows = protocol.settings.strict, {}
  wanted = wanted or is_small
  grid.each_network(function(network)
    local function add(case)
      local row = settings.joined({
        protocol = "strict", solver = "glpk", candidates = "relaxations", classes = rules.classes, norm = rules.norm,
        bounds = rules.bounds, over = rules.over, time_limit = 10, limit_in = "processor", processor = "one",
        repetition = 1, image = network.seed, verdict = "unknown", embedded_accuracy = 0.5, prune_processor_s = 0,
      }, network, case)
      row.first_hit_processor_s = hit(row)
      row.id = tostring(#rows)
      rows[#rows + 1] = row
    end
    if wanted(network) then
      add { network = "dense" }
      grid.each_pruning(rules, function(pruning) add(settings.joined(pruning, { network = "pruned" })) end)
    end
  end)
  return rows
end

--- Claims by finding.
local function claims_of(hit, wanted)
  local setting, by_id = { name = "strict", rows = rows_of(hit, wanted), folders = {} }, {}
  for _, claim in ipairs(verdicts.of { setting }) do by_id[claim.finding.id] = claim end
  return by_id, setting
end

-- A world in which pruning always pays, by the rate, and nothing else matters.
local better = claims_of(function(row) return row.network == "dense" and 1 or 1 - row.rate end)
check(better.i.verdict == "reproduced", better.i.verdict)
check(better.i.results[2].value == 0.5 and better.i.results[2].images == 20)
check(better.ii.verdict == "open" and better.ii.results[1].p == 1, "found by all")
check(better.iii.verdict == "open", "all are faster at all rates")
check(better.iv.verdict == "in part" and better.iv.results[1].outcome == "holds")
check(math.abs(better.iv.results[1].value - math.log(0.05 / 0.7)) < 1e-12)
check(better.v.verdict == "not testable", "no network is that inaccurate")
check(better.vii.verdict == "reproduced" and better.vii.results[1].value == 0)
check(better.viii.verdict == "not", "finetuning costs nothing here, so the opposite holds")
check(better.xii.verdict == "open" and better.xiii.verdict == "not testable")
check(better.I.verdict == "in part" and better.V.verdict == "open")

-- One in which it never does.
local worse = claims_of(function(row) return row.network == "dense" and 1 or row.rate < 0.9 and 2 or nil end)
check(worse.i.verdict == "not" and worse.i.results[1].value == -0.5)
check(worse.iv.results[2].outcome == "holds", "fewer finds at the highest rate")
check(worse.viii.verdict == "reproduced")

-- "At every rate" is only so if it is at every one: at one rate nothing is gained.
local but_one = claims_of(function(row)
  if row.network == "dense" then return 1 end
  return row.rate == 0.5 and row.finetuned and 2 or 0.5
end)
check(but_one.i.results[1].outcome == "holds" and but_one.i.results[2].value == -0.5)
check(but_one.i.results[2].outcome == "opposite" and but_one.i.verdict == "in part")
-- And not where nothing has run at a rate.
local rates = grid.rates
grid.rates = { 0.3, 0.9, 0.95 }
local partly = rows_of(function(row) return row.network == "dense" and 1 or 0.5 end)
grid.rates = rates
for _, claim in ipairs(verdicts.of { { name = "strict", rows = partly, folders = {} } }) do
  if claim.finding.id == "i" then
    check(claim.results[1].outcome == "holds" and claim.results[2].outcome == "untestable")
  end
end

-- Finetuning helps unstructured pruning at high rates and hurts structured pruning there.
local tuned = claims_of(function(row)
  if row.network == "dense" then return 1 end
  local helps = row.structure == "unstructured" and row.rate >= 0.8
  local hurts = row.structure == "structured" and row.rate >= 0.8
  if row.finetuned then return helps and 0.5 or hurts and 2 or 0.5 end
  return helps and 2 or 0.5
end)
check(tuned.xi.verdict == "reproduced", tuned.xi.verdict)
check(tuned.xi.results[1].value == 0.6 and tuned.xi.results[3].value == -0.6)

-- Ten images with one network each show nothing that chance would not, once tests are adjusted for each other; nor do
-- problems of few images, however many there are.
local few = claims_of(function(row) return row.network == "dense" and 1 or 0.5 end, function(network)
  return is_small(network) and network.seed < 30
end)
check(few.i.results[1].images == 6 and few.i.results[1].p == 2 ^ -5, few.i.results[1].p)
check(few.i.verdict == "open", few.i.verdict)
local fewer = claims_of(function(row) return row.network == "dense" and 1 or 0.5 end, function(network)
  return is_small(network) and network.seed < 20
end)
check(fewer.i.verdict == "not testable" and not fewer.i.results[1].low)

-- Settings by what differs from the protocol.
local function name(changes)
  return kept.setting(settings.joined({
    protocol = "published", solver = "glpk", candidates = "incumbents",
  }, protocol.settings.published, changes or {}))
end
check(name() == "published", name())
check(name { candidates = "relaxations" } == "published, candidates relaxations")
check(name { norm = "l1", solver = "highs" } == "published, solver highs, norm l1")

-- The page: numbers and verdicts come from the claims, and a sentence that rests on another verdict does not print.
local _, setting = claims_of(function(row) return row.network == "dense" and 1 or 1 - row.rate end)
local claims = verdicts.of { setting }
local function printed(template) return page.of({ setting }, claims, template) end
check(printed("{strict | i | every rate}"):find "^%+50%.0 %(%+50%.0 to %+50%.0; p ")
check(printed "It is {strict | i | is reproduced}." == "It is reproduced.")
checks.refuses({ "the verdict is reproduced" }, printed, "{strict | i | is not}")
checks.refuses({ "no such part" }, printed, "{strict | i | some rate}")
checks.refuses({ "there are no such claims" }, printed, "{published | i | most}")
check(printed("{settings}"):find("800 of 6400 (12 %)", 1, true), printed "{settings}")
check(printed("{settings}"):find("layers 2; side 18; width 32", 1, true))
check(printed("{findings}"):find("**reproduced**", 1, true))
local lines = report.rows(verdicts.csv(claims))
local parts = 0
for _, finding in ipairs(findings) do parts = parts + (finding.parts and #finding.parts or 1) end
check(#lines == parts and lines[1].claim == "i" and lines[1].value == 0.5 and lines[1].paper > 0.3)

-- Rows made again.
local function row(id, found, changes)
  return settings.joined({
    id = id, verdict = found and "adversarial" or "unknown", first_hit_processor_s = found, iterations = 7,
    embedded_accuracy = 0.5,
  }, changes or {})
end
local before = { row("a", 1.0), row("b", 2.0), row("c") }
check(again.compare(before, { row("a", 1.5), row("b", 2.5), row("c") }).agrees)
check(again.compare(before, before).identical == 3)
check(again.compare(before, { row("a", 1.0, { iterations = 8 }), row("c") }).identical == 1)
check(not again.compare(before, { row("a"), row("b", 2.0), row("c") }).agrees, "one of three finds nothing now")
check(not again.compare(before, { row("a", 4.0), row("b", 8.0), row("c") }).agrees, "four times as slow")
check(not again.compare(before, { row("d", 1.0) }).agrees, "nothing to compare")

checks.finish()
