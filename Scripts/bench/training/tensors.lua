--- Times 10^7 elements against NumPy and matrix products against a direct cblas_dgemm, and measures how much memory
--- dropped tensors take; prints tables for the README.
local json = require "vnn.json"
local origin = require "vnn.experiment.origin"
local shell = require "vnn.host.shell"
local statistics = require "vnn.statistics"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

--- What is measured, in order: a name that tensors.py uses too, and the work.
local function list_work()
  local random = tensor.random(1)
  local x, y = random:uniform({ 2500, 4000 }, 0.1, 2), random:uniform({ 2500, 4000 }, 0.1, 2)
  local row, column = y[1]:copy(), y:slice(2, 1, 1):copy()
  local short = random:uniform { 1000000 }
  local large, small = random:uniform { 1024, 1024 }, random:uniform { 64, 64 }
  local function product(matrix, threads)
    return function()
      if tensor.threads() ~= threads then tensor.threads(threads) end
      return matrix:matmul(matrix)
    end
  end
  return {
    { "x + y", function() return x + y end },
    { "x * 2", function() return x * 2 end },
    { "x / y", function() return x / y end },
    { "x ^ 3", function() return x ^ 3 end },
    { "x + row", function() return x + row end },
    { "x * column", function() return x * column end },
    { "transposed x + 1", function() return x:transpose() + 1 end },
    { "exp", function() return x:exp() end },
    { "log", function() return x:log() end },
    { "sqrt", function() return x:sqrt() end },
    { "tanh", function() return x:tanh() end },
    { "abs", function() return x:abs() end },
    { "relu", function() return x:relu() end },
    { "clamp", function() return x:clamp(0.5, 1) end },
    { "x > y as numbers", function() return x:greater(y) end },
    { "where", function() return tensor.where(x:greater(1), x, y) end },
    { "copy transposed", function() return x:transpose():copy() end },
    { "sum", function() return x:sum() end },
    { "sum, axis 1", function() return x:sum(1) end },
    { "sum, last axis", function() return x:sum(2) end },
    { "mean, last axis", function() return x:mean(2) end },
    { "max", function() return x:max() end },
    { "max, axis 1", function() return x:max(1) end },
    { "max, last axis", function() return x:max(2) end },
    { "argmax", function() return x:argmax() end },
    { "argmax, axis 1", function() return x:argmax(1) end },
    { "argmax, last axis", function() return x:argmax(2) end },
    { "norm", function() return x:norm() end },
    { "sum of transposed, axis 1", function() return x:transpose():sum(1) end },
    { "sort 10^6", function() return short:sort() end },
    { "argsort 10^6", function() return short:argsort() end },
    { "matmul 64, 1 thread", product(small, 1), 200 },
    { "matmul 1024, 1 thread", product(large, 1) },
    { "matmul 1024, 2 threads", product(large, 2) },
  }
end

local function best_seconds(work, repeats, loops)
  local best = math.huge
  for _ = 1, repeats do
    local start = system.clock()
    for _ = 1, loops do work() end
    best = math.min(best, (system.clock() - start) / loops)
  end
  return best
end

--- Creates 10,000 tensors of 8 MB in a process of its own and returns its greatest resident size in MB.
local function memory(options)
  local code = "local t = require 'vnn.tensor' for _ = 1, 10000 do local x = t.zeros { 1000, 1000 } x[1][1] = 1 end "
    .. "print(require('vnn.system').read_file('/proc/self/status'):match 'VmHWM:%s*(%d+)')"
  local command = shell.quote(options.vnnlua) .. " -e " .. shell.quote(code)
  return tonumber(assert(shell.output(command))) / 1024
end

local function run(options)
  local work, own, other = list_work(), {}, {}
  for _ = 1, options.rounds do
    for _, entry in ipairs(work) do
      local name = entry[1]
      own[name] = own[name] or {}
      table.insert(own[name], best_seconds(entry[2], options.repeats, entry[3] or 1))
    end
    local command = ("%s Scripts/bench/training/tensors.py %d"):format(shell.quote(options.python), options.repeats)
    for name, seconds in pairs(json.decode(assert(shell.output(command)))) do
      other[name] = other[name] or {}
      table.insert(other[name], seconds)
    end
  end
  print(("%s; 2500 x 4000 numbers; best of %d, median of %d rounds in turn; products against cblas_dgemm\n"):format(
    origin.processor(),
    options.repeats,
    options.rounds
  ))
  print "| operation | vnnlua ms | NumPy ms | time compared with NumPy |"
  print "|---|---|---|---|"
  for _, entry in ipairs(work) do
    local a, b = statistics.median(own[entry[1]]), statistics.median(other[entry[1]])
    print(("| %s | %.3f | %.3f | %.2f |"):format(entry[1], 1000 * a, 1000 * b, a / b))
  end
  if options.memory then
    print(("\n10,000 tensors of 8 MB, one after the other: at most %.0f MB resident"):format(memory(options)))
  end
  return true
end

return {
  name = "tensors",
  description = "Times tensors against NumPy on 10^7 elements, products against OpenBLAS, and measures memory.",
  options = {
    { name = "rounds", default = 3, help = "how often both sides take turns" },
    { name = "repeats", default = 5, help = "repeats of each operation in a round, of which the best counts" },
    { name = "memory", default = true, help = "measure the memory that dropped tensors take" },
    { name = "vnnlua", default = ".build/release/vnnlua", help = "the binary" },
    { name = "python", default = os.getenv "VNNLUA_PYTHON" or "python3", help = "a Python with NumPy" },
  },
  run = run,
}
