--- What is compared in the rows: a surrogate with the dense network, with one that knows nothing, and one condition
--- with another; always on the same problem.
local conditions = require "search.conditions"
local paired = require "shared.paired"
local settings = require "vnn.settings"
local statistics = require "vnn.statistics"

local comparisons = {}

--- The image that a row hangs on: its networks are its own, so that nothing joins two images.
function comparisons.image(row) return ("%s %d"):format(row.dataset, row.image) end

local function problem_of(row) return ("%s %s %d"):format(row.dataset, row.architecture, row.image) end

--- The rows with these values, by their problems.
---@param rows table[]
---@param wanted { base: string, embedded: string, changed: string? }
---@return table<string, table>
function comparisons.of(rows, wanted)
  local chosen = {}
  for _, row in ipairs(rows) do
    local fits = row.base == wanted.base and row.embedded == wanted.embedded and row.changed == wanted.changed
    if fits and not row.skipped then chosen[problem_of(row)] = row end
  end
  return chosen
end

---@class search.Comparison
---@field name string what is compared with what
---@field problems integer
---@field images integer
---@field first integer how many the first found
---@field second integer the other
---@field difference number? of the shares
---@field low number? its 95 % interval, by drawing images
---@field high number?
---@field test vnn.statistics.SignFlip of the differences
---@field holm number? its p, adjusted for all comparisons of a report

--- The finds of two sets of rows, problem by problem.
---@param name string
---@param first table<string, table>
---@param second table<string, table>
---@return search.Comparison
function comparisons.compare(name, first, second)
  local result = { name = name, problems = 0, first = 0, second = 0 }
  local differences, images, seen, count = {}, {}, {}, 0
  for problem, row in pairs(first) do
    local other = second[problem]
    if other then
      local image = comparisons.image(row)
      result.problems = result.problems + 1
      result.first, result.second = result.first + (row.found and 1 or 0), result.second + (other.found and 1 or 0)
      differences[#differences + 1] = (row.found and 1 or 0) - (other.found and 1 or 0)
      images[#images + 1] = image
      count, seen[image] = count + (seen[image] and 0 or 1), true
    end
  end
  result.images = count
  result.difference = result.problems > 0 and (result.first - result.second) / result.problems or nil
  result.test = statistics.cluster_sign_flip(differences, images)
  if count >= paired.fewest_images then
    result.low, result.high = statistics.cluster_bootstrap(differences, images)
  end
  return result
end

--- The gradient attack on the dense network in the place of a row's own solve.
local function by_gradients(rows)
  local found = {}
  for problem, row in pairs(rows) do found[problem] = settings.joined(row, { found = row.attack_found }) end
  return found
end

--- All comparisons that there are rows for: the dense solve with the gradient attack, each surrogate with the dense
--- network and with random weights under its own condition, and each changed condition with its base; their tests
--- adjusted for each other.
---@param rows table[]
---@return search.Comparison[]
function comparisons.all(rows)
  local list, chances = {}, {}
  local function add(name, first, second)
    local ours = comparisons.of(rows, first)
    local result = comparisons.compare(name, ours, second and comparisons.of(rows, second) or by_gradients(ours))
    if result.problems == 0 then return end
    list[#list + 1], chances[#chances + 1] = result, result.test.p
  end
  for _, condition in ipairs(conditions.all) do
    local name = conditions.name(condition)
    local function with(embedded) return settings.joined(condition, { embedded = embedded }) end
    if not condition.changed then
      add(("%s: %s over gradients"):format(name, condition.embedded), condition)
    end
    if condition.embedded ~= "dense" then
      add(("%s: %s over dense"):format(name, condition.embedded), condition, with "dense")
    end
    if condition.embedded ~= "dense" and condition.embedded ~= "random weights" then
      add(("%s: %s over random weights"):format(name, condition.embedded), condition, with "random weights")
    end
    if condition.changed then
      local base = { base = condition.base, embedded = condition.embedded }
      add(("%s: %s over %s"):format(condition.embedded, name, condition.base), condition, base)
    end
  end
  for position, p in ipairs(statistics.holm(chances)) do list[position].holm = p end
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

---@class search.Predictor
---@field name string
---@field value number? how much more often than not the surrogate that hits has the better value: 1 always, 0 by chance
---@field low number?
---@field high number?
---@field images integer with a surrogate that hits and one that does not
---@field test vnn.statistics.SignFlip

--- How well a measure tells which surrogates of one problem hit: over all pairs of one that does and one that does
--- not, how often the first has the better value less how often it has the worse (R. H. Somers, "A New Asymmetric
--- Measure of Association for Ordinal Variables", 1962), one number for each problem, so that how hard a problem is
--- plays no part.
---@param rows table[] of one condition
---@param measure { name: string, field: string, sign: 1|-1 }
---@return search.Predictor
function comparisons.predictor(rows, measure)
  local by_problem, values, images, seen, count = {}, {}, {}, {}, 0
  for _, row in ipairs(rows) do
    if row.embedded ~= "dense" and not row.skipped then
      local key = problem_of(row)
      by_problem[key] = by_problem[key] or { hits = {}, misses = {}, image = comparisons.image(row) }
      table.insert(by_problem[key][row.found and "hits" or "misses"], measure.sign * row[measure.field])
    end
  end
  for _, problem in pairs(by_problem) do
    local sum, pairs_of_two = 0, #problem.hits * #problem.misses
    for _, hit in ipairs(problem.hits) do
      for _, miss in ipairs(problem.misses) do sum = sum + (hit > miss and 1 or hit < miss and -1 or 0) end
    end
    if pairs_of_two > 0 then
      values[#values + 1], images[#images + 1] = sum / pairs_of_two, problem.image
      count, seen[problem.image] = count + (seen[problem.image] and 0 or 1), true
    end
  end
  local result = { name = measure.name, images = count, test = statistics.cluster_sign_flip(values, images) }
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  result.value = #values > 0 and sum / #values or nil
  if count >= paired.fewest_images then
    result.low, result.high = statistics.cluster_bootstrap(values, images)
  end
  return result
end

return comparisons
