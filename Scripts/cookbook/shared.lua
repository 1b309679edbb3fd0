--- What several recipes need: a small trained network and a problem for it.
local data = require "vnn.data"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"

local shared = {}

--- A network for digits of 9 x 9 pixels, its training images, and a problem where an adversarial input exists.
function shared.small()
  local digits = assert(data.load("digits", { side = 9 }))
  local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
  return dense, digits, assert(protocol.problem(dense, digits, 3))
end

return shared
