--- How the methods of `maximise` compare: gaps to the best known value of each problem, and tests over the gallery.
local names = require "vnn.names"
local tested = require "shared.tested"

local contests = {}

--- The methods over the gallery.
contests.methods = { "gradients", "dense", "optimize", "surrogate 0.8" }

--- Values that differ by less than this share of the best are equal.
contests.tie = 1e-4

local function method_of(row) return row.method == "surrogate" and ("surrogate %g"):format(row.prune) or row.method end

--- What a row is about, without seed and method.
local function kind_of(row)
  if not row.inputs then return "gallery: " .. row.problem end
  return ("%s %d-%dx%d"):format(row.problem, row.inputs, row.layers, row.width)
end

--- How far a value is below the best known one, as a share of that, at most 1; 1 where there is none.
function contests.gap(value, best)
  if not value then return 1 end
  return math.min(math.max((best - value) / math.max(math.abs(best), 1e-9), 0), 1)
end

--- The rows by kind and seed, with the best value of any method in `best`; kinds and methods in the order of the cases.
function contests.grouped(rows)
  local groups, order, methods, seen = {}, {}, {}, {}
  for _, row in ipairs(rows) do
    local kind, method = kind_of(row), method_of(row)
    if not groups[kind] then
      groups[kind] = {}
      order[#order + 1] = kind
    end
    local place = groups[kind][row.seed] or { rows = {} }
    groups[kind][row.seed] = place
    place.rows[method] = row
    if row.value and (not place.best or row.value > place.best) then place.best = row.value end
    if not seen[method] then
      seen[method] = true
      methods[#methods + 1] = method
    end
  end
  return groups, order, methods
end

--- Calls `visit` with every seed of a kind at which any method found a point.
function contests.each_place(group, visit)
  for _, seed in ipairs(names.sorted(group)) do
    if group[seed].best then visit(group[seed]) end
  end
end

--- Whether a method's value at a place is better than another's, 1, or worse, -1, or equal, 0; nil where one of them
--- did not run.
function contests.outcome(place, method, other)
  local own, theirs = place.rows[method], place.rows[other]
  if not own or not theirs then return nil end
  -- Any point is better than none, however far it is from the best.
  if not own.value or not theirs.value then return (own.value and 1 or 0) - (theirs.value and 1 or 0) end
  local difference = contests.gap(theirs.value, place.best) - contests.gap(own.value, place.best)
  return difference > contests.tie and 1 or difference < -contests.tie and -1 or 0
end

--- The same where both have a point, nil elsewhere.
local function outcome_of_points(place, method, other)
  local own, theirs = place.rows[method], place.rows[other]
  return own and own.value and theirs and theirs.value and contests.outcome(place, method, other) or nil
end

--- The logarithm of the ratio of wall times to values that are equal; nil where they are not.
local function log_ratio(place, method, other)
  local own, theirs = place.rows[method], place.rows[other]
  if outcome_of_points(place, method, other) ~= 0 then return nil end
  -- Shorter times are the clock's.
  return math.log(math.max(own.found_s, 1e-4) / math.max(theirs.found_s, 1e-4))
end

--- What is asked of a method over the whole gallery: a name, its words, whose run it is compared with, and one number
--- for an instance; values are asked for the share of instances with a better one, less that with a worse one.
contests.effects = {
  {
    name = "over gradients", text = "less gradients: %s points", other = "gradients", claims = "above",
    read = contests.outcome,
  },
  {
    name = "over gradients' points", text = "less gradients, where both have a point: %s points", other = "gradients",
    claims = "above", read = outcome_of_points,
  },
  {
    name = "over dense", text = "less the dense MILP: %s points", other = "dense", claims = "above",
    read = contests.outcome,
  },
  {
    name = "sooner than dense", text = "over the dense MILP, wall time to a value that is as good: %s", other = "dense",
    claims = "below", unit = "logarithm", read = log_ratio,
  },
}

--- On how many instances of the gallery each method has a point.
---@param rows table[]
---@return table<string, { found: integer, instances: integer }>
function contests.points(rows)
  local groups, order, methods = contests.grouped(rows)
  local points = {}
  for _, method in ipairs(methods) do
    points[method] = { found = 0, instances = 0 }
    for _, kind in ipairs(order) do
      if kind:find "^gallery" then
        contests.each_place(groups[kind], function(place)
          local row, count = place.rows[method], points[method]
          if not row then return end
          count.instances, count.found = count.instances + 1, count.found + (row.value and 1 or 0)
        end)
      end
    end
  end
  return points
end

---@class maximise.Contest
---@field method string
---@field effect table of `contests.effects`
---@field result shared.Tested

--- How each method did over the whole gallery, each of its models one observation, however many seeds it has; all tests
--- are one family.
---@param rows table[]
---@return maximise.Contest[]
function contests.of(rows)
  local groups, order, methods = contests.grouped(rows)
  local list, family = {}, {}
  for _, method in ipairs(methods) do
    for _, effect in ipairs(contests.effects) do
      local values = {}
      for _, kind in ipairs(order) do
        if kind:find "^gallery" and method ~= "gradients" and method ~= effect.other then
          contests.each_place(groups[kind], function(place)
            local number = effect.read(place, method, effect.other)
            if number then values[#values + 1] = { number = number, image = kind } end
          end)
        end
      end
      if #values > 0 then
        local contest = { method = method, effect = effect, result = tested.mean(values, effect.claims) }
        list[#list + 1], family[#family + 1] = contest, contest.result
      end
    end
  end
  tested.judge(family)
  return list
end

return contests
