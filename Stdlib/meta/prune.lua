---@meta vnn.prune
error 'this file only describes vnn.prune to editors; write require "vnn.prune"'

--- Pruning: masks, criteria, compaction, and reduction that loses nothing. A network is never changed; pruned weights
--- of the new one are exactly 0.0.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- local sparse, mask = prune.apply(dense, { criterion = "magnitude", rate = 0.9 })
--- print(sparse) --> Network(20 -> 10 -> 3, 78% pruned)
--- print(mask) --> Mask(2 layers, 78 % zero)
--- print(mask.kept[1], mask.kept[2]) --> 20	30
--- ```
local prune = {}

--- The criteria that are known by name, one for each file in the folder `policies` of the standard library, and what
--- they cannot do without: `data` (or a batch), `labels` (data, or a batch with labels or targets), `bounds`.
---
--- ```lua
--- local prune = require "vnn.prune"
--- print(prune.criteria[1], prune.criteria[7]) --> magnitude	obs
--- ```
---@type string[]
prune.criteria = {}

--- What `protocol = "published"` stands for, the quirks of the paper's public code: five geometric rounds, the output
--- layer included, biases of removed neurons left behind.
---
--- ```lua
--- local prune = require "vnn.prune"
--- print(prune.published.rounds, prune.published.layers, prune.published.keep_biases) --> 5	all	true
--- ```
---@type { rounds: integer, layers: string, keep_biases: boolean }
prune.published = {}

---@class vnn.prune.SightOptions
---@field data? vnn.Dataset the calibration batch is its first images
---@field samples? integer size of the calibration batch from `data` (default: 512)
---@field batch? vnn.Tensor the calibration batch itself, samples x inputs
---@field labels? integer[] classes of `batch`, for criteria that look at gradients
---@field targets? vnn.Tensor real targets of `batch`, samples x outputs, in place of labels: of a regression
---@field bounds? vnn.Bounds bounds of this very network, for criteria that look at a region
---@field criterion? string|vnn.Tensor[]|fun(layer: vnn.Layer, position: integer): vnn.Tensor one of `prune.criteria`,
--- one tensor of scores per layer (shaped like its weight, or one per neuron or filter), or a function that makes it
--- from a copy of the layer; the lowest scores go (default: "magnitude")

---@class vnn.prune.Options: vnn.prune.SightOptions
---@field rate? number share that goes, from 0 to below 1: n x rate rounded to the nearest, halves to the even
---@field count? integer how many weights (or neurons) go, in place of a rate
---@field structure? "unstructured"|"structured" single weights, or whole neurons, and filters of convolutions: weights,
--- bias and the next layer's weights on them. What is handed on without a ReLU, as by residual connections, stays
--- (default: "unstructured")
---@field scope? "layerwise"|"global"|"rowwise" each layer loses the same share, all together, or each neuron (default:
--- the usual one of the criterion, "layerwise" unless `prune.criteria` says otherwise)
---@field layers? "hidden"|"all"|integer[] which layers take part (default: "hidden")
---@field keep_biases? boolean leave the bias of a removed neuron, and the next layer's weights on it (default: false)
---@field rounds? integer equal rounds, each taking 1 - (1 - rate)^(1/rounds) of what is left; up to
---  10000 (default: 1)
---@field protocol? "strict"|"published" other defaults for rounds, layers and keep_biases: `prune.published` (default:
--- "strict")
---@field within? vnn.Mask what earlier rounds left; rate and count are of that (default: everything)
---@field seed? integer of chance (default: 0)
---@field warn? boolean whether `prune.apply` says on standard error which layers have lost all their weights (default:
--- true)

--- The mask that keeps the highest scores. Of equal scores the earlier go first.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- local half = prune.mask(dense, { rate = 0.5 })
--- local quarter = prune.mask(dense, { rate = 0.5, within = half })
--- print(half.kept[1], quarter.kept[1]) --> 100	50
--- ```
---@param network vnn.Network
---@param options vnn.prune.Options
---@return vnn.Mask
function prune.mask(network, options) end

