--- The names of the solvers that are here.
local milp = require "vnn.milp"

local solvers = {}
for _, solver in ipairs(milp.solvers()) do
  if solver.available then solvers[#solvers + 1] = solver.name end
end
return solvers
