--- `vnnlua verify FILE --network NAME=ONNX …`: decides a VNN-LIB query as its standard asks (VNN-LIB 2.0, section
--- 5.3).
local names = require "vnn.names"
local property = require "vnn.property"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local load_property = require("vnn.verify").load_property

local verify = {}

local usage = [[
usage: vnnlua verify FILE --network NAME=ONNX … [--timeout SECONDS] [--threads N] [--serialise-assignments FOLDER]

Decides the VNN-LIB query in FILE and prints sat, unsat, unknown or timed-out, and after sat the assignment: for each
variable its name, element type and shape, and its values, one on a line. The exit code is 0 after an answer, 1 where
there can be none, 2 for a wrong command line; what is wrong is on standard error.

  --network NAME=ONNX               the file of a network that the query declares, gzipped or not; once for each that is
                                    not declared equal to another
  --timeout SECONDS                 seconds for everything together (default: 300)
  --threads N                       threads that attack and search (default: one for each processor)
  --serialise-assignments FOLDER    write the assignment there instead, a TensorProto in NAME.pb for each variable
]]

local options = { "--network", "--timeout", "--threads", "--serialise-assignments" }

--- What the command line says; nil and what is wrong with it.
local function parse(words)
  local request, position = { networks = {} }, 1
  while position <= #words do
    local word = words[position]
    local option, value = word:match "^(%-%-[^=]+)=(.*)$"
    option = option or word:match "^%-.*"
    if option then
      -- The standard's own summary has this shorter name.
      if option == "--assignments" then option = "--serialise-assignments" end
      local known = false
      for _, name in ipairs(options) do known = known or name == option end
      if not known then return nil, ("unknown option '%s'%s"):format(option, names.suggestion(option, options)) end
      if not value then
        position = position + 1
        value = words[position]
        if not value then return nil, option .. ": its value is missing" end
      end
      if option == "--network" then
        local name, path = value:match "^([^=]+)=(.+)$"
        if not name then return nil, ("--network: expected NAME=ONNX, got '%s'"):format(value) end
        if request.networks[name] then return nil, ("--network: %s is given twice"):format(name) end
        request.networks[name] = path
      elseif option == "--timeout" then
        request.timeout = tonumber(value)
        if not request.timeout or request.timeout < 0 or request.timeout ~= request.timeout then
          return nil, ("--timeout: expected seconds, got '%s'"):format(value)
        end
      elseif option == "--threads" then
        request.threads = math.tointeger(tonumber(value))
        if not request.threads or request.threads < 1 then
          return nil, ("--threads: expected a number from 1, got '%s'"):format(value)
        end
      else
        request.folder = value
      end
    elseif request.query then
      return nil, ("expected one query, got '%s' besides"):format(word)
    else
      request.query = word
    end
    position = position + 1
  end
  if not request.query then return nil, "the query is missing; vnnlua verify --help explains" end
  return request
end

local function fail(code, message)
  io.stderr:write("vnnlua verify: ", message, "\n")
  return code
end

--- Networks with no more parameters are searched by boxes first: their files as they are, in whatever precision.
local few_parameters = 10000

local function is_small(network)
  local count = 0
  for _, parameter in ipairs(network:parameters()) do count = count + #parameter:flatten() end
  return count <= few_parameters
end

--- The answer to a query within some seconds: by boxes of inputs where the networks are small or not piecewise linear,
--- else by everything that there is for one network. Nil and what is wrong where neither can be.
local function decide(models, stated, seconds, threads)
  local deadline = system.clock() + seconds
  local function remaining() return math.max(deadline - system.clock(), 0) end
  local network, refusal = models:network()
  if not network or is_small(network) then
    local limits = { time_limit_s = network and math.min(1, 0.1 * remaining()) or remaining() }
    if network then limits.box_limit = 500 end
    local verdict, point = models:search(limits)
    if not verdict and not network then return nil, refusal end
    if verdict == "sat" or verdict == "unsat" then return { verdict = verdict, input = point } end
    if not network then return { verdict = remaining() == 0 and "timeout" or "unknown", reason = refusal } end
  end
  return property.decide(network, stated, {
    time_limit_s = remaining(),
    threads = threads,
    replay = function(input) return models:replay(input) end,
    replay_network = models.drops_activations and function(input) return models:replay_network(input) end or nil,
  })
end

--- Decides a query and prints the answer.
---@param words string[] what stands behind `vnnlua verify`
---@return integer code
function verify.main(words)
  settings.expect("verify.main", 1, words, "a list of strings")
  local start = system.clock()
  for _, word in ipairs(words) do
    if word == "--help" or word == "-h" then
      io.stdout:write(usage)
      return 0
    end
  end
  local request, wrong = parse(words)
  if not request then return fail(2, wrong) end
  local stated, message = load_property(request.query)
  if not stated then return fail(1, message) end
  local models
  models, message = stated:load(request.networks)
  if not models then return fail(1, message) end
  local result
  local seconds, threads = request.timeout or 300, request.threads or tensor.threads()
  result, message = decide(models, stated, seconds - (system.clock() - start), threads)
  if not result then return fail(1, message) end
  local answer = result.verdict == "timeout" and "timed-out" or result.verdict
  if result.reason and answer ~= "sat" then io.stderr:write("vnnlua verify: ", result.reason, "\n") end
  print(answer)
  if answer ~= "sat" then return 0 end
  if not request.folder then
    io.stdout:write(models:assignment(result.input))
    return 0
  end
  local saved
  saved, message = system.make_directory(request.folder)
  if saved then saved, message = models:save_assignment(result.input, request.folder) end
  return saved and 0 or fail(1, message)
end

return verify
