--- What `vnnlua help formats` prints: which files are read and written, and what an answer about one says.
local nn = require "vnn.nn"

--- Words in lines of no more than 116 characters.
local function wrapped(words)
  local lines, line = {}, " "
  for _, word in ipairs(words) do
    if #line + #word + 2 > 116 then
      lines[#lines + 1], line = line, " "
    end
    line = line .. " " .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

return [[
Networks, told by the ends of their names: .safetensors (everything, exactly), .npz (dense layers), .onnx (read:
whatever is piecewise linear, gzipped too; written: dense layers). Problems are JSON, properties VNN-LIB 1.0 and 2.0.

An ONNX file becomes layers whose neurons are rectified or pass a value on. A chain of matrices with ReLUs between keeps
all of its neurons, so that a pruned copy has its original's widths; elsewhere those that no output depends on are left
out. nn.load(path, { output = "NAME" }) takes one output of several, or any value of the graph. A Softmax, LogSoftmax,
Sigmoid, Tanh or ArgMax at the end is no layer: { last = "drop" } takes the network before it. Where a question only
compares outputs with each other, as a problem's classes or a property such as (>= Y_0 Y_1) do, decide.lua, find.lua,
equivalence.lua and verify.lua leave it out by themselves (the properties not an ArgMax). nn.replay runs a file operator
by operator in its own precision, activations and all.

What answers say:
  sat, adversarial   the point lies in the region, and meets the condition without tolerance on the network and on the
                     ONNX file as it is. It is one of single precision wherever the region holds such a one.
  unsat, robust      proved in real numbers, for every input of the region and not only those of single precision,
                     about the layers that the file was read as: its own numbers, or products of them, such as a
                     normalisation folded into weights, rounded to Float64. File and layers are held against each other
                     at points of each region. A runtime may round a margin away that is as small as its rounding, and
                     a Softmax two small outputs to the same number; only the search over boxes, which vnnlua verify
                     tries first on small networks, counts rounding in.
Numbers of a property are the Float64 nearest to their text. Bounds that are quotients, or follow from conditions on
several inputs, are rounded so that no input is lost; for inputs of Float32 a bound lets in its own nearest Float32.
< and > are searched as <= and >=: unsat is then proved for more, and says so, and a point must meet what was asked.

Operators of ONNX, versions ]] .. table.concat(nn.onnx_operator_sets, " to ") .. [[, that may depend on inputs:
]] .. wrapped(nn.onnx_operators) .. [[


vnnlua verify --help and vnnlua supports --help are the command line of VNN-LIB 2.0.]]
