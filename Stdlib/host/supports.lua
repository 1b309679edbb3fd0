--- `vnnlua supports CAPABILITY`: what queries and networks `vnnlua verify` takes (VNN-LIB 2.0, section 5.4).
local names = require "vnn.names"
local nn = require "vnn.nn"
local settings = require "vnn.settings"
local verify = require "vnn.verify"

local supports = {}

--- The answers, a list of lines each, in the order in which the standard has the capabilities. Of the theories the
--- weaker ones are named with the strongest, since they are among it.
local capabilities = {
  { "--onnx-opset-versions", function() return nn.onnx_operator_sets end },
  { "--onnx-element-types", function() return verify.element_types end },
  { "--onnx-operators", function() return nn.onnx_operators end },
  { "--vnnlib-versions", function() return { "1.0", "2.0" } end },
  { "--hidden-node-theories", function() return { "NH", "H" } end },
  { "--multiple-input-output-theories", function() return { "SIO", "MIO" } end },
  { "--multiple-network-theories", function() return { "SNET", "MENET", "MINET", "MNET" } end },
  { "--multiple-node-comparison-theories", function() return { "SNC", "MNC" } end },
  { "--arithmetic-complexity-theories", function() return { "BND", "OUTC", "LIN" } end },
  -- Conditions become alternatives, each of which may share a region with others, and no more.
  { "--optimised-disjunctive-reasoning", function() return { "false" } end },
  { "--serialise-assignments", function() return { "true" } end },
}

--- An example of the standard spells one of them so.
local aliases = { ["--multiple-inputs-output-theories"] = "--multiple-input-output-theories" }

--- Prints the answer to one capability.
---@param words string[] what stands behind `vnnlua supports`
---@return integer code
function supports.main(words)
  settings.expect("supports.main", 1, words, "a list of strings")
  local known = {}
  for _, capability in ipairs(capabilities) do
    known[#known + 1] = capability[1]
    if #words == 1 and (aliases[words[1]] or words[1]) == capability[1] then
      for _, line in ipairs(capability[2]()) do print(line) end
      return 0
    end
  end
  local all = table.concat(known, "\n  ")
  if #words == 1 and (words[1] == "--help" or words[1] == "-h") then
    print("usage: vnnlua supports CAPABILITY, one of\n  " .. all)
    return 0
  end
  local message = #words == 1 and ("unknown capability '%s'%s"):format(words[1], names.suggestion(words[1], known))
    or "expected one capability, one of\n  " .. all
  io.stderr:write("vnnlua supports: ", message, "\n")
  return 2
end

return supports
