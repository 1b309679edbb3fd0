--- Documents of headings, paragraphs, tables and pictures that are written once and read as plain text, as Markdown, or
--- as one HTML page that needs no other file.
local report = require "vnn.report"
local settings = require "vnn.settings"
local system = require "vnn.system"

local document = {}

---@class vnn.Document
---@field title string
---@field blocks table[] what was added, in order
local Document = {}
Document.__index = Document

--- An empty document.
---
--- ```lua
--- local document = require "vnn.document"
--- local page = document.new "Results"
--- page:heading "Times"
--- page:table({ "rate", "found" }, { { 0.5, "yes" } }, "Table 1")
--- print(page:markdown())
--- --> # Results
--- -->
--- --> ## Times
--- -->
--- --> Table 1
--- -->
--- --> | rate | found |
--- --> |---|---|
--- --> | 0.5 | yes |
--- ```
---@param title string
---@return vnn.Document
function document.new(title)
  if type(title) ~= "string" then
    error(("document.new: expected a title, got %s"):format(type(title)), 2)
  end
  return setmetatable({ title = title, blocks = {} }, Document)
end

local function add(self, block)
  self.blocks[#self.blocks + 1] = block
  return self
end

--- Adds a heading.
---@param text string
---@return vnn.Document self
function Document:heading(text)
  settings.expect("Document:heading", 1, text, "a string")
  return add(self, { kind = "heading", text = text })
end

--- Adds a list of the headings of the whole document, in Markdown and HTML with links to them.
---@return vnn.Document self
function Document:contents() return add(self, { kind = "contents" }) end

--- Adds a paragraph of plain text.
---@param text string
---@return vnn.Document self
function Document:paragraph(text)
  settings.expect("Document:paragraph", 1, text, "a string")
  return add(self, { kind = "paragraph", text = text })
end

--- Adds lines that keep their spaces, such as a command.
---@param text string
---@return vnn.Document self
function Document:code(text)
  settings.expect("Document:code", 1, text, "a string")
  return add(self, { kind = "code", text = text })
end

--- Adds a table.
---@param headers string[]
---@param rows any[][] a nil is an empty cell
---@param caption string
---@return vnn.Document self
function Document:table(headers, rows, caption)
  settings.expect("Document:table", 1, headers, "a list of strings")
  settings.expect("Document:table", 2, rows, "a list of tables")
  settings.expect("Document:table", 3, caption, "a string")
  return add(self, { kind = "table", headers = headers, rows = rows, caption = caption })
end

--- Adds a picture from its file: an SVG, or a PNG.
---@param path string
---@param caption string
---@param description? string what it shows, for those who do not see it (default: the caption's first sentences, up to
---  the number and the name)
---@return vnn.Document self
function Document:picture(path, caption, description)
  settings.expect("Document:picture", 1, path, "a string")
  settings.expect("Document:picture", 2, caption, "a string")
  settings.expect("Document:picture", 3, description, "a string or nothing")
  local name = caption:match "^Figure %d+%. .-%." or caption:match "^(.-)[.;] " or caption
  return add(self, { kind = "picture", path = path, caption = caption, description = description or name })
end

--- The headings, each with a name for links: as GitHub makes them.
local function headings(self)
  local list, counts = {}, {}
  for _, block in ipairs(self.blocks) do
    if block.kind == "heading" then
      local anchor = block.text:lower():gsub("[^%w%s\128-\255_-]", ""):gsub("%s", "-")
      local before = counts[anchor]
      counts[anchor] = (before or 0) + 1
      list[#list + 1] = { text = block.text, anchor = before and ("%s-%d"):format(anchor, before) or anchor }
    end
  end
  return list
end

local function cell(value)
  if value == nil then return "" end
  if math.type(value) == "float" then return ("%.4g"):format(value) end
  return tostring(value)
end

local function cells(block)
  local rows = {}
  for position, row in ipairs(block.rows) do
    rows[position] = {}
    for column = 1, #block.headers do rows[position][column] = cell(row[column]) end
  end
  return rows
end

local text = {}
function text.heading(block) return block.text .. "\n" .. ("-"):rep(utf8.len(block.text) or #block.text) end
function text.paragraph(block) return block.text end
function text.code(block) return "  " .. block.text:gsub("\n", "\n  ") end
function text.table(block) return block.caption .. "\n\n" .. report.table(block.headers, cells(block)) end
function text.picture(block) return ("%s: %s"):format(block.caption, block.path) end
function text.contents(_, list)
  local lines = {}
  for position, heading in ipairs(list) do lines[position] = "- " .. heading.text end
  return table.concat(lines, "\n")
end

--- The document for a terminal.
---@return string
function Document:text()
  local parts = { self.title .. "\n" .. ("="):rep(utf8.len(self.title) or #self.title) }
  local list = headings(self)
  for _, block in ipairs(self.blocks) do parts[#parts + 1] = text[block.kind](block, list) end
  return table.concat(parts, "\n\n")
end

local markdown = {}
function markdown.heading(block) return "## " .. block.text end
function markdown.paragraph(block) return block.text end
function markdown.code(block) return "```\n" .. block.text .. "\n```" end
function markdown.picture(block)
  return ("![%s](%s)\n\n%s"):format(block.description:gsub("[%[%]]", "\\%0"), block.path, block.caption)
end
function markdown.contents(_, list)
  local lines = {}
  for position, heading in ipairs(list) do lines[position] = ("- [%s](#%s)"):format(heading.text, heading.anchor) end
  return table.concat(lines, "\n")
end
function markdown.table(block)
  local lines = { "| " .. table.concat(block.headers, " | ") .. " |", "|" .. ("---|"):rep(#block.headers) }
  for _, row in ipairs(cells(block)) do
    for column, value in ipairs(row) do row[column] = value:gsub("|", "\\|") end
    lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |"
  end
  return block.caption .. "\n\n" .. table.concat(lines, "\n")
end

--- The document as Markdown. Pictures are links to their files.
---@param folder? string where the text will be; pictures in it are named without it
---@return string
function Document:markdown(folder)
  settings.expect("Document:markdown", 1, folder, "a string or nothing")
  local parts, list = { "# " .. self.title }, headings(self)
  for _, block in ipairs(self.blocks) do
    if block.kind == "picture" and folder and block.path:sub(1, #folder + 1) == folder .. "/" then
      block = settings.joined(block, { path = block.path:sub(#folder + 2) })
    end
    parts[#parts + 1] = markdown[block.kind](block, list)
  end
  return table.concat(parts, "\n\n")
end

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- A text as it stands in HTML.
---
--- ```lua
--- print(require("vnn.document").escape 'a < "b" & c') --> a &lt; &quot;b&quot; &amp; c
--- ```
---@param content string
---@return string
function document.escape(content)
  settings.expect("document.escape", 1, content, "a string")
  return (content:gsub('[&<>"]', entities))
end

local function escape(value) return document.escape(cell(value)) end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
  local parts = {}
  for position = 1, #bytes, 3 do
    local a, b, c = bytes:byte(position, position + 2)
    local word = a << 16 | (b or 0) << 8 | (c or 0)
    for shift = 18, 0, -6 do
      local index = (word >> shift & 63) + 1
      parts[#parts + 1] = (shift == 6 and not b or shift == 0 and not c) and "=" or alphabet:sub(index, index)
    end
  end
  return table.concat(parts)
end

--- The SVG element of a file, with what it shows. Its names get a prefix of their own, or pictures on one page would
--- share their parts.
local function inline_svg(content, prefix, description)
  content = content:gsub("^.-<svg", ('<svg role="img" aria-label="%s"'):format(escape(description):gsub("%%", "%%%%")))
  content = content:gsub("(%sid=[\"'])", "%1" .. prefix)
  content = content:gsub("(href=[\"']#)", "%1" .. prefix)
  return (content:gsub("(url%(['\"]?#)", "%1" .. prefix))
end

local html = {}
function html.contents(_, list)
  local lines = {}
  for position, heading in ipairs(list) do
    lines[position] = ('<li><a href="#%s">%s</a></li>'):format(heading.anchor, escape(heading.text))
  end
  return "<nav><ul>" .. table.concat(lines, "\n") .. "</ul></nav>"
end
function html.paragraph(block) return ("<p>%s</p>"):format(escape(block.text)) end
function html.code(block) return ("<pre>%s</pre>"):format(escape(block.text)) end

function html.table(block)
  local lines = { '<div class="scroll"><table>', ("<caption>%s</caption><thead><tr>"):format(escape(block.caption)) }
  for _, header in ipairs(block.headers) do lines[#lines + 1] = ("<th>%s</th>"):format(escape(header)) end
  lines[#lines + 1] = "</tr></thead><tbody>"
  for _, row in ipairs(cells(block)) do
    local line = {}
    for column, value in ipairs(row) do line[column] = ("<td>%s</td>"):format(escape(value)) end
    lines[#lines + 1] = "<tr>" .. table.concat(line) .. "</tr>"
  end
  lines[#lines + 1] = "</tbody></table></div>"
  return table.concat(lines, "\n")
end

function html.picture(block, _, position)
  local content = assert(system.read_file(block.path))
  local body
  if block.path:match "%.svg$" then
    body = inline_svg(content, ("p%d-"):format(position), block.description)
  else
    body = ('<img alt="%s" src="data:image/png;base64,%s">'):format(escape(block.description), base64(content))
  end
  return ("<figure>%s<figcaption>%s</figcaption></figure>"):format(body, escape(block.caption))
end

local style = [[
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #ccc}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;margin:1rem 0}
caption{text-align:left;padding-bottom:.5rem;color:#444}th,td{padding:.25rem .6rem;text-align:right}
td{white-space:nowrap}th:first-child,td:first-child{text-align:left}
thead th{border-bottom:2px solid #444;vertical-align:bottom}
tbody tr:nth-child(even){background:#f4f4f4}figure{margin:1.5rem 0}figure svg,figure img{max-width:100%;height:auto}
figcaption{color:#444;font-size:.9rem}pre{background:#f4f4f4;padding:.75rem;overflow-x:auto}
@page{margin:12mm}
@media print{body{font-size:10pt;max-width:none;margin:0;padding:0}.scroll{overflow:visible}
table{font-size:6.4pt;line-height:1.2;width:100%}th,td{padding:.1rem .2rem}td{white-space:normal}
pre{white-space:pre-wrap}figure,tr{break-inside:avoid}h2,caption{break-after:avoid}}]]

--- The document as one HTML page, with its pictures inside.
---@return string
function Document:html()
  local parts = {
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    ("<title>%s</title><style>%s</style></head><body>"):format(escape(self.title), style),
    ("<h1>%s</h1>"):format(escape(self.title)),
  }
  local list, number = headings(self), 0
  for position, block in ipairs(self.blocks) do
    if block.kind == "heading" then
      number = number + 1
      parts[#parts + 1] = ('<h2 id="%s">%s</h2>'):format(list[number].anchor, escape(block.text))
    else
      parts[#parts + 1] = html[block.kind](block, list, position)
    end
  end
  parts[#parts + 1] = "</body></html>"
  return table.concat(parts, "\n") .. "\n"
end

--- What is told of pages that were saved.
local show_saved

--- Has a front end that shows pages told of every one that is saved.
---@param show fun(page: vnn.Document)
function document.show_saved_by(show)
  settings.expect("document.show_saved_by", 1, show, "a function")
  show_saved = show
end

--- Writes `report.md` and `index.html` into a folder.
---@param folder string which is there
---@return true? written nil when a file cannot be written
---@return string? message
function Document:save(folder)
  settings.expect("Document:save", 1, folder, "a string")
  local written, message = system.write_file(folder .. "/report.md", self:markdown(folder) .. "\n")
  if not written then return nil, message end
  written, message = system.write_file(folder .. "/index.html", self:html())
  if written and show_saved then show_saved(self) end
  return written, message
end

return document
