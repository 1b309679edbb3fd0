---@meta vnn.milp
error 'this file only describes vnn.milp to editors; write require "vnn.milp"'

--- Mixed-integer linear models, solved by GLPK, HiGHS or SCIP, with callbacks that may steer the search.
---
--- ```lua
--- local milp = require "vnn.milp"
--- local model = milp.model "knapsack"
--- local take = model:variables(4, { kind = "binary", prefix = "take" })
--- model:constrain(milp.dot({ 5, 4, 3, 1 }, take), "<=", 8, "weight")
--- model:maximize(milp.dot({ 8, 7, 4, 1 }, take))
--- local solution = model:solve { time_limit_s = 10 }
--- print(solution, solution:value(take[1] + take[2])) --> Solution(optimal, objective 12.0)	1.0
--- ```
---
--- Indices count from 1. Integer variables of a point hold whole numbers. A solver's point satisfies bounds and rows
--- within 1e-6, relative to bounds larger than 1.
local milp = {}

--- An empty model, minimising 0.
---@param name? string written to files (default: "model")
---@return vnn.Model
function milp.model(name) end

--- The model in a file: CPLEX's LP format if the name ends in `.lp` or `.lp.gz`, in any case, otherwise MPS, free or
--- fixed; gzipped or not. Semicontinuous variables, special ordered sets and indicators are read as CPLEX, Gurobi,
--- HiGHS, SCIP and Xpress write them. Quadratic and other sections that are not linear are refused.
---
--- Where those programs read a file differently, the format's definition decides, and what it forbids is refused with
--- the line: entries, right sides or bounds of MPS files that are given twice, columns whose lines are not together,
--- ranges before right sides; numbers left of a relation in LP files. What may not be meant as it was read is in
--- `model.warnings`: a negative upper bound without a lower one, a second set of bounds, a variable that only a bound
--- has.
---
--- ```lua
--- local milp, system = require "vnn.milp", require "vnn.system"
--- local folder <close> = system.temporary_folder()
--- local path = folder.path .. "/model.lp"
--- system.write_file(path, "Maximize\n x + 2 y\nSubject To\n c: x + y <= 4\nBounds\n y <= 3\n z <= 1\nEnd\n")
--- local model = assert(milp.read(path))
--- print(model) --> Model(model: 3 variables (3 continuous), 1 rows, 2 entries, maximize, 1 warning)
--- print(model.warnings[1]) --> line 7: variable z is in no row and no objective
--- ```
---@param path string
---@return vnn.Model? model nil when the file is missing, cut or no linear model
---@return string? message with the file's line
function milp.read(path) end

--- The sum of all elements, without a new expression for each.
---@param terms vnn.Variables|(vnn.Expression|vnn.Variable|number)[]
---@return vnn.Expression
function milp.sum(terms) end

--- The sum of the products of numbers and variables in order, without a Lua loop.
---@param coefficients vnn.Tensor|number[] as many as variables; a tensor in row-major order
---@param variables vnn.Variables|vnn.Variable[]
---@return vnn.Expression
function milp.dot(coefficients, variables) end

--- Arrays of variables one after the other along an axis; their other sizes must be equal.
---
--- ```lua
--- local milp = require "vnn.milp"
--- local model = milp.model()
--- local x, on = model:variables(3, { upper = 1 }), model:variable { kind = "binary" }
--- print(milp.concat { x, on }) --> Variables(4)
--- ```
---@param arrays (vnn.Variables|vnn.Variable|vnn.Variable[])[]
---@param axis? integer (default: 1)
---@return vnn.Variables
function milp.concat(arrays, axis) end

--- How the undecided neurons of an embedded network can become rows.
---
--- ```lua
--- print(table.concat(require("vnn.milp").formulations, " ")) --> big_m partition
--- ```
---@type string[]
milp.formulations = {}

---@class vnn.milp.SolverFacts
---@field name string "glpk", "highs", "scip"
---@field version string of "best" the names of those that it chooses from, in their order
---@field events table<"incumbent"|"relaxation"|"progress", true> the events that it reports
---@field answers table<vnn.milp.AnswerKind, true> the answers that it can follow
---@field constructs table<"semicontinuous"|"sos1"|"sos2"|"indicator", true> what it knows beside linear rows; the rest
---  reaches it as binaries and rows
---@field uses_threads boolean whether it uses more than one thread when allowed

--- The names that `solve` takes as its `solver`, whether the solvers are on this machine or not.
---
--- The last, "best", is the first of the solvers that can do what a solve asks for: HiGHS, SCIP, GLPK, then those that
--- the program has added, by name, and last Gurobi, since it needs a licence. What a solve asks for are the events and
--- answers of its callbacks and the model's constructs. `Solution.solver` says which one it was. Gurobi is the package
--- gurobipy of $VNNLUA_PYTHON or else of python3; the licence that comes with it is for 2,000 columns and rows.
---
--- ```lua
--- local names = require("vnn.milp").solver_names
--- print(names[1], names[#names]) --> glpk	best
--- ```
---@type string[]
milp.solver_names = {}

---@class vnn.milp.SolverReport: vnn.milp.SolverFacts those of the facts that are known
---@field available boolean whether it is on this machine
---@field reason string? why not, with the command that gets it

