--- How a word at the prompt could go on.
local annotations = require "vnn.host.annotations"
local explain = require "vnn.prompt.explain"
local globals = require "vnn.prompt.globals"
local inputs = require "vnn.prompt.inputs"
local names = require "vnn.names"
local settings = require "vnn.settings"
local system = require "vnn.system"

local complete = {}

local metatable_of = debug.getmetatable

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

--- The class of what the call returns that ends `text`: vnn.Solution of `m:solve { … }`, by the documentation, for
--- completing must not run anything.
local function class_of_result(text)
  local rest
  repeat
    rest = text
    -- The innermost brackets go first; `0` marks where a call was.
    text = text:gsub("%b()$", "\0"):gsub("%b{}$", "\0"):gsub("[\"'][^\"']*[\"']$", "\0"):gsub("%s+%z", "\0")
  until rest == text
  local call = text:match "([%a_][%w_.:]*)%z+$"
  if not call then return nil end
  local entry = explain.entry(call)
  local result = entry and entry.returns[1]
  return result and annotations.find((result.type:match "vnn%.[%w_.]+" or ""))
end

local function class_members(class, separator, add)
  if separator == "." then
    for _, field in ipairs(annotations.fields_of(class)) do add((field.name:gsub("%?$", ""))) end
  end
  for _, entry in ipairs(annotations.all()) do
    if entry.kind == "method" and entry.class == class.name then add(entry.name:match "[%w_]+$") end
  end
end

--- The call whose table of options is open at the end of `text`: `nn.train` in `nn.train(net, data, { seed = 1, `; and
--- the option whose value stands there, if one does.
local function open_call(text)
  -- What is closed again cannot hold the cursor, and quoted text may hold anything.
  text = text:gsub('%b""', "0"):gsub("%b''", "0")
  local rest
  repeat
    rest = text
    text = text:gsub("%b()", "0"):gsub("%b{}", "0"):gsub("%b[]", "0")
  until rest == text
  local before, inside = text:match "^(.*){([^{}]*)$"
  if not before or before:find "[%w_]%s*=%s*$" then return nil end
  return before:match "([%a_][%w_.:]*)%s*%(?[^(]*$", inside:match "([%a_][%w_]*)%s*=%s*[\"']?$"
end

local function option_fields(call)
  local entry = explain.entry(call)
  local options = entry and annotations.options_of(entry)
  return options and annotations.fields_of(options) or {}
end

--- The values that an option takes, where the documentation lists them: in its type, or by "one of `prune.criteria`".
local function option_values(call, option)
  local found = {}
  for _, field in ipairs(option_fields(call)) do
    if field.name:match "^[%a_][%w_]*" == option then
      for value in field.type:gmatch '"([^"]*)"' do found[#found + 1] = value end
      local alias = annotations.find((field.type:match "vnn%.[%w_.]+" or ""))
      if alias and alias.kind == "alias" then
        for value in alias.returns[1].type:gmatch '"([^"]*)"' do found[#found + 1] = value end
      end
      local module, list = field.text:match "`([%l_]+)%.([%l_]+)`"
      local loaded = module and globals.modules()[module] and require("vnn." .. module)[list]
      for key, value in pairs(type(loaded) == "table" and loaded or {}) do
        if type(value) == "string" and type(key) == "number" then
          found[#found + 1] = value
        elseif type(key) == "string" then
          found[#found + 1] = key
        elseif type(value) == "table" and type(value.name) == "string" then
          found[#found + 1] = value.name
        end
      end
      if option == "solver" then
        local solvers = require("vnn.milp").solver_names
        table.move(solvers, 1, #solvers, #found + 1, found)
      end
    end
  end
  return found
end

--- The files that begin like `word`.
local function paths(word)
  local folder, start = word:match "^(.*/)([^/]*)$"
  local found = {}
  for _, name in ipairs(system.list(folder or ".") or {}) do
    if name:sub(1, #(start or word)) == (start or word) then
      local path = (folder or "") .. name
      found[#found + 1] = system.list(path) and path .. "/" or path
    end
  end
  return found
end

--- What could stand in the quotation marks that are open after `before`.
local function quoted(word, before)
  if before:find "help%s*%(?%s*[\"']$" then return require("vnn.host.help").topics() end
  if before:find "require%s*%(?%s*[\"']$" then
    local found = {}
    for name in next, globals.modules() do found[#found + 1] = "vnn." .. name end
    return found
  end
  local call, option = open_call(before:sub(1, -2))
  local values = call and option and option_values(call, option) or {}
  return #values > 0 and values or paths(word)
end

--- Whether the text ends inside quotation marks.
local function is_quoted(text)
  local open
  for mark in text:gmatch "[\"']" do
    if open == nil then open = mark elseif open == mark then open = nil end
  end
  return open ~= nil
end

--- How the word `word` could go on: values, topics or files inside quotation marks; the options of the call that it
--- stands in; the fields and methods of what stands before its last dot or colon, which may be a call; or else globals,
--- locals and keywords.
---
--- ```lua
--- local complete = require "vnn.prompt.complete"
--- print(table.unpack(complete.words("string.re", ""))) --> string.rep	string.reverse
--- ```
---@param word string
---@param before string what stands before it, earlier lines included
---@return string[] candidates whole words, sorted
function complete.words(word, before)
  settings.expect("complete.words", 1, word, "a string")
  settings.expect("complete.words", 2, before, "a string")
  local found, seen = {}, {}
  local function adder(start, prefix)
    return function(name)
      if type(name) ~= "string" or seen[name] or name:sub(1, #start) ~= start then return end
      if name:sub(1, 2) == "__" and start:sub(1, 2) ~= "__" then return end
      seen[name] = true
      found[#found + 1] = prefix .. name
    end
  end
  local owner, separator, start = word:match "^(.*)([.:])([%w_]*)$"
  if before:find "^%s*%%$" then
    for _, name in ipairs(require("vnn.prompt.commands").names()) do adder(word, "")(name) end
  elseif before:find "^%s*[%%!]%S*%s" then
    for _, path in ipairs(paths(word)) do adder(word, "")(path) end
  elseif is_quoted(before) then
    for _, name in ipairs(quoted(word, before)) do adder(word, "")(name) end
  elseif owner == "" then
    local class = class_of_result(before)
    if class then class_members(class, separator, adder(start, separator)) end
  elseif owner then
    members(explain.value(owner), adder(start, owner .. separator))
  else
    local call, option = open_call(before)
    for _, field in ipairs(call and not option and option_fields(call) or {}) do
      local name = field.name:match "^[%a_][%w_]*"
      if name then adder(word, "")(name .. " = ") end
    end
    -- Options first: where there are some, nothing else is meant, unless nothing fits.
    if #found == 0 then
      local add = adder(word, "")
      members(_G, add)
      for name in next, inputs.locals() do add(name) end
      for name in next, globals.modules() do add(name) end
      for _, reserved in ipairs(names.reserved) do add(reserved) end
    end
  end
  table.sort(found)
  return found
end

return complete
