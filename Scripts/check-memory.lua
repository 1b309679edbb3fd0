--- Creates and drops objects of every native class and watches how the process grows.
local data = require "vnn.data"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local report = require "vnn.report"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local network = nn.mlp({ 4, 3, 2 }, { seed = 1 })
local images = data.from_tensors(tensor.zeros { 2, 4 }, { 1, 2 })
local problem = verify.problem { input = { 0.5, 0.5, 0.5, 0.5 }, epsilon = 0.1, class = 1, target = 2 }
local bounds = verify.bounds(network, problem)
local model = milp.model()
local x, y = model:variable { upper = 5, kind = "integer" }, model:variable { upper = 5 }
model:constrain(x + y, "<=", 7.5)
model:maximize(2 * x + y)

--- How one object of each class is made; `share` is the part of the cycles that an expensive one gets.
local makers = {
  ["vnn.Tensor"] = { function() return tensor.zeros { 2, 3 } end },
  ["vnn.Random"] = { function() return tensor.random(3) end },
  ["vnn.Dataset"] = { function() return images:subset(1, 1) end },
  ["vnn.Network"] = { function() return network:copy() end },
  ["vnn.Layer"] = { function() return network:layer(1) end },
  ["vnn.Mask"] = { function() return prune.nonzeros(network) end },
  ["vnn.Model"] = { function() return milp.model() end },
  ["vnn.Variable"] = { function() return milp.model():variable {} end },
  ["vnn.Variables"] = { function() return milp.model():variables(3) end },
  ["vnn.Expression"] = { function() return x + 2 * y end },
  ["vnn.Constraints"] = {
    function()
      local other = milp.model()
      other:constrain(other:variable {}, "<=", 1)
      return other:all_constraints()
    end,
  },
  ["vnn.Optimizer"] = { function() return nn.adam(network) end },
  ["vnn.Summary"] = { function() return network:summary() end },
  ["vnn.Search"] = { function() return verify.branch_and_bound(network, problem) end, share = 0.02 },
  ["vnn.Constraint"] = {
    function()
      local other = milp.model()
      return other:constrain(other:variable {}, "<=", 1)
    end,
  },
  ["vnn.Solution"] = { function() return model:solve() end, share = 0.02 },
  ["vnn.SolveEvent"] = {
    function()
      local kept
      model:solve { on_incumbent = function(event) kept = event end }
      return kept
    end,
    share = 0.02,
  },
  ["vnn.Problem"] = {
    function()
      return verify.problem { input = { 0.5, 0.5, 0.5, 0.5 }, epsilon = 0.1, class = 1, target = 2 }
    end,
    share = 0.5,
  },
  ["vnn.Bounds"] = { function() return verify.bounds(network, problem) end, share = 0.1 },
  ["vnn.Encoding"] = { function() return verify.encode(network, problem, { bounds = bounds }) end, share = 0.05 },
  ["vnn.Witness"] = { function() return verify.evaluate(network, problem, { 0.5, 0.5, 0.5, 0.5 }) end, share = 0.2 },
}

--- Bytes of this process in memory.
local function resident()
  local file = assert(io.open "/proc/self/statm")
  local pages = file:read("a"):match "^%d+ (%d+)"
  file:close()
  return tonumber(pages) * 4096
end

local function settle()
  collectgarbage()
  collectgarbage()
end

local function run(options)
  local rows, failed = {}, {}
  local names = {}
  for name in pairs(makers) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local make, share = makers[name][1], options.exact and 1 or makers[name].share or 1
    local cycles = math.max(1, math.floor(options.cycles * share))
    local got = tostring(getmetatable(make()))
    if got ~= name then error(("expected a %s, got a %s"):format(name, got), 0) end
    local start, before, lua = system.clock(), nil, nil
    local rounds, every = options.rounds, math.huge
    for _ = 1, rounds do
      for _ = 1, math.max(1, cycles // rounds) do make() end
      settle()
      local now = resident()
      -- Allocators keep what they once had, more or less of it; a leak grows in every round, and by at least the 32
      -- bytes per cycle that are malloc's smallest block. Four leave room for fragmentation.
      if before then every = math.min(every, now - before) end
      before, lua = now, lua or collectgarbage "count"
    end
    local lua_grown = collectgarbage "count" - lua
    if options.growth and (every > 4 * cycles // rounds or lua_grown > 64) then failed[#failed + 1] = name end
    rows[#rows + 1] = { name, cycles, ("%.1f"):format(system.clock() - start), every // 1024, math.floor(lua_grown) }
  end
  print(report.table({ "class", "cycles", "seconds", "least growth of a round (KB)", "Lua (KB)" }, rows))
  if #failed > 0 then return nil, "these grow: " .. table.concat(failed, ", ") end
  return true
end

return {
  name = "check-memory",
  description = "Creates and drops objects of every native class and watches how the process grows.",
  options = {
    { name = "cycles", default = 100000, minimum = 1, help = "objects of each cheap class" },
    { name = "rounds", default = 8, minimum = 2, help = "a class that grows in every one fails" },
    { name = "exact", default = false, help = "as many of each expensive class, too" },
    { name = "growth", default = true, help = "fail when the process grows" },
  },
  run = run,
}
