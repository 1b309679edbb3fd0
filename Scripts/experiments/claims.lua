--- What the kept rows of the experiments say: `claims.csv` and pages from their templates; whether rows that were made
--- again agree with them; or which runs there are to make.
local again = require "claims.again"
local kept = require "claims.kept"
local page = require "claims.page"
local runs = require "claims.runs"
local solvers = require "claims.solvers"
local system = require "vnn.system"
local verdicts = require "claims.verdicts"

--- Writes the files; true, or nil and a message.
local function print_claims(settings, options)
  local content, files = page.content(settings, {
    search = kept.rows(options.rows, "search"), policies = kept.rows(options.rows, "policies-held-out"),
    maximise = kept.rows(options.rows, "maximise"),
  }), {}
  for _, name in ipairs(assert(system.list(options.templates))) do
    if name:find "%.md$" then
      local template, reason = system.read_file(("%s/%s"):format(options.templates, name))
      if not template then return nil, reason end
      files[name] = page.fill(content, template)
    end
  end
  files["claims.csv"] = verdicts.csv(content)
  for name, text in pairs(files) do
    local written, message = system.write_file(("%s/%s"):format(options.out, name), text)
    if not written then return nil, message end
  end
  if #content.solvers > 0 then
    local folder <close> = system.temporary_folder()
    local drawn, message = solvers.draw(folder.path .. "/solvers", content.solvers)
    local picture = options.out .. "/solvers.svg"
    if drawn then
      assert(system.write_file(picture, assert(system.read_file(drawn.svg))))
    else
      -- An older one would be taken for that of these rows.
      os.remove(picture)
      io.stderr:write(("claims: no figure: %s\n"):format(message))
    end
  end
  print(("%d claims of %d settings, %d changes, %d solvers, %d comparisons"):format(#content.claims, #settings,
    #content.factors, #content.solvers, #content.comparisons))
  return true
end

--- Whether new rows of every setting agree with those that are kept of it; prints a line for each.
local function compare(settings, options)
  local rows = {}
  for _, setting in ipairs(settings) do
    for _, each in ipairs { setting, setting.beside } do table.move(each.rows, 1, #each.rows, #rows + 1, rows) end
  end
  local agree = true
  print(again.text_of_tolerances())
  for _, setting in ipairs(kept.settings(options.again)) do
    local result = again.compare(rows, setting.rows)
    agree = agree and result.agrees
    print(("%s: %s"):format(setting.name, again.text(result)))
  end
  return agree
end

return {
  name = "claims",
  description = "Tests the paper's findings on kept rows, and prints them as claims.csv and pages.",
  options = {
    { name = "rows", type = "string", help = "folder with a folder for each kept report, with its rows.csv" },
    { name = "templates", type = "string", help = "folder of the pages, with places for what comes from the rows" },
    { name = "out", type = "string", help = "folder of the files" },
    { name = "again", type = "string", help = "compare such a folder with --rows instead (exit code 3: they differ)" },
    { name = "runs", type = "string", help = "list these runs, such as strict*, with their options instead" },
  },
  run = function(options)
    if options.runs then
      for _, run in ipairs(runs.matching(options.runs)) do print(runs.line(run)) end
      return 0
    end
    local needed = options.again and { "rows" } or { "rows", "templates", "out" }
    for _, name in ipairs(needed) do
      if not options[name] then return nil, ("--%s is missing"):format(name) end
    end
    local settings = kept.settings(options.rows)
    if #settings == 0 then return nil, options.rows .. ": no folder with rows.csv in it" end
    if options.again then return compare(settings, options) and 0 or 3 end
    local written, message = print_claims(settings, options)
    if not written then return nil, message end
    return 0
  end,
}
