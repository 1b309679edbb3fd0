--- What is compared in the rows: a surrogate with the dense network, with one that knows nothing, and with the one it
--- was made of; one condition with another; and whether a condition does more for a surrogate than for the dense
--- network. Always on the same problem.
local conditions = require "search.conditions"
local limit = require "shared.limit"
local settings = require "vnn.settings"
local tested = require "shared.tested"

local comparisons = {}

--- The image that a row hangs on: its networks are its own, so that nothing joins two images.
function comparisons.image(row) return ("%s %d"):format(row.dataset, row.image) end

local function problem_of(row) return ("%s %s %d"):format(row.dataset, row.architecture, row.image) end

local function number(found) return found and 1 or 0 end

--- Processor seconds to a row's find within its limit, the making of the surrogate included; nil without one.
---@param row table
---@return number?
function comparisons.hit(row)
  return row.found and limit.holds(row, nil, row.hit_processor_s) and row.hit_processor_s or nil
end

---@class search.Find
---@field found boolean
---@field image string
---@field seconds number? to it
---@field row table? of a solve

--- What the rows with these values found, by their problems.
---@param rows table[]
---@param wanted { base: string, embedded: string, changed: string? }
---@return table<string, search.Find>
function comparisons.of(rows, wanted)
  local chosen = {}
  for _, row in ipairs(rows) do
    local fits = row.base == wanted.base and row.embedded == wanted.embedded and row.changed == wanted.changed
    if fits and not row.skipped then
      local seconds = comparisons.hit(row)
      chosen[problem_of(row)] = {
        found = seconds ~= nil, seconds = seconds, image = comparisons.image(row), row = row,
      }
    end
  end
  return chosen
end

---@class search.Comparison
---@field name string what is compared with what
---@field first integer? how many the first found; nothing of an interaction
---@field second integer? the other
---@field result shared.Tested of the differences of the finds
---@field sooner shared.Tested? of the logarithms of the ratios of times, where both find something; nothing of an
---  interaction and of the attack

