---@meta vnn.tensor
error 'this file only describes vnn.tensor to editors; write require "vnn.tensor"'

--- Arrays of Float64 in row-major order. Positions count from 1. Shapes stretch to each other as in NumPy: sizes are
--- matched from the last axis, and 1 fits everything. Axes count from 1, or from -1 for the last.
---
--- ```lua
--- local tensor = require "vnn.tensor"
--- local x = tensor.from { { 1, 2, 3 }, { 4, 5, 6 } }
--- print(x:sum(), (x * 2)[2][3], x:mean(2)[1]) --> 21.0	12.0	2.0
--- x:select(2, 1):fill_(0)
--- print(x)
--- --> Tensor 2x3
--- --> [[0, 2, 3],
--- -->  [0, 5, 6]]
--- ```
local tensor = {}

--- Zeros.
---@param shape integer|integer[] sizes along each axis, as a table or one by one: `zeros { 3, 4 }`, `zeros(3, 4)`
---@param ... integer
---@return vnn.Tensor
function tensor.zeros(shape, ...) end

--- Ones.
---@param shape integer|integer[] as for `zeros`
---@param ... integer
---@return vnn.Tensor
function tensor.ones(shape, ...) end

--- One number everywhere.
---@param shape integer[]
---@param value number
---@return vnn.Tensor
function tensor.full(shape, value) end

--- The numbers from `first` in steps of `step` before `last`; with one argument from 0 before it, as in NumPy.
---@param first number
---@param last? number
---@param step? number not 0 (default: 1)
---@return vnn.Tensor
function tensor.arange(first, last, step) end

--- Numbers at equal distances, both ends included.
---@param first number
---@param last number
---@param count integer
---@return vnn.Tensor
function tensor.linspace(first, last, count) end

--- Ones on the diagonal.
---@param rows integer
---@param columns? integer (default: rows)
---@return vnn.Tensor
function tensor.eye(rows, columns) end

--- A tensor of nested sequences of equal lengths, or of a number alone.
---@param values number|table
---@return vnn.Tensor
function tensor.from(values) end

--- A generator of random numbers; the algorithm is xoshiro256++.
---@param seed integer
---@return vnn.Random
function tensor.random(seed) end

--- The matrix product. A vector counts as a row on the left and as a column on the right, and its axis vanishes; axes
--- before the last two are batches.
---@param a vnn.Tensor … x rows x inner
---@param b vnn.Tensor … x inner x columns
---@return vnn.Tensor
function tensor.matmul(a, b) end

--- The sum of the products of two vectors' elements.
---@param a vnn.Tensor
---@param b vnn.Tensor of the same size
---@return number
function tensor.dot(a, b) end

--- The products of every element of one vector with every element of the other.
---@param a vnn.Tensor rows
---@param b vnn.Tensor columns
---@return vnn.Tensor rows x columns
function tensor.outer(a, b) end

--- Tensors of one shape side by side along a new axis.
---@param tensors vnn.Tensor[] at least one
---@param axis? integer (default: 1)
---@return vnn.Tensor
function tensor.stack(tensors, axis) end

--- Tensors one after the other along an axis.
---@param tensors vnn.Tensor[] at least one; the other sizes agree
---@param axis? integer (default: 1)
---@return vnn.Tensor
function tensor.concat(tensors, axis) end

--- Elements of `a` where `condition` is not 0, and of `b` where it is.
---@param condition vnn.Tensor
---@param a vnn.Tensor|number
---@param b vnn.Tensor|number
---@return vnn.Tensor
function tensor.where(condition, a, b) end

--- The smaller elements; NaN if either is NaN.
---@param a vnn.Tensor|number
---@param b vnn.Tensor|number
---@return vnn.Tensor
function tensor.minimum(a, b) end

--- The greater elements; NaN if either is NaN.
---@param a vnn.Tensor|number
---@param b vnn.Tensor|number
---@return vnn.Tensor
function tensor.maximum(a, b) end

