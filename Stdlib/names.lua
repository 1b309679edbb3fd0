--- Names: what a mistyped one was meant to be, and their order.
local host = require "vnn.host"
local settings = require "vnn.settings"

local names = {}

--- Lua's reserved words, which can be no names.
---@type string[]
names.reserved = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
  "not", "or", "repeat", "return", "then", "true", "until", "while",
}

--- What a mistyped name was meant to be: the candidate other than the name itself that the fewest insertions, deletions
--- and substitutions of letters make of it (V. Levenshtein, 1966), whatever their case. Of two that are as near, the
--- first by its letters.
---
--- ```lua
--- local names = require "vnn.names"
--- print(names.nearest("time_limt", { "time_limit", "seed" }), names.nearest("x", { "seed" })) --> time_limit	nil
--- ```
---@param name string
---@param candidates string[]
---@return string? nearest nil when none is close: more than one letter and more than half of the name differ
function names.nearest(name, candidates)
  settings.expect("names.nearest", 1, name, "a string")
  settings.expect("names.nearest", 2, candidates, "a list of strings")
  return host.nearest_name(name, candidates)
end

--- A sentence part about an unknown name: `; did you mean 'x'?`, or an empty string when nothing is near.
---@param name string
---@param candidates string[]
---@return string
function names.suggestion(name, candidates)
  settings.expect("names.suggestion", 1, name, "a string")
  settings.expect("names.suggestion", 2, candidates, "a list of strings")
  local nearest = names.nearest(name, candidates)
  return nearest and ("; did you mean '%s'?"):format(nearest) or ""
end

--- Numbers first, by their value, then texts by their letters; of two texts for one number the first by its letters.
local function precedes(a, b)
  local first, second = tonumber(a), tonumber(b)
  if first and second and first ~= second then return first < second end
  if (first == nil) ~= (second == nil) then return first ~= nil end
  first, second = tostring(a), tostring(b)
  if first ~= second then return first < second end
  return type(a) < type(b)
end

--- The keys of a table in their order: first numbers and texts that `tonumber` takes for numbers, by their value, then
--- the others by their letters.
---
--- ```lua
--- local names = require "vnn.names"
--- local set = { ["10"] = true, ["9"] = true, ["1a"] = true, ["0.5"] = true }
--- print(table.concat(names.sorted(set), " ")) --> 0.5 9 10 1a
--- ```
---@param set table<string, any>
---@return string[]
function names.sorted(set)
  settings.expect("names.sorted", 1, set, "a table")
  local list = {}
  for text in pairs(set) do list[#list + 1] = text end
  table.sort(list, precedes)
  return list
end

return names
