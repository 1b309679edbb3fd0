--- The whole manual as pages for a browser: `vnnlua help --html DIR`. They need nothing but each other.
local annotations = require "vnn.host.annotations"
local escape = require("vnn.document").escape
local json = require "vnn.json"
local look = require "vnn.manual.look"
local markup = require "vnn.manual.markup"
local settings = require "vnn.settings"
local shipped = require "vnn.host.shipped"
local system = require "vnn.system"

local site = {}

---@class vnn.manual.Page
---@field file string
---@field title string
---@field group string the heading in the navigation
---@field name string in the navigation
---@field body string HTML, made when all addresses are known

--- The place of an entry on its page.
local function anchor(name) return (name:gsub("[^%w_.%-]", ".")) end

local function file_of_module(name) return name .. ".html" end

--- Addresses of everything that has a name.
local function addresses(entries, subjects, rooms)
  local known = {}
  local function add(name, address) known[name] = known[name] or address end
  for _, entry in ipairs(entries) do
    local address = file_of_module(entry.module) .. (entry.kind == "module" and "" or "#" .. anchor(entry.name))
    add(entry.name, address)
    if entry.kind == "module" then add(entry.name:match "^vnn%.(.*)" or entry.name, address) end
    if entry.kind == "class" then add(entry.name:match "[%w_]+$", address) end
  end
  for _, subject in ipairs(subjects) do
    add("help " .. subject, "help-" .. subject .. ".html")
    add("vnnlua help " .. subject, "help-" .. subject .. ".html")
  end
  for _, room in ipairs(rooms) do
    for _, script in ipairs(room.scripts) do
      local address = ("%s-%s.html"):format(room.name, script.name)
      add("vnnlua run " .. script.name, address)
      add(("Scripts/%s/%s.lua"):format(room.name, script.name), address)
    end
  end
  return known
end

--- The address of what code names: all of it, or what it begins with, as `nn.train` in `nn.train(network)`.
local function linker(known)
  return function(code)
    local name = code:match "^[%w_.:]+"
    return known[code] or name and (known[name] or known[name:gsub("[.:]$", "")]) or nil
  end
end