--- The most threads that one matrix product may use; small products use one. Results with different counts may differ
--- in the last digits.
---@param count? integer 1 to 1024 sets it (default: leave it; at first the processors, or `$OPENBLAS_NUM_THREADS`)
---@return integer count
function tensor.threads(count) end

--- Writes named tensors to a safetensors or NumPy file, whole or not at all.
---@param path string ending in .safetensors or .npz
---@param tensors table<string, vnn.Tensor>
---@return true? written nil when the file cannot be written
---@return string? message
function tensor.save(path, tensors) end

--- Reads a `.npy` file, or the named tensors of a `.safetensors` or `.npz` file; numbers of any type become Float64.
---@param path string ending in .npy, .npz or .safetensors
---@return vnn.Tensor|table<string, vnn.Tensor>|nil content nil when the file is missing or damaged
---@return string? message
function tensor.load(path) end

--- A view of numbers, which other tensors may share. `x[2]` is the second number of a vector, or a view of what lies
--- there along the first axis; `x[2] = …` writes it. `#x` is the size of the first axis; `pairs(x)` goes through it.
--- `+ - * / ^` work element by element with stretching, numbers on either side; `==` compares shapes and elements.
--- Methods that end in `_` work in place and return the tensor itself; all others leave it as it is.
---@class vnn.Tensor
---@field shape integer[] size along each axis; empty for a scalar
---@field count integer number of elements
---@field rank integer number of axes
---@field [integer] number|vnn.Tensor
---@operator add(vnn.Tensor|number): vnn.Tensor
---@operator sub(vnn.Tensor|number): vnn.Tensor
---@operator mul(vnn.Tensor|number): vnn.Tensor
---@operator div(vnn.Tensor|number): vnn.Tensor
---@operator pow(vnn.Tensor|number): vnn.Tensor
---@operator unm: vnn.Tensor
---@operator len: integer
local Tensor = {}

--- One element.
---@param ... integer a position for every axis
---@return number
function Tensor:at(...) end

--- Replaces one element.
---@param ... number a position for every axis, then the number
---@return vnn.Tensor self
function Tensor:set_(...) end

--- The only element.
---@return number
function Tensor:item() end

--- Replaces every element.
---@param value number
---@return vnn.Tensor self
function Tensor:fill_(value) end

--- Replaces the elements by those of another tensor, stretched to this shape; the two may share memory.
---@param source vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:assign_(source) end

--- The numbers, at most 2^26, as nested Lua tables, or a number for a scalar.
---@return table|number
function Tensor:table() end

--- A tensor with memory of its own.
---@return vnn.Tensor
function Tensor:copy() end

--- The same elements in row-major order under another shape; a view where the layout allows it, else a copy.
---@param shape integer|integer[] as a table or one by one; one size may be -1: what is left
---@param ... integer
---@return vnn.Tensor
function Tensor:reshape(shape, ...) end

--- All elements along one axis; a view where the layout allows it, else a copy.
---@return vnn.Tensor
function Tensor:flatten() end

--- A view without axes of size 1.
---@param axis? integer only this one (default: all)
---@return vnn.Tensor
function Tensor:squeeze(axis) end

--- A view with an axis of size 1 inserted.
---@param axis integer where it will be; -1 appends it
---@return vnn.Tensor
function Tensor:unsqueeze(axis) end

--- A view with two axes exchanged.
---@param first? integer (default: -2)
---@param second? integer (default: -1)
---@return vnn.Tensor
function Tensor:transpose(first, second) end

--- A view with the axes in another order.
---@param axes integer|integer[] every axis once, as a table or one by one; negative ones count from the last
---@param ... integer
---@return vnn.Tensor
function Tensor:permute(axes, ...) end

--- A copy stretched to a shape.
---@param shape integer|integer[] as a table or one by one
---@param ... integer
---@return vnn.Tensor
function Tensor:broadcast(shape, ...) end

--- A view of what lies at a position along an axis, without that axis.
---@param axis integer
---@param position integer
---@return vnn.Tensor
function Tensor:select(axis, position) end

