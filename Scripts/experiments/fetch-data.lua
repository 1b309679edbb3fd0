--- Downloads a data set to where vnnlua looks for it, and checks that it is the official one.
local data = require "vnn.data"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local mirrors = {
  mnist = {
    "https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist",
  },
  fashion = { "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com" },
}

local files = {
  "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
}

--- Where data sets lie: $VNNLUA_DATA, or a folder of the user's.
local function root()
  local function variable(name)
    local value = os.getenv(name)
    return value ~= "" and value or nil
  end
  if variable "VNNLUA_DATA" then return variable "VNNLUA_DATA" end
  local home = variable "XDG_DATA_HOME" or variable "HOME" and variable "HOME" .. "/.local/share"
  return home and home .. "/vnnlua/data"
end

--- Downloads one file by the first mirror that has it; nothing is left of what fails.
local function fetch(name, file, target)
  local partial = target .. ".partial"
  for _, mirror in ipairs(mirrors[name]) do
    local address = ("%s/%s.gz"):format(mirror, file)
    if os.execute(("curl --fail --location --silent --show-error --output %s %s"):format(shell.quote(partial), address))
      and os.execute("gzip --test " .. shell.quote(partial)) then
      return os.rename(partial, target)
    end
  end
  os.remove(partial)
  return nil, ("no mirror has %s.gz"):format(file)
end

return {
  name = "fetch-data",
  description = "Downloads a data set into $VNNLUA_DATA (default: ~/.local/share/vnnlua/data).",
  arguments = { { name = "dataset", type = "string", choices = { "mnist", "fashion" }, help = "which one" } },
  run = function(options)
    local folder = root()
    if not folder then return nil, "there is no $HOME; set VNNLUA_DATA to a folder for data sets" end
    folder = folder .. "/" .. options.dataset
    local made, message = system.make_directory(folder)
    if not made then return nil, message end
    for _, file in ipairs(files) do
      local target = ("%s/%s.gz"):format(folder, file)
      if not system.exists(target) then
        made, message = fetch(options.dataset, file, target)
        if not made then return nil, message end
      end
    end
    for _, split in ipairs { "train", "test" } do
      local set
      set, message = data.load(options.dataset, { split = split })
      if not set then return nil, message end
    end
    print(folder .. " is complete")
  end,
}
