--- What is made of rows of which it is known what they show: effects that are there, that are not, and that point the
--- other way.
package.path = "Scripts/experiments/?.lua;" .. package.path
local again = require "claims.again"
local checks = require "support.checks"
local contests = require "maximise.contests"
local factors = require "claims.factors"
local findings = require "claims.findings"
local grid = require "paper.grid"
local kept = require "claims.kept"
local page = require "claims.page"
local part = require "claims.part"
local phrases = require "claims.pages.phrases"
local policies = require "claims.policies"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local runs = require "claims.runs"
local settings = require "vnn.settings"
local solvers = require "claims.solvers"
local system = require "vnn.system"
local tested = require "shared.tested"
local verdicts = require "claims.verdicts"
local check, near = checks.check, checks.near

-- Of 14 images, whose signs can be turned in all ways.
local function is_small(network)
  return network.side == 18 and network.width == 32 and network.layers == 2 and network.seed < 70
end

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
        modules_digest = "one", solver_version = "5.0",
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

--- Rows of `surrogate-or-search`: the surrogate finds what the dense network does, and random weights nothing.
local function rows_of_search()
  local rows = {}
  for image = 1, 8 do
    for _, embedded in ipairs { "dense", "magnitude 0.9", "random weights" } do
      rows[#rows + 1] = {
        dataset = "mnist", architecture = "2x32", image = image, base = "strict", embedded = embedded,
        found = embedded ~= "random weights", hit_processor_s = 1, time_limit = 2, attack_found = true,
        gradient_cosine = 1, embedded_accuracy = 0.5, margin_error = 1, equal_activations = 1, margin_correlation = 1,
        difference_bound = 1,
      }
    end
  end
  return rows
end

--- Rows of `compare-policies`: one policy finds what magnitude does in half the time, one nothing.
local function rows_of_policies()
  local rows, hits = {}, { [false] = 1, magnitude = 0.5, good = 0.25, bad = 3 }
  for problem = 1, 10 do
    for policy, hit in pairs(hits) do
      rows[#rows + 1] = {
        architecture = "2x32", problem = problem, repetition = 1, policy = policy or nil, found = true, time_limit = 2,
        hit_processor_s = hit,
      }
    end
  end
  return rows
end

--- Claims by finding.
local function claims_of(hit, wanted)
  local setting, by_id = {
    name = "strict", protocol = "strict", changes = {}, rows = rows_of(hit, wanted), folders = {},
  }, {}
  for _, claim in ipairs(verdicts.of { setting }) do by_id[claim.finding.id] = claim end
  return by_id, setting
end

-- A world in which pruning always pays, by the rate, and nothing else matters.
local better = claims_of(function(row) return row.network == "dense" and 1 or 1 - row.rate end)
check(better.i.verdict == "reproduced", better.i.verdict)
check(better.i.results[3].value == 0.5 and better.i.results[3].images == 14)
check(better.ii.verdict == "no room" and better.ii.results[1].differing == 0, "found by all")
check(better.iii.verdict == "no room", "all are faster at all rates")
check(better.iv.verdict == "in part" and better.iv.results[1].outcome == "holds")
check(math.abs(better.iv.results[1].value - math.log(0.05 / 0.7)) < 1e-12)
check(better.v.verdict == "not testable", "no network is that inaccurate")
check(better.vii.verdict == "no room" and better.vii.results[1].value == 0)
check(better.viii.verdict == "not", "finetuning costs nothing here, so the opposite holds")
check(better.xii.verdict == "no room" and better.xiii.verdict == "not testable")
check(better["more finds"].verdict == "no room" and better.sooner.verdict == "holds")
check(math.abs(better.sooner.results[1].value - math.log(0.1)) < 1e-12)
check(better.I.verdict == "in part" and better.V.verdict == "no room", better.V.verdict)

-- Near 0 is what differs by little, not what never differs: of rare differences so few images show nothing.
do
  local function outcome(differing)
    local values = {}
    for image = 1, 11 do
      values[image] = { number = image > differing and 0 or image % 2 == 0 and 0.05 or -0.05, image = tostring(image) }
    end
    local result = tested.mean(values, "near", 0.1)
    tested.judge { result }
    return result.outcome
  end
  check(outcome(0) == "no room" and outcome(5) == "no room" and outcome(6) == "holds", outcome(6))
