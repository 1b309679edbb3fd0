--- What a pruned network is like: sparsity, accuracy, dead and stable neurons, binaries left, distance to the dense.
local prune = require "vnn.prune"
local report = require "vnn.report"
local settings = require "vnn.settings"
local verify = require "vnn.verify"

local facts = {}

---@class vnn.facts.Options
---@field data? vnn.Dataset for accuracy, dead neurons and the distance to the dense network
---@field samples? integer how many of the data's images dead neurons and distances look at (default: 1000)
---@field dense? vnn.Network what the network was pruned from
---@field problem? vnn.Problem for stable neurons and binaries inside its region

---@class vnn.facts.Layer
---@field inputs integer
---@field outputs integer
---@field zero_weights integer
---@field sparsity number share of the weights that is exactly zero
---@field empty_neurons integer neurons without any weight
---@field dead integer? hidden neurons that fire on none of the images
---@field inactive integer? hidden neurons that never fire in the region
---@field active integer? hidden neurons that always fire in the region
---@field unstable integer? hidden neurons that need a binary

---@class vnn.Facts
---@field layers vnn.facts.Layer[]
---@field sparsity number share of all weights that is exactly zero
---@field accuracy number? share of all of the data's images that are classified as their label
---@field dense_accuracy number? the same of the dense network
---@field agreement number? share of the images that both networks give the same class
---@field output_distance number? root mean square difference of the outputs
---@field margin_distance number? difference of the margins at the problem's input, in magnitude
---@field dead integer? hidden neurons that fire on none of the images
---@field binaries integer? ReLUs that the region leaves undecided
local Facts = {}
Facts.__index = Facts

local function count(mask) return math.tointeger(mask:sum()) end

local function add_layers(self, network)
  for index, row in ipairs(network:summary()) do
    self.layers[index] = {
      inputs = row.inputs,
      outputs = row.outputs,
      zero_weights = row.zero_weights,
      sparsity = row.zero_weights / network:layer(index).weight.count,
      empty_neurons = row.empty_neurons,
    }
  end
  self.sparsity = network.sparsity
end

local function add_data(self, network, options)
  local data = options.data
  self.accuracy = network:accuracy(data)
  local batch = data:images(1, math.min(options.samples, data.count))
  local inputs, outputs = prune.activations(network, batch)
  self.dead = 0
  for index = 1, network.depth - 1 do
    local dead = count(inputs[index + 1]:max(1):equal(0) * network:layer(index):relus())
    self.layers[index].dead = dead
    self.dead = self.dead + dead
  end
  if options.dense then
    local expected = options.dense:forward(batch)
    self.dense_accuracy = options.dense:accuracy(data)
    self.output_distance = ((outputs - expected):square():mean()) ^ 0.5
    self.agreement = outputs:argmax(2):equal(expected:argmax(2)):mean()
  end
end

local function add_problem(self, network, options)
  local problem = options.problem
  local bounds = assert(verify.bounds(network, problem))
  self.binaries = bounds.unstable
  for index = 1, network.depth - 1 do
    local layer = bounds:layer(index)
    local relus = network:layer(index):relus()
    local inactive = count(layer.upper:less_equal(0) * relus)
    local unstable = count(layer.upper:greater(0) * layer.lower:less(0) * relus)
    local entry = self.layers[index]
    entry.inactive, entry.unstable = inactive, unstable
    entry.active = entry.outputs - inactive - unstable
  end
  if options.dense then
    local x = problem.input
    self.margin_distance = math.abs(problem:margin(network:forward(x)) - problem:margin(options.dense:forward(x)))
  end
end

--- The facts of a network; what the options give no data for is absent. `print(facts.of(…))` shows a table.
---
--- ```lua
--- local facts, nn, prune = require "vnn.facts", require "vnn.nn", require "vnn.prune"
--- local sparse = prune.apply(nn.mlp({ 6, 4, 3 }, { seed = 1 }), { rate = 0.5 })
--- print(facts.of(sparse))
--- --> layer  shape   zero weights  empty  dead  inactive  active  binaries
--- -->     1  6 -> 4  50.0 %            0
--- -->     2  4 -> 3  0.0 %             0
--- --> zero weights 33.3 %
--- ```
---@param network vnn.Network
---@param options? vnn.facts.Options
---@return vnn.Facts
function facts.of(network, options)
  settings.expect("facts.of", 1, network, "vnn.Network")
  options = settings.of("facts.of", options, { samples = 1000 }, { "data", "dense", "problem" })
  settings.expect("facts.of", "data", options.data, "vnn.Dataset or nothing")
  settings.expect("facts.of", "dense", options.dense, "vnn.Network or nothing")
  settings.expect("facts.of", "problem", options.problem, "vnn.Problem or nothing")
  local self = setmetatable({ layers = {} }, Facts)
  add_layers(self, network)
  if options.data then add_data(self, network, options) end
  if options.problem then add_problem(self, network, options) end
  return self
end

local function percent(share) return share and ("%.1f %%"):format(100 * share) end

--- Facts as an aligned table, one line per layer, and a line for the whole.
function Facts:__tostring()
  local rows = {}
  for index, layer in ipairs(self.layers) do
    rows[index] = {
      index,
      ("%d -> %d"):format(layer.inputs, layer.outputs),
      percent(layer.sparsity),
      layer.empty_neurons,
      layer.dead or "",
      layer.inactive or "",
      layer.active or "",
      layer.unstable or "",
    }
  end
  local headers = { "layer", "shape", "zero weights", "empty", "dead", "inactive", "active", "binaries" }
  local parts = { "zero weights " .. percent(self.sparsity) }
  local function add(label, text) parts[#parts + 1] = text and label .. " " .. text end
  add("accuracy", percent(self.accuracy))
  add("dense accuracy", percent(self.dense_accuracy))
  add("agreement", percent(self.agreement))
  add("output distance", self.output_distance and ("%.3f"):format(self.output_distance))
  add("margin distance", self.margin_distance and ("%.3f"):format(self.margin_distance))
  add("binaries", self.binaries and tostring(self.binaries))
  return report.table(headers, rows) .. "\n" .. table.concat(parts, ", ")
end

return facts
