--- vnn.data: the drawn digits, parts of sets, batches, own data and what goes wrong.
local data = require "vnn.data"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails_here

-- The digits need no files; both splits are the same every time.
local train = assert(data.load("digits", { side = 18 }))
local test = assert(data.load("digits", { side = 18, split = "test" }))
check(train.name == "digits" and train.split == "train" and test.split == "test")
check(train.inputs == 324 and train.rows == 18 and train.columns == 18 and #train == train.count)
check(#train.classes == 10 and train.classes[1] == "0" and train.classes[10] == "9")
check(tostring(train):find("Dataset(digits train, ", 1, true), tostring(train))
check(assert(data.load("digits", { side = 18 })):image(5) == train:image(5))
check(table.concat(data.names, " ") == "digits mnist fashion")
local image = train:image(1)
check(image.rank == 1 and image.count == 324 and image:min() >= 0 and image:max() <= 1)

-- Images and labels, one, some, all.
check(train:images(3, 5)[1] == train:image(3) and train:images(3, 5).shape[1] == 3)
local labels = train:labels()
check(#labels == train.count and labels[7] == train:label(7) and #train:labels(2, 4) == 3)
check(train:labels(2, 4)[3] == labels[4] and test:images().shape[1] == test.count)
for _, label in ipairs(labels) do
  if not (label >= 1 and label <= 10 and math.type(label) == "integer") then check(false, "label " .. label) end
end

-- Parts and orders.
local part = train:subset(11, 20)
check(part.count == 10 and part:image(1) == train:image(11) and part:label(10) == labels[20])
local chosen = train:subset { 5, 5, 2 }
check(chosen.count == 3 and chosen:image(2) == train:image(5) and chosen:label(3) == labels[2])
local shuffled = part:shuffle(tensor.random(4))
check(shuffled.count == 10 and shuffled:images() == part:shuffle(tensor.random(4)):images())
check(shuffled:images() ~= part:images() and shuffled:images():sum() == part:images():sum())
local small = train:resize(9)
check(small.rows == 9 and small.inputs == 81 and small.count == train.count and small:label(3) == labels[3])

-- Batches: everything once, in order or in an order drawn from a generator; the last may be smaller.
local function collect(set, size, options)
  local sizes, sum, seen = {}, 0, {}
  for images, batch_labels in set:batches(size, options) do
    check(images.shape[1] == #batch_labels and images.shape[2] == set.inputs)
    sizes[#sizes + 1] = #batch_labels
    sum = sum + images:sum()
    for _, label in ipairs(batch_labels) do seen[#seen + 1] = label end
  end
  return sizes, sum, seen
end
local some = train:subset(1, 50)
local sizes, sum, in_order = collect(some, 16)
check(table.concat(sizes, " ") == "16 16 16 2" and math.abs(sum - some:images():sum()) < 1e-9)
check(table.concat(in_order, " ") == table.concat(some:labels(), " "))
local _, drawn_sum, drawn = collect(some, 16, { random = tensor.random(9) })
check(math.abs(drawn_sum - sum) < 1e-9 and table.concat(drawn, " ") ~= table.concat(in_order, " "))
local _, _, again = collect(some, 7, { random = tensor.random(9) })
check(table.concat(again, " ") == table.concat(drawn, " "), "the order does not depend on the size of the batches")
table.sort(drawn)
table.sort(in_order)
check(table.concat(drawn, " ") == table.concat(in_order, " "))
local generator = tensor.random(9)
local _, _, one_epoch = collect(some, 16, { random = generator })
local _, _, next_epoch = collect(some, 16, { random = generator })
check(table.concat(one_epoch, " ") ~= table.concat(next_epoch, " "), "every epoch has its own order")
sizes = collect(some, 1000)
check(#sizes == 1 and sizes[1] == 50)
check(#collect(some:subset {}, 16) == 0)

-- Own data from tensors: pixels are kept as bytes.
local images = tensor.from { { 0, 1, 0.5, 0.2 }, { 1, 1, 0, 0 }, { 0.4, 0.6, 0.8, 1 } }
local own = data.from_tensors(images, { 1, 2, 1 }, { name = "mine", split = "all", classes = { "cat", "dog" } })
check(own.name == "mine" and own.split == "all" and own.rows == 2 and own.classes[2] == "dog" and own:label(2) == 2)
check((own:images() - images):abs():max() <= 0.5 / 255 + 1e-12)
check(data.from_tensors(images, tensor.from { 1, 3, 2 }).classes[3] == "2")
check(data.from_tensors(images, { 1, 1, 1 }, { rows = 1 }).columns == 4)
check(data.from_tensors(images:reshape(3, 1, 4), { 1, 1, 1 }).rows == 1)
fails("element 3: expected a class from 1 on, got 0", function() data.from_tensors(images, { 1, 2, 0 }) end)
local function one_name() data.from_tensors(images, { 1, 2, 1 }, { classes = { "cat" } }) end
local ok, wrong = pcall(one_name)
check(not ok and wrong:find("label 2: expected a class from 1 to 1, as there are names, got 2", 1, true), wrong)
fails("expected one label for each of 3 images, got 2", function() data.from_tensors(images, { 1, 2 }) end)
fails("expected pixels from 0 to 1, got 2", function() data.from_tensors(images * 2, { 1, 2, 1 }) end)
fails("expected pixels from 0 to 1, got ", function() data.from_tensors(images * (0 / 0), { 1, 2, 1 }) end)
fails("got 0x4", function() data.from_tensors(tensor.zeros { 0, 4 }, {}) end)
fails("expected whole numbers, got 1.5", function() data.from_tensors(images, tensor.from { 1, 1.5, 2 }) end)
fails("do not make 3 rows", function() data.from_tensors(images, { 1, 2, 1 }, { rows = 3 }) end)

-- Own data from IDX files, gzipped or not.
local folder = os.tmpname()
os.remove(folder)
check(system.make_directory(folder))
local function path(name) return folder .. "/" .. name end
local function write(name, bytes) check(system.write_file(path(name), bytes)) end
write("images", string.pack(">I4I4I4I4", 0x803, 2, 1, 3) .. "\0\51\255\255\0\102")
write("labels", string.pack(">I4I4", 0x801, 2) .. "\1\0")
local idx = assert(data.from_idx(path "images", path "labels", { classes = { "a", "b" } }))
check(idx.count == 2 and idx.rows == 1 and idx.columns == 3 and idx:label(1) == 2 and idx.classes[idx:label(2)] == "a")
check(idx:image(1):allclose(tensor.from { 0, 0.2, 1 }))
write("short", string.pack(">I4I4I4I4", 0x803, 2, 1, 3) .. "\0\51\255")
local none, message = data.from_idx(path "short", path "labels")
check(none == nil and message:find("short: truncated: expected 6 bytes for 2x1x3, got 3", 1, true), message)
write("other", string.pack(">I4I4", 0x801, 3) .. "\1\0\2")
none, message = data.from_idx(path "images", path "other")
check(none == nil and message:find("expected one label for each of 2 images", 1, true), message)
none, message = data.from_idx(path "absent", path "labels")
check(none == nil and message:find("absent: ", 1, true), message)
none, message = data.load("mnist", { root = folder })
check(none == nil and message:find("mnist/train-images-idx3-ubyte.gz", 1, true), message)
for _, name in ipairs { "images", "labels", "short", "other" } do os.remove(path(name)) end
os.remove(folder)

-- What goes wrong.
fails("expected one of \"digits\", \"mnist\", \"fashion\", got \"mnits\"; did you mean \"mnist\"?", function()
  data.load "mnits"
end)
fails("unknown option 'sid'; did you mean 'side'?", function() data.load("digits", { sid = 18 }) end)
fails("split: expected one of \"train\", \"test\", got \"valid\"", function()
  data.load("digits", { split = "valid" })
end)
fails("expected a side from 1 to 1024, got 0", function() data.load("digits", { side = 0 }) end)
fails("expected an integer from 1 to 50, got 51", function() some:image(51) end)
fails("expected an integer from 1 to 50, got 0", function() some:label(0) end)
fails("expected a position from 4 on, got 2", function() some:images(4, 2) end)
fails("expected an example from 1 to 50, got 51", function() some:subset { 1, 51 } end)
fails("expected an integer from 1", function() some:batches(0) end)
fails("random: expected vnn.Random", function() some:batches(4, { random = 3 }) end)
fails("argument 1: expected vnn.Random", function() some:shuffle() end)

checks.finish()
