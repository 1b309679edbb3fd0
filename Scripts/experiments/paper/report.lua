--- The report of the paper's experiment: tables, figures, pictures and CSV; on the terminal, as Markdown and as one
--- HTML page.
local document = require "vnn.document"
local figures = require "paper.figures"
local names = require "vnn.names"
local pairing = require "paper.pairs"
local report = require "vnn.report"
local system = require "vnn.system"
local tables = require "paper.tables"

local function values_of(rows, key)
  local seen = {}
  for _, row in ipairs(rows) do
    local value = row[key]
    if value ~= nil then seen[math.type(value) == "float" and ("%g"):format(value) or tostring(value)] = true end
  end
  return names.sorted(seen)
end

--- What the sweep took, on a processor of its own.
local function cost(rows)
  local training, pruning, solving = 0, 0, 0
  for _, row in ipairs(rows) do
    if row.network == "dense" then training = training + row.train_processor_s end
    pruning = pruning + (row.prune_processor_s or 0)
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

local function introduction(page, rows, list, alone, options, context)
  local problems, skipped, hits = 0, 0, 0
  for _, row in ipairs(rows) do
    if row.network == "dense" then
      problems = problems + 1
      skipped = skipped + (row.verdict == "skipped" and 1 or 0)
      hits = hits + (row.first_hit_s and 1 or 0)
    end
  end
  page:paragraph(
    ("Optimization over Trained (and Sparse) Neural Networks (Pham, Ren, Tahir, Tong, Serra 2025): each problem asks "
      .. "for an input near a training image to which the dense network gives class j' more than class j. It is solved "
      .. "as a MILP of the dense network itself, and as one of a pruned copy whose points are tested on the dense one.")
  )
  -- All that there is of each: rows of one folder may come from several versions.
  local function all(key) return table.concat(values_of(rows, key), ", ") end
  local facts = "Protocol %s; solver %s %s; %s s for each solve; %s bounds over the %s; candidates: %s; vnnlua %s."
  page:paragraph(facts:format(
    all "protocol",
    all "solver",
    all "solver_version",
    all "time_limit",
    all "bounds",
    all "over",
    all "candidates",
    all "vnnlua_version"
  ))
  page:code(context:command(options))
  local covered = {}
  for _, key in ipairs { "dataset", "side", "layers", "width", "seed", "rate", "method", "structure", "finetuned" } do
    local values = all(key)
    if values ~= "" then covered[#covered + 1] = ("%s %s"):format(key, values) end
  end
  page:paragraph(("Of the selected cases, done: %d of %d; failed: %d. They cover: %s."):format(
    #rows,
    context.total,
    #context.failures,
    table.concat(covered, "; ")
  ))
  page:paragraph(("Problems: %d; left out because the dense network misclassifies the image: %d; with an adversarial "
    .. "input from the dense run: %d. Pairs of a pruned and a dense run: %d%s."):format(
    problems,
    skipped,
    hits,
    #list,
    alone > 0 and ("; pruned runs without a dense run yet: %d"):format(alone) or ""
  ))
  page:paragraph("A seed is that of the data: it names the image and epsilon (data_seed of the draws in vnn.protocol). "
    .. "Networks are trained, and pruned at random, with that number plus 2.")
  page:paragraph(cost(rows))
  local sentence = tables.sentence(list)
  if sentence then page:paragraph(sentence) end
end

--- Columns of the CSV file: everything that is one value, the case before its result. `seed` is the draw's data_seed,
--- that of the networks is `grid.training_seed`.
local function columns_of(rows)
  local first = {
    "id", "protocol", "solver", "time_limit", "bounds", "over", "candidates", "dataset", "side", "layers", "width",
    "seed", "network", "method", "structure", "rate", "finetuned", "pruned_layers",
  }
  local known, others = {}, {}
  for _, name in ipairs(first) do known[name] = true end
  for _, row in ipairs(rows) do
    for name, value in pairs(row) do
      if not known[name] and type(value) ~= "table" then
        known[name] = true
        others[#others + 1] = name
      end
    end
  end
  table.sort(others)
  return table.move(others, 1, #others, #first + 1, first)
end

local function write_csv(folder, rows, list)
  local columns, lines, incumbents = columns_of(rows), {}, {}
  for position, row in ipairs(rows) do
    lines[position] = {}
    for column, name in ipairs(columns) do lines[position][column] = row[name] end
    for _, point in ipairs(row.incumbents or {}) do
      incumbents[#incumbents + 1] = { row.id, point[1], point[2], point[3] }
    end
  end
  local files = {
    ["rows.csv"] = report.csv(columns, lines),
    ["incumbents.csv"] = report.csv({ "id", "seconds", "embedded_margin", "dense_margin" }, incumbents),
    ["summary.csv"] = report.csv(tables.summary_headers, tables.summary(list)),
  }
  for name, content in pairs(files) do
    local written, message = system.write_file(folder .. "/" .. name, content)
    if not written then return nil, message end
  end
  return true
end

local function add_figures(page, folder, list)
  local drawn, message = figures.draw(folder, list)
  if message then
    io.stderr:write(("paper: no figures: %s\n"):format(message))
    page:paragraph("There are no figures: " .. message .. ".")
  end
  if drawn and #drawn > 0 then page:heading "Figures" end
  for _, figure in ipairs(drawn or {}) do page:picture(figure.path, figure.caption) end
  local pictures, reason = figures.pictures(folder, list)
  if reason then io.stderr:write(("paper: no pictures: %s\n"):format(reason)) end
  if pictures then
    page:heading "What was found"
    page:picture(pictures.path, pictures.caption)
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
  local list, alone = pairing.of(rows)
  local page = document.new(("The paper's experiment, %s protocol"):format(options.protocol))
  introduction(page, rows, list, alone, options, context)
  if #list > 0 then
    tables.first(page, list)
    tables.second(page, list)
    tables.every_way(page, list)
  end
  tables.baseline(page, rows)
  if #list > 0 then tables.confound(page, list) end
  if not context.folder then
    print(page:text())
    return
  end
  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  remove_pictures(folder)
  assert(write_csv(folder, rows, list))
  add_figures(page, folder, list)
  assert(page:save(folder))
  print(page:text())
  print(("\nreport: %s/index.html, report.md, rows.csv, incumbents.csv, summary.csv"):format(folder))
end
