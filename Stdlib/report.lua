--- Plain-text reports: aligned tables, progress on one line, seconds that people can read.
local settings = require "vnn.settings"

local report = {}

local function width(text) return utf8.len(text) or #text end

--- Lays out rows under headers in aligned columns; numbers are set right, text left.
---
--- ```lua
--- local report = require "vnn.report"
--- print(report.table({ "rate", "found" }, { { 0.5, "yes" }, { 0.95, "no" } }))
--- --> rate  found
--- -->  0.5  yes
--- --> 0.95  no
--- ```
---@param headers string[]
---@param rows any[][]
---@return string
function report.table(headers, rows)
  settings.expect("report.table", 1, headers, "a list of strings")
  settings.expect("report.table", 2, rows, "a list of tables")
  local widths, numeric = {}, {}
  for column, header in ipairs(headers) do
    widths[column], numeric[column] = width(header), #rows > 0
    for _, row in ipairs(rows) do
      local value = row[column]
      widths[column] = math.max(widths[column], width(tostring(value == nil and "" or value)))
      if type(value) ~= "number" and value ~= nil then numeric[column] = false end
    end
  end
  local function line(cells)
    local parts = {}
    for column = 1, #headers do
      local text = tostring(cells[column] == nil and "" or cells[column])
      local padding = (" "):rep(widths[column] - width(text))
      parts[column] = numeric[column] and padding .. text or text .. padding
    end
    return (table.concat(parts, "  "):gsub("%s+$", ""))
  end
  local lines = { line(headers) }
  for _, row in ipairs(rows) do lines[#lines + 1] = line(row) end
  return table.concat(lines, "\n")
end

--- A number in the fewest digits that give it back.
---
--- ```lua
--- local report = require "vnn.report"
--- print(report.number(0.3), report.number(5.0), report.number(1 / 3)) --> 0.3	5	0.3333333333333333
--- ```
---@param value number
---@return string
function report.number(value)
  settings.expect("report.number", 1, value, "a number")
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then return ("%d"):format(value) end
  for digits = 15, 16 do
    local text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value then return text end
  end
  return ("%.17g"):format(value)
end

--- What fields that are no numbers to Lua stand for.
local words = {
  ["true"] = true, ["false"] = false, inf = math.huge, ["-inf"] = -math.huge, nan = 0 / 0, ["-nan"] = 0 / 0,
}

local function field(value)
  if value == nil then return "" end
  local text = type(value) == "number" and report.number(value) or tostring(value)
  -- A text that reads as something else, such as a digest of digits, is one by its quotes.
  local is_like_another = type(value) == "string" and (tonumber(text) or words[text] ~= nil or text == "")
  local is_quoted = is_like_another or text:find '[",\r\n]'
  return is_quoted and '"' .. text:gsub('"', '""') .. '"' or text
end

--- Rows as comma-separated values with a line of headers (RFC 4180), as pandas and R read them; nil is an empty field.
---
--- ```lua
--- local report = require "vnn.report"
--- io.write(report.csv({ "name", "rate, pruned" }, { { "a, b", 0.5 }, { "c" } }))
--- --> name,"rate, pruned"
--- --> "a, b",0.5
--- --> c,
--- ```
---@param headers string[]
---@param rows any[][]
---@return string
function report.csv(headers, rows)
  settings.expect("report.csv", 1, headers, "a list of strings")
  settings.expect("report.csv", 2, rows, "a list of tables")
  local lines = {}
  local function add(row)
    local cells = {}
    for column = 1, #headers do cells[column] = field(row[column]) end
    lines[#lines + 1] = table.concat(cells, ",")
  end
  add(headers)
  for _, row in ipairs(rows) do add(row) end
  return table.concat(lines, "\n") .. "\n"
end

--- The field that begins at a place of comma-separated values, and the place of what ends it. A quoted one is a text;
--- of others numbers and booleans are what they read as, and an empty one is nil.
local function next_field(text, place)
  if text:sub(place, place) ~= '"' then
    local stop = text:find("[,\r\n]", place) or #text + 1
    local content = text:sub(place, stop - 1)
    if words[content] ~= nil then return words[content], stop end
    return tonumber(content) or content ~= "" and content or nil, stop
  end
  local stop = place
  repeat
    stop = text:find('"', stop + 1, true) or #text + 1
    local is_doubled = text:sub(stop + 1, stop + 1) == '"'
    if is_doubled then stop = stop + 1 end
  until not is_doubled
  local content = text:sub(place + 1, stop - 1):gsub('""', '"')
  return content, stop + 1
end

--- The rows that `report.csv` wrote, each a table by the headers: texts, numbers and booleans as they were, nothing
--- where a field was empty.
---
--- ```lua
--- local report = require "vnn.report"
--- local rows = report.rows(report.csv({ "id", "rate", "found" }, { { "a, b", 0.5, true }, { "c" } }))
--- print(rows[1].id, rows[1].rate, rows[1].found, rows[2].id, rows[2].rate) --> a, b	0.5	true	c	nil
--- ```
---@param text string comma-separated values with a line of headers (RFC 4180)
---@return table<string, string|number|boolean>[]
function report.rows(text)
  settings.expect("report.rows", 1, text, "a string")
  local headers, rows, row, column, place = nil, {}, {}, 1, 1
  while place <= #text do
    local value, stop = next_field(text, place)
    row[headers and headers[column] or column] = value
    column = column + 1
    local ending = text:match("^\r?\n", stop)
    if ending or stop > #text then
      if headers then rows[#rows + 1] = row end
      headers, row, column = headers or row, {}, 1
    end
    place = stop + #(ending or ",")
  end
  return rows
end

--- Seconds with two or three significant digits and a unit.
---
--- ```lua
--- local report = require "vnn.report"
--- print(report.seconds(0.00045), report.seconds(0.038), report.seconds(74)) --> 0.45 ms	38.0 ms	74 s
--- ```
---@param seconds number?
---@return string text "-" for nil
function report.seconds(seconds)
  settings.expect("report.seconds", 1, seconds, "a number or nothing")
  if not seconds then return "-" end
  if seconds < 0.001 then return ("%.2f ms"):format(seconds * 1000) end
  if seconds < 0.1 then return ("%.1f ms"):format(seconds * 1000) end
  if seconds < 10 then return ("%.2f s"):format(seconds) end
  return ("%.0f s"):format(seconds)
end

--- A ratio with two decimals, or where that would be little more than 0, with one digit that is not.
---
--- ```lua
--- local report = require "vnn.report"
--- print(report.ratio(0.914), report.ratio(0.0042), report.ratio(nil)) --> 0.91	0.004	-
--- ```
---@param ratio number?
---@return string text "-" for nil
function report.ratio(ratio)
  settings.expect("report.ratio", 1, ratio, "a number or nothing")
  if not ratio then return "-" end
  return (ratio >= 0.05 and "%.2f" or "%.1g"):format(ratio)
end

--- One line about a result of `vnn.surrogate` or `vnn.portfolio`: the verdict, what decided it, how long it took and by
--- what margin.
---@param result vnn.verdict.Result
---@return string
function report.verdict(result)
  settings.expect("report.verdict", 1, result, "a table")
  local how = result.decided_by and (" by %s"):format(result.decided_by) or ""
  if result.reason then how = how .. (" (%s)"):format(result.reason) end
  local margin = result.witness and ("  margin %.6f"):format(result.witness.margin) or ""
  return ("%s%s in %s%s"):format(result.verdict, how, report.seconds(result.seconds), margin)
end

--- What shows progress in place of the terminal.
local show_progress

--- Has another front end than the terminal show what `report.progress` is given.
---@param show fun(text?: string)
function report.show_progress_by(show)
  settings.expect("report.show_progress_by", 1, show, "a function")
  show_progress = show
end

--- Whether another front end than the terminal shows progress.
---@return boolean
function report.has_front_end() return show_progress ~= nil end

--- Whether anybody sees progress: at a terminal, or in a notebook.
---@return boolean
function report.has_progress()
  return show_progress ~= nil or require("vnn.system").is_terminal "stderr"
end

--- Shows `text` on the terminal's current line in place of what it showed before; silent when standard error is no
--- terminal. Call `report.progress()` to clear the line.
---@param text? string
function report.progress(text)
  settings.expect("report.progress", 1, text, "a string or nothing")
  if show_progress then return show_progress(text) end
  if not report.has_progress() then return end
  io.stderr:write("\r\27[K", text or "")
  io.stderr:flush()
end

--- A bar of `columns` cells of which `fraction` is filled.
---
--- ```lua
--- print(require("vnn.report").bar(0.5, 8)) --> ████░░░░
--- ```
---@param fraction number 0 to 1
---@param columns? integer (default: 24)
---@return string
function report.bar(fraction, columns)
  settings.expect("report.bar", 1, fraction, "a number")
  settings.expect("report.bar", 2, columns, "an integer or nothing")
  columns = columns or 24
  local filled = math.floor(fraction * columns + 0.5)
  return ("█"):rep(filled) .. ("░"):rep(columns - filled)
end

return report
