--- What scripts have beside Lua for whoever looks for a mistake: the global `breakpoint()`, which opens the debugger at
--- a terminal, and the name that was meant where a module is not found.
local settings = require "vnn.settings"

local aids = {}

--- What is added to the message about a module that is nowhere: the nearest one of ours or in the folder.
---
--- ```lua
--- print(require("vnn.prompt.aids").module_hint("tensor"):match "%S.*") --> did you mean 'vnn.tensor'?
--- ```
---@param name string as it was required
---@return string? hint nil when nothing is near
function aids.module_hint(name)
  settings.expect("aids.module_hint", 1, name, "a string")
  local known = require("vnn.prompt.globals").modules()
  local near = known[name] and name
  if not near then
    local candidates = {}
    for module in next, known do candidates[#candidates + 1] = module end
    for _, file in ipairs(require("vnn.system").list "." or {}) do
      candidates[#candidates + 1] = file:match "^([%w_-]+)%.lua$"
    end
    table.sort(candidates)
    near = require("vnn.names").nearest(name, candidates)
  end
  return near and ("\n\tdid you mean '%s%s'?"):format(known[near] and "vnn." or "", near) or nil
end

--- Puts them in place for the scripts that run from now on. A sandbox has neither.
function aids.enable()
  if not debug.sethook then return end
  table.insert(package.searchers, function(name) return aids.module_hint(name) end)
  rawset(_G, "breakpoint", function() require("vnn.prompt.debugger").breakpoint() end)
end

return aids
