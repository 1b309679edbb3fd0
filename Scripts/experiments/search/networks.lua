--- The networks that are embedded.
local conditions = require "search.conditions"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local samples = require "vnn.surrogate.samples"
local shared = require "shared.networks"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

local networks = {}

--- The dense network of a case, trained once by the base's recipe.
function networks.dense(case, options, context)
  local recipe = protocol.recipe(case.dataset, conditions.protocol(case.base))
  recipe.seed, recipe.progress = case.image, false
  local identity = shared.with_recipe({
    dataset = case.dataset, side = options.side, architecture = case.architecture,
  }, recipe)
  local test = shared.split(case.dataset, options.side, "test")
  return shared.kept(context, identity, test, function()
    local hidden = assert(shared.widths(case.architecture))
    return shared.train(hidden, shared.split(case.dataset, options.side, "train"), recipe)
  end)
end

local makers = {}

makers["dense"] = function(dense) return dense end

makers["magnitude 0.5"] = function(dense) return (prune.apply(dense, { rate = 0.5 })) end

makers["magnitude 0.9"] = function(dense) return (prune.apply(dense, { rate = 0.9, warn = false })) end

makers["random weights"] = function(dense, _, seed)
  return (prune.apply(nn.mlp(dense.widths, { seed = seed + 1000000 }), { rate = 0.9, warn = false }))
end

makers["distilled"] = function(dense, problem, seed)
  local pruned, mask = prune.apply(dense, { rate = 0.9, warn = false })
  local points = samples.of_problem(problem, 256, tensor.random(seed))
  return (assert(nn.distil(pruned, dense, tensor.stack(points, 1), { mask = mask, steps = 300 })))
end

-- It is refined within the search for its optimum.
makers["refined"] = makers["magnitude 0.9"]

--- The network that a case embeds, and the processor seconds that it took.
---@param case table
---@param dense vnn.Network
---@param problem vnn.Problem
---@return vnn.Network
---@return number
function networks.embedded(case, dense, problem)
  local start = system.processor_clock()
  local embedded = makers[case.embedded](dense, problem, case.image)
  return embedded, system.processor_clock() - start
end

return networks