--- Every solver, whether it is on this machine or not, and why not.
---
--- ```lua
--- for _, solver in ipairs(require("vnn.milp").solvers()) do
---   if solver.name == "glpk" then print(solver.available, solver.answers.lazy_rows, solver.constructs.sos1) end
--- end --> true	true	nil
--- ```
---@return vnn.milp.SolverReport[]
function milp.solvers() end

---@class vnn.milp.Registration
---@field name string for `solve`; an earlier solver of that name that was registered is replaced
---@field command string[] the program, looked for in $PATH unless there is a slash in it, and its arguments
---@field version? string (default: "unknown")
---@field events? ("incumbent"|"relaxation"|"progress")[] what it reports; incumbents and progress need no naming
---@field answers? vnn.milp.AnswerKind[] what it can follow; all are stopped, whether they can or not
---@field constructs? ("semicontinuous"|"sos1"|"sos2"|"indicator")[] what it reads from the file beside linear rows; the
---  rest reaches it as binaries and rows
---@field uses_threads? boolean whether it uses more than one thread when allowed (default: false)

--- Makes any program a solver for this process: it gets the model as a file, and speaks in lines of JSON by its
--- standard input and output, as `help "pipe"` describes. A solve starts it, and ends it unless it says that it
--- waits for the next one; a program that cannot be started is `nil, message` there. Its name is in `solver_names` from
--- now on.
---
--- ```lua
--- local milp = require "vnn.milp"
--- milp.register { name = "zero", command = { "sh", "-c", [[read task
---   echo '{"status": "optimal", "point": [0, 0], "bound": 0}']] } }
--- local model = milp.model()
--- local x = model:variables(2, { kind = "binary" })
--- model:constrain(x:sum(), "<=", 1)
--- model:minimize(x:sum())
--- print(model:solve { solver = "zero" }) --> Solution(optimal, objective 0.0)
--- ```
---@param solver vnn.milp.Registration
function milp.register(solver) end

--- What a solver is and can do.
---@param name string
---@return vnn.milp.SolverFacts? facts nil when the solver is not on this machine
---@return string? message with the command that gets it
function milp.capabilities(name) end

--- One variable of a model. `+ - *` with numbers, variables and expressions make expressions; products of variables do
--- not exist. Two handles of the same variable are equal.
---@class vnn.Variable
---@field index integer its column, from 1
---@operator add(vnn.Variable|vnn.Expression|number): vnn.Expression
---@operator sub(vnn.Variable|vnn.Expression|number): vnn.Expression
---@operator mul(number): vnn.Expression
---@operator div(number): vnn.Expression
---@operator unm: vnn.Expression

--- Variables in the shape of a tensor. `x[2]` is the second variable, or the second part along the first axis; `#x` is
--- the size of that axis; `ipairs(x)` and `pairs(x)` go through it.
---@class vnn.Variables
---@field shape integer[]
---@field count integer number of variables
---@field [integer] vnn.Variable|vnn.Variables
---@operator len: integer
local Variables = {}

--- One variable.
---@param ... integer a position for every axis
---@return vnn.Variable
function Variables:at(...) end

--- The part at a position along an axis, which is gone from its shape.
---@param axis integer
---@param position integer
---@return vnn.Variables
function Variables:select(axis, position) end

--- The same variables in another shape, row-major.
---@param ... integer|integer[] sizes, or one table of them
---@return vnn.Variables
function Variables:reshape(...) end

--- The same variables along one axis.
---@return vnn.Variables
function Variables:flatten() end

--- The parts from one position to another along an axis.
---
--- ```lua
--- local x = require("vnn.milp").model():variables { 3, 4 }
--- print(x:slice(2, 2, 3), x:slice(1, 3)) --> Variables(3x2)	Variables(1x4)
--- ```
---@param axis integer
---@param first integer
---@param last? integer (default: the last one)
---@return vnn.Variables
function Variables:slice(axis, first, last) end

--- The parts at some positions along an axis, in that order; a position may come more than once.
---@param axis integer
---@param positions integer[]|vnn.Tensor
---@return vnn.Variables
function Variables:gather(axis, positions) end

--- The sum of all of them.
---@return vnn.Expression
function Variables:sum() end

--- The sum of their products with numbers, as `milp.dot`.
---@param coefficients vnn.Tensor|number[]
---@return vnn.Expression
function Variables:dot(coefficients) end

--- A constant plus a weighted sum of variables. Comparing expressions with `<=` is an error, since Lua would make a
--- boolean of it: write `model:constrain(left, "<=", right)`.
---@class vnn.Expression
---@field constant number the part without a variable
---@field count integer number of terms, repeated variables counted each
---@operator add(vnn.Variable|vnn.Expression|number): vnn.Expression
---@operator sub(vnn.Variable|vnn.Expression|number): vnn.Expression
---@operator mul(number): vnn.Expression
---@operator div(number): vnn.Expression
---@operator unm: vnn.Expression
local Expression = {}

--- Adds to this expression in place; in a loop much cheaper than `+`, which copies.
---@param operand vnn.Variable|vnn.Expression|number
---@param factor? number what the operand is multiplied by (default: 1)
---@return vnn.Expression self
function Expression:add_(operand, factor) end

--- One row of a model. Two handles of the same row are equal.
---@class vnn.Constraint
---@field index integer its row, from 1

--- Rows that were made together. `rows[2]` is the second; `#rows` is their number; `ipairs(rows)` goes through them.
---@class vnn.Constraints
---@field count integer
---@field [integer] vnn.Constraint
---@operator len: integer

