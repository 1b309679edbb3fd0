---@meta vnn.nn
error 'this file only describes vnn.nn to editors; write require "vnn.nn"'

--- ReLU networks: affine layers, dense, sparse or convolutions, with a ReLU behind some of their neurons and none
--- behind the last layer's. Whatever is piecewise linear is such a chain: neurons without ReLU pass a value on, over
--- layers that do not need it. Weights of dense layers are outputs x inputs, batches batch x inputs.
---
--- ```lua
--- local data, nn = require "vnn.data", require "vnn.nn"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local dense, facts = nn.train(nn.mlp({ 81, 32, 10 }, { seed = 2 }), digits, { epochs = 2, seed = 2 })
--- print(dense, facts.epochs, facts.accuracy > 0.5) --> Network(81 -> 32 -> 10)	2	true
--- ```
local nn = {}

--- The schemes of `nn.mlp`; biases are drawn as by PyTorch's `nn.Linear` in all of them.
---@type string[]
nn.initializations = {}

--- The ONNX operators of which networks may consist.
---@type string[]
nn.onnx_operators = {}

--- The first and the last version of ONNX's operators that are read.
---
--- ```lua
--- print(table.unpack(require("vnn.nn").onnx_operator_sets)) --> 7	21
--- ```
---@type integer[]
nn.onnx_operator_sets = {}

--- What `nn.train` can make small, with z an output, t its target, and r = z - t:
---
--- - `squares`: r^2; `absolute`: |r|; `huber`: r^2 / 2 up to |r| = `huber_delta` and linear beyond; for real targets.
--- - `logistic`: log(1 + e^z) - t z, for targets from 0 to 1, or one output and two classes, z > 0 for the second.
--- - `cross_entropy`: of softmax, for classes.
---@type string[]
nn.losses = {}

---@class vnn.nn.MLPOptions
---@field initialization? "xavier_uniform"|"kaiming_uniform"|"torch_default" (default: "xavier_uniform")
---@field seed? integer of the generator (xoshiro256++) that draws the parameters (default: 0)

--- A network with random parameters.
---@param widths integer[] inputs, widths of the hidden layers, outputs: `{ 784, 64, 64, 10 }`
---@param options? vnn.nn.MLPOptions
---@return vnn.Network
function nn.mlp(widths, options) end

---@class vnn.nn.LayerTable
---@field weight vnn.Tensor outputs x inputs; of a convolution its kernel, filters x channels / groups x sizes; of a
--- sparse layer one number for each connection
---@field bias vnn.Tensor outputs, or filters of a convolution
---@field rectified? boolean|integer[] which neurons have a ReLU: all, none, or those at these positions (default: all,
--- and none in the last layer)
---@field convolution? vnn.nn.Convolution makes it a convolution
---@field rows? integer[] makes it a sparse layer: the neuron of each weight
---@field columns? integer[] of a sparse layer: the input of each weight
---@field inputs? integer of a sparse layer

---@class vnn.nn.Convolution
---@field channels integer of the input, whose elements are in row-major order, channels first
---@field filters integer
---@field size integer[] of one channel of the input: one to three sizes
---@field kernel integer[] sizes
---@field output? integer[] sizes of one channel of the output (default: all windows that fit the input, padded alike on
--- both sides)
---@field stride? integer[] (default: 1)
---@field dilation? integer[] (default: 1)
---@field padding? integer[] zeros before the first element (default: 0)
---@field groups? integer (default: 1)

--- Several networks of the same inputs as one: its outputs are those of the first, then those of the second …
---
--- ```lua
--- local nn = require "vnn.nn"
--- print(nn.side_by_side { nn.mlp({ 2, 4, 3 }, { seed = 1 }), nn.mlp({ 2, 5, 3 }, { seed = 2 }) }.outputs) --> 6
--- ```
---@param networks vnn.Network[]
---@return vnn.Network
function nn.side_by_side(networks) end

--- The network whose outputs are those of one network minus those of another, of the same inputs.
---@param first vnn.Network
---@param second vnn.Network
---@return vnn.Network
function nn.difference(first, second) end

