--- Stages that want a false verdict: whatever they assign, the verdict is what a witness or a proof says of the
--- question as it was when the run began.
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verdict = require "vnn.verdict"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check = checks.check

-- The inputs themselves are the outputs: class 1 wins at (0.5, 0.25), and class 2 within a distance of 0.25.
local plain = nn.from_layers { { weight = tensor.from { { 1, 0 }, { 0, 1 } }, bias = tensor.zeros { 2 } } }
local function problem(epsilon, class)
  return verify.problem {
    input = { 0.5, 0.25 }, norm = "l1", epsilon = epsilon, class = class or 1, target = 3 - (class or 1),
  }
end
local attackable, robust, misclassified = problem(1), problem(0.1), problem(1, 2)
-- A question of which the opposite holds.
local flipped = nn.from_layers { { weight = tensor.from { { 0, 1 }, { 1, 0 } }, bias = tensor.zeros { 2 } } }
local witness = assert(verify.check(plain, attackable, { 0.2, 0.8 }))
local proof = verify.bounds(plain, robust)
check(proof:proves_robust(plain, robust) and witness.adversarial)

--- Every way that a hostile stage may go; `aim` is the verdict that it wants, `undo` puts the globals right again.
local attempts = {}

function attempts.assigns_question(run)
  pcall(function() run.dense = flipped end)
  pcall(function() run.problem = robust end)
  rawset(run, "dense", flipped)
  rawset(run, "problem", robust)
  return verify.bounds(flipped, robust)
end
function attempts.changes_the_network_in_place(run)
  for index = 1, run.dense.depth do
    local layer = run.dense:layer(index)
    for position = 1, 2 do pcall(function() layer.bias[position] = 100 * position end) end
    pcall(function() layer.weight:fill_(0) end)
    pcall(function() layer.bias:fill_(0) end)
  end
  return verify.bounds(run.dense, run.problem)
end
function attempts.replaces_methods(run, aim)
  for _, name in ipairs { "test", "found", "accepts", "remaining", "finish" } do
    rawset(run, name, function() return true end)
  end
  rawset(run, "finish", function() return { verdict = aim } end)
end
function attempts.replaces_methods_of_all_runs(run, aim)
  local metatable = getmetatable(run)
  check(type(metatable) ~= "table", "a run's metatable is protected")
  for _, name in ipairs { "test", "found", "accepts", "finish", "begin" } do
    verdict[name] = function() return name == "finish" and { verdict = aim } or true end
  end
end
function attempts.replaces_verify(_, aim)
  local fake = setmetatable({ adversarial = aim == "adversarial", moved = 0, input = tensor.zeros { 2 } }, {})
  verify.check = function() return fake end
  verify.proves_robust = function() return true end
  verify.bounds = function() return proof end
  return proof
end
function attempts.replaces_globals(_, aim)
  for name in ("type rawget rawset rawequal next pairs ipairs setmetatable tostring"):gmatch "%l+" do
    rawset(_G, name, function() return aim == "robust" and "userdata" or true end)
  end
  rawset(_G, "error", function() end)
  rawset(math, "max", function() return 1 end)
  rawset(string, "format", function() return "robust" end)
  return true
end
function attempts.patches_files()
  local metatable = getmetatable(io.stdout)
  if type(metatable) == "table" then
    metatable.__index.proves_robust = function() return true, "forged" end
    metatable.__index.encoding = io.stdout
  end
  return io.stdout
end
function attempts.makes_a_proof()
  local forged = { proves_robust = function() return true end }
  forged.encoding, forged.solution = forged, {}
  return forged
end
function attempts.makes_an_object()
  return setmetatable({}, { __name = "vnn.Bounds", __index = { proves_robust = function() return true end } })
end
function attempts.returns_a_proof_of_another_problem() return proof end
function attempts.returns_a_proof_of_another_network(run) return verify.bounds(flipped, run.problem) end
function attempts.returns_invented_bounds(run)
  local bounds = verify.bounds(nn.mlp({ 2, 2, 2 }, { seed = 1 }), run.problem)
  return bounds:replace_layer(1, { 0, 0 }, { 0, 0 })
end
function attempts.returns_an_encoding_with_a_made_solution(run)
  local encoding = verify.encode(run.dense, run.problem)
  encoding.model:minimize(encoding.margin)
  local solution = encoding.model:solve()
  return { encoding = encoding, solution = solution }
end
function attempts.adds_a_row_before_the_solve(run)
  local encoding = verify.encode(run.dense, run.problem)
  encoding.model:constrain(encoding.margin, "<=", -1)
  return { encoding = encoding, solution = encoding.model:solve() }
end
function attempts.assigns_the_result(run, aim)
  run.result.verdict, run.result.witness, run.result.proof = aim, witness, proof
  setmetatable(run.result, { __newindex = function() end, __index = { verdict = aim }, __pairs = function()
    return function() end
  end })
  run.result = setmetatable({ verdict = aim }, { __newindex = function() end })
end
function attempts.assigns_options(run)
  run.options.confirm = function() return true end
  run.options.time_limit_s = math.huge
  run.options.stages = {}
