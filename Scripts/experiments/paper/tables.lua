--- The tables of the paper, and those that it would take to judge them.
local grid = require "paper.grid"
local kinds = require "paper.kinds"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local printed = require "paper.printed"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local summary = require "paper.summary"

local tables = {}

local function percent(part, whole) return whole > 0 and ("%.1f %%"):format(100 * part / whole) or "" end

--- A share with its count, and where there are enough images its 95 % interval; nothing of nothing.
local function share(part, whole, low, high)
  if whole == 0 then return "" end
  local interval = low and ("; %.0f–%.0f"):format(100 * low, 100 * high) or ""
  return ("%.1f %% (%d of %d%s)"):format(100 * part / whole, part, whole, interval)
end

--- The rates of the pairs that there are; all of the grid's without a list.
local function rates_of(list)
  local rates = {}
  for _, rate in ipairs(grid.rates) do
    if not list or #pairing.select(list, { rate = rate }) > 0 then rates[#rates + 1] = rate end
  end
  return rates
end

local function rate_headers(first, list)
  local headers = { first, list and "problems" or nil }
  for _, rate in ipairs(rates_of(list)) do headers[#headers + 1] = ("rate %g"):format(rate) end
  return headers
end

local function range(low, high) return low == high and ("%d"):format(low) or ("%d–%d"):format(low, high) end

--- One row for each kind of run, one column for each rate; `cell` gives a text, and of how many problems and images.
local function by_rate(list, rows_of, cell)
  local lines, rates = {}, rates_of(list)
  for _, kind in ipairs(rows_of) do
    local line, fewest, most = { kind.name, "" }, { math.huge, math.huge }, { 0, 0 }
    for column, rate in ipairs(rates) do
      local chosen = pairing.select(pairing.select(list, kind.wanted), { rate = rate })
      line[column + 2] = ""
      if #chosen > 0 then
        local counts = {}
        line[column + 2], counts[1], counts[2] = cell(chosen)
        for place, count in ipairs(counts) do
          fewest[place], most[place] = math.min(fewest[place], count), math.max(most[place], count)
        end
      end
    end
    if fewest[1] < math.huge then
      line[2] = ("%s from %s image%s"):format(
        range(fewest[1], most[1]), range(fewest[2], most[2]), most[2] == 1 and "" or "s")
      lines[#lines + 1] = line
    end
  end
  return lines
end

local function faster(clock)
  return function(list)
    local counts = pairing.count(list, clock)
    return share(counts.faster, counts.pairs, counts.low, counts.high), counts.pairs, counts.images
  end
end

local function keep(list, predicate)
  local kept = {}
  for _, pair in ipairs(list) do
    if predicate(pair) then kept[#kept + 1] = pair end
  end
  return kept
end

--- Whether either run of a pair had a hit.
local function either_found(pair)
  local timed = pairing.timed(pair, pairing.clocks.processor)
  return (timed.dense or timed.pruned) ~= nil
end

--- Table 1, and the same by other clocks and without some of the problems.
function tables.first(page, list)
  page:heading "Table 1: faster with a pruned network"
  page:paragraph(("Share of problems on which the run through the pruned network (by magnitude) found an adversarial "
    .. "input of the dense one, and sooner than the dense run or alone; in parentheses the count and the 95 %% "
    .. "interval by subsets of the images, where there are at least %d. Problems of one image are no "
    .. "independent observations."):format(paired.fewest_images))
  local function add(chosen, clock, caption)
    page:table(rate_headers("pruned", chosen), by_rate(chosen, kinds.forms, faster(clock)), caption)
  end
  add(list, nil, "Table 1. Of all problems, as in the paper; processor seconds from the first bound to the witness, "
    .. "which do not depend on what else the machine did; pruning and finetuning not counted.")
  page:table(rate_headers "pruned", printed.first, printed.caption)
  add(list, pairing.clocks.with_pruning, "Table 1a. The same with the processor seconds of pruning and finetuning. "
    .. "What is found later than the limit of the dense run is no win.")
  add(list, pairing.clocks.wall, "Table 1b. The same as Table 1 in wall seconds.")
  add(keep(list, either_found), nil, "Table 1c. Of the problems on which at least one of the two runs found something.")
  if #keep(list, function(pair) return (pair.dense.iterations or pair.pruned.iterations) ~= nil end) > 0 then
    add(list, pairing.clocks.work,
      "Table 1d. The same as Table 1 in simplex iterations, which no machine and no other program changes.")
  end
  local searched = keep(list, function(pair) return not pair.pruned.x0_counts end)
  if #searched < #list then
    add(searched, nil, ("Table 1e. Without the %d pruned runs on whose problem the unchanged image already is "
      .. "adversarial to the dense network: those need no search."):format(#list - #searched))
  end
  local same = keep(list, function(pair) return pair.pruned.same_pair end)
  if #same < #list then
    add(same, nil, ("Table 1f. Without the %d pruned runs whose problem has other classes than the dense run's: it is "
      .. "another question."):format(#list - #same))
  end
end

--- Table 2: not finetuned, by magnitude, both structures, by the size of the network.
function tables.second(page, list)
  page:heading "Table 2: by the size of the network"
  page:table(rate_headers("networks", list), by_rate(list, kinds.sizes, faster()),
    "Table 2. As Table 1, not finetuned, unstructured and structured together (the last lines: by data set).")
  page:table(rate_headers "networks", printed.second, printed.caption)
end

--- A ratio beside the noise that there is in it.
local function ratio_text(counts)
  if not counts.ratio then return "" end
  local noise = counts.noise and ("%.2f"):format(counts.noise) or "unknown"
  return ("%s (noise %s)"):format(report.ratio(counts.ratio), noise)
end

--- Table 3: one row for each of the 40 ways to prune.
function tables.every_way(page, entries)
  local lines, means = {}, {}
  for position, entry in ipairs(entries) do
    local counts = entry.counts
    lines[position] = {
      entry.name,
      ("%g"):format(entry.rate),
      ("%d from %d"):format(counts.pairs, counts.images),
      counts.noise and ("%d (%d)"):format(counts.faster, counts.clear) or ("%d"):format(counts.faster),
      counts.slower,
      ("%d, %d, %d"):format(counts.dense, counts.pruned, counts.both),
      counts.limits,
      report.ratio(counts.ratio),
      counts.noise and ("%.2f"):format(counts.noise) or "-",
      entry.work.ratio and report.ratio(entry.work.ratio) or "",
      paired.test_text(counts.test),
      counts.test.clusters >= paired.fewest_images and paired.chance(entry.holm) or "",
      entry.accuracy and ("%.1f %%"):format(100 * entry.accuracy) or "",
      entry.binaries and ("%.0f"):format(entry.binaries) or "",
      entry.x0_counts,
    }
    if entry.means then
      means[#means + 1] = {
        entry.name, ("%g"):format(entry.rate), ("%d from %d"):format(counts.pairs, counts.images),
        report.seconds(entry.means.dense), report.seconds(entry.means.pruned),
        entry.means.low and ("%+.3f to %+.3f"):format(entry.means.low, entry.means.high) or "",
      }
    end
  end
  page:heading "Table 3: every way to prune"
  page:paragraph(
    "Faster: in parentheses those that are so by more than the noise, or alone. Found: runs with an adversarial input "
      .. "of the dense network: dense, pruned, both. At limit: pruned runs. Ratio: median of pruned / dense processor "
      .. "seconds where both found one; below 1 the pruned run was faster. Noise: on 95 % of the problems two runs of "
      .. "the same dense network are no farther apart than by this factor. Iterations: the same ratio of simplex "
      .. "iterations, each plus 1. p: logarithms of the ratios, with the larger of the limit and the longest time for "
      .. "a missing one, ranked by their size, the signed ranks of each image added up, and the images' signs turned "
      .. "in all ways (up to 16, else at random); two-sided, with the direction. p Holm: adjusted for all rows of this "
      .. "table. x0 counts: the unchanged image is adversarial to the dense network under the problem's classes."
  )
  page:table({
    "pruned", "rate", "problems from images", "faster (clearly)", "slower", "found", "at limit", "ratio", "noise",
    "iterations", "p by image", "p Holm", "accuracy", "binaries", "x0 counts",
  }, lines, "Table 3. Pairs of a pruned and a dense run.")
  local headers = { "pruned", "rate", "problems from images", "mean, dense", "mean, pruned", "pruned minus dense, s" }
  page:table(headers, means, "Table 3a. Mean processor seconds to an adversarial input, with the limit where none was "
    .. "found (restricted mean), and the 95 % interval of the difference by subsets of the images.")
end

--- What the classes at the unchanged image do.
function tables.confound(page, list)
  page:heading "Table 4: the label confound"
  page:paragraph(
    "A pruned network may disagree with the dense one on the unchanged image. Where the dense network there already "
      .. "prefers the pruned network's second class to its first, a problem that takes its classes from the pruned "
      .. "network asks for nothing: no search is needed."
  )
  page:table(rate_headers("pruned", list), by_rate(list, kinds.ways, function(chosen)
    local hits, images = {}, {}
    for position, pair in ipairs(chosen) do
      hits[position], images[position] = pair.pruned.dense_prefers_embedded_target, pairing.image(pair.dense)
    end
    local number = summary.number(chosen, function(pair) return pair.pruned.dense_prefers_embedded_target end)
    local found = statistics.cluster_mean(hits, images)
    return share(number, #chosen, found.low, found.high), #chosen, found.clusters
  end), "Table 4. Problems whose image would need no search under the pruned network's classes.")
end

--- The first dense runs by kind of network, and all of them.
local function dense_groups(rows)
  local groups, order, all = {}, {}, {}
  for _, row in ipairs(rows) do
    if row.network == "dense" and row.repetition == 1 then
      local name = ("%s %d, %dx%d"):format(row.dataset, row.side, row.layers, row.width)
      if not groups[name] then
        groups[name] = {}
        order[#order + 1] = name
      end
      table.insert(groups[name], row)
      all[#all + 1] = row
    end
  end
  if #order > 1 then order[#order + 1], groups["all"] = "all", all end
  return groups, order
end

local function outcomes(rows, verdict)
  local number = 0
  for _, row in ipairs(rows) do number = number + (row.verdict == verdict and 1 or 0) end
  return number
end

--- Dense runs and the gradient attack beside them.
function tables.baseline(page, rows)
  local groups, order = dense_groups(rows)
  local lines = {}
  for _, name in ipairs(order) do
    local group, hits, attacks, alone, missed, accuracy = groups[name], {}, {}, 0, 0, 0
    local seen, images = {}, 0
    for _, row in ipairs(group) do
      local image = pairing.image(row)
      images, seen[image] = images + (seen[image] and 0 or 1), true
      accuracy = accuracy + row.dense_accuracy
      local hit = row.first_hit_processor_s
      if hit then hits[#hits + 1] = hit end
      if row.attack_hit then attacks[#attacks + 1] = row.attack_processor_s end
      alone = alone + (row.attack_hit and not hit and 1 or 0)
      missed = missed + (hit and not row.attack_hit and 1 or 0)
    end
    lines[#lines + 1] = {
      name,
      paired.count_text(#group, images),
      outcomes(group, "skipped"),
      #hits,
      outcomes(group, "robust"),
      outcomes(group, "unknown"),
      report.seconds(statistics.median(hits)),
      #attacks,
      alone,
      missed,
      report.seconds(statistics.median(attacks)),
      percent(accuracy, #group),
    }
  end
  page:heading "Table 5: the dense runs, and gradients beside them"
  page:paragraph(
    "The attack (projected gradients and Frank–Wolfe over the same region) is run on every problem, before the solve "
      .. "and apart from it. Misclassified images are no problems where the protocol leaves them out."
  )
  page:table({
    "networks", "problems", "misclassified", "MILP found", "robust", "unknown", "median time", "attack found",
    "attack alone", "MILP alone", "attack's median time", "accuracy",
  }, lines, "Table 5. Dense runs; times are medians of processor seconds of those that found an adversarial input.")
end

--- The best of the paper's main comparison in one sentence, and what may be said of it.
function tables.sentence(entries)
  local best
  for _, entry in ipairs(entries) do
    local wanted, counts = entry.wanted, entry.counts
    local is_main = wanted.method == "magnitude" and wanted.structure == "unstructured" and not wanted.finetuned
    if is_main and (not best or counts.faster / counts.pairs > best.counts.faster / best.counts.pairs) then
      best = entry
    end
  end
  -- "Does best" says nothing where nothing is faster, and p needs pairs that differ.
  if not best or best.counts.faster == 0 or best.counts.test.count == 0 then return nil end
  local counts = best.counts
  local median = counts.ratio and (", median time ratio %s where both find something"):format(ratio_text(counts)) or ""
  return ("Through networks pruned by magnitude, weight by weight and without finetuning, rate %g does best: faster on "
    .. "%s of the problems, slower on %s%s; p = %s by image, %s adjusted for the %d rows of Table 3: %s."):format(
    best.rate,
    share(counts.faster, counts.pairs, counts.low, counts.high),
    percent(counts.slower, counts.pairs),
    median,
    paired.chance(counts.test.p),
    paired.chance(best.holm),
    #entries,
    paired.claim(counts.test, best.holm)
  )
end

return tables