--- A network of given parameters, which are copied.
---
--- ```lua
--- local nn, tensor = require "vnn.nn", require "vnn.tensor"
--- -- y = x1 + relu(x2 - x1): the larger of two numbers. The first is passed on.
--- local larger = nn.from_layers {
---   { weight = tensor.from { { 1, 0 }, { -1, 1 } }, bias = tensor.zeros { 2 }, rectified = { 2 } },
---   { weight = tensor.from { { 1, 1 } }, bias = tensor.zeros { 1 } },
--- }
--- print(larger, larger:forward({ 3, 5 })[1]) --> Network(2 -> 2 (1 rectified) -> 1, 17% zero)	5.0
--- ```
---@param layers (vnn.nn.LayerTable|vnn.Layer)[] first layer first
---@return vnn.Network
function nn.from_layers(layers) end

---@class vnn.nn.LoadOptions
---@field output? string of an ONNX file, which of its outputs, or of its graph's values (default: its one output)
---@field last? "keep"|"drop" what becomes of an activation at the end (default: "keep")

--- The network in a file, by the end of its name, in either case:
---
--- - `.onnx` and `.onnx.gz`: whatever is affine or piecewise linear (convolutions, pooling, products, sums, maxima,
---   clipped and leaky ReLUs, what moves elements, branches that meet again); anything else is an error naming the
---   node. Weights may lie in files of the same folder. Several inputs are joined in the file's order, and
---   `metadata.inputs` names them. Neurons that no output depends on are left out, but not of a chain of matrices with
---   ReLUs between: so the file of a pruned copy comes back with its original's widths.
--- - `.safetensors` and `.npz`: as `Network:save` writes them, or named as PyTorch does (`0.weight`, `fc1.bias`, …),
---   put in order by their numbers and shapes; layers without a bias get one of zeros.
---
--- Many classifiers are exported with a Softmax, LogSoftmax, Sigmoid, Tanh or ArgMax at the end, which is no layer.
--- Such a file is refused, unless `last` is "drop": the network's outputs are then what goes into it.
---@param path string
---@param options? vnn.nn.LoadOptions
---@return vnn.Network? network nil when the file is missing, damaged or holds what is not piecewise linear, or its name
---  ends otherwise
---@return string? message
function nn.load(path, options) end

--- The outputs of an ONNX file, computed operator by operator in the file's own precision: an independent check of what
--- `nn.load` makes of it, and of counterexamples.
---
--- ```lua
--- local nn, tensor = require "vnn.nn", require "vnn.tensor"
--- local network = nn.mlp({ 4, 6, 3 }, { seed = 1 })
--- assert(network:save "network.onnx")
--- local x = tensor.from { 0.5, 0.25, 0, 1 }
--- print(nn.replay("network.onnx", x):allclose(network:forward(x), { absolute = 1e-5 })) --> true
--- ```
---@param path string ending in .onnx or .onnx.gz
---@param input vnn.Tensor|number[] the elements of the network's inputs in row-major order
---@param options? vnn.nn.LoadOptions
---@return vnn.Tensor? outputs nil when the file is missing or holds what cannot be run
---@return string? message
function nn.replay(path, input, options) end

