--- The runs that the claims rest on: which experiment, with which options, on which part of its cases, and why so.
---
--- A run's name is that of the folder that its rows are kept in. Those of one experiment share the artefacts of the
--- first, so that no network is trained or finetuned twice.
local runs = {}

---@class claims.Run
---@field name string
---@field experiment string
---@field words string[] options of the experiment
---@field kept string the folder under results
---@field why string what it is for, and why on this part

--- The part of the grid that single factors are judged by: both data sets, so that there are twenty images, and the
--- smallest network of each at side 18, where GLPK decides in tenths of a second; pruned by magnitude weight by weight,
--- as most of the paper is; the two rates that it sets against each other, finetuned and not: 120 solves of each.
local small = {
  "--only", "side=18", "--only", "layers=2", "--only", "width=32", "--only", "method=magnitude", "--only",
  "structure=unstructured", "--only", "rate=0.3,0.9",
}

--- The problems of the solvers' question: MNIST at side 18, the networks of `surrogate-or-search`, ten seeds, dense and
--- pruned at 0.9, each solved once: 40 runs of at most a minute for each solver.
local of_solvers = {
  "--only", "dataset=mnist", "--only", "side=18", "--only", "layers=2,4", "--only", "width=32", "--only",
  "method=magnitude", "--only", "structure=unstructured", "--only", "finetuned=false", "--only", "rate=0.9", "--only",
  "repetition=1",
}

local list = {}

local function add(name, experiment, words, why)
  local folder = experiment == "paper" and "paper/" .. name or name == "surrogate-or-search" and "search" or name
  list[#list + 1] = { name = name, experiment = experiment, words = words, kept = folder, why = why }
end

local function joined(...)
  local all = {}
  for _, words in ipairs { ... } do table.move(words, 1, #words, #all + 1, all) end
  return all
end

--- Each protocol, with the limit that its rows are kept with.
local bases = {
  strict = { "--protocol", "strict", "--time-limit", "10" },
  published = { "--protocol", "published", "--time-limit", "3" },
}

for _, base in ipairs { "strict", "published" } do
  add(base, "paper", bases[base], "the paper's whole grid of 6,560 solves")
end

--- What is changed of either protocol: the other's. Bounds and what they know go together as well, since interval
--- arithmetic gains little from knowing the region.
local factors = {
  { "candidates", strict = { "--candidates", "incumbents" }, published = { "--candidates", "relaxations" } },
  { "classes", strict = { "--classes", "embedded" }, published = { "--classes", "dense" } },
  { "norm", strict = { "--norm", "l1_row_max" }, published = { "--norm", "l1" } },
  { "bounds", strict = { "--bounds", "interval" }, published = { "--bounds", "backward" } },
  { "over", strict = { "--over", "box" }, published = { "--over", "region" } },
  {
    "bounds-and-over", strict = { "--bounds", "interval", "--over", "box" },
    published = { "--bounds", "backward", "--over", "region" },
  },
  { "pruned-layers", strict = { "--pruned-layers", "all" }, published = { "--pruned-layers", "hidden" } },
  { "rounds", strict = { "--rounds", "5" }, published = { "--rounds", "1" } },
  { "finetuning", strict = { "--finetuning", "rewind" }, published = { "--finetuning", "iterative" } },
}
for _, base in ipairs { "strict", "published" } do
  for _, factor in ipairs(factors) do
    add(("%s-other-%s"):format(base, factor[1]), "paper", joined(bases[base], factor[base], small),
      "one factor: on the smallest networks, with twenty images")
  end
end

add("strict-highs", "paper", joined(bases.strict, {
  "--solver", "highs", "--only", "dataset=mnist", "--only", "side=18", "--only", "method=magnitude",
}), "another solver: 800 pruned runs of MNIST at side 18")

local minute = { "--protocol", "strict", "--candidates", "incumbents", "--time-limit", "60" }
for _, solver in ipairs { "glpk", "highs", "scip", "gurobi" } do
  add("solver-" .. solver, "paper", joined(minute, { "--solver", solver }, of_solvers),
    "whose solver is it: incumbents alone, which all solvers show")
end
add("solver-glpk-relaxations", "paper", joined({ "--protocol", "strict", "--time-limit", "60" }, of_solvers),
  "the same with what only GLPK shows")

add("surrogate-or-search", "surrogate-or-search", {}, "4,800 solves of at most two seconds, on 100 images of its own")

--- The policies of `policies-held-out`.
---@type string[]
runs.policies = {
  "magnitude", "random", "snip", "wanda", "obd", "obs", "taylor", "bound_aware", "interval_width", "margin_aware",
  "stability", "lossless", "anchored", "region_surgeon", "margin_surgeon",
}

add("policies-held-out", "compare-policies", {
  "--dataset", "mnist", "--images", "held-out", "--problems", "100", "--policies",
  table.concat(runs.policies, ","), "--time-limit", "2",
}, "which policy makes the best surrogate: 1,700 solves of tenths of a second, on 100 images that none was tried on")

add("maximise", "maximise", { "--time-limit", "5", "--only", "width=20,100", "--only", "layers=2,3" },
  "problems that gradients cannot answer: rows, whole numbers, chains, and the models of the gallery by"
    .. " surrogate.optimize; 480 of at most five seconds, without the widest networks")

add("tighten", "tighten", { "--time-limit", "5" },
  "what pruning does to bounds and solve time: 84 solves of at most five seconds on three networks of each kind")

--- The runs of a name, where * stands for anything: "strict*".
---@param wanted string
---@return claims.Run[]
function runs.matching(wanted)
  local chosen, pattern = {}, "^" .. wanted:gsub("%p", "%%%0"):gsub("%%%*", ".*") .. "$"
  for _, run in ipairs(list) do
    if run.name:find(pattern) then chosen[#chosen + 1] = run end
  end
  return chosen
end

--- Name, experiment, folder and options of a run between tabs, for a script.
---@param run claims.Run
---@return string
function runs.line(run)
  return table.concat({ run.name, run.experiment, run.kept, table.concat(run.words, " ") }, "\t")
end

return runs
