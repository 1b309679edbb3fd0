--- Compare two ways to prune by what counts: does the pruned model still lead to adversarial inputs, and how fast?
local prune = require "vnn.prune"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local shared = require "shared"
local surrogate = require "vnn.surrogate"

local dense, digits = shared.small()

local policies = {
  { name = "magnitude", score = function(layer) return layer.weight:abs() end },
  -- A neuron's weights matter together.
  {
    name = "by neuron",
    score = function(layer)
      local size = layer.weight:abs()
      return size + size:mean(2, { keep = true })
    end,
  },
}

local rows = {}
for _, policy in ipairs(policies) do
  local sparse = prune.apply(dense, { rate = 0.7, criterion = policy.score })
  local found, seconds, tried = 0, 0, 0
  for number = 1, #protocol.draws do
    local problem = protocol.problem(dense, digits, number)
    if problem then
      local result = surrogate.find(dense, sparse, problem, { time_limit_s = 10 })
      tried = tried + 1
      if result.witness then
        found = found + 1
        seconds = seconds + result.first_hit_s
      end
    end
  end
  local mean = found > 0 and report.seconds(seconds / found) or "-"
  rows[#rows + 1] = { policy.name, ("%d of %d"):format(found, tried), mean }
end
print(report.table({ "policy", "found", "mean time to the first" }, rows))
