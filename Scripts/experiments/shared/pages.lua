--- How the reports of experiments end: pictures where they can be drawn, the rows as a table in a file, and the page.
local report = require "vnn.report"
local system = require "vnn.system"

local pages = {}

--- Puts a plot on a page, or says there and on standard error why there is none.
---@param page vnn.Document
---@param experiment string for the message
---@param drawn { svg: string }? what a plot gave
---@param message string? why there is none
---@param caption string
function pages.picture(page, experiment, drawn, message, caption)
  if drawn then
    page:picture(drawn.svg, caption)
  else
    io.stderr:write(("%s: no plot: %s\n"):format(experiment, message))
    page:paragraph("There is no plot: " .. message .. ".")
  end
end

--- Writes `rows.csv` with these columns of the rows, and the page.
---@param page vnn.Document
---@param folder string
---@param columns string[] names of what rows have
---@param rows table[]
function pages.save(page, folder, columns, rows)
  local lines = {}
  for index, row in ipairs(rows) do
    lines[index] = {}
    for column, name in ipairs(columns) do lines[index][column] = row[name] end
  end
  assert(system.write_file(folder .. "/rows.csv", report.csv(columns, lines)))
  assert(page:save(folder))
  print(("report: %s/index.html, report.md, rows.csv"):format(folder))
end

return pages
