--- The report: what was found under each condition, the comparisons, and what tells a good surrogate.
local comparisons = require "search.comparisons"
local conditions = require "search.conditions"
local document = require "vnn.document"
local names = require "vnn.names"
local paired = require "shared.paired"
local pages = require "shared.pages"
local report = require "vnn.report"
local statistics = require "vnn.statistics"
local system = require "vnn.system"

local function percent(part, whole) return whole > 0 and ("%.0f %%"):format(100 * part / whole) or "" end

local function points(value) return value and ("%+.1f"):format(100 * value) or "" end

--- The adjusted chance, where there are images enough for any.
local function chance(test, p) return test.clusters >= paired.fewest_images and paired.chance(p) or "" end

local function interval(result, text)
  return result.low and ("%s to %s"):format(text(result.low), text(result.high)) or ""
end

local function found_table(page, rows)
  local lines = {}
  for _, condition in ipairs(conditions.all) do
    local chosen = comparisons.of(rows, condition)
    local count, found, attacked, at_start, times, accuracies = 0, 0, 0, 0, {}, {}
    for _, row in pairs(chosen) do
      count, found = count + 1, found + (row.found and 1 or 0)
      attacked, at_start = attacked + (row.attack_found and 1 or 0), at_start + (row.x0_counts and 1 or 0)
      times[#times + 1], accuracies[#accuracies + 1] = row.hit_processor_s, row.embedded_accuracy
    end
    if count > 0 then
      lines[#lines + 1] = {
        conditions.name(condition), condition.embedded, count, ("%d (%s)"):format(found, percent(found, count)),
        report.seconds(statistics.median(times)), attacked, at_start,
        ("%.0f %%"):format(100 * statistics.median(accuracies)),
      }
    end
  end
  page:table(
    { "condition", "embedded", "problems", "found", "median time", "by gradients", "at the image", "accuracy" },
    lines,
    "Table 1. Problems with an adversarial input within the limit; processor seconds to it, with what making the"
      .. " surrogate took; on how many the gradient attack on the dense network finds one, and on how many the"
      .. " unchanged image is one; and the embedded network's median accuracy.")
end

local function comparison_table(page, list)
  local lines = {}
  for position, result in ipairs(list) do
    lines[position] = {
      result.name, ("%d from %d"):format(result.problems, result.images), result.first, result.second,
      points(result.difference), interval(result, points), chance(result.test, result.holm),
    }
  end
  page:table({ "what over what", "problems", "first", "second", "points", "95 %", "p Holm" }, lines,
    "Table 2. Finds compared on the same problems: both counts, the difference of the shares in points with its"
      .. " interval by drawing images, and p by turning the signs of images, adjusted for all lines.")
end

local function predictor_table(page, rows)
  local lines, chances, tests = {}, {}, {}
  for _, base in ipairs { "strict", "published" } do
    local chosen = {}
    for _, row in ipairs(rows) do
      if row.base == base and not row.changed then chosen[#chosen + 1] = row end
    end
    for _, measure in ipairs(comparisons.measures) do
      local result = comparisons.predictor(chosen, measure)
      if result.images > 0 then
        local function number(value) return ("%+.2f"):format(value) end
        lines[#lines + 1] = {
          base, measure.name, result.images, number(result.value), interval(result, number), "",
        }
        chances[#chances + 1], tests[#tests + 1] = result.test.p, result.test
      end
    end
  end
  for position, p in ipairs(statistics.holm(chances)) do lines[position][6] = chance(tests[position], p) end
  page:table({ "base", "measure", "images", "Somers' D", "95 %", "p Holm" }, lines,
    "Table 3. Which measure tells, among the surrogates of one problem, those that lead to an adversarial input: 1"
      .. " always, 0 no better than chance, below 0 the wrong way round. Agreement is measured at points of the"
      .. " region.")
end

--- Makes the report of the rows that are there.
return function(rows, options, context)
  if #rows == 0 then
    print "nothing to report: no case is done"
    return
  end
  local page = document.new "Surrogate or search?"
  page:paragraph(("Algorithm 1 on images that nothing was chosen by, each with networks of its own: side %d, %s, at"
    .. " most %g processor seconds to make the surrogate and to solve. A base is a protocol; \"other\" names what is"
    .. " the other's. Done: %d of %d cases; failed: %d."):format(options.side, options.solver, options.time_limit,
    #rows, context.total, #context.failures))
  local skipped, problems = {}, {}
  for _, row in ipairs(rows) do
    local key = ("%s %s %d"):format(row.dataset, row.architecture, row.image)
    if row.base == "strict" then
      problems[key] = true
      if row.skipped then skipped[key] = true end
    end
  end
  local left_out = "Of %d problems %d are left out under strict, since the dense network misclassifies the image."
  page:paragraph(left_out:format(#names.sorted(problems), #names.sorted(skipped)))
  page:code(context:command(options))
  found_table(page, rows)
  comparison_table(page, comparisons.all(rows))
  predictor_table(page, rows)
  print(page:text())
  if not context.folder then return end
  local folder = context.folder .. "/report"
  assert(system.make_directory(folder))
  local columns = {}
  for _, row in ipairs(rows) do
    for name, value in pairs(row) do columns[name] = type(value) ~= "table" or nil end
  end
  pages.save(page, folder, names.sorted(columns), rows)
end
