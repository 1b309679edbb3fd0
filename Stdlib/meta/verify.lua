---@meta vnn.verify
error 'this file only describes vnn.verify to editors; write require "vnn.verify"'

--- Problems, bounds, encodings, attacks, the branch and bound, and the independent recheck. Classes count from 1.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- local dense = nn.mlp({ 4, 6, 3 }, { seed = 1 })
--- local input = tensor.full({ 4 }, 0.5)
--- local best, second = table.unpack(dense:top_classes(input, 2))
--- local problem = verify.problem { input = input, norm = "l1", epsilon = 0.01, class = best, target = second }
--- print(verify.branch_and_bound(dense, problem):proves_robust(dense)) --> true
--- ```
local verify = {}

--- The names of the norms that problems know: the sum of the changes, the largest of them, the number of inputs that
--- change at all, the sum over image rows of the largest change in the row, and none but the box.
---
--- ```lua
--- print(table.concat(require("vnn.verify").norms, " ")) --> l1 linf l0 l1_row_max box
--- ```
---@type string[]
verify.norms = {}

--- How preactivation bounds can be computed, each method tighter and slower than those before it.
---
--- ```lua
--- print(table.concat(require("vnn.verify").bound_methods, " ")) --> interval undecided backward optimized
--- ```
---@type string[]
verify.bound_methods = {}

---@class vnn.verify.Constraint
---@field inputs? vnn.Tensor|number[] one coefficient per input
---@field outputs? vnn.Tensor|number[] one coefficient per output of the dense network
---@field relation "<="|"=="|">="
---@field right number
---
---@class vnn.verify.ProblemOptions
---@field input vnn.Tensor|number[] x0
---@field lower? number|number[] lower bounds of the box (default: 0)
---@field upper? number|number[] upper bounds of the box (default: 1)
---@field norm? string how changes are measured, one of `verify.norms` (default: "l1")
---@field epsilon? number the largest change; needed unless the norm is "box", and a whole number for "l0"
---@field rows? integer image rows; needed for "l1_row_max"
---@field class integer the class that x0 has
---@field target? integer the class that the adversary wants; any other without it
---@field constraints? vnn.verify.Constraint[] what an input must meet beside being in the region, up to rounding; where
---  outputs take part, to 1e-6 times the largest coefficient of these
---@field facts? table<string, any> kept in the problem's file

--- A problem: a region around an input, a class and a target.
---
--- ```lua
--- -- The picture's mean may not change, and class 3 may not overtake class 1.
--- local tensor, verify = require "vnn.tensor", require "vnn.verify"
--- local input = tensor.from { 0.2, 0.4, 0.6 }
--- print(verify.problem {
---   input = input, epsilon = 0.5, class = 1, target = 2,
---   constraints = {
---     { inputs = { 1, 1, 1 }, relation = "==", right = input:sum() },
---     { outputs = { 1, 0, -1 }, relation = ">=", right = 0 },
---   },
--- }) --> Problem(3 inputs, l1 0.5, class 1 -> 2, 3 constraints)
--- ```
---@param options vnn.verify.ProblemOptions
---@return vnn.Problem
function verify.problem(options) end

--- Reads a problem's JSON file.
---@param path string
---@return vnn.Problem? problem
---@return string? message
function verify.load_problem(path) end

--- The element types that variables of VNN-LIB 2.0 may have for `vnnlua verify`.
---
--- ```lua
--- print(table.concat(require("vnn.verify").element_types, " ")) --> float64 float32 real
--- ```
---@type string[]
verify.element_types = {}

--- Reads a VNN-LIB file, gzipped or not, of version 1.0 (inputs X_0, X_1, …, outputs Y_0, Y_1, …) or 2.0 (networks with
--- tensors): linear comparisons of inputs, hidden values and outputs, joined by `and`, `or`, `not` and `=>`, with `let`
--- and `define-fun`. An L1 budget is an extension:
--- `(assert (<= (+ (abs (- X_0 0.25)) (abs (- X_1 0.5)) …) 5.0))`, with a term for every input.
---@param path string
---@return vnn.Property? property
---@return string? message with the line
function verify.load_property(path) end

--- What an adversarial input of a problem satisfies, as a property to be written.
---
--- ```lua
--- local nn, verify = require "vnn.nn", require "vnn.verify"
--- local network = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.25, 0.5 }, epsilon = 0.125, class = 1 }
--- assert(verify.property(network, problem):save "prop.vnnlib")
--- print(assert(verify.load_property "prop.vnnlib")) --> Property(2 inputs, 2 outputs, 1 region)
--- ```
---@param network vnn.Network
---@param problem vnn.Problem of the norms "box", "linf" or "l1"
---@return vnn.Property
function verify.property(network, problem) end

---@class vnn.verify.Inequality
---@field coefficients number[]|vnn.Tensor one per output
---@field constant? number (default: 0)

--- What outputs are unwanted: alternatives, each a sequence of inequalities Σ coefficients[k] · y[k] + constant >= 0
--- that hold together. `Condition:reduce` makes the question a problem of classes, which everything here can answer.
---
--- ```lua
--- local nn, portfolio, verify = require "vnn.nn", require "vnn.portfolio", require "vnn.verify"
--- local network = nn.mlp({ 2, 8, 3 }, { seed = 1 })
--- -- The first output is the largest, or the third is at least 10.
--- local condition = verify.condition {
---   { { coefficients = { 1, -1, 0 } }, { coefficients = { 1, 0, -1 } } },
---   { { coefficients = { 0, 0, 1 }, constant = -10 } },
--- }
--- print(condition:margin { 3, 1, 2 }) --> 1.0
--- local reduced, problem = condition:reduce(network, { lower = { -1, -1 }, upper = { 1, 1 } })
--- local result = portfolio.decide(reduced, problem, { time_limit_s = 10 })
--- local example = result.witness and condition:check(network, problem, result.witness.input)
--- print(result.verdict ~= "unknown", (example ~= nil) == (result.verdict ~= "robust")) --> true	true
--- ```
---@param alternatives vnn.verify.Inequality[][]
---@return vnn.Condition
function verify.condition(alternatives) end

--- Preactivation bounds over the problem's region, rounded outward: interval arithmetic behind an exact first layer,
--- the backward linear relaxation (for the neurons that interval arithmetic leaves undecided, or for all), or that with
--- slopes optimised for every neuron.
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? { method?: string, over?: "region"|"box", bounds?: vnn.Bounds, time_limit_s?: number } `method` is
---  one of `verify.bound_methods`; `bounds` are known ones that the result is to be intersected with, layer by layer;
---  neurons whose turn does not come within the time have bounds by interval arithmetic (default: "backward",
---  "region", none, no limit)
---@return vnn.Bounds? bounds nil where weights are so large that they overflow
---@return string? message
function verify.bounds(network, problem, options) end

--- Reads bounds that `Bounds:save` wrote. They are taken at their word, so nothing that rests on them is a proof.
---@param network vnn.Network
---@param problem vnn.Problem
---@param path string
---@return vnn.Bounds? bounds
---@return string? message
function verify.load_bounds(network, problem, path) end

---@class vnn.verify.EncodeOptions
---@field bounds? vnn.Bounds of this network over this region (default: backward ones)
---@field outputs? boolean give every output a column, for rows and objectives of your own (default: false)
---@field formulation? string how an undecided neuron becomes rows, one of `milp.formulations` (default: "big_m")
---@field partitions? integer parts of a neuron: 2 to 4 for "partition", which is tighter and larger (default: 2 for
---  "partition"; more than one alone asks for it)
---@field objective? "margin"|"distance"|"admissibility" the largest margin, the least distance from x0 of an input
---  whose margin reaches the threshold, or minus the least excess of the constraints (default: "margin")
---@field threshold? number of "distance" (default: 0)

--- The MILP that maximises the problem's margin on `network`, or whatever else is made the objective.
---
--- Below are the rows of one undecided neuron. By big-M, its preactivation is its output less a slack, and the binary
--- lets only one of the two differ from 0. By partition (Tsay et al., NeurIPS 2021, eq. 9), here into two parts, each
--- part of the weighted sum has a copy that is the part where the neuron is active, and 0 where not.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- -- The neuron a = max(x1 + x2 + 1, 0) of inputs in [-1, 1], and the outputs a and 1.
--- local network = nn.from_layers {
---   { weight = tensor.from { { 1, 1 } }, bias = tensor.from { 1 } },
---   { weight = tensor.from { { 1 }, { 0 } }, bias = tensor.from { 0, 1 } },
--- }
--- local problem = verify.problem { input = { 0, 0 }, norm = "box", lower = { -1, -1 }, upper = { 1, 1 }, class = 2 }
--- local function rounded(text) return ("%g"):format(text) end
--- for parts = 1, 2 do
---   assert(verify.encode(network, problem, { partitions = parts }).model:write "neuron.lp")
---   local rows = require("vnn.system").read_file("neuron.lp"):match "Subject To\n(.-)Bounds"
---   for row in rows:gmatch " ([^\n]+)" do print((row:gsub("%d+%.%d+", rounded))) end
--- end
--- --> affine1_1: + 1 input1 + 1 input2 - 1 output1_1 + 1 slack1_1 = -1
--- --> output1_1: + 1 output1_1 - 3 active1_1 <= 0
--- --> slack1_1: + 1 slack1_1 + 1 active1_1 <= 1
--- --> margin: + 1 output1_1 - 1 margin = 1
--- --> sum1_1_1: + 1 input1 - 1 part1_1_1 = 0
--- --> r2: + 1 active_part1_1_1 - 1 active1_1 <= 0
--- --> r3: + 1 active_part1_1_1 + 1 active1_1 >= 0
--- --> r4: + 1 part1_1_1 - 1 active_part1_1_1 + 1 active1_1 <= 1
--- --> r5: + 1 part1_1_1 - 1 active_part1_1_1 - 1 active1_1 >= -1
--- --> sum1_1_2: + 1 input2 - 1 part1_1_2 = 0
--- --> r7: + 1 active_part1_1_2 - 1 active1_1 <= 0
--- --> r8: + 1 active_part1_1_2 + 1 active1_1 >= 0
--- --> r9: + 1 part1_1_2 - 1 active_part1_1_2 + 1 active1_1 <= 1
--- --> r10: + 1 part1_1_2 - 1 active_part1_1_2 - 1 active1_1 >= -1
--- --> output1_1: + 1 active_part1_1_1 + 1 active_part1_1_2 + 1 active1_1 - 1 output1_1 = 0
--- --> off1_1: + 1 part1_1_1 + 1 part1_1_2 - 1 active_part1_1_1 - 1 active_part1_1_2 - 1 active1_1 <= -1
--- --> r13: + 1 output1_1 - 3 active1_1 <= 0
--- --> r14: + 1 part1_1_1 + 1 part1_1_2 - 1 active_part1_1_1 - 1 active_part1_1_2 - 2 active1_1 >= -2
--- --> margin: + 1 output1_1 - 1 margin = 1
--- ```
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? vnn.verify.EncodeOptions
---@return vnn.Encoding? encoding nil where bounds overflow or are too large for a model
---@return string? message
function verify.encode(network, problem, options) end

