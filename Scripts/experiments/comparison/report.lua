--- The report of a comparison: a table on the terminal; with a folder, pages with plots and every problem, and a CSV.
local document = require "vnn.document"
local pages = require "shared.pages"
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

--- Whether an entry is faster than the dense network on the whole, with a missing witness as the longest time.
local function speed_text(entry)
  local speed = entry.speed
  local word = speed.negative > speed.positive and "faster" or speed.negative < speed.positive and "slower" or "as fast"
  return ("%s, p = %.3g"):format(word, speed.p)
end

--- One line per entry; `detailed` adds how the times compare with the dense runs'.
local function main_table(entries, baseline, detailed)
  local headers = {
    "policy", "rate", "found", "faster than dense", "median time to hit", "of that pruning", "accuracy", "binaries",
    "against " .. baseline, detailed and "time against dense" or nil,
  }
  local lines = {}
  for index, entry in ipairs(entries) do
    local pruned, solved = entry.policy ~= nil, #entry.rows > 0
    local is_tested = pruned and entry.policy ~= baseline and entry.compared > 0
    lines[index] = {
      entry.policy or "dense",
      pruned and ("%g"):format(entry.rate) or "-",
      found_text(entry),
      pruned and entry.pairs > 0 and ("%.0f %%"):format(100 * entry.faster / entry.pairs) or "-",
      report.seconds(entry.median_hit_s),
      pruned and report.seconds(entry.median_prune_s) or "-",
      solved and ("%.1f %%"):format(100 * entry.accuracy) or "-",
      solved and ("%.1f"):format(entry.binaries) or "-",
      is_tested and ("+%d -%d, p = %.3g"):format(entry.wins, entry.losses, entry.chance) or "-",
      detailed and (pruned and entry.ratio and report.ratio(entry.ratio) .. "; " .. speed_text(entry) or "-") or nil,
    }
  end
  return headers, lines
end

--- Which policies do better than the baseline, and whether that could be chance.
local function wins_sentence(entries, baseline)
  local better, least, tested, has_baseline = {}, 1, 0, false
  for _, entry in ipairs(entries) do
    has_baseline = has_baseline or entry.policy == baseline and #entry.rows > 0
    if entry.policy and entry.policy ~= baseline and entry.compared > 0 then tested = tested + 1 end
    if entry.policy and entry.wins > entry.losses then
      better[#better + 1] = entry
      least = math.min(least, entry.chance)
    end
  end
  if not has_baseline then
    return ("The baseline %s is not among the rows, so no policy is tested against it."):format(baseline)
  end
  if tested == 0 then return ("There is no other policy to test against %s."):format(baseline) end
  if #better == 0 then return ("No policy finds witnesses on more problems than %s."):format(baseline) end
  table.sort(better, function(a, b)
    if #a.hits ~= #b.hits then return #a.hits > #b.hits end
    return a.chance < b.chance
  end)
  local texts = {}
  for index, entry in ipairs(better) do
    texts[index] = ("%s at rate %g (%d, +%d -%d, p = %.3g)"):format(
      entry.policy, entry.rate, #entry.hits, entry.wins, entry.losses, entry.chance)
  end
  local text = ("More witnesses than %s: %s. "):format(baseline, table.concat(texts, ", "))
  if least > 0.05 then
    return text .. "No difference is significant at 5 %: to tell them from chance takes more problems, seeds "
      .. "(--seeds 2,3,4) or architectures."
  end
  return text .. ("The p values are of single comparisons; %d were made."):format(tested)
end

--- How the policy with the most witnesses compares in time.
local function speed_sentence(entries)
  local best
  for _, entry in ipairs(entries) do
    local is_better = not best or #entry.hits > #best.hits or #entry.hits == #best.hits and entry.speed.p < best.speed.p
    if entry.policy and entry.ratio and is_better then best = entry end
  end
  if not best then return nil end
  return ("%s at rate %g takes %s of the dense network's time to a witness (median where both have one). With a "
    .. "missing witness as the longest time it is %s (signed-rank test, n = %d)."):format(
    best.policy, best.rate, report.ratio(best.ratio), speed_text(best), best.speed.count)
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
  if row.found then return report.seconds(row.hit_s) end
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
set xlabel 'seconds to the first witness, pruning included'
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
  "architecture", "training_seed", "problem", "policy", "rate", "verdict", "found", "hit_s", "prune_s", "seconds",
  "first_hit_processor_s", "status", "nodes", "binaries", "candidates", "margin", "accuracy", "sparsity",
  "vnnlua_version",
}

local explanation = "found counts witnesses on the dense network that passed the recheck; faster than dense counts "
  .. "problems with a witness sooner than the dense network's own MILP, or where that found none; times include "
  .. "pruning and are medians over the problems with a witness; accuracy and binaries are means. The column of the "
  .. "baseline counts problems that only this policy or only the baseline solved, with the two-sided exact sign test. "
  .. "The last one is the median of the ratios of both times to the witness where both have one, and the two-sided "
  .. "signed-rank test of their logarithms, with the longest time in place of a missing one. Cases that failed are in "
  .. "no test. Times are those of one machine: compare ratios."

--- How the networks came to be, in words.
local function networks_text(options)
  if options.network then return "one network for all" end
  if not options.seeds then return "each has a network of its own, trained with the problem's seed" end
  return ("networks trained with the seeds %s"):format(table.concat(options.seeds, ", "))
end

--- What a report begins with: the setting, so that the figures mean something a year later.
local function introduction(page, rows, options, context)
  page:paragraph(("Data set %s, side %d, networks %s, problems of the strict protocol; %s. No finetuning. Solver %s, "
    .. "at most %g s per solve. vnnlua %s. Done: %d of %d cases; failed: %d."):format(
    options.dataset, options.side, table.concat(values_of(rows, "architecture"), ", "), networks_text(options),
    options.solver, options.time_limit, system.version, #rows, context.total, #context.failures))
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
    elseif not row.policy then
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

  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  local page = document.new "Pruning policies compared"
  introduction(page, rows, options, context)
  write_pages(folder, page, {
    rows = solved, entries = entries, baseline = baseline, places = places, look_up = look_up, sentences = words,
    failed = failed, skipped = skipped,
  })
end
