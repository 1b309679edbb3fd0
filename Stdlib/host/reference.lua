--- Makes the reference, one Markdown text, of the annotations.
local annotations = require "vnn.host.annotations"

local reference = {}

local function code(text) return "`" .. text:gsub("\n", " ") .. "`" end

local function items(lines, title, list)
  if #list == 0 then return end
  lines[#lines + 1] = ""
  lines[#lines + 1] = title
  lines[#lines + 1] = ""
  for _, item in ipairs(list) do
    local text = item.text:gsub("\n", " ")
    local head = item.name and item.name ~= "" and code(item.name) .. " " or ""
    lines[#lines + 1] = ("- %s%s%s"):format(head, code(item.type), text ~= "" and ": " .. text or "")
  end
end

local function heading(entry)
  if entry.kind == "module" then return "## " .. entry.name end
  if entry.kind == "class" or entry.kind == "alias" then
    return "### " .. entry.name .. (entry.parent and " (extends " .. entry.parent .. ")" or "")
  end
  return "#### " .. entry.name .. (entry.arguments and "(" .. entry.arguments .. ")" or "")
end

--- What the types of an entry are called.
local titles = { constant = "Type:", alias = "Is:" }

local function describe(lines, entry)
  lines[#lines + 1] = ""
  lines[#lines + 1] = heading(entry)
  if entry.text ~= "" then
    lines[#lines + 1] = ""
    lines[#lines + 1] = entry.text
  end
  items(lines, "Arguments:", entry.params)
  items(lines, "Fields:", entry.fields)
  items(lines, titles[entry.kind] or "Returns:", entry.returns)
  for _, example in ipairs(entry.examples) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = "```lua\n" .. example .. "\n```"
  end
end

--- The whole reference.
---
--- ```lua
--- print(require("vnn.host.reference").markdown():match "^[^\n]+") --> # Reference
--- ```
---@return string
function reference.markdown()
  local modules, order = {}, {}
  for _, entry in ipairs(annotations.all()) do
    if not modules[entry.module] then
      modules[entry.module] = {}
      order[#order + 1] = entry.module
    end
    table.insert(modules[entry.module], entry)
  end
  table.sort(order)
  local lines = {
    "# Reference",
    "",
    "Everything that a script can require, made by `Scripts/build-reference` of the annotations in this folder; the",
    'same is in the program: `vnnlua help tensor.matmul`, or `help "tensor.matmul"` at the prompt.',
    "",
  }
  for _, name in ipairs(order) do
    lines[#lines + 1] = ("- [%s](#%s)"):format(name, (name:gsub("%.", "")))
  end
  for _, name in ipairs(order) do
    if modules[name][1].kind ~= "module" then
      lines[#lines + 1] = ""
      lines[#lines + 1] = "## " .. name
    end
    for _, entry in ipairs(modules[name]) do
      -- Helpers without a word about them are not for users.
      if entry.documented then describe(lines, entry) end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return reference
