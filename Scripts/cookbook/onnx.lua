--- Take a network and a property to another tool, and bring one back: ONNX and VNN-LIB, `vnnlua onnx.lua FOLDER`.
local nn = require "vnn.nn"
local property = require "vnn.property"
local verify = require "vnn.verify"
local shared = require "shared"

local folder = arg[1] or "."
local dense, _, problem = shared.small()

-- Out: any tool of the field reads these two.
assert(dense:save(folder .. "/network.onnx"))
assert(verify.property(dense, problem):save(folder .. "/property.vnnlib"))

-- Back in: weights are Float32 in ONNX files, so the network is not quite the one that was trained.
local network = assert(nn.load(folder .. "/network.onnx"))
local stated = assert(verify.load_property(folder .. "/property.vnnlib"))
local function replay(input) return nn.replay(folder .. "/network.onnx", input) end
local result = property.decide(network, stated, { time_limit_s = 20, replay = replay })
print(network, stated)
print(result.verdict, result.decided_by)
if result.input then
  -- The same as `vnnlua Scripts/experiments/verify.lua network.onnx property.vnnlib --counterexample found.txt`.
  print(property.counterexample(result.input, result.outputs):match "[^\n]+" .. " …")
end
