--- Names: what a mistyped one was meant to be, and their order.
local names = {}

--- The Levenshtein distance: insertions, deletions and substitutions of bytes.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local substituted = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(substituted, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

--- The candidate with the smallest edit distance to `name`, or nil when none is close (more than half of it differs).
---
--- ```lua
--- local names = require "vnn.names"
--- print(names.nearest("time_limt", { "time_limit", "seed" })) --> time_limit
--- ```
---@param name string
---@param candidates string[]
---@return string?
function names.nearest(name, candidates)
  local best, smallest
  for _, candidate in ipairs(candidates) do
    local edits = distance(name:lower(), candidate:lower())
    if not smallest or edits < smallest or (edits == smallest and candidate < best) then
      best, smallest = candidate, edits
    end
  end
  if smallest and smallest <= math.max(1, #name // 2) then return best end
  return nil
end

--- A sentence part about an unknown name: `; did you mean 'x'?`, or an empty string when nothing is near.
---@param name string
---@param candidates string[]
---@return string
function names.suggestion(name, candidates)
  local nearest = names.nearest(name, candidates)
  return nearest and ("; did you mean '%s'?"):format(nearest) or ""
end

--- The keys of a table in their order: numbers and texts that are numbers by their value, the others by their letters.
---
--- ```lua
--- local names = require "vnn.names"
--- print(table.concat(names.sorted { ["10"] = true, ["9"] = true, ["0.5"] = true }, " ")) --> 0.5 9 10
--- ```
---@param set table<string, any>
---@return string[]
function names.sorted(set)
  local list = {}
  for text in pairs(set) do list[#list + 1] = text end
  table.sort(list, function(a, b)
    local first, second = tonumber(a), tonumber(b)
    if first and second then return first < second end
    return a < b
  end)
  return list
end

return names
