--- The order of names, and what a mistyped one was meant to be.
local checks = require "support.checks"
local names = require "vnn.names"
local settings = require "vnn.settings"
local tensor = require "vnn.tensor"
local check = checks.check

local function sorted(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return table.concat(names.sorted(set), " ")
end
check(sorted { "10", "1a", "9", "b", "B", "0.5", "-1" } == "-1 0.5 9 10 1a B b")
-- What `tonumber` reads is a number, and of those of one value the first by its letters; the rest are texts.
check(sorted { "0x10", "15", "17", "16", "16.0" } == "15 0x10 16 16.0 17")
check(sorted { "nan", "inf", "1e999", "-1e999", "3" } == "-1e999 3 1e999 inf nan")
check(sorted { " 1 ", "0", "2", "one" } == "0  1  2 one")
check(#names.sorted { [1] = true, ["1"] = true, [1.5] = true, [true] = true } == 4)

-- A total order: of any three names, whatever order they come in, the same list.
local random = tensor.random(11)
local pool = {
  "", " ", "0", "-0", "0.0", "00", "1", "1.0", "1a", "1e0", "9", "10", "0x9", "0xA", "0x", " 9", "9 ", "1e3", "1000",
  "a1", "a10", "a9", "inf", "-inf", "nan", "1e400", "-1e400", "9007199254740993", "9007199254740992",
  "9007199254740992.0", "9223372036854775807", "9223372036854775808", "ü", "Z", "a", "-", "+1", "1.5", "0x1.8p0",
}
local function precedes(a, b)
  return a ~= b and names.sorted({ [a] = true, [b] = true })[1] == a
end
for _ = 1, 20000 do
  local a, b, c = pool[random:integer(#pool)], pool[random:integer(#pool)], pool[random:integer(#pool)]
  check(a == b or precedes(a, b) ~= precedes(b, a))
  check(not (precedes(a, b) and precedes(b, c)) or precedes(a, c), ("%q < %q < %q"):format(a, b, c))
end
local whole = sorted(pool)
for _ = 1, 50 do
  local shuffled = {}
  for place, position in ipairs(random:permutation(#pool)) do shuffled[place] = pool[position] end
  check(sorted(shuffled) == whole)
end

-- What was meant, by the functions of the library as by native ones.
local candidates = { "time_limit", "seed", "rows", "mps" }
for name, nearest in pairs {
  time_limt = "time_limit", seeed = "seed", Seed = "seed", row = "rows", raws = "rows", mp = "mps",
  x = false, lp = false, seed = false, [""] = false, zzzzzzzz = false,
} do
  check(names.nearest(name, candidates) == (nearest or nil), name)
  check(names.suggestion(name, candidates) == (nearest and ("; did you mean '%s'?"):format(nearest) or ""), name)
end
for _, name in ipairs { "sep", "kep", "kp", "k", "keepp", "KEEP", "" } do
  local _, ours = pcall(settings.check, "f", { [name] = 1 }, { "keep" })
  local _, native = pcall(tensor.zeros({ 2 }).sum, tensor.zeros { 2 }, 1, { [name] = true })
  local meant = tostring(native):find("did you mean", 1, true) ~= nil
  check((tostring(ours):find("did you mean", 1, true) ~= nil) == meant, ("%s: %s; %s"):format(name, ours, native))
end
checks.fails_here("names.nearest: argument 2: expected a list of strings, got nil", function() names.nearest "x" end)
check(not pcall(require, "vnn.host"))

-- A mistyped field of a module says which was meant, or what there is; what is no name is nil, as of any table.
for module, typed in pairs { surrogate = "optimise", tensor = "zeross", names = "nearst" } do
  local loaded = require("vnn." .. module)
  local message = ("vnn.%s: unknown field '%s'; did you mean '"):format(module, typed)
  checks.fails_here(message, function() return loaded[typed] end)
  check(loaded[1] == nil and loaded[{}] == nil and rawget(loaded, typed) == nil)
  loaded[typed] = 1
  check(loaded[typed] == 1)
  loaded[typed] = nil
end
checks.fails_here("vnn.names: unknown field 'x'; there are nearest, reserved, sorted, suggestion", function()
  -- Of keys that are no names nothing is said.
  names[1], names[print] = true, true
  return names.x
end)
names[1], names[print] = nil, nil
check(require("vnn.policies.magnitude").scor == nil)
-- What the documentation says may be missing is no mistake.
local system = require "vnn.system"
local build = system.build
system.build = nil
check(build == nil or type(build) == "string")
check(system.build == nil)
system.build = build

checks.finish()
