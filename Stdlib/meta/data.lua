---@meta vnn.data
error 'this file only describes vnn.data to editors; write require "vnn.data"'

--- Labelled pictures. A class is a position from 1 to `#dataset.classes`, and `dataset.classes[class]` is its name.
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
---@field split? "train"|"test" (default: "train")
---@field side? integer pixels along a side, 1 to 1024; not 28: by Pillow's bilinear resize (default: 28)
---@field root? string folder that holds `mnist/train-images-idx3-ubyte.gz` and its kind (default: `$VNNLUA_DATA`, else
--- where `Scripts/fetch-data` puts the files)

--- A data set known by name. The files of `mnist` and `fashion` are checked against their SHA-256.
---@param name "digits"|"mnist"|"fashion"
---@param options? vnn.data.LoadOptions
---@return vnn.Dataset? dataset nil when a file is missing or damaged
---@return string? message
function data.load(name, options) end

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

--- Images as bytes and their classes; numbers, `byte / 255`, are made of them when they are asked for. `#dataset` is
--- the number of images.
---@class vnn.Dataset
---@field name string
---@field split string
---@field count integer number of images
---@field inputs integer pixels per image: inputs of a network
---@field rows integer
---@field columns integer
---@field classes string[] names, by class
local Dataset = {}

--- The pixels of one image, row by row: a vector of `inputs` numbers from 0 to 1.
---@param position integer 1 to count
---@return vnn.Tensor
function Dataset:image(position) end

--- The class of one image.
---@param position integer 1 to count
---@return integer class 1 to `#classes`
function Dataset:label(position) end

--- Several images, one per row: count x inputs.
---@param first? integer (default: 1)
---@param last? integer (default: the last)
---@return vnn.Tensor
function Dataset:images(first, last) end

--- The classes of several images.
---@param first? integer (default: 1)
---@param last? integer (default: the last)
---@return integer[]
function Dataset:labels(first, last) end

---@class vnn.data.BatchOptions
---@field random? vnn.Random draws the order when the loop begins (default: the order of the set)

--- An iterator over images, batch x inputs, and their classes; the last batch may be smaller.
---@param size integer at least 1
---@param options? vnn.data.BatchOptions
---@return fun(): vnn.Tensor?, integer[]
function Dataset:batches(size, options) end

--- Some of the images as a set of their own.
---@param first integer|integer[] the first position, or all positions, repeats allowed
---@param last? integer (default: the last)
---@return vnn.Dataset
function Dataset:subset(first, last) end

--- The same images in another order.
---@param random vnn.Random
---@return vnn.Dataset
function Dataset:shuffle(random) end

--- The same images scaled to `side` x `side` pixels as Pillow's antialiased bilinear resize does.
---@param side integer 1 to 1024
---@return vnn.Dataset
function Dataset:resize(side) end

return data
