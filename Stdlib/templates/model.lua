--- NAME: a trained network in a model of your own. `vnnlua NAME.lua` runs it, and with `--help` lists its options.
local data = require "vnn.data"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local surrogate = require "vnn.surrogate"
local tensor = require "vnn.tensor"

--- Something to learn from: how well mixtures of three parts did that somebody tried. Of a table of your own:
--- data.load("mixtures.csv", { targets = "quality" })
local function experience(seed)
  local parts = tensor.random(seed):uniform({ 400, 3 }, 0, 10)
  local quality = (parts:map(math.sqrt):sum(2) - (parts:sum(2) * 0.1):square()):unsqueeze(2)
  return data.from_rows(parts, quality)
end

return {
  name = "NAME",
  description = "Finds the best whole-numbered mixture by what a network has learned of others.",

  -- `--seed 3 --time-limit 20`. The type is that of the default: 5.0 is any number, 1 only integers.
  options = {
    { name = "seed", default = 1, help = "seed of data and network" },
    { name = "budget", default = 30.0, minimum = 0, help = "what the parts may cost together" },
    { name = "time_limit", default = 5.0, minimum = 0, help = "seconds to solve" },
  },

  run = function(options)
    local samples = experience(options.seed)
    local network = nn.train(nn.mlp({ 3, 16, 16, 1 }, { seed = options.seed }), samples, {
      epochs = 60, seed = options.seed, progress = false,
    })
    print(("%s, R2 %.3f"):format(network, network:r2(samples)))

    -- The model: variables, the network as rows between them, rows and an objective of your own.
    local model = milp.model "NAME"
    local parts = model:variables(3, { kind = "integer", upper = 10, prefix = "part" })
    local quality = model:embed(network, parts, { name = "quality" })
    model:constrain(parts:dot { 3, 2, 1 }, "<=", options.budget, "budget")
    model:maximize(quality.outputs[1])
    print(quality)

    -- Through gradients and pruned copies of the network, and last by the model itself for the bound;
    -- model:solve { solver = "best" } takes the model alone.
    local best = surrogate.optimize(model, { time_limit_s = options.time_limit })
    if not best.solution then return nil, "nothing was found: " .. best.status end
    print(("quality %.3f (%s), parts %g, %g, %g"):format(
      best.objective, best.status, table.unpack(best.solution:values(parts):table())))
    print(("the network itself differs by %.1g"):format(quality:error(best.solution)))
  end,
}
