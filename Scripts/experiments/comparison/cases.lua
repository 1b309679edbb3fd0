--- The cases of a comparison: every problem on every network, solved directly and through each policy at each rate.
local milp = require "vnn.milp"
local policies = require "comparison.policies"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"
local system = require "vnn.system"

local cases = {}

--- The widths of the hidden layers that "4x32" or "64-32" stands for.
---@param architecture string
---@return integer[]? widths nil when it stands for none
---@return string? message
function cases.widths(architecture)
  local widths = {}
  local depth, width = architecture:match "^(%d+)x(%d+)$"
  if depth then
    for layer = 1, tonumber(depth) do widths[layer] = math.tointeger(tonumber(width)) end
  elseif architecture:find "^%d[%d-]*$" then
    for text in architecture:gmatch "%d+" do widths[#widths + 1] = math.tointeger(tonumber(text)) end
  end
  local least = #widths > 0 and math.min(table.unpack(widths)) or 0
  if least < 1 then
    return nil, ("architectures: expected hidden layers such as 2x32 or 64-32, got '%s'"):format(architecture)
  end
  return widths
end

--- The shortest way to write those widths, so that one network is not compared with itself under another name.
local function architecture_of(widths)
  for _, width in ipairs(widths) do
    if width ~= widths[1] then return table.concat(widths, "-") end
  end
  return ("%dx%d"):format(#widths, widths[1])
end

--- What tells the networks apart: one file, or an architecture that is trained once for each problem.
local function networks_of(options)
  if options.network then
    local content, message = system.read_file(options.network)
    if not content then return nil, message end
    local digest = system.digest(content):sub(1, 16)
    return { { architecture = options.network:match "([^/]*)$", network_digest = digest } }
  end
  local list = {}
  for _, text in ipairs(options.architectures) do
    local widths, message = cases.widths(text)
    if not widths then return nil, message end
    list[#list + 1] = { architecture = architecture_of(widths) }
  end
  return list
end

--- All cases. A dense run has neither policy nor rate, so that a selection by one of those leaves it in.
---@param options table
---@return table[]? cases nil when an option is wrong, or the solver is not there
---@return string? message
function cases.make(options)
  local _, missing = milp.capabilities(options.solver)
  if missing then return nil, missing end
  local chosen, message = policies.load(options)
  if not chosen then return nil, message end
  local networks
  networks, message = networks_of(options)
  if not networks then return nil, message end
  local list = {}
  for _, network in ipairs(networks) do
    for problem = 1, options.problems do
      local case = settings.joined(network, { problem = problem })
      if not options.network then
        case.training_seed = options.seed or protocol.draws[problem].data_seed + 2
      end
      list[#list + 1] = case
      for _, rate in ipairs(options.rates) do
        for _, entry in ipairs(chosen) do
          list[#list + 1] = settings.joined(case, { policy = entry.name, policy_digest = entry.digest, rate = rate })
        end
      end
    end
  end
  return list
end

return cases
