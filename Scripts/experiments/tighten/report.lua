--- The report: one table of bounds, sizes and times against rate and structure, and what it says.
local document = require "vnn.document"
local pages = require "shared.pages"
local plot = require "vnn.plot"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"

local function name_of(row) return ("%s %s %s"):format(row.about, row.shape, row.layers) end

--- What tells the lines of the table apart.
local function key_of(row) return ("%s|%s|%g"):format(name_of(row), row.structure, row.rate) end

--- The rows of every line, lines in the order of the cases; and the dense row of every network.
local function grouped(rows)
  local groups, order, dense = {}, {}, {}
  for _, row in ipairs(rows) do
    local key = key_of(row)
    if not groups[key] then
      groups[key] = { name = name_of(row), shape = row.shape, structure = row.structure, rate = row.rate, rows = {} }
      order[#order + 1] = groups[key]
    end
    table.insert(groups[key].rows, row)
    if row.structure == "dense" then dense[name_of(row) .. row.seed] = row end
  end
  return order, dense
end

local function median(rows, value)
  local values = {}
  for _, row in ipairs(rows) do values[#values + 1] = value(row) end
  return #values > 0 and statistics.median(values) or nil
end

--- Medians over seeds; `width_ratio` and `time_ratio` are those of the same network before pruning.
local function summary(group, dense)
  local facts, proofs = {}, 0
  local keys = { "quality", "neurons", "unstable", "width", "binaries", "root", "solve_processor_s", "nodes" }
  for _, key in ipairs(keys) do
    facts[key] = median(group.rows, function(row) return row[key] end)
  end
  local function ratio(key)
    return median(group.rows, function(row)
      local before = dense[name_of(row) .. row.seed]
      return before and before[key] > 0 and row[key] / before[key] or nil
    end)
  end
  facts.width_ratio, facts.time_ratio = ratio "width", ratio "solve_processor_s"
  facts.loss = median(group.rows, function(row) return row.objective and row.root - row.objective end)
  for _, row in ipairs(group.rows) do proofs = proofs + (row.status == "optimal" and 1 or 0) end
  facts.proofs = proofs
  return facts
end

local headers = {
  "network", "pruned", "rate", "quality", "neurons", "undecided", "mean width", "of the dense", "binaries",
  "root bound", "above the best point", "solved", "processor time", "of the dense",
  "nodes",
}

local function number(format, value) return value and format:format(value) or "-" end

local function table_of(order, dense)
  local lines = {}
  for index, group in ipairs(order) do
    local facts = summary(group, dense)
    local is_dense = group.structure == "dense"
    lines[index] = {
      group.name, is_dense and "-" or group.structure == "structured" and "neurons" or "weights",
      is_dense and "-" or ("%g"):format(group.rate), number("%.3f", facts.quality), number("%.0f", facts.neurons),
      number("%.0f", facts.unstable), number("%.3g", facts.width), report.ratio(facts.width_ratio),
      number("%.0f", facts.binaries), number("%.4g", facts.root), number("%.3g", facts.loss),
      ("%d of %d"):format(facts.proofs, #group.rows), report.seconds(facts.solve_processor_s),
      report.ratio(facts.time_ratio),
      number("%.0f", facts.nodes),
    }
  end
  return lines
end

--- What pruning either structure does to time and width, on each network at each rate. Seeds are too few for a test.
local function answers(order, dense)
  local list, by_place, places = {}, {}, {}
  for _, group in ipairs(order) do
    if group.structure ~= "dense" then
      local place = ("%s at rate %g"):format(group.name, group.rate)
      if not by_place[place] then
        by_place[place] = {}
        places[#places + 1] = place
      end
      by_place[place][group.structure] = summary(group, dense)
    end
  end
  for _, place in ipairs(places) do
    local weights, neurons = by_place[place].unstructured, by_place[place].structured
    if weights and neurons and weights.time_ratio and neurons.time_ratio then
      list[#list + 1] = ("%s: with weights pruned it takes %s of the dense network's time, with neurons pruned %s "
        .. "(mean widths %s and %s of the dense network's; quality %.3f and %.3f)."):format(
        place, report.ratio(weights.time_ratio), report.ratio(neurons.time_ratio),
        report.ratio(weights.width_ratio), report.ratio(neurons.width_ratio), weights.quality, neurons.quality)
    end
  end
  return list
end

--- The quickest pruning of every network that loses at most 0.02 of its quality.
local function advice(order, dense)
  local best, names, quality = {}, {}, {}
  for _, group in ipairs(order) do
    local facts = summary(group, dense)
    if group.structure == "dense" then
      names[#names + 1], quality[group.name] = group.name, facts.quality
    elseif facts.time_ratio and quality[group.name] and facts.quality >= quality[group.name] - 0.02 then
      local other = best[group.name]
      if not other or facts.time_ratio < other.ratio then
        local what = group.structure == "structured" and "neurons" or "weights"
        best[group.name] = { ratio = facts.time_ratio, text = ("%s at rate %g"):format(what, group.rate) }
      end
    end
  end
  local list = {}
  for index, name in ipairs(names) do
    list[index] = best[name] and ("%s: of what keeps the quality within 0.02, %s took the least time, %s of the dense "
      .. "network's."):format(name, best[name].text, report.ratio(best[name].ratio))
      or ("%s: no pruning keeps the quality within 0.02."):format(name)
  end
  return list
end

--- Mean width against the rate, both structures of every network.
local function draw(folder, order, dense)
  local curves, lines, names = {}, {}, {}
  for _, group in ipairs(order) do
    if group.structure ~= "dense" then
      local name = ("%s, %s"):format(group.name, group.structure == "structured" and "neurons" or "weights")
      if not curves[name] then
        curves[name] = { { 0, 1 } }
        names[#names + 1] = name
      end
      table.insert(curves[name], { group.rate, summary(group, dense).width_ratio })
    end
  end
  local data = {}
  for index, name in ipairs(names) do
    data["curve" .. index] = curves[name]
    lines[index] = ("$curve%d using 1:2 with linespoints lw 2 lc %d dt %d title %s"):format(
      index, (index + 1) // 2, (index - 1) % 2 + 1, plot.quote(name))
  end
  if #lines == 0 then return nil, "nothing is pruned" end
  return plot.draw {
    stem = folder .. "/width",
    data = data,
    script = "set key below\nset xlabel 'pruning rate'\nset ylabel 'mean width of bounds, of the dense network'\n"
      .. "set yrange [0:*]\nplot " .. table.concat(lines, ", \\\n  "),
  }
end

local columns = {
  "about", "shape", "layers", "seed", "structure", "rate", "quality", "neurons", "unstable", "width", "binaries",
  "rows", "entries", "root", "objective", "bound", "status", "nodes", "iterations", "build_s", "solve_processor_s",
  "solve_s", "finetune", "bounds", "solver", "time_limit",
}

local explanation = "Medians over the seeds, which are too few for a test. peaks asks for the greatest output over the"
  .. " whole box, pictures for the largest margin of another class within 0.05 of a picture. quality is R² or accuracy"
  .. " on points that nobody trained on; neurons, undecided and mean width are of the compacted network and its"
  .. " preactivations; root bound is the linear relaxation's, and the next column how far it is above the best point. A"
  .. " solve that ran into its limit counts with the limit. Times are those of one machine: compare ratios."

--- Makes the report of the rows that are there.
return function(rows, options, context)
  if #rows == 0 then
    print "no case is done"
    return
  end
  local order, dense = grouped(rows)
  local lines, words = table_of(order, dense), answers(order, dense)
  for _, sentence in ipairs(advice(order, dense)) do words[#words + 1] = sentence end
  print(report.table(headers, lines))
  for _, sentence in ipairs(words) do print(sentence) end
  if not context.folder then return end

  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  local page = document.new "What pruning does to bounds and solve time"
  page:paragraph(("Pruned by magnitude%s; %s bounds; solver %s, %g s for each solve. vnnlua %s. Done: %d of %d cases; "
    .. "failed: %d."):format(options.finetune and " and finetuned" or ", not finetuned", options.bounds, options.solver,
    options.time_limit, system.version, #rows, context.total, #context.failures))
  page:code(context:command(options))
  page:table(headers, lines, "Every network, structure and rate")
  for _, sentence in ipairs(words) do page:paragraph(sentence) end
  page:paragraph(explanation)
  local drawn, message = draw(folder, order, dense)
  pages.picture(page, "tighten", drawn, message,
    "Mean width of the hidden neurons' bounds, as a share of the dense network's.")
  pages.save(page, folder, columns, rows)
end
