--- The report of a comparison: a table on the terminal; with a folder, pages with plots and every problem, and a CSV.
local document = require "vnn.document"
local pages = require "shared.pages"
local paired = require "shared.paired"
local plot = require "vnn.plot"
local policies = require "comparison.policies"
local report = require "vnn.report"
local summary = require "comparison.summary"
local system = require "vnn.system"

local function name_of(entry) return entry.policy and ("%s %g"):format(entry.policy, entry.rate) or "dense" end

--- How many of an entry's cases found a witness; cases that failed are among them, and told.
local function found_text(entry)
  local failed = #entry.failures > 0 and (" (%d failed)"):format(#entry.failures) or ""
  return ("%d of %d%s"):format(#entry.hits, entry.cases, failed)
end

--- How an entry's times compare with the dense network's: the ratio, its noise and the test.
local function speed_text(comparison)
  if not comparison.ratio then return "-" end
  local noise = comparison.noise and ("%.2f"):format(comparison.noise) or "unknown"
  return ("%s (noise %s); %s"):format(report.ratio(comparison.ratio), noise, paired.test_text(comparison.test))
end

--- The test against the baseline.
local function baseline_text(entry)
  local test = entry.test
  if test.clusters < paired.fewest_images and entry.wins + entry.losses > 0 then
    return ("+%d -%d, none: of %s"):format(entry.wins, entry.losses, paired.images_text(test.clusters))
  end
  return ("+%d -%d, p = %.3g (%.3g)"):format(entry.wins, entry.losses, test.p, entry.holm)
end

--- One line per entry; `detailed` adds how the times compare with the dense runs'.
local function main_table(entries, baseline, detailed)
  local headers = {
    "policy", "rate", "found", "faster than dense", "median time to hit", "of that pruning", "accuracy", "binaries",
    "against " .. baseline, detailed and "time against dense" or nil,
  }
  local lines = {}
  for index, entry in ipairs(entries) do
    local pruned, solved, against = entry.policy ~= nil, #entry.rows > 0, entry.against_dense
    lines[index] = {
      entry.policy or "dense",
      pruned and ("%g"):format(entry.rate) or "-",
      found_text(entry),
      pruned and against.pairs > 0 and ("%.0f %%"):format(100 * against.faster / against.pairs) or "-",
      report.seconds(entry.median_hit_s),
      pruned and report.seconds(entry.median_prune_s) or "-",
      solved and ("%.1f %%"):format(100 * entry.accuracy) or "-",
      solved and ("%.1f"):format(entry.binaries) or "-",
      summary.is_tested(entry, baseline) and baseline_text(entry) or "-",
      detailed and (pruned and speed_text(against) or "-") or nil,
    }
  end
  return headers, lines
end

--- Which policies do better than the baseline, and whether that could be chance.
local function wins_sentence(entries, baseline)
  local better, least, tested, has_baseline, fewest = {}, 1, 0, false, 0
  for _, entry in ipairs(entries) do
    has_baseline = has_baseline or entry.policy == baseline and #entry.rows > 0
    if summary.is_tested(entry, baseline) then tested = tested + 1 end
    if entry.policy and entry.wins > entry.losses then
      better[#better + 1] = entry
      least, fewest = math.min(least, entry.holm), math.max(fewest, entry.test.clusters)
    end
  end
  if not has_baseline then
    return ("The baseline %s is not among the rows, so no policy is tested against it."):format(baseline)
  end
  if tested == 0 then return ("There is no other policy to test against %s."):format(baseline) end
  if #better == 0 then return ("No policy finds witnesses on more problems than %s."):format(baseline) end
  table.sort(better, function(a, b)
    if #a.hits ~= #b.hits then return #a.hits > #b.hits end
    return a.holm < b.holm
  end)
  local texts = {}
  for index, entry in ipairs(better) do
    texts[index] = ("%s at rate %g (%d, %s)"):format(entry.policy, entry.rate, #entry.hits, baseline_text(entry))
  end
  local text = ("More witnesses than %s: %s. "):format(baseline, table.concat(texts, ", "))
  if fewest < paired.fewest_images then
    local few = "Problems of %s differ at most, and fewer than %d can show nothing at 5 %%: that takes more problems."
    return text .. few:format(paired.images_text(fewest), paired.fewest_images)
  end
  if least > 0.05 then
    return text .. "No difference is significant at 5 %: to tell them from chance takes more problems, or more seeds "
      .. "(--seeds 2,3,4) and architectures for each."
  end
  return text .. ("In parentheses p is adjusted for %d comparisons."):format(tested)
end

--- How the policy with the most witnesses compares in time.
local function speed_sentence(entries)
  local best
  for _, entry in ipairs(entries) do
    local against = entry.against_dense
    local is_better = not best or #entry.hits > #best.hits
      or #entry.hits == #best.hits and against.test.p < best.against_dense.test.p
    if entry.policy and against.ratio and is_better then best = entry end
  end
  if not best then return nil end
  local against = best.against_dense
  local noise = against.noise and (" Two runs of one dense network differ by a factor of up to %.2f on 95 %% of the "
    .. "problems."):format(against.noise) or ""
  local test = against.test
  local result = test.clusters < paired.fewest_images and paired.claim(test, test.p)
    or ("%s, p = %s, %s"):format(
      test.statistic < 0 and "faster" or "slower", paired.chance(test.p), paired.count_text(test.count, test.clusters))
  return ("%s at rate %g takes %s of the dense network's processor time to a witness (median where both have one).%s "
    .. "With a missing witness as the longest time: %s."):format(
    best.policy, best.rate, report.ratio(against.ratio), noise, result)
end

--- How often the solver itself failed.
local function solver_sentence(entries, solver)
  local dense, dense_rows, pruned, pruned_rows = 0, 0, 0, 0
  for _, entry in ipairs(entries) do
    if entry.policy then
      pruned, pruned_rows = pruned + entry.solver_failures, pruned_rows + #entry.rows
    else
      dense, dense_rows = entry.solver_failures, #entry.rows
    end
  end
  return dense + pruned > 0 and ("%s failed on %d of %d dense models, which are left out of the comparison of times, "
    .. "and on %d of %d pruned ones."):format(solver, dense, dense_rows, pruned, pruned_rows)
end

--- What the table says, in words.
local function sentences(entries, baseline, options)
  local list = { wins_sentence(entries, baseline) }
  list[#list + 1] = speed_sentence(entries) or nil
  list[#list + 1] = solver_sentence(entries, options.solver) or nil
  return list
end

--- For every entry with failures, how many there are and what the first one says.
local function failure_lines(entries)
  local lines = {}
  for _, entry in ipairs(entries) do
    local count = #entry.failures
    if count > 0 then
      lines[#lines + 1] = ("%s: %d of %d cases failed: %s"):format(
        name_of(entry), count, entry.cases, entry.failures[1].failure)
    end
  end
  return lines
end

local function outcome(row)
  if not row then return nil end
  if row.failure then return "failed" end
  if row.hit then return report.seconds(row.hit) end
  return summary.ending(row) or "robust"
end

--- How each problem went, one line per network and problem, one column per policy at one rate.
local function problem_table(entries, places, look_up, rate)
  local headers, columns, lines = { "network and problem" }, {}, {}
  for _, entry in ipairs(entries) do
    if not entry.policy or entry.rate == rate then
      columns[#columns + 1] = entry
      headers[#headers + 1] = entry.policy or "dense"
    end
  end
  for index, place in ipairs(places) do
    lines[index] = { place }
    for column, entry in ipairs(columns) do lines[index][column + 1] = outcome(look_up(place, entry)) end
  end
  return headers, lines
end

--- What a field has, each value once, in the order in which they come first.
local function values_of(list, key)
  local seen, values = {}, {}
  for _, item in ipairs(list) do
    local value = item[key]
    if value ~= nil and not seen[value] then
      seen[value] = true
      values[#values + 1] = value
    end
  end
  return values
end

--- Bars of the shares found, and the number of problems over time.
local function add_plots(page, folder, entries)
  local bars, curves, lines = {}, {}, {}
  for index, entry in ipairs(entries) do
    bars[index] = { name_of(entry), 100 * #entry.hits / entry.cases }
    local curve = {}
    for count, seconds in ipairs(entry.hits) do curve[count] = { seconds, count } end
    curves["curve" .. index] = curve
    -- There are eight colours; lines of one colour have different dashes.
    lines[index] = ("$curve%d using 1:2 with steps lw 2 lc %d dt %d title %s"):format(
      index, index, (index - 1) // 8 + 1, plot.quote(name_of(entry)))
  end
  local found, message = plot.draw {
    stem = folder .. "/found",
    width = 900,
    data = { bars = bars },
    script = [[
set style data histogram
set style fill solid 0.7
set ylabel 'problems with a witness, %'
set yrange [0:100]
set xtics rotate by -40
unset key
plot $bars using 2:xtic(1)]],
  }
  if found then
    page:picture(found.svg, "Shares found. Problems with a witness, in per cent of all that were tried.")
    found, message = plot.draw {
      stem = folder .. "/curves",
      width = 900,
      data = curves,
      script = [[
set key outside
set logscale x
set format x '%g'
set yrange [0:*]
set xlabel 'processor seconds to the first witness, pruning included'
set ylabel 'problems'
plot ]] .. table.concat(lines, ", \\\n  "),
    }
  end
  if found then
    page:picture(found.svg, "Problems over time. How many had a witness after so many seconds.")
  else
    io.stderr:write(("compare-policies: no plots: %s\n"):format(message))
    page:paragraph("There are no plots: " .. message .. ".")
  end
end

local columns = {
  "id", "architecture", "training_seed", "problem", "repetition", "policy", "policy_digest", "rate", "dataset", "side",
  "solver", "time_limit", "limit_in", "verdict", "decided_by", "found", "hit_processor_s", "hit_s", "hit_iterations",
  "prune_processor_s", "prune_s", "seconds", "status", "nodes", "iterations", "binaries", "candidates", "margin",
  "accuracy", "sparsity", "vnnlua_version", "host", "processor", "cores", "load", "started", "commit", "modules_digest",
}

local explanation = "found counts witnesses on the dense network that passed the recheck, and came with their pruning "
  .. "before the limit of the dense run; faster than dense counts problems with a witness sooner than the dense "
  .. "network's own MILP, or where that found none; times are processor seconds, pruning included, and medians over "
  .. "the problems with a witness; accuracy and binaries are means. Problems of one image are no independent "
  .. "observations, so images are the units of all tests. The column of the baseline counts problems that only this "
  .. "policy or only the baseline solved; each image's are added up, and the images' signs turned in all ways (up to "
  .. "16, else at random; in parentheses adjusted by Holm for all such tests). The last one is the median of the "
  .. "ratios of both times to the witness where both have one, the noise (two runs of one dense network differ by no "
  .. "larger factor on 95 % of the problems), and the same test of the signed ranks of the logarithms of all ratios, "
  .. "with the larger of the limit and the longest time in place of a missing one. Cases that failed are in no test."

--- How the networks came to be, in words.
local function networks_text(options)
  if options.network then return "one network for all" end
  if not options.seeds then return "each has a network of its own, trained with the problem's seed" end
  return ("networks trained with the seeds %s"):format(table.concat(options.seeds, ", "))
end

--- What a report begins with: the setting, so that the figures mean something a year later.
local function introduction(page, rows, problems, options, context)
  local facts = "Data set %s, side %d, networks %s, problems of the strict protocol; %s. No finetuning. Solver %s, at "
    .. "most %g %s seconds per solve. vnnlua %s, code %s, on %s. Done: %d of %d cases; failed: %d. Problems: %s."
  page:paragraph(facts:format(
    options.dataset, options.side, table.concat(values_of(rows, "architecture"), ", "), networks_text(options),
    options.solver, options.time_limit, options.limit_in, system.version,
    table.concat(values_of(rows, "modules_digest"), ", "), table.concat(values_of(rows, "processor"), ", "), #rows,
    context.total, #context.failures, problems))
  page:code(context:command(options))
end

--- The pages with plots and every problem, and the CSV.
local function write_pages(folder, page, content)
  local entries, baseline = content.entries, content.baseline
  local headers, lines = main_table(entries, baseline, true)
  page:table(headers, lines, "Every policy and rate")
  for _, sentence in ipairs(content.sentences) do page:paragraph(sentence) end
  page:paragraph(explanation)
  add_plots(page, folder, entries)
  for _, rate in ipairs(values_of(entries, "rate")) do
    page:heading(("Problem by problem, rate %g"):format(rate))
    local names, results = problem_table(entries, content.places, content.look_up, rate)
    local caption = "Time to the first witness. robust: a proof; none: solved without; limit: not in time"
    page:table(names, results, caption)
  end
  for _, part in ipairs { { "Failed", content.failed }, { "Skipped", content.skipped } } do
    if #part[2] > 0 then page:heading(part[1]) end
    for _, text in ipairs(part[2]) do page:paragraph(text) end
  end
  pages.save(page, folder, columns, content.rows)
end

--- Makes the report of the rows that are there.
return function(rows, options, context)
  local solved, skipped = {}, {}
  for _, row in ipairs(rows) do
    if not row.skipped then
      solved[#solved + 1] = row
    elseif not row.policy and row.repetition == 1 then
      skipped[#skipped + 1] = ("%s: %s"):format(summary.place(row, options), row.skipped)
    end
  end
  local chosen, baseline = policies.load(options)
  local entries, places, look_up = summary.of(solved, context.failures, chosen, baseline, options)
  local failed = failure_lines(entries)
  if #solved == 0 then
    local texts = #failed > 0 and failed or skipped
    print("nothing to compare: " .. (#texts > 0 and table.concat(texts, "; ") or "no case is done"))
    return
  end
  local words = sentences(entries, baseline, options)
  print(report.table(main_table(entries, baseline)))
  for _, sentence in ipairs(words) do print(sentence) end
  for _, line in ipairs(failed) do print(line) end
  if #skipped > 0 then print("skipped: " .. table.concat(skipped, "; ")) end
  if not context.folder then return end

  local folder, images = context.folder .. "/report", values_of(solved, "problem")
  assert(system.make_directory(folder))
  local page = document.new "Pruning policies compared"
  introduction(page, rows, paired.count_text(#places, #images), options, context)
  write_pages(folder, page, {
    rows = solved, entries = entries, baseline = baseline, places = places, look_up = look_up, sentences = words,
    failed = failed, skipped = skipped,
  })
end
