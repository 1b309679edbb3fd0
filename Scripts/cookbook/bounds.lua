--- Bound a network over a region: which ReLUs are decided before any search, and what that proves.
local report = require "vnn.report"
local shared = require "shared"
local verify = require "vnn.verify"

local dense, _, problem = shared.small()
local rows = {}
for _, method in ipairs { "interval", "backward" } do
  -- Over the whole box of pixels, or over the region of the problem, which is smaller.
  for _, over in ipairs { "box", "region" } do
    local bounds = verify.bounds(dense, problem, { method = method, over = over })
    rows[#rows + 1] = { method, over, bounds.unstable, ("%.3f"):format(bounds:margin_upper_bound()) }
  end
end
print(report.table({ "method", "over", "undecided ReLUs", "no margin above" }, rows))
print(("largest margin that an attack finds: %.3f"):format(select(2, verify.attack(dense, problem))))