end
function attempts.tests_strange_points(run)
  for _, point in ipairs { { 0 / 0, 0 }, { math.huge, 0 }, { 0.2 }, {}, "x", { "0.2", "0.8" }, witness, false } do
    pcall(run.test, run, point, "mine")
  end
end
function attempts.tests_with_another_run(run)
  local other = verdict.begin(flipped, attackable, { time_limit_s = 1 })
  pcall(run.test, other, { 0.5, 0.25 }, "mine")
  pcall(run.accepts, other, verify.bounds(flipped, robust))
  return other:found()
end
function attempts.yields(run)
  local thread = coroutine.create(function() coroutine.yield(run:found()) end)
  coroutine.resume(thread)
  return nil
end
function attempts.raises()
  error(setmetatable({ verdict = "robust" }, { __tostring = function() return "robust" end }))
end
function attempts.closes_things(run)
  pcall(function() local _ <close> = run.problem end)
  pcall(function() local _ <close> = run.dense end)
end
function attempts.collects(run)
  setmetatable({}, { __gc = function() rawset(run, "dense", flipped) end })
  collectgarbage()
end
function attempts.returns_a_surrogate_proof(run)
  local other = surrogate.solve_directly(flipped, run.problem, { time_limit_s = 2 })
  return other.proof or verify.bounds(flipped, robust)
end
function attempts.is_called_again(run)
  portfolio.stages.inner = function() return nil end
  portfolio.decide(flipped, run.problem, { stages = { "inner" }, time_limit_s = 1 })
end
function attempts.removes_modules()
  for name in pairs(package.loaded) do
    if name:find "^vnn%." then package.loaded[name] = nil end
  end
  package.preload["vnn.verify"] = function() return { check = function() return witness end } end
  package.searchers[2] = function() return function() return {} end end
end
attempts["replaces the word stage"] = function() portfolio.stages.attack = function() return proof end end

--- Puts back what an attempt has replaced.
local function keeping(tables, body)
  local kept = {}
  for position, one in ipairs(tables) do
    kept[position] = {}
    for key, value in next, one do kept[position][key] = value end
  end
  local rawset_before, next_before, ipairs_before = rawset, next, ipairs
  local results = table.pack(pcall(body))
  for position, one in ipairs_before(tables) do
    for key in next_before, one do
      if kept[position][key] == nil then rawset_before(one, key, nil) end
    end
    for key, value in next_before, kept[position] do rawset_before(one, key, value) end
  end
  return table.unpack(results, 1, results.n)
end

local replaceable = {
  _G, verify, verdict, portfolio, portfolio.stages, surrogate, math, string, table, package.loaded, package.preload,
  package.searchers, io, system,
}

local count = 0
local function attempt(name, question, aim, allowed)
  local decide = portfolio.decide
  local done, result = keeping(replaceable, function()
    portfolio.stages.hostile = function(run) return attempts[name](run, aim) end
    return decide(plain, question, { stages = { "hostile" }, time_limit_s = 5 })
  end)
  count = count + 1
  local got = done and result.verdict or "error"
  check(allowed[got], ("stage '%s' that wants %s gets %s"):format(name, aim, got))
end

local names = {}
for name in pairs(attempts) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  -- It has an adversarial input that no stage looks for, so it is not robust.
  attempt(name, attackable, "robust", { unknown = true, error = true, adversarial = true })
  -- It has none.
  attempt(name, robust, "adversarial", { unknown = true, error = true, robust = true })
  -- Its input is one as it is.
  attempt(name, misclassified, "robust", { already_adversarial = true })
end
check(count == 3 * #names and #names >= 24)

-- The question cannot be assigned, on the stage's own line.
portfolio.stages.hostile = function(run) run.dense = flipped end
local line = debug.getinfo(1, "l").currentline - 1
local refused, message = pcall(portfolio.decide, plain, attackable, { stages = { "hostile" } })
check(not refused and message:find(("hostile.lua:%d: the question is fixed: run.dense"):format(line), 1, true), message)

-- What a callback refuses is no witness, whatever a stage makes of the options.
portfolio.stages.hostile = function(run)
  run.options.confirm = function() return true end
  check(not run:test({ 0.2, 0.8 }, "hostile"))
end
local refusing = { stages = { "hostile" }, confirm = function() return false end }
local unconfirmed = portfolio.decide(plain, attackable, refusing)
check(unconfirmed.verdict == "unknown" and not unconfirmed.witness)

-- A proof and a witness of one question are a defect, whichever comes first, and both are shown.
local inner = require("support.library").module_of(verdict.accepts, "verify")
local honest = inner.proves_robust
inner.proves_robust = function() return true end
for _, stage in ipairs {
  function(run)
    run:test({ 0.2, 0.8 }, "hostile")
    return proof
  end,
  function(run)
    check(run:accepts(proof))
    run:test({ 0.2, 0.8 }, "hostile")
  end,
} do
  portfolio.stages.hostile = stage
  local agreed, defect = pcall(portfolio.decide, plain, attackable, { stages = { "hostile" } })
  check(not agreed and defect:find "a defect of vnnlua" and defect:find "Bounds%(" and defect:find "Witness%(", defect)
end
inner.proves_robust = honest
portfolio.stages.hostile = nil
checks.finish()
