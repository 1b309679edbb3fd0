--- Decides properties as VNN-LIB states them, with the words of the verification competition: is there an input in the
--- region whose outputs meet the condition (`sat`), or none (`unsat`)?
local portfolio = require "vnn.portfolio"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local property = {}

---@class vnn.property.Options
---@field time_limit_s? number seconds for everything together (default: 120)
---@field replay? fun(input: vnn.Tensor): vnn.Tensor?, string? what the outputs are when somebody else computes them: a
---  point is only reported when these meet the condition too, and a proof only when they are those of the network at a
---  few points of the region (default: the recheck of the network alone)
---@field replay_network? fun(input: vnn.Tensor): vnn.Tensor?, string? what a proof is compared with, where the replay
---  goes on behind the network's outputs (default: `replay`)
---@field stages? string[] of `portfolio.decide` (default: its own)
---@field solver? string solver of linear programs and MILPs (default: "glpk")
---@field seed? integer of the attack's starts (default: 0)
---@field certificate? boolean whether searches write down what they prove, for `property.certify` (default: false)

---@class vnn.property.Result
---@field verdict "sat"|"unsat"|"unknown"|"timeout"
---@field input vnn.Tensor? what satisfies the property
---@field outputs vnn.Tensor? the outputs there, of the replay where there is one
---@field decided_by string? the stage of `portfolio.decide` that settled it; of "unsat", those of all regions:
---  "bounds, search"; "property" where what is asserted leaves no region
---@field reason string? without an answer, why a point that the search took for one is none; of "unsat" why there is
---  no region, or that strict inequalities were relaxed to their closures, for which the proof holds too
---@field seconds number
---@field cases vnn.verdict.Result[] what came of each region

--- A point as an answer: rechecked on the network as it is, then by the replay. Single precision comes first, as
--- that is what other tools read.
local function confirm(stated, network, case, problem, candidate, replay)
  local condition = stated:condition(case)
  local example = condition:check(network, problem, stated:round(candidate, case))
    or condition:check(network, problem, candidate)
  if not example then return nil, "the recheck on the network does not confirm the point" end
  local outputs, message = example.outputs, nil
  if replay then outputs, message = replay(example.input) end
  if not outputs then return nil, message end
  if not stated:satisfied(example.input, outputs) then
    local strictly = stated.relaxed and stated:condition(case):margin(outputs) >= 0 and " without equality" or ""
    return nil, ("the replay does not confirm the point%s"):format(strictly)
  end
  return { input = example.input, outputs = outputs }
end

--- Regions with no more inputs that vary are tried at all of their corners.
local few_inputs = 6

