--- vnn.tensor: creation, views, arithmetic, reductions, files and what goes wrong.
local tensor = require "vnn.tensor"
local system = require "vnn.system"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails_here
local function same(x, nested) return x == tensor.from(nested) end

-- Creation.
check(same(tensor.zeros { 2, 3 }, { { 0, 0, 0 }, { 0, 0, 0 } }))
check(tensor.zeros(2, 3) == tensor.zeros { 2, 3 })
check(same(tensor.ones { 2 }, { 1, 1 }) and same(tensor.full({ 1, 2 }, 7), { { 7, 7 } }))
check(same(tensor.arange(3), { 0, 1, 2 }) and same(tensor.arange(1, 2, 0.25), { 1, 1.25, 1.5, 1.75 }))
check(same(tensor.arange(3, 0, -1), { 3, 2, 1 }) and tensor.arange(2, 2).count == 0)
check(same(tensor.linspace(0, 1, 5), { 0, 0.25, 0.5, 0.75, 1 }) and same(tensor.linspace(3, 4, 1), { 3 }))
check(same(tensor.eye(2), { { 1, 0 }, { 0, 1 } }) and same(tensor.eye(1, 3), { { 1, 0, 0 } }))
check(tensor.from(5).rank == 0 and tensor.from(5):item() == 5 and tensor.from({}).count == 0)
local deep = tensor.from { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8 } } }
check(table.concat(deep.shape, "x") == "2x2x2" and deep.rank == 3 and deep.count == 8 and #deep == 2)
check(deep:table()[2][1][2] == 6)
check(tensor.zeros({ 2, 0, 3 }).count == 0)

-- Random numbers: a seed gives its stream, whatever was drawn elsewhere.
local first, second = tensor.random(7), tensor.random(7)
check(first:uniform { 4, 4 } == second:uniform { 4, 4 } and first:normal { 9 } == second:normal(9))
check(tensor.random(7):uniform { 4 } ~= tensor.random(8):uniform { 4 })
check(first.seed == 7 and tostring(first):find "xoshiro256%+%+")
local drawn = tensor.random(1):uniform({ 1000 }, -2, 3)
check(drawn:min() >= -2 and drawn:max() < 3 and math.abs(drawn:mean() - 0.5) < 0.2)
local normal = tensor.random(1):normal({ 4000 }, 10, 2)
check(math.abs(normal:mean() - 10) < 0.2 and math.abs((normal - 10):norm() / 4000 ^ 0.5 - 2) < 0.1)
local order, seen = tensor.random(3):permutation(50), {}
for _, place in ipairs(order) do seen[place] = true end
check(#order == 50 and #seen == 50)
for _ = 1, 100 do
  local integer = first:integer(6)
  check(math.type(integer) == "integer" and integer >= 1 and integer <= 6)
end
check(first:number() >= 0 and first:number() < 1)
fails("tensor.random: argument 1: expected an integer", function() tensor.random() end)
fails("expected finite limits in order", function() first:uniform({ 2 }, 3, 1) end)
fails("deviation >= 0", function() first:normal({ 2 }, 0, -1) end)

-- Indexing counts from 1; what it gives is a view, and writing through a view changes the original.
local x = tensor.from { { 1, 2, 3 }, { 4, 5, 6 } }
check(x[2][3] == 6 and x:at(2, 3) == 6 and same(x[1], { 1, 2, 3 }))
x[1][2] = 20
check(x:at(1, 2) == 20)
x[2] = tensor.from { 7, 8, 9 }
x:select(2, 1):fill_(-1)
check(same(x, { { -1, 20, 3 }, { -1, 8, 9 } }))
x[1] = 0
x:slice(2, 2, 3)[2] = 5
check(same(x, { { 0, 0, 0 }, { -1, 5, 5 } }))
x:transpose()[3]:add_(1)
check(same(x, { { 0, 0, 1 }, { -1, 5, 6 } }))
x:reshape(3, 2)[3]:mul_(2)
check(same(x, { { 0, 0, 1 }, { -1, 10, 12 } }))
x:flatten()[1] = 4
check(x:at(1, 1) == 4)
local copy = x:copy()
copy:fill_(0)
check(x:at(1, 1) == 4, "a copy has its own memory")
check(x:set_(1, 1, 9) == x and x:at(1, 1) == 9)
local parts = {}
for row, values in pairs(x) do parts[row] = values:sum() end
check(#parts == 2 and parts[1] == 10 and parts[2] == 21)

-- Shifting within one tensor reads everything before it writes.
local shifted = tensor.arange(6)
shifted:slice(1, 2, 6):assign_(shifted:slice(1, 1, 5))
check(same(shifted, { 0, 0, 1, 2, 3, 4 }))
local square = tensor.from { { 1, 2 }, { 3, 4 } }
square:assign_(square:transpose())
check(same(square, { { 1, 3 }, { 2, 4 } }))

-- Slices: both ends count, negative ones from the end, and steps.
local line = tensor.arange(1, 11)
check(same(line:slice(1, 3, 5), { 3, 4, 5 }) and same(line:slice(1, -2), { 9, 10 }) and #line:slice(1) == 10)
check(same(line:slice(1, 1, 10, 4), { 1, 5, 9 }) and line:slice(1, 4, 3).count == 0)
fails("expected positions from 1 to 10 in order, got 0 to 3", function() line:slice(1, 0, 3) end)
fails("expected positions from 1 to 10 in order, got 5 to 11", function() line:slice(1, 5, 11) end)
fails("expected an axis from 1 to 1", function() line:slice(2, 1, 1) end)

-- Shapes.
check(same(line:reshape(2, -1)[2], { 6, 7, 8, 9, 10 }) and same(deep:permute(3, 1, 2)[1], { { 1, 3 }, { 5, 7 } }))
check(same(deep:transpose(1, 3)[1], { { 1, 5 }, { 3, 7 } }))
check(tensor.zeros({ 1, 3, 1 }):squeeze().rank == 1 and tensor.zeros({ 1, 3 }):squeeze(1).shape[1] == 3)
check(table.concat(line:unsqueeze(1).shape, "x") == "1x10" and table.concat(line:unsqueeze(-1).shape, "x") == "10x1")
check(same(tensor.from({ 1, 2 }):broadcast { 2, 2 }, { { 1, 2 }, { 1, 2 } }))
check(same(tensor.stack({ tensor.ones { 2 }, tensor.zeros { 2 } }, 2), { { 1, 0 }, { 1, 0 } }))
check(same(tensor.concat { tensor.ones { 1, 2 }, tensor.zeros { 2, 2 } }, { { 1, 1 }, { 0, 0 }, { 0, 0 } }))
check(table.concat(tensor.concat({ deep, deep }, -1).shape, "x") == "2x2x4")
fails("reshape: 10 elements (10) do not fill 3x4", function() line:reshape(3, 4) end)
fails("permute: expected each of the 3 axes once", function() deep:permute(1, 1, 2) end)
fails("stack: shapes differ: 2 and 3", function() tensor.stack { tensor.ones { 2 }, tensor.ones { 3 } } end)
fails("concat: sizes differ", function() tensor.concat { tensor.ones { 2, 2 }, tensor.ones { 2, 3 } } end)

-- Arithmetic, with stretching, numbers on either side, and in place.
local a, b = tensor.from { { 1, 2 }, { 3, 4 } }, tensor.from { 10, 20 }
check(same(a + b, { { 11, 22 }, { 13, 24 } }) and same(b - a, { { 9, 18 }, { 7, 16 } }))
check(same(a * b:reshape(2, 1), { { 10, 20 }, { 60, 80 } }) and same(12 / a, { { 12, 6 }, { 4, 3 } }))
check(same(a ^ 2, { { 1, 4 }, { 9, 16 } }) and same(2 ^ b:slice(1, 1, 1), { 1024 }) and same(-b, { -10, -20 }))
check(a:copy():add_(1):mul_(2):sub_(b):div_(2):pow_(2) == ((a + 1) * 2 - b) ^ 2 / 4)
check(same(a:greater(2), { { 0, 0 }, { 1, 1 } }) and same(a:less_equal(b / 10), { { 1, 1 }, { 0, 0 } }))
check(same(a:equal(3) + a:not_equal(3), { { 1, 1 }, { 1, 1 } }))
check(a:less(2) + a:greater_equal(2) == tensor.ones { 2, 2 })
check(same(tensor.where(a:greater(2), a, 0), { { 0, 0 }, { 3, 4 } }))
check(same(tensor.minimum(a, 2), { { 1, 2 }, { 2, 2 } }) and same(tensor.maximum(b, 15), { 15, 20 }))
check(same(a:clamp(2, 3), { { 2, 2 }, { 3, 3 } }) and same(a:copy():clamp_(0, 1), { { 1, 1 }, { 1, 1 } }))
local signed = tensor.from { -1.5, 0, 2.5 }
check(same(signed:abs(), { 1.5, 0, 2.5 }) and same(signed:sign(), { -1, 0, 1 }) and same(signed:relu(), { 0, 0, 2.5 }))
check(same(signed:floor(), { -2, 0, 2 }) and same(signed:ceil(), { -1, 0, 3 }) and same(signed:round(), { -2, 0, 2 }))
check(same(signed:square(), { 2.25, 0, 6.25 }) and signed:copy():relu_() == signed:relu())
for _, value in ipairs { -3, -0.5, 0.25, 1, 5 } do
  local one = tensor.from { value }
  check(math.abs(one:exp()[1] - math.exp(value)) <= 1e-15 * math.exp(value))
  check(math.abs(one:tanh()[1] - (1 - 2 / (math.exp(2 * value) + 1))) < 1e-15)
  check(math.abs(one:sigmoid()[1] - 1 / (1 + math.exp(-value))) < 1e-15)
  check(value < 0 or math.abs(one:log()[1] - math.log(value)) < 1e-15)
  check(value < 0 or one:sqrt()[1] == value ^ 0.5)
end
check(same(tensor.from({ 1, 1 / 0, 0 / 0 }):isfinite(), { 1, 0, 0 }))
check(same(a:map(function(value) return 10 * value end), { { 10, 20 }, { 30, 40 } }))
fails("add: shapes do not match: 2x2 and 3", function() return a + tensor.ones { 3 } end)
fails("multiply: 2x2 does not fit into 2, which is changed in place", function() b:mul_(a) end)
fails("expected a tensor or a number, got \"one\"", function() return a + "one" end)
fails("clamp: expected lower <= upper, got 2.0 and 1.0", function() a:clamp(2, 1) end)
fails("where: shapes do not match", function() tensor.where(tensor.ones { 3 }, a, b) end)

-- Equality is by value; NaN equals nothing.
check(a == tensor.from { { 1, 2 }, { 3, 4 } } and a ~= a + 1 and a ~= a:flatten() and a ~= 1)
check(a:transpose():transpose() == a and tensor.from { 0 / 0 } ~= tensor.from { 0 / 0 })
check(a:allclose(a + 1e-9) and not a:allclose(a + 1e-3) and a:allclose(a + 1e-3, { absolute = 1e-2 }))

-- Products.
check(same(a:matmul(a), { { 7, 10 }, { 15, 22 } }))
check(same(a:matmul(b), { 50, 110 }) and same(b:matmul(a), { 70, 100 }))
check(tensor.matmul(a, tensor.eye(2)) == a and a:transpose():matmul(a)[1][2] == 14)
check(b:dot(tensor.from { 1, 2 }) == 50 and same(b:outer(tensor.from { 1, 2 }), { { 10, 20 }, { 20, 40 } }))
check(tensor.dot(b, b) == 500 and tensor.outer(b, b):at(2, 1) == 200)
check(table.concat(tensor.ones({ 5, 2, 3 }):matmul(tensor.ones { 3, 4 }).shape, "x") == "5x2x4")
check(tensor.threads(1) == 1 and tensor.threads() == 1)
fails("expected a number from 1 to 1024, got 0", function() tensor.threads(0) end)
fails("matmul: inner sizes differ: 2x2 times 3x2", function() a:matmul(tensor.ones { 3, 2 }) end)
fails("dot: expected two vectors of the same size, got 2 and 2x2", function() b:dot(a) end)

-- Reductions: of everything a number, along an axis a tensor, which keeps the axis if asked.
check(a:sum() == 10 and a:mean() == 2.5 and a:max() == 4 and a:min() == 1 and a:argmax() == 4 and a:argmin() == 1)
check(same(a:sum(1), { 4, 6 }) and same(a:sum(2), { 3, 7 }) and same(a:mean(-1), { 1.5, 3.5 }))
check(same(a:mean(2, { keep = true }), { { 1.5 }, { 3.5 } }) and same(a - a:mean(2, { keep = true }), {
  { -0.5, 0.5 },
  { -0.5, 0.5 },
}))
check(same(a:max(1), { 3, 4 }) and same(a:min(2), { 1, 3 }) and same(a:argmax(2, { keep = true }), { { 2 }, { 2 } }))
check(same(a:argmin(1), { 1, 1 }) and same(a:transpose():sum(1), { 3, 7 }))
local sides = tensor.from { 3, -4 }
check(sides:norm() == 5 and sides:norm(1) == 7 and sides:norm(math.huge) == 4)
check(same(tensor.from({ { 3, -4 }, { 0, 2 } }):norm(2, 2), { 5, 2 }))
check(same(tensor.from({ { 3, -4 }, { 0, 2 } }):norm(1, -1, { keep = true }), { { 7 }, { 2 } }))
check(tensor.zeros({ 0 }):sum() == 0 and same(tensor.zeros({ 2, 0 }):sum(2), { 0, 0 }))
fails("maximum: the tensor has no elements", function() tensor.zeros({ 0 }):max() end)
fails("Tensor.sum: argument 1: expected an axis from 1 to 2 (or -1 for the last), got 3", function() a:sum(3) end)
fails("unknown option 'kep'; did you mean 'keep'?", function() a:sum(1, { kep = true }) end)
fails("expected the order 1, 2 or math.huge", function() a:norm(3) end)

-- Sorting.
local mixed = tensor.from { { 3, 1, 2 }, { 6, 5, 4 } }
check(same(mixed:sort(), { { 1, 2, 3 }, { 4, 5, 6 } }) and same(mixed:sort(1), { { 3, 1, 2 }, { 6, 5, 4 } }))
check(same(mixed:sort(-1, { descending = true }), { { 3, 2, 1 }, { 6, 5, 4 } }))
check(same(mixed:argsort(), { { 2, 3, 1 }, { 3, 2, 1 } }))
local values, places = mixed:top_k(2)
check(same(values, { { 3, 2 }, { 6, 5 } }) and same(places, { { 1, 3 }, { 1, 2 } }))
check(same(mixed:top_k(1, 1), { { 6, 5, 4 } }))
fails("top_k: expected at most the 3 elements of the axis, got 4", function() mixed:top_k(4) end)

-- Wrong positions, names and shapes say what was expected and what came.
fails("Tensor: expected a position from 1 to 2, got 3", function() return a[3] end)
fails("Tensor: expected a position from 1 to 2, got 0", function() return a[0] end)
fails("Tensor: expected a position from 1 to 2, got 3", function() a[3] = 1 end)
fails("Tensor: expected a number for position 1", function() b[1] = "x" end)
fails("assign: shapes do not match: 2 and 3", function() a[1] = tensor.ones { 3 } end)
fails("Tensor.at: argument 2: expected an integer from 1 to 2, got 3", function() a:at(1, 3) end)
fails("Tensor.at: expected 2 positions, got 1", function() a:at(1) end)
fails("Tensor.set_: expected 2 positions and a number", function() a:set_(1, 1) end)
fails("unknown field or method 'reshap'; did you mean 'reshape'?", function() a:reshap(4) end)
fails("to assign to, got the name shape", function() a.shape = { 4 } end)
fails("item: expected one element, got a tensor of shape 2x2", function() a:item() end)
fails("expected rows of equal length: 2 here, got 1", function() tensor.from { { 1, 2 }, { 3 } } end)
fails("expected nested numbers", function() tensor.from { 1, "two" } end)
fails("a size cannot be negative, got -1", function() tensor.zeros { -1 } end)
fails("has too many elements", function() tensor.zeros { 1 << 40, 1 << 40 } end)
check(select(2, tensor.zeros { 1 << 47 }):find "memory")

-- Text of any size stays readable.
check(tostring(a) == "Tensor 2x2\n[[1, 2],\n [3, 4]]" and tostring(tensor.from(5)) == "Tensor scalar: 5")
check(tostring(tensor.zeros { 0, 3 }) == "Tensor 0x3 (empty)")
for _, shape in ipairs {
  { 1000, 1000 },
  { 50, 50, 50 },
  { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 },
  { 100000 },
  { 1, 1, 5000 },
} do
  local text = tostring(tensor.zeros(shape))
  check(#text < 20000 and text:find(table.concat(shape, "x"), 1, true), text)
end
check(tostring(tensor.arange(2000)):find("[   0,    1,    2, ..., 1997, 1998, 1999]", 1, true))

-- Files.
local folder = os.tmpname()
os.remove(folder)
check(system.make_directory(folder))
local function path(name) return folder .. "/" .. name end
for _, value in ipairs { a, deep, deep:transpose(1, 3), tensor.from(5), tensor.zeros { 0, 3 } } do
  check(value:save(path "x.npy") and tensor.load(path "x.npy") == value)
  check(value:save(path "x.safetensors") and tensor.load(path "x.safetensors").tensor == value)
end
check(tensor.save(path "many.safetensors", { weight = a, bias = b }))
local loaded = tensor.load(path "many.safetensors")
check(loaded.weight == a and loaded.bias == b)
local bytes = system.read_file(path "many.safetensors")
for _, length in ipairs { 0, 4, 20, #bytes - 1 } do
  check(system.write_file(path "cut.safetensors", bytes:sub(1, length)))
  local none, message = tensor.load(path "cut.safetensors")
  check(none == nil and message:find("cut.safetensors: ", 1, true), message)
end
bytes = system.read_file(path "x.npy")
check(system.write_file(path "cut.npy", bytes:sub(1, #bytes // 2)))
check(tensor.load(path "cut.npy") == nil and select(2, tensor.load(path "cut.npy")):find("cut.npy", 1, true))
check(select(2, tensor.load(path "absent.npy")):find "No such file")
check(select(2, a:save "/nonexistent/x.npy"):find("/nonexistent/x.npy", 1, true))
fails("expected a path that ends in .npy, .npz or .safetensors, got \"x.txt\"", function() a:save "x.txt" end)
fails("expected a path that ends in .safetensors or .npz for named tensors", function() tensor.save("x.npy", {}) end)

-- Pictures.
local picture = tensor.from { { 0, 1 }, { 0.5, 1 } }
check(picture:save_png(path "x.png", { scale = 4 }) and system.read_file(path "x.png"):sub(2, 4) == "PNG")
check((picture * 10):save_png(path "y.png", { scale = 4, white = 10 }))
check(system.read_file(path "x.png") == system.read_file(path "y.png"), "black and white are where they are said to be")
check(picture:picture():find "█" and #picture:picture(picture) > #picture:picture())
fails("expected a scale from 1 to 100, got 0", function() picture:save_png(path "x.png", { scale = 0 }) end)
fails("expected black below white", function() picture:show { black = 1, white = 0 } end)
fails("show: expected a matrix", function() deep:show() end)
for name in ("x.npy cut.npy x.safetensors many.safetensors cut.safetensors x.png y.png"):gmatch "%S+" do
  os.remove(path(name))
end
os.remove(folder)

-- Comparisons are element by element, and no condition.
for _, compare in ipairs {
  function() return deep < 0 end,
  function() return 0 < deep end,
  function() return deep <= deep end,
  function() return deep >= 1 end,
} do
  checks.fails(compare, "tensors are compared element by element: x:less(y), x:less_equal(y), x:greater(y)")
end

checks.finish()
