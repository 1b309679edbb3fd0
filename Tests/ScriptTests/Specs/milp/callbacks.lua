--- Errors, stops and nested solves in solver callbacks.
local milp = require "vnn.milp"
local checks = require "support.checks"
local knapsack = require "support.knapsack"
local check = checks.check

-- A Lua error inside a callback ends the solve and comes out as it was thrown, with its value.
local model, take = knapsack(15)
local thrown = { reason = "mine" }
local ok, caught = pcall(model.solve, model, { on_incumbent = function() error(thrown) end })
check(not ok and caught == thrown, "the thrown table comes back itself")
ok, caught = pcall(model.solve, model, { on_incumbent = function() error("text") end })
check(not ok and caught:find("callbacks.lua:%d+: text"), caught)
check(model:solve().status == "optimal", "the model can be solved again after an error")

-- A type error names this file's line, what was expected and what came.
ok, caught = pcall(model.solve, model, { on_incumbent = function(event) event:values("take") end })
check(not ok and caught:find("callbacks.lua:%d+: .*expected variables, got \"take\""), caught)

-- Errors pass through nested callbacks: a solve inside a solve inside a pcall.
local depth = 0
local function nested()
  depth = depth + 1
  local inner = knapsack(10)
  inner:solve { on_incumbent = function() if depth < 3 then nested() else error("deep") end end }
end
ok, caught = pcall(nested)
check(not ok and caught:find("deep") and depth == 3, caught)

-- The model of a running solve cannot be solved or changed; another one can.
local inner_status
local solution = model:solve {
  on_incumbent = function()
    inner_status = knapsack(6):solve().status
    check(not pcall(model.solve, model), "solving a model inside its own callback is misuse")
    check(not pcall(model.variable, model, {}), "changing it is misuse")
  end,
}
check(solution.status == "optimal" and inner_status == "optimal")

