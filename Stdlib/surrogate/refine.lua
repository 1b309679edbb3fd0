--- Refining a surrogate at its own optimum: it is trained on the dense network's outputs where a search can go, its
--- model is solved, the optimum is tried on the dense network; where it disappoints, it becomes a point of the
--- training, and so on. What is asked of the surrogate is agreement where the search goes, and no data is needed.
local pupils = require "vnn.surrogate.pupil"
local samples = require "vnn.surrogate.samples"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verdict = require "vnn.verdict"
local verify = require "vnn.verify"

local refine = {}

---@class vnn.surrogate.RefineOptions
---@field solver? string of the surrogate's model (default: "glpk")
---@field time_limit_s? number seconds for everything together (default: 10)
---@field limit_in? "wall"|"processor" which seconds those are (default: "wall")
---@field rounds? integer the most rounds of training and solving (default: 12)
---@field samples? integer points of the region, or of the model, at the beginning (default: 256)
---@field weight? number what a point counts at which the surrogate disappointed (default: 8)
---@field seed? integer of the points (default: 0)
---@field stop? boolean whether agreement at the optimum ends it; otherwise the surrogate then gets more weights, until
---  the rounds or the time end (default: true)
---@field on_candidate? fun(x: vnn.Tensor, objective: number): "stop"? told of every point that a solver finds for the
---  surrogate: the input of a problem, or all columns of a model, its blocks completed by the networks that are in it

---@class vnn.surrogate.RefineFacts
---@field rounds integer
---@field agrees boolean whether the last optimum is worth on the dense network what the surrogate says
---@field error number at all points, root of the weighted mean square, in deviations of the dense network's outputs
---@field disagreement number? at the last optimum, in the same unit; nil where a surrogate's model had no point
---@field sparsity number of the refined network
---@field seconds number

refine.defaults = {
  solver = "glpk", time_limit_s = 10, limit_in = "wall", rounds = 12, samples = 256, weight = 8, stop = true, seed = 0,
}

--- Deviations of the outputs that count as agreement.
local tolerance = 0.02

--- The rounds, for surrogates that are in one model together.
---
--- `solve(networks, seconds)` solves the model with them and returns how that ended and the last points found, each a
--- list of inputs for each pupil.
---@param taught vnn.surrogate.Pupil[]
---@param solve fun(networks: vnn.Network[], seconds: number): string, vnn.Tensor[][][]
---@param options vnn.surrogate.RefineOptions
---@param remaining fun(): number
---@return vnn.surrogate.RefineFacts
function refine.loop(taught, solve, options, remaining)
  settings.expect("refine.loop", 1, taught, "a list of tables")
  local function is_over() return remaining() <= 0 end
  local facts, before = { rounds = 0, agrees = false, error = 0 }, nil
  while facts.rounds < options.rounds and not is_over() do
    facts.rounds, facts.error = facts.rounds + 1, 0
    local networks = {}
    for position, pupil in ipairs(taught) do
      facts.error = math.max(facts.error, pupil:train(facts.rounds == 1 and 300 or 100, remaining()))
      networks[position] = pupil.sparse
    end
    if is_over() then break end
    local status, points = solve(networks, math.max(0.2, 0.3 * remaining()))
    facts.disagreement = nil
    for _, point in ipairs(points) do
      facts.disagreement = 0
      for position, pupil in ipairs(taught) do
        for _, input in ipairs(point[position]) do
          facts.disagreement = math.max(facts.disagreement, pupil:disagreement(input))
          pupil:add(input, options.weight)
        end
      end
    end
    if status == "stopped" then break end
    local settled = status == "optimal" or status == "infeasible"
    facts.agrees = status == "optimal" and facts.disagreement ~= nil and facts.disagreement < tolerance
    local sparsest = 0
    for _, pupil in ipairs(taught) do sparsest = math.max(sparsest, pupil.mask.sparsity) end
    if facts.agrees and (options.stop or sparsest == 0) then break end
    for _, pupil in ipairs(taught) do
      if not settled then
        -- Too much for the solver.
        pupil:thin(0.2)
      elseif facts.agrees or not facts.disagreement or before and facts.disagreement > 0.5 * before then
        -- Too little to learn what it should.
        pupil:grow(0.05)
      end
    end
    before = facts.disagreement
  end
  return facts
end

