--- Passes through all blocks of a model, chains of them included: outputs forward, slopes backward.
local settings = require "vnn.settings"

local passes = {}

--- Fills in the outputs of all blocks, in their order.
---@param run vnn.surrogate.Run
---@param point number[] one number per column, changed in place
function passes.forward(run, point)
  settings.expect("passes.forward", 1, run, "a table")
  for position, rows in ipairs(run.columns) do
    for _, row in ipairs(rows) do
      local x = {}
      for input, column in ipairs(row.inputs) do x[input] = point[column] end
      local y = run.networks[position]:forward(x)
      for output, column in ipairs(row.outputs) do point[column] = y[output] end
    end
  end
end

--- Carries slopes from the outputs of all blocks to their inputs, by the chain rule.
---@param run vnn.surrogate.Run
---@param point number[] whose outputs are filled in
---@param slope table<integer, number> by column, of a function of all of them; changed in place, and then that of the
---  function of all columns but the outputs
function passes.backward(run, point, slope)
  settings.expect("passes.backward", 1, run, "a table")
  for position = #run.columns, 1, -1 do
    for _, row in ipairs(run.columns[position]) do
      local x, weights, matters = {}, {}, false
      for output, column in ipairs(row.outputs) do
        weights[output] = slope[column] or 0
        matters = matters or weights[output] ~= 0
      end
      if matters then
        for input, column in ipairs(row.inputs) do x[input] = point[column] end
        local _, gradient = run.networks[position]:input_gradient(x, weights)
        for input, column in ipairs(row.inputs) do slope[column] = (slope[column] or 0) + gradient[input] end
      end
    end
  end
end

return passes
