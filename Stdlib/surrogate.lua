--- A surrogate within a surrogate: find an adversarial input of a dense network by solving the MILP of a pruned copy.
---
--- Algorithm 1 of H. Pham, A. Ren, I. Tahir, J. Tong, T. Serra, "Optimization over Trained (and Sparse) Neural
--- Networks: A Surrogate within a Surrogate" (2025). The line numbers in the comments below are the paper's.
local milp = require "vnn.milp"
local system = require "vnn.system"
local verify = require "vnn.verify"

local surrogate = {}

---@class vnn.surrogate.Options
---@field solver? string name of the MILP solver (default: "glpk")
---@field time_limit_s? number seconds for everything together: bounds, model and search (default: 60)
---@field bounds? "interval"|"backward" how preactivation bounds are computed (default: "backward")
---@field relaxations? boolean whether node relaxations are candidates too, where the solver shows them (default: true)

---@class vnn.surrogate.Result
---@field verdict "adversarial"|"already_adversarial"|"robust"|"unknown"
---@field decided_by string? what settled it: "input", "bounds", "incumbent", "relaxation" or "milp"
---@field witness vnn.Witness? the rechecked adversarial input
---@field first_hit_s number? seconds from the start to the first candidate that passed the recheck
---@field seconds number seconds in all
---@field clocks table<string, number> seconds spent on "tighten", "build" and "solve"
---@field status string? how the solver ended
---@field objective number? the best margin of the embedded network that the solver found
---@field bound number? the solver's bound on that margin
---@field nodes integer? nodes of the search tree
---@field binaries integer? ReLUs of the embedded network that the bounds left undecided
---@field candidates integer how many points were tested on the dense network

local defaults = { solver = "glpk", time_limit_s = 60, bounds = "backward", relaxations = true }

local function with_defaults(options)
  local merged = {}
  for key, value in pairs(defaults) do merged[key] = value end
  for key, value in pairs(options or {}) do
    if defaults[key] == nil then error("surrogate: unknown option '" .. tostring(key) .. "'", 3) end
    merged[key] = value
  end
  return merged
end

--- Searches for an adversarial input of `dense` by solving the problem on `embedded`, usually a pruned copy of it.
---
--- Every point that the solver finds is tested on the dense network inside the solver's callback, and the search ends
--- at the first one that passes the independent recheck. When `embedded` is the dense network itself this is the
--- direct solve, and only then can the verdict be "robust": a finished pruned model proves nothing about the dense
--- network, so without a witness it is "unknown". (`proves_robust` refuses every network but the one that was bounded
--- or encoded, so a mistake here could not make a wrong proof.)
---
--- ```lua
--- local data, nn, prune = require "vnn.data", require "vnn.nn", require "vnn.prune"
--- local protocol, surrogate = require "vnn.protocol", require "vnn.surrogate"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
--- local problem = assert(protocol.problem(dense, digits, 3))
--- local result = surrogate.find(dense, prune.apply(dense, { rate = 0.5 }), problem, { time_limit_s = 20 })
--- print(result.verdict, result.witness.margin > 0) --> adversarial	true
--- ```
---@param dense vnn.Network the network in question
---@param embedded vnn.Network the network that is put into the MILP
---@param problem vnn.Problem region, class and target
---@param options? vnn.surrogate.Options
---@return vnn.surrogate.Result
function surrogate.find(dense, embedded, problem, options)
  options = with_defaults(options)
  local start = system.clock()
  local result = { verdict = "unknown", clocks = {}, candidates = 0 }

  local function elapsed() return system.clock() - start end
  local function timed(stage, work, ...)
    local before = system.clock()
    local value, message = work(...)
    result.clocks[stage] = system.clock() - before
    return value, message
  end
  local function finish(verdict, decided_by)
    result.verdict, result.decided_by, result.seconds = verdict, decided_by, elapsed()
    return result
  end
  --- Lines 3 to 6: evaluate the dense network at x; a hit is kept only if the independent recheck agrees.
  local function test(x)
    result.candidates = result.candidates + 1
    local witness = verify.check(dense, problem, x)
    if witness and not result.witness then
      result.witness, result.first_hit_s = witness, elapsed()
    end
    return witness
  end

  if test(problem.input) then return finish("already_adversarial", "input") end

  local bounds = timed("tighten", verify.bounds, embedded, problem, { method = options.bounds })
  if bounds:proves_robust(dense) then return finish("robust", "bounds") end
  local encoding = timed("build", verify.encode, embedded, problem, { bounds = bounds })
  result.binaries = encoding.binaries

  local source
  local handlers = {}
  -- Line 2: a solution (x, y^S) of the embedded network's model.
  function handlers.on_incumbent(event)
    if test(event:values(encoding.inputs)) then
      source = source or "incumbent"
      return "stop"
    end
  end
  -- The x of a node's relaxation is a candidate like any other, and a forward pass of the embedded network turns it
  -- into a solution of the model, which the solver may keep as an incumbent.
  function handlers.on_relaxation(event)
    local x = event:values(encoding.inputs)
    if test(x) then
      source = source or "relaxation"
      return "stop"
    end
    return { submit = encoding:complete(x) }
  end
  local solver = assert(milp.capabilities(options.solver))
  if not options.relaxations or not solver.events.relaxation then handlers.on_relaxation = nil end

  -- Line 1: while trying to solve VNN(S, epsilon, x, j, j').
  local remaining = math.max(options.time_limit_s - elapsed(), 0)
  local model = encoding.model
  local solution = assert(timed("solve", model.solve, model, {
    solver = options.solver,
    time_limit_s = remaining,
    on_incumbent = handlers.on_incumbent,
    on_relaxation = handlers.on_relaxation,
  }))
  result.status, result.objective, result.bound = solution.status, solution.objective, solution.bound
  result.nodes = solution.nodes

  -- Line 5, then line 9.
  if result.witness then return finish("adversarial", source) end
  if encoding:proves_robust(solution, dense) then return finish("robust", "milp") end
  return finish("unknown")
end

--- Solves the model of the dense network itself: the baseline that a surrogate has to beat, and the way to a proof.
---@param dense vnn.Network
---@param problem vnn.Problem
---@param options? vnn.surrogate.Options
---@return vnn.surrogate.Result
function surrogate.solve_directly(dense, problem, options) return surrogate.find(dense, dense, problem, options) end

return surrogate
