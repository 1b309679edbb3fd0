--- The portfolio: its verdicts against those of its parts, its stages, and whom it believes.
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local surrogate = require "vnn.surrogate"
local tensor = require "vnn.tensor"
local tighten = require "vnn.tighten"
local verify = require "vnn.verify"
local checks = require "support.checks"
local problem_of = require "support.problem_of"
local check, fails = checks.check, checks.fails

-- Search, MILP and portfolio agree on every problem; a witness is never beside a proof.
local verdicts = {}
for seed = 1, 6 do
  local dense = nn.mlp({ 12, 10, 8, 3 }, { seed = seed })
  for _, epsilon in ipairs { 0.2, 1, 3 } do
    local problem = problem_of(dense, epsilon)
    local direct = surrogate.solve_directly(dense, problem)
    local search = verify.branch_and_bound(dense, problem, { time_limit_s = 10 })
    local decided = portfolio.decide(dense, problem, { time_limit_s = 10 })
    local alone = portfolio.decide(dense, problem, { time_limit_s = 10, stages = { "bounds", "search" } })
    local name = ("seed %d, epsilon %s"):format(seed, epsilon)
    check(decided.verdict == direct.verdict and alone.verdict == direct.verdict, name .. ": " .. direct.verdict)
    check(search:proves_robust(dense) == (direct.verdict == "robust"), name)
    check((search.status == "found") == (direct.verdict == "adversarial"), name)
    check(search.bound >= search.margin and problem:contains(search.point), name)
    check((decided.witness ~= nil) == (decided.verdict == "adversarial"), name)
    check(decided.decided_by and decided.clocks[decided.decided_by] and decided.seconds > 0, name)
    verdicts[direct.verdict] = true
  end
end
check(verdicts.robust and verdicts.adversarial, "both verdicts occur")

-- A pruned copy proves the dense network robust where little was pruned.
local dense = nn.mlp({ 8, 8, 6, 3 }, { seed = 3 })
local problem, easy, near = problem_of(dense, 2), problem_of(dense, 3), problem_of(dense, 0.05)
check(portfolio.decide(dense, near, { stages = { "difference" }, rates = { 0.02, 0.9 } }).decided_by == "difference")
check(portfolio.decide(dense, easy, { stages = { "difference" } }).verdict == "unknown")

-- A MILP of its own where few neurons are undecided, and none where many are.
local small, crowded = nn.mlp({ 6, 7, 8, 10, 6, 3 }, { seed = 5 }), nn.mlp({ 4, 80, 80, 3 }, { seed = 1 })
local asked_small, asked_crowded = problem_of(small, 0.3), problem_of(crowded, 30)
check(verify.bounds(crowded, asked_crowded).unstable > 60 and verify.bounds(small, asked_small).unstable <= 60)
local exact = portfolio.decide(small, asked_small, { stages = { "small" } })
check(exact.decided_by == "small" and exact.verdict == surrogate.solve_directly(small, asked_small).verdict)
check(portfolio.decide(crowded, asked_crowded, { stages = { "small" } }).verdict == "unknown")

-- No time at all is an honest "unknown"; stages are open to scripts; unknown ones are errors.
local undecided = portfolio.decide(dense, problem, { time_limit_s = 0 })
check(undecided.verdict == "unknown")
-- What is open is gone on with, and what is settled, or was let go of, is not.
local later = portfolio.proceed(undecided, 10)
check(later.verdict ~= "unknown")
checks.refuses({ "expected an unknown result of portfolio.decide" }, portfolio.proceed, later, 1)
portfolio.forget(undecided)
checks.refuses({ "expected an unknown result of portfolio.decide" }, portfolio.proceed, undecided, 1)
-- What began with too little time gets another turn with more.
for _, name in ipairs { "small", "search", "milp" } do
  local cut = portfolio.decide(dense, problem, { time_limit_s = 0, stages = { name } })
  local done = portfolio.proceed(cut, 20)
  check(cut.verdict == "unknown" and done.verdict ~= "unknown" and done.decided_by == name, name)
