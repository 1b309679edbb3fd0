--- Networks, tensors and properties in the formats of the field: through Lua, by the ends of names, and what fails.
local nn = require "vnn.nn"
local property = require "vnn.property"
local prune = require "vnn.prune"
local script = require "vnn.script"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails

local folder = os.tmpname()
os.remove(folder)
assert(system.make_directory(folder))
local function file(name) return folder .. "/" .. name end

-- Networks go out and come back, pruned and compacted ones too.
local network = nn.mlp({ 5, 8, 3 }, { seed = 4 })
local sparse = prune.apply(network, { criterion = "magnitude", rate = 0.5, structure = "structured" })
local compact = prune.compact(sparse)
local x = tensor.random(1):uniform { 5 }
for _, one in ipairs { network, sparse, compact } do
  for _, name in ipairs { "net.onnx", "net.npz", "net.safetensors" } do
    assert(one:save(file(name)))
    local back = assert(nn.load(file(name)))
    check(table.concat(back.widths, " ") == table.concat(one.widths, " "), name)
    check(back:forward(x):allclose(one:forward(x), { absolute = name == "net.onnx" and 1e-5 or 1e-15 }), name)
  end
  check(nn.replay(file "net.onnx", x):allclose(one:forward(x), { absolute = 1e-5 }))
end
-- A copy that lost whole neurons can still be held against its original, and be trained beside it.
assert(network:save(file "net.onnx"))
assert(sparse:save(file "sparse.onnx"))
local original, cut = assert(nn.load(file "net.onnx")), assert(nn.load(file "sparse.onnx"))
local around = verify.problem { input = x, norm = "linf", epsilon = 0.05, class = network:classify(x) }
check(verify.difference(original, cut, around).bound < math.huge)
assert(network:save(file "exact.onnx", { precision = "f64" }))
check(nn.load(file "exact.onnx"):forward(x) == network:forward(x))
fails(function() network:save(file "net.onnx", { precision = "f16" }) end, "f16", "f32")
fails(function() nn.replay(file "net.npz", x) end, ".onnx")
fails(function() nn.replay(file "net.onnx", { 1, 2 }) end, "5", "2")
local missing, message = nn.load(file "absent.onnx")
check(missing == nil and message:find("absent.onnx", 1, true), message)

-- Endings say what a file is, in either case; others are refused, and nothing is written.
for _, name in ipairs { "CAPITAL.ONNX", "CAPITAL.NPZ", "CAPITAL.SafeTensors" } do
  assert(network:save(file(name)))
  check(nn.load(file(name)):forward(x):allclose(network:forward(x), { absolute = 1e-5 }), name)