---@class vnn.nn.TrainOptions
---@field epochs? integer up to 1000000 (default: 5)
---@field loss? "squares"|"absolute"|"huber"|"logistic"|"cross_entropy" see `nn.losses` (default: "squares" for real
--- targets, "cross_entropy" for classes)
---@field huber_delta? number of "huber", above 0; in standard units where the training standardises (default: 1)
---@field standardize? boolean whether rows of numbers, and the targets of a regression, are brought to mean 0 and
--- standard deviation 1 inside the training (default: true)
---@field batch_size? integer examples per step; the last batch of an epoch may be smaller (default: 64)
---@field optimizer? "adam"|"sgd" (default: "adam")
---@field learning_rate? number before the schedule (default: 1e-3 for pictures, 3e-3 for rows of numbers)
---@field weight_decay? number L2 penalty in the gradient, as PyTorch's `weight_decay` (default: 1e-3)
---@field beta1? number of Adam (default: 0.9)
---@field beta2? number of Adam (default: 0.999)
---@field epsilon? number of Adam (default: 1e-8)
---@field momentum? number of SGD (default: 0)
---@field schedule? vnn.nn.Schedule (default: constant)
---@field gradient_norm_limit? number gradients are scaled down to this Euclidean norm (default: no limit)
---@field shuffle? boolean whether every epoch has its own order (default: true)
---@field seed? integer of the generator (xoshiro256++) that draws the validation examples and the orders (default: 0)
---@field threads? integer how many threads may work on it: a second one is used while it pays, more are of no use; no
--- number depends on it (default: 1)
---@field mask? vnn.Mask|vnn.Tensor[] where it is zero a parameter is and stays exactly zero (default: none)
---@field validation_share? number share of the examples kept apart, 0 to below 1 (default: 0)
---@field validation? vnn.Dataset examples for validation, in place of a share (default: none)
---@field patience? integer stop after so many epochs without a better validation loss; keeps the best (default: never)
---@field checkpoint? string file that checkpoints are written to, each replacing the last whole (default: none)
---@field checkpoint_every? integer epochs; the last one is always written (default: 1)
---@field resume? string checkpoint to go on from, to the result of an uninterrupted run, bit for bit (default: none)
---@field progress? boolean show a bar where standard error is a terminal (default: true)
---@field on_epoch? fun(event: vnn.nn.EpochEvent): "stop"? called after every epoch
---@field on_batch? fun(event: vnn.nn.BatchEvent): "stop"? called after every batch

---@class vnn.nn.Schedule
---@field kind "constant"|"step"|"cosine"
---@field factor? number of "step": what the rate is multiplied by (default: 0.1)
---@field every? integer of "step": after so many epochs (default: 10)
---@field floor? number of "cosine": share of the rate that it falls to (default: 0)

---@class vnn.nn.EpochEvent
---@field epoch integer from 1
---@field epochs integer how many there are to be
---@field loss number mean, each example's before its batch's step; of standardised numbers where the training does so
---@field accuracy? number 0 to 1, likewise; absent in regressions
---@field rmse? number of regressions: root of the mean square of output minus target, in the targets' units
---@field r2? number of regressions: 1 - squared errors / squared deviations of the targets, the mean over the outputs
---@field learning_rate number
---@field epoch_seconds number wall seconds of the epoch's steps
---@field validation_loss? number after the epoch
---@field validation_accuracy? number after the epoch
---@field validation_rmse? number after the epoch
---@field validation_r2? number after the epoch
---@field seconds? number wall seconds since the training began; absent in `facts.history`

---@class vnn.nn.BatchEvent
---@field epoch integer from 1
---@field epochs integer how many there are to be
---@field batch integer from 1
---@field batches integer in an epoch
---@field loss number mean over the batch, before its step
---@field accuracy? number 0 to 1, likewise; absent in regressions
---@field rmse? number of regressions, in the targets' units
---@field epoch_loss number the mean over the epoch's examples so far
---@field epoch_accuracy? number likewise
---@field epoch_rmse? number likewise
---@field seconds number wall seconds since the training began

---@class vnn.nn.TrainFacts
---@field reason "finished"|"early_stopping"|"stopped"
---@field epochs integer done, those before a checkpoint included
---@field seconds number wall seconds
---@field seconds_per_epoch number mean wall seconds of an epoch's steps
---@field loss? number of the last epoch
---@field accuracy? number of the last epoch; absent in regressions
---@field rmse? number of the last epoch, of regressions
---@field r2? number of the last epoch, of regressions
---@field best_epoch? integer the one with the least validation loss; with patience, the network is that epoch's
---@field history vnn.nn.EpochEvent[] the epochs of this run

