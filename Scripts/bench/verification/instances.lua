--- The instances of a benchmark in the verification competition's form: a folder's instances.csv has lines of network,
--- property and seconds allowed, with paths from the folder on; files may be gzipped.
local system = require "vnn.system"

local instances = {}

--- The file, or the file gzipped where that is there.
local function found(path) return system.exists(path .. ".gz") and path .. ".gz" or path end

--- Network, property and seconds of each line; nil and a message where the file cannot be read.
---@param path string
---@return { network: string, property: string, seconds: number? }[]?
---@return string?
function instances.read(path)
  local text, message = system.read_file(path)
  if not text then return nil, message end
  local folder, list = path:match "^(.*)/[^/]*$" or ".", {}
  for line in text:gmatch "[^\r\n]+" do
    local fields = {}
    for field in line:gmatch "[^,]+" do fields[#fields + 1] = field:match "^%s*(.-)%s*$" end
    local network, property, seconds = table.unpack(fields)
    if property then
      list[#list + 1] = {
        network = found(folder .. "/" .. network),
        property = found(folder .. "/" .. property),
        seconds = tonumber(seconds),
      }
    end
  end
  return list
end

--- The end of a file's path that names it, without what all such files end in.
---@param path string
---@return string
function instances.name(path)
  return (path:match "[^/]*$":gsub("%.gz$", ""):gsub("%.onnx$", ""):gsub("%.vnnlib$", ""))
end

return instances