--- Points where a condition may hold that holds in a corner or on a line only: a search asks for more than that.
local function guesses(stated, network, reduced, problem, case, seed, seconds)
  local lower, upper, varying = problem.lower:table(), problem.upper:table(), {}
  for position = 1, #lower do
    if lower[position] < upper[position] then varying[#varying + 1] = position end
  end
  local half, quarter = { seed = seed, time_limit_s = seconds / 2 }, { time_limit_s = seconds / 4 }
  local attacked = verify.attack(reduced, problem, half)
  local points = { problem.input, attacked, stated:approach(network, problem.input, case, quarter) }
  points[#points + 1] = stated:approach(network, attacked, case, quarter)
  for number = 0, #varying <= few_inputs and 2 ^ #varying - 1 or -1 do
    local corner = problem.input:table()
    for place, position in ipairs(varying) do
      corner[position] = (number // 2 ^ (place - 1)) % 2 == 1 and upper[position] or lower[position]
    end
    points[#points + 1] = tensor.from(corner)
  end
  return points
end

--- Whether somebody else's outputs are those of the network, as far as single precision goes, and do not satisfy what
--- was refuted: a proof about a network that was read wrongly proves nothing about its file.
local function agrees(stated, network, problem, options)
  local random = tensor.random(1)
  for _, x in ipairs { problem.input, problem:sample(random), problem:sample(random) } do
    local final, message = options.replay(x)
    local outputs = final
    if final and options.replay_network then outputs, message = options.replay_network(x) end
    if not outputs then return nil, message end
    -- What an activation at the end gives may be rounded to the same number.
    if stated:satisfied(x, final) then return nil, "the replay satisfies it where the network does not" end
    local own = network:forward(x)
    local difference = (own - outputs):abs():max()
    -- NaN differs from everything.
    if difference ~= difference or difference > 1e-3 * math.max(1, own:abs():max()) then
      return nil, ("the replay's outputs differ from the network's by %g"):format(difference)
    end
  end
  return true
end

--- Decides a property of a network. `unsat` is a proof for every region, in real numbers, about the network's
--- parameters as they are; `sat` is a point that was rechecked. `vnnlua help formats` says what that means for a file.
---
--- ```lua
--- local nn, property, verify = require "vnn.nn", require "vnn.property", require "vnn.verify"
--- local network = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.25, 0.5 }, norm = "linf", epsilon = 0.5, class = 1 }
--- local result = property.decide(network, verify.property(network, problem), { time_limit_s = 10 })
--- print(result.verdict == "sat" or result.verdict == "unsat") --> true
--- ```
---@param network vnn.Network
---@param stated vnn.Property
---@param options? vnn.property.Options
---@return vnn.property.Result
function property.decide(network, stated, options)
  settings.expect("property.decide", 1, network, "vnn.Network")
  settings.expect("property.decide", 2, stated, "vnn.Property")
  local start = system.clock()
  local known = { time_limit_s = 120, solver = "glpk", seed = 0, certificate = false }
  options = settings.of("property.decide", options, known, { "replay", "replay_network", "stages" })
  for _, name in ipairs { "replay", "replay_network" } do
    settings.expect("property.decide", name, options[name], "a function or nothing")
  end
  settings.expect("property.decide", "stages", options.stages, "a list of strings or nothing")
  local function remaining() return math.max(options.time_limit_s - (system.clock() - start), 0) end
  local result, deciders = { verdict = "unsat", cases = {}, reason = stated.emptiness }, {}
  for case = 1, stated.cases do
    local reduced, problem = stated:reduce(network, case, { time_limit_s = 0.1 * remaining() })
    -- A point that is refused does not end the search; but then a proof that there is none would contradict it.
    local answer, refusal
    local function try(candidate)
      local confirmed, message = confirm(stated, network, case, problem, candidate, options.replay)
      answer, refusal = answer or confirmed, refusal or message
      return confirmed
    end
    local found = { verdict = "unknown", decided_by = "attack" }
    if remaining() > 0 then
      local condition = stated:condition(case)
      for _, point in ipairs(guesses(stated, network, reduced, problem, case, options.seed, 0.1 * remaining())) do
        -- What the recheck does not confirm was only a guess; what the replay denies would contradict a proof.
        local holds = problem:contains(point) and condition:margin(network:forward(point)) >= 0
        if holds and condition:check(network, problem, point) and try(point) then break end
      end
    end
    if not answer then
      found = portfolio.decide(reduced, problem, {
        -- What a region leaves of its share is the others'.
        time_limit_s = remaining() / (stated.cases - case + 1),
        stages = options.stages,
        solver = options.solver,
        seed = options.seed,
        certificate = options.certificate,
        condition = stated:condition(case),
        confirm = function(witness) return try(witness.input) end,
      })
    end
    result.cases[case] = found
    if found.verdict == "robust" and options.replay then
      local trusted, difference = agrees(stated, network, problem, options)
      if not trusted then refusal = difference end
    end
    if answer then
      result.verdict, result.input, result.outputs = "sat", answer.input, answer.outputs
      result.decided_by, result.reason = found.decided_by, nil
      break
    end
    if found.verdict ~= "robust" or refusal then
      result.verdict, result.reason = "unknown", result.reason or refusal
    elseif not deciders[found.decided_by] then
      deciders[found.decided_by] = true
      deciders[#deciders + 1] = found.decided_by
    end
  end
  if result.verdict == "unsat" and stated.missing_bound then
    result.verdict, result.reason = "unknown", stated.missing_bound .. ", and only a part of its range was searched"
  end
  if result.verdict == "unsat" then
    result.decided_by = stated.cases == 0 and "property" or table.concat(deciders, ", ")
    -- More was proved than was asked.
    if stated.relaxed then result.reason = result.reason or "strict inequalities were relaxed to their closures" end
  end
  if result.verdict == "unknown" and remaining() == 0 then result.verdict = "timeout" end
  result.seconds = system.clock() - start
  return result
end

--- Writes the certificate of a result (see `help "certificates"`), and beside it `path`.network.safetensors and
--- `path`.problem.json, which say what was asked: the network as a chain of layers, and the property's boxes and
--- conditions. Where a proof was not written down, searches find it again.
---
--- ```lua
--- local nn, property, verify = require "vnn.nn", require "vnn.property", require "vnn.verify"
--- local network = nn.mlp({ 2, 4, 2 }, { seed = 1 })
--- local problem = verify.problem { input = { 0.25, 0.5 }, norm = "linf", epsilon = 0.125, class = 2 }
--- local stated = verify.property(network, problem)
--- local folder <close> = require("vnn.system").temporary_folder()
--- local result = property.decide(network, stated, { certificate = true })
--- print(property.certify(network, stated, result, folder.path .. "/c")) --> true
--- ```
---@param network vnn.Network
---@param stated vnn.Property
---@param result vnn.property.Result
---@param path string gzipped where it ends in .gz
---@param options? { time_limit_s?: number } for each case that has to be proved again (default: twice as long as the
---  result took, and at least 10)
---@return boolean? written nil when there is no certificate
---@return string? message why
function property.certify(network, stated, result, path, options)
  settings.expect("property.certify", 1, network, "vnn.Network")
  settings.expect("property.certify", 2, stated, "vnn.Property")
  settings.expect("property.certify", 3, result, "a table")
  settings.expect("property.certify", 4, path, "a string")
  options = settings.of("property.certify", options, { time_limit_s = math.max(10, 2 * result.seconds) })
  local files, message
  if result.verdict == "sat" then
    files, message = stated:certify(network, result.input, path)
  elseif result.verdict == "unsat" then
    local searches = {}
    for case = 1, stated.cases do searches[case] = result.cases[case].proof end
    files, message = stated:certify(network, searches, path)
    if not files then
      for case = 1, stated.cases do
        local reduced, problem = stated:reduce(network, case)
        searches[case] = verify.branch_and_bound(reduced, problem, {
          certificate = true,
          condition = stated:condition(case),
          time_limit_s = options.time_limit_s,
        })
      end
      files, message = stated:certify(network, searches, path)
    end
  else
    message = "certificate: the property is not decided"
  end
  if not files then return nil, message end
  return true
end

--- A point as the competition wants it: `((X_0 0.5)` and so on, one value a line, and then the outputs.
---
--- ```lua
--- local property = require "vnn.property"
--- print(property.counterexample({ 0.5, 0.1 }, { -1 }))
--- --> ((X_0 0.5)
--- --> (X_1 0.1)
--- --> (Y_0 -1.0))
--- ```
---@param input vnn.Tensor|number[]
---@param outputs vnn.Tensor|number[]
---@return string
function property.counterexample(input, outputs)
  settings.expect("property.counterexample", 1, input, "vnn.Tensor or a list of numbers")
  settings.expect("property.counterexample", 2, outputs, "vnn.Tensor or a list of numbers")
  local lines = {}
  for _, part in ipairs { { "X", input }, { "Y", outputs } } do
    for position = 1, #part[2] do
      local value = part[2][position] + 0.0
      -- The shortest text that reads back as the same number.
      local text = ("%.15g"):format(value)
      if tonumber(text) ~= value then text = ("%.17g"):format(value) end
      if not text:find "[.eE]" then text = text .. ".0" end
      lines[#lines + 1] = ("(%s_%d %s)"):format(part[1], position - 1, text)
    end
  end
  return "(" .. table.concat(lines, "\n") .. ")"
end

return property