end
check(nn.replay(file "CAPITAL.ONNX", x):allclose(network:forward(x), { absolute = 1e-5 }))
check(#assert(tensor.load(file "CAPITAL.NPZ"))["layers.0.weight"] == 8)
for _, name in ipairs { "net.onnx.gz", "net.h5", "noext", "safetensors" } do
  fails(function() network:save(file(name)) end, ".npz or .safetensors", name)
  check(not system.read_file(file(name)), name)
end
assert(system.write_file(file "net.pt", "something else"))
missing, message = nn.load(file "net.pt")
check(missing == nil)
check(message:find("net.pt: ends in none of .onnx, .onnx.gz, .npz and .safetensors", 1, true), message)

-- Named tensors as NumPy has them.
assert(tensor.save(file "all.npz", { a = x, b = tensor.zeros(2, 3) }))
local all = assert(tensor.load(file "all.npz"))
check(all.a == x and all.b == tensor.zeros(2, 3))
fails(function() tensor.save(file "all.npy", { a = x }) end, ".npz")
assert(system.write_file(file "bad.npz", "PK"))
missing, message = tensor.load(file "bad.npz")
check(missing == nil and message:find "bad%.npz.*zip", message)

-- Properties: what a problem asks, written, read, and asked again.
local input = tensor.full({ 5 }, 0.5)
local best = network:classify(input)
for norm, epsilon in pairs { l1 = 0.25, linf = 0.125, box = 0 } do
  epsilon = norm ~= "box" and epsilon or nil
  local problem = verify.problem { input = input, norm = norm, epsilon = epsilon, class = best }
  assert(verify.property(network, problem):save(file "p.vnnlib"))
  local stated = assert(verify.load_property(file "p.vnnlib"))
  check(stated.inputs == 5 and stated.outputs == 3 and stated.cases == 1)
  check(tostring(stated) == "Property(5 inputs, 3 outputs, 1 region)")
  local reduced, again = stated:reduce(network)
  check(reduced.outputs == 3 and again.class == best and again.target == nil)
  check(again.norm == (norm == "l1" and "l1" or "box"))
  for seed = 1, 20 do
    local point = problem:sample(tensor.random(seed))
    local outputs = network:forward(point)
    check(stated:satisfied(point, outputs) == (problem:margin(outputs) >= 0))
    check(stated:condition():margin(outputs) == problem:margin(outputs))
  end
  local result = property.decide(network, stated, { time_limit_s = 20 })
  check(result.verdict == "sat" or result.verdict == "unsat", result.verdict)
  check((result.verdict == "sat") == (result.input ~= nil))
  -- Whoever replays has the last word.
  if result.verdict == "sat" then
    local doubted = property.decide(network, stated, { time_limit_s = 5, replay = function() return nil, "no" end })
    check(doubted.verdict ~= "sat" and doubted.verdict ~= "unsat" and doubted.reason == "no")
  end
end

-- A point that the replay refuses is not the end: another may pass. The verdict is never a proof then.
local open = verify.property(network, verify.problem { input = input, norm = "box", class = best })
local calls = 0
local second = property.decide(network, open, {
  time_limit_s = 20,
  replay = function(point)
    calls = calls + 1
    if calls == 1 then return nil, "not this one" end
    return network:forward(point)
  end,
})
check(second.verdict == "sat" and calls == 2 and second.reason == nil, second.verdict)
local none = property.decide(network, open, { time_limit_s = 5, replay = function() return nil, "none of them" end })
check(none.verdict == "unknown" or none.verdict == "timeout", none.verdict)
check(none.reason == "none of them" and none.decided_by == nil and #none.cases == 1)

-- A proof counts where the replay computes what the network does.
local near = verify.property(network, verify.problem { input = input, norm = "linf", epsilon = 1e-6, class = best })
for _, point in ipairs { { 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0 / 0 } } do
  fails(function() near:certify(network, point, file "near.certificate") end, "5 finite inputs")
end
local faithful = property.decide(network, near, { replay = function(point) return network:forward(point) end })
check(faithful.verdict == "unsat", faithful.verdict)
local misread = property.decide(network, near, { replay = function(point) return network:forward(point) + 0.01 end })
check(misread.verdict == "unknown")
check(misread.reason:find("differ from the network's by 0.01", 1, true), misread.reason)
check(property.decide(network, near, { replay = function() return tensor.full({ 3 }, 0 / 0) end }).verdict == "unknown")

-- An activation behind the network is no difference, but what it makes equal is.
local function own(point) return network:forward(point) end
for _, case in ipairs { { 0.5, "unsat" }, { 0, "unknown", "the replay satisfies it" } } do
  local behind = property.decide(network, near, {
    replay = function(point) return network:forward(point) * case[1] end,
    replay_network = own,
  })
  check(behind.verdict == case[2] and (not case[3] or behind.reason:find(case[3], 1, true)), behind.verdict)
end

-- Regions may need different stages, and all of those decided.
local stated = {
  "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (or (and (>= X_0 0) (<= X_0 1) (>= Y_0 5))",
  "(and (>= X_0 1) (<= X_0 2) (>= Y_0 5))))",
}
assert(system.write_file(file "two.vnnlib", table.concat(stated, "\n")))
local line = nn.from_layers { { weight = tensor.ones { 1, 1 }, bias = tensor.zeros(1) } }
local shut = property.decide(line, assert(verify.load_property(file "two.vnnlib")), { time_limit_s = 20 })
check(shut.verdict == "unsat" and #shut.cases == 2 and shut.decided_by == "bounds", shut.decided_by)

-- y1 = x1, y2 = x2, y3 = relu(x1) + relu(x2): what holds in a corner, on a line, nowhere or only without equality.
local plain = nn.from_layers {
  { weight = tensor.from { { 1, 0 }, { 0, 1 }, { 1, 0 }, { 0, 1 } }, bias = tensor.zeros(4), rectified = { 3, 4 } },
  { weight = tensor.from { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 1 } }, bias = tensor.zeros(3) },
}
local unit = "(assert (<= -1 X_0 1)) (assert (<= -1 X_1 1))"
for _, case in ipairs {
  { unit, "(assert (>= Y_2 2))", "sat" }, { unit, "(assert (> Y_2 2))", "unknown" },
  { unit, "(assert (> Y_2 2.001))", "unsat", "relaxed" }, { unit, "(assert (>= Y_2 2.001))", "unsat" },
  { unit, "(assert (= Y_0 0.5))", "sat" }, { unit, "(assert (= Y_0 Y_1 0.25))", "sat" },
  { unit, "(assert (<= (+ X_0 X_1) 0.5)) (assert (>= Y_2 1.9))", "unsat" },
  { unit, "(assert (= X_0 X_1)) (assert (>= (- Y_0 Y_1) 0.001))", "unsat" },
  { unit, "(assert (>= (- Y_2 X_0) 0.999)) (assert (<= X_1 0.5))", "sat" },
  { unit, "(assert (>= (- Y_2 X_0 X_1) 2.001))", "unsat" }, { unit, "", "sat" },
  { unit, "(assert (not (<= Y_2 1.9)))", "sat" }, { unit, "(assert (>= X_0 1.5))", "unsat", "leave nothing" },
  { "(assert (<= X_0 1)) (assert (<= -1 X_1 1))", "(assert (>= Y_2 0.5))", "sat" },
  { "(assert (<= X_0 1)) (assert (<= -1 X_1 1))", "(assert (>= Y_2 9))", "unknown", "X_0 has no lower bound" },
} do
  local declarations = {}
  for number = 0, 2 do
    if number < 2 then declarations[#declarations + 1] = ("(declare-const X_%d Real)"):format(number) end
    declarations[#declarations + 1] = ("(declare-const Y_%d Real)"):format(number)
  end
  local text = table.concat(declarations) .. case[1] .. case[2]
  assert(system.write_file(file "case.vnnlib", text))
  local asked = assert(verify.load_property(file "case.vnnlib"))
  local chain = asked:chain(plain)
  check(chain.inputs == asked.inputs and chain.outputs == asked.outputs)
  local found = property.decide(chain, asked, { time_limit_s = case[3] == "unknown" and 0.2 or 20 })
  local verdict = found.verdict == "timeout" and "unknown" or found.verdict
  check(verdict == case[3], ("%s: %s"):format(case[2], found.verdict))
  check(not case[4] or found.reason:find(case[4], 1, true), found.reason)
  if asked.cases == 0 then
    local certified, excuse = property.certify(chain, asked, found, file "empty.cert")
    check(certified == nil and excuse:find("as the region is empty", 1, true) and excuse:find(case[4], 1, true), excuse)
    check(not system.exists(file "empty.cert.network.safetensors") and not system.exists(file "empty.cert"))
  end
  if verdict == "sat" then
    check(asked:satisfied(found.input, chain:forward(found.input)))
    for position = 1, #found.input do
      local value = found.input[position]
      check(("f"):unpack(("f"):pack(value)) == value, "a number of Float32")
    end
  end
end

local rows = verify.problem { input = input, norm = "l1_row_max", rows = 5, epsilon = 0.1, class = best }
fails(function() verify.property(network, rows):save(file "p.vnnlib") end, "l1_row_max")
fails(function() verify.load_property(file "p.vnnlib"):reduce(nn.mlp { 4, 3 }) end, "5 inputs", "4")
fails(function() verify.load_property(file "p.vnnlib"):condition(2) end, "2")
fails(function() property.decide(network, verify.load_property(file "p.vnnlib"), { tim = 3 }) end, "tim")

-- Scripts that take arguments by their places.
local declaration = script.check({
  name = "count",
  description = "Counts.",
  arguments = {
    { name = "first_thing", type = "string", help = "what comes first" },
    { name = "times", default = 3, minimum = 1, help = "how often" },
  },
  options = { { name = "loud", default = false, help = "shout" } },
  run = print,
}, "count.lua")
local options = assert(script.parse(declaration, { "--loud", "a-b", "5" }))
check(options.first_thing == "a-b" and options.times == 5 and options.loud)
options = assert(script.parse(declaration, { "a" }))
check(options.first_thing == "a" and options.times == 3 and not options.loud)
missing, message = script.parse(declaration, {})
check(missing == nil and message == "FIRST-THING is missing: what comes first", message)
local _, too_small = script.parse(declaration, { "a", "0" })
check(too_small == "TIMES: expected at least 1, got '0'", too_small)
local _, too_many = script.parse(declaration, { "a", "1", "b" })
check(too_many:find("'b'", 1, true), too_many)
check(script.help(declaration, "count.lua"):find("usage: vnnlua count.lua FIRST-THING [TIMES] [options]", 1, true))
declaration.options[1].name = "times"
fails(function() script.check(declaration, "count.lua") end, "times", "twice")

os.execute("rm -r '" .. folder .. "'")
checks.finish()