--- Trains a copy of a network on classes or real targets, in Float32; the same seed gives the same weights, bit for
--- bit, on the same machine.
---
--- Rows of numbers and the targets of a regression are standardised by the examples that steps are made from. This is
--- in the first and last layers of what is returned: `forward`, files, bounds and models take and give raw numbers. A
--- network as `nn.mlp` drew it is taken to be in standard units, and an input that never changes then gets weights of
--- zero; any other, as one that was trained before, is taken to be in raw units.
---
--- Layers of every kind are trained. A convolution's weights are shared, so that networks which begin or end with one
--- take rows of numbers only with `standardize = false`. Neurons without a ReLU that hand one value on, as those of a
--- residual connection do, stay exactly what they are; a leaky ReLU is two neurons, which are trained apart.
---
--- ```lua
--- local data, nn, tensor = require "vnn.data", require "vnn.nn", require "vnn.tensor"
--- local x = tensor.random(1):uniform({ 500, 2 }, 1000, 1010)
--- local y = x:matmul(tensor.from { { 2 }, { -3 } }) + 70
--- local line, facts = nn.train(nn.mlp({ 2, 1 }, { seed = 1 }), data.from_rows(x, y), {
---   epochs = 300, learning_rate = 1e-2, weight_decay = 0, validation_share = 0.2, patience = 30,
--- })
--- print(line:layer(1).weight) --> Tensor 1x2
---                             --> [[ 2.0000, -3.0000]]
--- print(("%.4f %.1f"):format(facts.r2, line:forward({ 1000, 1000 })[1])) --> 1.0000 -930.0
--- ```
---@param network vnn.Network stays as it is
---@param dataset vnn.Dataset
---@param options? vnn.nn.TrainOptions
---@return vnn.Network? trained nil when the loss or a weight was not finite, or a file could not be read or written
---@return vnn.nn.TrainFacts|string facts or what went wrong, with epoch and batch
---@return vnn.Network? kept when the training broke down: the copy as it last was well
function nn.train(network, dataset, options) end

--- What `nn.train_all` trains: options of `nn.train` but for `resume`, `checkpoint`, `progress` and functions.
---@class vnn.nn.TrainJob: vnn.nn.TrainOptions
---@field network vnn.Network stays as it is
---@field data vnn.Dataset

--- Trains copies of several networks at once, as `nn.train` does one after the other: with the same numbers.
---
--- ```lua
--- local data, nn = require "vnn.data", require "vnn.nn"
--- local digits, jobs = assert(data.load("digits", { side = 9 })), {}
--- for seed = 1, 3 do
---   jobs[seed] = { network = nn.mlp({ 81, 8, 10 }, { seed = seed }), data = digits, seed = seed, epochs = 1 }
--- end
--- local networks, facts = nn.train_all(jobs)
--- local alone = nn.train(jobs[2].network, digits, { seed = 2, epochs = 1 })
--- print(#networks, facts[3].epochs, networks[2]:is_same(alone)) --> 3	1	true
--- ```
---@param jobs vnn.nn.TrainJob[]
---@param options? { threads?: integer } how many are trained at a time (default: `tensor.threads()`)
---@return vnn.Network[]? trained nil when one of them broke down
---@return vnn.nn.TrainFacts[]|string facts of each, without the seconds of all of it, or what went wrong
function nn.train_all(jobs, options) end

---@class vnn.nn.DistilOptions
---@field steps? integer of Adam, each on all inputs together; the last 30 % at a fifth of the rate (default: 100)
---@field mask? vnn.Mask|vnn.Tensor[] where it is zero a parameter is and stays exactly zero (default: none)
---@field weights? number[]|vnn.Tensor what each input counts, from 0, relative to the others (default: all alike)
---@field learning_rate? number before it falls (default: 5e-3)
---@field standardize? boolean whether inputs and outputs are brought to mean 0 and standard deviation 1 inside the
--- training, which networks that begin or end with a convolution do not take (default: true)
---@field time_limit_s? number seconds after which no further step is made; one is made in any case (default: no limit)

--- Trains a copy of a network to compute what another one does at given inputs, by the squared error of the outputs, in
--- Float32 (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015). No data is needed; a
--- pruned student costs what is left of it. The same arguments give the same weights, unless a time limit ends it.
---
--- ```lua
--- local nn, prune, tensor = require "vnn.nn", require "vnn.prune", require "vnn.tensor"
--- local dense = nn.mlp({ 4, 16, 2 }, { seed = 1 })
--- local sparse, mask = prune.apply(dense, { rate = 0.5 })
--- local points = tensor.random(1):uniform({ 256, 4 }, -1, 1)
--- local taught, off = nn.distil(sparse, dense, points, { mask = mask, steps = 300 })
--- local function error_of(network) return (network:forward(points) - dense:forward(points)):square():mean() end
--- print(taught.sparsity == sparse.sparsity, off < 0.4, error_of(taught) < 0.5 * error_of(sparse)) --> true	true	true
--- ```
---@param student vnn.Network stays as it is
---@param teacher vnn.Network of as many inputs and outputs
---@param inputs vnn.Tensor count x inputs
---@param options? vnn.nn.DistilOptions
---@return vnn.Network? taught nil when the error did not stay finite
---@return number|string|nil error before the last step, the root of the weighted mean square of the difference, in
--- standard deviations of each of the teacher's outputs if standardised; nil without a step; or what went wrong
function nn.distil(student, teacher, inputs, options) end

