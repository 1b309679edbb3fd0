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

--- Whether there are new rows of some setting or other experiment, and those of every one agree with the kept ones;
--- prints a line for each. What `maximise` and `tighten` find has no time to a find, and is not compared.
local function compare(settings, options)
  local rows = {}
  for _, setting in ipairs(settings) do
    table.move(setting.rows, 1, #setting.rows, #rows + 1, rows)
  end
  print(again.text_of_tolerances())
  local agree, count = true, 0
  local function add(name, before, now)
    local result = again.compare(before, now)
    agree, count = agree and result.agrees, count + 1
    print(("%s: %s"):format(name, again.text(result)))
  end
  for _, setting in ipairs(kept.settings(options.again)) do add(setting.name, rows, setting.rows) end
  for _, name in ipairs { "search", "policies-held-out" } do
    local now = kept.rows(options.again, name)
    if #now > 0 then add(name, kept.rows(options.rows, name), now) end
  end
  if count == 0 then print(options.again .. ": nothing has been made again") end
  return agree and count > 0
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
