--- Verdicts on random small networks whose answer is known, near the border: every box's largest margin is the optimum
--- of the network in a MILP, and the property is set a little beside it, by at least 3e-4 of what the margin can vary.
local milp = require "vnn.milp"
local names = require "vnn.names"
local nn = require "vnn.nn"
local origin = require "vnn.experiment.origin"
local property = require "vnn.property"
local report = require "vnn.report"
local stated = require "stated"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- Two to four hidden layers of 5 to 10 neurons; every other network has a first layer of one or two.
local function layers_of(random)
  local sizes = { random:integer(6) }
  for depth = 1, random:integer(3) + 1 do
    local is_narrow = depth == 1 and random:integer(2) == 1
    sizes[#sizes + 1] = is_narrow and random:integer(2) or random:integer(6) + 4
  end
  sizes[#sizes + 1] = random:integer(3) + 1
  local layers = {}
  for place = 1, #sizes - 1 do
    local weight = random:normal { sizes[place + 1], sizes[place] }
    -- Some weights are much larger than the others.
    layers[place] = {
      weight = weight * random:uniform({ sizes[place + 1], sizes[place] }, 0, 1):map(function(draw)
        return draw < 0.25 and 5 or 1
      end),
      bias = random:normal { sizes[place + 1] },
    }
  end
  return layers
end

local function boxes_of(random, inputs)
  local boxes = {}
  for number = 1, random:integer(3) do
    local lower = random:uniform({ inputs }, -2, 2)
    boxes[number] = { lower = lower, upper = lower + random:uniform({ inputs }, 0, 2) }
  end
  return boxes
end

--- The largest and the smallest y_1 - y_2 over the boxes; nil where the solver has no optimum.
local function extremes(network, boxes, solver)
  local largest, smallest = -math.huge, math.huge
  for _, box in ipairs(boxes) do
    for _, sense in ipairs { "maximize", "minimize" } do
      local model = milp.model()
      local outputs = model:embed(network, model:variables(network.inputs, box)).outputs
      model[sense](model, outputs[1] - outputs[2])
      local solution = model:solve { solver = solver, time_limit_s = 20 }
      if not solution or solution.status ~= "optimal" then return nil end
      if sense == "maximize" then
        largest = math.max(largest, solution.objective)
      else
        smallest = math.min(smallest, solution.objective)
      end
    end
  end
  return largest, smallest
end

local function run(options)
  print(origin.processor())
  local folder <close> = system.temporary_folder()
  local counts, slowest, rows = {}, 0, {}
  for seed = options.first, options.first + options.count - 1 do
    report.progress(("seed %d"):format(seed))
    local random = tensor.random(seed)
    local layers = layers_of(random)
    local network = nn.from_layers(layers)
    local boxes = boxes_of(random, network.inputs)
    local largest, smallest = extremes(network, boxes, options.solver)
    local outcome, seconds, margin = "no reference", 0, nil
    local reach = largest and math.max(math.abs(largest), math.abs(smallest), 1e-6)
    if largest and largest - smallest < 1e-6 * reach then
      outcome = "constant"
    elseif largest then
      local draws = random:uniform { 2 }
      local distance = 3e-4 * (1 + 30 * draws[1] * draws[2])
      margin = random:integer(2) == 1 and distance or -distance
      local last = layers[#layers]
      local shift = tensor.zeros { network.outputs }
      shift[1] = margin * (largest - smallest) - largest
      layers[#layers] = { weight = last.weight, bias = last.bias + shift }
      network = nn.from_layers(layers)
      local start = system.clock()
      local asked = stated(network, boxes, { { 2 } }, folder.path .. "/asked.vnnlib")
      local verdict = property.decide(network, asked, { time_limit_s = options.time_limit }).verdict
      seconds = system.clock() - start
      local truth = margin > 0 and "sat" or "unsat"
      outcome = verdict == truth and "right" or ("%s for %s"):format(verdict, truth)
    end
    counts[outcome] = (counts[outcome] or 0) + 1
    slowest = math.max(slowest, seconds)
    if margin and (outcome ~= "right" or seconds > options.time_limit) then
      rows[#rows + 1] = { seed, tostring(network), ("%.2g"):format(margin), outcome, ("%.2f"):format(seconds) }
    end
  end
  report.progress()
  for _, outcome in ipairs(names.sorted(counts)) do print(("%-20s %d"):format(outcome, counts[outcome])) end
  print(("slowest: %.2f s"):format(slowest))
  if #rows > 0 then print(report.table({ "seed", "network", "margin", "outcome", "seconds" }, rows)) end
  return #rows == 0 or nil, #rows > 0 and "some verdicts are wrong, missing or late" or nil
end

return {
  name = "random-networks",
  description = "Verdicts on random small networks whose answer is known and near the border.",
  options = {
    { name = "first", default = 1, help = "the first seed" },
    { name = "count", default = 300, help = "how many networks" },
    { name = "time_limit", default = 2.0, help = "seconds per property" },
    { name = "solver", default = "highs", help = "what finds the answers" },
  },
  run = run,
}
