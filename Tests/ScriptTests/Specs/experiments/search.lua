--- The parts of the experiment that takes Algorithm 1 apart: conditions, what is embedded, agreement, and what is made
--- of rows of which it is known what they show.
package.path = "Scripts/experiments/?.lua;" .. package.path
local agreement = require "search.agreement"
local cases = require "search.cases"
local checks = require "support.checks"
local comparisons = require "search.comparisons"
local conditions = require "search.conditions"
local held = require "shared.draws"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"
local check, near = checks.check, checks.near

-- Each condition is said whole, differs from all others, and where something is changed it is what the name says.
local options = { datasets = { "mnist", "fashion" }, architectures = { "2x32", "4x32" }, images = 50, solver = "glpk" }
local all = assert(cases.make(options))
check(#all == 4800, #all)
local seen = {}
for _, condition in ipairs(conditions.all) do
  local key = conditions.name(condition) .. condition.embedded
  check(not seen[key], key)
  seen[key] = true
  local own = protocol.settings[conditions.protocol(condition.base)]
  for _, name in ipairs { "classes", "norm", "bounds", "over" } do
    local is_own = condition.settings[name] == own[name]
    local may_differ = condition.changed == name or condition.changed == "bounds" and name == "over"
      or condition.base == "few pixels" and name == "norm"
    check(is_own ~= may_differ, key .. name)
  end
  local tests_relaxations = (condition.base ~= "published") ~= (condition.changed == "candidates")
  check((condition.settings.candidates == "relaxations") == tests_relaxations, key)
end

-- The images are none of the paper's, nor of the half that those are drawn from, and always the same.
local draws, again, indices = held.held_out(), held.held_out(), {}
for position, draw in ipairs(draws) do
  check(draw.index >= 30000 and draw.index < 60000 and not indices[draw.index])
  check(draw.epsilon >= 4.5 and draw.epsilon <= 5.5 and again[position].index == draw.index)
  indices[draw.index] = true
end

-- A network agrees with itself, and not with its opposite.
local dense = nn.mlp({ 6, 12, 8, 3 }, { seed = 3 })
local problem = verify.problem {
  input = tensor.full({ 6 }, 0.5), lower = 0, upper = 1, norm = "l1", epsilon = 1, class = 1, target = 2,
}
local same = agreement.of(dense, dense, problem, 1)
check(near(same.gradient_cosine, 1) and same.equal_activations == 1 and near(same.margin_correlation, 1))
check(same.margin_error == 0 and same.difference_bound >= 0 and same.difference_bound < 1e-6)
local layers = {}
for position = 1, dense.depth do
  local layer = dense:layer(position)
  local sign = position == dense.depth and -1 or 1
  layers[position] = { weight = layer.weight * sign, bias = layer.bias * sign }
end
local opposite = agreement.of(dense, nn.from_layers(layers), problem, 1)
check(near(opposite.gradient_cosine, -1) and opposite.equal_activations == 1)
check(near(opposite.margin_correlation, -1) and opposite.margin_error > 1)
-- The bound is one: at points of its own no margin differs by more.
local pruned = prune.apply(dense, { rate = 0.5 })
local of_pruned = agreement.of(dense, pruned, problem, 1)
local bound = verify.difference(dense, pruned, problem).bound
local random = tensor.random(5)
for _ = 1, 100 do
  local x = problem:sample(random)
  check(problem:margin(dense:forward(x)) - problem:margin(pruned:forward(x)) <= bound + 1e-9)
end
check(of_pruned.difference_bound > 0 and of_pruned.gradient_cosine < 1 and of_pruned.margin_correlation > -1)

-- Rows: on every problem the surrogate with the better cosine hits, accuracy is better for the one that does not, and
-- the error says nothing.
local rows = {}
for image = 1, 8 do
  for position, embedded in ipairs { "dense", "magnitude 0.9", "random weights" } do
    rows[#rows + 1] = {
      dataset = "digits", architecture = "2x32", image = image, base = "strict", embedded = embedded,
      found = position < 3, attack_found = true, hit_processor_s = position < 3 and 1 / position or nil, time_limit = 2,
      gradient_cosine = 1 / position, embedded_accuracy = position,
      margin_error = 1, equal_activations = 1, margin_correlation = 1, difference_bound = 1,
    }
  end
end
local function predictor(name)
  for _, each in ipairs(comparisons.predictors(rows)) do
    if each.name == name and each.group == "all" then return each.result, each.over_accuracy end
  end
end
local cosine, over_accuracy = predictor "gradients' cosine"
check(cosine.value == 1 and cosine.images == 8 and cosine.p == 2 ^ -7 and cosine.outcome == "open", "adjusted for ten")
check(over_accuracy.value == 2 and over_accuracy.p == 2 ^ -7)
check(predictor("accuracy").value == -1 and predictor("margins' error").value == 0)
check(predictor("margins' error").outcome == "no room" and select(2, predictor "accuracy") == nil)
-- Of those that are made of the dense network there is one for each problem, so none is told from another.
for _, each in ipairs(comparisons.predictors(rows)) do check(each.group == "all") end
local list = comparisons.all(rows)
local by_name = {}
for _, result in ipairs(list) do by_name[result.name] = result end
check(#list == 6)
local knows, lacks = by_name["strict: magnitude 0.9 over random weights"], by_name["strict: random weights over dense"]
check(by_name["strict: magnitude 0.9 over dense"].result.outcome == "no room")
check(knows.result.value == 1 and knows.result.p == 2 ^ -7 and knows.result.outcome == "holds")
-- Only three of the six have room: those with the random weights.
check(knows.result.p_holm == 3 * 2 ^ -7, knows.result.p_holm)
check(lacks.result.value == -1 and lacks.result.outcome == "opposite" and lacks.first == 0 and lacks.second == 8)
check(by_name["strict: dense over gradients"].first == 8 and not by_name["strict: dense over gradients"].sooner)
-- Times are compared where both find something, and adjusted by themselves.
local sooner = by_name["strict: magnitude 0.9 over dense"].sooner
check(near(sooner.value, math.log(0.5)) and sooner.p_holm == 2 ^ -7 and sooner.outcome == "holds" and not knows.sooner)
-- What is found after the limit is none.
rows[2].hit_processor_s = 3
check(comparisons.compare("", {
  comparisons.of(rows, { base = "strict", embedded = "magnitude 0.9" }),
  comparisons.of(rows, { base = "strict", embedded = "dense" }),
}).first == 7)
-- What is skipped is no problem of a comparison.
rows[2].skipped = "misclassified"
check(comparisons.compare("", {
  comparisons.of(rows, { base = "strict", embedded = "magnitude 0.9" }),
  comparisons.of(rows, { base = "strict", embedded = "dense" }),
}).result.problems == 7)
-- How much more a condition does for a surrogate: the dense network finds nothing under the base, and both do
-- elsewhere.
local crossed = {}
for image = 1, 8 do
  for _, embedded in ipairs { "dense", "magnitude 0.9" } do
    for _, changed in ipairs { "candidates", false } do
      crossed[#crossed + 1] = {
        dataset = "digits", architecture = "2x32", image = image, base = "published", embedded = embedded,
        changed = changed or nil, found = changed or embedded ~= "dense", attack_found = true, hit_processor_s = 1,
        time_limit = 2,
      }
    end
  end
end
for _, comparison in ipairs(comparisons.all(crossed)) do
  if comparison.name == "published, other candidates and magnitude 0.9" then
    check(comparison.result.value == -1 and comparison.result.outcome == "opposite" and not comparison.first)
    crossed.seen = true
  end
end
check(crossed.seen)
-- Where the classes are the embedded network's, what is found on images that count before any search is told apart:
-- here all that random weights find more, of which no measure tells them either.
local counted = {}
for image = 1, 16 do
  for _, embedded in ipairs { "dense", "random weights", "distilled" } do
    local at_image = image <= 8 and embedded == "random weights"
    counted[#counted + 1] = {
      dataset = "digits", architecture = "2x32", image = image, base = "published", embedded = embedded,
      found = at_image, attack_found = true, hit_processor_s = 1, time_limit = 2, x0_counts = at_image,
      gradient_cosine = 1, embedded_accuracy = 1, margin_error = 1, equal_activations = 1, margin_correlation = 1,
      difference_bound = 1,
    }
  end
end
local over_dense = {}
for _, comparison in ipairs(comparisons.all(counted)) do over_dense[comparison.name] = comparison end
local whole = over_dense["published: random weights over dense"]
local searched = over_dense["published: random weights over dense" .. comparisons.searched]
check(whole.first == 8 and whole.result.problems == 16 and whole.result.outcome == "holds")
check(searched.first == 0 and searched.result.problems == 8 and searched.result.outcome == "no room")
check(#comparisons.predictors(counted) == 0)

-- The problems of a few pixels and with side constraints are about the same image and classes.
local data, problems = require "vnn.data", require "search.problems"
local digits = assert(data.load("digits", { side = 9 }))
local learned = nn.train(nn.mlp({ 81, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1, progress = false })
local made = {}
for _, condition in ipairs(conditions.all) do
  if condition.embedded == "dense" and not condition.changed then
    local case = conditions.parameters(condition)
    case.image = 2
    made[condition.base] = assert(problems.of(case, learned, digits))
  end
end
local strict, few, side = made.strict, made["few pixels"], made["side constraints"]
check(few.norm == "l0" and few.epsilon == problems.few and side.norm == "l1" and side.epsilon == strict.epsilon)
for _, other in ipairs { few, side } do
  check(other.class == strict.class and other.target == strict.target and other.input:allclose(strict.input))
end
check(side:contains(side.input) and #side.constraints > 1 and #few.constraints == 0)
check(not side:contains(side.input * 0.5, 1e-6), "the mean may not change")

checks.finish()
