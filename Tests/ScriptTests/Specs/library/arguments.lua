--- What the standard library's functions say to wrong arguments: expected and got, on the script's own line.
local checks = require "support.checks"
local data = require "vnn.data"
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local check, fails_here = checks.check, checks.fails_here

local dense = nn.mlp({ 81, 4, 10 }, { seed = 1 })
local problem = verify.problem { input = tensor.full({ 81 }, 0.5), norm = "linf", epsilon = 0.1, class = 1 }
local digits = assert(data.load("digits", { side = 9 }))

-- Every function of every module, with something that is no first argument of it. What it takes anyway is fine; an
-- error names this file's line and says what was expected.
local left_out = {
  -- What is for the program itself: it takes no argument, or anything.
  ["vnn.prompt.aids"] = { enable = true },
  ["vnn.host.doctor"] = { main = true },
  ["vnn.host.help"] = { show = true },
  ["vnn.prompt.commands"] = { run = true, shell = true },
  ["vnn.prompt.debugger"] = {
    answer_by = true, arm = true, breakpoint = true, disarm = true, stop_next = true, toggle = true,
  },
  ["vnn.prompt.running"] = { run = true },
  ["vnn.prompt.faults"] = { catch = true },
  ["vnn.prompt.explain"] = { show = true },
  ["vnn.prompt.globals"] = { prepare = true },
  ["vnn.prompt.objects"] = { text = true },
  ["vnn.prompt.measure"] = { bench = true, profile = true, time = true },
  ["vnn.prompt.reload"] = { prepare = true, run = true },
  ["vnn.prompt.session"] = { evaluate = true, run = true },
  ["vnn.kernel.display"] = { prepare = true },
  ["vnn.kernel.debugging"] = { attend = true, prepare = true },
  ["vnn.document"] = { show_saved_by = true },
  ["vnn.report"] = { show_progress_by = true },
  ["vnn.host.sandbox"] = { enter = true },
  ["vnn.host.workspace"] = { write = true },
  ["vnn.manual.site"] = { write = true },
  ["vnn.script"] = { finish = true },
  -- What the files of a room are to each other.
  ["vnn.policy.context"] = { new = true, scorers = true },
  ["vnn.script.declaration"] = { harness_options = true },
  -- Their errors are on the line of whoever called the caller.
  ["vnn.settings"] = { limit = true, rate = true },
  ["vnn.verdict"] = { clock = true, solver = true },
}
local function call(f, value)
  f(value) -- this line
  return true