--- A mixed-integer linear model. It must not change while it is being solved, and accepts the handles of its own
--- variables and rows, and of those that the model which it was copied from had at that time.
---@class vnn.Model
---@field name string
---@field columns integer number of variables
---@field rows integer number of rows
---@field entries integer number of matrix entries that are not zero
---@field sense "minimize"|"maximize"
---@field warnings string[] what of its file may not be meant as it was read, with lines; empty if it was not read
local Model = {}

--- What values a variable may take between its bounds. One that is "semicontinuous" is 0 or between them, one that is
--- "semiinteger" 0 or a whole number between them, whether the bounds hold 0 or not.
---@alias vnn.milp.VariableKind "continuous"|"integer"|"binary"|"semicontinuous"|"semiinteger"

---@class vnn.Model.VariableOptions
---@field name? string for files and messages; need not be unique (default: "x" and its number)
---@field kind? vnn.milp.VariableKind (default: "continuous")
---@field lower? number `-math.huge` for none; whole for integers (default: 0)
---@field upper? number (default: the largest that the kind allows)

--- Adds one variable.
---
--- ```lua
--- local model = require("vnn.milp").model()
--- local batch = model:variable { kind = "semicontinuous", lower = 2, upper = 5 } -- 0, or from 2 to 5
--- model:constrain(batch, ">=", 0.1)
--- model:minimize(batch)
--- print(model:solve().objective) --> 2.0
--- ```
---@param options? vnn.Model.VariableOptions
---@return vnn.Variable
function Model:variable(options) end

---@class vnn.Model.VariablesOptions
---@field prefix? string names are the prefix and the number from 1 (default: "x" and the column)
---@field kind? vnn.milp.VariableKind of all of them (default: "continuous")
---@field lower? number|number[]|vnn.Tensor one for all or one each (default: 0)
---@field upper? number|number[]|vnn.Tensor likewise (default: the largest that the kind allows)

--- Adds variables.
---@param shape integer|integer[] how many, or the shape of the array
---@param options? vnn.Model.VariablesOptions
---@return vnn.Variables
function Model:variables(shape, options) end

--- Adds the row `left relation right`.
---@param left vnn.Expression|vnn.Variable|number
---@param relation "<="|"=="|">="
---@param right vnn.Expression|vnn.Variable|number
---@param name? string
---@return vnn.Constraint
function Model:constrain(left, relation, right, name) end

--- Adds the row `lower <= expression <= upper`.
---@param expression vnn.Expression|vnn.Variable|number
---@param lower number `-math.huge` for none
---@param upper number `math.huge` for none
---@param name? string
---@return vnn.Constraint
function Model:constrain_range(expression, lower, upper, name) end

--- A matrix times variables: `{ matrix, variables }`. The matrix is a tensor of rows x variables, a number (times the
--- identity), or sparse.
---@alias vnn.Model.Block { [1]: vnn.Tensor|number|vnn.Model.SparseMatrix, [2]: vnn.Variables|vnn.Variable[] }

--- Compressed sparse rows: row k has the entries from `starts[k]` to `starts[k + 1] - 1`.
---@class vnn.Model.SparseMatrix
---@field starts vnn.Tensor|integer[] one more than there are rows, the first 1
---@field positions vnn.Tensor|integer[] positions among the variables, one for each entry
---@field values vnn.Tensor|number[] one for each entry

--- Adds the rows `sum of blocks relation right` at the cost of no Lua per entry. The layer y = W x + b is
--- `model:add_rows({ { W, x }, { -1, y } }, "==", -b)`.
---@param blocks vnn.Model.Block[] of equal height
---@param relation "<="|"=="|">="
---@param right number|number[]|vnn.Tensor one for all or one for each row
---@param prefix? string names are the prefix and the number from 1
---@return vnn.Constraints
function Model:add_rows(blocks, relation, right, prefix) end

--- Adds the rows `lower <= sum of blocks <= upper`.
---@param blocks vnn.Model.Block[] of equal height
---@param lower number|number[]|vnn.Tensor
---@param upper number|number[]|vnn.Tensor
---@param prefix? string names are the prefix and the number from 1
---@return vnn.Constraints
function Model:add_range_rows(blocks, lower, upper, prefix) end

--- Replaces the objective.
---@param expression vnn.Expression|vnn.Variable|number
---@return vnn.Model self
function Model:minimize(expression) end

--- Replaces the objective.
---@param expression vnn.Expression|vnn.Variable|number
---@return vnn.Model self
function Model:maximize(expression) end

--- Adds `binary == value implies left relation right` as big-M rows, with the least M that the bounds give; a row that
--- the bounds imply anyway is left out. An infinite bound in the way is an error that names the variable.
---@param binary vnn.Variable
---@param value 0|1
---@param left vnn.Expression|vnn.Variable|number
---@param relation "<="|"=="|">="
---@param right vnn.Expression|vnn.Variable|number
---@param name? string
---@return vnn.Constraints rows none to two
function Model:imply(binary, value, left, relation, right, name) end

--- A special ordered set or an indicator of a model. Two handles of the same one are equal.
---@class vnn.Construct
---@field kind "sos1"|"sos2"|"indicator"