--- The mean cross-entropy of softmax over a batch and its gradients, in Float64.
---
--- A training loop of one's own:
---
--- ```lua
--- local data, nn, tensor = require "vnn.data", require "vnn.nn", require "vnn.tensor"
--- local digits = assert(data.load("digits", { side = 9 }))
--- local network, random = nn.mlp({ 81, 32, 10 }, { seed = 2 }), tensor.random(2)
--- local optimizer = nn.adam(network, { learning_rate = 3e-3 })
--- for _ = 1, 2 do
---   for images, labels in digits:batches(64, { random = random }) do
---     local _, gradients = nn.cross_entropy(network, images, labels)
---     optimizer:step(gradients)
---   end
--- end
--- print(network:accuracy(digits) > 0.5) --> true
--- ```
---@param network vnn.Network
---@param images vnn.Tensor batch x inputs
---@param labels integer[]|vnn.Tensor classes from 1
---@return number loss
---@return vnn.nn.Gradient[] gradients first layer first
function nn.cross_entropy(network, images, labels) end

---@class vnn.nn.LossOptions
---@field loss? "squares"|"absolute"|"huber"|"logistic" (default: "squares")
---@field huber_delta? number of "huber", above 0 (default: 1)

--- The mean loss of a batch with real targets, as in `nn.losses`, and its gradients, in Float64: what
--- `nn.cross_entropy` is for classes.
---@param network vnn.Network
---@param batch vnn.Tensor batch x inputs
---@param targets vnn.Tensor batch x outputs, or a vector for one output
---@param options? vnn.nn.LossOptions
---@return number loss mean over rows and outputs
---@return vnn.nn.Gradient[] gradients first layer first
function nn.loss(network, batch, targets, options) end

---@class vnn.nn.Gradient
---@field weight vnn.Tensor in the shape of the layer's weight
---@field bias vnn.Tensor in the shape of its bias

--- Scales gradients in place so that their Euclidean norm, all layers together, is at most `limit`.
---@param gradients vnn.nn.Gradient[]
---@param limit number above 0
---@return number norm before
function nn.clip(gradients, limit) end

---@class vnn.nn.OptimizerOptions
---@field learning_rate? number (default: 1e-3)
---@field weight_decay? number L2 penalty in the gradient (default: 0)

---@class vnn.nn.AdamOptions: vnn.nn.OptimizerOptions
---@field beta1? number (default: 0.9)
---@field beta2? number (default: 0.999)
---@field epsilon? number (default: 1e-8)

---@class vnn.nn.SGDOptions: vnn.nn.OptimizerOptions
---@field momentum? number (default: 0)

--- Adam (Kingma and Ba, 2015, Algorithm 1) for a loop of one's own, in Float64.
---@param network vnn.Network whose parameters `step` changes in place
---@param options? vnn.nn.AdamOptions
---@return vnn.Optimizer
function nn.adam(network, options) end

--- Stochastic gradient descent with momentum, as `torch.optim.SGD`, for a loop of one's own, in Float64.
---@param network vnn.Network whose parameters `step` changes in place
---@param options? vnn.nn.SGDOptions
---@return vnn.Optimizer
function nn.sgd(network, options) end

--- Moves the parameters of a network along gradients and keeps the moments.
---@class vnn.Optimizer
---@field learning_rate number of the next step; can be assigned
---@field weight_decay number
---@field steps integer done
---@field network vnn.Network
local Optimizer = {}

