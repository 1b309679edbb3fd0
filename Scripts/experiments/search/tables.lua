--- The tables of the report: each its headers, lines and caption.
local comparisons = require "search.comparisons"
local conditions = require "search.conditions"
local paired = require "shared.paired"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local written = require "shared.written"

local tables = {}

local function percent(part, whole) return ("%.0f %%"):format(100 * part / whole) end

--- What was found under each condition.
---@param rows table[]
function tables.found(rows)
  local lines = {}
  for _, condition in ipairs(conditions.all) do
    local count, found, attacked, at_start, times, accuracies = 0, 0, 0, 0, {}, {}
    for _, find in pairs(comparisons.of(rows, condition)) do
      local row = find.row
      count, found = count + 1, found + (find.found and 1 or 0)
      attacked, at_start = attacked + (row.attack_found and 1 or 0), at_start + (row.x0_counts and 1 or 0)
      times[#times + 1], accuracies[#accuracies + 1] = find.seconds, row.embedded_accuracy
    end
    if count > 0 then
      lines[#lines + 1] = {
        conditions.name(condition), condition.embedded, count, ("%d (%s)"):format(found, percent(found, count)),
        report.seconds(statistics.median(times)), attacked, at_start, percent(statistics.median(accuracies), 1),
      }
    end
  end
  return { "condition", "embedded", "problems", "found", "median time", "by gradients", "at the image", "accuracy" },
    lines,
    "Problems with an adversarial input within the limit; processor seconds to it, with what making the surrogate took;"
      .. " on how many the gradient attack on the dense network finds one, and on how many the unchanged image is one;"
      .. " and the embedded network's median accuracy."
end

--- What is compared.
---@param list search.Comparison[]
function tables.comparisons(list)
  local lines = {}
  for position, comparison in ipairs(list) do
    local result = comparison.result
    lines[position] = {
      comparison.name, paired.count_text(result.problems, result.images), comparison.first or "",
      comparison.second or "", result.differing, written.outcome(result),
      comparison.sooner and written.outcome(comparison.sooner, "logarithm") or "",
    }
  end
  return { "what over what", "problems", "first", "second", "images that differ", "points", "time" }, lines,
    "Finds on the same images, regions and, but where the base takes the embedded network's classes, problems; *but for"
      .. " images that count* leaves out those whose unchanged image is an adversarial input already, for the classes"
      .. " of either network, so that no search was needed. Both counts, and the difference of the shares in points"
      .. " with its 95 % interval and p by turning the signs of images, adjusted for all lines. A condition and a"
      .. " surrogate is how much more the surrogate has over the dense network there than under the base. There is no"
      .. " room where fewer images differ than a test needs; such lines count for no other's adjustment. Time is the"
      .. " ratio of processor seconds to the find, with the making of surrogates, where both find something, which says"
      .. " nothing of the other problems; its tests are a family of their own. Intervals are those of each line alone."
end

--- What tells surrogates that hit.
---@param list search.Predictor[]
function tables.predictors(list)
  local lines = {}
  for position, predictor in ipairs(list) do
    local beyond = predictor.over_accuracy
    lines[position] = {
      predictor.base, predictor.group, predictor.name, predictor.result.images,
      written.outcome(predictor.result, "plain"),
      beyond and written.outcome(beyond, "plain") or "",
    }
  end
  return { "base", "surrogates", "measure", "images", "Somers' D", "more than accuracy's" }, lines,
    "Which measure tells, among the surrogates of one problem, those that lead to an adversarial input: 1 always, 0 no"
      .. " better than chance, below 0 the wrong way round. Surrogates for whose classes the unchanged image is"
      .. " adversarial already are left out. Agreement is measured at points of the region. p is"
      .. " adjusted for all tests of the table but those with no room; intervals are those of each value alone."
      .. " Surrogates are of few kinds, the same for every problem, all at 0.9, three of them made of the dense"
      .. " network: pruned by magnitude, distilled and refined. What tells the kinds apart tells this too, and need"
      .. " not tell two of one kind apart."
end

return tables