--- A view of some positions along an axis.
---@param axis integer
---@param first? integer negative ones count from the end, as in `string.sub` (default: 1)
---@param last? integer included, likewise (default: -1)
---@param step? integer at least 1 (default: 1)
---@return vnn.Tensor
function Tensor:slice(axis, first, last, step) end

--- Writes the tensor to a file, whole or not at all; in a safetensors file it is named `tensor`.
---@param path string ending in .npy or .safetensors
---@return true? written nil when the file cannot be written
---@return string? message
function Tensor:save(path) end

---@class vnn.tensor.PictureOptions
---@field black? number what is drawn black (default: 0)
---@field white? number what is drawn white (default: 1)

---@class vnn.tensor.PNGOptions: vnn.tensor.PictureOptions
---@field scale? integer pixels of the file per element, across and down, 1 to 100 (default: 1)

--- Writes a PNG picture: greys from a matrix or from a vector that fills a square, colours from rows x columns x 3.
---@param path string
---@param options? vnn.tensor.PNGOptions
---@return true? written nil when the file cannot be written
---@return string? message
function Tensor:save_png(path, options) end

--- Greys for the terminal as text, from a matrix or from a vector that fills a square; several side by side.
---@param ... vnn.Tensor further pictures
---@return string
function Tensor:picture(...) end

--- Draws the tensor as greys in the terminal: a matrix, or a vector that fills a square.
---@param options? vnn.tensor.PictureOptions
function Tensor:show(options) end

--- Absolute values, element by element.
---@return vnn.Tensor
function Tensor:abs() end

--- `abs` in place.
---@return vnn.Tensor self
function Tensor:abs_() end

--- -1, 0 or 1, element by element.
---@return vnn.Tensor
function Tensor:sign() end

--- `sign` in place.
---@return vnn.Tensor self
function Tensor:sign_() end

--- The exponential, element by element.
---@return vnn.Tensor
function Tensor:exp() end

--- `exp` in place.
---@return vnn.Tensor self
function Tensor:exp_() end

--- The natural logarithm, element by element.
---@return vnn.Tensor
function Tensor:log() end

--- `log` in place.
---@return vnn.Tensor self
function Tensor:log_() end

--- Square roots, element by element.
---@return vnn.Tensor
function Tensor:sqrt() end

--- `sqrt` in place.
---@return vnn.Tensor self
function Tensor:sqrt_() end

--- Squares, element by element.
---@return vnn.Tensor
function Tensor:square() end

--- `square` in place.
---@return vnn.Tensor self
function Tensor:square_() end

--- What is positive, and 0 elsewhere, element by element.
---@return vnn.Tensor
function Tensor:relu() end

--- `relu` in place.
---@return vnn.Tensor self
function Tensor:relu_() end

--- Rounded down, element by element.
---@return vnn.Tensor
function Tensor:floor() end

--- `floor` in place.
---@return vnn.Tensor self
function Tensor:floor_() end

--- Rounded up, element by element.
---@return vnn.Tensor
function Tensor:ceil() end

--- `ceil` in place.
---@return vnn.Tensor self
function Tensor:ceil_() end

--- Rounded to the nearest integer, halves to the even one, element by element.
---@return vnn.Tensor
function Tensor:round() end

--- `round` in place.
---@return vnn.Tensor self
function Tensor:round_() end

--- The hyperbolic tangent, element by element.
---@return vnn.Tensor
function Tensor:tanh() end

--- `tanh` in place.
---@return vnn.Tensor self
function Tensor:tanh_() end

--- 1 / (1 + exp(-x)), element by element.
---@return vnn.Tensor
function Tensor:sigmoid() end

--- `sigmoid` in place.
---@return vnn.Tensor self
function Tensor:sigmoid_() end

--- 1 where the element is neither infinite nor NaN, else 0, element by element.
---@return vnn.Tensor
function Tensor:isfinite() end

--- `isfinite` in place.
---@return vnn.Tensor self
function Tensor:isfinite_() end

--- Adds `other`, stretched to this shape, in place.
---@param other vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:add_(other) end

