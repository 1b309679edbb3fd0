--- Questions about random networks as VNN-LIB states them, read back from a file as anybody's.
local system = require "vnn.system"
local verify = require "vnn.verify"

--- "Is there an input of one of the boxes with y_1 >= y_k for every k of one of the lists?"
---@param network vnn.Network
---@param boxes { lower: vnn.Tensor|number[], upper: vnn.Tensor|number[] }[]
---@param alternatives integer[][] numbers of outputs
---@param path string of the file
---@return vnn.Property
return function(network, boxes, alternatives, path)
  local lines, cases, conditions = {}, {}, {}
  for index = 0, network.inputs - 1 do lines[#lines + 1] = ("(declare-const X_%d Real)"):format(index) end
  for index = 0, network.outputs - 1 do lines[#lines + 1] = ("(declare-const Y_%d Real)"):format(index) end
  for place, others in ipairs(alternatives) do
    local rows = {}
    for number, other in ipairs(others) do rows[number] = ("(>= Y_0 Y_%d)"):format(other - 1) end
    conditions[place] = ("(and %s)"):format(table.concat(rows, " "))
  end
  for number, box in ipairs(boxes) do
    local limits = {}
    for index = 1, network.inputs do
      local name = ("X_%d"):format(index - 1)
      limits[index] = ("(>= %s %.17g) (<= %s %.17g)"):format(name, box.lower[index], name, box.upper[index])
    end
    cases[number] = ("(and %s)"):format(table.concat(limits, " "))
  end
  for _, some in ipairs { cases, conditions } do
    lines[#lines + 1] = ("(assert (or %s))"):format(table.concat(some, " "))
  end
  assert(system.write_file(path, table.concat(lines, "\n")))
  return assert(verify.load_property(path))
end