--- A pruned copy, and its mask. When a layer loses all its weights that is said on standard error, unless `warn` is
--- false: what follows is constant.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- print(prune.apply(dense, { rate = 0.5, structure = "structured" }))
--- --> Network(20 -> 10 -> 3, 50% pruned)	Mask(2 layers, 50 % zero)
--- ```
---@param network vnn.Network
---@param options vnn.prune.Options
---@return vnn.Network
---@return vnn.Mask
function prune.apply(network, options) end

--- The scores that a criterion gives, one tensor per layer: shaped like the weight, or one number per neuron where
--- `structure` is "structured". Options that say how much goes are ignored.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- local scores = prune.scores(dense, { criterion = "magnitude" })
--- print(scores[1] == dense:layer(1).weight:abs()) --> true
--- ```
---@param network vnn.Network
---@param options? vnn.prune.Options
---@return vnn.Tensor[]
function prune.scores(network, options) end

--- The network with the mask's zeros, and in every neuron that lost a weight the remaining weights and the bias that
--- make the squared error of its preactivations on the calibration batch least: the update of "obs", for any mask.
---
--- ```lua
--- local nn, prune, tensor = require "vnn.nn", require "vnn.prune", require "vnn.tensor"
--- local dense = nn.mlp({ 6, 4, 3 }, { seed = 1 })
--- local mask = prune.mask(dense, { rate = 0.5 })
--- local batch = tensor.random(1):uniform { 100, 6 }
--- local better = prune.compensate(dense, mask, { batch = batch })
--- local wanted = prune.activations(dense, batch)[2]
--- local function loss(network) return (prune.activations(network, batch)[2] - wanted):norm() end
--- print(loss(better) < loss(mask:apply(dense))) --> true
--- ```
---@param network vnn.Network
---@param mask vnn.Mask
---@param options vnn.prune.SightOptions `data` or `batch`, and `dampening`
---@return vnn.Network
function prune.compensate(network, mask, options) end

--- A mask of given tensors of zeros and ones.
---
--- ```lua
--- local prune, tensor = require "vnn.prune", require "vnn.tensor"
--- local mask = prune.from_tensors { tensor.from { { 1, 0 }, { 0, 1 } }, tensor.ones { 1, 2 } }
--- print(mask.sparsity) --> 0.33333333333333
--- ```
---@param weights vnn.Tensor[] in the shapes of the layers' weights
---@param biases? vnn.Tensor[] in the shapes of their biases; needed where layers are sparse (default: all kept)
---@return vnn.Mask
function prune.from_tensors(weights, biases) end

--- The mask that keeps everything.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- print(prune.keep_all(nn.mlp({ 2, 2, 2 }, { seed = 1 })).sparsity) --> 0.0
--- ```
---@param network vnn.Network
---@return vnn.Mask
function prune.keep_all(network) end

--- The mask that keeps the weights that are not zero, and every bias.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local sparse, mask = prune.apply(nn.mlp({ 20, 10, 3 }, { seed = 1 }), { rate = 0.9 })
--- print(prune.nonzeros(sparse) == mask) --> true
--- ```
---@param network vnn.Network
---@return vnn.Mask
function prune.nonzeros(network) end

--- What each layer reads on a batch of inputs: the batch, then the values after each ReLU; and the outputs.
---
--- ```lua
--- local nn, prune, tensor = require "vnn.nn", require "vnn.prune", require "vnn.tensor"
--- local inputs, outputs = prune.activations(nn.mlp({ 6, 4, 3 }, { seed = 1 }), tensor.ones { 5, 6 })
--- print(#inputs, inputs[2].shape[2], outputs.shape[2]) --> 2	4	3
--- ```
---@param network vnn.Network
---@param batch vnn.Tensor samples x inputs
---@return vnn.Tensor[] inputs samples x inputs of the layer, one per layer
---@return vnn.Tensor outputs samples x classes
function prune.activations(network, batch) end

---@class vnn.prune.Ranges
---@field lower vnn.Tensor[] least preactivations, one vector per layer
---@field upper vnn.Tensor[] greatest preactivations
---@field input_lower vnn.Tensor[] least values that each layer reads
---@field input_upper vnn.Tensor[] greatest values that each layer reads

--- What the numbers inside a network can be while its input is in a problem's region.
---
--- ```lua
--- local nn, prune, verify = require "vnn.nn", require "vnn.prune", require "vnn.verify"
--- local dense = nn.mlp({ 2, 2, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.25, class = 1, target = 2 }
--- local ranges = prune.ranges(dense, verify.bounds(dense, problem))
--- print(math.abs(ranges.input_lower[1][1] - 0.25) < 1e-9) --> true
--- ```
---@param network vnn.Network
---@param bounds vnn.Bounds of this very network
---@return vnn.prune.Ranges
function prune.ranges(network, bounds) end

