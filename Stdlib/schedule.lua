--- When to prune how much, and what to train in between: one shot, iterative with finetuning, lottery rewinding,
--- gradual.
---
--- Every schedule takes a dense network and returns a pruned one with its mask; the dense one stays as it is. Pruned
--- weights are exactly zero at the end, whatever was trained.
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local settings = require "vnn.settings"

local schedule = {}

---@class vnn.schedule.Options
---@field rate number the share of the weights that is gone at the end, from 0 to below 1
---@field prune? table options of `prune.mask` other than rate, count and within; `criterion` may be a policy's function
---@field policy? fun(network: vnn.Network, rate: number, within: vnn.Mask?): vnn.Mask chooses the mask in place of
--- `prune`; `rate` is the share of what `within` keeps
---@field data? vnn.Dataset what is trained on; needed by every schedule that trains
---@field train? table options of `nn.train` for the epochs in between (default: Adam 1e-3, batches of 64)
---@field trainer? fun(network: vnn.Network, data: vnn.Dataset, options: table): vnn.Network what trains, such as one
--- that keeps what it has trained before (default: `nn.train`)
---@field epochs? integer epochs after each round (default: 5)
---@field rounds? integer rounds of pruning (default: 5)
---@field final_epochs? integer epochs after the last round, lottery only (default: the same as `epochs`)
---@field initial? vnn.Network what survivors are reset to, lottery only (default: the dense network's weights)
---@field start_rate? number share that is gone after the first round, gradual only (default: 0)
---@field on_round? fun(event: vnn.schedule.Event) called after each round

---@class vnn.schedule.Event
---@field round integer 1 for the first
---@field rounds integer
---@field network vnn.Network the network after the round's training
---@field mask vnn.Mask
---@field sparsity number share of all weights that the mask removes

local known = {
  "rate",
  "prune",
  "policy",
  "data",
  "train",
  "trainer",
  "epochs",
  "rounds",
  "final_epochs",
  "initial",
  "start_rate",
  "on_round",
}

local expectations = {
  prune = "a table",
  policy = "a function",
  data = "vnn.Dataset",
  train = "a table",
  trainer = "a function",
  initial = "vnn.Network",
  on_round = "a function",
}

--- Epochs after each round, where nothing else is asked for.
local usual_epochs = 5

--- Raises an error where the options are wrong. A schedule needs data unless its epochs are 0; without a default for
--- them it always does.
local function check(name, options, default_epochs)
  settings.check("schedule." .. name, options, known, 4)
  options = options or {}
  settings.rate("schedule." .. name, options.rate, 4)
  for option, expected in pairs(expectations) do
    settings.expect("schedule." .. name, option, options[option], expected .. " or nothing", 4)
  end
  for _, key in ipairs { "epochs", "rounds", "final_epochs" } do
    local value, least = options[key], key == "rounds" and 1 or 0
    if value ~= nil and (math.type(value) ~= "integer" or value < least) then
      error(("schedule.%s: %s: expected an integer from %d, got %s"):format(name, key, least, tostring(value)), 3)
    end
  end
  local trains = not default_epochs or (options.epochs or default_epochs) ~= 0
  if trains and options.data == nil then
    error(("schedule.%s: data: is missing; the schedule trains between its rounds"):format(name), 3)
  end
end

--- The mask that takes the share `rate` of what `within` keeps.
local function choose(options, network, rate, within)
  if options.policy then return options.policy(network, rate, within) end
  return prune.mask(network, settings.joined(options.prune or {}, { rate = rate, within = within }))
end

--- Trains with the mask held; the mask once more makes sure of biases that it removed.
local function train(options, network, mask, epochs)
  if epochs == 0 then return mask:apply(network) end
  local recipe = settings.joined(options.train or {}, { epochs = epochs, mask = mask })
  return mask:apply((options.trainer or nn.train)(network, options.data, recipe))
end

local function tell(options, round, rounds, network, mask)
  if not options.on_round then return end
  options.on_round { round = round, rounds = rounds, network = network, mask = mask, sparsity = mask.sparsity }
end

--- The share of what is left to remove in order to go from `before` gone to `after` gone.
local function step(before, after) return (after - before) / (1 - before) end

--- Prunes once, and finetunes when `epochs` and `data` are given.
---
--- ```lua
--- local data, nn, schedule = require "vnn.data", require "vnn.nn", require "vnn.schedule"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.mlp({ 81, 16, 10 }, { seed = 1 })
--- local sparse, mask = schedule.one_shot(dense, { rate = 0.5, data = digits, epochs = 1 })
--- print(sparse, mask.kept[1]) --> Network(81 -> 16 -> 10, 45% pruned)	648
--- ```
---@param dense vnn.Network
---@param options vnn.schedule.Options `epochs` is 0 by default here
---@return vnn.Network pruned
---@return vnn.Mask mask
function schedule.one_shot(dense, options)
  settings.expect("schedule.one_shot", 1, dense, "vnn.Network")
  check("one_shot", options, 0)
  local mask = choose(options, dense, options.rate)
  local network = train(options, mask:apply(dense), mask, options.epochs or 0)
  tell(options, 1, 1, network, mask)
  return network, mask
end

--- Prunes and finetunes in equal rounds: round k of n leaves (1 - rate)^(k/n) of the weights. The strict protocol's
--- finetuning, with 5 rounds of 5 epochs (S. Han, J. Pool, J. Tran, W. Dally, "Learning both Weights and Connections
--- for Efficient Neural Networks", NIPS 2015, section 3.4).
---@param dense vnn.Network
---@param options vnn.schedule.Options
---@return vnn.Network pruned
---@return vnn.Mask mask
function schedule.iterative(dense, options)
  settings.expect("schedule.iterative", 1, dense, "vnn.Network")
  check("iterative", options, usual_epochs)
  local rounds, network, mask = options.rounds or 5, dense, nil
  local share = 1 - (1 - options.rate) ^ (1 / rounds)
  for round = 1, rounds do
    mask = choose(options, network, share, mask)
    network = train(options, mask:apply(network), mask, options.epochs or usual_epochs)
    tell(options, round, rounds, network, mask)
  end
  return network, mask
end

--- Lottery-ticket rewinding: train, prune, reset the survivors to their first values, round after round, and train once
--- more at the end (J. Frankle, M. Carbin, "The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks",
--- ICLR 2019, section 2). The paper's published runs do this with the dense weights as first values.
---@param dense vnn.Network
---@param options vnn.schedule.Options
---@return vnn.Network pruned
---@return vnn.Mask mask
function schedule.lottery(dense, options)
  settings.expect("schedule.lottery", 1, dense, "vnn.Network")
  check("lottery", options)
  local rounds, initial, mask = options.rounds or 5, options.initial or dense, prune.keep_all(dense)
  local epochs = options.epochs or usual_epochs
  local share = 1 - (1 - options.rate) ^ (1 / rounds)
  local network = initial
  for round = 1, rounds do
    local trained = train(options, mask:apply(network), mask, epochs)
    mask = choose(options, trained, share, mask)
    network = mask:apply(initial)
    tell(options, round, rounds, network, mask)
  end
  return train(options, network, mask, options.final_epochs or epochs), mask
end

--- Gradual pruning: after round k of n the share start + (rate - start) (1 - (1 - k/n)^3) is gone, much early and
--- little late (M. Zhu, S. Gupta, "To Prune, or Not to Prune: Exploring the Efficacy of Pruning for Model
--- Compression", 2017, eq. 1).
---@param dense vnn.Network
---@param options vnn.schedule.Options
---@return vnn.Network pruned
---@return vnn.Mask mask
function schedule.gradual(dense, options)
  settings.expect("schedule.gradual", 1, dense, "vnn.Network")
  check("gradual", options, usual_epochs)
  local rounds, network, mask, gone = options.rounds or 5, dense, nil, 0
  local start = options.start_rate or 0
  if type(start) ~= "number" or not (start >= 0 and start <= options.rate) then
    error(("schedule.gradual: start_rate: expected a number from 0 to the rate, got %s"):format(tostring(start)), 2)
  end
  for round = 1, rounds do
    local target = start + (options.rate - start) * (1 - (1 - round / rounds) ^ 3)
    mask = choose(options, network, step(gone, target), mask)
    gone = target
    network = train(options, mask:apply(network), mask, options.epochs or usual_epochs)
    tell(options, round, rounds, network, mask)
  end
  return network, mask
end

return schedule
