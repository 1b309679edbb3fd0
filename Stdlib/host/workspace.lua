--- What editors need to know of a folder with scripts: `vnnlua new workspace [DIR]`.
local json = require "vnn.json"
local settings = require "vnn.settings"
local system = require "vnn.system"

local workspace = {}

--- Where the standard library lies inside a workspace, its files in a folder `vnn`, as their modules are called.
local library = ".vnnlua/library"

--- The settings of lua-language-server, which serves VS Code, Neovim, Emacs and others.
local language_server = {
  ["runtime.version"] = "Lua 5.4",
  ["workspace.library"] = { library },
  ["workspace.checkThirdParty"] = false,
}

--- Two ways to run the file in VS Code: in its terminal, and in the debugger of the extension
--- tomblind.local-lua-debugger-vscode.
local launch = {
  version = "0.2.0",
  configurations = {
    { name = "vnnlua: run this file", type = "node-terminal", request = "launch", command = 'vnnlua "${file}"' },
    {
      name = "vnnlua: debug this file",
      type = "lua-local",
      request = "launch",
      program = { lua = "vnnlua", file = "${file}" },
    },
  },
}

local function write_library(folder)
  for _, path in ipairs(system.library_paths()) do
    if path:match "%.lua$" and not path:match "^templates/" then
      local target = ("%s/%s/vnn/%s"):format(folder, library, (path:gsub("^meta/", "")))
      local made, message = system.make_directory(target:match "^(.*)/")
      if made then made, message = system.write_file(target, system.library_source(path)) end
      if not made then return nil, message end
    end
  end
  return true
end

--- Writes `.luarc.json`, `.vscode/launch.json` and the annotated library into a folder. The settings that are there
--- stay as they are; the library is written anew, as this program has it.
---
--- ```lua
--- local folder = assert(require("vnn.system").temporary_folder())
--- for _, line in ipairs(assert(require("vnn.host.workspace").write(folder.path))) do print(line:match "[^/]+$") end
--- --> library: what editors complete and check by
--- --> .luarc.json: written
--- --> launch.json: written
--- ```
---@param folder string made where it is missing
---@return string[]? lines what was done, for people; nil when the folder cannot be written
---@return string? message
function workspace.write(folder)
  settings.expect("workspace.write", 1, folder, "a string")
  local made, message = system.make_directory(folder .. "/.vscode")
  if made then made, message = write_library(folder) end
  if not made then return nil, message end
  local lines = { ("%s/%s: what editors complete and check by"):format(folder, library) }
  for _, file in ipairs { { ".luarc.json", language_server }, { ".vscode/launch.json", launch } } do
    local path = folder .. "/" .. file[1]
    local is_there = system.exists(path)
    if not is_there then
      made, message = system.write_file(path, json.encode(file[2], { indented = true }) .. "\n")
      if not made then return nil, message end
    end
    lines[#lines + 1] = ("%s: %s"):format(path, is_there and "left as it is" or "written")
  end
  return lines
end

return workspace
