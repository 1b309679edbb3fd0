--- The world of the standard library, made before any script runs.
---
--- The library's files run in an environment of their own, whose globals and modules are copies that no script reaches:
--- what a script assigns to `type`, to `verify.check` or to a field of `package.loaded` changes what that script finds
--- there, and nothing in here. Scripts get a copy of each module as well; the functions and inner tables are the same,
--- so what the library offers for extension (`portfolio.stages`) is extended.
local compile, ours = ...

local next, rawget, type, sub, require_other = next, rawget, type, string.sub, require
local concat, error, setmetatable = table.concat, error, setmetatable

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

--- Fields that a module may do without, as `system.build` of a program that was linked without one.
local optional = { ["vnn.system"] = { build = true } }

--- Makes a name that is no field of a module an error, as native objects do, which names the field that was meant, or
--- all where it is like none. `rawget` asks whether there is one; what is no name is nil, as of any table.
local function name_mistakes(name, module)
  return setmetatable(module, {
    __index = function(self, field)
      if type(field) ~= "string" or optional[name] and optional[name][field] then return nil end
      local names, fields = environment.require "vnn.names", {}
      for key in next, self do
        if type(key) == "string" then fields[key] = true end
      end
      local list = names.sorted(fields)
      local known = names.suggestion(field, list)
      if known == "" then known = "; there are " .. (#list > 0 and concat(list, ", ") or "none") end
      error(("%s: unknown field '%s'%s"):format(name, field, known), 2)
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
