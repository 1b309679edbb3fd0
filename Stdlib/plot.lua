--- Plots through gnuplot: a script and its data in one file that can be run again by hand, and the pictures of it, for
--- screens and for print.
local names = require "vnn.names"
local report = require "vnn.report"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"
local in_terminal = require "vnn.plot.terminal"
local tex = require "vnn.plot.tex"

local plot = {}

--- Whether gnuplot is there.
---@return boolean? available nil when it is not
---@return string? message with the command that gets it, or that a sandbox has none
function plot.available()
  if system.is_sandboxed() then return nil, "the sandbox starts no programs, gnuplot neither" end
  if shell.has "gnuplot" then return true end
  return nil, "gnuplot is not installed (apt-get install gnuplot-nox)"
end

--- A text as gnuplot's commands take it, for titles and labels.
---
--- ```lua
--- print(require("vnn.plot").quote "it's") --> 'it''s'
--- ```
---@param text string
---@return string
function plot.quote(text)
  settings.expect("plot.quote", 1, text, "a string")
  return "'" .. text:gsub("'", "''") .. "'"
end

local function cell(value)
  -- In data there is no way to write a quotation mark.
  if type(value) ~= "number" then return '"' .. tostring(value):gsub('"', "'"):gsub("[\r\n]", " ") .. '"' end
  if value ~= value or value == math.huge or value == -math.huge then return "NaN" end
  return report.number(value)
end

