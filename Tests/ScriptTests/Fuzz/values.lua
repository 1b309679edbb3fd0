--- Values for calls that nobody would write.
local values = {}

local numbers = {
  math.mininteger, math.mininteger + 1, math.maxinteger, math.maxinteger - 1, 2 ^ 31 | 0, -2 ^ 31 | 0, 2 ^ 31 - 1 | 0,
  2 ^ 32 | 0, 2 ^ 40 | 0, 2 ^ 53 | 0, 2 ^ 62 | 0, 1100, 0, -1, 1, 2, 3, 0 / 0, 1 / 0, -1 / 0, -0.0, 1e308, -1e308,
  5e-324, 0.5, 1.5, 2 ^ 53, 2 ^ 63, -2 ^ 63, 2 ^ 31,
}

--- What calls get as a function; it is told of every call.
function values.on_callback() end

--- By class: the objects that the examples made, which stay alive, and the last ones that calls made.
local pool, classes = {}, {}

--- The short name of the class of a native object; nil for anything else.
function values.class(value)
  if type(value) ~= "userdata" then return nil end
  local metatable = debug.getmetatable(value)
  local name = metatable and rawget(metatable, "__members") and rawget(metatable, "__name")
  return name and name:match "[^.]+$"
end

--- What is large makes every later call slow, and would hide what is slow by mistake.
local function is_small(value)
  local has_count, count = pcall(function() return value.count end)
  return not has_count or type(count) ~= "number" or count <= 10000
end