---@class vnn.Model.SetOptions
---@field weights? number[]|vnn.Tensor one for each variable, all different; they give the order (default: 1, 2, 3 …)
---@field name? string (default: its kind and its place among the constructs)

--- Adds a special ordered set of type 1: of the variables at most one differs from 0.
---
--- Where the solver does not know such sets (`milp.capabilities`), it gets binaries and rows that say the same, which
--- need finite bounds: those of the variables, or such as rows imply. That holds for `sos2` and `indicator` too, and
--- for semicontinuous variables. The callbacks of a solve see nothing of it.
---
--- ```lua
--- local model = require("vnn.milp").model()
--- local x = model:variables(3, { upper = 4 })
--- local set = model:sos1({ x[1], x[2], x[3] }, { name = "one_of" })
--- model:maximize(x[1] + 3 * x[2] + 2 * x[3])
--- print(model:solve().objective, model:text(set)) --> 12.0	one_of: sos1(x1: 1.0, x2: 2.0, x3: 3.0)
--- ```
---@param variables vnn.Variables|vnn.Variable[] of any kind
---@param options? vnn.Model.SetOptions
---@return vnn.Construct
function Model:sos1(variables, options) end

--- Adds a special ordered set of type 2: of the variables at most two differ from 0, and they are neighbours in the
--- order of their weights. With variables that add up to 1 it makes a function that is linear between points.
---
--- ```lua
--- local milp = require "vnn.milp"
--- local model = milp.model()
--- local share = model:variables(4, { upper = 1 })
--- model:constrain(share:sum(), "==", 1)
--- model:sos2(share)
--- local amount, cost = milp.dot({ 0, 10, 20, 40 }, share), milp.dot({ 0, 50, 80, 110 }, share)
--- model:constrain(amount, ">=", 25)
--- model:minimize(cost)
--- print(model:solve().objective) --> 87.5
--- ```
---@param variables vnn.Variables|vnn.Variable[] of any kind
---@param options? vnn.Model.SetOptions
---@return vnn.Construct
function Model:sos2(variables, options) end

--- Adds `binary == value implies left relation right` as what it is, an indicator, which solvers that know such take
--- without a big M; others get the rows that `imply` would add.
---
--- ```lua
--- local model = require("vnn.milp").model()
--- local open, flow = model:variable { kind = "binary" }, model:variable { upper = 8 }
--- model:indicator(open, 0, flow, "<=", 0, "closed")
--- model:maximize(flow - 5 * open)
--- print(model:solve().objective, model:all_constructs()[1].kind) --> 3.0	indicator
--- ```
---@param binary vnn.Variable
---@param value 0|1
---@param left vnn.Expression|vnn.Variable|number
---@param relation "<="|"=="|">="
---@param right vnn.Expression|vnn.Variable|number
---@param name? string (default: its kind and its place among the constructs)
---@return vnn.Construct
function Model:indicator(binary, value, left, relation, right, name) end

--- All special ordered sets and indicators, in the order in which they were added.
---@return vnn.Construct[]
function Model:all_constructs() end

---@class vnn.Model.AbsoluteOptions
---@field exact? boolean add a binary variable, so that it is the absolute value everywhere (default: false)
---@field name? string

--- Adds a variable that is at least the absolute value of an expression, and equal to it wherever it is pushed down, by
--- the objective or by a budget.
---@param expression vnn.Expression|vnn.Variable|number
---@param options? vnn.Model.AbsoluteOptions
---@return vnn.Variable
function Model:absolute(expression, options) end

--- Adds sum |variables[i] - center[i]| <= budget.
---@param variables vnn.Variables|vnn.Variable[]
---@param center number|number[]|vnn.Tensor one for all or one each
---@param budget number at least 0
function Model:limit_l1(variables, center, budget) end

--- Tightens bounds so that |variables[i] - center[i]| <= budget for each.
---@param variables vnn.Variables|vnn.Variable[]
---@param center number|number[]|vnn.Tensor one for all or one each
---@param budget number at least 0
function Model:limit_linf(variables, center, budget) end

--- Holds variables at values within their bounds until `unfix`.
---@param variables vnn.Variable|vnn.Variables|vnn.Variable[]
---@param values number|number[]|vnn.Tensor one for all or one each
function Model:fix(variables, values) end

--- Gives variables back the bounds that they had before `fix`.
---@param variables vnn.Variable|vnn.Variables|vnn.Variable[]
function Model:unfix(variables) end

--- The bounds just now: two numbers for one variable, two tensors for an array. A semicontinuous variable may be 0 as
--- well; `range` is all that it can be.
---@param variables vnn.Variable|vnn.Variables|vnn.Variable[]
---@return number|vnn.Tensor lower
---@return number|vnn.Tensor upper
function Model:bounds(variables) end

--- Replaces bounds. Crossed ones are allowed and make the model infeasible.
---@param variables vnn.Variable|vnn.Variables|vnn.Variable[]
---@param lower number|number[]|vnn.Tensor one for all or one each
---@param upper number|number[]|vnn.Tensor one for all or one each
function Model:set_bounds(variables, lower, upper) end

--- The bounds of a row just now.
---@param constraint vnn.Constraint
---@return number lower
---@return number upper
function Model:row_bounds(constraint) end

--- Replaces the bounds of rows; infinite ones switch a row off.
---@param constraints vnn.Constraint|vnn.Constraints|vnn.Constraint[]
---@param lower number|number[]|vnn.Tensor one for all or one each
---@param upper number|number[]|vnn.Tensor one for all or one each
function Model:set_row_bounds(constraints, lower, upper) end

