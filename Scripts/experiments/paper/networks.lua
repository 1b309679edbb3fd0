--- The networks of the paper's experiment.
local grid = require "paper.grid"
local protocol = require "vnn.protocol"
local shared = require "shared.networks"
local system = require "vnn.system"

local networks = {}

--- A split of a case's data set.
function networks.split(case, name) return shared.split(case.dataset, case.side, name) end

--- How the dense network of a case is trained.
local function recipe_of(case)
  local recipe = protocol.recipe(case.dataset, grid.rules(case))
  recipe.seed, recipe.progress = grid.training_seed(case), false
  return recipe
end

--- What the dense network of a case depends on: under another protocol it is the same where the recipe is.
local function identity_of(case)
  local identity = shared.with_recipe({
    dataset = case.dataset,
    side = case.side,
    layers = case.layers,
    width = case.width,
  }, recipe_of(case))
  identity.kind = "dense"
  return identity
end

--- The dense network of a case, trained once, and its facts.
function networks.dense(case, context)
  return shared.kept(context, identity_of(case), networks.split(case, "test"), function()
    local hidden = {}
    for layer = 1, case.layers do hidden[layer] = case.width end
    return shared.train(hidden, networks.split(case, "train"), recipe_of(case))
  end)
end

local function prune(case, dense, train, trainer)
  return (
    protocol.prune(dense, {
      protocol = grid.rules(case),
      rate = case.rate,
      criterion = case.method,
      structure = case.structure,
      data = train,
      seed = grid.training_seed(case),
      trainer = trainer,
    })
  )
end

--- The pruned network of a case, and its facts. One that is finetuned is made once; one that is not is made faster
--- than it is read.
function networks.pruned(case, dense, context)
  local test = networks.split(case, "test")
  if not case.finetuned then
    local start, processor_start = system.clock(), system.processor_clock()
    local network = prune(case, dense)
    local facts = {
      seconds = system.clock() - start,
      processor_seconds = system.processor_clock() - processor_start,
    }
    facts.accuracy = network:accuracy(test)
    return network, facts
  end
  local rules = grid.rules(case)
  local identity = identity_of(case)
  for _, key in ipairs { "rate", "method", "structure" } do identity[key] = case[key] end
  for _, key in ipairs { "pruned_layers", "keep_biases", "finetuning", "shuffles" } do identity[key] = rules[key] end
  identity.kind = "finetuned"
  return shared.kept(context, identity, test, function()
    local trainer, borrowed = shared.trainer(context, identity_of(case), test)
    return prune(case, dense, networks.split(case, "train"), trainer), borrowed
  end)
end

return networks
