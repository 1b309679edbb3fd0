--- The cases: every network dense, and pruned at every rate in both structures.
local milp = require "vnn.milp"
local settings = require "vnn.settings"

local cases = {}

--- Hidden layers by subject and shape; both shapes of a subject have as many neurons.
local layers = {
  peaks = { deep = "4x10", shallow = "1x40" },
  pictures = { deep = "4x16", shallow = "1x64" },
}

local subjects = { peaks = "peaks", digits = "pictures", mnist = "pictures", fashion = "pictures" }

--- All cases.
---@param options table
---@return table[]? cases nil when an option is wrong, or the solver is not there
---@return string? message
function cases.make(options)
  local _, missing = milp.capabilities(options.solver)
  if missing then return nil, missing end
  local list = {}
  for _, about in ipairs(options.about) do
    local subject = subjects[about]
    if not subject then return nil, ("--about: expected peaks, digits, mnist or fashion, got %s"):format(about) end
    for _, shape in ipairs { "deep", "shallow" } do
      for seed = 1, options.seeds do
        local network = { about = about, shape = shape, layers = layers[subject][shape], seed = seed }
        list[#list + 1] = settings.joined(network, { rate = 0.0, structure = "dense" })
        for _, structure in ipairs { "unstructured", "structured" } do
          for _, rate in ipairs(options.rates) do
            list[#list + 1] = settings.joined(network, { rate = rate, structure = structure })
          end
        end
      end
    end
  end
  return list
end

return cases
