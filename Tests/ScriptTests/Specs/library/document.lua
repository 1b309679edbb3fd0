--- Documents in three forms, CSV, and plots.
local document = require "vnn.document"
local plot = require "vnn.plot"
local report = require "vnn.report"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local check = checks.check

local folder <close> = assert(system.temporary_folder())
local stem = folder.path .. "/it's a plot"

-- A plot that can be drawn again by hand; with an empty block, which gnuplot alone would refuse.
local drawn = assert(plot.draw {
  stem = stem,
  script = "plot $points using 1:2 with points, $none using 1:2 with points",
  data = { points = { { 1, 2 }, { 3, math.huge }, { 4, 5 } }, none = {} },
  width = 300,
  height = 200,
})
check(system.read_file(drawn.svg):find "<svg" and system.read_file(drawn.png):sub(2, 4) == "PNG")
check(system.read_file(stem .. ".gp"):find("3 NaN", 1, true))
local refused, message = plot.draw { stem = folder.path .. "/bad", script = "plod", data = {} }
check(refused == nil and message:find "gnuplot refused" and message:find "plod", message)

-- Texts in data and titles are theirs to quote; what is misspelt or missing is told.
drawn = assert(plot.draw {
  stem = folder.path .. "/texts",
  script = "set style data histogram\nplot $bars using 2:xtic(1) title " .. plot.quote "it's $bars",
  data = { bars = { { "it's \"one\" bar", 1 }, { "two\nlines", 2 } } },
})
local svg = system.read_file(drawn.svg)
for _, part in ipairs { "it's 'one' bar", "two lines", "it's $bars" } do
  check(svg:gsub("&#39;", "'"):gsub("&apos;", "'"):find(part, 1, true), part)
end
checks.fails_here("plot.draw: unknown option 'skript'; did you mean 'script'?", function()
  plot.draw { stem = "a", skript = "plot x" }
end)
checks.fails_here("plot.draw: script: expected a string, got nil", function() plot.draw { stem = "a", data = {} } end)

local picture = folder.path .. "/dot.png"
assert(tensor.from({ { 0, 1 }, { 1, 0 } }):save_png(picture))
local page = document.new "Times & <places>"
page:contents():heading('A "heading"'):paragraph("1 < 2"):code "a | b"
page:table({ "name", "value" }, { { "a|b", 0.123456 }, { nil, 12 }, { "c" } }, "Table <1>")
page:picture(drawn.svg, "points"):picture(drawn.svg, "again", 'what "it" shows')
page:picture(picture, "Figure 3. A dot. Big.")
page:heading('A "heading"')

local html = page:html()
check(html:find("<title>Times &amp; &lt;places&gt;</title>", 1, true))
check(html:find('<h2 id="a-heading">A &quot;heading&quot;</h2>', 1, true))
check(html:find('<li><a href="#a-heading">A &quot;heading&quot;</a></li>\n<li><a href="#a-heading-1">', 1, true))
check(html:find('<svg role="img" aria-label="what &quot;it&quot; shows"', 1, true))
check(html:find('<img alt="Figure 3. A dot."', 1, true))
check(page:markdown():find('- [A "heading"](#a-heading)\n- [A "heading"](#a-heading-1)\n\n## A "heading"', 1, true))
check(page:markdown():find("![Figure 3. A dot.](", 1, true) and page:text():find('- A "heading"', 1, true))
check(html:find("<td>0.1235</td>", 1, true))
check(html:find("<td></td><td>12</td>", 1, true) and html:find("<td>c</td><td></td>", 1, true))
check(html:find('src="data:image/png;base64,iVBORw0KGgo', 1, true))
check(not html:find("DOCTYPE svg", 1, true) and not html:find "<%?xml")
-- Names of parts are different on both copies of the plot, and every reference has its part.
local parts, references = {}, 0
for _, name in html:gmatch "%sid=([\"'])(.-)%1" do
  check(not parts[name], name .. " is there twice")
  parts[name] = true
end
for _, name in html:gmatch "href=([\"'])#(.-)%1" do
  check(parts[name], name .. " is not there")
  references = references + 1
end
check(references > 0, "the plot refers to its parts")

local markdown = page:markdown(folder.path)
check(markdown:find("| a\\|b | 0.1235 |", 1, true) and markdown:find("|  | 12 |", 1, true), markdown)
check(markdown:find("](dot.png)", 1, true), markdown)
local text = page:text()
check(text:find("Times & <places>\n=====", 1, true) and text:find("Table <1>", 1, true), text)

-- Pieces of base64 of all lengths, against Python's.
for length, wanted in ipairs { "YQ==", "YWI=", "YWJj", "YWJjZA==" } do
  local path = ("%s/%d.png"):format(folder.path, length)
  assert(system.write_file(path, ("abcd"):sub(1, length)))
  check(document.new("x"):picture(path, "x"):html():find("base64," .. wanted .. '"', 1, true))
end

-- Headers are quoted like cells: RFC 4180, section 2.
check(report.csv({ "a, b", 'c "d"', "e\nf" }, { { 1, 2, 3 } }) == '"a, b","c ""d""","e\nf"\n1,2,3\n')
do
  local values = { "007", "12e3", "true", "inf", "", "a,b", true, 3, 0.5, -1 / 0, "1e400" }
  local headers = {}
  for column = 1, #values do headers[column] = "c" .. column end
  local row = report.rows(report.csv(headers, { values }))[1]
  for column, value in ipairs(values) do
    check(row["c" .. column] == value and type(row["c" .. column]) == type(value), value)
  end
  local nan = report.rows(report.csv({ "a" }, { { 0 / 0 } }))[1].a
  check(nan ~= nan)
end
check(report.csv({ "a", "b" }, { { 'x "y"', true }, { nil, 0.1 } }) == 'a,b\n"x ""y""",true\n,0.1\n')
checks.finish()