---@class vnn.nn.StepOptions
---@field mask? vnn.Mask|vnn.Tensor[] where it is zero a parameter becomes exactly zero (default: none)

--- One step against the gradients.
---@param gradients vnn.nn.Gradient[] first layer first
---@param options? vnn.nn.StepOptions
---@return vnn.Optimizer self
function Optimizer:step(gradients, options) end

--- A ReLU network.
---@class vnn.Network
---@field widths integer[] inputs, widths of the hidden layers, outputs
---@field inputs integer
---@field outputs integer number of classes or of targets
---@field depth integer number of layers, the output layer included
---@field sparsity number share of the weights, 0 to 1, that are exactly zero
---@field metadata table<string, string> facts that are kept in its file; a copy: assign a table to change them
local Network = {}

--- One layer, whose tensors share the network's memory.
---@param position integer 1 to depth
---@return vnn.Layer
function Network:layer(position) end

--- All parameters, sharing the network's memory: first weight, first bias, second weight, …
---@return vnn.Tensor[]
function Network:parameters() end

--- The outputs (logits) for one input, a vector, or for a batch: batch x outputs.
---@param input vnn.Tensor|number[] inputs, or batch x inputs
---@return vnn.Tensor
function Network:forward(input) end

--- The class with the greatest output, the first of equal ones; for a batch one of every row.
---@param input vnn.Tensor|number[] inputs, or batch x inputs
---@return integer|integer[]
function Network:classify(input) end

--- The classes with the greatest outputs, greatest first.
---@param input vnn.Tensor|number[] inputs
---@param count integer 1 to outputs
---@return integer[]
function Network:top_classes(input, count) end

--- The combination of outputs sum(w * y) at one input and its gradient with respect to the input.
---@param input vnn.Tensor|number[] inputs
---@param output_weights vnn.Tensor|number[] w, outputs
---@return number value
---@return vnn.Tensor gradient inputs
function Network:input_gradient(input, output_weights) end

--- The combination of outputs sum(w * y), over all rows of a batch, and its gradients.
---@param input vnn.Tensor inputs, or batch x inputs
---@param output_weights vnn.Tensor|number[] w: outputs, the same for every row, or batch x outputs
---@return number value
---@return vnn.nn.Gradient[] gradients with respect to the parameters
---@return vnn.Tensor input_gradient in the shape of the input
function Network:gradients(input, output_weights) end

--- The share of the examples, 0 to 1, that are classified as their label, computed in Float64. A network of one output
--- says the second of two classes where it is above 0.
---@param dataset vnn.Dataset with classes
---@return number
function Network:accuracy(dataset) end

--- The coefficient of determination: 1 - squared errors / squared deviations of the targets from their mean, the mean
--- over the outputs whose targets vary, computed in Float64.
---@param dataset vnn.Dataset with real targets
---@return number? r2 nil where no target varies
function Network:r2(dataset) end

--- The root of the mean square of output minus target, over examples and outputs, computed in Float64.
---@param dataset vnn.Dataset with real targets
---@return number
function Network:rmse(dataset) end

--- A network with parameters of its own.
---@return vnn.Network
function Network:copy() end

---@class vnn.nn.SaveOptions
---@field precision? "f64"|"f32" f32 is exact for trained networks (default: "f64", and "f32" in ONNX files)

--- Writes a safetensors, `.npz` or `.onnx` file, by the end of its name, whole or not at all. `.npz` is always f64.
---@param path string that ends in `.safetensors`, `.npz` or `.onnx`; any other ending is an error
---@param options? vnn.nn.SaveOptions
---@return true? written nil when the file cannot be written
---@return string? message
function Network:save(path, options) end

--- Whether another network has the same layers with the same ReLUs and parameters, bit for bit: what is proved of one
--- holds for both.
---
--- ```lua
--- local nn = require "vnn.nn"
--- local network = nn.mlp({ 2, 3, 1 }, { seed = 1 })
--- print(network:is_same(network:copy()), network:is_same(nn.mlp({ 2, 3, 1 }, { seed = 2 }))) --> true	false
--- ```
---@param other vnn.Network
---@return boolean
function Network:is_same(other) end

--- What there is to say of every layer; `tostring` makes a table of it for people.
---@return vnn.Summary
function Network:summary() end

