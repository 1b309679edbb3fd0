--- What a policy sees: `vnn.policy.Context`, whose fields `vnn.policy` lists, made when they are first asked for.
---
--- ```lua
--- local contexts, nn = require "vnn.policy.context", require "vnn.nn"
--- local context = contexts.new(nn.mlp({ 4, 3, 2 }, { seed = 1 }), { rate = 0.5 }, {})
--- print(#context.weights, context.layers) --> 2	hidden
--- ```
local names = require "vnn.names"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local contexts = {}

local makers = {}

--- What the host was given, or an error that says which option is missing.
local function given(context, key, what)
  local value = rawget(context, "_given")[key]
  if value == nil then error(("this policy looks at %s; pass `%s`"):format(what, key), 0) end
  return value
end

local function per_layer(context, make)
  local list = {}
  for index = 1, context.depth do list[index] = make(context.network:layer(index), index) end
  return list
end

function makers.weights(context)
  return per_layer(context, function(layer) return layer.weight:copy() end)
end
function makers.biases(context)
  return per_layer(context, function(layer) return layer.bias:copy() end)
end
function makers.data(context) return given(context, "data", "a data set") end
function makers.batch(context)
  local own = rawget(context, "_given")
  return own.batch or context.data:images(1, math.min(own.samples or 512, context.data.count))
end
function makers.labels(context)
  if rawget(context, "_given").batch then return given(context, "labels", "the classes of the batch") end
  return context.data:labels(1, context.batch.shape[1])
end
function makers.targets(context)
  if rawget(context, "_given").batch then return given(context, "targets", "the targets of the batch") end
  return context.data:targets(1, context.batch.shape[1])
end
function makers.gradients(context)
  local own, network, batch = rawget(context, "_given"), context.network, context.batch
  if own.targets or own.data and #own.data.classes == 0 then
    return select(2, nn.loss(network, batch, context.targets))
  elseif network.outputs == 1 then
    -- One output tells two classes apart by its sign.
    return select(2, nn.loss(network, batch, tensor.from(context.labels) - 1, { loss = "logistic" }))
  end
  return select(2, nn.cross_entropy(network, batch, context.labels))
end
function makers.activations(context)
  local inputs, outputs = prune.activations(context.network, context.batch)
  context.outputs = outputs
  return inputs
end
function makers.outputs(context) return context.network:forward(context.batch) end
function makers.problem(context) return given(context, "problem", "the problem") end
function makers.region(context) return context.problem end
function makers.bounds(context)
  return rawget(context, "_given").bounds or assert(verify.bounds(context.network, context.problem))
end
function makers.x0(context) return context.problem.input end
makers["class"] = function(context) return context.problem.class end
function makers.target(context) return context.problem.target end
function makers.sensitivity(context) return prune.sensitivity(context.network, context.bounds) end
for _, key in ipairs { "lower", "upper", "input_lower", "input_upper" } do
  makers[key] = function(context)
    for name, list in pairs(prune.ranges(context.network, context.bounds)) do context[name] = list end
    return rawget(context, key)
  end
end

local optional = { position = true, within = true }

local Context = {}
function Context.__index(context, key)
  local make = makers[key]
  if make then
    local value = make(context)
    rawset(context, key, value)
    return value
  end
  if optional[key] then return nil end
  local known = { "network", "depth", "position", "rate", "random", "options", "layers", "within" }
  for name in pairs(makers) do known[#known + 1] = name end
  table.sort(known)
  error(("context has no field '%s'%s"):format(tostring(key), names.suggestion(tostring(key), known)), 2)
end

--- The context of one run.
---@param network vnn.Network a copy where the policy is not the library's own: it may change it
---@param options vnn.policy.RunOptions
---@param own table values of the policy's own options
---@return vnn.policy.Context
function contexts.new(network, options, own)
  return setmetatable({
    network = network,
    depth = network.depth,
    rate = options.rate,
    layers = options.layers or "hidden",
    within = options.within,
    random = tensor.random(options.seed or 0),
    options = own,
    _given = options,
  }, Context)
end

local function scorer(context, score)
  return score and function(layer, position)
    context.position = position
    return score(layer, context)
  end
end

--- The functions of a built-in criterion as `vnn.prune` calls them, with a layer and its position; with one context.
---@param score fun(layer: vnn.Layer, context: vnn.policy.Context): vnn.Tensor
---@param neuron_score? fun(layer: vnn.Layer, context: vnn.policy.Context): vnn.Tensor
---@param network vnn.Network
---@param options table what the criterion sees
---@param own table values of the criterion's own options
---@return fun(layer: vnn.Layer, position: integer): vnn.Tensor
---@return? fun(layer: vnn.Layer, position: integer): vnn.Tensor
function contexts.scorers(score, neuron_score, network, options, own)
  local context = contexts.new(network, options, own)
  return scorer(context, score), scorer(context, neuron_score)
end

return contexts
