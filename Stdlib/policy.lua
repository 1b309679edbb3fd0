--- Pruning policies as scripts: a file that says what matters, and gets to see the optimisation problem.
---
--- A policy file returns a table: a name, a description, options if it has some, and `score`, a function that makes a
--- tensor shaped like `layer.weight`; the lowest scores go. In place of `score` it may have `prune = function(network,
--- context)`, which returns a mask or a whole pruned network. `vnnlua new policy NAME` writes one to start from.
---
--- ```lua
--- local data, nn, policy = require "vnn.data", require "vnn.nn", require "vnn.policy"
--- local reach = {
---   name = "reach",
---   description = "Weights times the norms of their inputs.",
---   options = { { name = "power", default = 1.0, help = "of the norm" } },
---   score = function(layer, context)
---     local norms = context.activations[context.position]:norm(2, 1)
---     return layer.weight:abs() * norms:unsqueeze(1) ^ context.options.power
---   end,
--- }
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.mlp({ 81, 16, 10 }, { seed = 1 })
--- print((policy.run(policy.check(reach, "reach.lua"), dense, { rate = 0.5, data = digits })))
--- --> Network(81 -> 16 -> 10, 45% pruned)
--- ```
local names = require "vnn.names"
local nn = require "vnn.nn"
local prune = require "vnn.prune"
local script = require "vnn.script"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local policy = {}

---@class vnn.Policy
---@field name string
---@field description string one sentence
---@field options? vnn.script.Option[] the policy's own options; their values are `context.options`
---@field scope? "layerwise"|"global"|"rowwise" where the lowest scores are looked for (default: "layerwise")
---@field score? fun(layer: vnn.Layer, context: vnn.policy.Context): vnn.Tensor
---@field prune? fun(network: vnn.Network, context: vnn.policy.Context): vnn.Mask|vnn.Network
---@field criterion? string a built-in criterion in place of a function
---@field file string where it was loaded from

---@class vnn.policy.RunOptions
---@field rate number share of the weights of the layers that take part, from 0 to below 1
---@field data? vnn.Dataset the calibration batch is its first images
---@field samples? integer size of the calibration batch (default: 512)
---@field problem? vnn.Problem what policies that see the problem look at
---@field bounds? vnn.Bounds bounds of the network for the problem (default: backward linear bounds, when asked for)
---@field options? table values of the policy's own options
---@field layers? "hidden"|"all"|integer[] which layers take part (default: "hidden")
---@field seed? integer of `context.random` (default: 0)
---@field within? vnn.Mask what earlier rounds left
---@field time_limit_s? number a policy that runs longer is stopped (default: 60); Ctrl-C stops it as well

--- What a policy sees. Everything is computed when it is first asked for; lists have one entry per layer. The tensors
--- are the policy's to change.
---@class vnn.policy.Context
---@field network vnn.Network a copy of the network
---@field depth integer number of layers, the output layer included
---@field position integer? which layer is being scored, 1 for the first
---@field weights vnn.Tensor[] outputs x inputs
---@field biases vnn.Tensor[] outputs
---@field gradients { weight: vnn.Tensor, bias: vnn.Tensor }[] of the mean cross-entropy on the calibration batch
---@field batch vnn.Tensor the calibration batch, samples x inputs
---@field labels integer[] the classes of the calibration batch
---@field activations vnn.Tensor[] what each layer reads on the calibration batch, samples x inputs of the layer
---@field outputs vnn.Tensor of the calibration batch, samples x classes
---@field bounds vnn.Bounds of the network in the problem's region
---@field lower vnn.Tensor[] least preactivations in the region, one for each neuron of the layer
---@field upper vnn.Tensor[] greatest preactivations in the region, one for each neuron of the layer
---@field input_lower vnn.Tensor[] least values that each layer reads in the region
---@field input_upper vnn.Tensor[] greatest values that each layer reads in the region
---@field sensitivity vnn.Tensor[] how strongly the margin reacts to each preactivation, through relaxed ReLUs
---@field problem vnn.Problem
---@field region vnn.Problem the same: `support`, `project`, `contains`, `sample`
---@field x0 vnn.Tensor the problem's input
---@field class integer the class of the input, from 1: `data.classes[class]` is its name
---@field target integer? the class that an adversary wants; nil for any other
---@field rate number
---@field random vnn.Random
---@field data vnn.Dataset
---@field options table values of the policy's own options
---@field layers "hidden"|"all"|integer[]
---@field within vnn.Mask? what earlier rounds left

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
  return context.data:images(1, math.min(rawget(context, "_given").samples or 512, context.data.count))
