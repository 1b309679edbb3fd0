--- The tables of the paper, and those that it would take to judge them.
local grid = require "paper.grid"
local pairing = require "paper.pairs"
local printed = require "paper.printed"
local report = require "vnn.report"
local statistics = require "vnn.statistics"

local tables = {}

local function percent(part, whole) return whole > 0 and ("%.1f %%"):format(100 * part / whole) or "" end

--- A share with its count and its 95 % interval; nothing of nothing.
local function share(part, whole)
  if whole == 0 then return "" end
  local low, high = statistics.wilson(part, whole)
  return ("%.1f %% (%d of %d; %.0f–%.0f)"):format(100 * part / whole, part, whole, 100 * low, 100 * high)
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
  local headers = { first }
  for _, rate in ipairs(rates_of(list)) do headers[#headers + 1] = ("rate %g"):format(rate) end
  return headers
end

--- One row for each kind of run, one column for each rate.
local function by_rate(list, kinds, cell)
  local rows, rates = {}, rates_of(list)
  for _, kind in ipairs(kinds) do
    local row, has_any = { kind.name }, false
    for _, rate in ipairs(rates) do
      local chosen = pairing.select(pairing.select(list, kind.wanted), { rate = rate })
      has_any = has_any or #chosen > 0
      row[#row + 1] = #chosen > 0 and cell(chosen, kind) or ""
    end
    if has_any then rows[#rows + 1] = row end
  end
  return rows
end

local function magnitude(structure, finetuned)
  return { method = "magnitude", structure = structure, finetuned = finetuned }
end

local forms = {
  { name = "unstructured, not finetuned", wanted = magnitude("unstructured", false) },
  { name = "unstructured, finetuned", wanted = magnitude("unstructured", true) },
  { name = "structured, not finetuned", wanted = magnitude("structured", false) },
  { name = "structured, finetuned", wanted = magnitude("structured", true) },
}

local function faster(clock)
  return function(list)
    local counts = pairing.count(list, clock)
    return share(counts.faster, counts.pairs)
  end
end

local function keep(list, predicate)
  local kept = {}
  for _, pair in ipairs(list) do
    if predicate(pair) then kept[#kept + 1] = pair end
  end
  return kept
end

--- Table 1, and the same by other clocks and without some of the problems.
function tables.first(page, list)
  page:heading "Table 1: faster with a pruned network"
  page:paragraph(
    "Share of problems on which the run through the pruned network (by magnitude) found an adversarial input of the "
      .. "dense one, and sooner than the dense run or alone; in parentheses the count and the 95 % interval (Wilson)."
  )
  local headers = rate_headers("pruned", list)
  page:table(
    headers,
    by_rate(list, forms, faster()),
    "Table 1. Of all problems, as in the paper; wall seconds from the first bound to the witness, pruning and "
      .. "finetuning not counted."
  )
  page:table(rate_headers "pruned", printed.first, printed.caption)
  page:table(headers, by_rate(list, forms, faster(pairing.clocks.with_pruning)),
    "Table 1a. The same with the seconds of pruning and finetuning.")
  page:table(headers, by_rate(list, forms, faster(pairing.clocks.processor)),
    "Table 1b. The same as Table 1 in processor seconds, which do not depend on what else the machine did.")
  page:table(headers, by_rate(list, forms, function(chosen)
    local counts = pairing.count(chosen)
    return share(counts.faster, counts.either)
  end), "Table 1c. Of the problems on which at least one of the two runs found something.")
  local searched = keep(list, function(pair) return not pair.pruned.start_counts end)
  if #searched < #list then
    headers = rate_headers("pruned", searched)
    page:table(headers, by_rate(searched, forms, faster()), ("Table 1d. Without the %d pruned runs on whose problem "
      .. "the unchanged image already is adversarial to the dense network: those need no search."):format(
      #list - #searched))
  end
end

--- Table 2: not finetuned, by magnitude, both structures, by the size of the network.
function tables.second(page, list)
  local kinds = {}
  local function add(name, key, values)
    for _, value in ipairs(values) do
      kinds[#kinds + 1] = {
        name = ("%s %d"):format(name, value),
        wanted = { method = "magnitude", finetuned = false, [key] = value },
      }
    end
  end
  add("side", "side", grid.sides)
  add("hidden layers", "layers", grid.layers)
  add("width", "width", grid.widths)
  for _, dataset in ipairs(grid.datasets) do
    kinds[#kinds + 1] = { name = dataset, wanted = { method = "magnitude", finetuned = false, dataset = dataset } }
  end
  page:heading "Table 2: by the size of the network"
  page:table(rate_headers("networks", list), by_rate(list, kinds, faster()),
    "Table 2. As Table 1, not finetuned, unstructured and structured together (the last lines: by data set).")
  page:table(rate_headers "networks", printed.second, printed.caption)
end

local function mean(list, read)
  local sum, count = 0, 0
  for _, pair in ipairs(list) do
    local value = read(pair)
    if value then
      sum, count = sum + value, count + 1
    end
  end
  return count > 0 and sum / count or nil
end

local function count(list, read)
  local number = 0
  for _, pair in ipairs(list) do number = number + (read(pair) and 1 or 0) end
  return number
end


local function chance(test)
  if test.count == 0 then return "" end
  local text = test.p < 1e-4 and ("%.0e"):format(test.p) or ("%.4f"):format(test.p)
  return text .. (test.negative > test.positive and " faster" or " slower")
end

tables.summary_headers = {
  "pruned", "rate", "pairs", "faster", "slower", "neither", "found dense", "found pruned", "only dense", "only pruned",
  "at the limit, pruned", "median time ratio", "Wilcoxon p", "accuracy pruned", "binaries pruned", "x0 counts",
}

--- One row for each of the 40 ways to prune.
function tables.summary(list)
  local rows = {}
  for _, method in ipairs(grid.methods) do
    for _, structure in ipairs(grid.structures) do
      for _, finetuned in ipairs { false, true } do
        for _, rate in ipairs(grid.rates) do
          local chosen =
            pairing.select(list, { method = method, structure = structure, finetuned = finetuned, rate = rate })
          if #chosen > 0 then
            local counts = pairing.count(chosen)
            local accuracy = mean(chosen, function(pair) return pair.pruned.embedded_accuracy end)
            local binaries = mean(chosen, function(pair) return pair.pruned.binaries end)
            rows[#rows + 1] = {
              ("%s %s%s"):format(structure, method, finetuned and ", finetuned" or ""),
              rate,
              counts.pairs,
              counts.faster,
              counts.slower,
              counts.pairs - counts.faster - counts.slower,
              counts.dense,
              counts.pruned,
              counts.dense - counts.both,
              counts.pruned - counts.both,
              counts.limits,
              report.ratio(counts.ratio),
              chance(counts.test),
              accuracy and ("%.1f %%"):format(100 * accuracy),
              binaries and ("%.0f"):format(binaries),
              count(chosen, function(pair) return pair.pruned.start_counts end),
            }
          end
        end
      end
    end
  end
  return rows
end

function tables.every_way(page, list)
  page:heading "Every way to prune"
  page:paragraph(
    "Found: runs with an adversarial input of the dense network. Time ratio: pruned / dense seconds where both "
      .. "found one; below 1 the pruned run was faster. Wilcoxon: two-sided signed-rank test of the logarithms of the "
      .. "ratios, with the longest time there is in place of a missing one, and its direction. x0 counts: the "
      .. "unchanged image is adversarial to the dense network under the problem's classes."
  )
  page:table(tables.summary_headers, tables.summary(list), "Table 3. Counts of pairs of a pruned and a dense run.")
end

--- What the classes at the unchanged image do.
function tables.confound(page, list)
  page:heading "The label confound"
  page:paragraph(
    "A pruned network may disagree with the dense one on the unchanged image. Where the dense network there already "
      .. "prefers the pruned network's second class to its first, a problem that takes its classes from the pruned "
      .. "network asks for nothing: no search is needed."
  )
  local kinds = {}
  for _, method in ipairs(grid.methods) do
    for _, structure in ipairs(grid.structures) do
      for _, finetuned in ipairs { false, true } do
        kinds[#kinds + 1] = {
          name = ("%s %s%s"):format(structure, method, finetuned and ", finetuned" or ""),
          wanted = { method = method, structure = structure, finetuned = finetuned },
        }
      end
    end
  end
  page:table(rate_headers("pruned", list), by_rate(list, kinds, function(chosen)
    return share(count(chosen, function(pair) return pair.pruned.dense_prefers_embedded_target end), #chosen)
  end), "Table 4. Problems whose image would need no search under the pruned network's classes.")
end

local function outcomes(rows, verdict)
  local number = 0
  for _, row in ipairs(rows) do number = number + (row.verdict == verdict and 1 or 0) end
  return number
end

--- Dense runs and the gradient attack beside them.
function tables.baseline(page, rows)
  local groups, order = {}, {}
  for _, row in ipairs(rows) do
    if row.network == "dense" then
      local name = ("%s %d, %dx%d"):format(row.dataset, row.side, row.layers, row.width)
      if not groups[name] then
        groups[name] = {}
        order[#order + 1] = name
      end
      table.insert(groups[name], row)
    end
  end
  if #order > 1 then
    order[#order + 1], groups["all"] = "all", {}
    for _, row in ipairs(rows) do
      if row.network == "dense" then table.insert(groups["all"], row) end
    end
  end
  local lines = {}
  for _, name in ipairs(order) do
    local group, hits, attacks, alone, missed, accuracy = groups[name], {}, {}, 0, 0, 0
    for _, row in ipairs(group) do
      accuracy = accuracy + row.dense_accuracy
      if row.first_hit_s then hits[#hits + 1] = row.first_hit_s end
      if row.attack_hit then attacks[#attacks + 1] = row.attack_s end
      alone = alone + (row.attack_hit and not row.first_hit_s and 1 or 0)
      missed = missed + (row.first_hit_s and not row.attack_hit and 1 or 0)
    end
    lines[#lines + 1] = {
      name,
      #group,
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
  page:heading "The dense runs, and gradients beside them"
  page:paragraph(
    "The attack (projected gradients and Frank–Wolfe over the same region) is run on every problem, before the solve "
      .. "and apart from it. Misclassified images are no problems under the strict protocol."
  )
  page:table({
    "networks", "problems", "misclassified", "MILP found", "robust", "unknown", "median time", "attack found",
    "attack alone", "MILP alone", "median time of the attack", "accuracy",
  }, lines, "Table 5. Dense runs; times are medians of those that found an adversarial input.")
end

--- The best of the paper's main comparison in one sentence.
function tables.sentence(list)
  local best, at
  for _, rate in ipairs(grid.rates) do
    local wanted = magnitude("unstructured", false)
    wanted.rate = rate
    local counts = pairing.count(pairing.select(list, wanted))
    if counts.pairs > 0 and (not best or counts.faster / counts.pairs > best.faster / best.pairs) then
      best, at = counts, rate
    end
  end
  -- "Does best" says nothing where nothing is faster, and p needs pairs that differ.
  if not best or best.faster == 0 or best.test.count == 0 then return nil end
  return ("Through networks pruned by magnitude, weight by weight and without finetuning, rate %g does best: faster on "
    .. "%s of the problems, slower on %s, median time ratio %s where both find something, Wilcoxon p = %s."):format(
    at,
    share(best.faster, best.pairs),
    percent(best.slower, best.pairs),
    report.ratio(best.ratio),
    chance(best.test)
  )
end

return tables
