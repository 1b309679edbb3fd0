--- Keep what a long sweep has found, whatever happens, and go on with it.
---
---   vnnlua resume-sweep.lua                                  everything in this process, nothing is kept
---   vnnlua resume-sweep.lua --out sweep --jobs 2             two workers; every finished case is a line in sweep/
---   vnnlua resume-sweep.lua --out sweep --status             how far it is, from another terminal
---   vnnlua resume-sweep.lua --out sweep --jobs 2 --resume    after Ctrl-C, a crash, a power cut: what is missing
---   vnnlua resume-sweep.lua --out sweep --resume --rates 0.5,0.7,0.9   more cases; those that are done stay
---   vnnlua resume-sweep.lua --out sweep --report --only rate=0.9       the report again, of some cases
local data = require "vnn.data"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local report = require "vnn.report"

local digits = assert(data.load("digits", { side = 9 }))
local test = assert(data.load("digits", { side = 9, split = "test" }))

--- Trained by the first case that needs it, while others wait for it; then read from its file.
local function dense_network(seed, context)
  local path = assert(context:artefact({ seed = seed, epochs = 3 }, "safetensors", function(path)
    return nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = seed }), digits, { epochs = 3, seed = seed }):save(path)
  end))
  return assert(nn.load(path))
end

return {
  name = "resume-sweep",
  description = "The accuracy of pruned networks, over rates and seeds.",
  -- Raise it when you change `run` so that the same cases give other results.
  version = 1,
  options = {
    -- These only choose cases. A result depends on all options that are not marked so.
    { name = "seeds", default = { 1, 2 }, selects = true, help = "seeds of networks" },
    { name = "rates", default = { 0.5, 0.9 }, minimum = 0, below = 1, selects = true, help = "pruning rates" },
  },
  cases = function(options)
    local cases = {}
    for _, seed in ipairs(options.seeds) do
      for _, rate in ipairs(options.rates) do cases[#cases + 1] = { seed = seed, rate = rate } end
    end
    return cases
  end,
  run = function(case, _, context)
    local sparse = prune.apply(dense_network(case.seed, context), { rate = case.rate, criterion = "magnitude" })
    return { accuracy = sparse:accuracy(test) }
  end,
  report = function(rows)
    local lines = {}
    for _, row in ipairs(rows) do lines[#lines + 1] = { row.seed, row.rate, ("%.1f %%"):format(100 * row.accuracy) } end
    print(report.table({ "seed", "rate", "accuracy" }, lines))
  end,
}
