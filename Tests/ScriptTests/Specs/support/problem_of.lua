--- The problem of the grey input in an L1 ball: its two likeliest classes.
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

return function(network, epsilon)
  local input = tensor.full({ network.inputs }, 0.5)
  local best, second = table.unpack(network:top_classes(input, 2))
  return verify.problem { input = input, norm = "l1", epsilon = epsilon, class = best, target = second }
end
