--- Prints values at the prompt so that one sees what is in them.
local colour = require "vnn.prompt.colour"
local settings = require "vnn.settings"

local format = {}

local metatable_of = debug.getmetatable
local paint = colour.paint

---@class vnn.prompt.format.Limits
---@field depth? integer how many tables deep values are printed (default: 3)
---@field width? integer characters after which a table goes over several lines (default: 100)
---@field entries? integer how many entries of one table are printed (default: 40)
---@field characters? integer how many bytes of one string are printed (default: 400)

local escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\0"] = "\\0", ['"'] = '\\"', ["\\"] = "\\\\" }

local function quote(text, limit)
  local rest = ""
  if #text > limit then
    -- Not in the middle of a character.
    local cut = limit
    while cut > 0 and text:byte(cut + 1) & 0xC0 == 0x80 do cut = cut - 1 end
    rest = ("… (%d bytes)"):format(#text)
    text = text:sub(1, cut)
  end
  local quoted = text:gsub('[%c"\\]', function(c) return escapes[c] or ("\\x%02X"):format(c:byte()) end)
  return paint("text", '"' .. quoted .. '"') .. rest
end

--- A number by the shortest text that is the same number again.
local function number_text(number)
  if math.type(number) == "integer" or number ~= number or number == math.huge or number == -math.huge then
    return tostring(number)
  end
  for digits = 14, 17 do
    local text = ("%." .. digits .. "g"):format(number)
    if tonumber(text) == number then return text:find "[.en]" and text or text .. ".0" end
  end
end

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

local show

local function key_text(key, limits)
  if type(key) == "string" and key:match "^[%a_][%w_]*$" then return paint("key", key) end
  return "[" .. show(key, { depth = 1, width = 100, entries = 4, characters = limits.characters }, "", {}) .. "]"
end

local function has_text(value)
  local metatable = metatable_of(value)
  return type(metatable) == "table" and rawget(metatable, "__tostring")
end

--- The width of a text on the screen.
local function width_of(text)
  text = text:gsub("\27%[[%d;]*m", "")
  return utf8.len(text) or #text
end

--- The text of an object; further lines of it begin in the column of the first.
local function object_text(value, indent)
  local text = require("vnn.prompt.objects").text(value)
  return (text:gsub("\n", "\n" .. indent))
end

function show(value, limits, indent, open)
  if type(value) == "string" then return quote(value, limits.characters) end
  if type(value) == "number" then return paint("number", number_text(value)) end
  if type(value) ~= "table" or has_text(value) then return object_text(value, indent) end
  if open[value] then return "{ … this table again … }" end
  if next(value) == nil then return "{}" end
  if limits.depth <= 0 then return "{ … }" end
  open[value] = true
  local inner = setmetatable({ depth = limits.depth - 1 }, { __index = limits })
  local parts, length = {}, 4
  local function add(text)
    if #parts == limits.entries then parts[#parts + 1] = "…" end
    if #parts > limits.entries then return false end
    parts[#parts + 1] = text
    length = length + width_of(text) + 2
    return true
  end
  for position = 1, #value do
    if not add(show(value[position], inner, indent .. "  ", open)) then break end
  end
  for _, key in ipairs(sorted_keys(value)) do
    local head = key_text(key, limits) .. " = "
    local column = indent .. (" "):rep(2 + width_of(head))
    local is_object = type(rawget(value, key)) == "userdata"
    if not add(head .. show(rawget(value, key), inner, is_object and column or indent .. "  ", open)) then break end
  end
  open[value] = nil
  if length + #indent <= limits.width and not table.concat(parts):find "\n" then
    return "{ " .. table.concat(parts, ", ") .. " }"
  end
  return "{\n" .. indent .. "  " .. table.concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. "}"
end

--- A value as text that shows what is in it: tables with their contents, strings in quotation marks, numbers by the
--- shortest text that is the same number again.
---
--- ```lua
--- print(require("vnn.prompt.format").text { 1, "a", x = { true }, y = 0.1 + 0.2 })
--- --> { 1, "a", x = { true }, y = 0.30000000000000004 }
--- ```
---@param value any
---@param limits? vnn.prompt.format.Limits
---@return string
function format.text(value, limits)
  local all = settings.of("format.text", limits, { depth = 3, width = 100, entries = 40, characters = 400 })
  return show(value, all, "", {})
end

return format
