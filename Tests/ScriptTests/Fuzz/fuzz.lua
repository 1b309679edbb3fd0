--- Calls every native function, method, field and metamethod with arguments that nobody would write.
---
--- What there is to call is read from the live modules and metatables. The examples of the documentation are run first:
--- each call in them is a model, of which some part is replaced by something extreme, so that also what lies behind the
--- checks of the other arguments is reached; the objects that they make are the receivers and arguments.
---
--- `vnnlua fuzz.lua SEED SECONDS RECORD`, in a folder of its own: RECORD always names the call that runs now.
local folder = arg[0]:match "^(.-)[^/]*$"
package.path = folder .. "?.lua;" .. package.path

local annotations = require "vnn.host.annotations"
local values = require "values"

local seed, seconds, record_path = math.tointeger(tonumber(arg[1])), tonumber(arg[2]), arg[3]
math.randomseed(seed)

--- Calls and examples that this test leaves alone.
local excluded = {
  ["system.components"] = "starts programs to ask for their versions, a quarter of a second each time",
  ["system.spawn"] = "starts a program of any name",
  ["system.parent"] = "takes standard input and output for itself",
  ["Parent:send"] = "needs system.parent",
  ["Parent:receive"] = "needs system.parent",
  ["system.wait"] = "waits for programs, for as long as it is told",
  ["system.limited"] = "runs what never ends, as its example has it, for as long as it is told",
}

local record = assert(io.open(record_path, "w"))
record:setvbuf "full"
local count = 0

--- What there is to call, by name, and the models of each, sequences of arguments.
local targets, names, models, counts = {}, {}, {}, {}
local name_of = {}

