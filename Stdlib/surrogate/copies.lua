--- Pruned copies of a model's networks, and of the model with them.
local policy = require "vnn.policy"
local prune = require "vnn.prune"
local refine = require "vnn.surrogate.refine"
local settings = require "vnn.settings"

local copies = {}

--- Positions of the blocks that have the same network.
---@param run vnn.surrogate.Run
---@return integer[][]
function copies.groups(run)
  settings.expect("copies.groups", 1, run, "a table")
  run.groups = run.groups or refine.groups(run.networks)
  return run.groups
end

--- A pruned copy of a network, as the options ask for it, and finetuned if they do.
local function one(run, network, rate)
  local options = settings.joined(run.options.prune or {}, { rate = rate })
  local declaration, finetune = options.policy, run.options.finetune
  local sparse, mask
  if declaration then
    options.policy = nil
    sparse, mask = policy.run(declaration, network, options)
  else
    -- A copy that is too sparse is a poor candidate, and nobody's network.
    options.warn = false
    sparse, mask = prune.apply(network, options)
  end
  if not finetune then return sparse end
  local tuned = finetune(sparse, mask or prune.nonzeros(sparse), network)
  settings.expect("finetune", "its result", tuned, "vnn.Network", 0)
  return tuned
end

--- Pruned copies of the blocks' networks, one for each group of equal ones.
---@param run vnn.surrogate.Run
---@param rate number
---@return vnn.Network[]
function copies.pruned(run, rate)
  settings.expect("copies.pruned", 2, rate, "a number")
  run.pruned = run.pruned or {}
  if not run.pruned[rate] then
    local networks = {}
    for position, group in ipairs(copies.groups(run)) do
      networks[position] = one(run, run.networks[group[1]], rate)
    end
    run.pruned[rate] = networks
  end
  return run.pruned[rate]
end

--- A copy of the model with other networks, one for each group of equal ones.
---@param run vnn.surrogate.Run
---@param networks vnn.Network[]
---@return vnn.Model
function copies.model(run, networks)
  settings.expect("copies.model", 2, networks, "a list")
  local model = run.model:copy()
  local blocks = model:blocks()
  for position, group in ipairs(copies.groups(run)) do
    for _, block in ipairs(group) do blocks[block]:replace(networks[position]) end
  end
  return model
end

return copies
