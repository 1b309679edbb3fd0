--- The cases: boxes as in the paper's function maximisation, three small problems that gradients do not fit, and the
--- models of the gallery.
local gallery = require "maximise.gallery"
local milp = require "vnn.milp"
local settings = require "vnn.settings"

local cases = {}

--- Rates at which networks are pruned for `surrogate`; those of the other methods are dense.
local rates = { 0.3, 0.5, 0.8 }

--- Adds a case for every method to `list`. `optimize` is all that `surrogate.optimize` does, gradients and the dense
--- MILP included; `surrogate` only what the pruned copies lead to.
local function add(list, setting, chosen_rates)
  for _, method in ipairs { "gradients", "dense", "optimize" } do
    list[#list + 1] = settings.joined(setting, { method = method, prune = 0 })
  end
  for _, rate in ipairs(chosen_rates) do
    list[#list + 1] = settings.joined(setting, { method = "surrogate", prune = rate })
  end
end

--- All cases.
---@param options table
---@return table[]? cases nil when the solver is not there
---@return string? message
function cases.make(options)
  local _, missing = milp.capabilities(options.solver)
  if missing then return nil, missing end
  local list = {}
  for _, inputs in ipairs { 100, 1000 } do
    for layers = 3, 5 do
      for _, width in ipairs { 100, 500 } do
        for seed = 50, 54 do
          add(list, { problem = "box", inputs = inputs, layers = layers, width = width, seed = seed }, rates)
        end
      end
    end
  end
  for _, problem in ipairs { "budget", "integer", "chain" } do
    for seed = 50, 59 do
      add(list, { problem = problem, inputs = 10, layers = 2, width = 20, seed = seed }, { 0.8 })
    end
  end
  for _, problem in ipairs(gallery.names) do
    for seed = 1, 5 do add(list, { problem = problem, seed = seed }, { 0.8 }) end
  end
  return list
end

return cases
