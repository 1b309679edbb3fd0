--- The report of the paper's experiment: tables, figures, pictures and evidence; on the terminal, as Markdown and as
--- one HTML page.
local document = require "vnn.document"
local evidence = require "paper.evidence"
local figures = require "paper.figures"
local names = require "vnn.names"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local pictures = require "paper.pictures"
local report = require "vnn.report"
local summary = require "paper.summary"
local system = require "vnn.system"
local tables = require "paper.tables"

--- All that there is of a field: rows of one folder may come from several versions.
local function values_of(rows, key)
  local seen = {}
  for _, row in ipairs(rows) do
    local value = row[key]
    if value ~= nil then seen[type(value) == "number" and report.number(value) or tostring(value)] = true end
  end
  return table.concat(names.sorted(seen), ", ")
end

--- What the sweep took, on a processor of its own.
local function cost(rows)
  local training, pruning, solving, seen = 0, 0, 0, {}
  for _, row in ipairs(rows) do
    if not seen[row.dense_file] then training = training + row.train_processor_s end
    seen[row.dense_file] = true
    if row.repetition == 1 then pruning = pruning + (row.prune_processor_s or 0) end
    for _, stage in ipairs { "tighten", "build", "solve" } do
      solving = solving + (row[stage .. "_processor_s"] or 0)
    end
  end
  return ("Processor seconds: %.0f to train the dense networks, %.0f to prune and finetune, %.0f to solve."):format(
    training,
    pruning,
    solving
  )
end

--- The least and the greatest value of a field, in words.
local function range_of(rows, key)
  local low, high
  for _, row in ipairs(rows) do
    local value = row[key]
    if value and (not low or value < low) then low = value end
    if value and (not high or value > high) then high = value end
  end
  if not low then return "unknown" end
  return low == high and tostring(low) or ("%s to %s"):format(low, high)
end

--- Which settings, code and machines the rows come from.
local function setting(page, rows, options, context)
  local function all(key)
    local values = values_of(rows, key)
    return values ~= "" and values or "unknown"
  end
  page:paragraph(("Protocol %s: classes of the %s network, norm %s, %s bounds over the %s; candidates: %s. Pruned "
    .. "networks: %s layers; rounds without finetuning: %s; finetuning: %s. Solver %s %s; at most %s %s seconds for "
    .. "each solve; repetitions: %s."):format(
    all "protocol", all "classes", all "norm", all "bounds", all "over", all "candidates", all "pruned_layers",
    all "rounds", all "finetuning", all "solver", all "solver_version", all "time_limit", all "limit_in",
    all "repetition"))
  page:code(context:command(options))
  local origin = "vnnlua %s, commit %s, code %s. Processor: %s; hosts: %s; cores: %s; load when cases began: %s; begun "
    .. "%s."
  page:paragraph(origin:format(
    all "vnnlua_version", all "commit", all "modules_digest", all "processor", all "host", all "cores",
    range_of(rows, "load"), range_of(rows, "started")))
end

local function introduction(page, rows, list, without, context)
  local problems, skipped, hits, images = {}, 0, 0, {}
  for _, row in ipairs(rows) do
    if row.network == "dense" and row.repetition == 1 then
      problems[#problems + 1] = { image = pairing.image(row) }
      skipped = skipped + (row.verdict == "skipped" and 1 or 0)
      hits = hits + (row.first_hit_s and 1 or 0)
      if row.verdict ~= "skipped" then images[#images + 1] = { image = pairing.image(row) } end
    end
  end
  local covered = {}
  for _, key in ipairs { "dataset", "side", "layers", "width", "seed", "rate", "method", "structure", "finetuned" } do
    local values = values_of(rows, key)
    if values ~= "" then covered[#covered + 1] = ("%s %s"):format(key, values) end
  end
  page:paragraph(("Of the selected cases, done: %d of %d; failed: %d. They cover: %s."):format(
    #rows,
    context.total,
    #context.failures,
    table.concat(covered, "; ")
  ))
  local words = {}
  for _, note in ipairs(without) do
    if note[2] > 0 then words[#words + 1] = ("; %s: %d"):format(note[1], note[2]) end
  end
  page:paragraph(("Problems: %s; left out because the dense network misclassifies the image: %d, which leaves %s; with "
    .. "an adversarial input from the dense run: %d. Pairs of a pruned and a dense run: %d%s."):format(
    paired.count_text(#problems, paired.images(problems)),
    skipped,
    paired.count_text(#images, paired.images(images)),
    hits,
    #list,
    table.concat(words)
  ))
  page:paragraph("A seed is that of the data: it names the image and epsilon (data_seed of the draws in vnn.protocol). "
    .. "Networks are trained, and pruned at random, with that number plus 2.")
  page:paragraph(cost(rows))
end

local function add_figures(page, folder, list)
  local drawn, message = figures.draw(folder, list)
  if message then
    io.stderr:write(("paper: no figures: %s\n"):format(message))
    page:paragraph("There are no figures: " .. message .. ".")
  end
  if drawn and #drawn > 0 then page:heading "Figures" end
  for _, figure in ipairs(drawn or {}) do page:picture(figure.path, figure.caption) end
  local painted, reason = pictures.draw(folder, list)
  if reason then io.stderr:write(("paper: no pictures: %s\n"):format(reason)) end
  if painted then
    page:heading "What was found"
    page:picture(painted.path, painted.caption)
  end
end

--- Takes the pictures of an earlier report away: this one may have none of the same name.
local function remove_pictures(folder)
  for _, name in ipairs(assert(system.list(folder))) do
    if name:match "^figure%d+%." or name == "pictures.png" then assert(system.remove(folder .. "/" .. name)) end
  end
end

--- Makes the report of the rows that are there.
return function(rows, options, context)
  if #rows == 0 then
    print "nothing to report: no case is done"
    return
  end
  local list, alone, elsewhere = pairing.of(rows)
  local entries = summary.of(list)
  local page = document.new(("The paper's experiment, %s protocol"):format(options.protocol))
  page:paragraph(
    ("Optimization over Trained (and Sparse) Neural Networks (Pham, Ren, Tahir, Tong, Serra 2025): each problem asks "
      .. "for an input near a training image to which the dense network gives class j' more than class j. It is solved "
      .. "as a MILP of the dense network itself, and as one of a pruned copy whose points are tested on the dense one.")
  )
  page:contents()
  setting(page, rows, options, context)
  introduction(page, rows, list, {
    { "pruned runs without a dense run yet", alone },
    { "pruned runs on another processor than their dense run", elsewhere },
  }, context)
  local sentence = tables.sentence(entries)
  if sentence then page:paragraph(sentence) end
  if #list > 0 then
    tables.first(page, list)
    tables.second(page, list)
    tables.every_way(page, entries)
    tables.confound(page, list)
  end
  tables.baseline(page, rows)
  if not context.folder then
    print(page:text())
    return
  end
  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  remove_pictures(folder)
  assert(evidence.write(folder, rows, entries))
  add_figures(page, folder, list)
  assert(page:save(folder))
  print(page:text())
  print(("\nreport: %s/index.html, report.md, rows.csv, summary.csv, witnesses.jsonl.gz, incumbents.csv.gz, problems/"
    ):format(folder))
end
