--- What the annotations of `vnn.prune` say about criteria, from the files that declare them.
local settings = require "vnn.settings"
local system = require "vnn.system"

local criteria = {}

local function declarations()
  local list = {}
  for _, path in ipairs(system.library_paths()) do
    local name = path:match "^policies/(.*)%.lua$"
    if name then list[#list + 1] = require("vnn.policies." .. name) end
  end
  return list
end

local function add_list(entry)
  local lines = { entry.text, "" }
  for _, criterion in ipairs(declarations()) do
    local needs = criterion.needs and (" Needs %s."):format(criterion.needs) or ""
    local scope = criterion.scope and (" Usual scope: %s."):format(criterion.scope) or ""
    lines[#lines + 1] = ("- `%s`: %s%s%s"):format(criterion.name, criterion.description, needs, scope)
  end
  entry.text = table.concat(lines, "\n")
end

local function add_options(entry)
  for _, criterion in ipairs(declarations()) do
    for _, option in ipairs(criterion.options or {}) do
      local kind, quoted = math.type(option.default) or type(option.default), {}
      for position, choice in ipairs(option.choices or {}) do quoted[position] = ('"%s"'):format(choice) end
      entry.fields[#entry.fields + 1] = {
        name = option.name .. "?",
        type = #quoted > 0 and table.concat(quoted, "|") or kind == "float" and "number" or kind,
        text = ('"%s" only: %s (default: %s)'):format(
          criterion.name, option.help, kind == "string" and ('"%s"'):format(option.default) or option.default),
      }
    end
  end
end

--- Adds the list of criteria to the entry of `prune.criteria`, and their options to those of `prune.mask`.
---
--- ```lua
--- local annotations = require "vnn.host.annotations"
--- print(annotations.find("prune.criteria").text:match "%- `snip`: [^\n]+")
--- --> - `snip`: How much the loss changes, to first order, when a weight goes. Needs labels.
--- ```
---@param entries vnn.host.annotations.Entry[]
function criteria.annotate(entries)
  settings.expect("criteria.annotate", 1, entries, "a list of tables")
  for _, entry in ipairs(entries) do
    if entry.name == "prune.criteria" then add_list(entry) end
    if entry.name == "vnn.prune.SightOptions" then add_options(entry) end
  end
end

return criteria
