--- The stages of `surrogate.optimize`: where its points come from. The algorithm itself is `stages.sparse`.
local copies = require "vnn.surrogate.copies"
local gradients = require "vnn.surrogate.gradients"
local milp = require "vnn.milp"
local pieces = require "vnn.surrogate.pieces"
local refine = require "vnn.surrogate.refine"
local settings = require "vnn.settings"
local system = require "vnn.system"

local stages = {}

--- By name.
---@type table<string, fun(run: vnn.surrogate.Run)>
local all = {}
stages.all = all

--- Solves a model whose points are candidates, and improves them on the dense networks.
---
--- Every incumbent is one. Relaxations, where the solver shows them, are so many that only half the time goes to them.
--- Without a model it is the user's own, with the dense networks.
local function explore(run, model, seconds, source)
  local deadline, start, spent = system.clock() + seconds, system.clock(), 0
  local handlers = {}
  local function improve(event, from)
    local before = system.clock()
    run:improve(event:point(), from)
    spent = spent + system.clock() - before
    if run:remaining() == 0 or system.clock() >= deadline then return "stop" end
    local point, objective = run:best()
    -- Only the user's own model can take a point of the dense networks.
    if point and not model and run:better(objective, event.incumbent_objective) then return { submit = point } end
  end
  function handlers.on_incumbent(event) return improve(event, source) end
  function handlers.on_relaxation(event)
    if spent <= 0.5 * (system.clock() - start) then return improve(event, "relaxation") end
  end
  local facts = assert(milp.capabilities(run.options.solver))
  if not facts.events.relaxation then handlers.on_relaxation = nil end
  handlers.time_limit_s = math.min(seconds, run:remaining())
  if not model then return run:prove(handlers) end
  handlers.solver = run.options.solver
  return model:solve(handlers)
end

--- Projected gradient ascent from random starts, for objectives of blocks' outputs and inputs alone whose inputs no row
--- of the user's touches: where it applies it is hard to beat. The best points' pieces are walked on from.
function all.gradients(run)
  local ascent = gradients.begin(run)
  if not ascent then return end
  local deadline, ends = system.clock() + 0.1 * run:remaining(), {}
  for _ = 1, run.options.restarts do
    ends[#ends + 1] = ascent:climb()
    run:test(ends[#ends].point, "gradient")
    if system.clock() >= deadline then break end
  end
  table.sort(ends, function(a, b) return a.value > b.value end)
  for _, reached in ipairs(ends) do
    run:improve(reached.point, "gradient")
    if system.clock() >= deadline then break end
  end
end

--- The relaxation of the model itself, one linear program: its phases are the first guess.
function all.relaxation(run)
  local relaxation = run.model:relaxation()
  local solution = relaxation:solve { solver = run.options.solver, time_limit_s = 0.1 * run:remaining() }
  if solution and solution.has_point then run:improve(solution:point(), "relaxation") end
end

--- The model itself for a short time, which is enough for the easiest.
function all.glance(run) explore(run, nil, 0.03 * run:remaining(), "dense") end

--- Algorithm 1: the same model with pruned networks in the place of the dense ones, from the sparsest to the densest.
function all.sparse(run)
  for _, rate in ipairs(run.options.rates) do
    if run:remaining() == 0 then return end
    local seconds, model = 0.3 * run:remaining(), copies.model(run, copies.pruned(run, rate))
    local solution = explore(run, model, seconds, "incumbent")
    if not (solution and solution.has_point) and pieces.loosen(run, model) then
      -- A surrogate without a point still tells where outputs come nearest to what is asked of them.
      explore(run, model, 0.3 * seconds, "incumbent")
    end
  end
end

--- Algorithm 1 with surrogates that are refined at their own optima; see `surrogate.refine`.
function all.refined(run)
  local seconds, groups, dense = 0.3 * run:remaining(), copies.groups(run), {}
  local deadline = system.clock() + seconds
  for position, group in ipairs(groups) do dense[position] = run.networks[group[1]] end
  local options = settings.joined(refine.defaults, { solver = run.options.solver, rounds = math.huge, stop = false })
  local sparse = copies.pruned(run, run.options.rates[1])
  local taught = refine.pupils_of(run.model, groups, dense, sparse, options, run.random, 0.1 * seconds)
  local solve = refine.solver_of(run.model, groups, options, function(point)
    run:improve(point, "refined")
    if run:remaining() == 0 or system.clock() >= deadline then return "stop" end
  end)
  local function remaining() return math.min(run:remaining(), deadline - system.clock()) end
  run.result.refined = refine.loop(taught, solve, options, remaining)
end

--- The model itself, for what the surrogates missed and for the bound.
function all.dense(run) explore(run, nil, run:remaining(), "dense") end

return stages
