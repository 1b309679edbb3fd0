--- The cases of a comparison: every problem on every network, solved directly and through each policy at each rate.
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local policies = require "comparison.policies"
local protocol = require "vnn.protocol"
local settings = require "vnn.settings"
local shared = require "shared.networks"
local system = require "vnn.system"

local cases = {}

--- Every data set has pictures of ten kinds.
local class_count = 10

--- The shortest way to write those widths, so that one network is not compared with itself under another name.
local function architecture_of(widths)
  for _, width in ipairs(widths) do
    if width ~= widths[1] then return table.concat(widths, "-") end
  end
  return ("%dx%d"):format(#widths, widths[1])
end

--- The given network, if it reads the pictures that the problems are about.
local function given_network(options)
  for _, name in ipairs { "architectures", "seeds" } do
    if options[name] then
      return nil, ("--%s is about networks that are trained here, and --network gives one"):format(name)
    end
  end
  local content, message = system.read_file(options.network)
  if not content then return nil, message end
  local network
  network, message = nn.load(options.network)
  if not network then return nil, message end
  local pixels = options.side ^ 2
  if network.inputs ~= pixels or network.outputs ~= class_count then
    return nil, ("%s: expected %d inputs and %d outputs for data set %s at --side %d, got %d and %d"):format(
      options.network, pixels, class_count, options.dataset, options.side, network.inputs, network.outputs)
  end
  local digest = system.digest(content):sub(1, 16)
  return { { architecture = options.network:match "([^/]*)$", network_digest = digest } }
end

--- Whether a list names everything once; nil and a message where it does not.
local function is_distinct(name, list)
  local seen = {}
  for _, value in ipairs(list) do
    if seen[value] then return nil, ("%s: %s is given twice"):format(name, value) end
    seen[value] = true
  end
  return true
end

--- What tells the networks of a problem apart: one file, or architectures and seeds to train with.
local function networks_of(options)
  if options.network then return given_network(options) end
  local architectures, seeds = {}, {}
  for position, text in ipairs(options.architectures or { "2x32" }) do
    local widths, message = shared.widths(text)
    if not widths then return nil, message end
    architectures[position] = architecture_of(widths)
  end
  for position, text in ipairs(options.seeds or {}) do
    seeds[position] = math.tointeger(tonumber(text))
    if not seeds[position] then return nil, ("seeds: expected integers, got '%s'"):format(text) end
  end
  for name, given in pairs { architectures = architectures, seeds = seeds, rates = options.rates } do
    local distinct, message = is_distinct(name, given)
    if not distinct then return nil, message end
  end
  local list = {}
  for _, architecture in ipairs(architectures) do
    for _, seed in ipairs(seeds) do list[#list + 1] = { architecture = architecture, training_seed = seed } end
    if not options.seeds then list[#list + 1] = { architecture = architecture } end
  end
  return list
end

--- All cases. A dense run has neither policy nor rate, so that a selection by one of those leaves it in; it is there at
--- least twice, since what differs between these is noise.
---@param options table
---@return table[]? cases nil when an option is wrong, or the solver is not there
---@return string? message
function cases.make(options)
  local _, missing = milp.capabilities(options.solver)
  if missing then return nil, missing end
  local is_held_out = options.images == "held-out"
  if not is_held_out and options.problems > #protocol.draws then
    return nil, ("--problems %d: there are %d of the paper's images; --images held-out has more"):format(
      options.problems, #protocol.draws)
  end
  local chosen, message = policies.load(options)
  if not chosen then return nil, message end
  local networks
  networks, message = networks_of(options)
  if not networks then return nil, message end
  local list = {}
  for _, network in ipairs(networks) do
    for problem = 1, options.problems do
      local case = settings.joined(network, { problem = problem, images = is_held_out and options.images or nil })
      if not options.network and not options.seeds then
        case.training_seed = is_held_out and problem or protocol.draws[problem].data_seed + 2
      end
      for repetition = 1, math.max(options["repeat"], 2) do
        case.repetition = repetition
        list[#list + 1] = settings.joined(case)
        for _, rate in ipairs(repetition <= options["repeat"] and options.rates or {}) do
          for _, entry in ipairs(chosen) do
            list[#list + 1] = settings.joined(case, { policy = entry.name, policy_digest = entry.digest, rate = rate })
          end
        end
      end
    end
  end
  return list
end

return cases
