--- Decides properties as VNN-LIB states them, with the words of the verification competition: is there an input in the
--- region whose outputs meet the condition (`sat`), or none (`unsat`)?
local box = require "vnn.property.box"
local settings = require "vnn.settings"
local system = require "vnn.system"
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
---@field threads? integer that attack and search at once; verdicts do not depend on it (default: 1)
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
---@field open { case: integer, bound: number?, nodes: integer? }[]? without a point, the regions that are not settled:
---  no margin there is above the bound, and so many nodes were looked at

--- The share of the time in which all regions are attacked before the first proof is tried.
local attack_share = 0.1

--- The share of the time in which many regions are glanced at, and the share of them that this has to settle so that it
--- goes on for longer.
local glance_share, glance_success = 0.02, 0.9

--- Proves by bounds alone what they prove of many regions, as long as that pays.
local function glance_all(boxes, remaining)
  local reserve, settled = (1 - glance_share) * remaining(), 0
  for number, region in ipairs(boxes) do
    if remaining() == 0 or remaining() <= reserve and settled < glance_success * number then return end
    region:glance(remaining())
    settled = settled + (region:is_open() and 0 or 1)
  end
end

--- Attacks one open region after the other; the first with a point, if there is one.
local function attack_all(boxes, remaining)
  local reserve = (1 - attack_share) * remaining()
  for number, region in ipairs(boxes) do
    if remaining() == 0 then return end
    if region:is_open() then region:attack(math.max(remaining() - reserve, 0) / (#boxes - number + 1)) end
    if region.answer then return region end
  end
end

--- Regions whose searches are kept to be resumed; each has its own copies of the network.
local most_kept = 16

--- The regions without an answer that more time may give one.
local function open_ones(boxes)
  local open = {}
  for _, region in ipairs(boxes) do
    if region:is_open() and not region.exhausted then open[#open + 1] = region end
  end
  return open
end

--- Proves one region after the other, in rounds: what a region leaves of its time is that of those still open, and each
--- round gives them twice as much as the one before, so that the hard ones do not keep the easy ones waiting. The first
--- with a point, if there is one.
local function prove_all(boxes, remaining)
  local open, slice = open_ones(boxes), 0
  while #open > 0 and remaining() > 0 do
    local share = remaining() / #open
    slice = #open == 1 and share or math.min(share, math.max(2 * slice, share / 8))
    for number, region in ipairs(open) do
      if remaining() > 0 then
        region:prove(math.min(slice, remaining()))
        if region.answer then return region end
        if number > most_kept then region:forget() end
      end
    end
    open = open_ones(open)
  end
end

--- What is known of the regions without an answer.
local function still_open(boxes)
  local open = {}
  for _, region in ipairs(boxes) do
    if region:is_open() then
      local bound = region.found.bound
      local known = bound and math.abs(bound) < math.huge and bound or nil
      open[#open + 1] = { case = region.case, bound = known, nodes = region.found.nodes }
    end
  end
  return open
end

--- The verdict of regions none of which has a point, and why.
local function conclude(result, boxes, is_late)
  local deciders = {}
  for _, region in ipairs(boxes) do
    local found = region.found
    if region.refusal or region:is_open() then
      result.verdict = not region.refusal and is_late and not region.exhausted and "timeout" or result.verdict
      if result.verdict == "unsat" then result.verdict = "unknown" end
      result.reason = result.reason or region.refusal
      if region.exhausted and found.bound and found.bound < math.huge then
        local near = "region %d: no margin is above %.3g, and the sign of the largest is not settled"
        result.reason = result.reason or near:format(region.case, found.bound)
      end
      result.reason = result.reason or found.reason
    elseif not deciders[found.decided_by] then
      deciders[found.decided_by] = true
      deciders[#deciders + 1] = found.decided_by
    end
  end
  return deciders
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
  local known = { time_limit_s = 120, solver = "glpk", seed = 0, threads = 1, certificate = false }
  options = settings.of("property.decide", options, known, { "replay", "replay_network", "stages" })
  for _, name in ipairs { "replay", "replay_network" } do
    settings.expect("property.decide", name, options[name], "a function or nothing")
  end
  settings.expect("property.decide", "stages", options.stages, "a list of strings or nothing")
  local function remaining() return math.max(options.time_limit_s - (system.clock() - start), 0) end
  local boxes, result = {}, { verdict = "unsat", cases = {}, reason = stated.emptiness }
  -- What a stage is worth in one region tells about the others.
  local shared = settings.joined(options, { experience = {} })
  for case = 1, stated.cases do boxes[case] = box.new(stated, network, case, shared) end
  -- What a stage of the user's is to do, or a certificate to show, is not for a glance.
  local glances = #boxes >= box.many and not options.stages and not options.certificate
  if glances then glance_all(boxes, remaining) end
  local satisfied = attack_all(boxes, remaining) or prove_all(boxes, remaining)
  for case, region in ipairs(boxes) do result.cases[case] = region.found end
  local deciders = {}
  if satisfied then
    result.verdict, result.input, result.outputs = "sat", satisfied.answer.input, satisfied.answer.outputs
    result.decided_by, result.reason = satisfied.found.decided_by, nil
  else
    deciders = conclude(result, boxes, remaining() == 0)
    result.open = still_open(boxes)
  end
  if result.verdict == "unsat" and stated.missing_bound then
    result.verdict, result.reason = "unknown", stated.missing_bound .. ", and only a part of its range was searched"
  end
  if result.verdict == "unsat" then
    result.decided_by = stated.cases == 0 and "property" or table.concat(deciders, ", ")
    -- More was proved than was asked.
    if stated.relaxed then result.reason = result.reason or "strict inequalities were relaxed to their closures" end
  end
  result.seconds = system.clock() - start
  return result
end

--- Writes the certificate of a result (see `help "certificates"`), and beside it `path`.network.safetensors and
--- `path`.problem.json, which say what was asked: the network as a chain of layers, and the property's boxes and
--- conditions. Where a proof was not written down, searches find it again. "unsat" because there is no region has no
--- certificate: nothing about the network was proved.
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
  elseif result.verdict == "unsat" and stated.cases == 0 then
    message = ("certificate: there is none of this unsat, as the region is empty (%s)"):format(stated.emptiness)
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
