--- The grid of the paper's experiment.
local milp = require "vnn.milp"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"

local grid = {}

--- Goes up when a result would no longer be what it was under the same parameters.
grid.version = 1

grid.datasets = { "mnist", "fashion" }
grid.sides = { 18, 28 }
grid.layers = { 2, 4 }
grid.widths = { 32, 64 }
grid.rates = { 0.3, 0.5, 0.8, 0.9, 0.95 }
grid.methods = { "magnitude", "random" }
grid.structures = { "unstructured", "structured" }

--- What all cases of one run have in common. The options that were left out are those of the protocol, and they are
--- written into the cases, so that a result says everything that it depends on. Nil and a message when
--- the solver is not there or cannot do what is asked.
local function setting_of(options)
  local rules = protocol.settings[options.protocol]
  local solver, message = milp.capabilities(options.solver)
  if not solver then return nil, message end
  local shows_relaxations = solver.events.relaxation or false
  if options.candidates == "relaxations" and not shows_relaxations then
    return nil, ("--candidates relaxations: %s does not show the relaxations of its nodes"):format(options.solver)
  end
  local tests_relaxations = options.protocol == "strict" and shows_relaxations
  return {
    protocol = options.protocol,
    solver = options.solver,
    time_limit = options.time_limit,
    bounds = options.bounds or rules.bounds,
    over = options.over or rules.over,
    candidates = options.candidates or (tests_relaxations and "relaxations" or "incumbents"),
  }
end

--- The position of a case's draw in `protocol.draws`, which its `seed` names: the draw's seed of the data.
function grid.draw_number(case)
  for number, draw in ipairs(protocol.draws) do
    if draw.data_seed == case.seed then return number end
  end
  error(("seed: expected the data_seed of one of the protocol's draws, got %s"):format(case.seed), 0)
end

--- The seed of a case's training and pruning, as the published code has it.
function grid.training_seed(case) return case.seed + 2 end

--- Calls `visit` with each of the 160 dense networks, a table of `dataset`, `side`, `layers`, `width` and `seed`.
function grid.each_network(visit)
  for _, dataset in ipairs(grid.datasets) do
    for _, side in ipairs(grid.sides) do
      for _, layers in ipairs(grid.layers) do
        for _, width in ipairs(grid.widths) do
          for _, draw in ipairs(protocol.draws) do
            visit { dataset = dataset, side = side, layers = layers, width = width, seed = draw.data_seed }
          end
        end
      end
    end
  end
end

--- Calls `visit` with each of the 40 ways to prune.
function grid.each_pruning(visit)
  for _, rate in ipairs(grid.rates) do
    for _, method in ipairs(grid.methods) do
      for _, structure in ipairs(grid.structures) do
        for _, finetuned in ipairs { false, true } do
          visit { rate = rate, method = method, structure = structure, finetuned = finetuned }
        end
      end
    end
  end
end

--- All 6,560 cases. A dense baseline has no rate, method, structure and finetuning, so a selection by one of those
--- leaves it in: whatever pruned runs are chosen, what they are compared with comes along.
function grid.cases(options)
  local setting, message = setting_of(options)
  if not setting then return nil, message end
  local layers = options.pruned_layers or protocol.settings[options.protocol].pruned_layers
  local cases = {}
  grid.each_network(function(network)
    local case = settings.joined(setting, network)
    cases[#cases + 1] = settings.joined(case, { network = "dense" })
    grid.each_pruning(function(pruning)
      cases[#cases + 1] = settings.joined(case, pruning, { network = "pruned", pruned_layers = layers })
    end)
  end)
  return cases
end

return grid
