--- Which pruning policy makes the best surrogate? Solves the same problems with networks pruned by each policy.
local data = require "vnn.data"
local json = require "vnn.json"
local milp = require "vnn.milp"
local names = require "vnn.names"
local nn = require "vnn.nn"
local policy = require "vnn.policy"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local store = require "vnn.store"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"

--- The widths of the hidden layers that "4x32" stands for.
local function widths_of(architecture)
  local depth, width = architecture:match "^(%d+)x(%d+)$"
  if not depth or tonumber(depth) < 1 or tonumber(width) < 1 then
    return nil, ("architectures: expected layers x width such as 2x32, got '%s'"):format(architecture)
  end
  local widths = {}
  for index = 1, tonumber(depth) do widths[index] = tonumber(width) end
  return widths
end

local function train(options, hidden, seed, train_split)
  local widths = { train_split.inputs, table.unpack(hidden) }
  widths[#widths + 1] = #train_split.classes
  local recipe = protocol.recipe(options.dataset)
  recipe.seed = seed
  return (nn.train(nn.mlp(widths, { seed = seed }), train_split, recipe))
end

--- The place of a row in the tables of this comparison.
local function key_of(row)
  return ("%s|%s|%d|%g"):format(row.architecture, row.policy, row.problem, row.rate)
end

--- The address of all that a row depends on.
local function address(options, case, entry, rate)
  return store.address("compare-policies", system.version, store.canonical {
    dataset = options.dataset,
    side = options.side,
    network = case.source,
    problem = case.number,
    policy = entry.name,
    source = entry.source,
    rate = rate,
    solver = options.solver,
    time_limit_s = options.time_limit,
  })
end

--- Earlier rows by address, so that a run goes on where it was stopped.
local function read_rows(path)
  local rows = {}
  if not path then return rows end
  -- A writer that was killed may have left half a line.
  assert(system.repair_lines(path))
  for line in (system.read_file(path) or ""):gmatch "[^\n]+" do
    local row = json.decode(line)
    if type(row) == "table" and row.id then rows[row.id] = row end
  end
  return rows
end

--- The chosen policies, the baseline among them; the option becomes its name.
local function load_policies(options)
  local policies, by_name = {}, { dense = { name = "dense", file = "the dense network" } }
  local function add(given)
    local entry, message = policy.load(given)
    if not entry then return nil, message end
    local other = by_name[entry.name]
    if other then
      return nil, ("two policies are called '%s': %s and %s; rename one"):format(entry.name, other.file, entry.file)
    end
    -- A built-in criterion has no file: this program's version stands for it.
    entry.source = entry.criterion or system.digest(assert(system.read_file(entry.file)))
    policies[#policies + 1], by_name[entry.name], by_name[given] = entry, entry, entry
    return entry
  end
  local known = { table.unpack(options.policies) }
  for _, name in ipairs(options.policies) do
    local entry, message = add(name)
    if not entry then return nil, "policies: " .. message end
    known[#known + 1] = entry.name
  end
  local baseline, message = by_name[options.baseline]
  if not baseline or baseline.name == "dense" then
    baseline, message = add(options.baseline)
    if not baseline then
      local near = message:find "; did you mean" and "" or names.suggestion(options.baseline, known)
      return nil, "baseline: " .. message .. near
    end
  end
  options.baseline = baseline.name
  return policies
end

local function solve(case, network, options, started)
  local result = surrogate.find(case.dense, network, case.problem, {
    solver = options.solver,
    time_limit_s = options.time_limit,
  })
  local prune_s = started and system.clock() - started - result.seconds or 0
  return {
    dataset = options.dataset,
    side = options.side,
    architecture = case.architecture,
    problem = case.number,
    solver = options.solver,
    time_limit_s = options.time_limit,
    verdict = result.verdict,
    decided_by = result.decided_by,
    found = result.witness ~= nil,
    prune_s = prune_s,
    hit_s = result.first_hit_s and result.first_hit_s + prune_s,
    seconds = result.seconds,
    status = result.status,
    nodes = result.nodes,
    binaries = result.binaries,
    candidates = result.candidates,
    margin = result.witness and result.witness.margin,
    version = system.version,
  }
end

--- All rows of one problem on one network: the dense network first, then every policy at every rate.
local function compare(case, policies, options, splits, known, add)
  local function run(entry, rate, work)
    local id = address(options, case, entry, rate)
    if known[id] then
      -- Another name of the same network is not another network.
      known[id].architecture = case.architecture
      return add(known[id], true)
    end
    local text = ("%s  problem %d of %d  %s %g"):format(
      case.architecture,
      case.number,
      options.problems,
      entry.name,
      rate
    )
    report.progress(text)
    local started = system.clock()
    local network = work()
    local row = solve(case, network, options, rate > 0 and started)
    row.id, row.policy, row.rate = id, entry.name, rate
    row.accuracy, row.sparsity = network:accuracy(splits.test), network.sparsity
    add(row, false)
  end
  run({ name = "dense", source = "dense" }, 0.0, function() return case.dense end)
  for _, rate in ipairs(options.rates) do
    for _, entry in ipairs(policies) do
      run(entry, rate, function()
        return (policy.run(entry, case.dense, {
          rate = rate,
          data = splits.train,
          problem = case.problem,
          seed = case.number,
        }))
      end)
    end
  end
end

--- One line per policy and rate.
local function summarize(rows, policies, options)
  local by_key = {}
  for _, row in ipairs(rows) do by_key[key_of(row)] = row end
  local function partner(row, name, rate)
    local copy = {}
    for field, value in pairs(row) do copy[field] = value end
    copy.policy, copy.rate = name, rate
    return by_key[key_of(copy)]
  end
  local entries = { { name = "dense", rate = 0.0 } }
  for _, rate in ipairs(options.rates) do
    for _, entry in ipairs(policies) do entries[#entries + 1] = { name = entry.name, rate = rate } end
  end
  for _, entry in ipairs(entries) do
    entry.count, entry.found, entry.faster, entry.wins, entry.losses = 0, 0, 0, 0, 0
    local hits, prunes, accuracy, binaries = {}, {}, 0, 0
    for _, row in ipairs(rows) do
      if row.policy == entry.name and row.rate == entry.rate then
        entry.count = entry.count + 1
        if row.found then
          entry.found = entry.found + 1
          hits[#hits + 1] = row.hit_s
        end
        prunes[#prunes + 1] = row.prune_s
        accuracy, binaries = accuracy + row.accuracy, binaries + (row.binaries or 0)
        local dense = partner(row, "dense", 0.0)
        if row.found and (not dense.found or row.hit_s < dense.hit_s) then entry.faster = entry.faster + 1 end
        local baseline = partner(row, options.baseline, row.rate)
        if baseline and row.found and not baseline.found then entry.wins = entry.wins + 1 end
        if baseline and baseline.found and not row.found then entry.losses = entry.losses + 1 end
      end
    end
    entry.median_hit_s, entry.median_prune_s = statistics.median(hits), statistics.median(prunes)
    entry.accuracy, entry.binaries = accuracy / entry.count, binaries / entry.count
    entry.chance = statistics.sign_test(entry.wins, entry.losses)
  end
  return entries
end

local headers = {
  "policy",
  "rate",
  "found",
  "faster than dense",
  "median time to hit",
  "of that pruning",
  "accuracy",
  "binaries",
}

local function cells(entries, options)
  local lines = {}
  for index, entry in ipairs(entries) do
    local is_dense = entry.name == "dense"
    lines[index] = {
      entry.name,
      is_dense and "-" or ("%g"):format(entry.rate),
      ("%d of %d"):format(entry.found, entry.count),
      is_dense and "-" or ("%.0f %%"):format(100 * entry.faster / entry.count),
      report.seconds(entry.median_hit_s),
      is_dense and "-" or report.seconds(entry.median_prune_s),
      ("%.1f %%"):format(100 * entry.accuracy),
      ("%.1f"):format(entry.binaries),
      (is_dense or entry.name == options.baseline) and "-"
        or ("+%d -%d, p = %.3g"):format(entry.wins, entry.losses, entry.chance),
    }
  end
  return lines
end

local function markdown(headings, lines)
  local parts = { "| " .. table.concat(headings, " | ") .. " |", "|" .. ("---|"):rep(#headings) }
  for _, line in ipairs(lines) do parts[#parts + 1] = "| " .. table.concat(line, " | ") .. " |" end
  return table.concat(parts, "\n")
end

--- How each problem went, one row per network and problem, one column per policy.
local function problem_lines(rows, policies, rate)
  local order, by_problem = {}, {}
  for _, row in ipairs(rows) do
    local key = ("%s|%02d"):format(row.architecture, row.problem)
    if not by_problem[key] then
      order[#order + 1] = key
      by_problem[key] = { row.architecture, ("%d"):format(row.problem) }
    end
    local function put(column)
      local text = row.found and report.seconds(row.hit_s)
        or row.verdict == "robust" and "robust"
        or row.status == "optimal" and "none"
        or "limit"
      by_problem[key][column] = text
    end
    if row.policy == "dense" then put(3) end
    for position, entry in ipairs(policies) do
      if row.policy == entry.name and row.rate == rate then put(3 + position) end
    end
  end
  local lines = {}
  for index, key in ipairs(order) do lines[index] = by_problem[key] end
  return lines
end

--- Which policies do better than the baseline, and whether that could be chance.
local function verdict_text(entries, options)
  local better, least = {}, 1
  for _, entry in ipairs(entries) do
    if entry.name ~= "dense" and entry.wins > entry.losses then
      better[#better + 1] = entry
      least = math.min(least, entry.chance)
    end
  end
  if #better == 0 then return ("\nNo policy finds witnesses on more problems than %s."):format(options.baseline) end
  table.sort(better, function(a, b) return (a.found - b.found ~= 0 and a.found > b.found) or a.chance < b.chance end)
  local texts = {}
  for index, entry in ipairs(better) do
    texts[index] = ("**%s** at rate %g (%d, +%d -%d, p = %.3g)"):format(
      entry.name,
      entry.rate,
      entry.found,
      entry.wins,
      entry.losses,
      entry.chance
    )
  end
  local text = ("\nMore witnesses than %s: %s. "):format(options.baseline, table.concat(texts, ", "))
  if least > 0.05 then
    return text .. "No difference is significant at 5 %: more problems would be needed to tell them from chance."
  end
  return text .. ("The p values are of single comparisons; %d were made."):format(#entries - 1)
end

local function write_report(path, rows, entries, policies, skipped, options)
  local headings = { table.unpack(headers) }
  headings[#headings + 1] = "against " .. options.baseline
  local parts = { "# Pruning policies compared\n" }
  local function add(text) parts[#parts + 1] = text end
  add(("Data set %s, side %d, networks %s (hidden layers x width), %d problems of the strict protocol each."):format(
    options.dataset,
    options.side,
    table.concat(options.architectures, ", "),
    options.problems
  ))
  add "Each problem has a network of its own, trained with the problem's training seed, unless one was given."
  add(("No finetuning. Solver %s, at most %g s per solve. vnnlua %s.\n"):format(
    options.solver,
    options.time_limit,
    system.version
  ))
  local command = {
    "Scripts/experiments/compare-policies.lua",
    "--dataset " .. options.dataset,
    ("--side %d"):format(options.side),
    options.network and "--network " .. options.network
      or options.layers and "--layers " .. table.concat(options.layers, ",")
      or "--architectures " .. table.concat(options.architectures, ","),
    "--policies " .. table.concat(options.policies, ","),
    "--rates " .. table.concat(options.rates, ","),
    "--baseline " .. options.baseline,
    ("--problems %d"):format(options.problems),
    ("--time-limit %g"):format(options.time_limit),
    "--solver " .. options.solver,
    "--out results",
    "--report report.md",
  }
  if options.seed then table.insert(command, 4, ("--seed %d"):format(options.seed)) end
  add("Regenerated by\n\n```\nvnnlua " .. table.concat(command, " \\\n  ") .. "\n```\n")
  add(markdown(headings, cells(entries, options)))
  add(verdict_text(entries, options))
  add([[

"found" counts witnesses on the dense network that passed the recheck; "faster than dense" counts problems with a
witness sooner than the dense network's own MILP, or where that found none; times include pruning and are medians over
the problems with a witness; accuracy and binaries are means. The last column counts problems that only this policy or
only the baseline solved, with the two-sided exact sign test. Times are those of one machine: compare ratios.]])
  for _, rate in ipairs(options.rates) do
    add(("\n## Problem by problem, rate %g\n"):format(rate))
    local columns = { "network", "problem", "dense" }
    for _, entry in ipairs(policies) do columns[#columns + 1] = entry.name end
    add(markdown(columns, problem_lines(rows, policies, rate)))
  end
  if #skipped > 0 then
    add "\n## Skipped\n"
    for _, line in ipairs(skipped) do add("- " .. line) end
  end
  assert(system.write_file(path, table.concat(parts, "\n") .. "\n"))
end

--- Bars of the shares found and curves of problems over time, through gnuplot.
local function plot(rows, entries, options)
  local folder = options.out
  if not os.execute "command -v gnuplot >/dev/null 2>&1" then
    print "no plots: gnuplot is not installed (apt-get install gnuplot-nox)"
    return
  end
  local bars, curves, plots = {}, {}, {}
  for index, entry in ipairs(entries) do
    bars[index] = ('"%s %g" %g'):format(entry.name, entry.rate, 100 * entry.found / math.max(entry.count, 1))
    local hits = {}
    for _, row in ipairs(rows) do
      if row.policy == entry.name and row.rate == entry.rate and row.found then hits[#hits + 1] = row.hit_s end
    end
    table.sort(hits)
    local lines = { ("# %s %g"):format(entry.name, entry.rate) }
    for count, seconds in ipairs(hits) do lines[#lines + 1] = ("%.6g %d"):format(seconds, count) end
    if #hits == 0 then lines[#lines + 1] = "NaN NaN" end
    curves[index] = table.concat(lines, "\n")
    plots[index] = ("'%s/curves.dat' index %d using 1:2 with steps lw 2 title '%s %g'"):format(
      folder,
      index - 1,
      entry.name:gsub("_", "\\_"),
      entry.rate
    )
  end
  assert(system.write_file(folder .. "/found.dat", table.concat(bars, "\n") .. "\n"))
  assert(system.write_file(folder .. "/curves.dat", table.concat(curves, "\n\n\n") .. "\n"))
  local commands = ([[
set terminal svg size 900,540 noenhanced
set output '%s/found.svg'
set style data histogram
set style fill solid 0.7
set ylabel 'problems with a witness, %%'
set yrange [0:100]
set xtics rotate by -40
unset key
plot '%s/found.dat' using 2:xtic(1)
set output '%s/curves.svg'
set yrange [0:*]
set key outside
set xtics norotate
set logscale x
set xlabel 'seconds to the first witness, pruning included'
set ylabel 'problems'
plot %s
]]):format(folder, folder, folder, table.concat(plots, ", \\\n  "))
  assert(system.write_file(folder .. "/plots.gp", commands))
  if os.execute(("gnuplot '%s/plots.gp'"):format(folder:gsub("'", "'\\''"))) then
    print(("plots: %s/found.svg, %s/curves.svg"):format(folder, folder))
  else
    print(("no plots: gnuplot failed on %s/plots.gp"):format(folder))
  end
end

local function run(options)
  local _, missing = milp.capabilities(options.solver)
  if missing then return nil, missing end
  local policies, message = load_policies(options)
  if not policies then return nil, message end
  local splits = {}
  for _, split in ipairs { "train", "test" } do
    splits[split], message = data.load(options.dataset, { split = split, side = options.side })
    if not splits[split] then return nil, message end
  end
  local fixed, fixed_source
  if options.network then
    fixed, message = nn.load(options.network)
    if not fixed then return nil, message end
    fixed_source = system.digest(assert(system.read_file(options.network)))
    options.architectures = { options.network:match "([^/]*)$" }
  elseif options.layers then
    for position, text in ipairs(options.layers) do
      local width = math.tointeger(tonumber(text))
      if not width or width < 1 then return nil, ("layers: expected widths of at least 1, got '%s'"):format(text) end
      options.layers[position] = width
    end
    options.architectures = { table.concat(options.layers, "-") }
  end
  local path = options.out and options.out .. "/results.jsonl"
  if options.out then assert(system.make_directory(options.out)) end
  local known = read_rows(path)
  local rows, skipped = {}, {}
  local function add(row, is_old)
    rows[#rows + 1] = row
    if path and not is_old then assert(system.append_line(path, json.encode(row))) end
  end
  for _, architecture in ipairs(options.architectures) do
    local hidden = options.layers
    if not fixed and not hidden then
      hidden, message = widths_of(architecture)
      if not hidden then return nil, message end
    end
    for number = 1, options.problems do
      local seed = options.seed or protocol.draws[number].data_seed + 2
      report.progress(("%s  problem %d of %d  training"):format(architecture, number, options.problems))
      local dense = fixed or train(options, hidden, seed, splits.train)
      local problem, reason = protocol.problem(dense, splits.train, number)
      if problem then
        local case = { architecture = architecture, number = number, dense = dense, problem = problem }
        case.source = fixed_source or ("%s trained with seed %d"):format(table.concat(hidden, "-"), seed)
        compare(case, policies, options, splits, known, add)
      else
        skipped[#skipped + 1] = ("%s, problem %d: %s"):format(architecture, number, reason)
      end
      report.progress()
    end
  end
  if #rows == 0 then return nil, "no problem to compare on: " .. table.concat(skipped, "; ") end
  local entries = summarize(rows, policies, options)
  local headings = { table.unpack(headers) }
  headings[#headings + 1] = "against " .. options.baseline
  print(report.table(headings, cells(entries, options)))
  for _, line in ipairs(skipped) do print("skipped: " .. line) end
  if options.report then write_report(options.report, rows, entries, policies, skipped, options) end
  if options.out then plot(rows, entries, options) end
  return true
end

return {
  name = "compare-policies",
  description = "Compares pruning policies by the adversarial inputs that their networks' MILPs lead to.",
  options = {
    {
      name = "policies",
      default = { "magnitude", "random", "margin_aware", "anchored" },
      help = "files, names of shipped policies, or built-in criteria",
    },
    { name = "rates", default = { 0.9 }, minimum = 0, below = 1, help = "pruning rates" },
    {
      name = "problems",
      default = 10,
      minimum = 1,
      maximum = #protocol.draws,
      help = "how many problems of the strict protocol",
    },
    { name = "baseline", default = "magnitude", help = "the policy that the others are tested against" },
    { name = "network", type = "string", help = "a trained network for all problems (default: one trained for each)" },
    { name = "dataset", default = "digits", choices = { "digits", "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 18, choices = { 18, 28 }, help = "pixels along a side" },
    { name = "architectures", default = { "2x32" }, help = "hidden layers x width of the trained networks" },
    { name = "layers", type = "list", help = "widths of the hidden layers, in place of architectures" },
    { name = "seed", type = "integer", help = "training seed (default: the protocol's, one per problem)" },
    { name = "solver", default = "glpk", choices = { "glpk", "highs" }, help = "MILP solver" },
    { name = "time_limit", default = 20.0, minimum = 0, help = "seconds per solve" },
    { name = "out", type = "string", help = "directory for results.jsonl (a run resumes from it) and plots" },
    { name = "report", type = "string", help = "Markdown file to write" },
  },
  run = run,
}
