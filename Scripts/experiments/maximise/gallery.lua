--- The models of the gallery as problems of this experiment: learned networks, with rows, whole variables, chains and
--- choices around them.
local gallery = {}

--- Those with networks; a forest is none.
gallery.names = {
  "peaks", "scholarship", "wine", "diet", "water", "trees", "car", "constrained", "counterfactual", "workload",
  "equivalence", "prices", "action", "trust", "sigmoid",
}

--- The folder of the gallery, beside that of the experiments.
local folder = assert(package.searchpath("maximise.gallery", package.path)):gsub(
  "experiments/maximise/gallery%.lua$", "gallery")

--- A model of the gallery, so that more is better.
---@param case table
---@return maximise.Problem
function gallery.problem(case)
  local path = package.path
  package.path = ("%s/?.lua;%s"):format(folder, path)
  local problem = assert(loadfile(("%s/%s.lua"):format(folder, case.problem)))().problem
  package.path = path
  return { model = problem.build(problem.prepare(case.seed)) }
end

return gallery
