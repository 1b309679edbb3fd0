--- What costs nothing first: neurons that never fire in the region go and those that always fire are merged, exactly
--- (T. Serra, A. Kumar, S. Ramalingam, "Lossless Compression of Deep Neural Networks", CPAIOR 2020). Then the smallest
--- weights go until as many are left as the rate leaves of the whole.
local prune = require "vnn.prune"

local function nonzeros(network, last)
  local count = 0
  for index = 1, last do count = count + network:layer(index).weight:not_equal(0):sum() end
  return count
end

return {
  name = "lossless",
  description = "Removes stable neurons exactly, then prunes the rest by magnitude to the same number of weights.",
  prune = function(network, context)
    local small = prune.lossless(network, context.bounds)
    local goal = nonzeros(network, network.depth - 1) * (1 - context.rate)
    local left = nonzeros(small, small.depth - 1)
    if left <= goal then return small end
    return (prune.apply(small, { rate = 1 - goal / left }))
  end,
}
