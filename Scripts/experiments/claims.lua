--- What the kept rows of the paper's experiment say of its findings: `claims.csv`, and `paper.md` from its template; or
--- whether rows that were made again agree with them.
local again = require "claims.again"
local kept = require "claims.kept"
local page = require "claims.page"
local system = require "vnn.system"
local verdicts = require "claims.verdicts"

--- Writes the two files; true, or nil and a message.
local function print_claims(settings, options)
  local template, reason = system.read_file(options.template)
  if not template then return nil, reason end
  local claims = verdicts.of(settings)
  local files = { ["claims.csv"] = verdicts.csv(claims), ["paper.md"] = page.of(settings, claims, template) }
  for name, content in pairs(files) do
    local written, message = system.write_file(("%s/%s"):format(options.out, name), content)
    if not written then return nil, message end
  end
  print(("%d claims of %d settings: claims.csv, paper.md"):format(#claims, #settings))
  return true
end

--- Whether new rows of every setting agree with those that are kept of it; prints a line for each.
local function compare(settings, options)
  local rows = {}
  for _, setting in ipairs(settings) do table.move(setting.rows, 1, #setting.rows, #rows + 1, rows) end
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
  description = "Tests the paper's findings on kept rows, and prints them as claims.csv and paper.md.",
  options = {
    { name = "rows", type = "string", help = "folder with a folder for each kept report, with its rows.csv" },
    { name = "template", type = "string", help = "the text of paper.md, with places for what comes from the rows" },
    { name = "out", type = "string", help = "folder of the two files" },
    { name = "again", type = "string", help = "compare such a folder with --rows instead (exit code 3: they differ)" },
  },
  run = function(options)
    local needed = options.again and { "rows" } or { "rows", "template", "out" }
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
