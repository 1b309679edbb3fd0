--- Nodes per second of the branch and bound by threads, in turns: a network of 784-256x4-10 on images of digits,
--- searched for a fixed number of nodes.
local data = require "vnn.data"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local system = require "vnn.system"
local verify = require "vnn.verify"

--- The first image whose margin the search cannot settle at once.
local function hard(network, digits, options)
  for index = 1, 50 do
    local input = digits:image(index)
    local best, second = table.unpack(network:top_classes(input, 2))
    local problem = verify.problem {
      input = input, norm = "linf", epsilon = options.epsilon, class = best, target = second,
    }
    local search = verify.branch_and_bound(network, problem, { node_limit = 64, time_limit_s = 60 })
    if search.status == "limit" and search.nodes >= 64 then return problem end
  end
end

local function run(options)
  local digits = assert(data.load(options.dataset, { side = 28 }))
  local widths = { 784, 256, 256, 256, 256, 10 }
  local network = nn.train(nn.mlp(widths, { seed = 2 }), digits, { epochs = options.epochs, seed = 2 })
  local problem = hard(network, digits, options)
  if not problem then return nil, "expected a problem that takes more than 64 nodes: try another --epsilon" end
  print(origin.processor())
  local best, rows = {}, {}
  for _ = 1, options.runs do
    for _, threads in ipairs(options.threads) do
      -- The work at the root is another matter.
      local search = verify.branch_and_bound(network, problem, { node_limit = 64, threads = threads })
      local nodes, start, processor = search.nodes, system.clock(), system.processor_clock()
      search:resume { node_limit = options.nodes }
      local seconds = system.clock() - start
      local rate = (search.nodes - nodes) / seconds
      rows[#rows + 1] = {
        threads, ("%.1f"):format(rate), ("%.2f"):format((system.processor_clock() - processor) / seconds),
        search.status, search.nodes - nodes,
      }
      best[threads] = math.max(best[threads] or 0, rate)
    end
  end
  print(report.table({ "threads", "nodes per second", "processors used", "status", "nodes" }, rows))
  for _, threads in ipairs(options.threads) do
    print(("%d threads: %.2f times the best of one"):format(threads, best[threads] / best[options.threads[1]]))
  end
  return true
end

return {
  name = "threads",
  description = "Nodes per second of the branch and bound by threads.",
  options = {
    { name = "dataset", default = "digits", help = "mnist, fashion, digits" },
    { name = "epsilon", default = 0.03, help = "the largest change of a pixel" },
    { name = "epochs", default = 2, minimum = 0, help = "epochs of training before" },
    { name = "nodes", default = 1000, minimum = 100, help = "nodes of a run" },
    { name = "threads", type = "list", default = { 1, 2 }, help = "how many threads, in turns" },
    { name = "runs", default = 3, minimum = 1, help = "runs, of which the fastest counts" },
  },
  run = run,
}
