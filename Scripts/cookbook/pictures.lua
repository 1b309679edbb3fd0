--- Look at what was found: in the terminal, and as a PNG file.
local shared = require "shared"
local verify = require "vnn.verify"

local dense, digits, problem = shared.small()
local side = problem.rows
local point = verify.attack(dense, problem)
local witness = assert(verify.check(dense, problem, point), "the attack found none")

local before, after = problem.input:reshape(side, side), witness.input:reshape(side, side)
print(("%s, and what is taken for %s:"):format(digits.classes[problem.class], digits.classes[witness.winner]))
print(before:picture(after))
local path = arg[1] or "found.png"
assert(after:save_png(path, { scale = 20 }))
print("saved to " .. path)
