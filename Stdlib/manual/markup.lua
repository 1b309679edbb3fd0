--- Turns what annotations and scripts say into HTML: the part of Markdown that they are written in, and Lua.
local document = require "vnn.document"
local names = require "vnn.names"
local settings = require "vnn.settings"

local markup = {}

local words = {}
for _, word in ipairs(names.reserved) do words[word] = true end

--- What a position of Lua code begins with, in the order of trying: a pattern, and what it is called.
local tokens = {
  { "^%-%-%[(=*)%[.-%]%1%]", "comment" }, { "^%-%-[^\n]*", "comment" }, { "^%[(=*)%[.-%]%1%]", "string" },
  { '^"[^"\\\n]*"', "string" }, { "^'[^'\\\n]*'", "string" }, { '^"[^\n]-[^\\]"', "string" },
  { "^[%a_][%w_]*", "name" }, { "^%d[%w%.]*", "number" }, { "^.", "other" },
}

--- Lua code as HTML, with comments, strings and keywords told apart.
---
--- ```lua
--- print(require("vnn.manual.markup").lua "local x = 1 -- one") --> <b>local</b> x = 1 <i>-- one</i>
--- ```
---@param code string
---@return string
function markup.lua(code)
  settings.expect("markup.lua", 1, code, "a string")
  local parts, position = {}, 1
  while position <= #code do
    for _, token in ipairs(tokens) do
      local first, last = code:find(token[1], position)
      if first then
        local text, kind = code:sub(first, last), token[2]
        local safe = document.escape(text)
        if kind == "comment" then safe = "<i>" .. safe .. "</i>" end
        if kind == "string" then safe = "<s>" .. safe .. "</s>" end
        if words[text] then safe = "<b>" .. safe .. "</b>" end
        parts[#parts + 1], position = safe, last + 1
        break
      end
    end
  end
  return table.concat(parts)
end

--- Words in a paragraph: code between backticks, which is a link where somebody knows it, and addresses.
---@param text string
---@param link fun(name: string): string? the address of what code names
---@return string
function markup.inline(text, link)
  settings.expect("markup.inline", 1, text, "a string")
  local parts = {}
  for before, code in (text .. "``"):gmatch "([^`]*)`([^`]*)`" do
    parts[#parts + 1] = (document.escape(before):gsub("https?://[%w%-._~/#?=&;%%+]*[%w/]", '<a href="%0">%0</a>'))
    if code ~= "" then
      local address = link(code)
      local shown = "<code>" .. document.escape(code) .. "</code>"
      parts[#parts + 1] = address and ('<a href="%s">%s</a>'):format(document.escape(address), shown) or shown
    end
  end
  return table.concat(parts)
end

--- Paragraphs, lists of lines that begin with `- `, Lua between fences, and what is indented or in columns as it is.
---@param text string
---@param link fun(name: string): string?
---@return string
function markup.blocks(text, link)
  settings.expect("markup.blocks", 1, text, "a string")
  local parts, paragraph, list, code, fenced = {}, {}, {}, {}, false
  local function finish()
    if #paragraph > 0 then parts[#parts + 1] = "<p>" .. markup.inline(table.concat(paragraph, "\n"), link) .. "</p>" end
    if #code > 0 then
      while code[#code] == "" do code[#code] = nil end
      local show = fenced and markup.lua or document.escape
      parts[#parts + 1] = "<pre>" .. show(table.concat(code, "\n")) .. "</pre>"
    end
    if #list > 0 then
      for position, item in ipairs(list) do list[position] = "<li>" .. markup.inline(item, link) .. "</li>" end
      parts[#parts + 1] = "<ul>" .. table.concat(list, "\n") .. "</ul>"
    end
    paragraph, list, code = {}, {}, {}
  end
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    local item = line:match "^%- (.*)"
    if line:find "^```" then
      finish()
      fenced = not fenced
    elseif fenced then
      code[#code + 1] = line
    elseif #list > 0 and line:find "^%s+%S" then
      list[#list] = list[#list] .. "\n" .. line:match "^%s*(.*)"
    elseif line:find "^%s+%S" or line:find "%S   +%S" or line == "" and #code > 0 then
      if #code == 0 then finish() end
      code[#code + 1] = line
    elseif item then
      if #list == 0 then finish() end
      list[#list + 1] = item
    elseif line == "" then
      finish()
    else
      if #code > 0 or #list > 0 then finish() end
      paragraph[#paragraph + 1] = line
    end
  end
  finish()
  return table.concat(parts, "\n")
end

return markup