-- Stopping keeps the incumbent; the event is dead afterwards.
local kept
solution = model:solve {
  on_incumbent = function(event)
    kept = event
    return "stop"
  end,
}
check(solution.status == "stopped" and solution.has_point)
check(#solution:values(take) == 15)
check(not pcall(kept.values, kept, take), "a finished event is misuse")

-- Every better point is seen once, in rising order.
local seen = {}
solution = model:solve { on_incumbent = function(event) seen[#seen + 1] = event.objective end }
for i = 2, #seen do check(seen[i] > seen[i - 1]) end
check(#seen == #solution.incumbents and seen[#seen] == solution.objective)

-- Wrong answers name what was expected.
ok, caught = pcall(model.solve, model, { on_incumbent = function() return "halt" end })
check(not ok and caught:find("stop"), caught)
ok, caught = pcall(model.solve, model, { on_incumbnt = print })
check(not ok and caught:find("on_incumbent"), caught)

local solvers = {}
for _, solver in ipairs(milp.solvers()) do
  if solver.available then solvers[#solvers + 1] = solver end
end
local optimum = model:solve().objective

-- A point, whole or in part, becomes an incumbent; what violates the model is counted and ignored.
for _, solver in ipairs(solvers) do
  local best = model:solve { solver = solver.name }
  local larger, chosen = knapsack(40)
  local most = larger:solve { solver = solver.name }
  local kind = solver.events.relaxation and "on_relaxation" or "on_incumbent"
  local calls = 0
  local answer = larger:solve {
    solver = solver.name,
    presolve = false, -- it leaves nothing to ask about
    [kind] = function()
      calls = calls + 1
      if calls == 1 then return { submit = { variables = chosen, values = 1 } } end
      if calls == 2 then return { submit = most:point() } end
      if calls == 3 then return { submit = { variables = { chosen[1], chosen[2] }, values = { 0, 0 } } } end
    end,
  }
  check(answer.status == "optimal" and math.abs(answer.objective - most.objective) < 1e-6, tostring(answer))
  check(answer.rejected_points == 1 and answer.accepted_points <= calls - 1)
  ok, caught = pcall(model.solve, model, {
    solver = solver.name,
    presolve = false,
    [kind] = function() return { submit = { 1, 2 } } end,
  })
  check(not ok and caught:find "submit: expected a point of 15 numbers, got 2", caught)
  check(best.objective == optimum)
end

-- A point and "stop" in one answer: the point is kept.
do
  local larger, chosen = knapsack(40)
  local answer = larger:solve {
    on_relaxation = function() return { submit = { variables = chosen, values = 0 }, stop = true } end,
  }
  check(answer.status == "stopped")
end

-- Lazy rows: x1 + x2 + x3 <= 1 pair by pair, only where a relaxation breaks it.
do
  local lazy = milp.model "lazy"
  local x = lazy:variables(6, { kind = "binary" })
  lazy:constrain(x:sum(), "<=", 4)
  lazy:maximize(milp.dot({ 6, 5, 4, 3, 2, 1 }, x))
  local added, objectives = 0, {}
  local answer = lazy:solve {
    answers = { "lazy_rows" },
    on_relaxation = function(event)
      local rows = {}
      for i = 1, 5 do
        if event:value(x[i] + x[i + 1]) > 1 + 1e-6 then rows[#rows + 1] = { x[i] + x[i + 1], "<=", 1 } end
      end
      added = added + #rows
      return { lazy_rows = rows }
    end,
    on_incumbent = function(event)
      objectives[#objectives + 1] = event.objective
      for i = 1, 5 do check(event:value(x[i] + x[i + 1]) <= 1 + 1e-6, "an incumbent that breaks a lazy row") end
    end,
  }
  check(answer.status == "optimal" and answer.objective == 12 and added > 0 and #objectives > 0, tostring(answer))
  check(answer.added_rows == added and lazy.rows == 1)
end

-- Cuts tighten, branching chooses, and neither changes the optimum.
do
  local ring = milp.model "ring"
  local x = ring:variables(7, { kind = "binary" })
  for i = 1, 7 do ring:constrain(x[i] + x[i % 7 + 1], "<=", 1) end
  ring:maximize(x:sum())
  local first
  local answer = ring:solve {
    answers = { "cuts" },
    on_relaxation = function(event)
      first = first or event.objective
      return { cuts = { { x:sum(), "<=", 3 } } }
    end,
  }
  check(answer.objective == 3 and math.abs(first - 3.5) < 1e-6)
  local branchings = 0
  answer = model:solve {
    answers = { "branch" },
    on_relaxation = function(event)
      local values = event:values(take)
      for i = 1, #values do
        if math.abs(values[i] - math.floor(values[i] + 0.5)) > 1e-4 then
          branchings = branchings + 1
          return { branch = take[i], first = branchings % 2 == 0 and "up" or "down" }
        end
      end
    end,
  }
  check(answer.objective == optimum and branchings > 0)
  ok, caught = pcall(model.solve, model, {
    answers = { "branch" },
    on_relaxation = function(event)
      local values = event:values(take)
      for i = 1, #values do
        if values[i] == 0 then return { branch = take[i] } end
      end
    end,
  })
  check(not ok and caught:find "fractional", caught)
end

-- Asking for more than a solver can do is an error before anything is solved, on the script's line.
for _, solver in ipairs(solvers) do
  local calls = 0
  local function count() calls = calls + 1 end
  for _, event in ipairs { "incumbent", "relaxation", "progress" } do
    if not solver.events[event] then
      ok, caught = pcall(function() model:solve { solver = solver.name, ["on_" .. event] = count } end)
      check(not ok and caught:find("callbacks.lua:%d+: .*" .. event), caught)
    end
  end
  for _, answer in ipairs { "stop", "submit", "lazy_rows", "cuts", "branch" } do
    if not solver.answers[answer] then
      ok, caught = pcall(function()
        model:solve { solver = solver.name, on_incumbent = count, answers = { answer } }
      end)
      check(not ok and caught:find("callbacks.lua:%d+: ") and caught:find(answer, 1, true), caught)
    end
  end
  check(calls == 0)
end
ok, caught = pcall(model.solve, model, { presolve = true, on_relaxation = print })
check(not ok and caught:find "presolve", caught)
ok, caught = pcall(model.solve, model, { on_incumbent = print, answers = { "halt" } })
check(not ok and caught:find "lazy_rows" and caught:find "halt", caught)
ok, caught = pcall(model.solve, model, {
  on_relaxation = function() return { lazy_rows = { { take[1], "<=", 1 } } } end,
})
check(not ok and caught:find "not announced" and caught:find "lazy_rows", caught)

-- Work is counted as the solve goes on, and a limit of the processor's seconds does not run while nothing works.
for _, solver in ipairs(solvers) do
  local nodes, iterations, has_slept = 0, 0, false
  local busy = knapsack(30)
  local solved = busy:solve {
    solver = solver.name,
    time_limit_s = 1,
    limit_in = "processor",
    on_incumbent = function(event)
      check(event.nodes >= nodes and event.iterations >= iterations)
      nodes, iterations = event.nodes, event.iterations
      if not has_slept then require("vnn.system").wait({}, 1.1) end
      has_slept = true
    end,
  }
  check(has_slept and solved.status == "optimal" and solved.iterations >= iterations, tostring(solved))
  check(busy:solve({ solver = solver.name, time_limit_s = 0, limit_in = "processor" }).status == "limit")
end
checks.fails(function() model:solve { limit_in = "cpu" } end, "limit_in", [["wall", "processor"]], "cpu")

-- Ctrl-C during a long solve keeps the incumbent, and the script goes on. The shell's parent is this process.
for _, solver in ipairs(solvers) do
  local hard = milp.model "hard"
  local x = hard:variables(80, { kind = "binary" })
  math.randomseed(7)
  for _ = 1, 10 do
    local weights, total = {}, 0
    for i = 1, 80 do
      weights[i] = math.random(1000)
      total = total + weights[i]
    end
    hard:constrain(milp.dot(weights, x), "<=", total // 2)
  end
  hard:maximize(x:sum() * 500 + milp.dot(require("vnn.tensor").arange(1, 81), x))
  local has_sent = false
  local answer = hard:solve {
    solver = solver.name,
    time_limit_s = 30,
    on_incumbent = function()
      if not has_sent then os.execute "(sleep 0.2; kill -INT $PPID) & :" end
      has_sent = true
    end,
  }
  check(answer.status == "stopped" and answer.has_point, tostring(answer))
  check(#answer:values(x) == 80 and hard:violation(answer:point()).largest < 1e-6)
end

checks.finish()
