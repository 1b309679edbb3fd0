--- The option that chooses an experiment's solver.
local milp = require "vnn.milp"

---@type vnn.script.Option
return {
  name = "solver",
  default = "glpk",
  -- Without the last, "best", which may be another solver for another model.
  choices = table.move(milp.solver_names, 1, #milp.solver_names - 1, 1, {}),
  help = "MILP solver",
}
