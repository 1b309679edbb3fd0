--- Properties of several regions: all are attacked before any is proved, and time goes round among those still open.
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local property = require "vnn.property"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local checks = require "support.checks"
local check = checks.check

local folder <close> = system.temporary_folder()

--- "Is there an input of one of the boxes with y_1 >= y_2?"
local function stated(boxes)
  local lines, cases = { "(declare-const X_0 Real) (declare-const X_1 Real)" }, {}
  lines[2] = "(declare-const Y_0 Real) (declare-const Y_1 Real)"
  for number, box in ipairs(boxes) do
    cases[number] = ("(and (>= X_0 %.17g) (<= X_0 %.17g) (>= X_1 %.17g) (<= X_1 %.17g) (>= Y_0 Y_1))"):format(
      box[1], box[1] + box[3], box[2], box[2] + box[3])
  end
  lines[3] = ("(assert (or %s))"):format(table.concat(cases, " "))
  local path = folder.path .. "/boxes.vnnlib"
  assert(system.write_file(path, table.concat(lines, "\n")))
  return assert(verify.load_property(path))
end

-- y_1 - y_2 is |x_1| + |x_2| - 1: satisfied outside of a diamond.
local network = nn.from_layers {
  { weight = tensor.from { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } }, bias = tensor.zeros { 4 } },
  { weight = tensor.from { { 1, 1, 1, 1 }, { 0, 0, 0, 0 } }, bias = tensor.from { -1, 0 } },
}
local inside, outside = {}, { 0.8, 0.8, 0.1 }
for number = 1, 20 do inside[number] = { -0.4 + 0.01 * number, -0.3, 0.3 } end

-- A point in the last of many regions is found before anything is tried to prove the others.
local tried = 0
portfolio.stages.mine = function() tried = tried + 1 end
local many = table.move(inside, 1, 20, 1, {})
many[21] = outside
local found = property.decide(network, stated(many), { stages = { "mine" }, time_limit_s = 20 })
check(found.verdict == "sat" and found.decided_by == "attack" and tried == 0, found.verdict)
check(#found.cases == 21 and found.open == nil and found.input[1] >= 0.8)

-- Many regions are glanced at first: bounds settle those inside, and what they leave is attacked and searched. A region
-- that touches the diamond is no proof of anything.
local glanced = property.decide(network, stated(inside), { time_limit_s = 20 })
check(glanced.verdict == "unsat" and glanced.decided_by == "bounds" and #glanced.cases == 20, glanced.verdict)
for place = 1, 21, 10 do
  local mixed = table.move(inside, 1, 20, 1, {})
  table.insert(mixed, place, outside)
  local mine = property.decide(network, stated(mixed), { time_limit_s = 20 })
  check(mine.verdict == "sat" and mine.input[1] >= 0.8, mine.verdict)
  mixed[place] = { 0.25, 0.25, 0.25 }
  local touching = property.decide(network, stated(mixed), { time_limit_s = 20 })
  check(touching.verdict == "sat" and touching.input[1] == 0.5 and touching.input[2] == 0.5, touching.verdict)
end
-- A proof by a glance is none where the file's own outputs differ.
local denied = property.decide(network, stated(inside), {
  time_limit_s = 20,
  replay = function() return tensor.from { 1, 0 } end,
})
check(denied.verdict == "unknown" and denied.reason:find "replay", denied.verdict)

-- Without any way to prove them all stay open, and more time would be of no use.
local none = property.decide(network, stated(inside), { stages = { "mine" }, time_limit_s = 20 })
check(none.verdict == "unknown" and tried == 20 and #none.open == 20 and none.open[20].case == 20, none.verdict)
-- Out of time is another thing.
local late = property.decide(network, stated(inside), { time_limit_s = 0 })
check(late.verdict == "timeout" and #late.open == 20 and late.input == nil, late.verdict)

-- The verdict is that of the regions one by one, whatever the number of threads.
local verdicts = {}
for seed = 1, 8 do
  local random = tensor.random(seed)
  local deep = nn.mlp({ 2, 8, 8, 2 }, { seed = seed })
  local boxes, expected = {}, "unsat"
  for number = 1, 4 do
    local corner = random:uniform({ 2 }, -1, 1)
    boxes[number] = { corner[1], corner[2], 0.05 }
    local alone = property.decide(deep, stated { boxes[number] }, { time_limit_s = 20 }).verdict
    check(alone == "sat" or alone == "unsat", ("seed %d, %d: %s"):format(seed, number, alone))
    if alone == "sat" then expected = "sat" end
  end
  for threads = 1, 3 do
    local result = property.decide(deep, stated(boxes), { time_limit_s = 20, threads = threads })
    local name = ("seed %d, %d threads"):format(seed, threads)
    check(result.verdict == expected, ("%s: %s for %s"):format(name, result.verdict, expected))
    check((result.open and #result.open or 0) == 0)
  end
  verdicts[expected] = true
end
check(verdicts.sat and verdicts.unsat, "both verdicts occur")

-- A region that takes all of its time comes again when the others have had theirs.
local search, calls = portfolio.stages.search, 0
portfolio.stages.search = function(run)
  calls = calls + 1
  if calls > 6 then return search(run) end
  while run:remaining() > 0 do end
end
local rounds = property.decide(network, stated { inside[1], inside[2], inside[3] }, {
  stages = { "search" },
  time_limit_s = 2,
})
portfolio.stages.search, portfolio.stages.mine = search, nil
check(rounds.verdict == "unsat" and rounds.decided_by == "search" and calls == 9, rounds.verdict)

-- The largest margin is 0: no more can be said, and how near it is is said.
local tie = property.decide(network, stated { { 0.25, 0.25, 0.25 } }, { time_limit_s = 5 })
check(tie.verdict == "sat" or tie.verdict == "unknown" and tie.reason:find "region 1: no margin is above", tie.reason)

checks.finish()
