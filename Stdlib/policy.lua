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
local find = require "vnn.policy.find"
local run = require "vnn.policy.run"

local policy = {}

---@class vnn.Policy
---@field name string
---@field description string one sentence
---@field options? vnn.script.Option[] the policy's own options; their values are `context.options`
---@field scope? "layerwise"|"global"|"rowwise" where the lowest scores are looked for (default: "layerwise")
---@field score? fun(layer: vnn.Layer, context: vnn.policy.Context): vnn.Tensor
---@field prune? fun(network: vnn.Network, context: vnn.policy.Context): vnn.Mask|vnn.Network
---@field criterion? string a built-in criterion in place of a function
---@field neuron_score? fun(layer: vnn.Layer, context: vnn.policy.Context): vnn.Tensor of a built-in criterion: one
--- score for each neuron (default: the sum of `score`)
---@field needs? "data"|"labels"|"bounds" what a built-in criterion cannot do without
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
---@field gradients { weight: vnn.Tensor, bias: vnn.Tensor }[] on the calibration batch, of the
--- mean cross-entropy; of the squared errors where there are real targets, of the logistic loss for one output
---@field batch vnn.Tensor the calibration batch, samples x inputs
---@field labels integer[] the classes of the calibration batch
---@field targets vnn.Tensor the real targets of the calibration batch, samples x outputs
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

--- Where policies are looked for when only their name is given, besides the script's folder and those that came with
--- vnnlua.
---@type string[]
policy.folders = find.folders

--- What policies can be asked for by their names here: built-in criteria, and shipped files that are found.
---
--- ```lua
--- print(require("vnn.policy").list()[1].name) --> magnitude
--- ```
---@return { name: string, description: string }[]
policy.list = find.list

--- Checks what a policy file returned, and returns it. A policy of one's own has either a function `score` or a
--- function `prune`; the field `criterion` is for built-in criteria, which come from no file.
---
--- Raises an error that names the file and the field when something is missing or wrong.
---@param declaration any
---@param file string for messages
---@return vnn.Policy
policy.check = find.check

--- Loads a policy: a path, the name of a shipped one, or the name of a built-in criterion such as "magnitude".
---
--- ```lua
--- local policy = require "vnn.policy"
--- print(assert(policy.load "magnitude").description) --> The absolute value of a weight.
--- print(policy.load "nowhere/mine.lua") --> nil	nowhere/mine.lua: cannot be opened: No such file or directory
--- ```
---@param name string
---@return vnn.Policy? policy nil when the file cannot be read or is not Lua
---@return string? message
policy.load = find.load

--- Prunes `network` by a policy. The network stays as it is.
---
--- What goes wrong in the policy is an error that names it, the layer and the line.
---
--- ```lua
--- local data, nn, policy = require "vnn.data", require "vnn.nn", require "vnn.policy"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense = nn.mlp({ 81, 16, 10 }, { seed = 1 })
--- print((policy.run("wanda", dense, { rate = 0.5, data = digits })))
--- --> Network(81 -> 16 -> 10, 44% pruned)
--- ```
---@param declaration vnn.Policy|string a policy, or the name of one as `policy.load` takes it
---@param network vnn.Network
---@param options vnn.policy.RunOptions
---@return vnn.Network pruned
---@return vnn.Mask? mask nil when the policy made a network of its own
policy.run = run.run

--- Which share of the weights of a network's hidden layers a pruned one lacks or has as zeros: what the rate asks for.
---@param network vnn.Network
---@param pruned vnn.Network what `policy.run` made of it
---@return number
policy.removed = run.removed

--- What is to be told where a policy has removed another share of the weights than it was asked to.
---
--- ```lua
--- local policy = require "vnn.policy"
--- print(policy.missed(0.9, 0.5)) --> 50 % of the hidden layers' weights are removed, and the rate asks for 90 %
--- print(policy.missed(0.9, 0.88)) --> nil
--- ```
---@param rate number
---@param removed number as `policy.removed` gives it
---@return string? sentence nil where the two are at most 0.05 apart
policy.missed = run.missed

--- A policy as a function for `vnn.schedule`'s option `policy`.
---@param declaration vnn.Policy
---@param options vnn.policy.RunOptions rate and within excepted
---@return fun(network: vnn.Network, rate: number, within: vnn.Mask?): vnn.Mask
policy.chooser = run.chooser

return policy
