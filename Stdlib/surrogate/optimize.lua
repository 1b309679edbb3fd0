--- `surrogate.optimize`, which `vnn.surrogate` describes.
local copies = require "vnn.surrogate.copies"
local names = require "vnn.names"
local policy = require "vnn.policy"
local search = require "vnn.surrogate.search"
local settings = require "vnn.settings"
local stages = require("vnn.surrogate.stages").all
local system = require "vnn.system"
local verdict = require "vnn.verdict"

local optimize = {}

local defaults = {
  solver = "glpk",
  time_limit_s = 60,
  rates = { 0.95, 0.8, 0.5 },
  stages = { "gradients", "relaxation", "glance", "refined", "sparse", "dense" },
  restarts = 20,
  seed = 0,
}

--- The options with their defaults; what is wrong with them is an error on the script's line.
local function checked(options)
  local place = "surrogate.optimize"
  options = settings.of(place, options, defaults, { "prune", "finetune", "on_improvement" }, 4)
  settings.expect(place, "rates", options.rates, "a list of numbers", 4)
  settings.expect(place, "stages", options.stages, "a list of strings", 4)
  settings.expect(place, "restarts", options.restarts, "an integer", 4)
  settings.expect(place, "seed", options.seed, "an integer", 4)
  settings.expect(place, "prune", options.prune, "a table or nothing", 4)
  for _, name in ipairs { "finetune", "on_improvement" } do
    settings.expect(place, name, options[name], "a function or nothing", 4)
  end
  for _, name in ipairs(options.stages) do
    if not stages[name] then
      local list = names.sorted(stages)
      error(("%s: stages: expected names in surrogate.stages (%s), got '%s'%s"):format(
        place, table.concat(list, ", "), name, names.suggestion(name, list)), 3)
    end
  end
  local pruning = settings.joined(options.prune or {})
  if pruning.rate then options.rates, pruning.rate = { pruning.rate }, nil end
  if #options.rates == 0 then error(place .. ": rates: expected at least one pruning rate, got none", 3) end
  for _, rate in ipairs(options.rates) do settings.rate(place, rate, 4) end
  if type(pruning.policy) == "string" then
    local declaration, message = policy.load(pruning.policy)
    if not declaration then error(("%s: prune: policy: %s"):format(place, message), 3) end
    pruning.policy = declaration
  end
  local rates = table.move(options.rates, 1, #options.rates, 1, {})
  table.sort(rates, function(a, b) return a > b end)
  return settings.joined(options, { rates = rates, prune = pruning })
end

function optimize.run(model, options)
  settings.expect("surrogate.optimize", 1, model, "vnn.Model")
  options = checked(options)
  if #model:blocks() == 0 then
    error(("surrogate.optimize: argument 1: expected a model with a network in it (Model:embed), got model \"%s\" "
      .. "with none"):format(model.name), 2)
  end
  settings.limit("surrogate.optimize", options.time_limit_s)
  local facts, missing = verdict.solver("surrogate.optimize", options.solver)
  if not facts then return nil, missing end
  local run = search.begin(model, options)
  -- What is wrong with how to prune is the script's mistake, and shows now.
  local pruned, message = pcall(copies.pruned, run, options.rates[1])
  if not pruned then
    error(("surrogate.optimize: %s"):format(tostring(message):gsub("^[^:]*:%d+: ", "", 1)), 2)
  end
  local result, mistake
  system.hold_interrupts(function()
    local before = system.interrupt_count()
    for _, name in ipairs(options.stages) do
      if search.remaining(run) > 0 and not search.settled(run) then search.timed(run, name, stages[name]) end
    end
    -- Ctrl-C has been answered by ending the search.
    if system.interrupt_count() > before then system.wait({}, 0) end
    mistake = search.mistake(run)
    if not mistake then result = search.finish(run) end
  end)
  -- What it raised says itself where that was.
  if mistake then error(mistake.message, mistake.is_raised and 0 or 2) end
  return result
end

return optimize
