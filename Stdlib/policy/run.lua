--- Prunes by a policy and checks what it answers. `vnn.policy` says what each function takes and gives.
local contexts = require "vnn.policy.context"
local find = require "vnn.policy.find"
local prune = require "vnn.prune"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local run = {}

local function option_values(declaration, values)
  local defaults, declared = {}, {}
  for position, option in ipairs(declaration.options or {}) do
    defaults[option.name], declared[position] = option.default, option.name
  end
  return settings.of(("policy '%s'"):format(declaration.name), values, defaults, declared, 0)
end

local function place(declaration, body)
  local info = debug.getinfo(body, "S")
  return ("policy '%s' (%s:%d)"):format(declaration.name, info.short_src, info.linedefined)
end

local function shape_text(value)
  if value.rank == 0 then return "scalar" end
  return table.concat(value.shape, "x")
end

local function is_tensor(value) return tostring(value):find "^Tensor" ~= nil and type(value) == "userdata" end

--- The first element that is NaN, as text, or nil.
local function nan_place(scores)
  local nan = scores:not_equal(scores)
  if nan:sum() == 0 then return nil end
  local rest, position = nan:reshape({ nan.count }):argmax() - 1, {}
  for axis = #nan.shape, 1, -1 do
    rest, position[axis] = rest // nan.shape[axis], rest % nan.shape[axis] + 1
  end
  return ("[%s]"):format(table.concat(position, ", "))
end

local function checked_scores(where, index, layer, scores)
  if type(scores) ~= "userdata" or not is_tensor(scores) then
    error(("%s: layer %d: expected scores as a tensor of shape %s, got %s"):format(
      where,
      index,
      shape_text(layer.weight),
      type(scores)
    ), 0)
  end
  if shape_text(scores) ~= shape_text(layer.weight) then
    error(("%s: layer %d: expected scores of shape %s, got %s"):format(
      where,
      index,
      shape_text(layer.weight),
      shape_text(scores)
    ), 0)
  end
  local nan = nan_place(scores)
  if nan then error(("%s: layer %d: the score at %s is NaN"):format(where, index, nan), 0) end
  return scores
end

local function taking_part(layers, depth)
  if layers == "hidden" then depth = depth - 1 end
  if type(layers) == "table" then return layers end
  local list = {}
  for index = 1, depth do list[index] = index end
  return list
end

local function run_score(declaration, network, context, options, limit)
  local where = place(declaration, declaration.score)
  local scores = {}
  for index = 1, network.depth do scores[index] = tensor.zeros(network:layer(index).weight.shape) end
  for _, index in ipairs(taking_part(context.layers, network.depth)) do
    context.position = index
    local layer = context.network:copy():layer(index)
    local ok, result = pcall(system.limited, limit, declaration.score, layer, context)
    if not ok then error(("%s: layer %d: %s"):format(where, index, tostring(result)), 0) end
    scores[index] = checked_scores(where, index, network:layer(index), result)
  end
  return prune.apply(network, {
    criterion = scores,
    rate = options.rate,
    layers = context.layers,
    scope = declaration.scope,
    within = options.within,
  })
end

local function run_prune(declaration, network, context, limit)
  local where = place(declaration, declaration.prune)
  local ok, result = pcall(system.limited, limit, declaration.prune, context.network, context)
  if not ok then error(("%s: %s"):format(where, tostring(result)), 0) end
  local text = type(result) == "userdata" and tostring(result) or type(result)
  if text:find "^Mask" then
    local applied, pruned = pcall(result.apply, result, network)
    if not applied then error(("%s: %s"):format(where, tostring(pruned)), 0) end
    return pruned, result
  end
  if not text:find "^Network" then
    error(("%s: expected a mask or a network, got %s"):format(where, text), 0)
  end
  if result.inputs ~= network.inputs or result.outputs ~= network.outputs then
    error(("%s: expected a network of %d inputs and %d outputs, got %s"):format(
      where,
      network.inputs,
      network.outputs,
      text
    ), 0)
  end
  for index = 1, result.depth do
    local layer = result:layer(index)
    if layer.weight:isfinite():min() == 0 or layer.bias:isfinite():min() == 0 then
      error(("%s: layer %d: a weight or bias is infinite or NaN"):format(where, index), 0)
    end
  end
  return result
