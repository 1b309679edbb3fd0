--- The inputs of a session as a script that does the same: `%save`.
local inputs = require "vnn.prompt.inputs"
local settings = require "vnn.settings"

local transcript = {}

--- What makes the names that the prompt alone has, where an input uses them.
local vnn_line = 'vnn = setmetatable({}, { __index = function(_, name) return require("vnn." .. name) end })'
local show_line = "local function show(...) _ = ... print(...) end"

local function names_in(entries)
  local names, assigned = {}, {}
  for _, entry in ipairs(entries) do
    local words = inputs.words(entry.text)
    for position, word in ipairs(words) do
      local before, after = words[position - 1], words[position + 1]
      local is_field = before and (before.text == "." or before.text == ":")
      if word.text:find "^[%a_]" and not is_field then
        names[word.text] = true
        if after and after.text == "=" or before and before.text == "local" then assigned[word.text] = true end
      end
    end
  end
  return names, assigned
end

--- Statements that return values, as an expression: a call of a function with its locals outside.
local function returning(text)
  local code, names, _, returns = inputs.with_assignments(text)
  if not returns then return "", nil end
  local declared = #names > 0 and "local " .. table.concat(names, ", ") .. "\n" or ""
  return declared, "(function()\n" .. code .. "\nend)()"
end

--- The script of what was done.
---@param entries vnn.prompt.session.Entry[] those that failed are left out
---@return string
function transcript.text(entries)
  settings.expect("transcript.text", 1, entries, "a list of tables")
  local used = {}
  for _, entry in ipairs(entries) do
    if entry.done and not entry.is_command then used[#used + 1] = entry end
  end
  local names, assigned = names_in(used)
  local lines = { "-- At the prompt globals need no declaration.", "setmetatable(_G, nil)" }
  if names.vnn then lines[#lines + 1] = vnn_line end
  local keeps = false
  for name in pairs(names) do keeps = keeps or name:find "^_%d*$" ~= nil end
  if keeps then lines[#lines + 1] = show_line end
  for _, name in ipairs(require("vnn.names").sorted(require("vnn.prompt.globals").modules())) do
    if names[name] and not assigned[name] then lines[#lines + 1] = ('%s = require "vnn.%s"'):format(name, name) end
  end
  lines[#lines + 1] = ""
  for number, entry in ipairs(entries) do
    local text = entry.text:gsub("%s+$", "")
    if entry.is_command then
      lines[#lines + 1] = "-- " .. text:gsub("\n", "\n-- ")
    elseif entry.done then
      local declared, expression = "", entry.is_expression and text or nil
      if not expression then
        declared, expression = returning(text)
      end
      if expression then
        -- A comment at the end of an expression would swallow the bracket.
        local gap = expression:find "%-%-" and "\n" or ""
        lines[#lines + 1] = ("%s%s(%s%s)"):format(declared, keeps and "show" or "print", expression, gap)
        local kept = ("_%d"):format(number)
        if names[kept] then lines[#lines + 1] = kept .. " = _" end
      else
        lines[#lines + 1] = text
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return transcript
