--- What the interactive prompt needs beside a line editor: printing values and completing names.
local settings = require "vnn.settings"

local repl = {}

local metatable_of = debug.getmetatable

---@class vnn.host.repl.Limits
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
  local metatable = metatable_of(value)
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
--- print(require("vnn.host.repl").format { 1, "a", x = { true } }) --> { 1, "a", x = { true } }
--- ```
---@param value any
---@param limits? vnn.host.repl.Limits
---@return string
function repl.format(value, limits)
  return format(value, settings.of("repl.format", limits, { depth = 3, width = 100, entries = 40 }), "", {})
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
    local metatable = metatable_of(value)
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

--- The call whose table of options is open at the end of `text`: `nn.train` in `nn.train(net, data, { seed = 1, `.
local function open_call(text)
  -- What is closed again cannot hold the cursor, and quoted text may hold anything.
  text = text:gsub('%b""', "0"):gsub("%b''", "0")
  local rest
  repeat
    rest = text
    text = text:gsub("%b()", "0"):gsub("%b{}", "0"):gsub("%b[]", "0")
  until rest == text
  local before = text:match "^(.*){[^{}]*$"
  if not before or before:find "[%w_]%s*=%s*$" then return nil end
  return before:match "([%a_][%w_.:]*)%s*%(?[^(]*$"
end

--- The names of the options that the documented function `call` takes.
local function option_names(call)
  local annotations = require "vnn.host.annotations"
  local owner, separator, name = call:match "^(.*)([.:])([%w_]+)$"
  local value = owner and resolve(owner)
  if value == nil then return {} end
  local prefix = separator == ":" and type(value) == "userdata" and tostring(getmetatable(value))
  if not prefix then prefix = require("vnn.host.help").topic_of(value) end
  local entry = prefix and annotations.find(prefix .. "." .. name)
  local options = entry and annotations.options_of(entry)
  local found = {}
  for _, field in ipairs(options and annotations.fields_of(options) or {}) do
    local word = field.name:match "^[%a_][%w_]*"
    if word then found[#found + 1] = word .. " = " end
  end
  return found
end

--- How the word `word` could go on: the options of the call that it stands in, the fields and methods of what stands
--- before its last dot or colon, or else globals and keywords.
---
--- ```lua
--- local repl = require "vnn.host.repl"
--- print(table.unpack(repl.complete("string.re"))) --> string.rep	string.reverse
--- repl.prepare()
--- print(#repl.complete("inde", "vnn.json.encode(x, { ")) --> 1
--- ```
---@param word string
---@param before? string what stands before it on the line (default: nothing)
---@return string[] candidates whole words, sorted
function repl.complete(word, before)
  settings.expect("repl.complete", 1, word, "a string")
  settings.expect("repl.complete", 2, before, "a string or nothing")
  local owner, separator, start = word:match "^(.*)([.:])([%w_]*)$"
  start = start or word
  local found, seen = {}, {}
  local function add(name)
    if type(name) ~= "string" or seen[name] or name:sub(1, #start) ~= start then return end
    if name:sub(1, 2) == "__" and start:sub(1, 2) ~= "__" then return end
    seen[name] = true
    found[#found + 1] = (owner and owner .. separator or "") .. name
  end
  if owner then
    members(resolve(owner), add)
  else
    local call = open_call(before or "")
    if call then
      for _, name in ipairs(option_names(call)) do add(name) end
    end
    -- Options first: where there are some, nothing else is meant, unless nothing fits.
    if #found == 0 then
      members(_G, add)
      for _, keyword in ipairs(keywords) do add(keyword) end
    end
  end
  table.sort(found)
  return found
end

--- The global `help` of the prompt: called it explains, and printed it says how.
local function prepare_help()
  _G.help = setmetatable({}, {
    __call = function(_, topic) require("vnn.host.help").show(topic) end,
    __tostring = function() return 'help "tensor.matmul" explains; help() lists the topics' end,
  })
end

--- Prepares the globals for the prompt: `vnn` loads the modules when they are first used, and `help` explains.
function repl.prepare()
  setmetatable(_G, nil)
  local known = {}
  -- An interpreter that another program made may come without native modules.
  local found, system = pcall(require, "vnn.system")
  for _, path in ipairs(found and system.library_paths() or {}) do
    local name = path:match "^([%w_]+)%.lua$"
    if name then known[name] = true end
  end
  for module in pairs(package.preload) do
    local name = type(module) == "string" and module:match "^vnn%.([%w_]+)$"
    if name then known[name] = true end
  end
  -- The same tables as a script gets.
  local required = _G.require
  _G.vnn = setmetatable({}, {
    __members = known,
    __index = function(self, name)
      local loads, module = pcall(required, "vnn." .. name)
      if not loads then
        -- A module that is there and fails has something to say.
        if not module:find "not found:" then error(module, 2) end
        return nil
      end
      rawset(self, name, module)
      return module
    end,
  })
  prepare_help()
end

return repl