end
function makers.labels(context)
  return table.move(context.data:labels(), 1, context.batch.shape[1], 1, {})
end
function makers.gradients(context)
  local _, gradients = nn.cross_entropy(context.network, context.batch, context.labels)
  return gradients
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
  return rawget(context, "_given").bounds or verify.bounds(context.network, context.problem)
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

--- The folder of vnnlua's sources, as far as it is known: the current one, or the one that this program was built in.
---@return string? folder nil when the program was installed elsewhere
function policy.clone()
  if system.exists "Scripts/experiments/compare-policies.lua" then return "." end
  local folder = system.program:match "^(.*)/%.build/"
  return folder and system.exists(folder .. "/Scripts/policies") and folder or nil
end

--- Where policies are looked for when only their name is given, besides the script's folder and the sources'.
---@type string[]
policy.folders = { "Scripts/policies" }

local function own_folder()
  local main = rawget(_G, "arg") and arg[0]
  return main and main:match "^(.*)/[^/]*$" or "."
end

--- The folders of shipped policies.
local function shipped_folders()
  local folders = { own_folder() .. "/../policies" }
  table.move(policy.folders, 1, #policy.folders, #folders + 1, folders)
  local clone = policy.clone()
  if clone then folders[#folders + 1] = clone .. "/Scripts/policies" end
  return folders
end

--- The names of shipped policies, in their order, and the files of those.
local function shipped()
  local files = {}
  for _, folder in ipairs(shipped_folders()) do
    for _, file in ipairs(system.list(folder) or {}) do
      local name = file:match "^(.*)%.lua$"
      if name and not files[name] then files[name] = folder .. "/" .. file end
    end
  end
  return names.sorted(files), files
end

--- What policies can be asked for by their names here: built-in criteria, and shipped files that are found.
---
--- ```lua
--- print(require("vnn.policy").list()[1].name) --> magnitude
--- ```
---@return { name: string, description: string }[]
function policy.list()
  local list = {}
  local stems, files = shipped()
  local function add(name)
    local _, entry = pcall(policy.load, files[name] or name)
    list[#list + 1] = { name = name, description = type(entry) == "table" and entry.description or "cannot be loaded" }
    files[name] = nil
  end
  for _, name in ipairs(prune.criteria) do add(name) end
  for _, name in ipairs(stems) do
    if files[name] then add(name) end
  end
  return list
end

--- What a mistyped name may mean, or else which names there are, as part of a message.
local function suggestion(name)
  if name:find("/", 1, true) or name:match "%.lua$" then return "" end
  if system.exists(name .. ".lua") then return ("; did you mean '%s.lua'?"):format(name) end
  local known = table.move(prune.criteria, 1, #prune.criteria, 1, {})
  for _, other in ipairs((shipped())) do known[#known + 1] = other end
  local near = names.suggestion(name, known)
  if near ~= "" then return near end
  local list, seen = {}, {}
  for _, other in ipairs(known) do
    if not seen[other] then list[#list + 1] = other end
    seen[other] = true
  end
  return "; there are: " .. table.concat(list, ", ")
end

--- The file that `name` means: itself, or a policy of that name in one of the folders.
local function find(name)
  if name:find("/", 1, true) or name:match "%.lua$" and system.exists(name) then return name end
  local stem = name:gsub("%.lua$", ""):gsub("-", "_")
  for _, folder in ipairs { own_folder(), table.unpack(shipped_folders()) } do
    local path = ("%s/%s.lua"):format(folder, stem)
    if system.exists(path) then return path end
  end
  return name
end

--- Checks what a policy file returned, and returns it. A policy of one's own has either a function `score` or a
--- function `prune`; the field `criterion` is for built-in criteria, which come from no file.
---
--- Raises an error that names the file and the field when something is missing or wrong.
---@param declaration any
---@param file string for messages
---@return vnn.Policy
function policy.check(declaration, file)
  settings.expect("policy.check", 2, file, "a string")
  if type(declaration) ~= "table" then
    error(("%s: expected the file to return a table { name, description, score }, got %s"):format(
      file,
      type(declaration)
    ), 0)
  end
  script.check(declaration, file, {})
  if rawget(declaration, "criterion") ~= nil then
    error(("%s: field 'criterion': expected a function 'score' or 'prune' in its place; a built-in criterion is loaded "
      .. "by its name, and has no file"):format(file), 0)
  end
  local score, whole = rawget(declaration, "score"), rawget(declaration, "prune")
  if (score == nil) == (whole == nil) then
    local got = score == nil and "neither" or "both"
    got = got .. (score == nil and script.mistyped(declaration) or "")
    error(("%s: expected either a function 'score' or a function 'prune', got %s"):format(file, got), 0)
  end
  for _, field in ipairs { "score", "prune" } do
    local value = rawget(declaration, field)
    if value ~= nil and type(value) ~= "function" then
      error(("%s: field '%s': expected a function, got %s"):format(file, field, type(value)), 0)
    end
  end
  local scopes = { layerwise = true, global = true, rowwise = true }
  if declaration.scope ~= nil and not scopes[declaration.scope] then
    error(("%s: field 'scope': expected layerwise, global or rowwise, got %s"):format(
      file,
      tostring(declaration.scope)
    ), 0)
  end
  declaration.file = file
  return declaration
end

--- Loads a policy: a path, the name of a shipped one, or the name of a built-in criterion such as "magnitude".
---
--- ```lua
--- local policy = require "vnn.policy"
--- print(assert(policy.load "magnitude").description) --> built-in criterion
--- print(policy.load "nowhere/mine.lua") --> nil	nowhere/mine.lua: cannot be opened: No such file or directory
--- ```
---@param name string
---@return vnn.Policy? policy nil when the file cannot be read or is not Lua
---@return string? message
function policy.load(name)
  settings.expect("policy.load", 1, name, "a string")
  for _, criterion in ipairs(prune.criteria) do
    if criterion == name then
      return { name = name, description = "built-in criterion", criterion = name, file = "vnn.prune" }
    end
  end
  local path = find(name)
  local source, message = system.read_file(path)
  if not source then return nil, message .. suggestion(name) end
  local chunk
  chunk, message = load(source, "@" .. path, "t")
  if not chunk then return nil, message end
  return policy.check(chunk(), path)
end

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
  local row = nan:max(2):argmax()
  return ("[%d, %d]"):format(row, nan[row]:argmax())
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

--- Prunes `network` by a policy. The network stays as it is.
---
--- What goes wrong in the policy is an error that names it, the layer and the line.
---
--- ```lua
--- local data, nn, policy = require "vnn.data", require "vnn.nn", require "vnn.policy"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.mlp({ 81, 16, 10 }, { seed = 1 })
--- print((policy.run(assert(policy.load "wanda"), dense, { rate = 0.5, data = digits })))
--- --> Network(81 -> 16 -> 10, 44% pruned)
--- ```
---@param declaration vnn.Policy
---@param network vnn.Network
---@param options vnn.policy.RunOptions
---@return vnn.Network pruned
---@return vnn.Mask? mask nil when the policy made a network of its own
function policy.run(declaration, network, options)
  settings.expect("policy.run", 1, declaration, "a table")
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
  local rate, layers = options.rate, options.layers or "hidden"
  if declaration.criterion then
    local asked = { criterion = declaration.criterion, rate = rate, layers = layers, within = options.within }
    asked.seed, asked.data, asked.samples = options.seed, options.data, options.samples
    asked.bounds = options.bounds or options.problem and verify.bounds(network, options.problem)
    return prune.apply(network, asked)
  end
  local context = setmetatable({
    network = network:copy(),
    depth = network.depth,
    rate = rate,
    layers = layers,
    within = options.within,
    random = tensor.random(options.seed or 0),
    options = option_values(declaration, options.options),
    _given = options,
  }, Context)
  local limit = options.time_limit_s or 60
  if declaration.score then return run_score(declaration, network, context, options, limit) end
  return run_prune(declaration, network, context, limit)
end

--- A policy as a function for `vnn.schedule`'s option `policy`.
---@param declaration vnn.Policy
---@param options vnn.policy.RunOptions rate and within excepted
---@return fun(network: vnn.Network, rate: number, within: vnn.Mask?): vnn.Mask
function policy.chooser(declaration, options)
  settings.expect("policy.chooser", 1, declaration, "a table")
  settings.expect("policy.chooser", 2, options, "a table")
  settings.check("policy.chooser", options, run_options)
  return function(network, rate, within)
    local asked = {}
    for key, value in pairs(options) do asked[key] = value end
    asked.rate, asked.within = rate, within
    local pruned, mask = policy.run(declaration, network, asked)
    return mask or prune.nonzeros(pruned)
  end
end

return policy