--- Replaces one matrix entry.
---@param constraint vnn.Constraint
---@param variable vnn.Variable
---@param value number
function Model:set_coefficient(constraint, variable, value) end

--- Replaces one coefficient of the objective.
---@param variable vnn.Variable
---@param value number
function Model:set_objective_coefficient(variable, value) end

--- Removes the rows after the first `count`; their handles become invalid.
---@param count integer
function Model:truncate_rows(count) end

---@alias vnn.Model.Removable
---| vnn.Constraint
---| vnn.Constraints
---| vnn.Constraint[]
---| vnn.Construct
---| vnn.Construct[]
---| vnn.Variable
---| vnn.Variables
---| vnn.Variable[]

--- Removes rows, special ordered sets and indicators, or variables that none of these nor the objective uses any more;
--- an error names what does. Removed rows and variables leave an empty place: handles of all others, and points, stay
--- what they are.
---
--- ```lua
--- local model = require("vnn.milp").model()
--- local x = model:variables(2)
--- local row = model:constrain(x[1] + x[2], "<=", 1)
--- model:remove(row)
--- model:remove(x[2])
--- print(#model:all_variables(), #model:all_constraints(), model.columns) --> 1	0	2
--- ```
---@param handles vnn.Model.Removable
function Model:remove(handles) end

--- What values a variable may take.
---@param variable vnn.Variable
---@return vnn.milp.VariableKind
function Model:kind(variable) end

--- The variables and the coefficients of a row, or of an expression.
---
--- ```lua
--- local model = require("vnn.milp").model()
--- local x = model:variables(2, { kind = "integer", upper = 3 })
--- local row = model:constrain(2 * x[1] + x[2], "<=", 4)
--- local variables, coefficients = model:terms(row)
--- print(model:kind(variables[1]), coefficients[1], model:text(row)) --> integer	2.0	r1: 2.0 x1 + x2 <= 4.0
--- ```
---@param of vnn.Constraint|vnn.Expression|vnn.Variable
---@return vnn.Variables variables
---@return vnn.Tensor coefficients
function Model:terms(of) end

--- The objective; `model.sense` says what is done with it.
---@return vnn.Expression
function Model:objective() end

--- A row, a special ordered set or an indicator as people write it.
---@param of vnn.Constraint|vnn.Construct
---@return string
function Model:text(of) end

---@class vnn.Model.Scale what the network sees is (x - input_offset) / input_factor, what it says y * output_factor +
---  output_offset
---@field input_offset? number|number[]|vnn.Tensor one for all or one each (default: 0)
---@field input_factor? number|number[]|vnn.Tensor none of them 0 (default: 1)
---@field output_offset? number|number[]|vnn.Tensor (default: 0)
---@field output_factor? number|number[]|vnn.Tensor (default: 1)

---@class vnn.Model.EmbedOptions
---@field name? string begins the names of the block's columns and rows (default: "network" and a number)
---@field outputs? vnn.Variables|vnn.Variable[] variables that exist, tied to the outputs (default: new ones)
---@field bounds? string|vnn.Bounds how preactivations are bounded over the box of the inputs' bounds, one of
---  `verify.bound_methods`; "rows" takes what the model's rows imply for the inputs by linear programs, too; or
--- bounds of
---  your own, which are taken at their word (default: "backward")
---@field time_limit_s? number seconds for the linear programs of "rows" (default: 10)
---@field formulation? string how an undecided neuron becomes rows, one of `milp.formulations` (default: "big_m")
---@field partitions? integer parts of a neuron of "partition", from 2 on (default: 2)
---@field scale? vnn.Model.Scale units of inputs and outputs, folded into the first and the last layer

--- Puts a network into the model, as rows that say y = network(x): for one row of inputs, or for each of a batch.
---
--- The inputs may be any variables of the model with finite bounds: whole ones, fixed ones, columns that were read
--- from a
--- file, outputs of another block. A batch whose rows have equal bounds shares preactivation bounds. The block holds
--- for
--- the inputs' bounds as they are now: narrower ones are fine later, wider ones are an error at the next solve. After
--- every
--- solve the network itself is run at the point's inputs; where the model's outputs differ by more than 1e-5 of their
--- size, `solution.warnings` says so.
---
--- ```lua
--- local milp, nn = require "vnn.milp", require "vnn.nn"
--- local network = nn.mlp({ 2, 8, 1 }, { seed = 1 })
--- local model = milp.model "own"
--- local x = model:variables(2, { kind = "integer", upper = 3 })
--- local sold = model:embed(network, x, { name = "sold", scale = { input_factor = 3 } })
--- model:constrain(x[1] + x[2], "<=", 4)
--- model:maximize(sold.outputs[1] - 0.1 * x[1])
--- local solution = assert(model:solve())
--- print(sold) --> Block(sold: Network(2 -> 8 -> 1), 1 binaries, 7 stable, 8 columns, 8 rows)
--- print(solution.status, sold:error(solution) < 1e-9) --> optimal	true
--- ```
---@param network vnn.Network
---@param inputs vnn.Variables|vnn.Variable[] as many as the network has inputs, or rows x inputs
---@param options? vnn.Model.EmbedOptions
---@return vnn.Block
function Model:embed(network, inputs, options) end

