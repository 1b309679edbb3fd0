--- The report of a comparison: a table on the terminal; with a folder, pages with plots and every problem, and a CSV.
local document = require "vnn.document"
local pages = require "shared.pages"
local paired = require "shared.paired"
local plot = require "vnn.plot"
local policies = require "comparison.policies"
local policy = require "vnn.policy"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local summary = require "comparison.summary"
local system = require "vnn.system"

local function name_of(entry) return entry.policy and ("%s %g"):format(entry.policy, entry.rate) or "dense" end

--- How many of an entry's cases found a witness; cases that failed are among them, and told.
local function found_text(entry)
  local failed = #entry.failures > 0 and (" (%d failed)"):format(#entry.failures) or ""
  return ("%d of %d%s"):format(#entry.hits, entry.cases, failed)
end

--- How times compare: the median ratio, and the chance of the test; faster and slower only where that is at most 5 %.
local function speed_text(comparison, holm)
  if not comparison.ratio then return "-" end
  local test = comparison.test
  if test.clusters < paired.fewest_images then return report.ratio(comparison.ratio) end
  return ("%s, p = %s"):format(report.ratio(comparison.ratio), paired.test_text(test, holm))
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
    "policy", "rate", "found", "processor time to hit", "of that pruning", "over dense", "over " .. baseline,
    "found against " .. baseline, "sooner than dense", "accuracy", detailed and "binaries" or nil,
  }
  local lines = {}
  for index, entry in ipairs(entries) do
    local pruned, solved, against = entry.policy ~= nil, #entry.rows > 0, entry.against_dense
    local is_tested = summary.is_tested(entry, baseline)
    lines[index] = {
      entry.policy or "dense",
      pruned and ("%g"):format(entry.rate) or "-",
      found_text(entry),
      report.seconds(entry.median_hit_s),
      pruned and report.seconds(entry.median_prune_s) or "-",
      pruned and speed_text(against, entry.dense_holm) or "-",
      is_tested and speed_text(entry.against_baseline, entry.baseline_holm) or "-",
      is_tested and baseline_text(entry) or "-",
      pruned and against.pairs > 0 and ("%.0f %%"):format(100 * against.faster / against.pairs) or "-",
      solved and ("%.1f %%"):format(100 * entry.accuracy) or "-",
      detailed and (solved and ("%.1f"):format(entry.binaries) or "-") or nil,
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

--- What a comparison of times shows, in words; `holm` is the chance of its test, adjusted.
local function speed_clause(comparison, holm, other)
  local ratio = ("%s of %s's"):format(report.ratio(comparison.ratio), other)
  if comparison.test.clusters < paired.fewest_images then
    return ("%s (%s: no test)"):format(ratio, paired.images_text(comparison.test.clusters))
  end
  local word = holm > 0.05 and "no difference" or comparison.test.statistic < 0 and "faster" or "slower"
  return ("%s (%s, p = %s)"):format(ratio, word, paired.chance(holm))
end

--- One line for each policy and rate: processor seconds to a witness, against the dense network and the baseline.
local function speed_sentences(entries, baseline)
  local list, noise = {}, nil
  for _, entry in ipairs(entries) do
    if entry.policy and entry.median_hit_s then
      local clauses = {}
      local function add(comparison, holm, other)
        if comparison.ratio then clauses[#clauses + 1] = speed_clause(comparison, holm, other) end
      end
      add(entry.against_dense, entry.dense_holm, "dense")
      if summary.is_tested(entry, baseline) then add(entry.against_baseline, entry.baseline_holm, baseline) end
      noise = noise or entry.against_dense.noise
      list[#list + 1] = ("%s: %s of processor time to a witness%s."):format(
        name_of(entry), report.seconds(entry.median_hit_s), #clauses > 0 and "; " .. table.concat(clauses, ", ") or "")
    end
  end
  if noise then
    local text = "Two runs of one dense network differ by a factor of up to %.2f on 95 %% of the problems."
    list[#list + 1] = text:format(noise)
  end
  return list
end

--- By how much wall and processor time may differ before their ratio is worth a warning.
local widest_stretch = 1.25

--- What makes rows hard to compare: policies that do not what the rate asks for, a machine with other things to do, and
--- rows that were not measured side by side.
local function warnings(entries, baseline)
  local stretched, apart, compared = {}, 0, 0
  for _, entry in ipairs(entries) do
    local stretch = entry.stretch
    if stretch and (stretch > widest_stretch or stretch < 1 / widest_stretch) then
      stretched[#stretched + 1] = ("%s (%.2f)"):format(name_of(entry), stretch)
    end
    local comparisons = { entry.policy and entry.against_dense or nil }
    if summary.is_tested(entry, baseline) then comparisons[2] = entry.against_baseline end
    for _, comparison in ipairs(comparisons) do
      apart, compared = apart + comparison.runs, compared + comparison.pairs
    end
  end
  local list = {}
  for _, entry in ipairs(entries) do
    local missed = entry.removed and policy.missed(entry.rate, entry.removed)
    if missed then list[#list + 1] = ("Warning: %s: %s."):format(name_of(entry), missed) end
  end
  if #stretched > 0 then
    list[#list + 1] = ("Warning: wall and processor time part: %s. Other work, waiting or several threads disturbed "
      .. "the measurement; believe processor seconds only."):format(table.concat(stretched, ", "))
  end
  if apart > 0 then
    list[#list + 1] = ("Warning: %d of %d comparisons of times are of rows from different runs, which were not "
      .. "measured side by side; a new folder measures all of them in one."):format(apart, compared)
  end
  return list
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
  local list = speed_sentences(entries, baseline)
  list[#list + 1] = wins_sentence(entries, baseline)
  list[#list + 1] = solver_sentence(entries, options.solver) or nil
  local more = warnings(entries, baseline)
  return table.move(more, 1, #more, #list + 1, list)
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

--- What the bars of the shares found are, where so many of them have an interval.
local function bars_caption(intervals, bars)
  local caption = "Shares found. Problems with a witness, in per cent of all that were tried"
  local condition = ("%d images or more that do not all agree."):format(paired.fewest_images)
  if intervals == 0 then return ("%s. There are no intervals: these take %s"):format(caption, condition) end
  caption = caption .. "; lines are 95 % intervals, with the image as their unit"
  return caption .. (intervals == bars and "." or ", where there are " .. condition)
end

--- Bars of the shares found, with 95 % intervals; problems of one image are one observation. The caption comes third.
local function draw_bars(folder, entries)
  local bars, intervals = {}, {}
  for index, entry in ipairs(entries) do
    local found, images = {}, {}
    for _, list in ipairs { entry.rows, entry.failures } do
      for _, row in ipairs(list) do
        found[#found + 1], images[#images + 1] = row.hit and 1 or 0, tostring(row.problem)
      end
    end
    local share = statistics.cluster_mean(found, images)
    bars[index] = { name_of(entry), 100 * share.mean }
    if share.low then
      intervals[#intervals + 1] = { 100 * share.mean, index - 1, 100 * share.low, 100 * share.high }
    end
  end
  local drawn, message = plot.draw {
    stem = folder .. "/found",
    height = 140 + 30 * #bars,
    data = { bars = bars, intervals = #intervals > 0 and intervals or nil },
    script = ([[
set xlabel 'problems with a witness, %%'
set xrange [0:100]
set yrange [%d.5:-0.5]
unset grid
set grid xtics
unset key
plot $bars using 2:0:(0):2:($0-0.35):($0+0.35):ytic(1) with boxxyerror lc 1]]):format(#bars - 1)
      .. (#intervals > 0 and ", \\\n  $intervals using 1:2:3:4 with xerrorbars lc rgb '#333333' ps 0.3" or ""),
  }
  return drawn, message, bars_caption(#intervals, #bars)
end

--- How many problems had a witness after so many seconds, up to the limit.
local function draw_curves(folder, entries)
  local curves, lines, tried = {}, {}, 1
  for index, entry in ipairs(entries) do
    local limit = 0
    for _, row in ipairs(entry.rows) do limit = math.max(limit, row.time_limit) end
    curves["curve" .. index], tried = paired.staircase(entry.hits, limit), math.max(tried, entry.cases)
    lines[index] = ("$curve%d using 1:2 with lines lw 2 lt %d title %s"):format(
      index, index, plot.quote(name_of(entry)))
  end
  return plot.draw {
    stem = folder .. "/curves",
    height = 440 + 14 * #entries,
    data = curves,
    script = ([[
set key below font small_font
set logscale x
set format x '%%g'
set yrange [0:%d]
set xlabel 'processor seconds to the first witness, with pruning'
set ylabel 'problems'
plot ]]):format(tried) .. table.concat(lines, ", \\\n  "),
  }
end

local function add_plots(page, folder, entries)
  local found, message, caption = draw_bars(folder, entries)
  if found then
    page:picture(found.svg, caption)
    found, message = draw_curves(folder, entries)
  end
  if found then
    page:picture(found.svg, "Problems over time. How many had a witness after so many seconds, of all that were tried.")
  else
    io.stderr:write(("compare-policies: no plots: %s\n"):format(message))
    page:paragraph("There are no plots: " .. message .. ".")
  end
end

local columns = {
  "id", "architecture", "training_seed", "images", "problem", "repetition", "policy", "policy_digest", "rate",
  "dataset", "side",
  "solver", "time_limit", "limit_in", "verdict", "decided_by", "found", "hit_processor_s", "hit_s", "hit_iterations",
  "prune_processor_s", "prune_s", "seconds", "status", "nodes", "iterations", "binaries", "candidates", "margin",
  "accuracy", "sparsity", "removed",
}

local explanation = "found counts witnesses on the dense network that passed the recheck, and came with their pruning "
  .. "before the limit of the dense run; times are processor seconds, pruning included, and medians over "
  .. "the problems with a witness; accuracy and binaries are means. Problems of one image are no "
  .. "independent observations, so images are the units of all tests. over dense and over the baseline are"
  .. " the medians of the ratios of both times to the witness where both have one, and the test of the "
  .. "signed ranks of the logarithms of all ratios, with the larger of the limit and the longest time in "
  .. "place of a missing one; p is adjusted by Holm for all tests of a column, and only where it is at "
  .. "most 0.05 a policy is called faster or slower. found against the baseline counts problems that only "
  .. "this policy or only the baseline solved; each image's are added up, and the images' signs turned in "
  .. "all ways (up to 16, else at random; in parentheses adjusted by Holm). sooner than dense counts "
  .. "problems with a witness before the dense network's own MILP had one, or where that found none. Cases"
  .. " that failed are in no test."

--- How the networks came to be, in words.
local function networks_text(options)
  if options.network then return "one network for all" end
  if not options.seeds then return "each has a network of its own, trained with the problem's seed" end
  return ("networks trained with the seeds %s"):format(table.concat(options.seeds, ", "))
end

--- What a report begins with: the setting, so that the figures mean something a year later.
local function introduction(page, rows, problems, options, context)
  local facts = "Data set %s, side %d, networks %s, problems of the strict protocol%s; %s. No finetuning. Solver %s, "
    .. "at most %g %s seconds per solve. vnnlua %s, code %s, on %s. Done: %d of %d cases; failed: %d. Problems: %s."
  page:paragraph(facts:format(
    options.dataset, options.side, table.concat(values_of(rows, "architecture"), ", "),
    options.images == "held-out" and " on images that no policy was tried on" or "", networks_text(options),
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
