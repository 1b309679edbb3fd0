--- Exchange numbers with Python: `numpy.load("x.npy")`, `safetensors.numpy.load_file("all.safetensors")`.
local tensor = require "vnn.tensor"

local folder = arg[1] or "."
local x = tensor.random(1):normal({ 100, 3 })
assert(x:save(folder .. "/x.npy"))
assert(tensor.save(folder .. "/all.safetensors", { points = x, means = x:mean(1) }))

local back = assert(tensor.load(folder .. "/x.npy"))
local all = assert(tensor.load(folder .. "/all.safetensors"))
print(back == x, all.means:allclose(back:mean(1)))