--- A type, with links to the classes in it.
local function type_html(text, link)
  local parts, position = {}, 1
  for first, name, after in text:gmatch "()([%a_][%w_.]*)()" do
    local address = name:find "^vnn%." and link(name)
    parts[#parts + 1] = escape(text:sub(position, first - 1))
    parts[#parts + 1] = address and ('<a href="%s">%s</a>'):format(address, escape(name)) or escape(name)
    position = after
  end
  return "<code>" .. table.concat(parts) .. escape(text:sub(position)) .. "</code>"
end

local function items_html(title, items, link)
  if #items == 0 then return "" end
  local lines = { ("<h4>%s</h4><dl>"):format(title) }
  for _, item in ipairs(items) do
    local name = item.name and item.name ~= "" and ("<dt>%s</dt><dd>"):format(escape(item.name))
      or '<dd class="all">'
    lines[#lines + 1] = name .. type_html(item.type, link) .. " " .. markup.inline(item.text, link) .. "</dd>"
  end
  return table.concat(lines, "\n") .. "</dl>"
end

local titles = { constant = "Type", alias = "Is" }

local function entry_html(entry, link)
  local name = escape(entry.name .. (entry.arguments and "(" .. entry.arguments .. ")" or ""))
  local parts = {}
  if entry.kind ~= "module" then
    local id = anchor(entry.name)
    local extends = entry.parent and " extends " .. type_html(entry.parent, link) or ""
    parts[1] = ('<h3 id="%s"><a class="own" href="#%s"><code>%s</code></a>%s</h3>'):format(id, id, name, extends)
  end
  parts[#parts + 1] = markup.blocks(entry.text, link)
  parts[#parts + 1] = items_html("Arguments", entry.params, link)
  parts[#parts + 1] = items_html("Fields", entry.fields, link)
  parts[#parts + 1] = items_html(titles[entry.kind] or "Returns", entry.returns, link)
  for _, example in ipairs(entry.examples) do parts[#parts + 1] = "<pre>" .. markup.lua(example) .. "</pre>" end
  return table.concat(parts, "\n")
end

local function module_pages(pages, entries, link)
  local by_module, order = {}, {}
  for _, entry in ipairs(entries) do
    if not by_module[entry.module] then
      by_module[entry.module] = {}
      order[#order + 1] = entry.module
    end
    if entry.documented then table.insert(by_module[entry.module], entry) end
  end
  table.sort(order)
  for _, name in ipairs(order) do
    local parts = {}
    for _, entry in ipairs(by_module[name]) do parts[#parts + 1] = entry_html(entry, link) end
    pages[#pages + 1] = {
      file = file_of_module(name), title = name, group = "Reference", name = name, body = table.concat(parts, "\n"),
    }
  end
end

local function subject_pages(pages, subjects, link)
  local help = require "vnn.host.help"
  for _, subject in ipairs(subjects) do
    local text = help.text(subject)
    pages[#pages + 1] = {
      file = ("help-%s.html"):format(subject), title = subject, group = "Subjects", name = subject,
      text = annotations.summary(text:match "^(.-)\n\n" or text), body = markup.blocks(text, link),
    }
  end
end

--- Comments at a script's beginning are what it says, the rest is its code.
local function script_html(source, link)
  local text = {}
  local rest = source
  while rest:find "^%-%-%-" do
    local line, after = rest:match "^%-%-%- ?([^\n]*)\n(.*)$"
    if not line then break end
    text[#text + 1], rest = line, after
  end
  return markup.blocks(table.concat(text, "\n"), link) .. "\n<pre>" .. markup.lua(rest) .. "</pre>"
end

local function script_pages(pages, rooms, link)
  local home = shipped.home()
  for _, room in ipairs(rooms) do
    for _, script in ipairs(room.scripts) do
      local source = system.read_file(("%s/%s/%s.lua"):format(home, room.name, script.name)) or ""
      pages[#pages + 1] = {
        file = ("%s-%s.html"):format(room.name, script.name), title = script.name, group = room.name,
        name = script.name, text = script.text,
        body = ("<p><code>vnnlua run %s</code></p>\n"):format(script.name) .. script_html(source, link),
      }
    end
  end
end

--- The first page: what it is, in one picture and ten lines, and all pages.
local function start_page(pages, link)
  local parts = { require("vnn.manual.start") }
  local group
  for _, page in ipairs(pages) do
    if page.group ~= group then
      if group then parts[#parts + 1] = "</table>" end
      group = page.group
      parts[#parts + 1] = ("<h2>%s</h2><table>"):format(escape(group:gsub("^%l", string.upper)))
    end
    parts[#parts + 1] = ('<tr><td><a href="%s">%s</a></td><td>%s</td></tr>'):format(
      page.file, escape(page.name), markup.inline(page.text or "", link))
  end
  parts[#parts + 1] = "</table>"
  return { file = "index.html", title = "vnnlua", group = "", name = "vnnlua", body = table.concat(parts, "\n") }
end

local function navigation(pages, current)
  local parts, group = { '<ul><li><a href="index.html">vnnlua</a></li>' }, ""
  for _, page in ipairs(pages) do
    if page.group ~= group then
      group = page.group
      parts[#parts + 1] = ("</ul><h2>%s</h2><ul>"):format(escape(group))
    end
    parts[#parts + 1] = ('<li><a href="%s"%s>%s</a></li>'):format(
      page.file, page == current and ' aria-current="page"' or "", escape(page.name))
  end
  return table.concat(parts, "\n") .. "</ul>"
end

local function page_html(page, pages)
  return table.concat({
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    ("<title>%s</title><style>%s</style></head><body><nav>"):format(
      escape(page.title == "vnnlua" and "vnnlua" or page.title .. " — vnnlua"), look.style),
    '<input type="search" id="search" placeholder="search ( / )" aria-label="Search the manual">',
    '<ul id="found" hidden></ul>', navigation(pages, page), "</nav><main>",
    ("<h1>%s</h1>"):format(escape(page.title)), page.body, "</main>",
    '<script src="index.js"></script><script>', look.script, "</script></body></html>",
  }, "\n") .. "\n"
end

--- What the search looks through.
local function search_index(entries, pages)
  local rows = {}
  local function add(name, address, text) rows[#rows + 1] = { name, address, (text:gsub("`", "")) } end
  for _, page in ipairs(pages) do add(page.name, page.file, page.text or page.group) end
  for _, entry in ipairs(entries) do
    if entry.documented and entry.kind ~= "module" then
      add(entry.name, file_of_module(entry.module) .. "#" .. anchor(entry.name), annotations.summary(entry.text))
    end
  end
  return "const index=" .. json.encode(rows) .. "\n"
end

--- Writes the manual into a folder.
---@param folder string made where it is missing
---@return integer? pages nil when they cannot be written
---@return string? message
function site.write(folder)
  settings.expect("site.write", 1, folder, "a string")
  local entries, rooms = annotations.all(), shipped.rooms() or {}
  local subjects = require("vnn.host.help").subjects()
  local link, pages = linker(addresses(entries, subjects, rooms)), {}
  subject_pages(pages, subjects, link)
  module_pages(pages, entries, link)
  script_pages(pages, rooms, link)
  for _, entry in ipairs(entries) do
    for _, page in ipairs(entry.kind == "module" and pages or {}) do
      if page.file == file_of_module(entry.name) then page.text = annotations.summary(entry.text) end
    end
  end
  local made, message = system.make_directory(folder)
  if not made then return nil, message end
  local all = table.move(pages, 1, #pages, 2, { start_page(pages, link) })
  for _, page in ipairs(all) do
    made, message = system.write_file(("%s/%s"):format(folder, page.file), page_html(page, pages))
    if not made then return nil, message end
  end
  made, message = system.write_file(folder .. "/index.js", search_index(entries, pages))
  if not made then return nil, message end
  return #all
end

return site
