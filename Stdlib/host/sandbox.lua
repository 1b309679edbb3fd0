--- What a script that is run with `--sandbox` may use. Everything that is not listed here is gone before the script
--- begins: removed from the tables themselves, so that no detour leads to it.
---
--- Native modules and the standard library stay. The library's own globals, which no script reaches, lose the same
--- names, but for what looks at functions and values; what it does with files is limited to the allowed directories by
--- the one place through which all files are opened.
local names = require "vnn.names"
local system = require "vnn.system"

local sandbox = {}

--- The allowed names, by table.
sandbox.allowed = {
  _G = {
    "_G", "_VERSION", "arg", "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "print", "rawequal",
    "rawget", "rawlen", "rawset", "require", "select", "tonumber", "tostring", "type", "warn", "xpcall",
    "coroutine", "io", "math", "os", "string", "table", "utf8",
  },
  coroutine = { "close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield" },
  io = { "read", "stderr", "stdin", "stdout", "type", "write" },
  math = {
    "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
    "min", "mininteger", "modf", "pi", "rad", "random", "randomseed", "sin", "sqrt", "tan", "tointeger", "type", "ult",
  },
  os = { "clock", "date", "difftime", "exit", "time" },
  string = {
    "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep", "reverse",
    "sub", "unpack", "upper",
  },
  table = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" },
  utf8 = { "char", "charpattern", "codepoint", "codes", "len", "offset" },
}

--- What the standard library keeps beside that.
local kept_inside = {
  _G = { "debug", "package" },
  -- Locals live on at the prompt by joining upvalues of functions that only the prompt has.
  debug = { "getinfo", "getmetatable", "getupvalue", "traceback", "upvaluejoin" },
  package = { "loaded", "path", "preload", "searchers" },
}

--- Allowed in a safer form, with what is different.
sandbox.replaced = {
  ["load"] = "text only, no bytecode",
  ["setmetatable"] = "no __gc",
  ["collectgarbage"] = '"collect", "count" and "step" only',
  ["io.open"] = "in the allowed directories",
  ["io.lines"] = "in the allowed directories",
  ["require"] = "native modules, the standard library, and Lua files in the allowed directories",
}

--- The list as text, for people.
---
--- ```lua
--- print(require("vnn.host.sandbox").list():match "os: [^\n]+") --> os: clock date difftime exit time
--- ```
---@return string
function sandbox.list()
  local lines = {}
  for _, name in ipairs(names.sorted(sandbox.allowed)) do
    lines[#lines + 1] = name .. ": " .. table.concat(sandbox.allowed[name], " ")
  end
  for _, name in ipairs(names.sorted(sandbox.replaced)) do
    lines[#lines + 1] = ("%s: %s"):format(name, sandbox.replaced[name])
  end
  return table.concat(lines, "\n")
end

local function keep_only(library, ...)
  local kept = {}
  for _, allowed in ipairs { ... } do
    for _, name in ipairs(allowed) do kept[name] = true end
  end
  for _, key in ipairs(names.sorted(library)) do
    if not kept[key] then library[key] = nil end
  end
end

--- The functions in their safer form; the originals are only reachable from inside them.
local function replacements()
  local original = {
    load = load, setmetatable = setmetatable, collectgarbage = collectgarbage,
  }
  local function text_chunk(chunk, name, _, ...) return original.load(chunk, name, "t", ...) end
  local function metatable(value, with)
    if type(with) == "table" and rawget(with, "__gc") ~= nil then
      -- Lua runs finalizers with its limits switched off.
      error("setmetatable: the sandbox allows no __gc", 2)
    end
    return original.setmetatable(value, with)
  end
  local collecting = { collect = true, count = true, step = true }
  local function collect(what, ...)
    if what ~= nil and not collecting[what] then
      error("collectgarbage: the sandbox allows only collect, count and step", 2)
    end
    return original.collectgarbage(what or "collect", ...)
  end
  local stdin = io.stdin
  local function lines(path, ...)
    if path == nil then return stdin:lines(...) end
    local file, message = system.open_file(path)
    if not file then error(message, 2) end
    -- The loop closes it, as that of io.lines does.
    return file:lines(...), nil, nil, file
  end
  local files = { open = system.open_file, lines = lines }
  return { load = text_chunk, setmetatable = metatable, collectgarbage = collect }, files
end

--- The last of the searchers of `require`: Lua files as text, opened where files may be opened.
local function file_searcher(path, load_text)
  return function(name)
    for template in path:gmatch "[^;]+" do
      local file = template:gsub("%?", (name:gsub("%.", "/")))
      local content = system.read_file(file)
      if content then
        local chunk, message = load_text(content, "@" .. file)
        if not chunk then error(message, 0) end
        return chunk, file
      end
    end
    return "no Lua file that the sandbox allows (see --allow-dir)"
  end
end

--- Takes from `globals` and its tables what a sandbox does not have, and puts the safer forms in place.
local function close(globals, inside, safe, files)
  for name, allowed in pairs(sandbox.allowed) do
    if name ~= "_G" then keep_only(globals[name], allowed) end
  end
  for name, allowed in pairs(inside) do
    if name ~= "_G" then keep_only(globals[name], allowed) end
  end
  keep_only(globals, sandbox.allowed._G, inside._G or {})
  for name, replacement in pairs(safe) do globals[name] = replacement end
  for name, replacement in pairs(files) do globals.io[name] = replacement end
end

--- Closes the sandbox around everything that runs from now on; there is no way back. `vnnlua --sandbox` calls it.
function sandbox.enter()
  if system.is_sandboxed() then error("sandbox.enter: the sandbox is closed already", 2) end
  local safe, files = replacements()
  local searchers, loaded = package.searchers, package.loaded
  -- The first two find native modules and the standard library.
  for position = #searchers, 3, -1 do searchers[position] = nil end
  searchers[3] = file_searcher(package.path, safe.load)
  loaded.package, loaded.debug = nil, nil
  close(_G, {}, safe, files)
  close(_ENV, kept_inside, safe, files)
end

return sandbox
