--- Plots through gnuplot: a script and its data in one file that can be run again by hand, and the pictures of it.
local names = require "vnn.names"
local report = require "vnn.report"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

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

local terminals = {
  svg = "svg size %d,%d fixed font 'sans-serif,12' background '#ffffff' noenhanced",
  png = "pngcairo size %d,%d font 'sans-serif,10' background '#ffffff' noenhanced",
}

---@class vnn.plot.Options
---@field stem string path of the files without their extension
---@field script string gnuplot's commands, without terminal and output
---@field data? table<string, (number|string)[][]> rows by the name that the script calls `$name`; texts are quoted
---@field width? integer pixels (default: 800)
---@field height? integer pixels (default: 500)

--- Writes `stem.gp` with script and data, and has gnuplot draw `stem.svg` and `stem.png`.
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
---@return { svg: string, png: string }? paths nil when gnuplot is missing or refuses the script
---@return string? message
function plot.draw(options)
  settings.expect("plot.draw", 1, options, "a table")
  options = settings.of("plot.draw", options, { data = {}, width = 800, height = 500 }, { "stem", "script" })
  settings.expect("plot.draw", "stem", options.stem, "a string")
  settings.expect("plot.draw", "script", options.script, "a string")
  settings.expect("plot.draw", "width", options.width, "an integer")
  settings.expect("plot.draw", "height", options.height, "an integer")
  local data = options.data
  for name, rows in pairs(data) do settings.expect("plot.draw", "data." .. tostring(name), rows, "a list of tables") end
  local folder, name = options.stem:match "^(.*/)([^/]+)$"
  folder, name = folder or "./", name or options.stem
  local parts = {}
  for _, key in ipairs(names.sorted(data)) do parts[#parts + 1] = block(key, data[key]) end
  for _, format in ipairs { "svg", "png" } do
    parts[#parts + 1] = "reset"
    parts[#parts + 1] = "set terminal " .. terminals[format]:format(options.width, options.height)
    parts[#parts + 1] = "set output " .. plot.quote(name .. "." .. format)
    parts[#parts + 1] = options.script
    parts[#parts + 1] = "unset output"
  end
  local written, message = system.write_file(options.stem .. ".gp", table.concat(parts, "\n") .. "\n")
  if not written then return nil, message end
  local available, missing = plot.available()
  if not available then return nil, missing end
  local command = ("cd -- %s && gnuplot %s 2>&1"):format(shell.quote(folder), shell.quote(name .. ".gp"))
  local output, refusal = shell.output(command)
  if not output then return nil, ("gnuplot refused %s.gp: %s"):format(options.stem, refusal) end
  return { svg = options.stem .. ".svg", png = options.stem .. ".png" }
end

return plot
