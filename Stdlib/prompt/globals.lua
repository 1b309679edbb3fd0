--- The globals of the prompt: `vnn` and the names of modules load modules when they are first used, and names that
--- nothing has are compared with those that something has.
local names = require "vnn.names"
local settings = require "vnn.settings"

local globals = {}

local modules

--- The names of the modules that scripts may require, without `vnn.`.
---@return table<string, true>
function globals.modules()
  if modules then return modules end
  modules = {}
  -- An interpreter that another program made may come without native modules.
  local found, system = pcall(require, "vnn.system")
  for _, path in ipairs(found and system.library_paths() or {}) do
    local name = path:match "^([%w_]+)%.lua$"
    if name then modules[name] = true end
  end
  for module in pairs(package.preload) do
    local name = type(module) == "string" and module:match "^vnn%.([%w_]+)$"
    if name then modules[name] = true end
  end
  return modules
end

--- "; did you mean 'x'?" for a name that is neither a global, a local that lives on nor a module.
---@param name string
---@return string
function globals.suggestion(name)
  settings.expect("globals.suggestion", 1, name, "a string")
  -- Of a letter or two anything is near.
  if #name < 3 then return "" end
  local candidates = {}
  for key in next, _G do
    if type(key) == "string" and #key > 2 then candidates[#candidates + 1] = key end
  end
  for key in next, require("vnn.prompt.inputs").locals() do candidates[#candidates + 1] = key end
  for key in next, globals.modules() do candidates[#candidates + 1] = key end
  table.sort(candidates)
  return names.suggestion(name, candidates)
end

--- Prepares the globals: modules load by their names, and `help` explains.
function globals.prepare()
  local known, required = globals.modules(), _G.require
  local function load_module(name)
    local loads, module = pcall(required, "vnn." .. name)
    if loads then return module end
    -- A module that is there and fails has something to say.
    error(module, 3)
  end
  setmetatable(_G, {
    __index = function(_, name)
      if not known[name] then return nil end
      local module = load_module(name)
      rawset(_G, name, module)
      return module
    end,
  })
  -- The same tables as a script gets.
  _G.vnn = setmetatable({}, {
    __members = known,
    __index = function(self, name)
      if not known[name] then
        local near = names.suggestion(tostring(name), names.sorted(known))
        if near ~= "" then error(("no module 'vnn.%s'%s"):format(name, near), 2) end
        return nil
      end
      local module = load_module(name)
      rawset(self, name, module)
      return module
    end,
  })
  -- Called it explains, and printed it says how.
  _G.help = setmetatable({}, {
    __call = function(_, topic) require("vnn.host.help").show(topic) end,
    __tostring = function() return 'help "tensor.matmul" explains; help "words" searches; help() lists the topics' end,
  })
end

return globals
