--- Looks for everything that vnnlua works with: `vnnlua doctor`.
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local doctor = {}

--- Programs that are started when they are needed: how they tell their version, what for, and how to get them.
local programs = {
  { name = "gnuplot", ask = "gnuplot --version", purpose = "plots", remedy = "apt install gnuplot-nox" },
  { name = "Slurm", program = "sbatch", ask = "sbatch --version", purpose = "runs sweeps on a cluster",
    remedy = "apt install slurm-wlm" },
}

local function first_line(command)
  local text = shell.output(command .. " 2>/dev/null")
  local line = text and text:match "[^\n]*"
  return line ~= "" and line or nil
end

local function look_for(program)
  local word = program.program or program.name
  local path = first_line("command -v " .. word)
  return {
    name = program.name,
    purpose = program.purpose,
    required = false,
    path = path,
    version = path and (first_line(program.ask) or "found"),
    remedy = not path and ("not found; " .. program.remedy) or nil,
  }
end

--- All components: what `system.components` knows and the programs that are started.
---
--- ```lua
--- for _, component in ipairs(require("vnn.host.doctor").components()) do
---   if component.name == "Lua" then print(component.version:match "^Lua 5%.4") end --> Lua 5.4
--- end
--- ```
---@return vnn.system.Component[]
function doctor.components()
  local list = system.components()
  for _, program in ipairs(programs) do list[#list + 1] = look_for(program) end
  return list
end

--- The report as text.
---@param components vnn.system.Component[]
---@return string
function doctor.text(components)
  settings.expect("doctor.text", 1, components, "a list")
  local lines = { ("vnnlua %s"):format(system.version) }
  local standard_library = os.getenv "VNNLUA_STDLIB"
  if standard_library and standard_library ~= "" then
    lines[1] = lines[1] .. (", standard library from %s"):format(standard_library)
  end
  for _, component in ipairs(components) do
    if component.version then
      lines[#lines + 1] = ("  ok       %-9s %s"):format(component.name, component.version)
      if component.path then lines[#lines + 1] = ("%20s %s"):format("", component.path) end
    else
      local word = component.required and "MISSING" or "missing"
      lines[#lines + 1] = ("  %-8s %-9s (%s) %s"):format(word, component.name, component.purpose, component.remedy)
    end
  end
  return table.concat(lines, "\n")
end

--- `vnnlua doctor`
---@return integer code 1 when something is missing that is required
function doctor.main()
  local components = doctor.components()
  print(doctor.text(components))
  for _, component in ipairs(components) do
    if component.required and not component.version then return 1 end
  end
  return 0
end

return doctor
