--- Pieces of HTML for notebooks.
local document = require "vnn.document"
local format = require "vnn.prompt.format"
local names = require "vnn.names"
local settings = require "vnn.settings"

local html = {}

--- How much of a table is shown.
local most_rows, most_columns = 60, 20

local function text_of(value)
  if value == nil then return "" end
  return document.escape(type(value) == "string" and value or format.text(value, { depth = 1, characters = 80 }))
end

local function row(tag, cells)
  local parts = {}
  for position, cell in ipairs(cells) do parts[position] = ("<%s>%s</%s>"):format(tag, cell, tag) end
  return "<tr>" .. table.concat(parts) .. "</tr>"
end

local function table_text(headers, rows)
  local lines = { "<table>" }
  if #headers > 0 then lines[#lines + 1] = "<thead>" .. row("th", headers) .. "</thead>" end
  lines[#lines + 1] = "<tbody>"
  for position, cells in ipairs(rows) do
    if position > most_rows then
      lines[#lines + 1] = row("td", { ("… and %d more"):format(#rows - most_rows) })
      break
    end
    lines[#lines + 1] = row("td", cells)
  end
  lines[#lines + 1] = "</tbody></table>"
  return table.concat(lines)
end

--- A whole page within a page, in a frame of its own that scrolls, runs no scripts and is nobody's page.
---@param page string
---@return string
function html.frame(page)
  settings.expect("html.frame", 1, page, "a string")
  return ('<iframe sandbox="" srcdoc="%s" style="width: 100%%; height: 36em; border: 1px solid #ccc"></iframe>'):format(
    document.escape(page))
end

--- A line of text.
---@param text string
---@return string
function html.paragraph(text)
  settings.expect("html.paragraph", 1, text, "a string")
  return "<p>" .. document.escape(text) .. "</p>"
end

--- A PNG picture with what it shows below.
---@param png string in Base64
---@param caption string
---@return string
function html.image(png, caption)
  settings.expect("html.image", 1, png, "a string")
  settings.expect("html.image", 2, caption, "a string")
  local style = "display:inline-block;margin:0 1em 1em 0"
  local source = '<img alt="%s" style="border:1px solid #999" src="data:image/png;base64,%s">'
  local picture = source:format(document.escape(caption), png)
  return ('<figure style="%s">%s<figcaption>%s</figcaption></figure>'):format(style, picture, document.escape(caption))
end

--- What is known of an object.
---@param title string
---@param facts { [1]: string, [2]: string }[] labels and texts
---@return string
function html.facts(title, facts)
  settings.expect("html.facts", 1, title, "a string")
  settings.expect("html.facts", 2, facts, "a list of tables")
  local rows = {}
  for position, fact in ipairs(facts) do
    rows[position] = { "<b>" .. document.escape(fact[1]) .. "</b>", document.escape(fact[2]) }
  end
  return html.paragraph(title) .. table_text({}, rows)
end

--- The numbers of a matrix.
---@param rows number[][]
---@return string
function html.matrix(rows)
  settings.expect("html.matrix", 1, rows, "a list of tables")
  local lines = {}
  for position, numbers in ipairs(rows) do
    lines[position] = {}
    for column, number in ipairs(numbers) do lines[position][column] = ("%.5g"):format(number) end
  end
  return table_text({}, lines)
end

--- Whether a table is what every row of a table is: no list, and with names only.
local function is_record(value)
  if type(value) ~= "table" or next(value) == nil then return false end
  for key in next, value do
    if type(key) ~= "string" then return false end
  end
  return true
end

local function all(list, holds)
  for _, value in ipairs(list) do
    if not holds(value) then return false end
  end
  return #list > 0
end

local function is_plain_list(value)
  return type(value) == "table" and next(value, #value > 0 and #value or nil) == nil
    and all(value, function(element) return type(element) ~= "table" end)
end

local function count(value)
  local number = 0
  for _ in next, value do number = number + 1 end
  return number
end

--- A table as HTML: rows with the same names, rows of values, or names with values.
---
--- ```lua
--- print(require("vnn.kernel.html").table_of { x = 1 })
--- --> <table><tbody><tr><td><b>x</b></td><td>1</td></tr></tbody></table>
--- ```
---@param value table
---@return string? html nil where text says as much
function html.table_of(value)
  settings.expect("html.table_of", 1, value, "a table")
  if getmetatable(value) ~= nil then return nil end
  local is_list = #value > 0 and count(value) == #value
  if is_list and all(value, is_record) then
    local columns = {}
    for _, record in ipairs(value) do
      for name in next, record do columns[name] = true end
    end
    local headers, rows = names.sorted(columns), {}
    if #headers > most_columns then return nil end
    for position, record in ipairs(value) do
      rows[position] = {}
      for column, name in ipairs(headers) do rows[position][column] = text_of(record[name]) end
    end
    for column, name in ipairs(headers) do headers[column] = document.escape(name) end
    return table_text(headers, rows)
  elseif is_list and all(value, is_plain_list) then
    local rows = {}
    for position, list in ipairs(value) do
      if #list > most_columns then return nil end
      rows[position] = {}
      for column, element in ipairs(list) do rows[position][column] = text_of(element) end
    end
    return table_text({}, rows)
  elseif is_record(value) then
    local rows = {}
    for position, name in ipairs(names.sorted(value)) do
      rows[position] = { "<b>" .. document.escape(name) .. "</b>", text_of(value[name]) }
    end
    return table_text({}, rows)
  end
  return nil
end

return html
