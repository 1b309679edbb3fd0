--- `vnnlua kernel --install`: has Jupyter offer notebooks in Lua.
local json = require "vnn.json"
local settings = require "vnn.settings"
local system = require "vnn.system"

local install = {}

--- What Jupyter starts and how it calls it ("Making kernels for Jupyter", jupyter-client.readthedocs.io).
---
--- ```lua
--- local specification = require("vnn.kernel.install").specification(true)
--- print(specification.display_name, specification.argv[3]) --> Lua (vnnlua, sandbox)	--sandbox
--- ```
---@param is_sandboxed boolean
---@return table
function install.specification(is_sandboxed)
  settings.expect("install.specification", 1, is_sandboxed, "a boolean")
  local argv = { system.program, "kernel" }
  if is_sandboxed then argv[#argv + 1] = "--sandbox" end
  argv[#argv + 1] = "--connection-file"
  argv[#argv + 1] = "{connection_file}"
  return {
    argv = argv,
    display_name = is_sandboxed and "Lua (vnnlua, sandbox)" or "Lua (vnnlua)",
    language = "lua",
    interrupt_mode = "message",
    metadata = { debugger = not is_sandboxed },
  }
end

local function fail(text)
  io.stderr:write("vnnlua kernel: ", text, "\n")
  return 2
end

--- Where Jupyter looks: below DIR/share, or in the user's own folder.
local function folder_of(prefix)
  if prefix then return prefix .. "/share/jupyter" end
  local own = os.getenv "JUPYTER_DATA_DIR"
  if own and own ~= "" then return own end
  local data = os.getenv "XDG_DATA_HOME"
  if data and data ~= "" then return data .. "/jupyter" end
  return (os.getenv "HOME" or ".") .. "/.local/share/jupyter"
end

--- `vnnlua kernel --install [--prefix DIR] [--sandbox]`
---@param words string[]
---@return integer code
function install.main(words)
  settings.expect("install.main", 1, words, "a list of strings")
  local is_wanted, is_sandboxed, prefix = false, false, nil
  local position = 1
  while words[position] do
    local word = words[position]
    if word == "--install" then
      is_wanted = true
    elseif word == "--sandbox" then
      is_sandboxed = true
    elseif word == "--prefix" and words[position + 1] then
      position = position + 1
      prefix = words[position]
    else
      is_wanted = false
      break
    end
    position = position + 1
  end
  if not is_wanted then
    return fail "expected: vnnlua kernel --install [--prefix DIR] [--sandbox], or --connection-file FILE"
  end
  local name = is_sandboxed and "vnnlua-sandbox" or "vnnlua"
  local folder = ("%s/kernels/%s"):format(folder_of(prefix), name)
  local made, message = system.make_directory(folder)
  local specification = json.encode(install.specification(is_sandboxed), { indented = true }) .. "\n"
  if made then
    made, message = system.write_file(folder .. "/kernel.json", specification)
  end
  if not made then
    io.stderr:write("vnnlua kernel: ", message, "\n")
    return 1
  end
  print(("%s: Jupyter offers it as %s"):format(folder, name))
  return 0
end

return install
