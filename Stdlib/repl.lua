--- What the interactive prompt needs beside a line editor: printing values and completing names.
local repl = {}

---@class vnn.repl.Limits
---@field depth? integer how many tables deep values are printed (default: 3)
---@field width? integer characters after which a table goes over several lines (default: 100)
---@field entries? integer how many entries of one table are printed (default: 40)

local escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\0"] = "\\0", ['"'] = '\\"', ["\\"] = "\\\\" }

local function quote(text) return '"' .. text:gsub('[%c"\\]', function(c)
  return escapes[c] or ("\\x%02X"):format(c:byte())
end) .. '"' end

local function sorted_keys(value)
  local keys = {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= #value) then keys[#keys + 1] = key end
  end
  table.sort(keys, function(a, b)
    if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
    return type(a) == type(b) and tostring(a) < tostring(b) or type(a) < type(b)
  end)
  return keys
end

local format

local function format_key(key)
  if type(key) == "string" and key:match "^[%a_][%w_]*$" then return key end
  return "[" .. format(key, { depth = 1, width = 100, entries = 4 }, "", {}) .. "]"
end

local function has_text(value)
  local metatable = debug.getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__tostring")
end

function format(value, limits, indent, open)
  if type(value) == "string" then return quote(value) end
  if type(value) ~= "table" or has_text(value) then return tostring(value) end
  if open[value] then return "{ … this table again … }" end
  if next(value) == nil then return "{}" end
  if limits.depth <= 0 then return "{ … }" end
  open[value] = true
  local inner = { depth = limits.depth - 1, width = limits.width, entries = limits.entries }
  local parts, length = {}, 4
  local function add(text)
    if #parts == limits.entries then parts[#parts + 1] = "…" end
    if #parts > limits.entries then return false end
    parts[#parts + 1] = text
    length = length + #text + 2
    return true
  end
  for position = 1, #value do
    if not add(format(value[position], inner, indent .. "  ", open)) then break end
  end
  for _, key in ipairs(sorted_keys(value)) do
    if not add(format_key(key) .. " = " .. format(rawget(value, key), inner, indent .. "  ", open)) then break end
  end
  open[value] = nil
  if length + #indent <= limits.width and not table.concat(parts):find "\n" then
    return "{ " .. table.concat(parts, ", ") .. " }"
  end
  return "{\n" .. indent .. "  " .. table.concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. "}"
end

--- A value as text that shows what is in it: tables with their contents, strings in quotation marks.
---
--- ```lua
--- print(require("vnn.repl").format { 1, "a", x = { true } }) --> { 1, "a", x = { true } }
--- ```
---@param value any
---@param limits? vnn.repl.Limits
---@return string
function repl.format(value, limits)
  limits = limits or {}
  return format(value, {
    depth = limits.depth or 3,
    width = limits.width or 100,
    entries = limits.entries or 40,
  }, "", {})
end

--- Prints the values of an expression and keeps the first one in the global `_`.
---@param ... any
function repl.show(...)
  local count = select("#", ...)
  if count == 0 then return end
  _G._ = ...
  local parts = {}
  for position = 1, count do parts[position] = repl.format((select(position, ...))) end
  print(table.concat(parts, "\t"))
end

local function members(value, add)
  local seen = 0
  while value ~= nil and seen < 10 do
    seen = seen + 1
    if type(value) == "table" then
      for key in next, value do add(key) end
    end
    local metatable = debug.getmetatable(value)
    if type(metatable) ~= "table" then return end
    for key in next, rawget(metatable, "__members") or {} do add(key) end
    value = rawget(metatable, "__index")
  end
end

--- The value of a chain of names such as `tensor.zeros`, without calling anything.
local function resolve(path)
  local value = _G
  for name in path:gmatch "[%a_][%w_]*" do
    local ok, field = pcall(function() return value[name] end)
    if not ok or field == nil then return nil end
    value = field
  end
  return value
end

local keywords = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
  "not", "or", "repeat", "return", "then", "true", "until", "while",
}

--- How the word `word` could go on: globals and keywords, or the fields and methods of what stands before the last dot
--- or colon.
---@param word string
---@return string[] candidates whole words, sorted
function repl.complete(word)
  local before, separator, start = word:match "^(.*)([.:])([%w_]*)$"
  start = start or word
  local found, seen = {}, {}
  local function add(name)
    if type(name) ~= "string" or seen[name] or name:sub(1, #start) ~= start then return end
    if name:sub(1, 2) == "__" and start:sub(1, 2) ~= "__" then return end
    seen[name] = true
    found[#found + 1] = (before and before .. separator or "") .. name
  end
  if before then
    members(resolve(before), add)
  else
    members(_G, add)
    for _, keyword in ipairs(keywords) do add(keyword) end
  end
  table.sort(found)
  return found
end

--- Prepares the globals for the prompt: `vnn` loads the modules when they are first used.
function repl.prepare()
  setmetatable(_G, nil)
  _G.vnn = setmetatable({}, {
    __index = function(self, name)
      local found, module = pcall(require, "vnn." .. name)
      if not found then return nil end
      rawset(self, name, module)
      return module
    end,
  })
end

return repl