--- The finds of two sets, problem by problem; of four, how much more the first has over the second than the
--- third over the fourth.
---@param name string
---@param sets table<string, search.Find>[] two or four
---@return search.Comparison
function comparisons.compare(name, sets)
  local comparison, list, times = { name = name, first = 0, second = 0 }, {}, {}
  for problem, own in pairs(sets[1]) do
    local others, is_whole = {}, true
    for place, set in ipairs(sets) do
      others[place] = set[problem] and number(set[problem].found)
      is_whole = is_whole and set[problem] ~= nil
    end
    if is_whole then
      comparison.first, comparison.second = comparison.first + others[1], comparison.second + others[2]
      local less = #sets == 4 and others[3] - others[4] or 0
      list[#list + 1] = { number = others[1] - others[2] - less, image = own.image }
      local theirs = sets[2][problem].seconds
      if own.seconds and theirs then
        times[#times + 1] = { number = math.log(own.seconds / theirs), image = own.image }
      end
    end
  end
  -- In an order that does not change from run to run.
  for _, values in ipairs { list, times } do
    table.sort(values, function(a, b) return a.image < b.image or a.image == b.image and a.number < b.number end)
  end
  if #sets == 4 then comparison.first, comparison.second = nil, nil end
  if #sets == 2 and #times > 0 then comparison.sooner = tested.mean(times, "below") end
  comparison.result = tested.mean(list, "above")
  return comparison
end

--- The gradient attack on the dense network in the place of the solves themselves.
local function by_gradients(finds)
  local attacks = {}
  for problem, find in pairs(finds) do attacks[problem] = { found = find.row.attack_found, image = find.image } end
  return attacks
end

--- Takes the problems out of the first set of which the unchanged image is an adversarial input already.
local function leave_out_images_that_count(sets)
  for problem in pairs(settings.joined(sets[1])) do
    for _, set in ipairs(sets) do
      if set[problem] and set[problem].row.x0_counts then sets[1][problem] = nil end
    end
  end
end

---@class search.Question
---@field name string
---@field conditions search.Condition[] whose finds are compared, two or four
---@field is_by_gradients boolean? whether the second is the attack under the first
---@field is_searched boolean? whether problems are left out of which the unchanged image already counts under some
---  condition: with the embedded network's classes dense and embedded network answer different questions there

--- What the name of a comparison ends with that leaves out problems on which no search was needed.
comparisons.searched = ", but for images that count"

--- All that is compared.
---@type search.Question[]
comparisons.asked = {}
for _, condition in ipairs(conditions.all) do
  local name, embedded = conditions.name(condition), condition.embedded
  local function ask(text, others, how)
    comparisons.asked[#comparisons.asked + 1] = settings.joined({
      name = text, conditions = { condition, table.unpack(others) },
    }, how or {})
  end
  local function with(other) return settings.joined(condition, { embedded = other }) end
  if not condition.changed then
    ask(("%s: %s over gradients"):format(name, embedded), { condition }, { is_by_gradients = true })
  end
  for _, other in ipairs { "dense", "random weights", "magnitude 0.9" } do
    local is_made_of_it = embedded == "distilled" or embedded == "refined"
    local is_asked = other == "dense" or other == "random weights" and embedded ~= "dense" or is_made_of_it
    if embedded ~= other and is_asked then
      local text = ("%s: %s over %s"):format(name, embedded, other)
      ask(text, { with(other) })
      local differs = condition.settings.classes == "embedded" and not condition.changed
      if differs then ask(text .. comparisons.searched, { with(other) }, { is_searched = true }) end
    end
  end
  if condition.changed then
    local base = { base = condition.base, embedded = embedded }
    ask(("%s: %s over %s"):format(embedded, name, condition.base), { base })
    if embedded ~= "dense" then
      ask(("%s and %s"):format(name, embedded), { base, with "dense", settings.joined(base, { embedded = "dense" }) })
    end
  end
end

--- All comparisons that there are rows for, their tests one family, those of times another.
---@param rows table[]
---@return search.Comparison[]
function comparisons.all(rows)
  local list, family, times = {}, {}, {}
  for _, question in ipairs(comparisons.asked) do
    local sets = {}
    for place, condition in ipairs(question.conditions) do sets[place] = comparisons.of(rows, condition) end
    if question.is_by_gradients then sets[2] = by_gradients(sets[1]) end
    if question.is_searched then leave_out_images_that_count(sets) end
    local comparison = comparisons.compare(question.name, sets)
    if comparison.result.problems > 0 then
      list[#list + 1], family[#family + 1] = comparison, comparison.result
      times[#times + 1] = comparison.sooner
    end
  end
  tested.judge(family)
  tested.judge(times)
  return list
end

--- What may tell a surrogate that hits from one that does not: a measure, and whether more of it is expected to help.
comparisons.measures = {
  { name = "accuracy", field = "embedded_accuracy", sign = 1 },
  { name = "gradients' cosine", field = "gradient_cosine", sign = 1 },
  { name = "equal activations", field = "equal_activations", sign = 1 },
  { name = "margins' correlation", field = "margin_correlation", sign = 1 },
  { name = "margins' error", field = "margin_error", sign = -1 },
  { name = "difference bound", field = "difference_bound", sign = -1 },
}

--- Over all pairs of a surrogate of one problem that hits and one that does not, how often the first has the better
--- value less how often it has the worse.
local function concordance(problem, measure)
  local sum = 0
  for _, hit in ipairs(problem.hits) do
    for _, miss in ipairs(problem.misses) do
      local difference = measure.sign * (hit[measure.field] - miss[measure.field])
      sum = sum + (difference > 0 and 1 or difference < 0 and -1 or 0)
    end
  end
  return sum / (#problem.hits * #problem.misses)
end

--- Which surrogates are told apart, each as sparse as the others and the same under both protocols: all, of which the
--- one that knows nothing is told by anything, and the others.
comparisons.groups = {
  { name = "all", has = { ["magnitude 0.9"] = true, distilled = true, refined = true, ["random weights"] = true } },
  { name = "made of the dense network", has = { ["magnitude 0.9"] = true, distilled = true, refined = true } },
}

--- The problems of rows on which some surrogates of a group hit and others do not, by a search: those for whose
--- classes the unchanged image is adversarial already are left out.
local function divided(rows, group)
  local by_problem, list = {}, {}
  for _, row in ipairs(rows) do
    if group.has[row.embedded] and not row.skipped and not row.x0_counts then
      local key = problem_of(row)
      if not by_problem[key] then
        by_problem[key] = { hits = {}, misses = {}, image = comparisons.image(row) }
        list[#list + 1] = by_problem[key]
      end
      table.insert(by_problem[key][comparisons.hit(row) and "hits" or "misses"], row)
    end
  end
  local chosen = {}
  for _, problem in ipairs(list) do
    if #problem.hits * #problem.misses > 0 then chosen[#chosen + 1] = problem end
  end
  return chosen
end

---@class search.Predictor
---@field base string
---@field group string of `comparisons.groups`
---@field name string of the measure
---@field result shared.Tested how much more often than not the surrogate that hits has the better value: 1 always, 0 by
---  chance
---@field over_accuracy shared.Tested? how much more than accuracy's

--- How well measures tell which surrogates of one problem hit (R. H. Somers, "A New Asymmetric Measure of Association
--- for Ordinal Variables", 1962), one number for each problem, so that how hard a problem is plays no part; and how
--- much better than accuracy, on the same problems. All tests are one family.
---@param rows table[]
---@return search.Predictor[]
function comparisons.predictors(rows)
  local list, family = {}, {}
  for _, base in ipairs { "strict", "published" } do
    local chosen = {}
    for _, row in ipairs(rows) do
      if row.base == base and not row.changed then chosen[#chosen + 1] = row end
    end
    for _, group in ipairs(comparisons.groups) do
      local problems = divided(chosen, group)
      for _, measure in ipairs(#problems > 0 and comparisons.measures or {}) do
        local values, beyond = {}, {}
        for position, problem in ipairs(problems) do
          local own, accuracy = concordance(problem, measure), concordance(problem, comparisons.measures[1])
          values[position] = { number = own, image = problem.image }
          beyond[position] = { number = own - accuracy, image = problem.image }
        end
        local predictor = {
          base = base, group = group.name, name = measure.name, result = tested.mean(values, "above"),
        }
        list[#list + 1], family[#family + 1] = predictor, predictor.result
        if measure ~= comparisons.measures[1] then
          predictor.over_accuracy = tested.mean(beyond, "above")
          family[#family + 1] = predictor.over_accuracy
        end
      end
    end
  end
  tested.judge(family)
  return list
end

return comparisons