--- The networks in the model, in the order in which they were embedded. Blocks of a copy are the copy's own: replacing
--- one there leaves the original as it is.
---@return vnn.Block[]
function Model:blocks() end

--- A point with the columns of all blocks filled in by forward passes from their inputs, in the order in which they
--- were
--- embedded; all other columns stay as they are.
---@param point vnn.Tensor|number[] one number per column
---@return vnn.Tensor
function Model:complete(point) end

--- The model with every network replaced by the affine map that it is around a point: a linear program, or a small MILP
--- where variables of your own are whole. `vnn.surrogate` looks for good points with it. It accepts this model's
--- handles.
---@param point vnn.Tensor|number[] one number per column, of which only those of the blocks' inputs are looked at
---@return vnn.Model
function Model:piece(point) end

--- A network in a model; `Model:embed` makes it.
---@class vnn.Block
---@field name string
---@field inputs vnn.Variables inputs, or rows x inputs
---@field outputs vnn.Variables outputs, or rows x outputs
---@field switches vnn.Variables the binaries of undecided neurons, of one row after the other
---@field constraints vnn.Constraints the rows that it added
---@field network vnn.Network a copy, with the scale folded in
---@field bounds vnn.Bounds|vnn.Bounds[] of the preactivations; of a batch one for each row
---@field record { columns: integer, binaries: integer, rows: integer, entries: integer, stable: integer, layers:
---  table[] }
---  what was added; `stable` neurons cost no binary
local Block = {}

--- The rows that the block added, as people write them.
---@return string[]
function Block:rows() end

--- The largest |network(x) - y| at a solution or a point of the model; nil for a solution without a point.
---@param at vnn.Solution|vnn.Tensor|number[]
---@return number?
function Block:error(at) end

--- A point with the block's own columns filled in by a forward pass from its inputs; all others stay as they are.
---@param point vnn.Tensor|number[] one number per column of the model
---@return vnn.Tensor
function Block:complete(point) end

--- Puts another network in the place of the block's: the variables of inputs and outputs stay, everything between is
--- made anew. A pruned copy in the place of the dense network makes the surrogate's model.
---@param network vnn.Network with as many inputs and outputs
---@param options? { bounds?: string|vnn.Bounds, time_limit_s?: number } as for `Model:embed` (default: as before)
---@return vnn.Block self
function Block:replace(network, options) end

--- Removes the block with its columns and rows. An error names what still uses its outputs.
function Block:remove() end

--- A model with the same content that changes independently and accepts the same handles.
---@param name? string (default: the same)
---@return vnn.Model
function Model:copy(name) end

--- A copy in which every variable is continuous (a semicontinuous one with all between 0 and its bounds), without
--- special ordered sets and indicators. Its solution has duals.
---@return vnn.Model
function Model:relaxation() end

--- Writes LP format if the name ends in `.lp` or `.lp.gz`, otherwise free MPS; gzipped if it ends in `.gz`. Columns and
--- rows keep their order and their names, which are made unique; what some reader does not allow in a name becomes `_`.
--- Numbers are read as they were. GLPK refuses OBJSENSE, so MPS files hold a maximised objective with the opposite sign
--- and a comment that `milp.read` understands. In LP files a row with two sides is two rows.
---@param path string
---@return true? done nil when the file cannot be written
---@return string? message
function Model:write(path) end

---@class vnn.Model.SolutionClaims
---@field status string? in the file's own words
---@field objective number?
---@field open integer how many variables the file gives no value for
---@field unknown_names string[] names in the file that no variable has

--- A point from a file, as HiGHS (all styles), SCIP, Gurobi (also `.mst`), GLPK or MIPLIB write it, by the names of the
--- variables or, where the file has none, by their order. It starts a solve as it is: values that the file leaves open
--- are NaN there, which a start takes for values that are to be found. What the file claims is a claim; what the point
--- is worth, `Model:violation` and `Model:objective_value` say.
---
--- ```lua
--- local milp, system = require "vnn.milp", require "vnn.system"
--- local folder <close> = system.temporary_folder()
--- local model = milp.model()
--- local x = model:variables(2, { kind = "integer", upper = 3, prefix = "x" })
--- model:constrain(x[1] + x[2], "<=", 5)
--- model:maximize(x[1] + 2 * x[2])
--- assert(model:solve():write(folder.path .. "/best.sol"))
--- local point, claims = assert(model:read_solution(folder.path .. "/best.sol"))
--- print(point[1], point[2], claims.status, model:violation(point).largest) --> 2.0	3.0	Optimal	0.0
--- print(model:solve({ start = point }).start_used) --> true
--- ```
---@param path string
---@return vnn.Tensor? point one number per column, NaN where the file says none; nil when it holds no point
---@return vnn.Model.SolutionClaims|string claims or the message
function Model:read_solution(path) end

---@class vnn.Model.Statistics
---@field columns integer
---@field continuous integer
---@field integers integer binaries not included
---@field binaries integer
---@field semicontinuous integer
---@field semiintegers integer
---@field fixed integer variables whose bounds are equal
---@field rows integer
---@field equalities integer rows whose bounds are equal
---@field entries integer
---@field sos1 integer special ordered sets of type 1
---@field sos2 integer special ordered sets of type 2
---@field indicators integer
---@field smallest_coefficient number? least magnitude of an entry
---@field largest_coefficient number? greatest magnitude of an entry
---@field warnings string[] what may make a solver's answer unreliable