--- One data block of gnuplot; one without rows gets a point that is never drawn, since gnuplot refuses empty ones.
local function block(name, rows)
  local lines = { ("$%s << END"):format(name) }
  for _, row in ipairs(rows) do
    local cells = {}
    for column, value in ipairs(row) do cells[column] = cell(value) end
    lines[#lines + 1] = table.concat(cells, " ")
  end
  if #rows == 0 then lines[#lines + 1] = ("NaN "):rep(8) end
  lines[#lines + 1] = "END"
  return table.concat(lines, "\n")
end

--- What every picture begins with: colours that people with any sight tell apart on white (M. Okabe, K. Ito, "Color
--- Universal Design", 2008, without its yellow, and a grey), dashes beyond those, and axes where they are read.
local style = [[
do for [i = 1:24] { set linetype i lw 1.5 dt 1 + (i - 1) / 8 pt 7 ps 0.5 lc rgb word("#0072B2 #D55E00 #009E73 #E69F00 \
#CC79A7 #56B4E9 #000000 #7F7F7F", (i - 1) % 8 + 1) }
set border 3
set tics nomirror out scale 0.6
set grid ytics lc rgb '#dddddd' lw 0.5 lt 1
set key samplen 2 spacing 1.1 height 1
set style fill solid 0.7 noborder
set errorbars small]]

--- Widths of a column and of a page of two, in centimetres, as most journals have them.
local column_cm = { 8.6, 17.8 }

--- How wide and high print is. What is written takes a larger part of a narrow picture, so that it is higher, too.
local function print_size(options)
  local width = column_cm[options.columns]
  return width, width * options.height / options.width * (options.columns == 1 and 1.25 or 1)
end

--- The terminals by the ends of files, the font of what is small, and how each begins, given the options.
local terminals = {
  {
    "svg", 10,
    function(options)
      local text = "svg size %d,%d fixed font 'sans-serif,12' background '#ffffff' noenhanced"
      return text:format(options.width, options.height)
    end,
  },
  {
    "png", 8,
    function(options)
      local text = "pngcairo size %d,%d font 'sans-serif,10' background '#ffffff' noenhanced"
      return text:format(options.width, options.height)
    end,
  },
  {
    "pdf", 7,
    function(options)
      local text = "pdfcairo size %.2fcm,%.2fcm font 'sans-serif,8' fontscale 0.75 linewidth 0.8 noenhanced"
      return text:format(print_size(options))
    end,
  },
  {
    "tex", 7,
    function(options)
      local text = "tikz size %.2fcm,%.2fcm font ',8' linewidth 0.8 color nopreamble noenhanced"
      return text:format(print_size(options))
    end,
  },
}

---@class vnn.plot.Options
---@field stem string path of the files without their extension
---@field script string gnuplot's commands, without terminal and output; `font small_font` is a smaller font
---@field data? table<string, (number|string)[][]> rows by the name that the script calls `$name`; texts are quoted
---@field width? integer pixels of .svg and .png (default: 800)
---@field height? integer pixels (default: 500); .pdf and .tex have about the same proportions
---@field columns? integer how many columns of a paper .pdf and .tex are wide: 1 (8.6 cm) or 2 (17.8 cm) (default: 1)

---@class vnn.plot.Pictures
---@field svg string
---@field png string
---@field pdf string in the width of a paper's column, with letters of 8 points
---@field tex string? the same as TikZ, in the document's font, for `\input`; its first lines say what the document
--- needs before its beginning; nil where gnuplot was built without it

--- The commands that draw all pictures.
local function commands(options, name)
  local parts = {}
  for _, key in ipairs(names.sorted(options.data)) do parts[#parts + 1] = block(key, options.data[key]) end
  for _, terminal in ipairs(terminals) do
    local format, small, begin = table.unpack(terminal)
    table.move({
      "reset",
      ("small_font = ',%d'"):format(small),
      style,
      -- The last one, which not every gnuplot has, and which takes numbers for narrower than they are.
      format == "tex" and "if (strstrt(GPVAL_TERMINALS, 'tikz') == 0) { exit }\nset ylabel offset -1,0" or "",
      "set terminal " .. begin(options),
      "set output " .. plot.quote(name .. "." .. format),
      options.script,
      "unset output",
    }, 1, 8, #parts + 1, parts)
  end
  return table.concat(parts, "\n") .. "\n"
end

--- Writes `stem.gp` with script and data, and has gnuplot draw `stem.svg`, `stem.png`, `stem.pdf` and `stem.tex`.
---
--- ```lua
--- local plot = require "vnn.plot"
--- local drawn, message = plot.draw {
---   stem = "squares",
---   script = "plot $squares using 1:2 with linespoints title 'squares'",
---   data = { squares = { { 1, 1 }, { 2, 4 }, { 3, 9 } } },
--- }
--- print(drawn and drawn.svg or message:match "gnuplot is not installed" and "squares.svg") --> squares.svg
--- ```
---@param options vnn.plot.Options
---@return vnn.plot.Pictures? paths nil when gnuplot is missing or refuses the script
---@return string? message
function plot.draw(options)
  settings.expect("plot.draw", 1, options, "a table")
  local defaults = { data = {}, width = 800, height = 500, columns = 1 }
  options = settings.of("plot.draw", options, defaults, { "stem", "script" })
  settings.expect("plot.draw", "stem", options.stem, "a string")
  settings.expect("plot.draw", "script", options.script, "a string")
  settings.expect("plot.draw", "width", options.width, "an integer")
  settings.expect("plot.draw", "height", options.height, "an integer")
  settings.expect("plot.draw", "columns", options.columns, "an integer")
  if not column_cm[options.columns] then error("plot.draw: columns: expected 1 or 2", 2) end
  for name, rows in pairs(options.data) do
    settings.expect("plot.draw", "data." .. tostring(name), rows, "a list of tables")
  end
  local folder, name = options.stem:match "^(.*/)([^/]+)$"
  folder, name = folder or "./", name or options.stem
  local written, message = system.write_file(options.stem .. ".gp", commands(options, name))
  if not written then return nil, message end
  local available, missing = plot.available()
  if not available then return nil, missing end
  local command = ("cd -- %s && gnuplot %s 2>&1"):format(shell.quote(folder), shell.quote(name .. ".gp"))
  local output, refusal = shell.output(command)
  if not output then return nil, ("gnuplot refused %s.gp: %s"):format(options.stem, refusal) end
  local drawn = {}
  for _, terminal in ipairs(terminals) do drawn[terminal[1]] = options.stem .. "." .. terminal[1] end
  drawn.tex, message = tex.complete(drawn.tex)
  if message then return nil, message end
  return drawn
end

--- Bars for a terminal, coloured where standard output is one.
---
--- ```lua
--- print(require("vnn.plot").bars({ { "dense", 8 }, { "pruned", 6 } }, { width = 8 }))
--- --> dense  ████████ 8
--- --> pruned ██████ 6
--- ```
---@param rows { [1]: string, [2]: number }[] names, and numbers of 0 or more
---@param options? { width: integer } letters of the longest bar (default: 40)
---@return string
plot.bars = in_terminal.bars

--- How often numbers lie in each of some equal steps, for a terminal. What is not finite is left out.
---
--- ```lua
--- print(require("vnn.plot").histogram({ 1, 2, 2, 3 }, { bins = 2, width = 6 }))
--- -->         1 to         2 ██ 1
--- -->         2 to         3 ██████ 3
--- ```
---@param values vnn.Tensor|number[]
---@param options? { bins: integer, width: integer } how many steps (default: 10), letters of the longest bar (40)
---@return string
plot.histogram = in_terminal.histogram

--- A network for a terminal: a line for each layer and a letter for each neuron, the lighter (without colours: the
--- fuller) the more of its weights are left.
---
--- ```lua
--- local nn, plot, prune = require "vnn.nn", require "vnn.plot", require "vnn.prune"
--- print(plot.network((prune.apply(nn.mlp({ 2, 4, 2 }, { seed = 1 }), { rate = 0.5 }))))
--- --> inputs    2
--- --> layer 1   4     ▒▒▒▒ 50 % of the weights left
--- --> outputs   2     ██ 100 % of the weights left
--- ```
---@param network vnn.Network
---@param options? { width: integer } letters of a layer, each for several neurons of wider ones (default: 64)
---@return string
plot.network = in_terminal.network

--- A matrix for a terminal as a picture: from dark to light, or around zero in two colours. Without colours in shades.
--- `x:show()` draws pictures in greys.
---
--- ```lua
--- local plot, tensor = require "vnn.plot", require "vnn.tensor"
--- print(plot.matrix(tensor.from { { 0, 1 }, { 1, 0.5 } }))
--- -->   ██
--- --> ██▒▒
--- ```
---@param matrix vnn.Tensor rows x columns
---@param options? { low: number, high: number } what is darkest and lightest (default: the extremes)
---@return string
plot.matrix = in_terminal.matrix

return plot
