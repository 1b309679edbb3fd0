--- Compiles what is typed at the prompt. Locals at the top of an input live on: they become variables that later inputs
--- and all functions made meanwhile share, while the scripts' globals stay as they are.
local settings = require "vnn.settings"

local inputs = {}

--- Gives the value of each local that lives on; its only upvalue is the variable itself.
local variables = {}

local openers = { ["function"] = true, ["do"] = true, ["if"] = true, ["repeat"] = true }
local closers = { ["end"] = true, ["until"] = true }

--- Where the comment or quoted text that begins at `start` ends, or nil when none begins there.
local function skipped(text, start)
  local long = text:match("^%-%-%[(=*)%[", start) or text:match("^%[(=*)%[", start)
  if long then
    local _, stop = text:find("]" .. long .. "]", start, true)
    return stop or #text
  end
  if text:find("^%-%-", start) then return (text:find("\n", start, true) or #text + 1) - 1 end
  local mark = text:match("^[\"']", start)
  if not mark then return nil end
  local position = start + 1
  while position <= #text and text:sub(position, position) ~= mark do
    position = position + (text:sub(position, position) == "\\" and 2 or 1)
  end
  return position
end

--- The words and signs of Lua code, in order, without comments and quoted text.
---@param text string
---@return { text: string, from: integer, to: integer }[]
function inputs.words(text)
  settings.expect("inputs.words", 1, text, "a string")
  local words, position = {}, 1
  while position <= #text do
    local stop = skipped(text, position)
    if stop then
      -- It stands for a value, so that nothing is joined across it.
      if not text:find("^%-%-", position) then words[#words + 1] = { text = '""', from = position, to = stop } end
    else
      local from, to = text:find("^[%a_][%w_]*", position)
      if not from then
        from, to = text:find("^%.?%d[%w.]*", position)
      end
      if not from then
        from, to = text:find("^[=~<>]=", position)
      end
      if not from then
        from, to = text:find("^%S", position)
      end
      stop = to or position
      if from then words[#words + 1] = { text = text:sub(from, to), from = from, to = to } end
    end
    position = stop + 1
  end
  return words
end

--- Reads the names of the statement `local …` at `words[position]`; nil where one of them is to be closed, which stays
--- a local of its input.
local function declared(words, position)
  local names, marks = {}, {}
  repeat
    position = position + 1
    names[#names + 1] = words[position].text
    if words[position + 1] and words[position + 1].text == "<" then
      if words[position + 2].text == "close" then return nil end
      marks[#marks + 1] = { words[position + 1].from, words[position + 3].to }
      position = position + 3
    end
    position = position + 1
  until not words[position] or words[position].text ~= ","
  return names, marks, words[position - 1].to, words[position] and words[position].text == "="
end

--- The code with its top-level declarations as assignments, in the same lines and columns.
---@param text string
---@return string code
---@return string[] names that it declared
---@return table<string, true> used all names in it
---@return boolean returns whether it has a `return` of its own
function inputs.with_assignments(text)
  settings.expect("inputs.with_assignments", 1, text, "a string")
  local words, depth = inputs.words(text), 0
  local edits, names, used, returns = {}, {}, {}, false
  local function blank(from, to) edits[#edits + 1] = { from, to, (" "):rep(to - from + 1) } end
  for position, word in ipairs(words) do
    if word.text:find "^[%a_]" then used[word.text] = true end
    if openers[word.text] then depth = depth + 1 end
    if closers[word.text] then depth = depth - 1 end
    if word.text == "return" and depth == 0 then returns = true end
    if word.text == "local" and depth == 0 then
      if words[position + 1].text == "function" then
        names[#names + 1] = words[position + 2].text
        blank(word.from, word.to)
      else
        local new, marks, stop, has_values = declared(words, position)
        if new then
          table.move(new, 1, #new, #names + 1, names)
          blank(word.from, word.to)
          for _, mark in ipairs(marks) do blank(mark[1], mark[2]) end
          if not has_values then edits[#edits + 1] = { stop + 1, stop, " = nil;" } end
        end
      end
    end
  end
  local parts, after = {}, 1
  for _, edit in ipairs(edits) do
    parts[#parts + 1] = text:sub(after, edit[1] - 1)
    parts[#parts + 1] = edit[3]
    after = edit[2] + 1
  end
  parts[#parts + 1] = text:sub(after)
  return table.concat(parts), names, used, returns
end

--- Compiles `code`, which declares `names` and uses others, on variables that are shared with earlier inputs.
local function linked(code, name, names, used)
  local list, is_new, values = {}, {}, {}
  for _, new in ipairs(names) do
    if not is_new[new] then list[#list + 1] = new end
    is_new[new] = true
  end
  local count = #list
  for old in next, variables do
    if used[old] and not is_new[old] then list[#list + 1] = old end
  end
  if #list == 0 then return assert(load(code, "=" .. name, "t")) end
  local getters = {}
  for position = 1, count do
    getters[position] = (", function() return %s end"):format(list[position])
    -- `local x = x + 1` begins with the earlier one.
    values[position] = variables[list[position]] and variables[list[position]]()
  end
  local head = ("local %s = ... return function(...) "):format(table.concat(list, ", "))
  local made = table.pack(assert(load(head .. code .. "\nend" .. table.concat(getters), "=" .. name, "t"))(
    table.unpack(values, 1, count)))
  local body = made[1]
  local position = 1
  while true do
    local upvalue = debug.getupvalue(body, position)
    if not upvalue then break end
    if variables[upvalue] and not is_new[upvalue] then debug.upvaluejoin(body, position, variables[upvalue], 1) end
    position = position + 1
  end
  for place = 1, count do variables[list[place]] = made[place + 1] end
  return body
end

--- Whether more must follow before the input can run.
---
--- ```lua
--- local inputs = require "vnn.prompt.inputs"
--- print(inputs.is_unfinished "for i = 1, 2 do", inputs.is_unfinished "f(", inputs.is_unfinished "f)")
--- --> true	true	false
--- ```
---@param text string
---@return boolean
function inputs.is_unfinished(text)
  settings.expect("inputs.is_unfinished", 1, text, "a string")
  if load("return " .. text, "=", "t") then return false end
  local compiled, message = load(text, "=", "t")
  return not compiled and message:find "<eof>$" ~= nil
end

--- Whether an input is Lua.
---@param text string
---@return boolean
function inputs.compiles(text)
  settings.expect("inputs.compiles", 1, text, "a string")
  return (load("return nil, " .. text, "=", "t") or load(text, "=", "t")) ~= nil
end

--- The code of `name = call(…)`, which then returns, after a nil, the value and what the call gave beside it: where the
--- value is nil, a message. Nil for other code.
local function telling(code)
  local target, call = code:match "^%s*([%a_][%w_]*)%s*=%s*(.+)$"
  -- What is both a statement and an expression is one call.
  if not target or not load(call, "=", "t") or not load("return " .. call, "=", "t") then return nil end
  local from = select(2, code:find("=", 1, true))
  return ("local beside__; %s, beside__ %s\nreturn nil, %s, beside__"):format(target, code:sub(from), target)
end

--- Compiles an input: statements, or an expression, whose values it returns after a nil, so that the input stays among
--- the calls while the expression runs. An assignment of one call returns its value and a message beside it likewise.
---@param text string
---@param name string what messages call it
---@return function? input nil when it is no Lua
---@return string? message
---@return boolean? is_expression
---@return boolean? is_assignment of one call
function inputs.compile(text, name)
  settings.expect("inputs.compile", 1, text, "a string")
  settings.expect("inputs.compile", 2, name, "a string")
  local is_expression = load("return nil, " .. text, "=" .. name, "t") ~= nil
  if is_expression then
    local _, _, used = inputs.with_assignments(text)
    return linked("return nil, " .. text, name, {}, used), nil, true
  end
  local compiled, message = load(text, "=" .. name, "t")
  if not compiled then return nil, message end
  local code, names, used = inputs.with_assignments(text)
  local told = telling(code)
  return linked(told or code, name, names, used), nil, false, told ~= nil
end

--- The locals that live on: each name with a function that gives its value.
---@return table<string, function>
function inputs.locals()
  local copy = {}
  for name, value in next, variables do copy[name] = value end
  return copy
end

return inputs