--- Counts and ranges.
---@return vnn.Model.Statistics
function Model:statistics() end

---@class vnn.Model.Violation
---@field bounds number largest violation of a variable's bound, relative to bounds larger than 1
---@field rows number likewise of a row's bound
---@field integrality number largest distance of an integer variable from a whole number
---@field constructs number largest distance of what has to be 0 from it, for semicontinuous variables (or from their
---  bound) and special ordered sets, and violation of an indicator's row, relative to numbers larger than 1
---@field largest number of the four

--- How far a point is from satisfying the model.
---@param point vnn.Tensor|number[] one number for each column
---@return vnn.Model.Violation
function Model:violation(point) end

--- The objective at a point.
---@param point vnn.Tensor|number[] one number for each column
---@return number
function Model:objective_value(point) end

--- The value of a row's left side at a point.
---@param constraint vnn.Constraint
---@param point vnn.Tensor|number[] one number for each column
---@return number
function Model:activity(constraint, point) end

--- The least and the greatest value of an expression within the variables' bounds, rounded outward.
---@param expression vnn.Expression|vnn.Variable|number
---@return number lower
---@return number upper
function Model:range(expression) end

--- All variables in the order of their columns.
---@return vnn.Variables
function Model:all_variables() end

--- All rows in order.
---@return vnn.Constraints
function Model:all_constraints() end

--- The first variable of a name.
---@param name string
---@return vnn.Variable? nil when there is none
function Model:find_variable(name) end

--- The first row of a name.
---@param name string
---@return vnn.Constraint? nil when there is none
function Model:find_constraint(name) end

--- The name that was given, or the made-up one.
---@param handle vnn.Variable|vnn.Constraint|vnn.Construct
---@return string
function Model:name_of(handle) end

--- A point: numbers for all columns, a solution, or values for some variables, for which the others are solved for.
---@alias vnn.milp.Point vnn.Tensor|number[]|vnn.Solution|vnn.milp.PartialPoint

---@class vnn.milp.PartialPoint
---@field variables vnn.Variables|vnn.Variable[]
---@field values number|number[]|vnn.Tensor one for all or one each

---@class vnn.milp.SolveOptions
---@field solver? string (default: "glpk")
---@field time_limit_s? number seconds (default: no limit)
---@field limit_in? "wall"|"processor" which seconds `time_limit_s` counts; those of the processor do not depend on what
---  else the machine does, and are looked at wherever the solver calls back (default: "wall")
---@field node_limit? integer branch-and-bound nodes (default: no limit)
---@field gap_relative? number stop when |objective - bound| is at most this share of |objective| (default: 0)
---@field gap_absolute? number stop when |objective - bound| is at most this (default: 0)
---@field objective_stop? number stop as soon as a point is at least this good (default: never)
---@field bound_stop? number stop as soon as no point can be better than this (default: never)
---@field threads? integer the most that the solver may use, up to 1024; HiGHS starts no more than there are processors
---  (default: 1)
---@field seed? integer of the solver's random choices, where it makes any (default: the solver's own)
---@field log? boolean print the solver's progress on standard error (default: false)
---@field presolve? boolean the solver's presolve; GLPK's hides the columns from callbacks (default: its choice)
---@field isolate? boolean whether the solver works in a process of its own, which is killed where it would not end
---  (default: for HiGHS where it may never answer, as with integers of more than 10,000 values, and for SCIP where a
---  round of presolve may outlast the limit; the process takes some 10 ms, a second for a million entries)
---@field options? table<string, string|number|boolean> in the solver's own names: `{ mir_cuts = "on" }`; the
---  solution then proves nothing, since tolerances are among them
---@field start? vnn.milp.Point to begin with; ignored if it violates the model, see `solution.start_used`
---@field on_incumbent? fun(event: vnn.SolveEvent): vnn.milp.Answer? every better point, exactly once
---@field on_relaxation? fun(event: vnn.SolveEvent): vnn.milp.Answer? every node's solved relaxation (GLPK, SCIP); where
---  lazy rows are announced, every candidate too, whoever found it, before it counts
---@field on_progress? fun(event: vnn.SolveEvent): vnn.milp.Answer? a sign of life, at most ten a second
---@field answers? vnn.milp.AnswerKind[] what callbacks may answer (default: stop and submit, where the solver can)

--- What callbacks may answer must be announced: solvers prepare for it, and refuse what they lack before the solve.
---@alias vnn.milp.AnswerKind "stop"|"submit"|"lazy_rows"|"cuts"|"branch"

--- What a callback may answer: nothing, `"stop"`, or a table of these.
---@alias vnn.milp.Answer "stop"|vnn.milp.Answers

---@class vnn.milp.Answers
---@field stop? boolean end the solve and keep the incumbent
---@field submit? vnn.milp.Point checked first; what violates the model is counted in `solution.rejected_points`
---@field lazy_rows? vnn.milp.Row[] enforced from now on, for every point; to `on_relaxation` only, which is asked about
---  start points, submitted points and all that the solver finds, and `on_incumbent` sees only points that passed
---@field cuts? vnn.milp.Row[] cut off fractional points, but no feasible one; to `on_relaxation` only
---@field branch? vnn.Variable an integer one, fractional at the node; to `on_relaxation` only
---@field first? "up"|"down"|"either" which half of the branching comes first (default: "either")

