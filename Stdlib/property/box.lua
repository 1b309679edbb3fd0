--- One region of a property, its box and condition: what was tried there, and what is known.
local portfolio = require "vnn.portfolio"
local settings = require "vnn.settings"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verify = require "vnn.verify"

local box = {}

--- From so many on, regions are glanced at before any is attacked.
box.many = 16

--- A point as an answer: rechecked on the network as it is, then by the replay. Single precision comes first, as
--- that is what other tools read.
local function confirm(self, candidate)
  local stated, replay = self.stated, self.options.replay
  local example = self.condition:check(self.network, self.problem, stated:round(candidate, self.case))
    or self.condition:check(self.network, self.problem, candidate)
  if not example then return nil, "the recheck on the network does not confirm the point" end
  local outputs, message = example.outputs, nil
  if replay then outputs, message = replay(example.input) end
  if not outputs then return nil, message end
  if not stated:satisfied(example.input, outputs) then
    local strictly = stated.relaxed and self.condition:margin(outputs) >= 0 and " without equality" or ""
    return nil, ("the replay does not confirm the point%s"):format(strictly)
  end
  return { input = example.input, outputs = outputs }
end

--- Regions with no more inputs that vary are tried at all of their corners.
local few_inputs = 6

--- The corners of a problem's box where few inputs vary, each by a function that makes it.
local function corners(problem)
  local lower, upper, varying, makers = problem.lower:table(), problem.upper:table(), {}, {}
  for position = 1, #lower do
    if lower[position] < upper[position] then varying[#varying + 1] = position end
  end
  for number = 0, #varying <= few_inputs and 2 ^ #varying - 1 or -1 do
    makers[#makers + 1] = function()
      local corner = problem.input:table()
      for place, position in ipairs(varying) do
        corner[position] = (number // 2 ^ (place - 1)) % 2 == 1 and upper[position] or lower[position]
      end
      return tensor.from(corner)
    end
  end
  return makers
end

--- Points where a condition may hold that holds in a corner or on a line only, each by a function that makes it within
--- some seconds: a search asks for more than that.
local function guesses(self)
  local stated, network, problem, case = self.stated, self.network, self.problem, self.case
  local attacked = problem.input
  local makers = {
    function() return problem.input end,
    function(seconds)
      attacked = verify.attack(self.reduced, problem, {
        seed = self.options.seed,
        threads = self.options.threads,
        time_limit_s = 0.7 * seconds,
      })
      return attacked
    end,
    function(seconds) return stated:approach(network, problem.input, case, { time_limit_s = 0.5 * seconds }) end,
    function(seconds) return stated:approach(network, attacked, case, { time_limit_s = 0.5 * seconds }) end,
  }
  return table.move(corners(problem), 1, 2 ^ few_inputs, #makers + 1, makers)
end

--- Whether somebody else's outputs are those of the network, as far as single precision goes, and do not satisfy what
--- was refuted: a proof about a network that was read wrongly proves nothing about its file.
local function agrees(self)
  local problem, options = self.problem, self.options
  local random, points = tensor.random(1), { problem.input }
  -- Of many regions one point each says as much about the network.
  for number = 1, self.stated.cases < box.many and 2 or 0 do points[number + 1] = problem:sample(random) end
  for _, x in ipairs(points) do
    local final, message = options.replay(x)
    local outputs = final
    if final and options.replay_network then outputs, message = options.replay_network(x) end
    if not outputs then return nil, message end
    -- What an activation at the end gives may be rounded to the same number.
    if self.condition:margin(final) >= 0 then return nil, "the replay satisfies it where the network does not" end
    local own = self.network:forward(x)
    local difference = (own - outputs):abs():max()
    -- NaN differs from everything.
    if difference ~= difference or difference > 1e-3 * math.max(1, own:abs():max()) then
      return nil, ("the replay's outputs differ from the network's by %g"):format(difference)
    end
  end
  return true
end

---@class vnn.property.Box
---@field case integer
---@field answer { input: vnn.Tensor, outputs: vnn.Tensor }? a point that satisfies the property
---@field refusal string? why a point, or a proof, was not taken: then nothing is proved any more
---@field found vnn.verdict.Result what came of it by now
---@field exhausted boolean whether more time would be of no use
local Box = {}
Box.__index = Box

--- The region `case` of a property, about which nothing is known.
---@param stated vnn.Property
---@param network vnn.Network
---@param case integer
---@param options vnn.property.Options
---@return vnn.property.Box
function box.new(stated, network, case, options)
  settings.expect("box.new", 1, stated, "vnn.Property")
  return setmetatable({
    stated = stated,
    network = network,
    case = case,
    options = options,
    condition = stated:condition(case),
    found = { verdict = "unknown" },
    exhausted = false,
    is_attacked = false,
    is_begun = false,
  }, Box)
end

--- Makes the question a problem of classes; false where the network's numbers are too large to be made one.
function Box:begin(seconds)
  if not self.reduced and not self.exhausted then
    local reduced, problem = self.stated:reduce(self.network, self.case, { time_limit_s = seconds })
    if reduced then
      self.reduced, self.problem = reduced, problem
    else
      self.exhausted, self.found.reason = true, problem
    end
  end
  return self.reduced ~= nil
end

--- Takes a point for an answer if it is one. One that is refused does not end the search; but then a proof that there
--- is none would contradict it.
function Box:try(candidate)
  local confirmed, message = confirm(self, candidate)
  self.answer, self.refusal = self.answer or confirmed, self.refusal or message
  return confirmed
end

--- Looks for a point for some seconds, without a search.
---@param seconds number
function Box:attack(seconds)
  local deadline = system.clock() + seconds
  if not self:begin(seconds) then return end
  for _, guess in ipairs(guesses(self)) do
    local remaining = deadline - system.clock()
    if remaining <= 0 then return end
    local point = guess(remaining)
    -- What the recheck does not confirm was only a guess; what the replay denies would contradict a proof.
    local holds = self.problem:contains(point) and self.condition:margin(self.network:forward(point)) >= 0
    if holds and self.condition:check(self.network, self.problem, point) and self:try(point) then
      self.found.decided_by = "attack"
      return
    end
  end
  self.is_attacked = true
end

--- What a run of the portfolio says; a proof only stands where the replay agrees.
local function take(self, found)
  self.found = found
  if found.verdict == "robust" and self.options.replay then
    local trusted, difference = agrees(self)
    if not trusted then self.refusal = self.refusal or difference end
  end
end

--- Tries a proof by bounds alone, and keeps nothing else. An attack takes several times as long, and where bounds
--- settle most of many regions, few need one.
---@param seconds number
function Box:glance(seconds)
  if not self:begin(seconds) then return end
  local found = portfolio.decide(self.reduced, self.problem, { time_limit_s = seconds, stages = { "bounds" } })
  if found.verdict == "robust" then take(self, found) end
  self:forget()
end

--- The stages to try: an attack that came to its end need not be repeated.
local function stages_of(self)
  if self.options.stages then return self.options.stages end
  local stages = portfolio.default_stages(#self.problem.constraints > 0)
  if self.is_attacked and stages[1] == "attack" then table.remove(stages, 1) end
  return stages
end

--- Goes on with proof and search for some seconds.
---@param seconds number
function Box:prove(seconds)
  local start = system.clock()
  if not self:begin(seconds) then return end
  local remaining = math.max(seconds - (system.clock() - start), 0)
  if self.is_begun then
    take(self, portfolio.proceed(self.found, remaining))
  else
    self.is_begun = true
    take(self, portfolio.decide(self.reduced, self.problem, {
      time_limit_s = remaining,
      stages = stages_of(self),
      solver = self.options.solver,
      seed = self.options.seed,
      threads = self.options.threads,
      certificate = self.options.certificate,
      experience = self.options.experience,
      condition = self.condition,
      confirm = function(witness) return self:try(witness.input) end,
    }))
  end
  self.exhausted = self.found.verdict == "unknown" and portfolio.remaining(self.found) > 0
end

--- Whether there is neither a point nor a proof.
function Box:is_open() return not self.answer and self.found.verdict ~= "robust" end

--- Frees what the next round would go on with: it begins anew then.
function Box:forget()
  portfolio.forget(self.found)
  self.reduced, self.problem, self.is_begun = nil, nil, false
end

return box
