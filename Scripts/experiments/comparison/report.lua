--- The report of a comparison: a table on the terminal; with a folder, pages with plots and every problem, and a CSV.
local document = require "vnn.document"
local plot = require "vnn.plot"
local policies = require "comparison.policies"
local report = require "vnn.report"
local summary = require "comparison.summary"
local system = require "vnn.system"

local function name_of(entry) return entry.policy and ("%s %g"):format(entry.policy, entry.rate) or "dense" end

local function main_table(entries, baseline)
  local headers = {
    "policy", "rate", "found", "faster than dense", "median time to hit", "of that pruning", "accuracy", "binaries",
    "against " .. baseline,
  }
  local lines = {}
  for index, entry in ipairs(entries) do
    local pruned = entry.policy ~= nil
    lines[index] = {
      entry.policy or "dense",
      pruned and ("%g"):format(entry.rate) or "-",
      ("%d of %d"):format(#entry.hits, #entry.rows),
      pruned and entry.pairs > 0 and ("%.0f %%"):format(100 * entry.faster / entry.pairs) or "-",
      report.seconds(entry.median_hit_s),
      pruned and report.seconds(entry.median_prune_s) or "-",
      ("%.1f %%"):format(100 * entry.accuracy),
      ("%.1f"):format(entry.binaries),
      pruned and entry.policy ~= baseline and ("+%d -%d, p = %.3g"):format(entry.wins, entry.losses, entry.chance)
        or "-",
    }
  end
  return headers, lines
end

--- Which policies do better than the baseline, and whether that could be chance.
local function sentence(entries, baseline)
  local better, least, compared = {}, 1, 0
  for _, entry in ipairs(entries) do
    if entry.policy and entry.policy ~= baseline then compared = compared + 1 end
    if entry.policy and entry.wins > entry.losses then
      better[#better + 1] = entry
      least = math.min(least, entry.chance)
    end
  end
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
    return text .. "No difference is significant at 5 %: more problems would be needed to tell them from chance."
  end
  return text .. ("The p values are of single comparisons; %d were made."):format(compared)
end

local function outcome(row)
  if not row then return nil end
  if row.found then return report.seconds(row.hit_s) end
  if row.verdict == "robust" then return "robust" end
  return row.status == "optimal" and "none" or "limit"
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

local function rates_of(entries)
  local seen, rates = {}, {}
  for _, entry in ipairs(entries) do
    if entry.rate and not seen[entry.rate] then
      seen[entry.rate] = true
      rates[#rates + 1] = entry.rate
    end
  end
  return rates
end

--- Bars of the shares found, and the number of problems over time.
local function add_plots(page, folder, entries)
  local bars, curves, lines = {}, {}, {}
  for index, entry in ipairs(entries) do
    bars[index] = { ('"%s"'):format(name_of(entry)), 100 * #entry.hits / #entry.rows }
    local curve = {}
    for count, seconds in ipairs(entry.hits) do curve[count] = { seconds, count } end
    curves["curve" .. index] = curve
    lines[index] = ("$curve%d using 1:2 with steps lw 2 title '%s'"):format(index, name_of(entry))
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
    page:picture(found.svg, "Shares found. Problems with a witness, in per cent of those that were solved.")
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
  "status", "nodes", "binaries", "candidates", "margin", "accuracy", "sparsity", "vnnlua_version",
}

local function csv(rows)
  local lines = {}
  for index, row in ipairs(rows) do
    lines[index] = {}
    for column, name in ipairs(columns) do lines[index][column] = row[name] end
  end
  return report.csv(columns, lines)
end

local explanation = "found counts witnesses on the dense network that passed the recheck; faster than dense counts "
  .. "problems with a witness sooner than the dense network's own MILP, or where that found none; times include "
  .. "pruning and are medians over the problems with a witness; accuracy and binaries are means. The last column "
  .. "counts problems that only this policy or only the baseline solved, with the two-sided exact sign test. Times are "
  .. "those of one machine: compare ratios."

--- What a report begins with: the setting, so that the figures mean something a year later.
local function introduction(page, rows, options, context)
  local architectures, seen = {}, {}
  for _, row in ipairs(rows) do
    if not seen[row.architecture] then architectures[#architectures + 1] = row.architecture end
    seen[row.architecture] = true
  end
  page:paragraph(("Data set %s, side %d, networks %s, problems of the strict protocol; %s. No finetuning. Solver %s, "
    .. "at most %g s per solve. vnnlua %s. Done: %d of %d cases; failed: %d."):format(
    options.dataset, options.side, table.concat(architectures, ", "),
    options.network and "one network for all" or "each has a network of its own, trained with the problem's seed",
    options.solver, options.time_limit, system.version, #rows, context.total, #context.failures))
  page:code(context:command(options))
end

--- Makes the report of the rows that are there.
return function(rows, options, context)
  local solved, skipped = {}, {}
  for _, row in ipairs(rows) do
    if not row.skipped then
      solved[#solved + 1] = row
    elseif not row.policy then
      skipped[#skipped + 1] = ("%s: %s"):format(summary.place(row), row.skipped)
    end
  end
  if #solved == 0 then
    print("nothing to compare: " .. (#skipped > 0 and table.concat(skipped, "; ") or "no case is done"))
    return
  end
  local _, baseline = policies.load(options)
  local entries, places, look_up = summary.of(solved, baseline)
  local headers, lines = main_table(entries, baseline)
  print(report.table(headers, lines))
  print(sentence(entries, baseline))
  if #skipped > 0 then print("skipped: " .. table.concat(skipped, "; ")) end
  if not context.folder then return end

  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  local page = document.new "Pruning policies compared"
  introduction(page, rows, options, context)
  page:table(headers, lines, "Every policy and rate")
  page:paragraph(sentence(entries, baseline))
  page:paragraph(explanation)
  add_plots(page, folder, entries)
  for _, rate in ipairs(rates_of(entries)) do
    page:heading(("Problem by problem, rate %g"):format(rate))
    local names, results = problem_table(entries, places, look_up, rate)
    local caption = "Time to the first witness; robust: a proof; none: solved without one; limit: not solved"
    page:table(names, results, caption)
  end
  if #skipped > 0 then
    page:heading "Skipped"
    page:paragraph(table.concat(skipped, "; "))
  end
  assert(system.write_file(folder .. "/rows.csv", csv(solved)))
  assert(system.write_file(folder .. "/report.md", page:markdown(folder) .. "\n"))
  assert(system.write_file(folder .. "/index.html", page:html()))
  print(("report: %s/index.html, report.md, rows.csv"):format(folder))
end