--- The linear relaxation of a network, for bounds by linear programs; see `vnn.tighten` for what to do with it.
---
--- Aim it, solve its model, and ask for the bound: that is computed here from the solution's duals, rounded outward, so
--- that no solver needs to be believed.
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- local dense = nn.mlp({ 4, 6, 6, 3 }, { seed = 1 })
--- local problem = verify.problem { input = tensor.full({ 4 }, 0.5), epsilon = 1, class = 1, target = 2 }
--- local relaxation = verify.relax(dense, problem)
--- local bound = relaxation:bound(relaxation:aim("upper", 2, 3).model:solve())
--- print(bound == relaxation.bounds:layer(2).upper[3]) --> true
--- ```
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? { bounds?: vnn.Bounds, depth?: integer, target?: boolean } `depth` is the number of hidden layers
---  that are modelled, `target` adds the row y_target >= y_class (default: backward bounds, all, false)
---@return vnn.Relaxation? relaxation nil where bounds overflow
---@return string? message
function verify.relax(network, problem, options) end

--- By how much the margin of a network can exceed that of another with the same widths, anywhere in the region: what
--- turns a bound of a pruned copy's margin into one of the dense network's.
---
--- ```lua
--- local nn, prune = require "vnn.nn", require "vnn.prune"
--- local tensor, verify = require "vnn.tensor", require "vnn.verify"
--- local dense = nn.mlp({ 4, 8, 3 }, { seed = 1 })
--- local input = tensor.full({ 4 }, 0.5)
--- local best, second = table.unpack(dense:top_classes(input, 2))
--- local problem = verify.problem { input = input, norm = "linf", epsilon = 0.02, class = best, target = second }
--- local pruned = prune.apply(dense, { rate = 0.05 })
--- local difference = verify.difference(dense, pruned, problem)
--- difference:conclude(verify.branch_and_bound(pruned, problem, { gap = 1e-3 }))
--- print(difference:proves_robust(dense, problem)) --> true
--- ```
---@param dense vnn.Network
---@param embedded vnn.Network
---@param problem vnn.Problem whose constraints, if any, are on inputs only
---@return vnn.Difference? difference nil where bounds overflow
---@return string? message
function verify.difference(dense, embedded, problem) end

--- The best point that gradients find in the region.
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? { methods?: string[], restarts?: integer, steps?: integer, seed?: integer, threads?: integer,
---  time_limit_s?: number } with several threads (default: 1) which point is found may differ between runs
---@return vnn.Tensor point
---@return number margin
function verify.attack(network, problem, options) end

---@class vnn.verify.SearchOptions
---@field time_limit_s? number wall seconds (default: none)
---@field node_limit? integer (default: none)
---@field bounds? vnn.Bounds of this network over this region (default: backward ones)
---@field gap? number find the largest margin to within this, instead of deciding its sign
---@field branching? "automatic"|"neurons"|"inputs" what is divided: neurons' phases, or inputs' ranges where the region
---  is a box; automatic divides inputs where there are at most 12, down to where few neurons are undecided, and then
---  phases; where there are at most 32, whichever gains more (default: "automatic")
---@field few_neurons? integer up to how many undecided neurons are few then (default: 10)
---@field iterations? integer evaluations of the bound per node, up to 1000000 (default: 6)
---@field root_iterations? integer evaluations per neuron's bound at the root, up to 1000000 (default: 12, and 0 where
---  ranges of at most 12 inputs are divided)
---@field probes? integer neurons whose phases are both tried before branching (default: 4)
---@field certificate? boolean write down what proves the result, for `verify.certify`; with it there are neither
---  `bounds` nor `gap` (default: false)
---@field condition? vnn.Condition with `certificate`, where `property:reduce` made the network of another one: makes
---  the certificate one about that network and this condition
---@field threads? integer that look at open nodes at once: they make another tree, and the same verdict (default: 1)
---@field tightening_depth? integer down to which upper layers are bounded anew (default: 6)
---@field step_size? number (default: 0.5)
---@field step_decay? number (default: 0.85)

--- Branches on neurons' phases, or on the ranges of few inputs, with backward linear bounds, rounded outward, until a
--- witness is found or there is none.
---@param network vnn.Network
---@param problem vnn.Problem
---@param options? vnn.verify.SearchOptions
---@return vnn.Search? search nil where bounds overflow
---@return string? message
function verify.branch_and_bound(network, problem, options) end

--- The witness that a candidate becomes after the independent recheck; nil when it is none.
---
--- Weights that cancel make any number of a margin in Float64. Where the margin of real numbers is known to be 0 or
--- less, the candidate is none:
---
--- ```lua
--- local nn, tensor, verify = require "vnn.nn", require "vnn.tensor", require "vnn.verify"
--- -- Its second output is 3x - 3.5, which a bias of 2^53 on the way turns into 0.5 in Float64, and 2^29 in Float32.
--- local network = nn.from_layers {
---   { weight = tensor.from { { 3 } }, bias = tensor.from { 2 ^ 53 + 3 * 2 ^ 29 } },
---   { weight = tensor.from { { 1 } }, bias = tensor.from { -2 ^ 53 } },
---   { weight = tensor.from { { 0 }, { 1 } }, bias = tensor.from { 0, -3 * 2 ^ 29 - 3.5 } },
--- }
--- local problem = verify.problem { input = { 1 }, norm = "linf", epsilon = 0, class = 1 }
--- print(verify.check(network, problem, { 1 })) --> nil
--- local found = verify.evaluate(network, problem, { 1 })
--- print(found.margin, found.margin_lower, found.certain) --> 0.5	-0.5	false
--- ```
---@param network vnn.Network
---@param problem vnn.Problem
---@param candidate vnn.Tensor|number[] moved into the region, and onto the constraints, first if it is beside them
---@return vnn.Witness?
function verify.check(network, problem, candidate) end

--- Writes a certificate, which others can check without trusting this program (see `help "certificates"`): of a search
--- with the option `certificate` that proved the network robust, of a relaxation that did by duals alone, or of a
--- witness that is one in real numbers too. Words in place of these say whose word it rests on, for which a checker
--- exits with 3.
---
--- ```lua
--- local nn, system, verify = require "vnn.nn", require "vnn.system", require "vnn.verify"
--- local network = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "l1", epsilon = 0.01, class = 2 }
--- local search = verify.branch_and_bound(network, problem, { certificate = true })
--- local folder <close> = system.temporary_folder()
--- local path = folder.path .. "/c.gz"
--- print(verify.certify(network, problem, search, path) == path .. ".network.safetensors") --> true
--- ```
---@param network vnn.Network
---@param problem vnn.Problem
---@param evidence vnn.Search|vnn.Relaxation|vnn.Witness|string
---@param path string gzipped where it ends in .gz
---@param options? { network_file?: string, problem_file?: string } files that state the question, the network's as
---  safetensors of `network:save`; without them `path`.network.safetensors and `path`.problem.json are written
---@return string? network_file the files that the certificate goes with; nil when there is no certificate
---@return string problem_file the message then
function verify.certify(network, problem, evidence, path, options) end

--- Whether a proof, of whatever kind, is one about a network and a problem: bounds, a search, a relaxation, a
--- difference, or an encoding with the solution of its model. The classes' own code answers, whatever a script has made
--- of the methods called `proves_robust`.
---
--- ```lua
--- local nn, verify = require "vnn.nn", require "vnn.verify"
--- local dense = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.5, 0.5 }, norm = "l1", epsilon = 0.01, class = 2 }
--- print(verify.proves_robust(verify.bounds(dense, problem), dense, problem)) --> true
--- print(verify.proves_robust(io.stdout, dense, problem)) --> nil
--- ```
---@param proof any
---@param network vnn.Network
---@param problem vnn.Problem
---@param solution? vnn.Solution of an encoding's model
---@return boolean? proves nil for what is no proof
---@return string? reason "no admissible input" where the constraints leave none
function verify.proves_robust(proof, network, problem, solution) end


--- What the recheck says about any candidate.
---@param network vnn.Network
---@param problem vnn.Problem
---@param candidate vnn.Tensor|number[]
---@return vnn.Witness
function verify.evaluate(network, problem, candidate) end

---@class vnn.Search
---@field status "proved"|"found"|"limit"|"stopped"
---@field bound number no margin over the region is larger
---@field margin number the largest margin seen of an input that meets the constraints, the witness's where there is one
---@field point vnn.Tensor where it was seen
---@field witness vnn.Witness?
---@field nodes integer
---@field evaluations integer
---@field unstable integer undecided neurons at the root
---@field seconds number
local Search = {}

--- Goes on where a limit or Ctrl-C ended the search, and changes it: its fields tell of all runs together.
---
--- ```lua
--- local nn, verify = require "vnn.nn", require "vnn.verify"
--- local network = nn.mlp({ 6, 12, 12, 2 }, { seed = 1 })
--- local input = { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 }
--- local best, other = table.unpack(network:top_classes(input, 2))
--- local problem = verify.problem { input = input, norm = "l1", epsilon = 1.5, class = best, target = other }
--- local search = verify.branch_and_bound(network, problem, { node_limit = 1 })
--- while search.status == "limit" do search:resume { node_limit = 100 } end
--- print(search.status == "found" or search:proves_robust(network)) --> true
--- ```
---@param limits? { time_limit_s?: number, node_limit?: integer } of this run (default: none)
---@return vnn.Search search the same one
function Search:resume(limits) end

--- Whether every node was closed by a bound, on this very network and with bounds that were computed here.
---@param network vnn.Network
---@param problem? vnn.Problem that must be answered too
---@return boolean
function Search:proves_robust(network, problem) end

---@class vnn.Bounds
---@field method string
---@field unstable integer undecided neurons
---@field certified boolean false for bounds that a script or a file gave
---@field scope "region"|"admissible"|"counterexamples" whether they hold for every input of the region, for those that
---  meet the constraints, or for those with a margin of at least 0 among them; other problems refuse the latter two
local Bounds = {}

--- The bounds of a layer, the last being the outputs'.
---@param layer integer
---@return { lower: vnn.Tensor, upper: vnn.Tensor }
function Bounds:layer(layer) end

--- These bounds with those of one layer replaced, no longer certified.
---@param layer integer
---@param lower vnn.Tensor|number[]
---@param upper vnn.Tensor|number[]
---@return vnn.Bounds
function Bounds:replace_layer(layer, lower, upper) end

--- No margin of the problem is larger than this; at least 0 where only counterexamples were considered.
---@return number
function Bounds:margin_upper_bound() end

--- Whether the bounds show that every margin is negative for this very network, and are certified.
---@param network vnn.Network
---@param problem? vnn.Problem that must be answered too
---@return boolean
function Bounds:proves_robust(network, problem) end

--- Writes the bounds as JSON.
---@param path string
---@return boolean? done
---@return string? message
function Bounds:save(path) end

---@class vnn.Relaxation
---@field model vnn.Model the linear program
---@field inputs vnn.Variables
---@field depth integer hidden layers in the program
---@field scope "region"|"admissible"|"counterexamples" which inputs its bounds hold for
---@field bounds vnn.Bounds those it was made with, tightened by all that was found since
---@field empty boolean whether it is proved that no input is in the scope
local Relaxation = {}

--- Makes the objective what is to be bounded: the "upper" or "lower" end of a neuron's preactivation, the last layer
--- being the outputs; the "margin" of a rival; or the "admissibility" of any input, negative where there is none.
---@param what "upper"|"lower"|"margin"|"admissibility"
---@param layer? integer or the rival (default: the target)
---@param neuron? integer
---@return vnn.Relaxation self
function Relaxation:aim(what, layer, neuron) end

--- A rigorous bound of what was aimed at, from the duals of the solved model; it is kept.
---@param solution vnn.Solution
---@return number? bound nil where the solution has no duals
function Relaxation:bound(solution) end

--- How much each hidden neuron's relaxation can cost the margin's bound, layer by layer; 0 for decided neurons.
---@return vnn.Tensor[]
function Relaxation:importance() end

--- Whether what was found proves that `network` has no adversarial input.
---@param network vnn.Network
---@param problem? vnn.Problem that must be answered too
---@return boolean
---@return string? reason "no admissible input" where the constraints leave none
function Relaxation:proves_robust(network, problem) end

---@class vnn.Difference
---@field bound number the dense network's margin exceeds the embedded one's by no more than this
local Difference = {}

--- Takes note of what is known of the embedded network's largest margin.
---@param proof vnn.Search|vnn.Encoding of the embedded network and this problem
---@param solution? vnn.Solution of the encoding's unchanged model
---@return number bound no margin of the dense network is larger
function Difference:conclude(proof, solution) end

--- Whether that number is negative.
---@param network vnn.Network the dense network
---@param problem? vnn.Problem that must be answered too
---@return boolean
function Difference:proves_robust(network, problem) end

---@class vnn.Encoding
---@field model vnn.Model
---@field inputs vnn.Variables
---@field switches vnn.Variables the binaries of undecided neurons
---@field outputs vnn.Variables? where they were asked for
---@field margin vnn.Variable? the objective; nil for "admissibility"
---@field distance vnn.Variable? of the objective "distance"
---@field binaries integer
---@field record string what was added, as a table for people
local Encoding = {}

--- The full point of the model that belongs to an input; NaN for columns that a script added, which solves and
--- callbacks take for columns that are to be solved for.
---@param input vnn.Tensor|number[]
---@return vnn.Tensor
function Encoding:complete(input) end

--- The values of the switches at an input: 1 for active, 0 for inactive.
---@param input vnn.Tensor|number[]
---@return integer[]
function Encoding:pattern(input) end

--- Whether a solution of this unchanged model proves that `network`, which it encodes, has no adversarial input.
---@param solution vnn.Solution
---@param network vnn.Network
---@param problem? vnn.Problem that must be answered too
---@return boolean
---@return string? reason "no admissible input" where the constraints leave none
function Encoding:proves_robust(solution, network, problem) end

--- No input whose margin reaches the threshold is nearer to x0 than this, up to the solver's tolerances.
---@param solution vnn.Solution of this unchanged model, whose objective is "distance"
---@return number? distance nil where the solution does not tell
function Encoding:distance_bound(solution) end

---@class vnn.Problem
---@field input vnn.Tensor
---@field lower vnn.Tensor of the box
---@field upper vnn.Tensor of the box
---@field constraints vnn.verify.Constraint[] every one as "<="; an equation has become two
---@field norm string
---@field epsilon number
---@field class integer
---@field target integer?
---@field rows integer?
---@field facts table<string, any>
local Problem = {}

---@param outputs vnn.Tensor|number[]
---@return number margin of the target, or the best other class, over the class; of a network with one output that
function Problem:margin(outputs) end

--- The maximum of c·x over the region, and an x that attains it.
---@param c vnn.Tensor|number[]
---@return number
---@return vnn.Tensor
function Problem:support(c) end

---@param x vnn.Tensor|number[]
---@return vnn.Tensor near x, in the region, and meeting the constraints on inputs where that is possible
function Problem:project(x) end

---@param x vnn.Tensor|number[]
---@return number
function Problem:distance(x) end

---@param x vnn.Tensor|number[]
---@param tolerance? number (default: 1e-9)
---@return boolean
function Problem:contains(x, tolerance) end

---@param random vnn.Random
---@return vnn.Tensor
function Problem:sample(random) end

--- The same question as an object of its own: closing one leaves the other.
---@return vnn.Problem
function Problem:copy() end


---@param path string
---@return boolean? done
---@return string? message
function Problem:save(path) end

---@class vnn.Condition
---@field outputs integer how many outputs it is about
---@field alternatives integer
local Condition = {}

--- The largest over the alternatives of their smallest left side; the condition holds when it is not negative.
---@param outputs vnn.Tensor|number[]
---@return number
function Condition:margin(outputs) end

--- Whether an input of a region meets the condition, as a problem of classes: on `network` itself where the condition
--- says that another class is as large as a certain one, otherwise on a network with the alternatives' margins as its
--- outputs beside a 0. `robust` there proves that no input of the region meets the condition; a witness there has still
--- to pass `check`.
---@param network vnn.Network
---@param region { lower: number[], upper: number[], input?: number[] }|vnn.Problem a box, or a problem with the region
---@return vnn.Network? reduced nil where bounds overflow
---@return vnn.Problem|string problem the message then
function Condition:reduce(network, region) end

--- Rechecks a candidate on the network itself, from raw numbers, in Float64 and Float32; nil when it fails.
---@param network vnn.Network
---@param problem vnn.Problem gives the region
---@param candidate vnn.Tensor|number[] moved into the region first if it is outside
---@return vnn.Counterexample?
function Condition:check(network, problem, candidate) end

---@class vnn.Counterexample
---@field input vnn.Tensor
---@field outputs vnn.Tensor
---@field margin number of the condition in Float64
---@field margin32 number in Float32
---@field margin_lower number the margin of real numbers is at least this; -infinity where nothing is known
---@field certain boolean whether real numbers, without any rounding, meet the condition too: `margin_lower` >= 0
---@field distance number from the region's centre

---@class vnn.Witness
---@field input vnn.Tensor
---@field margin number in Float64
---@field margin32 number in Float32
---@field margin_lower number the margin of real numbers is at least this: for what passes the rest of the recheck that
---  margin itself, rounded down; elsewhere, and where that takes more than about a tenth of a second, what accounting
---  for the rounding leaves of `margin`; -infinity where nothing is known
---@field certain boolean whether `margin_lower` is positive
---@field distance number
---@field box_violation number
---@field constraint_violation number the largest excess over a constraint, relative to its largest coefficient
---@field moved number how far the candidate was moved, in its largest coordinate; 0 where it was checked as it is
---@field unchanged boolean whether it is the problem's own input, which meets the constraints to the last bit
---@field winner integer
---@field adversarial boolean
local Witness = {}

---@param path string
---@return boolean? done
---@return string? message
function Witness:save(path) end

--- What a VNN-LIB file asks. It is about one network, the chain: its inputs are the elements of all declared inputs, of
--- which those that must be equal are one; its outputs are all hidden and output elements in the order of declaration,
--- and behind them the inputs that conditions speak of. For a usual file the chain is the network itself.
---@class vnn.Property
---@field inputs integer of the chain
---@field outputs integer of the chain
---@field cases integer regions, each with a condition on the outputs of its own; none where nothing can satisfy it
---@field networks string[] the declared networks' names; "N" in VNN-LIB 1.0
---@field network_inputs integer[] how many elements each one's inputs have
---@field network_outputs integer[] the same of its hidden values and outputs
---@field emptiness string? why there is no region, where that is so
---@field missing_bound string? which input is not bounded, where that is so: the regions are then a part of what was
---  asked about, and prove nothing
---@field relaxed boolean whether strict inequalities were relaxed to their closures in regions and conditions;
---  `satisfied` takes them as they are
local Property = {}

--- The condition on the outputs that goes with a region.
---@param case? integer (default: 1)
---@return vnn.Condition
function Property:condition(case) end

--- Whether an input of a region meets its condition, as a problem of classes; see `Condition:reduce`.
---@param network vnn.Network
---@param case? integer (default: 1)
---@param options? { time_limit_s?: number } after which what rounding may do is bounded more coarsely (default: none)
---@return vnn.Network? reduced nil where bounds overflow
---@return vnn.Problem|string problem the message then
function Property:reduce(network, case, options) end

--- Writes a certificate and the files that it goes with, `path`.network.safetensors and `path`.problem.json; see
--- `property.certify`.
---@param network vnn.Network the chain
---@param evidence vnn.Search[]|vnn.Tensor|number[] for each case a search with the options `certificate` and
---  `condition` of what `reduce` makes of it; or an input of the chain
---@param path string gzipped where it ends in .gz
---@return string? network_file nil when there is no certificate
---@return string problem_file the message then
function Property:certify(network, evidence, path) end

--- Whether the inputs lie in a region and the outputs meet its condition, and all that the file asserts is true,
--- without tolerance and in exact arithmetic.
---@param inputs vnn.Tensor|number[] of the chain
---@param outputs vnn.Tensor|number[] of the chain
---@return boolean
function Property:satisfied(inputs, outputs) end

--- The chain, for networks that stand for the declared ones.
---
--- ```lua
--- local nn, system, verify = require "vnn.nn", require "vnn.system", require "vnn.verify"
--- local text = {
---   "(vnnlib-version <2.0>)",
---   "(declare-network f (declare-input A real [2]) (declare-output B real [1]))",
---   "(declare-network g (declare-input C real [2]) (declare-output D real [1]))",
---   "(assert (<= 0.0 A[0] 1.0)) (assert (<= 0.0 A[1] 1.0))",
---   "(assert (== A[0] C[0])) (assert (== A[1] C[1])) (assert (>= (- B[0] D[0]) 0.25))",
--- }
--- assert(system.write_file("two.vnnlib", table.concat(text, "\n")))
--- local stated = assert(verify.load_property "two.vnnlib")
--- print(stated:chain { nn.mlp({ 2, 4, 1 }, { seed = 1 }), nn.mlp({ 2, 3, 1 }, { seed = 2 }) })
--- --> Network(2 -> 7 -> 2, 25% pruned)
--- ```
---@param networks vnn.Network|vnn.Network[] one for each that is declared, in that order
---@return vnn.Network
function Property:chain(networks) end

--- Reads the ONNX files of the declared networks.
---@param paths table<string, string> the file of each network that is not declared equal to another, by its name
---@param options? { output?: string } of VNN-LIB 1.0 the one output that counts (default: all, joined)
---@return vnn.Models? models nil when a file is missing or one too many, cannot be read, or is not what is declared
---@return string? message
function Property:load(paths, options) end

--- A point where a case's condition holds, as far as gradients lead to one: for what holds on a line or in a corner
--- only, as equations do.
---@param network vnn.Network the chain
---@param candidate vnn.Tensor|number[] where to begin
---@param case? integer (default: 1)
---@param options? { time_limit_s?: number } (default: none)
---@return vnn.Tensor
function Property:approach(network, candidate, case, options) end

--- The nearest numbers to a point inside of a case's box that the inputs' types hold; of Float32 for real ones. Under a
--- budget none is farther from the centre than the point's own.
---@param candidate vnn.Tensor|number[]
---@param case? integer (default: 1)
---@return vnn.Tensor
function Property:round(candidate, case) end

--- Writes a VNN-LIB file, whole or not at all.
---@param path string
---@return true? written nil when the file cannot be written
---@return string? message
function Property:save(path) end

--- The ONNX files of a property's networks.
---@class vnn.Models
---@field drops_activations boolean whether `network` leaves out an activation at the end of a file
local Models = {}

--- The chain that the files describe. A Softmax, LogSoftmax, Sigmoid or Tanh at the end is left out where the property
--- only compares the outputs with each other, which it keeps in order.
---@return vnn.Network? network nil when something in a file is not piecewise linear
---@return string? message naming file, node and operator
function Models:network() end

--- The outputs of the chain when each file is run operator by operator in its own precision; see `nn.replay`.
---@param input vnn.Tensor|number[] of the chain
---@return vnn.Tensor? outputs
---@return string? message
function Models:replay(input) end

--- The same up to where the network was lowered from: what `network` stands for, without an activation at the end that
--- it leaves out.
---@param input vnn.Tensor|number[] of the chain
---@return vnn.Tensor? outputs
---@return string? message
function Models:replay_network(input) end

--- Decides the property by a branch and bound over boxes of inputs with interval arithmetic on the files as they are:
--- for few inputs, and whatever the operators, those that are not piecewise linear too.
---@param options? { time_limit_s?: number, box_limit?: integer } (default: 10, and no limit of boxes)
---@return "sat"|"unsat"|"unknown"|nil verdict nil when an operator has no bounds
---@return vnn.Tensor|string|nil point where it is satisfied, as the files compute it; without a verdict the message
function Models:search(options) end

--- The values of all variables of the property, as the standard has them printed: name, type and shape, and then the
--- values, one on a line.
---@param input vnn.Tensor|number[] of the chain
---@return string? text
---@return string? message
function Models:assignment(input) end

--- Writes them to a folder that is there: a serialised TensorProto in NAME.pb for each variable.
---@param input vnn.Tensor|number[] of the chain
---@param folder string
---@return true? written
---@return string? message
function Models:save_assignment(input, folder) end

return verify