--- What can stand on a side of a row.
---@alias vnn.milp.Side vnn.Expression|vnn.Variable|number

--- A row: `{ x[1] + x[2], "<=", 1 }`.
---@alias vnn.milp.Row { [1]: vnn.milp.Side, [2]: "<="|"=="|">=", [3]: vnn.milp.Side }

--- Solves the model. An error in a callback ends the solve and is raised here; Ctrl-C ends it with the incumbent kept.
--- Within a callback other models may be solved, but not this one.
---
--- ```lua
--- local milp = require "vnn.milp"
--- local model = milp.model()
--- local x = model:variables(3, { kind = "binary" })
--- model:constrain(x:sum(), "<=", 2)
--- model:maximize(x:dot { 3, 2, 2 })
--- local solution = model:solve {
---   on_incumbent = function(event)
---     if event.objective >= 3 then return "stop" end
---   end,
--- }
--- print(solution.status, solution.has_point) --> stopped	true
--- ```
---@param options? vnn.milp.SolveOptions
---@return vnn.Solution? solution nil when the solver is not on this machine
---@return string? message with the command that gets it
function Model:solve(options) end

---@class vnn.milp.Incumbent
---@field seconds number wall seconds since the solve began
---@field objective number
---@field nodes integer

--- What a solve found out. `status` is "optimal" (within the gaps asked for), "feasible" (there is a point; the
--- objective stop was reached or the solver gave up), "infeasible", "unbounded", "limit" (of time, nodes or the bound
--- stop) or "stopped" (by a callback or Ctrl-C).
---@class vnn.Solution
---@field status "optimal"|"feasible"|"infeasible"|"unbounded"|"limit"|"stopped"
---@field has_point boolean
---@field objective number? of the best point
---@field bound number? no feasible point is better
---@field gap number? |objective - bound| / |objective|
---@field nodes integer branch-and-bound nodes; 0 for a linear program
---@field iterations integer of the simplex method
---@field seconds number wall seconds, loading included
---@field processor_seconds number of the process in that time
---@field solver string
---@field accepted_points integer submitted points that the solver could use
---@field rejected_points integer submitted points that violated the model
---@field start_used boolean? whether the start point satisfied the model; nil without one
---@field added_rows integer lazy rows and cuts that callbacks added
---@field warnings string[] trouble, in sentences
---@field incumbents vnn.milp.Incumbent[] every better point in order
---@field row_duals vnn.Tensor? of a linear program, per row: how much the objective grows per unit of its right side
---@field reduced_costs vnn.Tensor? of a linear program, per column: how much it grows per unit of the variable
local Solution = {}

--- The values of variables at the best point, in their shape.
---@param variables vnn.Variables|vnn.Variable[]|vnn.Variable
---@return vnn.Tensor? nil without a point
function Solution:values(variables) end

--- The value of a variable or an expression at the best point.
---@param expression vnn.Expression|vnn.Variable|number
---@return number? nil without a point
function Solution:value(expression) end

--- The best point, one number for each column.
---@return vnn.Tensor? nil without a point
function Solution:point() end

--- Writes the point with the names that an MPS file of the model has; gzipped if the name ends in `.gz`. HiGHS, SCIP
--- and Gurobi read it as a start, in their own style, and `Model:read_solution` in all of them.
---@param path string
---@param options? { style?: "highs"|"scip"|"gurobi" } (default: "gurobi" if the name ends in `.mst`, otherwise "highs")
---@return true? done nil when the file cannot be written
---@return string? message
function Solution:write(path, options) end

--- The dual value of a row.
---@param constraint vnn.Constraint
---@return number? nil unless a linear program was solved to optimality
function Solution:dual(constraint) end

--- The dual values of rows.
---@param constraints vnn.Constraints|vnn.Constraint[]|vnn.Constraint
---@return vnn.Tensor? nil unless a linear program was solved to optimality
function Solution:duals(constraints) end

--- The reduced cost of a variable.
---@param variable vnn.Variable
---@return number? nil unless a linear program was solved to optimality
function Solution:reduced_cost(variable) end

--- What happened during a solve. It is alive until the callback returns; then its point and bound cannot be read, but
--- what has been read can be kept.
---@class vnn.SolveEvent
---@field kind "incumbent"|"relaxation"|"progress"
---@field seconds number wall seconds since the solve began
---@field objective number? of the new point, of the node's relaxation, or of the best point so far for "progress"
---@field incumbent_objective number? of the best point so far
---@field bound number? no feasible point is better; looked up when it is read
---@field nodes integer branch-and-bound nodes so far
---@field iterations integer simplex iterations so far, 0 where the solver does not tell
---@field depth integer of the current node, 0 at the root and where it is unknown
---@field is_alive boolean whether the callback is still running
local SolveEvent = {}

--- The values of variables at the event's point, in their shape, copied now; "progress" has no point.
---@param variables vnn.Variables|vnn.Variable[]|vnn.Variable
---@return vnn.Tensor
function SolveEvent:values(variables) end

--- The value of a variable or an expression at the event's point.
---@param expression vnn.Expression|vnn.Variable|number
---@return number
function SolveEvent:value(expression) end

--- The event's point, one number for each column.
---@return vnn.Tensor
function SolveEvent:point() end

return milp
