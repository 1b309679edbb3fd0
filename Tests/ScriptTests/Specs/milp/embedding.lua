--- Networks in models of one's own: what a script sees of them, and what it is told when it asks for what cannot be.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check, near, refuses = checks.check, checks.near, checks.refuses

local function network(widths, seed) return nn.mlp(widths, { seed = seed, initialization = "torch_default" }) end

-- A batch, from MPS, with a scale; every formulation and bound method has the same optimum, that of all whole points.
do
  local folder = assert(system.temporary_folder())
  local path = folder.path .. "/own.mps"
  local own = milp.model "own"
  local made = own:variables({ 2, 2 }, { kind = "integer", upper = 3, prefix = "x" })
  own:constrain(made:sum(), "<=", 7)
  assert(own:write(path))
  local f = network({ 2, 6, 5, 1 }, 3)
  local scale = { input_offset = 1, input_factor = { 2, 0.5 }, output_factor = 10, output_offset = tensor.from { -3 } }
  local function outer(a, b) return 10 * f:forward({ (a - 1) / 2, (b - 1) / 0.5 })[1] - 3 end
  local best = -math.huge
  for point = 0, 4 ^ 4 - 1 do
    local a, b, c, d = point // 64 % 4, point // 16 % 4, point // 4 % 4, point % 4
    if a + b + c + d <= 7 then best = math.max(best, outer(a, b) + 2 * outer(c, d)) end
  end
  for _, formulation in ipairs(milp.formulations) do
    for _, bounds in ipairs { "interval", "backward", "optimized", "rows" } do
      local model = assert(milp.read(path))
      local x = model:all_variables():reshape(2, 2)
      local block = model:embed(f, x, { name = "f", scale = scale, bounds = bounds, formulation = formulation })
      check(block.outputs.shape[1] == 2 and block.outputs.shape[2] == 1 and #block.bounds == 2)
      model:maximize(block.outputs[1][1] + 2 * block.outputs[2][1])
      local solution = assert(model:solve())
      check(near(solution.objective, best), ("%s %s: %s %s"):format(formulation, bounds, solution.objective, best))
      check(block:error(solution) < 1e-6, tostring(block:error(solution)))
      check(not table.concat(solution.warnings):find "block", table.concat(solution.warnings, "; "))
      check(#block.switches == block.record.binaries and block.record.binaries == model:statistics().binaries)
    end
  end
end

-- What a block is.
do
  local model = milp.model()
  local x = model:variables(2, { upper = 1 })
  local f = network({ 2, 4, 2 }, 1)
  local block = model:embed(f, x)
  check(block.name == "network1" and tostring(block):find("Block(network1: Network(2 -> 4 -> 2)", 1, true))
  check(block.inputs[2] == x[2] and block.network.inputs == 2 and block.bounds.method == "given")
  check(#block:rows() == block.record.rows and block:rows()[#block:rows()]:find("network1_y2: ", 1, true))
  local lower, upper = model:bounds(block.outputs)
  local range = block.bounds:layer(2)
  check(lower[1] == range.lower[1] and upper[2] == range.upper[2])
  -- Completing leaves all others as they are.
  local own = model:variable { upper = 9 }
  local point = tensor.full({ model.columns }, 7)
  point[x[1].index], point[x[2].index] = 0.25, 0.75
  local done = block:complete(point)
  check(done[own.index] == 7 and near(done[block.outputs[2].index], f:forward({ 0.25, 0.75 })[2]))
  check(model:violation(done).largest < 1e-9 and block:error(done) == 0 and model:complete(point)[own.index] == 7)
  -- Its network is a copy, on both sides.
  f:layer(1).weight:fill_(0)
  block.network:layer(1).weight:fill_(0)
  check(block.network:layer(1).weight:abs():sum() > 0)
  -- Copies have blocks of their own.
  local copy = model:copy()
  copy:blocks()[1]:replace(network({ 2, 3, 2 }, 2))
  check(#model:blocks() == 1 and model:blocks()[1].network.widths[2] == 4 and copy:blocks()[1].network.widths[2] == 3)
  -- Bounds of one's own, of the network and its box.
  local g = network({ 2, 5, 1 }, 4)
  local problem = verify.problem { input = { 0.5, 0.5 }, norm = "box", class = 1 }
  local bounds = verify.bounds(g, problem, { method = "optimized" })
  check(model:embed(g, x, { bounds = bounds }).bounds:layer(1).lower[1] == bounds:layer(1).lower[1])
  local stranger = network({ 2, 5, 1 }, 5)
  refuses({ "expected those of the embedded network" }, model.embed, model, stranger, x, { bounds = bounds })
  model:set_bounds(x[1], 0, 2)
  refuses({ "input 1", "[0.0, 2.0]" }, model.embed, model, g, x, { bounds = bounds })
end

-- A point that the network does not have is told; a relaxation is not meant to have it.
do
  local model = milp.model()
  local x = model:variables(2, { lower = -1e6, upper = 1e6 })
  local block = model:embed(network({ 2, 6, 6, 1 }, 6), x)
  model:constrain_range(x[1], -3, 3)
  model:constrain_range(x[2], -2, 2)
  model:maximize(block.outputs[1])
  local solution, relaxed = assert(model:solve()), assert(model:relaxation():solve())
  local told = table.concat(solution.warnings, "; ")
  check(told:find("block \"network1\": the bounds of input x2", 1, true), told)
  if solution.has_point then check(block:error(solution) < 1e-4 or told:find "differ from the model's", told) end
  check(block:error(relaxed) > 1 and not table.concat(relaxed.warnings):find "differ from")
end

-- Removing: an error names what still uses the outputs; then all is gone.
do
  local model = milp.model()
  local x = model:variables(2, { upper = 1 })
  local first = model:embed(network({ 2, 3, 2 }, 1), x, { name = "first" })
  local second = model:embed(network({ 2, 3, 1 }, 2), first.outputs, { name = "second" })
  local row = model:constrain(second.outputs[1], "<=", 5, "cap")
  refuses({ "cap" }, second.remove, second)
  model:remove(row)
  model:maximize(second.outputs[1])
  refuses({ "the objective" }, second.remove, second)
  model:maximize(0)
  refuses({ "first" }, first.remove, first)
  second:remove()
  first:remove()
  check(tostring(first) == "Block(removed)" and #model:blocks() == 0 and #model:all_constraints() == 0)
  check(#model:all_variables() == 2 and model:solve().status == "optimal")
  refuses({ "removed" }, function() return first.outputs end)
  local gone = model:variable {}
  model:remove(gone)
  refuses({ "removed" }, model.bounds, model, gone)
  -- Tied outputs are nobody's but the script's.
  local y = model:variable { lower = -99, upper = 99 }
  local tied = model:embed(network({ 2, 3, 1 }, 3), x, { outputs = { y } })
  model:minimize(y)
  check(near(model:solve():value(y), network({ 2, 3, 1 }, 3):forward(model:solve():values(x))[1]))
  refuses({ "outputs", "expected 1 variables" }, model.embed, model, network({ 2, 3, 1 }, 3), x, { outputs = x })
  tied:remove()
  check(model:solve():value(y) == -99)
end

-- Wrong use.
do
  local model, other = milp.model "mine", milp.model()
  local x = model:variables(3, { upper = 1, prefix = "x" })
  local f = network({ 2, 3, 1 }, 1)
  refuses({ "embedding.lua", "expected 2 variables, or rows x 2, got 3" }, function() model:embed(f, x) end)
  refuses({ "another model" }, model.embed, model, f, other:variables(2, { upper = 1 }))
  refuses({ "finite bounds", "x2" }, function()
    model:set_bounds(x[2], 0, math.huge)
    model:embed(f, x:slice(1, 1, 2))
  end)
  model:set_bounds(x[2], 0, 1)
  refuses({ "bounds", "\"optimized\", \"rows\"" }, model.embed, model, f, x:slice(1, 1, 2), { bounds = "ibp" })
  refuses({ "formulation", "big_m" }, model.embed, model, f, x:slice(1, 1, 2), { formulation = "bigm" })
  refuses({ "formulations", "formulation" }, model.embed, model, f, x:slice(1, 1, 2), { formulations = "big_m" })
  refuses({ "input_factor" }, model.embed, model, f, x:slice(1, 1, 2), { scale = { input_factor = { 1, 0 } } })
  f:layer(1).weight[1]:fill_(0 / 0)
  refuses({ "finite" }, model.embed, model, f, x:slice(1, 1, 2))
  f = network({ 2, 3, 1 }, 1)
  local block = model:embed(f, x:slice(1, 1, 2))
  refuses({ "got 3 and 1", "expected a network of 2" }, block.replace, block, network({ 3, 3, 1 }, 1))
  refuses({ "expected a point of" }, block.complete, block, { 1 })
  model:maximize(block.outputs[1])
  refuses({ "is being solved" }, function()
    model:solve { on_incumbent = function() model:embed(f, x:slice(1, 1, 2)) end }
  end)
  model:set_bounds(x[1], -1, 1)
  refuses({ "embedding.lua", "x1", "wider" }, function() model:solve() end)
  check(#model:blocks() == 1)
end

-- Arrays of variables.
do
  local model = milp.model()
  local x = model:variables({ 2, 3 }, { prefix = "x" })
  check(x:slice(2, 2)[1][1] == x:at(1, 2) and tostring(x:slice(1, 2, 1)) == "Variables(0x3)")
  check(x:gather(2, { 3, 1, 3 })[2][1] == x:at(2, 3) and tostring(x:gather(1, { 2 })) == "Variables(1x3)")
  local both = milp.concat({ x, x:slice(2, 1, 1) }, 2)
  check(tostring(both) == "Variables(2x4)" and both:at(2, 4) == x:at(2, 1) and both:at(1, 3) == x:at(1, 3))
  check(tostring(milp.concat { x[1], { x:at(2, 2) }, x:at(2, 3) }) == "Variables(5)")
  refuses({ "axis 1" }, milp.concat, { x, x[1] })
  refuses({ "at least one" }, milp.concat, {})
  refuses({ "from 1 to 3" }, x.gather, x, 2, { 4 })
  local none = x:slice(1, 1, 0)
  refuses({ "from 1 to 0" }, none.gather, none, 1, { 1 })
  refuses({ "from 1 to 3" }, x.slice, x, 2, 2, 4)
end

checks.finish()
