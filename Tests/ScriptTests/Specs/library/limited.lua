--- Functions that are stopped after some time, wherever they are by then.
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check, fails_here = checks.check, checks.fails_here

local function forever() while true do end end

-- Results and errors are those of the function.
local results = table.pack(system.limited(60, function(...) return ..., nil end, 1, nil))
check(results.n == 2 and results[1] == 1)
check(select("#", system.limited(60, function() end)) == 0)
check(system.limited(math.huge, math.max, 1, 2) == 2)
local mine = {}
check(select(2, pcall(system.limited, 60, error, mine)) == mine)
fails_here("expected a number of seconds", function() system.limited(-1, forever) end)
fails_here("expected a number of seconds", function() system.limited(0 / 0, forever) end)
fails_here("number expected", function() system.limited("x", forever) end)
fails_here("function expected", function() system.limited(1, 1) end)

-- It is stopped wherever it is: also where something catches errors, in coroutines, and in native work.
local network = nn.mlp({ 30, 64, 64, 64, 3 }, { seed = 3 })
local input = tensor.full({ 30 }, 0.5)
local hard = verify.problem {
  input = input, norm = "linf", epsilon = 0.4, class = network:top_classes(input, 1)[1],
}
for name, work in pairs {
  loop = forever,
  pcall = function() while true do pcall(forever) end end,
  xpcall = function() while true do xpcall(forever, forever) end end,
  coroutine = function()
    while true do
      local thread = coroutine.wrap(function() while true do coroutine.yield() end end)
      for _ = 1, 10 do thread() end
    end
  end,
  search = function() while true do verify.branch_and_bound(network, hard, { gap = 1e-9 }) end end,
  wait = function() system.wait({}, 60) end,
  late = function() return system.wait({}, 0.05) end,
} do
  local start = system.clock()
  local done, message = pcall(system.limited, 0.02, work)
  check(not done and message:find "limited.lua:%d+: stopped after its time limit of 0%.02 s$", name .. ": " .. message)
  check(system.clock() - start < 20, name)
end
local inside = coroutine.wrap(function() return pcall(system.limited, 0.02, forever) end)
check(inside() == false)

-- What it has open is closed, and the script goes on without a limit.
local closed = false
pcall(system.limited, 0.02, function()
  local _ <close> = setmetatable({}, { __close = function() closed = true end })
  forever()
end)
check(closed)
local start = system.clock()
while system.clock() - start < 0.1 do end

-- Of nested limits the outermost that has passed wins; one that has not leaves the inner one its error.
local reached = false
local done, message = pcall(system.limited, 0.02, function()
  pcall(system.limited, 60, forever)
  reached = true
end)
check(not done and not reached and message:find "limit of 0%.02 s", message)
done, message = system.limited(60, pcall, system.limited, 0.02, forever)
check(not done and message:find "limit of 0%.02 s", message)
done, message = pcall(system.limited, 0.02, function() pcall(system.limited, 0.01, function()
  pcall(forever)
end) forever() end)
check(not done and message:find "limit of 0%.02 s", message)

checks.finish()