local function add(name, call)
  if targets[name] or excluded[name] then return end
  targets[name], models[name], counts[name] = call, {}, 0
  names[#names + 1] = name
  name_of[call] = name
end

local function add_modules()
  for _, path in ipairs(require("vnn.system").library_paths()) do
    local name = path:match "^meta/([%w_]+)%.lua$"
    local exists, module = pcall(require, "vnn." .. tostring(name))
    for key, value in pairs(exists and module or {}) do
      if type(value) == "function" then add(name .. "." .. key, value) end
    end
  end
end

--- The classes are there once an object was made.
local function add_classes()
  for _, metatable in pairs(debug.getregistry()) do
    local members = type(metatable) == "table" and rawget(metatable, "__members")
    if members then
      local class = metatable.__name:match "[^.]+$"
      for key, member in pairs(members) do
        if type(member) == "function" then
          add(class .. ":" .. key, member)
        else
          add(class .. "." .. key, function(object, ...)
            if select("#", ...) > 0 then object[key] = ... end
            return object[key]
          end)
        end
      end
      for key, value in pairs(metatable) do
        if type(value) == "function" then add(class .. "." .. key, value) end
      end
    end
  end
end

local function keep(is_learned, ...)
  for position = 1, select("#", ...) do
    values.keep((select(position, ...)), is_learned)
  end
end

--- What the documentation says of each function: the types of its parameters, and its options, `{ name, type }` each.
local types, options = {}, {}

local function learn_types()
  for _, entry in ipairs(annotations.all()) do
    local known, list = {}, entry.kind == "method" and { entry.class } or {}
    local class = annotations.options_of(entry)
    for _, field in ipairs(class and annotations.fields_of(class) or {}) do
      local name = field.name:match "^[%a_][%w_]*"
      if name then known[#known + 1] = { name = name, type = field.type } end
    end
    for _, parameter in ipairs(entry.params) do
      list[#list + 1] = parameter.type
      for name, kind in parameter.type:gmatch "([%a_][%w_]*)%??: ([^,}]+)" do
        known[#known + 1] = { name = name, type = kind }
      end
    end
    types[entry.name] = list
    if #known > 0 then options[entry.name] = known end
  end
end

--- Runs the examples and keeps the native calls in them.
local function learn_calls()
  local function on_call(event)
    local info = debug.getinfo(2, event == "call" and "f" or "fr")
    if event == "return" then
      if not name_of[info.func] then return end
      for position = info.ftransfer, info.ftransfer + info.ntransfer - 1 do
        keep(true, (select(2, debug.getlocal(2, position))))
      end
      return
    end
    if not name_of[info.func] then add_classes() end
    local name = name_of[info.func]
    if not name or #models[name] >= 8 then return end
    local arguments = { n = 0 }
    while debug.getlocal(2, arguments.n + 1) do
      arguments.n = arguments.n + 1
      arguments[arguments.n] = select(2, debug.getlocal(2, arguments.n))
    end
    -- The last one belongs to the hook.
    arguments[arguments.n] = nil
    arguments.n = arguments.n - 1
    keep(true, table.unpack(arguments, 1, arguments.n))
    table.insert(models[name], arguments)
  end
  local function learn_from(run)
    debug.sethook(on_call, "cr")
    local succeeded, made = pcall(run)
    debug.sethook()
    assert(succeeded, made)
    keep(true, made)
    if type(made) == "table" then keep(true, table.unpack(made)) end
  end
  learn_from(assert(loadfile(folder .. "objects.lua")))
  for _, entry in ipairs(annotations.all()) do
    for _, example in ipairs(entry.path:find "^meta/" and not excluded[entry.name] and entry.examples or {}) do
      local environment = setmetatable({ print = function() end }, { __index = _G })
      learn_from(assert(load(example, "=" .. entry.name, "t", environment)))
    end
  end
  add_classes()
  table.sort(names)
end

local depth = 0

--- Calls `name` once; how deep calls lie in each other through functions that are arguments is bounded.
local function try(name, arguments)
  count = count + 1
  counts[name] = counts[name] + 1
  local text = ("%d %s(%s)"):format(count, name, values.describe(arguments))
  record:seek "set"
  record:write(text, "\n")
  record:flush()
  depth = depth + 1
  local before = os.clock()
  local function finish(succeeded, ...)
    if succeeded then keep(false, ...) end
    for position = 1, select("#", ...) do
      local kind = math.type((select(position, ...)))
      assert(kind == nil or kind == "float" or kind == "integer")
    end
    return succeeded, (...)
  end
  local succeeded, message = finish(pcall(targets[name], table.unpack(arguments, 1, arguments.n)))
  depth = depth - 1
  if not succeeded and type(message) == "string" and message:find("interrupted", 1, true) then error(message, 0) end
  local took = os.clock() - before
  if took > 5 then print(("slow: %.0f s: %s"):format(took, text)) end
end

local function is_known(name, option)
  for _, known in ipairs(options[name] or {}) do
    if known.name == option then return true end
  end
  return false
end

--- A search may take as long as it is told: one that may go on for more than a second gets a limit.
local function limit(name, arguments)
  if not is_known(name, "time_limit_s") then return end
  local given = arguments[arguments.n]
  if type(given) ~= "table" then
    given, arguments.n = {}, arguments.n + 1
  end
  local limited = {}
  for key, value in next, given do
    limited[key] = value
  end
  if limited.time_limit_s == nil then
    limited.time_limit_s = 1
  elseif not (type(limited.time_limit_s) == "number" and limited.time_limit_s <= 1) then
    limited.node_limit = 1
  end
  arguments[arguments.n] = limited
end

local function arguments_for(name, turn)
  local known, class, member = models[name], name:match "^(%u%w*)[:.](.*)$"
  if member == "__gc" or member == "__close" then return { values.closable(class), n = 1 } end
  local kind, arguments = math.random(), { n = math.random(0, 4) }
  if #known > 0 and kind < 0.6 then
    arguments = values.mutated(known[math.random(#known)], options[name], turn)
  elseif types[name] and kind < 0.9 then
    arguments.n = #types[name]
    for position, written in ipairs(types[name]) do
      arguments[position] = values.of_type(written)
    end
    arguments = values.mutated(arguments, options[name], turn)
  else
    for position = 1, arguments.n do
      arguments[position] = values.any(options[name])
    end
    if class and arguments.n > 0 then arguments[1] = values.object(class) end
  end
  if class and math.random() < 0.05 then
    arguments[1] = values.any()
    arguments.n = math.max(arguments.n, 1)
  end
  limit(name, arguments)
  return arguments
end

--- Calls something on what a callback is given, while it is given.
values.on_callback = function(...)
  keep(false, ...)
  if depth >= 3 or math.random() < 0.5 then return end
  local class = values.class((...))
  local name = names[math.random(#names)]
  while class and not name:find("^" .. class .. "[:.]") do
    name = names[math.random(#names)]
  end
  local arguments = arguments_for(name)
  if class then
    arguments[1], arguments.n = ..., math.max(arguments.n, 1)
  end
  try(name, arguments)
end

--- Methods called with a dot, on a string: objects are told apart by their size in memory, and strings have one too.
--- Four seeds in a row go through every length.
local function try_strings()
  for _, name in ipairs(names) do
    if name:find "^%u" then
      for length = seed % 4, 200, 4 do
        try(name, { values.string(length), 1, n = 2 })
      end
    end
  end
end

--- Large numbers of what is done as often as it says, by a clock that may be slow.
local large = { epochs = 110 }

--- Every option that takes a number, in every call that was learned. Four seeds in a row go through these numbers.
local function try_options()
  local extreme = ({ math.mininteger, 1100, 2 ^ 31 | 0, math.maxinteger })[seed % 4 + 1]
  for _, name in ipairs(names) do
    for _, model in ipairs(options[name] and models[name] or {}) do
      for _, option in ipairs(options[name]) do
        if option.type:find "^[in][nu]" then
          local arguments = table.move(model, 1, model.n, 1, { n = model.n })
          local number = extreme == 1100 and large[option.name] or extreme
          local given, changed = arguments[model.n], { [option.name] = number }
          for key, value in next, type(given) == "table" and given or {} do
            if key ~= option.name then changed[key] = value end
          end
          if type(given) ~= "table" then arguments.n = model.n + 1 end
          arguments[arguments.n] = changed
          limit(name, arguments)
          try(name, arguments)
        end
      end
    end
  end
end

add_modules()
learn_types()
learn_calls()
for name, reason in pairs(excluded) do
  print("excluded " .. name .. " " .. reason)
end
-- Processor time: how far it gets does not depend on what else the machine does.
local finish = os.clock() + seconds
local order = table.move(names, 1, #names, 1, {})
try_strings()
try_options()
local is_first = true
repeat
  for last = #order, 2, -1 do
    local place = math.random(last)
    order[last], order[place] = order[place], order[last]
  end
  for _, name in ipairs(order) do
    -- What has options is tried once for each, as there are so many ways to call it.
    for turn = 1, math.max(1, #(options[name] or {})) do
      try(name, arguments_for(name, turn))
    end
    if count % 200 == 0 then collectgarbage() end
    if os.clock() >= finish and not is_first then break end
  end
  is_first = false
until os.clock() >= finish
for _, name in ipairs(names) do
  if counts[name] > 0 then print("called " .. name) end
end
print(("%d calls"):format(count))
