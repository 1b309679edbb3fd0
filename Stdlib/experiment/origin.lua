--- Where and when a row of an experiment comes from.
local json = require "vnn.json"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local origin = {}

--- The names of all that a row says of its origin.
---@type string[]
origin.names = { "host", "run", "processor", "cores", "commit", "started", "load" }

--- The processors that this process may use.
local function core_count()
  local list = (system.read_file "/proc/self/status" or ""):match "Cpus_allowed_list:%s*([%d,%-]+)"
  local count = 0
  for first, last in (list or ""):gmatch "(%d+)%-?(%d*)" do
    count = count + (last == "" and 1 or tonumber(last) - tonumber(first) + 1)
  end
  return count > 0 and math.tointeger(count) or nil
end

--- The commit of the checkout that a file lies in, with `-dirty` where something in it has been changed since.
local function commit_of(path)
  local folder = path and (path:match "^(.*)/" or ".")
  local text = folder and shell.output(
    ("git -C %s describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null"):format(shell.quote(folder)))
  return text and text:match "^%x+[%l%-]*"
end

---@class vnn.experiment.Origin
---@field host string
---@field run string the same in all rows of one start of the experiment
---@field processor string the processor's name, or `an unknown processor`
---@field cores? integer processors that the process may use; this and the following are nil where they cannot be found
---  out, as in a sandbox
---@field commit? string of the script's checkout, with `-dirty` where something in it has been changed since

--- The processor's name, with its family and model, since virtual machines call unlike ones the same, and with the
--- widest of the vector extensions that kernels are chosen by: `AMD EPYC, family 25 model 17, avx512f`.
---@return string `an unknown processor` where it cannot be found out, as in a sandbox
function origin.processor()
  local text = system.read_file "/proc/cpuinfo" or ""
  local name = text:match "model name%s*:%s*([^\n]+)"
  if not name then return "an unknown processor" end
  local family, model = text:match "cpu family%s*:%s*(%d+)", text:match "model%s*:%s*(%d+)"
  if family and model then name = ("%s, family %s model %s"):format(name, family, model) end
  local flags = (text:match "flags%s*:([^\n]*)" or "") .. " "
  for _, extension in ipairs { "avx512f", "avx2" } do
    if flags:find(" " .. extension .. " ", 1, true) then return name .. ", " .. extension end
  end
  return name
end

--- This machine, and the script's checkout on it.
---
--- ```lua
--- print(require("vnn.experiment.origin").here().host == require("vnn.system").host) --> true
--- ```
---@return vnn.experiment.Origin
function origin.here()
  return {
    host = system.host,
    run = system.digest(("%s %d %s %.9f"):format(system.host, system.process_id, os.time(), system.clock())):sub(1, 8),
    processor = origin.processor(),
    cores = core_count(),
    commit = commit_of(arg and arg[0]),
  }
end

---@class vnn.experiment.Moment
---@field started string the time in UTC, as `2025-03-01T12:00:00Z`
---@field load? number processes that ran or waited for a processor on the machine, a mean of the last minute

--- Now.
---@return vnn.experiment.Moment
function origin.now()
  local load = (system.read_file "/proc/loadavg" or ""):match "^[%d.]+"
  return { started = os.date "!%Y-%m-%dT%H:%M:%SZ", load = tonumber(load) }
end

--- What a row says of both, as the text of a JSON object.
---@param here vnn.experiment.Origin
---@param moment vnn.experiment.Moment
---@return string
function origin.text(here, moment)
  settings.expect("origin.text", 1, here, "a table")
  settings.expect("origin.text", 2, moment, "a table")
  return json.encode(settings.joined(here, moment))
end

return origin
