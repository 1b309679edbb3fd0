--- Holds ONNX networks of other tools against what onnxruntime made of them: every NAME.onnx with a NAME.json in a
--- folder. Scripts/bench/models/exports makes such a folder.
local json = require "vnn.json"
local nn = require "vnn.nn"
local system = require "vnn.system"

--- How far two lists of numbers are apart, as a share of the largest, which counts as 1 at least.
local function difference(actual, expected)
  if #actual ~= #expected then return math.huge end
  local scale, largest = 1, 0
  for _, value in ipairs(expected) do scale = math.max(scale, math.abs(value)) end
  for position, value in ipairs(expected) do
    local apart = math.abs(actual[position] - value) / scale
    -- NaN is far from everything.
    largest = apart <= largest and largest or apart == apart and apart or math.huge
  end
  return largest
end

--- What is wrong with one network; nothing where it is right.
local function check(path, case)
  local options = { output = case.output, last = case.last }
  local network, message = nn.load(path, options)
  if not network then return message end
  for position, input in ipairs(case.inputs) do
    local outputs = assert(nn.replay(path, input, { output = case.output }))
    local apart = difference(outputs:table(), case.outputs[position])
    if apart > 1e-5 then return ("the replay is %g off"):format(apart) end
    -- Without its last activation a network is compared with a replay that leaves it out as well.
    outputs = assert(nn.replay(path, input, options))
    apart = difference(network:forward(input):table(), outputs:table())
    if apart > 1e-5 then return ("the network is %g off"):format(apart) end
  end
end

return {
  name = "exports",
  description = "Holds ONNX networks against what onnxruntime made of them.",
  arguments = { { name = "folder", type = "string", help = "a folder of NAME.onnx and NAME.json" } },
  run = function(options)
    local names, right = assert(system.list(options.folder)), 0
    local count = 0
    for _, name in ipairs(names) do
      local stem = name:match "^(.*)%.json$"
      if stem then
        count = count + 1
        local path = options.folder .. "/" .. stem
        local wrong = check(path .. ".onnx", json.decode(assert(system.read_file(path .. ".json"))))
        if wrong then print(("%s: %s"):format(stem, wrong)) else right = right + 1 end
      end
    end
    print(("%d of %d are read as onnxruntime computes them"):format(right, count))
    return right == count and 0 or 1
  end,
}
