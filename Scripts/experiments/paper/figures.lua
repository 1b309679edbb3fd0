--- The figures of the paper: times of dense against pruned runs; and how many problems have a witness after a time.
local grid = require "paper.grid"
local kinds = require "paper.kinds"
local paired = require "shared.paired"
local pairing = require "paper.pairs"
local plot = require "vnn.plot"
local report = require "vnn.report"

local figures = {}

--- The least and the greatest number of seconds in any panel; runs without a witness sit on the border.
local function limits(panels)
  local low, high = math.huge, 0
  for _, panel in ipairs(panels) do
    for _, pair in ipairs(panel.timed) do
      low = math.min(low, pair.dense or math.huge, pair.pruned or math.huge)
      high = math.max(high, pair.dense or 0, pair.pruned or 0, pair.limit)
    end
  end
  return math.max(0.5 * math.min(low, high), 1e-5), 2.5 * high
end

--- The rows of a panel: points where both found a witness, and squares on the border.
local function points(panel, border)
  local both, missing = {}, {}
  for _, pair in ipairs(panel.timed) do
    local target = pair.dense and pair.pruned and both or missing
    target[#target + 1] = { pair.dense or border, pair.pruned or border }
  end
  return both, missing
end

--- What all panels have in common; marks of the axes are outside, where no text is.
local setup = [[
set tics font small_font nomirror out
set grid xtics ytics lc rgb '#e6e6e6'
unset mxtics
unset mytics]]

local function title_of(name, problems, images)
  return ([[set title "%s\n%s" font small_font offset 0,-0.5]]):format(name, paired.count_text(problems, images))
end

--- A grid of panels, row by row: `{ name, timed }`.
local function scatter(stem, panels, columns)
  local low, high = limits(panels)
  local rows = #panels // columns
  local blocks, range = {}, ("[%s:%s]"):format(report.number(low), report.number(high))
  local script = {
    ("set multiplot layout %d,%d"):format(rows, columns),
    setup,
    "set logscale xy",
    "set xrange " .. range,
    "set yrange " .. range,
    "set format xy '%g'",
    "set size square",
    "unset key",
  }
  for number, panel in ipairs(panels) do
    local both, missing = points(panel, high)
    blocks["both" .. number], blocks["missing" .. number] = both, missing
    local counts = paired.compare(panel.timed)
    local function part(value) return counts.pairs > 0 and ("%.1f %%"):format(100 * value / counts.pairs) or "" end
    script[#script + 1] = title_of(panel.name, counts.pairs, counts.images)
    script[#script + 1] = "set label 1 " .. plot.quote(part(counts.slower)) .. " at graph 0.04,0.9 left font small_font"
    script[#script + 1] = "set label 2 " .. plot.quote(part(counts.faster))
      .. " at graph 0.96,0.08 right font small_font"
    -- A blank takes the place of a name, so that all panels are of one size.
    local is_last_row, is_first_column = number > #panels - columns, number % columns == 1 % columns
    script[#script + 1] = ("set xlabel '%s' font small_font"):format(is_last_row and "dense, processor s" or " ")
    script[#script + 1] = ("set ylabel '%s' font small_font offset 1,0"):format(
      is_first_column and "pruned, processor s" or " ")
    script[#script + 1] = ("plot x with lines lc rgb '#888888', $both%d using 1:2 with points pt 7 ps 0.45 lc 1"
      .. ", $missing%d using 1:2 with points pt 4 ps 0.8 lc 2"):format(number, number)
  end
  script[#script + 1] = "unset multiplot"
  return plot.draw {
    stem = stem,
    script = table.concat(script, "\n"),
    data = blocks,
    width = 250 * columns + 30,
    height = 265 * rows + 20,
    columns = math.min(columns, 2),
  }
end

local legend = " Points: both found an adversarial input of the dense network; squares on the top and right borders: "
  .. "no such input from the pruned, from the dense run. Upper left: share of problems on which the dense run was "
  .. "faster; lower right: the pruned run. The line is identity."

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
      row[position] = {
        name = ("%g, %s"):format(rate, column.name),
        timed = pairing.all_timed(chosen, column.clock),
      }
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
  local caption = ("Processor seconds to an adversarial input, networks for %s, unstructured magnitude, by rate")
    :format(dataset)
  return draw(folder, pairing.select(list, { dataset = dataset }), number, caption, {
    { name = "not finetuned", wanted = kinds.magnitude("unstructured", false) },
    { name = "finetuned", wanted = kinds.magnitude("unstructured", true) },
    {
      name = "with finetuning time", wanted = kinds.magnitude("unstructured", true),
      clock = pairing.clocks.with_pruning,
    },
  })
end

--- Figure 3: both data sets, not finetuned.
local function by_form(folder, list)
  local random = { method = "random", structure = "unstructured", finetuned = false }
  local caption = "Processor seconds to an adversarial input, not finetuned, by rate and form of pruning"
  return draw(folder, list, 3, caption, {
    { name = "unstructured magnitude", wanted = kinds.magnitude("unstructured", false) },
    { name = "structured magnitude", wanted = kinds.magnitude("structured", false) },
    { name = "unstructured random", wanted = random },
  })
end

--- How many problems have a witness after so many seconds, up to the limit.
local function staircase(timed, kind)
  local hits, limit = {}, 0
  for _, pair in ipairs(timed) do
    hits[#hits + 1] = pair[kind]
    limit = math.max(limit, pair.limit)
  end
  return paired.staircase(hits, limit)
end

--- Figure 4: problems over time, a panel for each structure that has runs.
local function over_time(folder, list)
  local blocks, script, panels = {}, {}, {}
  for _, structure in ipairs(grid.structures) do
    local chosen = pairing.select(list, kinds.magnitude(structure, false))
    if #chosen > 0 then panels[#panels + 1] = { name = structure .. " magnitude, not finetuned", pairs = chosen } end
  end
  if #panels == 0 then return nil end
  script[1] = ("set multiplot layout 1,%d\n"):format(#panels) .. setup
  script[2] = "set logscale x\nset format x '%g'\nset key left top font small_font\n"
    .. "set xlabel 'processor seconds to the first witness' font small_font\nset ylabel 'problems' font small_font"
  for number, panel in ipairs(panels) do
    local lines, most = {}, 0
    for position, rate in ipairs(grid.rates) do
      local timed = pairing.all_timed(pairing.select(panel.pairs, { rate = rate }))
      if #timed > 0 then
        local name = ("rate%d_%d"):format(number, position)
        blocks[name] = staircase(timed, "pruned")
        lines[#lines + 1] = ("$%s using 1:2 with lines lw 2 lc %d title 'rate %g'"):format(name, position, rate)
        -- Of the dense runs those of the rate with the most problems.
        if #timed > most then
          most, panel.images = #timed, paired.images(timed)
          blocks["dense" .. number] = staircase(timed, "dense")
        end
      end
    end
    script[#script + 1] = title_of(panel.name, most, panel.images)
    script[#script + 1] = ("set yrange [0:%d]"):format(most)
    local dense = "plot $dense%d using 1:2 with lines lw 2 dt 2 lc rgb '#000000' title 'dense', "
    script[#script + 1] = dense:format(number) .. table.concat(lines, ", ")
  end
  script[#script + 1] = "unset multiplot"
  local drawn, message = plot.draw {
    stem = folder .. "/figure4",
    script = table.concat(script, "\n"),
    data = blocks,
    width = 430 * #panels + 20,
    height = 360,
    columns = #panels,
  }
  return drawn and {
    path = drawn.svg,
    caption = "Figure 4. Problems over time. How many had an adversarial input after so many processor seconds, "
      .. "pruning and finetuning not counted.",
  }, message
end

--- Draws the figures for which there are pairs and returns them; nil and a message when that is not possible.
function figures.draw(folder, list)
  local drawn = {}
  local function add(figure, message)
    drawn[#drawn + 1] = figure
    return message
  end
  for number, dataset in ipairs(grid.datasets) do
    local message = add(by_finetuning(folder, list, number, dataset))
    if message then return nil, message end
  end
  local message = add(by_form(folder, list)) or add(over_time(folder, list))
  if message then return nil, message end
  return drawn
end

return figures
