--- The report: a table of every problem and method, what it says about surrogates and gradients, and the best values
--- over time.
local contests = require "maximise.contests"
local document = require "vnn.document"
local paired = require "shared.paired"
local pages = require "shared.pages"
local plot = require "vnn.plot"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local written = require "shared.written"

--- How a method did on a kind of problem; nil where it did not run.
local function summary(group, method)
  local gaps, first_gaps, seconds = {}, {}, {}
  local facts = { cases = 0, found = 0, best = 0, wins = 0, losses = 0, ties = 0, proofs = 0 }
  contests.each_place(group, function(place)
    local row = place.rows[method]
    if not row then return end
    facts.cases = facts.cases + 1
    gaps[#gaps + 1] = contests.gap(row.value, place.best)
    if row.first_round_value then first_gaps[#first_gaps + 1] = contests.gap(row.first_round_value, place.best) end
    if row.value then facts.found, seconds[#seconds + 1] = facts.found + 1, row.found_s end
    if gaps[#gaps] <= contests.tie then facts.best = facts.best + 1 end
    if row.status == "optimal" then facts.proofs = facts.proofs + 1 end
    local outcome = method ~= "gradients" and contests.outcome(place, method, "gradients")
    if outcome then
      local name = outcome > 0 and "wins" or outcome < 0 and "losses" or "ties"
      facts[name] = facts[name] + 1
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
  for _, contest in ipairs(overall) do
    local result, effect = contest.result, contest.effect
    list[#list + 1] = ("The whole gallery: %s %s; %d instances of %d models: %s."):format(contest.method,
      effect.text:format(written.result(result, effect.unit)), result.problems, result.images, result.outcome)
  end
  return list
end

--- The median over seeds of how far a method is below the best known value, at every time at which that changes.
local function curve(group, method)
  local times, places = {}, {}
  contests.each_place(group, function(place)
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
      gaps[index] = contests.gap(value, place.best)
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
    -- Where no method has a point there is nothing to draw.
    if #lines > 0 then
      script[#script + 1] = "set title " .. plot.quote(kind)
      script[#script + 1] = "plot " .. table.concat(lines, ", \\\n  ")
    end
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
  "rounds", "bound", "status", "build_s", "seconds", "solver", "time_limit", "restarts",
}

local explanation = "gradients are Adam with growing penalties on violated rows and whole variables rounded, the last "
  .. "point restored by Newton's steps for the rows, in rounds of random starts until the time is over; dense is the"
  .. " MILP of the network itself by the solver alone; surrogate is surrogate.optimize with pruned copies of one rate,"
  .. " without gradients and without the dense MILP; it ends when its share of the time is over. optimize is"
  .. " surrogate.optimize as it comes, all its stages. the best of all counts problems on which no method is better by"
  .. " more than 0.01 %; below the best is how far a value is below the best of all methods, 100 % where no point was"
  .. " found; the last column counts problems on which the method is better, worse and equal to gradients at the end of"
  .. " their time, with the two-sided exact sign test, each seed an observation, adjusted for all lines; over the whole"
  .. " gallery each model is one, and points are of its instances: those with a better value less those with a worse"
  .. " one. Every value is a forward pass's."

--- Makes the report of the rows that are there.
return function(rows, options, context)
  if #rows == 0 then
    print "no case is done"
    return
  end
  local groups, order, methods = contests.grouped(rows)
  local all = summaries(groups, order, methods)
  local lines, words = table_of(all), answers(all, contests.of(rows))
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