end
local called
portfolio.stages.mine = function(run)
  called = run:remaining() > 0 and tostring(run.problem) == tostring(problem)
  called = called and (run.dense:forward(problem.input) - dense:forward(problem.input)):abs():max() == 0
  return false
end
check(portfolio.decide(dense, problem, { stages = { "mine" } }).verdict == "unknown" and called)
-- A stage is not believed: what it returns must prove something about this very network.
portfolio.stages.mine = function() return true end
local believed, message = pcall(portfolio.decide, dense, problem, { stages = { "mine" } })
check(not believed and message:find("stage 'mine': expected a proof", 1, true), message)
local stranger = nn.mlp(dense.widths, { seed = 99 })
portfolio.stages.mine = function(run) return verify.bounds(stranger, run.problem) end
check(portfolio.decide(dense, problem, { stages = { "mine" } }).verdict == "unknown")
-- Nor does a table that says so itself, or a result that somebody fills in.
portfolio.stages.mine = function() return { encoding = { proves_robust = function() return true end } } end
believed, message = pcall(portfolio.decide, dense, problem, { stages = { "mine" } })
check(not believed and message:find("stage 'mine': expected a proof", 1, true), message)
portfolio.stages.mine = function(run)
  run.result.proof, run.result.witness = verify.bounds(stranger, run.problem), {}
end
local filled = portfolio.decide(dense, near, { stages = { "mine" } })
check(filled.verdict == "unknown" and filled.proof == nil and filled.witness == nil)
portfolio.stages.mine = nil
-- A model that no solver takes ends a stage, not the decision.
local extreme = nn.from_layers {
  { weight = tensor.from { { 1e13, 1 }, { 1, 1 } }, bias = tensor.from { -5e12, -0.5 } },
  { weight = tensor.from { { 1e-13, 1 }, { 0, 0 } }, bias = tensor.from { 0, 0.25 } },
}
local posed = verify.problem { input = { 0.6, 0.6 }, norm = "linf", epsilon = 0.3, class = 1, target = 2 }
local direct = surrogate.solve_directly(extreme, posed)
check(direct.verdict == "unknown" and direct.reason:find("is lost beside", 1, true), direct.reason)
check(portfolio.decide(extreme, posed, { stages = { "surrogates", "search" } }).verdict ~= "unknown")
-- What the search has found is kept, whatever point it looked at last.
local seen = 0
for seed = 1, 40 do
  local network = nn.mlp({ 4, 10, 10, 3 }, { seed = seed })
  local asked = problem_of(network, 1)
  local held = verify.problem {
    input = asked.input, norm = "l1", epsilon = 1, class = asked.class, target = asked.target,
    constraints = { { inputs = { 1, -1, 0.5, 0 }, relation = "<=", right = 0.2 } },
  }
  local found = verify.branch_and_bound(network, held, { time_limit_s = 5 })
  if found.status == "found" then
    seen = seen + 1
    check(portfolio.decide(network, held, { stages = { "bounds", "search" } }).witness, seed)
  end
end
check(seen > 5, seen)
-- A name that is wrong is an error before anything is tried, whether or not the search would have come to it.
fails(function() portfolio.decide(dense, easy, { stages = { "attack", "bonds" } }) end, "'bonds'", "mean 'bounds'")
fails(function() portfolio.decide(dense, easy, { stages = { "mine" } }) end, "unknown stage 'mine'")
-- Witnesses may be asked about; one that is refused leaves the rest of the stages.
local asked = 0
local fragile = nn.mlp({ 12, 10, 8, 3 }, { seed = 1 })
local wide = problem_of(fragile, 3)
check(portfolio.decide(fragile, wide, { stages = { "attack" } }).decided_by == "attack")
local refused = portfolio.decide(fragile, wide, {
  stages = { "attack", "bounds", "glance", "surrogates" },
  confirm = function(witness)
    asked = asked + 1
    return witness.margin <= 0
  end,
})
check(refused.verdict == "unknown" and refused.witness == nil and refused.first_hit_s == nil and asked >= 2, asked)
check(refused.clocks.attack and refused.clocks.surrogates, "the stages after the refused point were tried")

