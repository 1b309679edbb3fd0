--- The figures of the paper: times of dense against pruned runs, and pictures of what was found.
local data = require "vnn.data"
local grid = require "paper.grid"
local pairing = require "paper.pairs"
local plot = require "vnn.plot"
local protocol = require "vnn.protocol"
local tensor = require "vnn.tensor"

local figures = {}

--- The least and the greatest number of seconds in any panel; runs without a witness sit on the border.
local function limits(panels)
  local low, high = math.huge, 0
  for _, panel in ipairs(panels) do
    for _, pair in ipairs(panel.pairs) do
      local dense, pruned = pairing.times(pair, panel.clock)
      low = math.min(low, dense or math.huge, pruned or math.huge)
      high = math.max(high, dense or 0, pruned or 0, pair.dense.time_limit)
    end
  end
  return math.max(0.5 * math.min(low, high), 1e-5), 2.5 * high
end

--- The rows of a panel: points where both found a witness, and squares on the border.
local function points(panel, border)
  local both, missing = {}, {}
  for _, pair in ipairs(panel.pairs) do
    local dense, pruned = pairing.times(pair, panel.clock)
    local target = dense and pruned and both or missing
    target[#target + 1] = { dense or border, pruned or border }
  end
  return both, missing
end

--- A grid of panels, row by row: `{ title, pairs, clock }`.
local function scatter(stem, panels, columns)
  local low, high = limits(panels)
  local rows = #panels // columns
  local blocks = {}
  local script = {
    ("set multiplot layout %d,%d"):format(rows, columns),
    "set logscale xy",
    ("set xrange [%g:%g]"):format(low, high),
    ("set yrange [%g:%g]"):format(low, high),
    "set format xy '%g'",
    "set tics font ',9' nomirror",
    -- Minor tics would be most of the file.
    "unset mxtics",
    "unset mytics",
    "set grid xtics ytics lc rgb '#e6e6e6'",
    "set size square",
    "unset key",
  }
  for number, panel in ipairs(panels) do
    local both, missing = points(panel, high)
    blocks["both" .. number], blocks["missing" .. number] = both, missing
    local counts = pairing.count(panel.pairs, panel.clock)
    local function part(value) return counts.pairs > 0 and ("%.1f %%"):format(100 * value / counts.pairs) or "" end
    script[#script + 1] = "set title " .. plot.quote(panel.title) .. " font ',11' offset 0,-0.6"
    script[#script + 1] = "set label 1 " .. plot.quote(part(counts.slower)) .. " at graph 0.05,0.9 left font ',10'"
    script[#script + 1] = "set label 2 " .. plot.quote(part(counts.faster)) .. " at graph 0.95,0.08 right font ',10'"
    local is_last_row, is_first_column = number > #panels - columns, number % columns == 1 % columns
    script[#script + 1] = is_last_row and "set xlabel 'dense, s' font ',10' offset 0,0.5" or "unset xlabel"
    script[#script + 1] = is_first_column and "set ylabel 'pruned, s' font ',10' offset 1,0" or "unset ylabel"
    script[#script + 1] = ("plot x with lines lc rgb '#888888', $both%d using 1:2 with points pt 7 ps 0.45 lc rgb "
      .. "'#1f5fa8', $missing%d using 1:2 with points pt 4 ps 0.8 lc rgb '#c03a2b'"):format(number, number)
  end
  script[#script + 1] = "unset multiplot"
  return plot.draw {
    stem = stem,
    script = table.concat(script, "\n"),
    data = blocks,
    width = 250 * columns + 30,
    height = 245 * rows + 20,
  }
end

local legend = " Points: both found an adversarial input of the dense network; squares on the top and right borders: "
  .. "no such input from the pruned, from the dense run. Upper left: share of problems on which the dense run was "
  .. "faster; lower right: the pruned run. The line is identity."

local function magnitude(structure, finetuned, method)
  return { method = method or "magnitude", structure = structure, finetuned = finetuned }
end

--- One figure: a row for each rate, and a column for each form of pruning that has runs; nil when none has.
local function draw(folder, list, number, caption, columns)
  local kept = {}
  for _, column in ipairs(columns) do
    column.pairs = pairing.select(list, column.wanted)
    if #column.pairs > 0 then kept[#kept + 1] = column end
  end
  local panels = {}
  for _, rate in ipairs(grid.rates) do
    local row, has_some = {}, false
    for position, column in ipairs(kept) do
      local chosen = pairing.select(column.pairs, { rate = rate })
      row[position] = { title = ("%g, %s"):format(rate, column.name), pairs = chosen, clock = column.clock }
      has_some = has_some or #chosen > 0
    end
    if has_some then table.move(row, 1, #row, #panels + 1, panels) end
  end
  if #panels == 0 then return nil end
  local drawn, message = scatter(("%s/figure%d"):format(folder, number), panels, #kept)
  return drawn and { path = drawn.svg, caption = ("Figure %d. %s."):format(number, caption) .. legend }, message
end

--- Figures 1 and 2: one data set; not finetuned, finetuned, and with the seconds of finetuning.
local function by_finetuning(folder, list, number, dataset)
  local caption = ("Seconds to an adversarial input, networks for %s, unstructured magnitude, by rate"):format(dataset)
  return draw(folder, pairing.select(list, { dataset = dataset }), number, caption, {
    { name = "not finetuned", wanted = magnitude("unstructured", false) },
    { name = "finetuned", wanted = magnitude("unstructured", true) },
    { name = "with finetuning time", wanted = magnitude("unstructured", true), clock = pairing.clocks.with_pruning },
  })
end

--- Figure 3: both data sets, not finetuned.
local function by_form(folder, list)
  return draw(folder, list, 3, "Seconds to an adversarial input, not finetuned, by rate and form of pruning", {
    { name = "unstructured magnitude", wanted = magnitude("unstructured", false) },
    { name = "structured magnitude", wanted = magnitude("structured", false) },
    { name = "unstructured random", wanted = magnitude("unstructured", false, "random") },
  })
end

--- Draws the figures for which there are pairs and returns them; nil and a message when that is not possible.
function figures.draw(folder, list)
  local drawn = {}
  for number, dataset in ipairs(grid.datasets) do
    local figure, message = by_finetuning(folder, list, number, dataset)
    if message then return nil, message end
    drawn[#drawn + 1] = figure
  end
  local figure, message = by_form(folder, list)
  if message then return nil, message end
  drawn[#drawn + 1] = figure
  return drawn
end

--- A few witnesses, different problems, from the sparsest networks.
local function choose(list, most)
  local order, seen, chosen = {}, {}, {}
  for _, pair in ipairs(list) do
    local row = pair.pruned
    if row.witness and #row.witness > 0 then order[#order + 1] = row end
  end
  table.sort(order, function(a, b)
    if a.rate ~= b.rate then return a.rate > b.rate end
    return a.id < b.id
  end)
  for _, row in ipairs(order) do
    local key = ("%s %d %d"):format(row.dataset, row.side, row.seed)
    if not seen[key] and #chosen < most then
      seen[key] = true
      chosen[#chosen + 1] = row
    end
  end
  table.sort(chosen, function(a, b)
    if a.dataset ~= b.dataset then return a.dataset > b.dataset end
    if a.side ~= b.side then return a.side < b.side end
    return a.seed < b.seed
  end)
  return chosen
end

local tile, gap = 112, 8

--- Paints a square picture into a canvas, each pixel as a square.
local function paint(canvas, picture, side, top, left)
  local scale = tile // side
  for y = 0, side * scale - 1 do
    for x = 0, side * scale - 1 do
      canvas[(top + y) * canvas.width + left + x + 1] = picture[(y // scale) * side + x // scale + 1]
    end
  end
end

--- Pictures of a few adversarial inputs: the originals, what was found, and the change (grey is none).
function figures.pictures(folder, list)
  local chosen = choose(list, 8)
  if #chosen == 0 then return nil end
  local canvas = { width = #chosen * (tile + gap) + gap }
  local height = 3 * (tile + gap) + gap
  for position = 1, canvas.width * height do canvas[position] = 1 end
  local words = {}
  for column, row in ipairs(chosen) do
    local images, message = data.load(row.dataset, { side = row.side })
    if not images then return nil, message end
    local input = images:image(protocol.draws[grid.draw_number(row)].index + 1)
    local before, after, change = {}, {}, {}
    for position = 1, input.shape[1] do
      before[position], after[position], change[position] = input[position], input[position], 0.5
    end
    for _, pixel in ipairs(row.witness) do
      after[pixel[1]] = pixel[2]
      change[pixel[1]] = 0.5 + (pixel[2] - before[pixel[1]]) / 2
    end
    local left = gap + (column - 1) * (tile + gap)
    for line, picture in ipairs { before, after, change } do
      paint(canvas, picture, row.side, gap + (line - 1) * (tile + gap), left)
    end
    words[column] = ("%s, %dx%d, rate %g: %s → %s"):format(
      row.dataset,
      row.layers,
      row.width,
      row.rate,
      images.classes[row.class],
      images.classes[row.target]
    )
  end
  local path = folder .. "/pictures.png"
  canvas.width = nil
  local saved, message = tensor.from(canvas):reshape(height, #chosen * (tile + gap) + gap):save_png(path)
  if not saved then return nil, message end
  return {
    path = path,
    caption = "Originals, the adversarial inputs found through pruned networks, and the change (grey is none); left of "
      .. "the arrow the class j, right of it j'. "
      .. table.concat(words, "; ")
      .. ".",
  }
end

return figures