--- An affine map, and ReLUs behind some of its neurons.
---@class vnn.Layer
---@field weight vnn.Tensor outputs x inputs of a dense layer, else as in `vnn.nn.LayerTable`; the network's memory:
--- assigning a tensor copies it there
---@field bias vnn.Tensor outputs, or filters of a convolution; likewise
---@field inputs integer
---@field outputs integer
---@field units integer filters of a convolution, neurons of others: what structured pruning removes at a time
---@field kind "dense"|"sparse"|"convolution"
---@field rectified integer[] the neurons with a ReLU
---@field convolution? vnn.nn.Convolution the geometry of one
local Layer = {}

--- What is connected with what: one entry for every weight between an input and a neuron, neuron by neuron.
---
--- ```lua
--- local nn, tensor = require "vnn.nn", require "vnn.tensor"
--- local network = nn.from_layers {
---   { weight = tensor.from { 7, 8, 9 }, rows = { 2, 1, 2 }, columns = { 1, 3, 2 }, inputs = 3,
---     bias = tensor.zeros { 2 } },
--- }
--- local neurons, inputs = network:layer(1):connections()
--- print(table.concat(neurons, " "), table.concat(inputs, " "), network:layer(1).weight) --> 1 2 2	3 1 2	Tensor 3
---                                                                                       --> [8, 7, 9]
--- ```
---@return integer[] neurons
---@return integer[] inputs
---@return integer[] places of the weights in `weight`, in row-major order; a convolution's weight has many
function Layer:connections() end

--- The weights as outputs x inputs, whatever the kind; a copy.
---@return vnn.Tensor
function Layer:matrix() end

--- 1 for each neuron with a ReLU, and 0 for each other.
---@return vnn.Tensor relus outputs
function Layer:relus() end

--- For every weight the number of its neuron times that of its input; of a convolution's weights the sum over all
--- places where they are. In the shape of `weight`: what criteria of any kind of layer are made of.
---
--- ```lua
--- local nn, tensor = require "vnn.nn", require "vnn.tensor"
--- local layer = nn.from_layers {
---   { weight = tensor.from { 7, 8 }, rows = { 1, 2 }, columns = { 3, 1 }, inputs = 3, bias = tensor.zeros { 2 } },
--- }:layer(1)
--- print(layer:outer({ 1, 10 }, { 2, 3, 4 })) --> Tensor 2
---                                            --> [ 4, 20]
--- ```
---@param neurons? vnn.Tensor|number[] one number for each neuron (default: ones)
---@param inputs? vnn.Tensor|number[] one number for each input (default: ones)
---@return vnn.Tensor
function Layer:outer(neurons, inputs) end

--- For each unit the sum of numbers that belong to its weights and biases.
---
--- ```lua
--- local nn = require "vnn.nn"
--- local layer = nn.mlp({ 3, 2 }, { seed = 1 }):layer(1)
--- print(layer:sums(layer.weight:abs()):allclose(layer.weight:abs():sum(2))) --> true
--- ```
---@param weights? vnn.Tensor in the shape of `weight`
---@param biases? vnn.Tensor in the shape of `bias`
---@return vnn.Tensor sums units
function Layer:sums(weights, biases) end

--- The layer with other parameters, which are copied: connections and ReLUs stay.
---@param weight vnn.Tensor in the shape of `weight`
---@param bias vnn.Tensor in the shape of `bias`
---@return vnn.Layer
function Layer:with(weight, bias) end

--- `#summary` layers; `summary[1]` is the first one's row.
---@class vnn.Summary
---@field rows vnn.nn.SummaryRow[]
---@field parameters integer of all layers
---@field zero_weights integer of all layers
---@field [integer] vnn.nn.SummaryRow
---@class vnn.nn.SummaryRow
---@field inputs integer
---@field outputs integer
---@field kind "dense"|"sparse"|"convolution"
---@field rectified integer neurons with a ReLU
---@field parameters integer weights, of which a convolution has those of its kernel, and biases
---@field zero_weights integer weights that are exactly zero
---@field empty_neurons integer neurons with no weight other than zero
---@field largest_weight number absolute value

return nn
