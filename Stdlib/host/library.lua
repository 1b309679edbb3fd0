--- The world of the standard library, made before any script runs.
---
--- The library's files run in an environment of their own, whose globals and modules are copies that no script reaches:
--- what a script assigns to `type`, to `verify.check` or to a field of `package.loaded` changes what that script finds
--- there, and nothing in here. Scripts get a copy of each module as well; the functions and inner tables are the same,
--- so what the library offers for extension (`portfolio.stages`) is extended.
local compile, ours = ...

local next, rawget, type, sub, require_other = next, rawget, type, string.sub, require
local error, setmetatable = error, setmetatable

local globals = _G

local function copy(library)
  local result = {}
  for key, value in next, library do result[key] = value end
  return result
end

--- `_G` and `package` are the scripts' own, for what is about their globals and modules.
local environment = { _G = globals, package = package }
for name, value in next, globals do
  if not environment[name] then environment[name] = type(value) == "table" and copy(value) or value end
end

-- The host sets the words of the command line later.
setmetatable(environment, {
  __index = function(_, name) return name == "arg" and rawget(globals, "arg") or nil end,
})

--- What makes each native module, by its name.
local natives = {}
-- The host's own module, which scripts do not see.
local loaded = { ["vnn.host"] = ours }

local function is_policy(name) return sub(name, 1, 13) == "vnn.policies." end

--- `require` of the library's files.
function environment.require(name)
  local module = loaded[name]
  if module ~= nil then return module end
  if natives[name] then
    module = natives[name]()
  elseif sub(name, 1, 4) == "vnn." then
    local chunk, path = compile(name)
    module = chunk(name, path)
  else
    return require_other(name)
  end
  -- Criteria are made anew, so that a script has tables of its own to change.
  if not is_policy(name) then loaded[name] = module end
  return module
end

--- Makes a mistyped field of a module an error that names the one that was meant. What is like none is nil, as of any
--- table, so that a script can ask what there is.
local function name_mistakes(name, module)
  return setmetatable(module, {
    __index = function(self, field)
      if type(field) ~= "string" then return nil end
      local names = environment.require "vnn.names"
      local near = names.suggestion(field, names.sorted(self))
      if near ~= "" then error(("%s: unknown field '%s'%s"):format(name, field, near), 2) end
    end,
  })
end

--- What a script's `require` calls to get a module of ours.
local function loader(name)
  local module = environment.require(name)
  if type(module) ~= "table" then return module end
  -- What a policy leaves out is asked for by name.
  return is_policy(name) and copy(module) or name_mistakes(name, copy(module))
end

return environment, natives, loader
