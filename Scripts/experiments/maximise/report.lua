--- The report: a table of every problem and method, what it says about surrogates and gradients, and the best values
--- over time.
local document = require "vnn.document"
local names = require "vnn.names"
local paired = require "shared.paired"
local pages = require "shared.pages"
local plot = require "vnn.plot"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local tested = require "shared.tested"

--- Values that differ by less than this share of the best are equal.
local tie = 1e-4

local function method_of(row) return row.method == "surrogate" and ("surrogate %g"):format(row.prune) or row.method end

--- What a row is about, without seed and method.
local function kind_of(row)
  if not row.inputs then return "gallery: " .. row.problem end
  return ("%s %d-%dx%d"):format(row.problem, row.inputs, row.layers, row.width)
end

--- How far a value is below the best known one, as a share of that; 1 where there is none.
local function gap(value, best)
  if not value then return 1 end
  return math.min(math.max((best - value) / math.max(math.abs(best), 1e-9), 0), 1)
end

--- The rows by kind and seed, with the best value of any method in `best`; kinds and methods in the order of the cases.
local function grouped(rows)
  local groups, order, methods, seen = {}, {}, {}, {}
  for _, row in ipairs(rows) do
    local kind, method = kind_of(row), method_of(row)
    if not groups[kind] then
      groups[kind] = {}
      order[#order + 1] = kind
    end
    local place = groups[kind][row.seed] or { rows = {} }
    groups[kind][row.seed] = place
    place.rows[method] = row
    if row.value and (not place.best or row.value > place.best) then place.best = row.value end
    if not seen[method] then
      seen[method] = true
      methods[#methods + 1] = method
    end
  end
  return groups, order, methods
end

--- Calls `visit` with every seed of a kind at which any method found a point.
local function each_place(group, visit)
  for _, seed in ipairs(names.sorted(group)) do
    if group[seed].best then visit(group[seed]) end
  end
end

--- How a method did on a kind of problem; nil where it did not run.
local function summary(group, method)
  local gaps, first_gaps, seconds = {}, {}, {}
  local facts = { cases = 0, found = 0, best = 0, wins = 0, losses = 0, ties = 0, proofs = 0 }
  each_place(group, function(place)
    local row, gradients = place.rows[method], place.rows.gradients
    if not row then return end
    facts.cases = facts.cases + 1
    gaps[#gaps + 1] = gap(row.value, place.best)
    if row.first_round_value then first_gaps[#first_gaps + 1] = gap(row.first_round_value, place.best) end
    if row.value then facts.found, seconds[#seconds + 1] = facts.found + 1, row.found_s end
    if gaps[#gaps] <= tie then facts.best = facts.best + 1 end
    if row.status == "optimal" then facts.proofs = facts.proofs + 1 end
    if gradients and method ~= "gradients" then
      local difference = gap(gradients.value, place.best) - gaps[#gaps]
      local outcome = difference > tie and "wins" or difference < -tie and "losses" or "ties"
      facts[outcome] = facts[outcome] + 1
    end
  end)
  if facts.cases == 0 then return nil end
  facts.gap, facts.seconds = statistics.median(gaps), #seconds > 0 and statistics.median(seconds) or nil
  facts.first_gap = #first_gaps > 0 and statistics.median(first_gaps) or nil
  facts.p = statistics.sign_test(facts.wins, facts.losses)
  return facts
end

--- How all methods did on all kinds, each kind a list in the order of the methods; the tests against gradients adjusted
--- for each other, those aside that could not be significant.
local function summaries(groups, order, methods)
  local all, chances, tested_facts = {}, {}, {}
  for _, kind in ipairs(order) do
    for _, method in ipairs(methods) do
      local facts = summary(groups[kind], method)
      if facts then
        facts.kind, facts.method = kind, method
        all[#all + 1] = facts
        if method ~= "gradients" and facts.wins + facts.losses >= paired.fewest_images then
          chances[#chances + 1], tested_facts[#tested_facts + 1] = facts.p, facts
        end
      end
    end
  end
  for position, p in ipairs(statistics.holm(chances)) do tested_facts[position].p_holm = p end
  return all
end

--- What is compared over the whole gallery, one number for an instance: whether a method's value is better than
--- another's, 1, or worse, -1; and where they are equal, the logarithm of the ratio of times to them.
local contests = {
  { over = "gradients", text = "is better than gradients on %s points more of the instances than worse" },
  { over = "dense", text = "is better than the dense MILP on %s points more of the instances than worse" },
  { over = "dense", is_time = true, text = "takes %s of the dense MILP's wall time to a value that is as good" },
}

local function contest(place, method, over, is_time)
  local row, other = place.rows[method], place.rows[over]
  if not row or not other then return nil end
  local difference = gap(other.value, place.best) - gap(row.value, place.best)
  local outcome = difference > tie and 1 or difference < -tie and -1 or 0
  if not is_time then return outcome end
  if outcome ~= 0 or not row.value or not other.value then return nil end
  -- Shorter times are the clock's.
  return math.log(math.max(row.found_s, 1e-4) / math.max(other.found_s, 1e-4))
end

--- How each method did over the whole gallery, each of its models one observation, however many seeds it has.
local function pooled(groups, order, methods)
  local lines, family = {}, {}
  for _, method in ipairs(methods) do
    for _, asked in ipairs(contests) do
      local values = {}
      for _, kind in ipairs(order) do
        if kind:find "^gallery" and method ~= "gradients" and method ~= asked.over then
          each_place(groups[kind], function(place)
            local value = contest(place, method, asked.over, asked.is_time)
            if value then values[#values + 1] = { number = value, image = kind } end
          end)
        end
      end
      if #values > 0 then
        local line = { method = method, asked = asked }
        line.result = tested.mean(values, asked.is_time and "below" or "above")
        lines[#lines + 1], family[#family + 1] = line, line.result
      end
    end
  end
  tested.judge(family)
  return lines
end

local function percent(share) return share and ("%.2f %%"):format(100 * share) or "-" end

local headers = {
  "problem", "method", "points found", "the best of all", "below the best, median", "proofs", "found after, median",
  "against gradients",
}

local function chance(p) return p and ("p = %s"):format(paired.chance(p)) or "too few differ for a test" end

local function table_of(all)
  local lines = {}
  for position, facts in ipairs(all) do
    lines[position] = {
      facts.kind, facts.method, ("%d of %d"):format(facts.found, facts.cases), facts.best,
      percent(facts.gap) .. (facts.first_gap and (", first round %s"):format(percent(facts.first_gap)) or ""),
      facts.proofs, report.seconds(facts.seconds),
      facts.method ~= "gradients" and ("+%d -%d =%d, %s"):format(facts.wins, facts.losses, facts.ties,
        chance(facts.p_holm)) or "-",
    }
  end
  return lines
end

--- On which problems surrogates beat gradients, in words: one sentence for each kind, and one for each method on the
--- whole gallery.
local function answers(all, overall)
  local list = {}
  for _, facts in ipairs(all) do
    if facts.method:find "^surrogate" and facts.wins + facts.losses + facts.ties > 0 then
      local verb = facts.wins > facts.losses and "beats" or "loses to"
      if not facts.p_holm or facts.p_holm > 0.05 then verb = "cannot be told from" end
      list[#list + 1] = ("%s: %s %s gradients (better on %d, worse on %d, equal on %d of %d; %s)."):format(
        facts.kind, facts.method, verb, facts.wins, facts.losses, facts.ties,
        facts.wins + facts.losses + facts.ties, chance(facts.p_holm))
    end
  end
  for _, line in ipairs(overall) do
    local result, asked = line.result, line.asked
    local function number(value)
      return asked.is_time and ("%.2f"):format(math.exp(value)) or ("%+.0f"):format(100 * value)
    end
    local text = number(result.value)
    if result.low then text = ("%s (%s to %s)"):format(text, number(result.low), number(result.high)) end
    list[#list + 1] = ("The whole gallery: %s %s; %d instances of %d models, %s."):format(
      line.method, asked.text:format(text), result.problems, result.images,
      result.p_holm and chance(result.p_holm) or result.outcome)
  end
  return list
end

--- The median over seeds of how far a method is below the best known value, at every time at which that changes.
local function curve(group, method)
  local times, places = {}, {}
  each_place(group, function(place)
    local row = place.rows[method]
    if not row then return end
    places[#places + 1] = place
    for _, seconds in ipairs(row.trace_s) do times[#times + 1] = seconds end
  end)
  table.sort(times)
  local points, limit = {}, 0
  for _, place in ipairs(places) do limit = math.max(limit, place.rows[method].seconds) end
  times[#times + 1] = limit
  for _, now in ipairs(times) do
    local gaps = {}
    for index, place in ipairs(places) do
      local row, value = place.rows[method], nil
      for position, seconds in ipairs(row.trace_s) do
        if seconds <= now then value = row.trace_value[position] end
      end
      gaps[index] = gap(value, place.best)
    end
    if #gaps > 0 then points[#points + 1] = { math.max(now, 1e-3), 100 * statistics.median(gaps) } end
  end
  return points
end

--- One panel for each kind of problem.
local function draw(folder, groups, order, methods)
  local columns = math.min(#order, 3)
  local rows = math.ceil(#order / columns)
  local blocks, script = {}, {
    ("set multiplot layout %d,%d"):format(rows, columns),
    "set logscale x",
    "set format x '%g'",
    "set yrange [0:100]",
    "set key top right font small_font",
    "set xlabel 'seconds'",
    "set ylabel 'below the best known, %'",
  }
  for panel, kind in ipairs(order) do
    local lines = {}
    for index, method in ipairs(methods) do
      local points = curve(groups[kind], method)
      if #points > 0 then
        local name = ("curve%d_%d"):format(panel, index)
        blocks[name] = points
        lines[#lines + 1] = ("$%s using 1:2 with steps lw 2 lc %d title %s"):format(name, index, plot.quote(method))
      end
    end
    script[#script + 1] = "set title " .. plot.quote(kind)
    script[#script + 1] = "plot " .. table.concat(lines, ", \\\n  ")
  end
  script[#script + 1] = "unset multiplot"
  return plot.draw {
    stem = folder .. "/over-time",
    script = table.concat(script, "\n"),
    data = blocks,
    width = 420 * columns,
    height = 320 * rows,
    columns = math.min(columns, 2),
  }
end

local columns = {
  "problem", "inputs", "layers", "width", "seed", "method", "prune", "value", "found_s", "source", "first_round_value",
  "rounds", "bound", "status", "build_s", "seconds", "solver", "time_limit", "vnnlua_version",
}

local explanation = "gradients are Adam with growing penalties on violated rows and whole variables rounded, in "
  .. "rounds of random starts until the time is over; dense is the MILP of the network itself by the solver alone; "
  .. "surrogate is surrogate.optimize with pruned copies of one rate, without gradients and without the dense "
  .. "MILP; it ends when its share of the time is over. optimize is surrogate.optimize as it comes, all its "
  .. "stages. the best of all counts problems on which no method is better by more than 0.01 %; below the best is "
  .. "how far a value is below the best of all methods, 100 % where no point was found; the last column counts "
  .. "problems on which the method is better, worse and equal to gradients at the end of their time, with the "
  .. "two-sided exact sign test, each seed an observation, adjusted for all lines; over the whole gallery each model "
  .. "is one. Every value is a forward pass's."

--- Makes the report of the rows that are there.
return function(rows, options, context)
  if #rows == 0 then
    print "no case is done"
    return
  end
  local groups, order, methods = grouped(rows)
  local all = summaries(groups, order, methods)
  local lines, words = table_of(all), answers(all, pooled(groups, order, methods))
  print(report.table(headers, lines))
  for _, sentence in ipairs(words) do print(sentence) end
  if not context.folder then return end

  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  local page = document.new "The greatest output of a network"
  page:paragraph(("Random networks with PyTorch's default initialisation; solver %s, %g s for every method. vnnlua %s. "
    .. "Done: %d of %d cases; failed: %d."):format(
    options.solver, options.time_limit, system.version, #rows, context.total, #context.failures))
  page:code(context:command(options))
  page:table(headers, lines, "Every problem and method")
  page:heading "Does the surrogate beat gradients?"
  for _, sentence in ipairs(words) do page:paragraph(sentence) end
  page:paragraph(explanation)
  local drawn, message = draw(folder, groups, order, methods)
  pages.picture(page, "maximise", drawn, message,
    "How far the best value so far is below the best known one, over time; medians over seeds.")
  pages.save(page, folder, columns, rows)
end