-- What solvers take for infinite is no model of theirs; the other stages decide all the same.
local huge = nn.from_layers {
  { weight = tensor.from { { 1, 1 }, { 1, -1 } }, bias = tensor.from { 1e11, 1e11 } },
  { weight = tensor.from { { 1e11, 1e11 }, { 0, 0 } }, bias = tensor.zeros { 2 } },
}
local far = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.1, class = 1 }
local encoding, excuse = verify.encode(huge, far)
check(encoding == nil and excuse:find("beyond 1e+20", 1, true), excuse)
check(surrogate.find(huge, huge, far, { bounds = "interval" }).verdict == "robust")
local open = verify.problem { input = { 0.5, 0.5 }, norm = "linf", epsilon = 0.1, class = 2 }
check(portfolio.decide(huge, open).verdict == "already_adversarial")
for _, stage in ipairs { "small", "surrogates", "refined", "milp" } do
  local verdict = portfolio.decide(huge, far, { stages = { stage } }).verdict
  check(verdict == "robust" or verdict == "unknown", stage)
end
check(require("vnn.distance").nearest(huge, far).reason == excuse)

-- Stages that settle nothing have less of the time of the next question alike, and all again once they settle one.
local experience, seen_parts = {}, {}
local hard, simple = problem_of(fragile, 0.05), problem_of(fragile, 3)
portfolio.stages.mine = function(run)
  seen_parts[#seen_parts + 1] = run.options.experience.mine or 1
  if run.problem.epsilon > 1 then run:test(verify.attack(run.dense, run.problem), "mine") end
end
for _, question in ipairs { hard, hard, hard, hard, hard, simple, hard } do
  portfolio.decide(fragile, question, { stages = { "mine" }, experience = experience })
end
check(table.concat(seen_parts, " ") == "1 0.5 0.25 0.125 0.125 0.125 1", table.concat(seen_parts, " "))
portfolio.stages.mine = nil

-- Where bounds overflow there are none, and what needs none is tried all the same. The second output is larger from 0.5
-- on, and beyond 0.9 the first is a number that no format holds.
local chain = { { weight = tensor.from { { 1e38 }, { 1 } }, bias = tensor.from { -0.9e38, 0 } } }
for number = 2, 9 do
  chain[number] = { weight = tensor.from { { 1e38, 0 }, { 0, 1 } }, bias = tensor.zeros { 2 } }
end
chain[10] = { weight = tensor.from { { 1, 0 }, { 0, 1 } }, bias = tensor.from { 0.5, 0 } }
local vast = nn.from_layers(chain)
local reaching = verify.problem { input = { 0.3 }, norm = "linf", epsilon = 0.7, class = 1 }
local none, overflow = verify.bounds(vast, reaching)
check(none == nil and overflow:find("overflow", 1, true), overflow)
for _, name in ipairs { "relax", "encode", "branch_and_bound" } do
  local value, refusal = verify[name](vast, reaching)
  check(value == nil and refusal == overflow, name)
end
check(select(2, verify.difference(vast, vast, reaching)) == overflow)
check(select(2, tighten.bounds(vast, reaching)) == overflow)
check(surrogate.find(vast, vast, reaching).reason == overflow)
check(portfolio.decide(vast, reaching).decided_by == "attack")
local other = verify.problem { input = { 0.8 }, norm = "linf", epsilon = 0.15, class = 2 }
local all = { "bounds", "programs", "glance", "small", "surrogates", "refined", "difference", "search", "milp" }
local unsettled = portfolio.decide(vast, other, { stages = all, time_limit_s = 5 })
check(unsettled.verdict == "unknown" and unsettled.reason == overflow, unsettled.reason)

checks.finish()
