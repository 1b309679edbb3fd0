--- The report: what was found under each condition, the comparisons, and what tells a good surrogate.
local comparisons = require "search.comparisons"
local document = require "vnn.document"
local names = require "vnn.names"
local pages = require "shared.pages"
local system = require "vnn.system"
local tables = require "search.tables"

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
  local function add(number, headers, lines, caption)
    page:table(headers, lines, ("Table %d. %s"):format(number, caption))
  end
  add(1, tables.found(rows))
  add(2, tables.comparisons(comparisons.all(rows)))
  add(3, tables.predictors(comparisons.predictors(rows)))
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
