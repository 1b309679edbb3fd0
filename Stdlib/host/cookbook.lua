--- The recipes of Scripts/cookbook, so that the help finds them where the folder is not there.
local cookbook = {}

--- Each recipe with the first line of its file. A test compares them.
---@type string[][]
cookbook.recipes = {
  { "bounds.lua", "Bound a network over a region: which ReLUs are decided before any search, and what that proves." },
  {
    "callback-that-cuts.lua",
    "Follow a solve: print its incumbents, submit points of your own, add cuts, stop when it is good enough.",
  },
  {
    "compare-policies.lua",
    "Compare two ways to prune by what counts: does the pruned model still lead to adversarial inputs, and how fast?",
  },
  {
    "constructs.lua",
    "Say more than rows do: a cost that is linear in pieces (sos2), batches that are worth making or none",
  },
  {
    "extra-constraint.lua",
    "Embed a network in a MILP and add constraints of your own: the picture's border and its mean must not change.",
  },
  { "maximise-output.lua", "Maximise one output of a network over a region, instead of the difference of two." },
  {
    "numpy.lua",
    'Exchange numbers with Python: `numpy.load("x.npy")`, `safetensors.numpy.load_file("all.safetensors")`.',
  },
  {
    "onnx.lua",
    "Take a network and a property to another tool, and bring one back: ONNX and VNN-LIB, `vnnlua onnx.lua FOLDER`.",
  },
  {
    "own-model.lua",
    "Put a trained network into a model of your own, and solve it: directly, and through pruned copies of the network.",
  },
  { "pictures.lua", "Look at what was found: in the terminal, and as a PNG file." },
  { "prune-my-way.lua", "Prune by a score of your own, then train what is left a little more." },
  {
    "regression.lua",
    "Learn a price from a table, judge it on rows that were held out, and save a network that speaks the table's "
      .. "units.",
  },
  { "resume-sweep.lua", "Keep what a long sweep has found, whatever happens, and go on with it." },
  { "slurm.lua", "Run a sweep on a Slurm cluster, and collect its results." },
  { "train.lua", "Train a network and save it where PyTorch and NumPy can read it." },
}

--- The recipes with a line each, for people.
---@return string
function cookbook.list()
  local lines = {}
  for position, recipe in ipairs(cookbook.recipes) do
    lines[position] = ("  %-22s %s"):format(recipe[1], recipe[2])
  end
  return table.concat(lines, "\n")
end

return cookbook
