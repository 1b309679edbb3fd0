--- Follow a solve: print its incumbents, submit points of your own, add cuts, stop when it is good enough.
local milp = require "vnn.milp"
local shared = require "shared"
local verify = require "vnn.verify"

local dense, _, problem = shared.small()
local encoding = verify.encode(dense, problem)
local bound = verify.bounds(dense, problem):margin_upper_bound()
local relaxations, cut_off = 0, 0

local solution = encoding.model:solve {
  solver = "glpk",
  time_limit_s = 30,
  -- What changes how the solver works is asked for by name; milp.capabilities("glpk").answers lists what it can.
  answers = { "stop", "submit", "cuts" },
  on_relaxation = function(event)
    relaxations = relaxations + 1
    local x = event:values(encoding.inputs)
    -- A forward pass makes the relaxation's input a feasible point, which may be a better incumbent.
    local answer = { submit = encoding:complete(x) }
    if relaxations == 1 then
      -- A cut must hold for every solution; here: all pixels together change by no more than epsilon.
      cut_off = cut_off + 1
      local total = milp.sum(encoding.inputs)
      answer.cuts = { { total, "<=", problem.input:sum() + problem.epsilon } }
    end
    return answer
  end,
  on_incumbent = function(event)
    print(("%6.3f s  margin %.4f"):format(event.seconds, event.objective))
    -- Half of what the bounds allow is enough for this recipe.
    if event.objective > 0.5 * bound then return "stop" end
  end,
}
print(("%s after %d nodes, %d relaxations seen, %d cut added, %d points accepted"):format(
  solution.status, solution.nodes, relaxations, cut_off, solution.accepted_points))
print(verify.check(dense, problem, solution:values(encoding.inputs)))
