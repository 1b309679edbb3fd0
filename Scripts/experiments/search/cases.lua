--- The cases: each image on each network under each condition.
local conditions = require "search.conditions"
local milp = require "vnn.milp"
local names = require "vnn.names"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"
local shared = require "shared.networks"

local cases = {}

--- All cases. Every image has networks of its own, trained with its number as the seed, so that images are independent
--- of each other.
---@param options table
---@return table[]? cases nil when an option is wrong, or the solver is not there
---@return string? message
function cases.make(options)
  local solver, missing = milp.capabilities(options.solver)
  if not solver then return nil, missing end
  if not solver.events.relaxation then
    return nil, ("--solver %s: it does not show the relaxations of its nodes, which some cases test"):format(
      options.solver)
  end
  for _, dataset in ipairs(options.datasets) do
    if not protocol.recipes[dataset] then
      local known = table.concat(names.sorted(protocol.recipes), ", ")
      return nil, ("datasets: expected some of %s, got '%s'"):format(known, dataset)
    end
  end
  for _, architecture in ipairs(options.architectures) do
    local widths, message = shared.widths(architecture)
    if not widths then return nil, message end
  end
  local list = {}
  for _, dataset in ipairs(options.datasets) do
    for position, architecture in ipairs(options.architectures) do
      for image = 1, options.images do
        for _, condition in ipairs(conditions.all) do
          if position == 1 or not conditions.is_of_one_network(condition) then
            list[#list + 1] = settings.joined({
              dataset = dataset, architecture = architecture, image = image,
            }, conditions.parameters(condition))
          end
        end
      end
    end
  end
  return list
end

return cases