--- How strongly a problem's margin reacts to each preactivation, in magnitude, through the slopes of the ReLUs' linear
--- relaxation: 0 for neurons that never fire, u / (u - l) for undecided ones.
---
--- ```lua
--- local nn, prune, verify = require "vnn.nn", require "vnn.prune", require "vnn.verify"
--- local dense = nn.mlp({ 2, 2, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, epsilon = 0.25, class = 1, target = 2 }
--- print(prune.sensitivity(dense, verify.bounds(dense, problem))[2][1]) --> 1.0
--- ```
---@param network vnn.Network
---@param bounds vnn.Bounds of this very network
---@return vnn.Tensor[] one vector per layer
function prune.sensitivity(network, bounds) end

---@class vnn.prune.CompactFacts
---@field unused integer neurons left out because nothing depends on them
---@field constant integer neurons that were constants, folded into biases
---@field kept integer[][] which neurons stayed, one list per hidden layer

--- A smaller network that computes the same function: neurons that feed nothing are left out, and those that nothing
--- feeds become part of the next layer's biases.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local sparse = prune.apply(nn.mlp({ 20, 10, 3 }, { seed = 1 }), { rate = 0.5, structure = "structured" })
--- local small, facts = prune.compact(sparse)
--- print(small, facts.unused + facts.constant) --> Network(20 -> 5 -> 3)	5
--- ```
---@param network vnn.Network
---@return vnn.Network
---@return vnn.prune.CompactFacts
function prune.compact(network) end

---@class vnn.prune.LosslessFacts
---@field removed integer neurons that never fire in the region and were removed
---@field merged integer by how many neurons the always active ones became fewer
---@field folded integer layers that were folded into the next

--- A smaller network with the same outputs everywhere in a problem's region (Serra, Kumar, Ramalingam 2020): neurons
--- that never fire there go, those that always fire are merged.
---
--- ```lua
--- local nn, prune, verify = require "vnn.nn", require "vnn.prune", require "vnn.verify"
--- local dense = nn.mlp({ 2, 8, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, epsilon = 0.01, class = 1, target = 2 }
--- local small, facts = prune.lossless(dense, verify.bounds(dense, problem))
--- print(facts.folded, dense:forward(problem.input):allclose(small:forward(problem.input))) --> 1	true
--- ```
---@param network vnn.Network
---@param bounds vnn.Bounds of this very network
---@return vnn.Network
---@return vnn.prune.LosslessFacts
function prune.lossless(network, bounds) end

--- Which parameters stay. A mask never changes; its tensors are copies. `a & b` is what both keep, `a | b` what at
--- least one keeps, and `==` compares the content. `nn.train`'s option `mask` holds pruned weights at zero.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local dense = nn.mlp({ 20, 10, 3 }, { seed = 1 })
--- local a, b = prune.mask(dense, { rate = 0.5 }), prune.mask(dense, { rate = 0.5, criterion = "random" })
--- print((a & b).kept[1] + (a | b).kept[1]) --> 200
--- ```
---@class vnn.Mask
---@field sparsity number share of all weights that goes
---@field depth integer number of layers
---@field kept integer[] weights that stay, per layer
---@field empty_layers integer[] layers that keep no weight at all
---@operator band(vnn.Mask): vnn.Mask
---@operator bor(vnn.Mask): vnn.Mask
local Mask = {}

--- A copy of a layer's mask: 1 where the weight stays and 0 where it goes, outputs x inputs.
---@param position integer 1 to depth
---@return vnn.Tensor
function Mask:layer(position) end

--- A copy of a layer's mask of biases.
---@param position integer 1 to depth
---@return vnn.Tensor
function Mask:bias(position) end

--- A copy of `network` with the mask's zeros; everything else is untouched, bit for bit.
---@param network vnn.Network
---@return vnn.Network
function Mask:apply(network) end

--- What both masks keep: `self & other`.
---@param other vnn.Mask
---@return vnn.Mask
function Mask:both(other) end

--- What at least one of the masks keeps: `self | other`.
---@param other vnn.Mask
---@return vnn.Mask
function Mask:either(other) end

return prune
