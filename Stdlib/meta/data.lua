---@meta vnn.data
error 'this file only describes vnn.data to editors; write require "vnn.data"'

--- Examples to learn from: pictures or rows of numbers, each with its class or with real targets. A class is a position
--- from 1 to `#dataset.classes`, and `dataset.classes[class]` is its name.
---
--- ```lua
--- local data = require "vnn.data"
--- local digits = assert(data.load("digits", { side = 18 }))
--- print(digits.inputs, #digits.classes) --> 324	10
--- for images, labels in digits:subset(1, 100):batches(64) do
---   print(images.shape[1], #labels)
---   --> 64	64
---   --> 36	36
--- end
--- ```
local data = {}

--- The sets that `data.load` knows: `digits`, which is drawn and needs no files, `mnist` and `fashion`.
---@type string[]
data.names = {}

---@class vnn.data.LoadOptions
---@field split? "train"|"test" (default: "train"); of a file, any name
---@field side? integer pixels along a side, 1 to 1024; not 28: by Pillow's bilinear resize (default: 28)
---@field root? string folder that holds `mnist/train-images-idx3-ubyte.gz` and its kind (default: `$VNNLUA_DATA`, else
--- where `vnnlua run fetch-data` puts the files)
---@field targets? string|string[] of a file: the columns to predict
---@field label? string of a file, in place of targets: the column whose values are the names of the classes
---@field inputs? string|string[] of a file: the columns that go in, in this order (default: all others)
---@field separator? string of a CSV file: the character between fields (default: ",")
---@field name? string of a file: what the set is called (default: the file's name)

--- A data set known by name, or rows of numbers in a file. The files of `mnist` and `fashion` are checked against their
--- SHA-256. A file is
---
--- - `.csv`: the first line names the columns; fields may be quoted, empty lines are passed over. Columns that are not
---   asked for may hold anything.
--- - `.npz` or `.safetensors`: an array of `count` numbers is a column, one of `count x columns` several of one name.
---
--- ```lua
--- local data, system = require "vnn.data", require "vnn.system"
--- system.write_file("houses.csv", "area,rooms,town,price\n90,3,Bonn,310\n120,4,Jena,275.5\n")
--- local houses = assert(data.load("houses.csv", { inputs = { "rooms", "area" }, targets = "price" }))
--- print(houses, houses:images()) --> Dataset(houses.csv train, 2 rows of 2 numbers, 1 target)	Tensor 2x2
---                                --> [[  3,  90],
---                                -->  [  4, 120]]
--- print(data.load("houses.csv", { targets = "prize" }))
--- --> nil	houses.csv: no column "prize"; did you mean "price"; it has area, rooms, town, price
--- print(data.load("houses.csv", { targets = "price" }))
--- --> nil	houses.csv:2: column "town": expected a finite number, got "Bonn"
--- ```
---@param name "digits"|"mnist"|"fashion"|string a name, or the path of a file
---@param options? vnn.data.LoadOptions
---@return vnn.Dataset? dataset nil when a file is missing or damaged, has no such column, or values that are no finite
---  numbers
---@return string? message naming the file, and the line and the column
function data.load(name, options) end

---@class vnn.data.RowOptions: vnn.data.OwnOptions
---@field classes? true|string[] the targets are classes from 1, perhaps with these names (default: real targets)
---@field input_names? string[] (default: none)
---@field target_names? string[] (default: none)

--- A data set of rows of numbers, with real targets or, by an option, with classes. The numbers are copied.
---
--- ```lua
--- local data, tensor = require "vnn.data", require "vnn.tensor"
--- local x = tensor.from { { 1, 10 }, { 2, 20 }, { 3, 30 } }
--- print(data.from_rows(x, tensor.from { 0.5, 1.5, 2.5 })) --> Dataset(own train, 3 rows of 2 numbers, 1 target)
--- print(data.from_rows(x, { 1, 2, 1 }, { classes = { "no", "yes" } }))
--- --> Dataset(own train, 3 rows of 2 numbers, 2 classes)
--- ```
---@param rows vnn.Tensor count x inputs, or a vector for one input
---@param targets vnn.Tensor|number[]|integer[] count x outputs, or a vector for one target; with classes a vector
---@param options? vnn.data.RowOptions
---@return vnn.Dataset
function data.from_rows(rows, targets, options) end

---@class vnn.data.OwnOptions
---@field name? string (default: "own")
---@field split? string (default: "train")
---@field classes? string[] names of the classes (default: "0", "1", … up to the greatest label)

---@class vnn.data.TensorOptions: vnn.data.OwnOptions
---@field rows? integer rows of pixels per image (default: square where the number of inputs is a square, else 1)

--- A data set from a tensor of images.
---@param images vnn.Tensor count x inputs or count x rows x columns, 0 to 1; kept as bytes, so rounded to 1/255
---@param labels integer[]|vnn.Tensor the class of every image, from 1
---@param options? vnn.data.TensorOptions
---@return vnn.Dataset
function data.from_tensors(images, labels, options) end

--- A data set from two IDX files of unsigned bytes, gzipped or not; a label byte of 0 is class 1.
---@param images_path string file with three axes: count, rows, columns
---@param labels_path string file with one axis
---@param options? vnn.data.OwnOptions
---@return vnn.Dataset? dataset nil when a file is missing or damaged
---@return string? message
function data.from_idx(images_path, labels_path, options) end

--- Examples and their classes or targets. Pictures are kept as bytes; numbers, `byte / 255`, are made of them when
--- asked for. Rows of numbers are kept as they are: an image of them is a row. `#dataset` is the number of examples.
---@class vnn.Dataset
---@field name string
---@field split string
---@field count integer number of examples
---@field inputs integer pixels per image or numbers per row: inputs of a network
---@field outputs integer number of classes or of targets: outputs of a network
---@field rows integer of pixels; 1 for rows of numbers
---@field columns integer of pixels; `inputs` for rows of numbers
---@field classes string[] names, by class; empty where there are real targets
---@field input_names string[] of rows of numbers; empty where there are none
---@field target_names string[] empty where there are none
local Dataset = {}

--- The inputs of one example: the pixels of an image, row by row, from 0 to 1; or the numbers of a row.
---@param position integer 1 to count
---@return vnn.Tensor
function Dataset:image(position) end

--- The class of one example; an error where there are real targets.
---@param position integer 1 to count
---@return integer class 1 to `#classes`
function Dataset:label(position) end

--- The inputs of several examples, one per row: count x inputs.
---@param first? integer (default: 1)
---@param last? integer (default: the last)
---@return vnn.Tensor
function Dataset:images(first, last) end

--- The classes of several examples; an error where there are real targets.
---@param first? integer (default: 1)
---@param last? integer (default: the last)
---@return integer[]
function Dataset:labels(first, last) end

--- The real targets of several examples, one per row: count x outputs; an error where there are classes.
---@param first? integer (default: 1)
---@param last? integer (default: the last)
---@return vnn.Tensor
function Dataset:targets(first, last) end

---@class vnn.data.BatchOptions
---@field random? vnn.Random draws the order when the loop begins (default: the order of the set)

--- An iterator over inputs, batch x inputs, and their classes or targets, batch x outputs; the last batch may be
--- smaller.
---@param size integer at least 1
---@param options? vnn.data.BatchOptions
---@return fun(): vnn.Tensor?, integer[]|vnn.Tensor
function Dataset:batches(size, options) end

--- Some of the examples as a set of their own.
---@param first integer|integer[] the first position, or all positions, repeats allowed
---@param last? integer (default: the last)
---@return vnn.Dataset
function Dataset:subset(first, last) end

--- The same examples in another order.
---@param random vnn.Random
---@return vnn.Dataset
function Dataset:shuffle(random) end

--- The same images scaled to `side` x `side` pixels as Pillow's antialiased bilinear resize does; an error for
--- rows of numbers.
---@param side integer 1 to 1024
---@return vnn.Dataset
function Dataset:resize(side) end

return data
