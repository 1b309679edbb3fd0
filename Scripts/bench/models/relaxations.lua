--- How long each solver takes to the linear relaxations of networks over a box: the linear program that every search
--- begins with, and bounds are found by.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local report = require "vnn.report"
local statistics = require "vnn.statistics"

local shapes = {
  { 324, 128, 128, 10 }, { 324, 64, 64, 64, 64, 10 }, { 784, 128, 128, 10 }, { 784, 64, 64, 64, 64, 10 },
}

--- The relaxation of a network with random weights whose inputs are all between 0 and 1, for the largest difference of
--- two outputs.
local function relaxation(widths, seed)
  local model = milp.model(table.concat(widths, "-"))
  local block = model:embed(nn.mlp(widths, { seed = seed }), model:variables(widths[1], { upper = 1 }))
  model:maximize(block.outputs[1] - block.outputs[2])
  return model:relaxation()
end

local function run(options)
  print(("%s; medians of %d networks of each shape\n"):format(origin.processor(), options.seeds))
  local rows = {}
  for _, name in ipairs(options.solvers) do
    for _, widths in ipairs(shapes) do
      local seconds, iterations = {}, {}
      for seed = 1, options.seeds do
        local solution, message = relaxation(widths, seed):solve {
          solver = name, time_limit_s = 60, limit_in = "processor", isolate = false,
        }
        if not solution then return nil, message end
        if solution.status ~= "optimal" then return nil, ("%s: %s"):format(name, solution.status) end
        seconds[seed], iterations[seed] = solution.processor_seconds, solution.iterations
      end
      rows[#rows + 1] = {
        name, table.concat(widths, "-"), ("%.3f"):format(statistics.median(seconds)), statistics.median(iterations),
      }
    end
  end
  print(report.table({ "solver", "network", "processor seconds", "iterations" }, rows))
  return 0
end

return {
  name = "relaxations",
  description = "Measures how long each solver takes to the linear relaxations of networks.",
  options = {
    { name = "seeds", type = "integer", default = 3, minimum = 1, help = "networks of each shape" },
    {
      name = "solvers", type = "list", choices = milp.solver_names, default = { "glpk" }, help = "which solvers",
    },
  },
  run = run,
}
