--- Files to start from: `vnnlua new policy|experiment|model NAME` and `vnnlua new workspace`.
local names = require "vnn.names"
local settings = require "vnn.settings"
local system = require "vnn.system"
local workspace = require "vnn.host.workspace"

local template = {}

local kinds = { "policy", "experiment", "model" }

--- The commented starting point of a policy, an experiment or a model; it runs as it is.
---
--- ```lua
--- print(require("vnn.host.template").text("policy", "my-way"):match "^[^\n]+")
--- --> --- my-way: a pruning policy. Scores say how much a weight matters; the lowest go.
--- ```
---@param kind "policy"|"experiment"|"model"
---@param name string
---@return string
function template.text(kind, name)
  settings.expect("template.text", 1, kind, "a string")
  settings.expect("template.text", 2, name, "a string")
  local source = system.library_source(("templates/%s.lua"):format(kind))
  if not source then error(("template.text: expected policy, experiment or model, got '%s'"):format(kind), 2) end
  return (source:gsub("NAME", (name:gsub("%%", "%%%%"))))
end

local function fail(text)
  io.stderr:write("vnnlua new: ", text, "\n")
  return 2
end

--- `vnnlua new policy|experiment|model NAME` writes NAME.lua, which must not exist; `vnnlua new workspace` is that of
--- `vnn.host.workspace`.
---@param words string[]
---@return integer code
function template.main(words)
  settings.expect("template.main", 1, words, "a list of strings")
  local kind, path = words[1], words[2]
  if kind == "workspace" and #words <= 2 then
    local list, message = workspace.write(path or ".")
    if not list then return fail(message) end
    print(table.concat(list, "\n"))
    return 0
  end
  local text = table.concat(kinds, ", ")
  if kind and not (" " .. text .. ","):find((" %s,"):format(kind), 1, true) then
    local near = names.suggestion(kind, { "workspace", table.unpack(kinds) })
    return fail(("expected %s or workspace, got '%s'%s"):format(text, kind, near))
  end
  if #words ~= 2 then return fail(("expected: vnnlua new KIND NAME, where KIND is %s or workspace"):format(text)) end
  path = path:gsub("%.lua$", "")
  local name = path:match "([^/]+)$"
  if not name or not name:match "^%a[%w_-]*$" then
    return fail(("expected a name of letters, digits, - and _, got '%s'"):format(words[2]))
  end
  path = path .. ".lua"
  if system.exists(path) then
    return fail(("%s: exists already; choose another name, as in: vnnlua new %s other-name"):format(path, kind))
  end
  local written, message = system.write_file(path, template.text(kind, name))
  if not written then return fail(message) end
  print(("%s: a commented %s that runs as it is; try: vnnlua %s"):format(path, kind, path))
  return 0
end

return template
