--- What front ends ask while somebody types: how a word goes on, what a name stands for, whether an input is complete,
--- and what was typed before.
local explain = require "vnn.prompt.explain"
local session = require "vnn.prompt.session"
local settings = require "vnn.settings"

local look = {}

--- The text before and after a place that is counted in characters.
local function split(code, cursor)
  -- What is no UTF-8 is counted in bytes, and a place beyond the end is the end.
  local length = utf8.len(code) or #code
  cursor = math.max(0, math.min(cursor or length, length))
  local byte = utf8.len(code) and utf8.offset(code, cursor + 1) or cursor + 1
  return code:sub(1, byte - 1), code:sub(byte), cursor
end

--- The word at the end of a text that may go on; inside quotation marks that is all that is quoted.
local function word_at_end(text)
  local open
  for position, mark in text:gmatch "()([\"'])" do
    if not open then
      open = { position, mark }
    elseif open[2] == mark then
      open = nil
    end
  end
  if open then return text:sub(open[1] + 1) end
  return text:match "[%w_.:\128-\255]*$"
end

--- How the word before the cursor could go on.
---
--- ```lua
--- print(table.unpack(require("vnn.kernel.look").complete("string.re").matches)) --> string.rep	string.reverse
--- ```
---@param code string
---@param cursor? integer in characters (default: the end)
---@return table content
function look.complete(code, cursor)
  settings.expect("look.complete", 1, code, "a string")
  settings.expect("look.complete", 2, cursor, "an integer or nothing")
  local before, _, place = split(code, cursor)
  local word = word_at_end(before)
  return {
    status = "ok",
    matches = session.complete(word, before:sub(1, #before - #word)),
    cursor_start = place - (utf8.len(word) or #word),
    cursor_end = place,
    metadata = {},
  }
end

--- The name at a place, or that of the call around it.
local function name_at(before, after)
  local name = (before:match "[%a_][%w_.:]*$" or "") .. after:match "^[%w_]*"
  if name ~= "" then return name:match "^[%a_][%w_.:]*[%w_]" or name end
  return before:match "([%a_][%w_.:]*)%s*[({\"'][^(){}]*$"
end

--- What is known about the name at the cursor, or about the call around it.
---@param code string
---@param cursor? integer in characters (default: the end)
---@param has_source boolean whether the code of functions is wanted
---@return table content
function look.inspect(code, cursor, has_source)
  settings.expect("look.inspect", 1, code, "a string")
  settings.expect("look.inspect", 2, cursor, "an integer or nothing")
  settings.expect("look.inspect", 3, has_source, "a boolean")
  local name = name_at(split(code, cursor))
  local text, is_known
  if name then
    text, is_known = explain.text(name, has_source)
  end
  local data = is_known and { ["text/plain"] = text } or {}
  return { status = "ok", found = is_known == true, data = data, metadata = {} }
end

--- Whether an input is complete.
---@param code string
---@return table content
function look.is_complete(code)
  settings.expect("look.is_complete", 1, code, "a string")
  if session.is_unfinished(code) then return { status = "incomplete", indent = "  " } end
  return { status = session.is_valid(code) and "complete" or "invalid" }
end

--- A pattern of Lua for one with `*` and `?`.
local function pattern_of(glob)
  local pattern = glob:gsub("%W", "%%%0"):gsub("%%%*", ".*"):gsub("%%%?", ".")
  return "^" .. pattern .. "$"
end

--- The numbers of the inputs that a request wants.
local function wanted(request, entries)
  local numbers = {}
  if request.hist_access_type == "range" then
    for number = math.max(request.start or 1, 1), math.min((request.stop or math.huge) - 1, #entries) do
      if entries[number] and (request.session or 0) == 0 then numbers[#numbers + 1] = number end
    end
    return numbers
  end
  local is_search = request.hist_access_type == "search"
  local pattern, seen = pattern_of(request.pattern or "*"), {}
  for number = #entries, 1, -1 do
    local text = entries[number].text
    local fits = not is_search or text:find(pattern) and not (request.unique and seen[text])
    if fits and #numbers < (request.n or math.huge) then table.insert(numbers, 1, number) end
    seen[text] = true
  end
  return numbers
end

--- What was typed before in this session.
---@param request table the content of the request
---@return table content
function look.history(request)
  settings.expect("look.history", 1, request, "a table")
  local entries, history = session.entries(), {}
  for _, number in ipairs(wanted(request, entries)) do
    local entry = entries[number]
    local input = request.output and { entry.text, entry.output or "" } or entry.text
    history[#history + 1] = { 0, number, input }
  end
  return { status = "ok", history = history }
end

return look
