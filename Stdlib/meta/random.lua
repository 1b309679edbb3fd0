---@meta vnn.random
error 'this file only describes vnn.Random to editors; tensor.random(seed) of require "vnn.tensor" makes one'

--- A seeded stream of random numbers. The algorithm is xoshiro256++ (Blackman and Vigna, "Scrambled linear
--- pseudorandom number generators", 2021), its state filled from the seed by splitmix64; a seed gives the same stream
--- on every machine. Two generators know nothing of each other.
---
--- ```lua
--- local tensor = require "vnn.tensor"
--- local random = tensor.random(7)
--- print(#random:permutation(5), random:uniform({ 2, 3 }, -1, 1).count) --> 5	6
--- ```
---@class vnn.Random
---@field seed integer where the stream began
local Random = {}

--- A number drawn uniformly from [0, 1).
---@return number
function Random:number() end

--- An integer drawn uniformly from 1 to `limit`.
---@param limit integer at least 1
---@return integer
function Random:integer(limit) end

--- Numbers drawn uniformly from [lower, upper), in row-major order.
---@param shape integer|integer[] sizes along each axis, or the size of a vector
---@param lower? number (default: 0)
---@param upper? number (default: 1)
---@return vnn.Tensor
function Random:uniform(shape, lower, upper) end

--- Normally distributed numbers, in row-major order.
---@param shape integer|integer[] sizes along each axis, or the size of a vector
---@param mean? number (default: 0)
---@param deviation? number standard deviation, at least 0 (default: 1)
---@return vnn.Tensor
function Random:normal(shape, mean, deviation) end

--- The integers 1 to `count` in random order.
---@param count integer from 0 to 16777216
---@return integer[]
function Random:permutation(count) end

return Random