end
local line = debug.getinfo(call, "S").linedefined + 1
local functions, bad = 0, {}
for _, path in ipairs(system.library_paths()) do
  local folder = path:match "^(.-)/"
  -- What a criterion has is called by `vnn.prune`, programs and pictures are no modules, and texts have no functions.
  local is_ours = not (folder == "meta" or folder == "templates" or folder == "policies" or folder == "solvers")
    and path ~= "host/library.lua" and path:find "%.lua$"
  local name = is_ours and "vnn." .. path:match "^(.*)%.lua$":gsub("/", ".")
  local content = name and require(name)
  for key, member in pairs(type(content) == "table" and content or {}) do
    if type(member) == "function" and not (left_out[name] and left_out[name][key]) then
      functions = functions + 1
      for _, wrong in ipairs { true, 12.5, ":", print, tensor.zeros { 2 } } do
        local done, message = pcall(call, member, wrong)
        message = tostring(message)
        local place = ("arguments.lua:%d: "):format(line)
        local explained = message:find(place, 1, true) and (message:find "expected" or message:find "no recipe")
        if not (done or explained) then
          bad[#bad + 1] = ("%s.%s(%s): %s"):format(name, key, tostring(wrong), message)
        end
      end
    end
  end
end
check(functions > 60 and #bad == 0, functions .. " functions\n" .. table.concat(bad, "\n"))

-- Those that scripts call most: each argument, and the kinds of options.
local facts, distance, plot = require "vnn.facts", require "vnn.distance", require "vnn.plot"
local policy, portfolio, protocol = require "vnn.policy", require "vnn.portfolio", require "vnn.protocol"
local prune = require "vnn.prune"
local report, surrogate = require "vnn.report", require "vnn.surrogate"
local magnitude = assert(policy.load "magnitude")

fails_here("surrogate.find: argument 1: expected vnn.Network, got \"x\"", function() surrogate.find "x" end)
fails_here("surrogate.find: argument 2: expected vnn.Network, got vnn.Problem", function()
  surrogate.find(dense, problem)
end)
fails_here("surrogate.find: argument 3: expected vnn.Problem, got nil", function() surrogate.find(dense, dense) end)
fails_here("surrogate.find: time_limit_s: expected a number, got \"1\"", function()
  surrogate.find(dense, dense, problem, { time_limit_s = "1" })
end)
fails_here("got 'polsh'; did you mean 'polish'?", function()
  surrogate.find(dense, dense, problem, { variant = "polsh" })
end)
fails_here("surrogate.find: argument 2: expected 81 inputs and 10 outputs as of the dense network, got Net", function()
  surrogate.find(dense, nn.mlp { 3, 4, 10 }, problem)
end)
for name, take in pairs {
  ["surrogate.find"] = function(given) surrogate.find(dense, dense, problem, given) end,
  ["surrogate.cascade"] = function(given) surrogate.cascade(dense, problem, given) end,
  ["portfolio.decide"] = function(given) portfolio.decide(dense, problem, given) end,
} do
  local done, message = pcall(take, { solver = "hihgs" })
  check(not done and message:find("arguments.lua:%d+: " .. name .. ": solver: expected one of glpk, "), message)
end
fails_here("surrogate.find: on_candidate: expected a function or nothing, got 3", function()
  surrogate.find(dense, dense, problem, { on_candidate = 3 })
end)
fails_here("portfolio.decide: argument 1: expected vnn.Network, got table", function() portfolio.decide {} end)
fails_here("portfolio.decide: argument 2: expected vnn.Problem, got nil", function() portfolio.decide(dense) end)
fails_here("portfolio.decide: stages: expected a table, got \"attack\"", function()
  portfolio.decide(dense, problem, { stages = "attack" })
end)
fails_here("portfolio.decide: rates: expected a list of numbers, got table", function()
  portfolio.decide(dense, problem, { rates = { "0.5" } })
end)
fails_here("surrogate.cascade: argument 2: expected vnn.Problem, got 7", function() surrogate.cascade(dense, 7) end)
fails_here("surrogate.cascade: share: expected a number, got true", function()
  surrogate.cascade(dense, problem, { share = true })
end)
fails_here("facts.of: argument 1: expected vnn.Network, got vnn.Problem", function() facts.of(problem) end)
fails_here("facts.of: data: expected vnn.Dataset or nothing, got vnn.Network", function()
  facts.of(dense, { data = dense })
end)
fails_here("policy.run: argument 1: expected a table or a string, got 7", function() policy.run(7) end)
fails_here("policy.run: argument 1: expected a policy", function() policy.run({}, dense, { rate = 0.5 }) end)
fails_here("policy.run: argument 1: expected a policy, its name or its path; nobodys: cannot be opened", function()
  policy.run("nobodys", dense, { rate = 0.5 })
end)
fails_here("got \"anchored\"; other policies are for policy.run(name,", function()
  prune.apply(dense, { rate = 0.5, criterion = "anchored" })
end)
-- A misspelt name says more than what is missing because of it.
fails_here("prune.apply: unknown option 'rte'; did you mean 'rate'?", function() prune.apply(dense, { rte = 0.5 }) end)
fails_here("prune.apply: expected either a rate or a count", function() prune.apply(dense, {}) end)
for _, seconds in ipairs { -1, 0 / 0 } do
  fails_here("portfolio.decide: time_limit_s: expected seconds from 0, got " .. tostring(seconds), function()
    portfolio.decide(dense, problem, { time_limit_s = seconds })
  end)
end
fails_here("policy.run: argument 2: expected vnn.Network, got nil", function() policy.run(magnitude) end)
fails_here("policy.run: argument 3: expected a table, got nil", function() policy.run(magnitude, dense) end)
fails_here("policy.run: rate: expected a number from 0 to below 1, got \"half\"", function()
  policy.run(magnitude, dense, { rate = "half" })
end)
fails_here("policy.run: problem: expected vnn.Problem or nothing, got vnn.Network", function()
  policy.run(magnitude, dense, { rate = 0.5, problem = dense })
end)
fails_here("distance.nearest: argument 2: expected vnn.Problem, got nil", function() distance.nearest(dense) end)
fails_here("distance.nearest: threshold: expected a number, got table", function()
  distance.nearest(dense, problem, { threshold = {} })
end)
fails_here("surrogate.walk: argument 1: expected vnn.Encoding, got nil", function() surrogate.walk() end)
fails_here("surrogate.walk: argument 2: expected vnn.Tensor, got 5", function()
  surrogate.walk(verify.encode(dense, problem), 5)
end)
fails_here("plot.draw: argument 1: expected a table, got nil", function() plot.draw() end)
fails_here("plot.draw: stem: expected a string, got nil", function() plot.draw { script = "plot x" } end)
fails_here("plot.draw: width: expected a number, got \"9\"", function()
  plot.draw { stem = "s", script = "plot x", width = "9" }
end)
fails_here("plot.draw: data.points: expected a list of tables, got table", function()
  plot.draw { stem = "s", script = "plot x", data = { points = { 1, 2 } } }
end)
fails_here("report.table: argument 1: expected a list of strings, got nil", function() report.table() end)
fails_here("report.table: argument 2: expected a list of tables, got table", function()
  report.table({ "a" }, { 1 })
end)
fails_here("report.csv: argument 2: expected a list of tables, got nil", function() report.csv { "a" } end)
fails_here("policy.load: argument 1: expected a string, got nil", function() policy.load() end)

-- Unknown options, in each function that takes any.
local schedule, tighten, property = require "vnn.schedule", require "vnn.tighten", require "vnn.property"
for name, take in pairs {
  ["protocol.problem"] = function(given) protocol.problem(dense, digits, 1, given) end,
  ["protocol.prune"] = function(given) protocol.prune(dense, given) end,
  ["policy.run"] = function(given) policy.run(magnitude, dense, given) end,
  ["policy.chooser"] = function(given) policy.chooser(magnitude, given) end,
  ["facts.of"] = function(given) facts.of(dense, given) end,
  ["distance.nearest"] = function(given) distance.nearest(dense, problem, given) end,
  ["surrogate.walk"] = function(given) surrogate.walk(verify.encode(dense, problem), problem.input, given) end,
  ["surrogate.find"] = function(given) surrogate.find(dense, dense, problem, given) end,
  ["surrogate.cascade"] = function(given) surrogate.cascade(dense, problem, given) end,
  ["portfolio.decide"] = function(given) portfolio.decide(dense, problem, given) end,
  ["tighten.bounds"] = function(given) tighten.bounds(dense, problem, given) end,
  ["tighten.prove"] = function(given) tighten.prove(dense, problem, given) end,
  ["schedule.one_shot"] = function(given) schedule.one_shot(dense, given) end,
  ["schedule.iterative"] = function(given) schedule.iterative(dense, given) end,
  ["schedule.lottery"] = function(given) schedule.lottery(dense, given) end,
  ["schedule.gradual"] = function(given) schedule.gradual(dense, given) end,
  ["property.decide"] = function(given) property.decide(dense, verify.property(dense, problem), given) end,
  ["plot.draw"] = function(given) plot.draw(given) end,
  ["format.text"] = function(given) require("vnn.prompt.format").text({}, given) end,
} do
  local done, message = pcall(take, { rate = 0.5, nonsense_here = 1 })
  message = tostring(message)
  check(not done and message:find("arguments.lua:%d+: " .. name:gsub("%.", "%%.") .. ": unknown option"),
    name .. ": " .. message)
end
-- What is no table of options, in functions that look into them first; of settings, the call itself.
for name, take in pairs { one_shot = schedule.one_shot, iterative = schedule.iterative, gradual = schedule.gradual } do
  for got, wrong in pairs { number = 0.5, boolean = true, Dataset = digits } do
    fails_here(("schedule.%s: expected a table of options, got %s"):format(name, got), function()
      take(dense, wrong, { rate = 0.5 })
    end)
  end
end
local settings, statistics = require "vnn.settings", require "vnn.statistics"
for text, wrong in pairs {
  ["statistics.sign_test: losses: expected an integer from 0, got nil"] = function() statistics.sign_test(5) end,
  ["happened: expected a list of booleans, got nil"] = function() statistics.restricted_mean({ 1 }, nil, 2) end,
  ["settings.expect: argument 4: expected a string, got nil"] = function() settings.expect("f", 1, 2) end,
  ["settings.of: argument 3: expected a table, got nil"] = function() settings.of("f", {}) end,
  ["settings.check: argument 3: expected a list of strings, got nil"] = function() settings.check("f", {}) end,
  ["settings.rate: argument 1: expected a string, got nil"] = function() settings.rate() end,
  ["settings.limit: argument 1: expected a string, got -1"] = function() settings.limit(-1) end,
} do
  local done, message = pcall(wrong)
  check(not done and message:find("^%S*arguments%.lua:%d+: ") and message:find(text, 1, true), message)
end
fails_here("protocol.problem: unknown option 'protocl'; did you mean 'protocol'?", function()
  protocol.problem(dense, digits, 1, { protocl = "published" })
end)
fails_here("protocol.prune: unknown option 'protocl'; did you mean 'protocol'?", function()
  protocol.prune(dense, { rate = 0.5, protocl = "published" })
end)
fails_here("policy.run: unknown option 'layer'; did you mean 'layers'?", function()
  policy.run(magnitude, dense, { rate = 0.5, layer = "all" })
end)

checks.finish()
