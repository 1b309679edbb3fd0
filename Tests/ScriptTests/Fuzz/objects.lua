--- Makes objects of the classes that no example makes.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local system = require "vnn.system"
local verify = require "vnn.verify"

local network = nn.mlp({ 2, 3, 2 }, { seed = 1 })
local best, other = table.unpack(network:top_classes({ 0.5, 0.5 }, 2))
local problem = verify.problem { input = { 0.5, 0.5 }, norm = "l1", epsilon = 0.5, class = best, target = other }
local encoding = verify.encode(network, problem)
local solution = encoding.model:solve {
  on_incumbent = function(event) return event.objective < 0 and "stop" or nil end,
}
for _, solver in ipairs(milp.solvers()) do
  encoding.model:solve { solver = solver.name }
  encoding.model:solve { solver = solver.name, node_limit = 10 }
end
local witness = verify.evaluate(network, problem, { 0.4, 0.6 })
local summary = network:summary()
local condition = verify.condition { { { coefficients = { 1, -1 }, constant = 10 } } }
local counterexample = assert(condition:check(network, problem, { 0.5, 0.5 }))
local model = milp.model "small"
local rows = model:add_rows({ { 1, model:variables(2) } }, "<=", 3)
local folder = system.temporary_folder()
-- It has ended when it is called.
local process = assert(system.spawn(system.program, { "-e", "" }))
system.wait({ process }, 10)
-- A query whose network is in a file.
local files = system.temporary_folder()
assert(network:save(files.path .. "/network.onnx"))
assert(verify.property(network, problem):save(files.path .. "/property.vnnlib"))
local models = assert(assert(verify.load_property(files.path .. "/property.vnnlib")):load {
  N = files.path .. "/network.onnx",
})

return { models, encoding, solution, witness, summary, condition, counterexample, rows, folder, process }
