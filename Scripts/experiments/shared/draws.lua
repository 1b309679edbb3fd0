--- Images that nothing was chosen by, for experiments that are not about the paper's ten.
local tensor = require "vnn.tensor"

local draws = {}

--- As many as are drawn of each data set.
draws.most = 500

--- The images: positions in the training set from 0, of the half that the paper's draws leave alone, and epsilons from
--- the paper's interval. Smaller sets than MNIST's take the position modulo their count, as `protocol.problem` does.
---@return vnn.protocol.Draw[] list the same ones whenever it is called
function draws.held_out()
  local random, list, seen = tensor.random(20261129), {}, {}
  while #list < draws.most do
    local index = 30000 + random:integer(30000) - 1
    if not seen[index] then
      seen[index] = true
      list[#list + 1] = { index = index, epsilon = 4.5 + random:number() }
    end
  end
  return list
end

return draws