end

-- One in which it never does.
local worse = claims_of(function(row) return row.network == "dense" and 1 or row.rate < 0.9 and 2 or nil end)
check(worse.i.verdict == "not" and worse.i.results[1].value == -0.5)
check(worse.iv.results[2].outcome == "holds", "fewer finds at the highest rate")
check(worse["more finds"].verdict == "opposite")
check(worse.viii.verdict == "reproduced")

-- What is said of every cell has no room where one of them has none, and no interval.
do
  local function cell(differing)
    local values = {}
    for image = 1, 12 do values[image] = { number = image > differing and 0 or 1, image = tostring(image) } end
    return values
  end
  local function outcome(...)
    local cells = { ... }
    local result = part.test({ claims = "above", cells = function() return cells end }, {})
    tested.judge { result }
    return result
  end
  check(outcome(cell(12), cell(12)).outcome == "holds" and not outcome(cell(12), cell(12)).low)
  check(outcome(cell(12), cell(3)).outcome == "no room" and outcome(cell(9)).low)
  check(not outcome(cell(9), cell(9)).low and outcome(cell(9), cell(9)).cells == 2)
end

-- "At every rate" is only so if it is at every one: at one rate nothing is gained.
local but_one = claims_of(function(row)
  if row.network == "dense" then return 1 end
  return row.rate == 0.5 and row.finetuned and 2 or 0.5
end)
check(but_one.i.results[1].outcome == "holds" and but_one.i.results[3].value == -0.5)
check(but_one.i.results[3].outcome == "opposite" and but_one.i.verdict == "in part")
-- That one of ten cells is the opposite is one of ten chances.
check(but_one.i.results[3].p == 10 * better.i.results[1].p, but_one.i.results[3].p)
-- And not where nothing has run at a rate.
local rates = grid.rates
grid.rates = { 0.3, 0.9, 0.95 }
local partly = rows_of(function(row) return row.network == "dense" and 1 or 0.5 end)
grid.rates = rates
for _, claim in ipairs(verdicts.of { { name = "strict", rows = partly } }) do
  if claim.finding.id == "i" then
    check(claim.results[1].outcome == "holds" and claim.results[3].outcome == "untestable")
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

-- Settings by what differs from the protocol, which a dense run does not say all of.
local function name(changes)
  local row = settings.joined({
    protocol = "published", solver = "glpk", candidates = "incumbents", time_limit = 3,
  }, protocol.settings.published, changes or {})
  return kept.name("published", kept.changes(row))
end
check(name() == "published", name())
check(name { candidates = "relaxations" } == "published, candidates relaxations")
check(name { norm = "l1", solver = "highs" } == "published, solver highs, norm l1")
check(name { finetuned = false, finetuning = "none" } == "published")
check(name { finetuned = true, finetuning = "iterative" } == "published, finetuning iterative")
check(name { time_limit = 60, rounds = 1 } == "published, rounds 1, within 60 s")

