--- Reads the annotations of Lua files (LuaCATS comments), from which the help and the reference are made.
local criteria = require "vnn.host.criteria"
local settings = require "vnn.settings"
local system = require "vnn.system"

local annotations = {}

---@class vnn.host.annotations.Item a parameter, result or field
---@field name? string
---@field type string
---@field text string

---@class vnn.host.annotations.Entry
---@field kind "module"|"class"|"alias"|"function"|"method"|"constant"
---@field name string as people write it: `vnn.tensor`, `vnn.Tensor`, `tensor.matmul`, `Tensor:relu`
---@field module string the module in whose file it is
---@field text string what it says, without examples
---@field examples string[] Lua code
---@field params vnn.host.annotations.Item[]
---@field returns vnn.host.annotations.Item[]
---@field fields vnn.host.annotations.Item[]
---@field operators string[]
---@field parent? string the class that a class extends
---@field arguments? string the parameters of a function as written: `a, b`
---@field path string the file, relative to Stdlib
---@field line integer
---@field documented boolean whether it has any comment

local function new_entry(kind, name, file, line)
  return {
    kind = kind,
    name = name,
    module = file.module,
    text = "",
    examples = {},
    params = {},
    returns = {},
    fields = {},
    operators = {},
    path = file.path,
    line = line,
    documented = false,
  }
end

--- Splits the type off the beginning of `text`: a type may hold spaces inside brackets and after colons and bars.
local function split_type(text)
  local depth, position = 0, 1
  while position <= #text do
    local character = text:sub(position, position)
    if character:find "[%(%[{<]" then depth = depth + 1 end
    if character:find "[%)%]}>]" then depth = depth - 1 end
    if character == '"' then position = text:find('"', position + 1, true) or #text end
    if character == " " and depth <= 0 then
      local before, after = text:sub(1, position - 1), text:sub(position + 1)
      if not before:find "[|:,]$" and not after:find "^|" then return before, after end
    end
    position = position + 1
  end
  return text, ""
end

local function named_item(text)
  local name, rest = text:match "^(%S+)%s*(.*)$"
  if text:find "^%[" then
    name, rest = text:match "^(%b[])%s*(.*)$"
  end
  if not name then return { name = "", type = "any", text = "" } end
  local kind, words = split_type(rest)
  return { name = name, type = kind, text = words }
end

local articles = { a = true, an = true, the = true, of = true, each = true, one = true }

--- A result is a type and perhaps a name, which is one word before the rest; `#` begins a text without a name.
local function result_item(text)
  local kind, rest = split_type(text)
  local name, words = rest:match "^([%l_][%w_]*)%s*(.*)$"
  if not name or #words > 0 and (words:find "^x " or articles[name]) then
    name, words = nil, rest
  end
  return { name = name, type = kind, text = words }
end

