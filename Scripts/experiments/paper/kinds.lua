--- The kinds of runs that the tables and figures of the paper's experiment speak of.
local grid = require "paper.grid"

local kinds = {}

--- Pruned by magnitude, as most of the paper is about.
function kinds.magnitude(structure, finetuned)
  return { method = "magnitude", structure = structure, finetuned = finetuned }
end

--- The paper's main case.
kinds.main = { method = "magnitude", structure = "unstructured", finetuned = false, rate = 0.9 }

--- The four rows of the paper's Table 1.
kinds.forms = {
  { name = "unstructured, not finetuned", wanted = kinds.magnitude("unstructured", false) },
  { name = "unstructured, finetuned", wanted = kinds.magnitude("unstructured", true) },
  { name = "structured, not finetuned", wanted = kinds.magnitude("structured", false) },
  { name = "structured, finetuned", wanted = kinds.magnitude("structured", true) },
}

--- All eight, at every rate.
kinds.ways = {}
for _, method in ipairs(grid.methods) do
  for _, structure in ipairs(grid.structures) do
    for _, finetuned in ipairs { false, true } do
      kinds.ways[#kinds.ways + 1] = {
        name = ("%s %s%s"):format(structure, method, finetuned and ", finetuned" or ""),
        wanted = { method = method, structure = structure, finetuned = finetuned },
      }
    end
  end
end

--- The rows of the paper's Table 2, and the data sets.
kinds.sizes = {}
local function add(name, key, values)
  for _, value in ipairs(values) do
    kinds.sizes[#kinds.sizes + 1] = {
      name = name:format(value),
      wanted = { method = "magnitude", finetuned = false, [key] = value },
    }
  end
end
add("side %d", "side", grid.sides)
add("hidden layers %d", "layers", grid.layers)
add("width %d", "width", grid.widths)
add("%s", "dataset", grid.datasets)

return kinds
