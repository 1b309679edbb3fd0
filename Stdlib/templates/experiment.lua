--- NAME: an experiment. `vnnlua NAME.lua` runs it, `vnnlua NAME.lua --help` lists its options, and
--- `vnnlua NAME.lua --out results --jobs 2` keeps what it finds: after any stop, `--resume` goes on.
local data = require "vnn.data"
local nn = require "vnn.nn"
local plot = require "vnn.plot"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local surrogate = require "vnn.surrogate"

local digits = assert(data.load("digits", { side = 9 }))
local widths = { digits.inputs, 16, 16, #digits.classes }

--- The dense network of a seed, trained by the first case that needs it.
local function dense_network(seed, context)
  local path = assert(context:artefact({ widths = widths, seed = seed }, "safetensors", function(path)
    return nn.train(nn.mlp(widths, { seed = seed }), digits, { epochs = 3, seed = 1 }):save(path)
  end))
  return assert(nn.load(path))
end

return {
  name = "NAME",
  description = "Finds adversarial inputs of a network with pruned copies of it.",
  -- Raise it when the same cases would give other results: then they run again.
  version = 1,

  -- `--rates 0.5,0.8`, `--time-limit 20`. The type is that of the default: 5.0 is any number, 3 only integers. A result
  -- depends on all options, except those that only select cases.
  options = {
    {
      name = "problems",
      default = 5,
      minimum = 1,
      maximum = #protocol.draws,
      selects = true,
      help = "how many problems",
    },
    {
      name = "rates",
      default = { 0.0, 0.5, 0.9 },
      minimum = 0,
      below = 1,
      selects = true,
      help = "pruning rates; 0 is the dense one",
    },
    { name = "time_limit", default = 5.0, minimum = 0, help = "seconds per solve" },
    { name = "seed", default = 2, help = "seed of the network" },
  },

  -- What there is to do: flat tables of strings, numbers and booleans. `--only rate=0.9` chooses among them.
  cases = function(options)
    local cases = {}
    for number = 1, options.problems do
      for _, rate in ipairs(options.rates) do cases[#cases + 1] = { problem = number, rate = rate } end
    end
    return cases
  end,

  -- One case: the fields of its result, or nil and a message when it could not be done.
  run = function(case, options, context)
    local dense = dense_network(options.seed, context)
    local problem = protocol.problem(dense, digits, case.problem)
    -- What the network gets wrong is no problem.
    if not problem then return { verdict = "misclassified" } end
    local embedded = case.rate == 0 and dense or prune.apply(dense, { rate = case.rate, criterion = "magnitude" })
    -- Your own policy, with `policy = require "vnn.policy"` above, in place of "magnitude":
    -- local mine = assert(policy.load "mine.lua")
    -- embedded = policy.run(mine, dense, { rate = case.rate, data = digits, problem = problem })
    local result = surrogate.find(dense, embedded, problem, { time_limit_s = options.time_limit })
    return { verdict = result.verdict, first_hit_s = result.first_hit_s }
  end,

  -- All rows, of cases and their results, also when Ctrl-C ended the experiment early.
  report = function(rows, _, context)
    local lines, hits, of_rate, rates = {}, {}, {}, {}
    for _, row in ipairs(rows) do
      lines[#lines + 1] = { row.problem, row.rate, row.verdict, report.seconds(row.first_hit_s) }
      if not of_rate[row.rate] then
        of_rate[row.rate] = { count = 0, times = {} }
        rates[#rates + 1] = row.rate
      end
      local summary = of_rate[row.rate]
      if row.verdict ~= "misclassified" then summary.count = summary.count + 1 end
      if row.first_hit_s then
        hits[#hits + 1] = { row.rate, row.first_hit_s }
        table.insert(summary.times, row.first_hit_s)
      end
    end
    print(report.table({ "problem", "rate", "verdict", "first hit" }, lines))
    for _, rate in ipairs(rates) do
      local times = of_rate[rate].times
      print(("rate %g: %d of %d, median %s"):format(
        rate, #times, of_rate[rate].count, report.seconds(statistics.median(times))))
    end
    if not context.folder or #hits == 0 then return end
    local drawn, message = plot.draw {
      stem = context.folder .. "/hits",
      script = "set xlabel 'rate'; set ylabel 'seconds to the first hit'; set logscale y; plot $hits notitle pt 7",
      data = { hits = hits },
    }
    print(drawn and "plot: " .. drawn.svg or "no plot: " .. message)
  end,
}