--- Takes the code between fences out of a text.
local function take_examples(lines)
  local text, examples, code = {}, {}, nil
  for _, line in ipairs(lines) do
    if code and line:find "^```" then
      examples[#examples + 1] = table.concat(code, "\n")
      code = nil
    elseif code then
      code[#code + 1] = line
    elseif line == "```lua" then
      code = {}
    else
      text[#text + 1] = line
    end
  end
  return (table.concat(text, "\n"):gsub("\n\n\n+", "\n\n"):gsub("^%s+", ""):gsub("%s+$", "")), examples
end

--- The plain lines and the tags of one block of comment lines; what follows a tag belongs to it.
local function split_block(block)
  local plain, tags = {}, {}
  for _, line in ipairs(block) do
    local tag, rest = line:match "^@(%S+)%s*(.*)$"
    if tag then
      tags[#tags + 1] = { name = tag, text = rest }
    elseif #tags > 0 then
      tags[#tags].text = tags[#tags].text .. "\n" .. (line:gsub("^ ", ""))
    else
      plain[#plain + 1] = (line:gsub("^ ", ""))
    end
  end
  return plain, tags
end

local function fill(entry, block)
  local plain, tags = split_block(block)
  entry.text, entry.examples = take_examples(plain)
  entry.documented = #block > 0
  for _, tag in ipairs(tags) do
    if tag.name == "param" then
      entry.params[#entry.params + 1] = named_item(tag.text)
    elseif tag.name == "field" then
      entry.fields[#entry.fields + 1] = named_item(tag.text)
    elseif tag.name == "return" then
      entry.returns[#entry.returns + 1] = result_item(tag.text)
    elseif tag.name == "operator" then
      entry.operators[#entry.operators + 1] = tag.text
    elseif tag.name == "type" then
      entry.returns[1] = { type = tag.text, text = "" }
    end
  end
  return entry
end

local type_tags = { class = true, alias = true }

--- The classes and aliases that a block describes: each begins at its tag, the first with the text before it.
local function type_entries(file, block, line)
  local parts = {}
  for _, text in ipairs(block) do
    local begins_type = type_tags[text:match "^@(%l+)"] or false
    if begins_type or #parts == 0 then
      local is_first = #parts == 1 and not parts[1].has_type
      if not is_first then parts[#parts + 1] = {} end
      parts[#parts].has_type = begins_type
    end
    table.insert(parts[#parts], text)
  end
  local entries = {}
  for _, part in ipairs(parts) do
    for _, tag in ipairs((select(2, split_block(part)))) do
      local name, rest = tag.text:gsub("^%(%a+%)%s*", ""):match "^([%w_.]+)(.*)$"
      if type_tags[tag.name] and name then
        local entry = fill(new_entry(tag.name, name, file, line), part)
        if tag.name == "alias" then
          entry.returns[1] = { type = rest:gsub("%s+", " "):gsub("^[ |]+", ""), text = "" }
        else
          entry.parent = rest:match "^%s*:%s*([%w_.]+)"
          local words = rest:gsub("^%s*:%s*[%w_.]+", ""):gsub("^%s+", "")
          if entry.text == "" then entry.text = words end
        end
        entries[#entries + 1] = entry
        break
      end
    end
  end
  return entries
end

local function has_tag(block, name)
  for _, line in ipairs(block) do
    local value = line:match("^@" .. name .. "%s*(.*)$")
    if value then return value end
  end
  return nil
end

local function read_code(file, owners, block, line, number)
  local owner, separator, name, arguments = line:match "^function ([%w_]+)([.:])([%w_]+)%((.-)%)"
  if owner and owners[owner] then
    local place = owners[owner]
    local kind = place.kind == "class" and "method" or "function"
    local mark = place.kind == "class" and separator or "."
    local entry = new_entry(kind, place.name:match "[^.]+$" .. mark .. name, file, number)
    entry.arguments = arguments
    if place.kind == "class" then entry.class = place.name end
    file.entries[#file.entries + 1] = fill(entry, block)
    return
  end
  owner, name = line:match "^([%w_]+)%.([%w_]+) = "
  if owner and owners[owner] and owners[owner].kind == "module" then
    local entry = fill(new_entry("constant", owners[owner].name:match "[^.]+$" .. "." .. name, file, number), block)
    -- A function that is written in another file.
    if has_tag(block, "return") then
      local parameters = {}
      for position, parameter in ipairs(entry.params) do parameters[position] = parameter.name:gsub("%?$", "") end
      entry.kind, entry.arguments = "function", table.concat(parameters, ", ")
    end
    file.entries[#file.entries + 1] = entry
  end
end

--- Reads the annotations of one file.
---@param path string relative to Stdlib, such as `report.lua` or `meta/tensor.lua`
---@param source string its content
---@return vnn.host.annotations.Entry[] entries the module first, then in the order of the file
function annotations.parse(path, source)
  settings.expect("annotations.parse", 1, path, "a string")
  settings.expect("annotations.parse", 2, source, "a string")
  local name = "vnn." .. path:gsub("^meta/", ""):gsub("%.lua$", ""):gsub("/", ".")
  local file = { path = path, module = name, entries = {} }
  local module = new_entry("module", name, file, 1)
  file.entries[1] = module
  local owners = { [name:match "[^.]+$"] = module }
  local block, number, started = {}, 0, 1
  for line in (source .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local comment = line:match "^%-%-%-(.*)$"
    if comment then
      if #block == 0 then started = number end
      block[#block + 1] = comment
    else
      local types = type_entries(file, block, started)
      if #types > 0 then
        table.move(types, 1, #types, #file.entries + 1, file.entries)
        local variable = line:match "^local ([%w_]+) ="
        if variable then owners[variable] = types[#types] end
      elseif not line:find "^function " and #block > 0 and not module.documented and not has_tag(block, "meta") then
        fill(module, block)
      else
        read_code(file, owners, block, line, started)
      end
      block = {}
      started = number + 1
    end
  end
  return file.entries
end

--- Whether a file is no module that scripts are meant to require: those lie on top, and the native ones in `meta`.
local function is_inside(path) return path:find "/" ~= nil and not path:find "^meta/" end

local lists = {}

--- The annotations of the standard library's modules and of the native ones.
---@param insides? boolean those of the files that the library has for itself instead (default: false)
---@return vnn.host.annotations.Entry[]
function annotations.all(insides)
  settings.expect("annotations.all", 1, insides, "a boolean or nothing")
  insides = insides or false
  if lists[insides] then return lists[insides] end
  local all = {}
  lists[insides] = all
  for _, path in ipairs(system.library_paths()) do
    if is_inside(path) == insides then
      for _, entry in ipairs(annotations.parse(path, assert(system.library_source(path)))) do
        -- A file that describes only a class (`meta/random.lua`) is no module.
        if entry.kind ~= "module" or entry.documented then all[#all + 1] = entry end
      end
    end
  end
  criteria.annotate(all)
  return all
end

--- The class of the options that a function takes: that of its last parameter which has fields.
---@param entry vnn.host.annotations.Entry
---@return vnn.host.annotations.Entry?
function annotations.options_of(entry)
  settings.expect("annotations.options_of", 1, entry, "a table")
  for position = #entry.params, 1, -1 do
    for word in entry.params[position].type:gmatch "vnn%.[%w_.]+" do
      local class = annotations.find(word)
      -- Classes with methods are objects, not options.
      if class and class.kind == "class" and #class.fields > 0 and word:find "^vnn%.[%l%d_]+%." then return class end
    end
  end
  return nil
end

--- The fields of a class, those of the classes that it extends included.
---@param class vnn.host.annotations.Entry
---@return vnn.host.annotations.Item[]
function annotations.fields_of(class)
  settings.expect("annotations.fields_of", 1, class, "a table")
  local fields = {}
  local parent = class.parent and annotations.find(class.parent)
  if parent then fields = annotations.fields_of(parent) end
  return table.move(class.fields, 1, #class.fields, #fields + 1, fields)
end

--- The entry called `name`: `vnn.tensor` or `tensor`, `tensor.matmul`, `vnn.Tensor` or `Tensor`, `Tensor:relu` or
--- `Tensor.relu`.
---
--- ```lua
--- local annotations = require "vnn.host.annotations"
--- print(annotations.find("report.seconds").arguments) --> seconds
--- ```
---@param name string
---@return vnn.host.annotations.Entry?
function annotations.find(name)
  settings.expect("annotations.find", 1, name, "a string")
  local wanted = name:gsub(":", ".")
  for _, entry in ipairs(annotations.all()) do
    local this = entry.name:gsub(":", ".")
    if this == wanted or this == "vnn." .. wanted or "vnn." .. this == wanted then return entry end
  end
  return nil
end

--- The first sentence of what an entry or a page says, on one line.
---
--- ```lua
--- print(require("vnn.host.annotations").summary "By D.\nKnuth. Slowly.") --> By D. Knuth.
--- ```
---@param text string
---@return string
function annotations.summary(text)
  settings.expect("annotations.summary", 1, text, "a string")
  local line = text:gsub("\n", " ")
  for last in line:gmatch "()[.?] " do
    local sentence = line:sub(1, last)
    -- An initial ends none.
    if not sentence:find "[%s(]%u%.$" then return sentence end
  end
  return line
end

return annotations