-- Settings from files: all rows of a folder are of one, a row that two have counts once, those of the other clock are
-- another setting, and those of the other experiment are apart.
local temporary <close> = system.temporary_folder()
local reports = temporary.path
local columns = { "id", "protocol", "network", "rounds", "finetuned", "limit_in", "time_limit", "candidates" }
for _, key in ipairs { "classes", "norm", "bounds", "over", "solver", "repetition" } do columns[#columns + 1] = key end
local function keep(folder, rows)
  local lines = {}
  for position, row in ipairs(rows) do
    lines[position] = {}
    for column, key in ipairs(columns) do
      local own = { protocol = "strict", time_limit = 10, candidates = "relaxations", solver = "glpk", repetition = 1 }
      lines[position][column] = row[key] == nil and (own[key] or protocol.settings.strict[key]) or row[key]
      if key == "rounds" then lines[position][column] = row.rounds end
    end
  end
  assert(system.make_directory(("%s/%s"):format(reports, folder)))
  assert(system.write_file(("%s/%s/rows.csv"):format(reports, folder), report.csv(columns, lines)))
end
local dense_row = { id = "a", network = "dense", limit_in = "processor" }
keep("new", { dense_row })
keep("newer", { dense_row, { id = "b", network = "dense", limit_in = "processor" } })
keep("old", { { id = "c", network = "dense", limit_in = "wall" } })
keep("rounds", { dense_row, { id = "d", network = "pruned", rounds = 5, finetuned = false, limit_in = "processor" } })
assert(system.make_directory(reports .. "/search"))
assert(system.write_file(reports .. "/search/rows.csv", report.csv({ "base", "found" }, { { "strict", true } })))
local read = kept.settings(reports)
check(#read == 3 and read[1].name == "strict" and read[2].name == "strict, limit in wall", read[2].name)
check(read[3].name == "strict, rounds 5" and kept.is_name(read[2].name))
check(#read[1].rows == 2 and table.concat(read[1].folders, " ") == "new newer" and read[2].rows[1].id == "c")
check(#read[3].rows == 2 and read[3].changes.rounds == 5 and #kept.rows(reports, "search") == 1)

-- What one change does: dense runs find something only with it, pruned ones anyway.
local function setting_of(setting_name, changes, hit)
  return {
    name = setting_name, protocol = "strict", changes = changes, folders = {}, rows = rows_of(hit),
  }
end
local function only_pruned(row) return row.network == "pruned" and 1 - row.rate / 2 or nil end
local base = setting_of("strict", {}, only_pruned)
local found = setting_of("strict, norm l1_row_max", { norm = "l1_row_max" }, function() return 1 end)
local two = setting_of("strict, classes embedded, norm l1_row_max", { norm = "l1_row_max", classes = "embedded" },
  function() return 1 end)
local changed = factors.of { base, found, two }
check(#changed == 1 and changed[1].setting == found)
check(changed[1].results.dense.value == 1 and changed[1].results.dense.outcome == "holds")
check(changed[1].results.pruned.outcome == "no room" and changed[1].results.gain.value == -1)
check(changed[1].results.gain.outcome == "opposite" and changed[1].results.faster.value == -1)

-- Solvers by the times of their first finds, in one run: half of the dense runs at 3 s, the others cut off or proved.
local solver = setting_of("strict, solver highs, within 60 s", { solver = "highs", time_limit = 60 }, function(row)
  if row.network == "pruned" then return row.seed < 50 and 0.5 or nil end
  return row.seed < 30 and 3 or nil
end)
for _, row in ipairs(solver.rows) do
  row.time_limit, row.solver, row.candidates = 60, "highs", "incumbents"
  -- A proof may come with the limit.
  row.status = row.seed == 60 and row.dataset == "mnist" and "optimal" or "limit"
  if row.seed == 60 then row.verdict = "robust" end
end
local curves = solvers.of { base, solver }
check(#curves == 1 and #curves[1].runs.dense == 14 and curves[1].images == 14)
check(solvers.found(curves[1].runs.dense, 1) == 0 and solvers.found(curves[1].runs.dense, 5) == 6)
check(solvers.found(curves[1].runs.pruned, 1) == 10 and solvers.without(curves[1].runs.dense, "cut off") == 6)
check(solvers.without(curves[1].runs.dense, "ended") == 2 and solvers.without(curves[1].runs.pruned, "failed") == 0)
check(curves[1].more.value == 4 / 14 and curves[1].means.dense == (6 * 3 + 8 * 60) / 14)
check(curves[1].more.outcome == "no room", "four images differ")

-- Policies beside magnitude and the dense network; what is found after the limit is not.
local by_policy = {}
for _, each in ipairs(policies.of(rows_of_policies())) do by_policy[each.name] = each end
local good, bad = by_policy.good.results, by_policy.bad
check(good.more.outcome == "no room" and good.sooner.outcome == "holds" and near(good.sooner.value, math.log(0.5)))
check(near(good["sooner than dense"].value, math.log(0.25)) and bad.found == 0 and bad.problems == 10)
check(bad.results.more.value == -1 and bad.results.more.outcome == "opposite" and bad.results.sooner.images == 0)
check(by_policy.dense.found == 10 and next(by_policy.dense.results) == nil and not by_policy.magnitude.results.more)

-- Over the gallery each model is one observation: a method that is better on some and as good and sooner on others.
local function rows_of_gallery()
  local rows = {}
  for model = 1, 8 do
    for seed = 1, 2 do
      local function add(method, value, found_s)
        rows[#rows + 1] = { problem = "m" .. model, seed = seed, method = method, value = value, found_s = found_s }
      end
      add("gradients", 1, 1)
      add("dense", 2, 1)
      add("optimize", model == 1 and 3 or 2, 0.5)
    end
  end
  -- What is no model of the gallery counts for nothing.
  rows[#rows + 1] = { problem = "box", inputs = 10, layers = 2, width = 20, seed = 1, method = "dense", value = 1 }
  return rows
end
local over_gallery = {}
for _, contest in ipairs(contests.of(rows_of_gallery())) do
  over_gallery[("%s %s"):format(contest.method, contest.effect.name)] = contest.result
end
check(over_gallery["optimize over gradients"].outcome == "holds" and over_gallery["dense over gradients"].value == 1)
check(over_gallery["optimize over gradients"].images == 8 and over_gallery["optimize over gradients"].problems == 16)
check(over_gallery["optimize over dense"].outcome == "no room" and over_gallery["optimize over dense"].value == 1 / 8)
check(over_gallery["optimize sooner than dense"].problems == 14 and not over_gallery["dense over dense"])
check(near(over_gallery["optimize sooner than dense"].value, math.log(0.5)))

-- The page: numbers, verdicts and sentences come from the claims.
local _, setting = claims_of(function(row) return row.network == "dense" and 1 or 1 - row.rate end)
local content = page.content({ setting, solver }, {
  search = rows_of_search(), policies = rows_of_policies(), maximise = rows_of_gallery(),
})
local function printed(template) return page.fill(content, template) end
check(printed("{strict | i | every rate}"):find "^%+50%.0 %(p 0%.%d+%)\n$")
check(printed "It is {strict | i}." == "It is reproduced.\n" and printed "{paper | i | most}" == "+32.1\n")
check(printed "{published | i} {published | i | most} {published | dense found}" == "– – –\n")
check(printed("{say | main claim, strict}"):find("are faster on most problems**, as the paper", 1, true))
check(printed "{say | knowledge} {say | bounds, strict}":find "^%*%*The surrogate matters")
check(printed "{search | strict: dense over gradients}" == "+0.0\n")
check(printed "a\n\n{say | bounds, strict}\n\nb" == "a\n\nb\n")
check(printed "- a\n{say | bounds, strict}\n- b" == "- a\n- b\n")
check(printed(("word "):rep(40)) == ("word "):rep(23) .. "word\n" .. ("word "):rep(15) .. "word\n")
check(printed("{settings}"):find("560 of 6400 (9 %)", 1, true), printed "{settings}")
check(printed("{settings}"):find("layers 2; side 18; width 32 | 560 | 14 | 10 s", 1, true), printed "{settings}")
do
  -- Runs on two processors are not compared, nor are those without a dense run.
  local _, moved = claims_of(function() return 1 end)
  table.remove(moved.rows, 1)
  moved.rows[#moved.rows].processor = "another"
  moved.pairs = nil
  local text = page.fill(page.content({ moved }, {}), "{settings}")
  check(text:find("| 519; not 40 without their dense run, 1 on another processor | 13 |", 1, true), text)
end
check(printed("{findings}"):find("**reproduced**", 1, true) and printed("{solvers}"):find("| 10 | 10 |", 1, true))
check(printed("{solvers}"):find("Too few images differ for a test with highs", 1, true))
check(printed("{open}"):find("`strict`, with too few images: (v), (xiii).", 1, true), printed "{open}")
check(printed "{gallery | models} {gallery | optimize | over dense}" == "8 +12.5 (+0.0 to +50.0)\n")
check(printed "{say | gallery time}":find "takes ×0%.50 %(.*%) of the wall time" ~= nil)
checks.refuses({ "no such effect over the gallery" }, printed, "{gallery | optimize | over nothing}")
checks.refuses({ "no such part" }, printed, "{strict | i | some rate}")
checks.refuses({ "no such finding or number" }, printed, "{strict | most}")
checks.refuses({ "no such setting" }, printed, "{strickt | i | most}")
checks.refuses({ "no such phrase" }, printed, "{say | nothing}")
for _, place in ipairs {
  "search | strickt: magnitude 0.9 over dense", "search | strict: magnitude 0.9 over dense | soner",
  "predictor | strict | everybody | accuracy", "policy | nobody | sooner", "gallery | optimise | over dense",
  "factor | published, candidate relaxations | gain", "strict, norms l1 | i",
} do
  checks.refuses({ place }, printed, ("{%s}"):format(place))
end

-- Every phrase has a sentence for whatever its subject may come to, and the pages print with all rows, some and none.
local outcomes = { "holds", "opposite", "open", "no room", "untestable", "absent" }
local words = table.move(verdicts.words, 1, #verdicts.words, 2, { "absent" })
for title, phrase in pairs(phrases) do
  local is_verdict = false
  for _, finding in ipairs(findings) do
    is_verdict = is_verdict or phrase.about:match "^%l* | (.*)$" == finding.id
  end
  printed(("{%s}"):format(phrase.about))
  for _, word in ipairs(is_verdict and words or outcomes) do
    check(phrase[word] or phrase.otherwise, ("%s: %s"):format(title, word))
  end
end
local templates = "Scripts/experiments/claims/pages/"
for _, template_name in ipairs { "answers.md", "paper.md", "surrogate-or-search.md" } do
  local template = assert(system.read_file(templates .. template_name))
  for _, some in ipairs { content, page.content({ base, found, solver }, {}), page.content({}, {}) } do
    local text = page.fill(some, template)
    check(#text > 500 and not text:find "[{}\1]", template_name)
  end
end
local lines = report.rows(verdicts.csv(content))
local parts = 0
for _, finding in ipairs(verdicts.asked) do parts = parts + (finding.parts and #finding.parts or 1) end
check(#lines > 2 * parts and lines[1].claim == "i" and lines[1].value == 0.5 and lines[1].paper > 0.3)

-- The runs: each named once, on cases that its experiment has, and every protocol's setting changed both ways.
local seen_runs = {}
for _, run in ipairs(runs.matching "*") do
  check(not seen_runs[run.name] and not runs.line(run):find "\n", run.name)
  seen_runs[run.name] = run
end
check(#runs.matching "strict-other-*" == 9 and #runs.matching "*glpk*" == 2 and #runs.matching "strict" == 1)
check(seen_runs["surrogate-or-search"].experiment == "surrogate-or-search")

-- Rows made again.
local function row(id, hit, changes)
  return settings.joined({
    id = id, verdict = hit and "adversarial" or "unknown", first_hit_processor_s = hit, iterations = 7,
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
do
  -- A faster machine comes further within the limit; a find by work that the other had done as well is a difference.
  local cut = { row("a", 1.0), row("b", nil, { status = "limit", iterations = 100 }) }
  local function with(work) return { row("a", 1.0), row("b", 0.9, { first_hit_iterations = work }) } end
  local further = again.compare(cut, with(101))
  check(further.agrees and further.beyond == 1 and further.same_found == 1, again.text(further))
  check(again.compare(with(101), cut).agrees, "nor does a slower one")
  check(not again.compare(cut, with(100)).agrees)
  check(not again.compare({ cut[2] }, { with(101)[2] }).agrees, "nothing is left to compare")
  cut[2].status = "optimal"
  check(not again.compare(cut, with(101)).agrees, "it was not cut off")
end
check(again.compare({ { id = "e", found = true, hit_processor_s = 1 } },
  { { id = "e", found = true, hit_processor_s = 2 } }).ratio == 2)

checks.finish()