end

local expectations = {
  data = "vnn.Dataset",
  samples = "an integer",
  problem = "vnn.Problem",
  bounds = "vnn.Bounds",
  options = "a table",
  layers = "a string or a list of numbers",
  seed = "an integer",
  within = "vnn.Mask",
  time_limit_s = "a number",
}

local run_options = { "rate" }
for name in pairs(expectations) do run_options[#run_options + 1] = name end

function run.run(declaration, network, options)
  settings.expect("policy.run", 1, declaration, "a table or a string")
  if type(declaration) == "string" then
    local loaded, message = find.load(declaration)
    if not loaded then error("policy.run: argument 1: expected a policy, its name or its path; " .. message, 2) end
    declaration = loaded
  end
  if not (declaration.score or declaration.prune or declaration.criterion) then
    error("policy.run: argument 1: expected a policy of policy.load or policy.check, got a table without score, prune "
      .. "or criterion", 2)
  end
  settings.expect("policy.run", 2, network, "vnn.Network")
  settings.expect("policy.run", 3, options, "a table")
  settings.check("policy.run", options, run_options)
  settings.rate("policy.run", options.rate)
  for name, expected in pairs(expectations) do
    settings.expect("policy.run", name, options[name], expected .. " or nothing")
  end
  if declaration.criterion then
    local asked = option_values(declaration, options.options)
    asked.criterion, asked.rate, asked.within = declaration.criterion, options.rate, options.within
    asked.layers = options.layers or "hidden"
    asked.seed, asked.data, asked.samples = options.seed, options.data, options.samples
    asked.bounds = options.bounds
      or declaration.needs == "bounds" and options.problem and assert(verify.bounds(network, options.problem)) or nil
    return prune.apply(network, asked)
  end
  local context = contexts.new(network:copy(), options, option_values(declaration, options.options))
  local limit = options.time_limit_s or 60
  if declaration.score then return run_score(declaration, network, context, options, limit) end
  return run_prune(declaration, network, context, limit)
end

--- The weights of the hidden layers, and how many of them are not zero.
local function count_weights(network)
  local all, left = 0, 0
  for _, index in ipairs(taking_part("hidden", network.depth)) do
    local weight = network:layer(index).weight
    all, left = all + weight.count, left + weight:not_equal(0):sum()
  end
  return all, left
end

function run.removed(network, pruned)
  settings.expect("policy.removed", 1, network, "vnn.Network")
  settings.expect("policy.removed", 2, pruned, "vnn.Network")
  local all, _ = count_weights(network)
  local _, left = count_weights(pruned)
  return all > 0 and 1 - left / all or 0.0
end

--- By how much what is removed may miss the rate before that is worth a sentence.
local farthest_miss = 0.05

function run.missed(rate, removed)
  settings.rate("policy.missed", rate)
  settings.expect("policy.missed", 2, removed, "a number")
  if math.abs(removed - rate) <= farthest_miss then return nil end
  return ("%.0f %% of the hidden layers' weights are removed, and the rate asks for %.0f %%"):format(
    100 * removed, 100 * rate)
end

function run.chooser(declaration, options)
  settings.expect("policy.chooser", 1, declaration, "a table")
  settings.expect("policy.chooser", 2, options, "a table")
  settings.check("policy.chooser", options, run_options)
  return function(network, rate, within)
    local asked = {}
    for key, value in pairs(options) do asked[key] = value end
    asked.rate, asked.within = rate, within
    local pruned, mask = run.run(declaration, network, asked)
    return mask or prune.nonzeros(pruned)
  end
end

return run
