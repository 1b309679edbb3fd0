--- JSON as scripts see it; what a text may look like is tested in JSONConformanceTests.
local json = require "vnn.json"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local check, misused = checks.check, checks.fails_here
local function equal(value, wanted)
  check(value == wanted, ("expected %s, got %s"):format(wanted, value))
end

-- Kinds of numbers.
for text, number in pairs {
  ["3"] = 3, ["3.0"] = 3.0, ["-0"] = -0.0, ["-0.0"] = -0.0, ["1e2"] = 100.0, ["9007199254740993"] = (1 << 53) + 1,
  ["9223372036854775807"] = math.maxinteger, ["-9223372036854775808"] = math.mininteger,
  ["1152921504606846976"] = 1 << 60, ["1152921504606846976.0"] = 2.0 ^ 60, ["18446744073709551615"] = 2.0 ^ 64,
} do
  local got = json.decode(text)
  equal(got, number)
  equal(math.type(got), math.type(number))
  equal(("%a"):format(got), ("%a"):format(number))
end
for _, number in ipairs { 2.0 ^ 60, 2.0 ^ 63, -0.0, 0.1, 1e300, 5e-324, math.maxinteger, math.mininteger, 1 << 60 } do
  local got = json.decode(json.encode { number })[1]
  equal(got, number)
  equal(math.type(got), math.type(number))
  equal(("%a"):format(got), ("%a"):format(number))
end
equal(json.encode { 3, 3.0, -0.0, 0.1, 2.0 ^ 60, 1 << 60 }, "[3,3,-0.0,0.1,1.152921504606847e+18,1152921504606846976]")

-- Shapes.
local value = json.decode [[{
  "list": [1, null, 3], "none": null, "deep": {"": [[] ]}, "twice": 1, "twice": 2, "gone": 1, "gone": null
}]]
equal(value.list[1] + value.list[3], 4)
check(value.list[2] == nil and value.none == nil and value.gone == nil)
equal(#value.list, 3)
equal(#value.deep[""][1], 0)
for _, text in ipairs { "[null,1,null,3]", "[[null,[null,2]],null,1]", "[1,null,[],null,[null,0]]" } do
  equal(json.encode(json.decode(text)), text)
end
equal(value.twice, 2)
check(select("#", json.decode "null") == 1 and json.decode "null" == nil)
equal(json.decode '"a\\u0000b\\ud834\\udd1e"', "a\0b\u{1D11E}")
equal(json.decode '{"a\\u0000b": 1}'["a\0b"], 1)
equal(json.encode { ["a\0b"] = "\0\u{1D11E}\xFF/" }, '{"a\\u0000b":"\\u0000\u{1D11E}\u{FFFD}/"}')
equal(
  json.encode { b = {}, a = { true, false }, ["a b"] = { { x = "" } } },
  '{"a":[true,false],"a b":[{"x":""}],"b":[]}'
)
equal(json.encode(tensor.from { { 1, 2.5 }, { -0.0, 4 } }), "[[1,2.5],[-0.0,4]]")
equal(json.encode(nil), "null")
equal(json.encode({ 1, { a = 2 } }, { indented = true }), '[\n  1,\n  {\n    "a": 2\n  }\n]')

-- As wide and as deep as it may be.
local wide = {}
for i = 1, 3000 do wide["key" .. i] = i end
local back = json.decode(json.encode(wide))
for name, number in pairs(wide) do
  if back[name] ~= number then check(false, name) end
end
local deep = 1
for _ = 1, 100 do deep = { deep } end
equal(json.encode(json.decode(json.encode(deep))), json.encode(deep))
-- The room of the Lua stack is asked for where much of it is used.
local function low(depth) return depth == 0 and json.decode(json.encode(deep)) or { low(depth - 1) } end
equal(type(low(150)), "table")

-- What is wrong.
local function refused(text, ...)
  local got, message = json.decode(text)
  check(got == nil and type(message) == "string", text)
  for _, word in ipairs { ... } do check(message:find(word, 1, true), message) end
end
refused("[1,]", "json.decode: not valid JSON: line 1, column 4: expected a value, got ']'")
refused('{"a": 1,\n "b" 2}', "line 2, column 6: expected ':', got '2'")
refused('"\\ud800"', "half")
refused(("["):rep(101), "100 deep")
refused(("[[1],"):rep(50) .. "}", "got '}'")
local path = os.tmpname()
local file <close> = assert(io.open(path, "w"))
file:write "\u{FEFF}{\n}}"
file:flush()
local _, message = json.load(path)
check(message:find(path .. ": not valid JSON: line 2, column 2: expected the end of the text", 1, true), message)
os.remove(path)
check(select(2, json.load "/nonexistent.json"):find("/nonexistent.json", 1, true))
local cycle = {}
cycle[1] = cycle
misused("expected a string, got 1", function() json.decode(1) end)
misused("expected plain data or a tensor, got function", function() json.encode { print } end)
misused("no infinite numbers and no NaN", function() json.encode { { x = 1 / 0 } } end)
misused("no infinite numbers and no NaN", function() json.encode { { x = 0 / 0 } } end)
misused("both positions and names", function() json.encode { 1, x = 1 } end)
misused("the key 3", function() json.encode { [3] = 1 } end)
misused("contains itself", function() json.encode(cycle) end)
misused("more than 100 deep", function() json.encode { deep } end)

-- A finalizer that takes the names away while they are written does no harm.
for round = 1, 50 do
  local object = {}
  for i = 1, 100 do object[("a name that is long enough not to be kept once %d"):format(i)] = { {}, { i } } end
  setmetatable({}, { __gc = function()
    for name in pairs(object) do object[name] = nil end
    for i = 1, 100 do object["other" .. i + round] = nil end
    collectgarbage()
  end })
  collectgarbage "restart"
  check(type(json.decode(json.encode(object))) == "table")
end

-- Memory: reading takes the table and little more.
local function kilobytes(name) return tonumber(io.open("/proc/self/status"):read("a"):match(name .. ":%s*(%d+)")) end
local text = "[" .. ('{"name":"a case","numbers":[1.5,2.5,3.5],"ok":true},'):rep(200000) .. "1]"
collectgarbage()
local before, lua_before = kilobytes "VmHWM", collectgarbage "count"
local rows = json.decode(text)
local table_size = collectgarbage "count" - lua_before
local growth = kilobytes "VmHWM" - before
check(growth < table_size + 3 * #text / 1024, ("%.0f KB for a table of %.0f KB"):format(growth, table_size))
equal(#rows, 200001)

checks.finish()
