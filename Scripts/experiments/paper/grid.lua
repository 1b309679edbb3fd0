--- The grid of the paper's experiment.
local milp = require "vnn.milp"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"

local grid = {}

--- Goes up when a result would no longer be what it was under the same parameters.
grid.version = 2

grid.datasets = { "mnist", "fashion" }
grid.sides = { 18, 28 }
grid.layers = { 2, 4 }
grid.widths = { 32, 64 }
grid.rates = { 0.3, 0.5, 0.8, 0.9, 0.95 }
grid.methods = { "magnitude", "random" }
grid.structures = { "unstructured", "structured" }

--- What a network and its problem have in common with those that they are compared with.
grid.group = { "dataset", "side", "layers", "width", "seed" }

--- The settings of the protocol that are parameters of all cases, and of those of pruned networks.
local shared, of_pruned = { "classes", "norm", "bounds", "over" }, { "pruned_layers", "rounds", "finetuning" }

--- The options that change one setting of the protocol each.
function grid.factors()
  local helps = {
    classes = "whose first two classes at the image are the problem's: the dense network's, or the embedded one's",
    norm = "how changes of the image are measured; l1_row_max is the largest in each of its rows, added up",
    bounds = "how preactivations are bounded",
    over = "what the bounds know: the region, or only its box",
    pruned_layers = "whether the output layer is pruned too",
    finetuning = "whether and how: by the data set's recipe, or by rewinding to the dense weights",
  }
  local options = {}
  for _, list in ipairs { shared, of_pruned } do
    for _, name in ipairs(list) do
      options[#options + 1] = name == "rounds"
          and { name = name, type = "integer", minimum = 1, help = "geometric rounds of pruning without finetuning" }
        or { name = name, type = "string", choices = protocol.choices[name], help = helps[name] }
    end
  end
  for _, option in ipairs(options) do option.help = option.help .. " (default: the protocol's)" end
  return options
end

--- The protocol's settings of a case, with those that are its parameters in their place.
function grid.rules(case)
  local changes = {}
  for _, list in ipairs { shared, of_pruned } do
    for _, name in ipairs(list) do changes[name] = case[name] end
  end
  return protocol.with(case.protocol, changes)
end

--- What all cases of one run have in common. The options that were left out are those of the protocol, and they are
--- written into the cases, so that a result says everything that it depends on. Nil and a message when
--- the solver is not there or cannot do what is asked.
local function setting_of(options, rules)
  local solver, message = milp.capabilities(options.solver)
  if not solver then return nil, message end
  local shows_relaxations = solver.events.relaxation or false
  if options.candidates == "relaxations" and not shows_relaxations then
    return nil, ("--candidates relaxations: %s does not show the relaxations of its nodes"):format(options.solver)
  end
  local tests_relaxations = options.protocol == "strict" and shows_relaxations
  local setting = {
    protocol = options.protocol,
    solver = options.solver,
    time_limit = options.time_limit,
    limit_in = options.limit_in,
    candidates = options.candidates or (tests_relaxations and "relaxations" or "incumbents"),
  }
  for _, name in ipairs(shared) do setting[name] = rules[name] end
  return setting
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

--- Calls `visit` with each of the 40 ways to prune, or the 20 without finetuning.
function grid.each_pruning(rules, visit)
  for _, rate in ipairs(grid.rates) do
    for _, method in ipairs(grid.methods) do
      for _, structure in ipairs(grid.structures) do
        for _, finetuned in ipairs { false, rules.finetuning ~= "none" or nil } do
          visit {
            rate = rate, method = method, structure = structure, finetuned = finetuned,
            finetuning = finetuned and rules.finetuning or "none", rounds = not finetuned and rules.rounds or nil,
            pruned_layers = rules.pruned_layers,
          }
        end
      end
    end
  end
end

--- All 6,560 cases, as often as they are repeated, and each dense run at least twice: what differs between these is
--- noise. A dense run has no rate, method, structure and finetuning, so a selection by one of those leaves it in:
--- whatever pruned runs are chosen, what they are compared with comes along.
function grid.cases(options)
  local changes = {}
  for _, option in ipairs(grid.factors()) do changes[option.name] = options[option.name] end
  local rules = protocol.with(options.protocol, changes)
  local setting, message = setting_of(options, rules)
  if not setting then return nil, message end
  local cases, count = {}, options["repeat"]
  grid.each_network(function(network)
    for repetition = 1, math.max(count, 2) do
      local case = settings.joined(setting, network, { repetition = repetition })
      cases[#cases + 1] = settings.joined(case, { network = "dense" })
      if repetition <= count then
        grid.each_pruning(rules, function(pruning)
          cases[#cases + 1] = settings.joined(case, pruning, { network = "pruned" })
        end)
      end
    end
  end)
  return cases
end

return grid
