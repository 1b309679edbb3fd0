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

--- Where a row comes from, which all experiments' have.
local origin = {
  "vnnlua_version", "host", "processor", "cores", "load", "started", "commit", "modules_digest", "run",
}

--- Writes `rows.csv` with these columns of the rows and those of their origin, and the page.
---@param page vnn.Document
---@param folder string
---@param wanted string[] names of what rows have
---@param rows table[]
function pages.save(page, folder, wanted, rows)
  local lines, columns, is_there = {}, {}, {}
  for _, list in ipairs { wanted, origin } do
    for _, name in ipairs(list) do
      if not is_there[name] then columns[#columns + 1] = name end
      is_there[name] = true
    end
  end
  for index, row in ipairs(rows) do
    lines[index] = {}
    for column, name in ipairs(columns) do lines[index][column] = row[name] end
  end
  assert(system.write_file(folder .. "/rows.csv", report.csv(columns, lines)))
  assert(page:save(folder))
  print(("report: %s/index.html, report.md, rows.csv"):format(folder))
end

return pages