--- Subtracts `other`, stretched to this shape, in place.
---@param other vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:sub_(other) end

--- Multiplies by `other`, stretched to this shape, in place.
---@param other vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:mul_(other) end

--- Divides by `other`, stretched to this shape, in place.
---@param other vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:div_(other) end

--- Raises to the power of `other`, stretched to this shape, in place.
---@param other vnn.Tensor|number
---@return vnn.Tensor self
function Tensor:pow_(other) end

--- 1 where element < other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:less(other) end

--- 1 where element <= other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:less_equal(other) end

--- 1 where element == other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:equal(other) end

--- 1 where element ~= other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:not_equal(other) end

--- 1 where element > other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:greater(other) end

--- 1 where element >= other, else 0.
---@param other vnn.Tensor|number
---@return vnn.Tensor
function Tensor:greater_equal(other) end

--- Limited to an interval; NaN stays.
---@param lower number
---@param upper number
---@return vnn.Tensor
function Tensor:clamp(lower, upper) end

--- `clamp` in place.
---@param lower number
---@param upper number
---@return vnn.Tensor self
function Tensor:clamp_(lower, upper) end

---@class vnn.tensor.ToleranceOptions
---@field relative? number (default: 1e-5)
---@field absolute? number (default: 1e-8)

--- Whether all elements satisfy |x - other| <= absolute + relative * |other|; NaN never does.
---@param other vnn.Tensor|number
---@param options? vnn.tensor.ToleranceOptions
---@return boolean
function Tensor:allclose(other, options) end

--- A function of every element, called in row-major order: for what no method does, at the speed of Lua.
---@param body fun(element: number): number
---@return vnn.Tensor
function Tensor:map(body) end

--- `tensor.matmul(self, other)`.
---@param other vnn.Tensor
---@return vnn.Tensor
function Tensor:matmul(other) end

--- `tensor.dot(self, other)`.
---@param other vnn.Tensor
---@return number
function Tensor:dot(other) end

--- `tensor.outer(self, other)`.
---@param other vnn.Tensor
---@return vnn.Tensor
function Tensor:outer(other) end

---@class vnn.tensor.KeepOptions
---@field keep? boolean whether the axis stays with size 1 (default: false)

--- The sum, of all elements or along an axis.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return number|vnn.Tensor
function Tensor:sum(axis, options) end

--- The mean, of all elements or along an axis.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return number|vnn.Tensor
function Tensor:mean(axis, options) end

--- The maximum; NaN if there is one, of all elements or along an axis.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return number|vnn.Tensor
function Tensor:max(axis, options) end

--- The minimum; NaN if there is one, of all elements or along an axis.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return number|vnn.Tensor
function Tensor:min(axis, options) end

--- A norm of all elements or along an axis.
---@param order? number 1, 2 or math.huge (default: 2)
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return number|vnn.Tensor
function Tensor:norm(order, axis, options) end

--- The position of the first greatest element, in row-major order or along an axis; NaN counts as greatest.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return integer|vnn.Tensor
function Tensor:argmax(axis, options) end

--- The position of the first least element, in row-major order or along an axis; NaN counts as least.
---@param axis? integer (default: all elements)
---@param options? vnn.tensor.KeepOptions
---@return integer|vnn.Tensor
function Tensor:argmin(axis, options) end

---@class vnn.tensor.SortOptions
---@field descending? boolean greatest first, NaN before all (default: false: least first, NaN last)

--- In order along an axis.
---@param axis? integer (default: -1)
---@param options? vnn.tensor.SortOptions
---@return vnn.Tensor
function Tensor:sort(axis, options) end

--- The positions from which `sort` takes the elements; equal ones stay in order.
---@param axis? integer (default: -1)
---@param options? vnn.tensor.SortOptions
---@return vnn.Tensor
function Tensor:argsort(axis, options) end

--- The greatest elements along an axis, greatest first, and their positions.
---@param count integer at most the size of the axis
---@param axis? integer (default: -1)
---@return vnn.Tensor values
---@return vnn.Tensor positions
function Tensor:top_k(count, axis) end

return tensor
