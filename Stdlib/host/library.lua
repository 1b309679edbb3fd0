--- The world of the standard library, made before any script runs.
---
--- The library's files run in an environment of their own, whose globals and modules are copies that no script reaches:
--- what a script assigns to `type`, to `verify.check` or to a field of `package.loaded` changes what that script finds
--- there, and nothing in here. Scripts get a copy of each module as well; the functions and inner tables are the same,
--- so what the library offers for extension (`portfolio.stages`) is extended.
local compile, ours = ...

local next, rawget, type, sub, require_other = next, rawget, type, string.sub, require

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
  if sub(name, 1, 13) ~= "vnn.policies." then loaded[name] = module end
  return module
end

--- What a script's `require` calls to get a module of ours.
local function loader(name)
  local module = environment.require(name)
  return type(module) == "table" and copy(module) or module
end

return environment, natives, loader