--- Keeps a native object, or those in a table, as something to call with.
function values.keep(value, is_learned)
  if type(value) == "table" then
    for position = 1, math.min(rawlen(value), 4) do
      if type(value[position]) == "userdata" then values.keep(value[position], is_learned) end
    end
    return
  end
  local class = values.class(value)
  if not class or not is_small(value) then return end
  if not pool[class] then
    pool[class] = { learned = {}, made = {} }
    classes[#classes + 1] = class
  end
  local kept = is_learned and pool[class].learned or pool[class].made
  kept[#kept < 16 and #kept + 1 or math.random(16)] = value
end

--- An object of `class`, or of any.
function values.object(class)
  local kept = pool[class] or pool[classes[math.random(#classes)]]
  local list = #kept.made > 0 and math.random() < 0.4 and kept.made or kept.learned
  if #list == 0 then list = kept.made end
  return list[math.random(#list)]
end

--- One of those that may be closed; nil when there is none.
function values.closable(class)
  local made = pool[class] and pool[class].made or {}
  return made[math.random(math.max(1, #made))]
end

--- A string of `length` bytes.
function values.string(length) return ("x"):rep(length) end

local function text()
  local kind = math.random(5)
  if kind == 1 then return values.string(math.random(0, 200)) end
  if kind == 2 then return ("%s"):rep(math.random(0, 8)) end
  if kind == 3 then return "\0\255\xC3" end
  if kind == 4 then return tostring(numbers[math.random(#numbers)]) end
  return ({ "all", "x.npy", "x.png", "<=", "{}", "[[[", "e\u{301}", "auto", "highs", "glpk" })[math.random(10)]
end

local function callback()
  local behaviour = math.random(4)
  return function(...)
    values.on_callback(...)
    if behaviour == 1 then error "raised" end
    if behaviour == 2 then error {} end
    if behaviour == 3 then return values.any() end
    return ...
  end
end

local shapes = {
  {}, { 0 }, { 2 ^ 40 | 0 }, { 2 ^ 31 | 0, 2 ^ 31 | 0, 4 }, { math.maxinteger, math.maxinteger },
  { 0, math.maxinteger }, { math.mininteger },
  { 1, 1, 1, 1, 1, 1, 1, 1 }, { 2 ^ 62 | 0, 4 }, { 2 ^ 31 | 0, 0 }, { -1, -1 }, { 3, -1 },
}

local function copy(named)
  local result = {}
  for key, value in next, named do
    result[key] = value
  end
  return result
end

--- Sets some of the options that are known, the one that has its turn first, to what they take or to anything.
local function with_options(named, known, turn)
  for _ = 1, math.random(2) do
    local option = known[turn or math.random(#known)]
    local choice = math.random(3)
    if (turn or choice == 1) and option.type:find "^[in][nu]" then
      named[option.name] = numbers[math.random(#numbers)]
    else
      named[option.name] = choice == 2 and values.any() or values.of_type(option.type)
    end
    turn = nil
  end
  return named
end

local function special_table(known)
  local kind = math.random(7)
  if kind == 1 then
    local itself = {}
    itself[1], itself.itself = itself, itself
    return itself
  end
  if kind == 2 then return { [1] = 1, [3] = 3, [2 ^ 31 | 0] = 2 } end
  if kind == 3 then return setmetatable({}, { __len = function() return math.maxinteger end }) end
  if kind == 4 then
    return setmetatable({}, { __index = function() error "raised" end, __len = function() return -1 end })
  end
  if kind == 5 then
    local nested = {}
    for _ = 1, math.random(40, 400) do
      nested = { nested }
    end
    return nested
  end
  if kind == 6 and known then return with_options({}, known) end
  local list = {}
  for position = 1, math.random(0, 104) do
    list[position] = numbers[math.random(#numbers)]
  end
  return list
end

--- Anything; `known` are options, `{ name, type }` each.
function values.any(known)
  local kind = math.random(20)
  if kind <= 8 then return numbers[math.random(#numbers)] end
  if kind <= 10 then return text() end
  if kind == 11 then return table.move(shapes[math.random(#shapes)], 1, 8, 1, {}) end
  if kind <= 14 then return special_table(known) end
  if kind <= 17 then return values.object(classes[math.random(#classes)]) end
  if kind == 18 then return callback() end
  return ({ true, false, io.stdout, coroutine.create(print), print, nil })[math.random(6)]
end

--- A value as the documentation writes its type, such as `vnn.Tensor|number[]`.
function values.of_type(written)
  local choices = {}
  for choice in written:gmatch "[^|]+" do
    choices[#choices + 1] = choice
  end
  local choice = choices[math.random(math.max(1, #choices))] or ""
  local class = choice:match "^vnn%.(%u%w*)$"
  if class then return values.object(class) end
  local element = choice:match "^(.*)%[%]$"
  if element then
    local list = {}
    for position = 1, math.random(0, 4) do
      list[position] = values.of_type(element)
    end
    return list
  end
  if choice:find "^integer" then return math.random(0, 3) end
  if choice:find "^number" then return ({ 0, 0.25, 0.5, 1, -1 })[math.random(5)] end
  if choice:find "^string" then return text() end
  if choice:find "^boolean" then return math.random() < 0.5 end
  if choice:find "^fun" then return callback() end
  if choice:find '^"' then return choice:match '^"(.*)"' end
  if choice:find "^[{v]" then return {} end
  return values.any()
end

--- Something like `value`, which is a number, or at least of its kind.
local function like(value)
  if type(value) == "number" and math.random() < 0.8 then return numbers[math.random(#numbers)] end
  if type(value) == "function" and math.random() < 0.8 then return callback() end
  if type(value) == "string" and math.random() < 0.5 then return text() end
  local class = values.class(value)
  if class and math.random() < 0.8 then return values.object(class) end
  return values.any()
end

local function mutated_table(model, known, depth)
  local result, keys = {}, {}
  for key, value in next, model do
    result[key] = value
    keys[#keys + 1] = key
    if #keys > 200 then break end
  end
  local choice = math.random(6)
  if known and choice <= 3 then
    with_options(result, known)
  elseif #keys > 0 and choice <= 5 then
    -- `next` has no order that the seed determines.
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    local key = keys[math.random(#keys)]
    if type(result[key]) == "table" and depth < 4 and math.random() < 0.7 then
      result[key] = mutated_table(result[key], nil, depth + 1)
    else
      result[key] = like(result[key])
    end
  else
    result[#result + 1] = values.any()
  end
  return result
end

--- The arguments of a call with up to two of them replaced, and some options set, among them that number `turn`.
function values.mutated(model, known, turn)
  local result = table.move(model, 1, model.n, 1, { n = model.n })
  -- Options are enough to try, and mostly come after arguments that must be right.
  for _ = 1, known and math.random(-2, 1) or math.random(0, 2) do
    local position = math.random(math.max(1, result.n))
    if math.random() < 0.15 then position = result.n + 1 end
    result.n = math.max(result.n, position)
    local value = result[position]
    if type(value) == "table" and math.random() < 0.8 then
      result[position] = mutated_table(value, known, 0)
    else
      result[position] = like(value)
    end
  end
  if known and math.random() < 0.8 then
    local last = result[result.n]
    if type(last) ~= "table" then result.n = result.n + 1 end
    result[result.n] = with_options(type(last) == "table" and copy(last) or {}, known, turn)
  end
  if result.n > 1 and math.random() < 0.05 then result.n = result.n - 1 end
  return result
end

local function describe(value, depth)
  local kind = type(value)
  if value == math.mininteger and math.type(value) == "integer" then return "math.mininteger" end
  if kind == "number" then return ("%q"):format(value) end
  if kind == "string" then
    local length = value:match "^xx*$" and #value
    return length and length > 3 and ('("x"):rep(%d)'):format(length) or ("%q"):format(value:sub(1, 80))
  end
  if kind == "userdata" then
    local class = values.class(value)
    return class and "<" .. class .. ">" or "<userdata>"
  end
  if kind ~= "table" then return kind == "function" and "<function>" or tostring(value) end
  if depth > 4 then return "{…}" end
  local parts, shown = {}, 0
  for key, inner in next, value do
    shown = shown + 1
    if shown > 12 then
      parts[#parts + 1] = "…"
      break
    end
    local label = math.type(key) == "integer" and key == shown and "" or "[" .. describe(key, 5) .. "] = "
    parts[#parts + 1] = label .. describe(inner, depth + 1)
  end
  return "{" .. table.concat(parts, ", ") .. "}" .. (debug.getmetatable(value) and "+metatable" or "")
end

--- A sequence of arguments as text.
function values.describe(arguments)
  local parts = {}
  for position = 1, arguments.n do
    parts[position] = describe(arguments[position], 0)
  end
  return table.concat(parts, ", ")
end

return values