--- Positions of equal networks, together.
---@param networks vnn.Network[]
---@return integer[][]
function refine.groups(networks)
  settings.expect("refine.groups", 1, networks, "a list")
  local groups = {}
  for position, network in ipairs(networks) do
    local home
    for _, group in ipairs(groups) do
      if networks[group[1]]:is_same(network) then home = group end
    end
    if not home then
      home = {}
      groups[#groups + 1] = home
    end
    home[#home + 1] = position
  end
  return groups
end

--- The inputs of a block at a point, one tensor for each row.
---@param block vnn.Block
---@param point vnn.Tensor
---@return vnn.Tensor[]
function refine.inputs_at(block, point)
  settings.expect("refine.inputs_at", 1, block, "vnn.Block")
  local inputs, rows = block.inputs, {}
  if #inputs.shape == 1 then inputs = inputs:reshape(1, inputs.count) end
  for row = 1, #inputs do
    local x = {}
    for position, variable in ipairs(inputs[row]) do x[position] = point[variable.index] end
    rows[row] = tensor.from(x)
  end
  return rows
end

--- What `refine.loop` needs of a model.
---@param model vnn.Model
---@param groups integer[][] `groups[k]` are the positions of the blocks that the k-th pupil stands for
---@param options vnn.surrogate.RefineOptions
---@param tell fun(point: vnn.Tensor, objective: number): "stop"? told of every incumbent
---@return fun(networks: vnn.Network[], seconds: number): string, vnn.Tensor[][][]
function refine.solver_of(model, groups, options, tell)
  settings.expect("refine.solver_of", 1, model, "vnn.Model")
  local blocks = model:blocks()
  return function(networks, seconds)
    local surrogate, found, over = model:copy(), {}, false
    local own = surrogate:blocks()
    for position, group in ipairs(groups) do
      for _, block in ipairs(group) do own[block]:replace(networks[position]) end
    end
    local solution = surrogate:solve {
      solver = options.solver,
      time_limit_s = seconds,
      limit_in = options.limit_in,
      on_incumbent = function(event)
        local point = event:point():slice(1, 1, model.columns):copy()
        found[#found + 1] = point
        if tell(point, event.objective) == "stop" then
          over = true
          return "stop"
        end
      end,
    }
    local points = {}
    for position = math.max(1, #found - 3), #found do
      local inputs = {}
      for pupil, group in ipairs(groups) do
        inputs[pupil] = {}
        for _, block in ipairs(group) do
          for _, x in ipairs(refine.inputs_at(blocks[block], found[position])) do
            inputs[pupil][#inputs[pupil] + 1] = x
          end
        end
      end
      points[#points + 1] = inputs
    end
    return over and "stopped" or solution and solution.status or "limit", points
  end
end

--- Pupils for groups of a model's blocks, with points to begin with.
---@param model vnn.Model
---@param groups integer[][]
---@param dense vnn.Network[] one for each group
---@param sparse vnn.Network[] likewise
---@param options vnn.surrogate.RefineOptions
---@param random vnn.Random
---@param seconds number for the points
---@return vnn.surrogate.Pupil[]
function refine.pupils_of(model, groups, dense, sparse, options, random, seconds)
  settings.expect("refine.pupils_of", 1, model, "vnn.Model")
  local blocks, taught = model:blocks(), {}
  local points = samples.of_model(model, options.samples, random, {
    solver = options.solver,
    time_limit_s = seconds,
  })
  for position, group in ipairs(groups) do
    local inputs = {}
    -- As many for a network in many blocks as for one.
    for index, point in ipairs(points) do
      local rows = refine.inputs_at(blocks[group[(index - 1) % #group + 1]], point)
      inputs[index] = rows[(index - 1) // #group % #rows + 1]
    end
    taught[position] = pupils.new(dense[position], sparse[position], inputs)
  end
  return taught
end

local function nothing() end

function refine.run(dense, sparse, subject, options)
  settings.expect("surrogate.refine", 1, dense, "vnn.Network")
  settings.expect("surrogate.refine", 2, sparse, "vnn.Network")
  settings.expect("surrogate.refine", 3, subject, "vnn.Problem or vnn.Model")
  options = settings.of("surrogate.refine", options, refine.defaults, { "on_candidate" })
  settings.expect("surrogate.refine", "on_candidate", options.on_candidate, "a function or nothing")
  if table.concat(dense.widths, " ") ~= table.concat(sparse.widths, " ") then
    error(("surrogate.refine: argument 2: expected a pruned copy of %s, got %s"):format(dense, sparse), 2)
  end
  settings.limit("surrogate.refine", options.time_limit_s)
  local limiting = verdict.clock("surrogate.refine", options.limit_in)
  local solver, missing = verdict.solver("surrogate.refine", options.solver)
  if not solver then return nil, missing end
  local random, tell = tensor.random(options.seed), options.on_candidate or nothing
  local start, limited_since = system.clock(), limiting()
  local function remaining() return limited_since + options.time_limit_s - limiting() end
  local taught, solve
  if getmetatable(subject) == "vnn.Model" then
    local group = {}
    for position, block in ipairs(subject:blocks()) do
      if block.network:is_same(dense) then group[#group + 1] = position end
    end
    if #group == 0 then
      error("surrogate.refine: argument 3: expected a model with a block of the dense network, got none", 2)
    end
    taught = refine.pupils_of(subject, { group }, { dense }, { sparse }, options, random, 0.1 * options.time_limit_s)
    solve = refine.solver_of(subject, { group }, options, tell)
  else
    taught = { pupils.new(dense, sparse, samples.of_problem(subject, options.samples, random)) }
    solve = function(networks, seconds)
      local encoding, found, over = verify.encode(networks[1], subject), {}, false
      local solution = encoding and encoding.model:solve {
        solver = options.solver,
        time_limit_s = seconds,
        limit_in = options.limit_in,
        on_incumbent = function(event)
          found[#found + 1] = event:values(encoding.inputs)
          if tell(found[#found], event.objective) == "stop" then
            over = true
            return "stop"
          end
        end,
      }
      local points = {}
      for position = math.max(1, #found - 7), #found do points[#points + 1] = { { found[position] } } end
      return over and "stopped" or solution and solution.status or "limit", points
    end
  end
  local facts = refine.loop(taught, solve, options, remaining)
  local network = taught[1].sparse
  facts.sparsity, facts.seconds = network.sparsity, system.clock() - start
  return network, facts
end

return refine
