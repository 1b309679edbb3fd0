--- The portfolio: its verdicts against those of its parts, its stages, and whom it believes.
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local surrogate = require "vnn.surrogate"
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

-- No time at all is an honest "unknown"; stages are open to scripts; unknown ones are errors.
check(portfolio.decide(dense, problem, { time_limit_s = 0 }).verdict == "unknown")
local called
portfolio.stages.mine = function(run)
  called = run:remaining() > 0 and run.dense == dense
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
portfolio.stages.mine = nil
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

checks.finish()
