--- Do two networks, such as a dense one and its pruned copy, classify alike everywhere in a region? Both become one
--- network, side by side, and the question one about its outputs, which is decided exactly.
local answer = require "shared.answer"
local json = require "vnn.json"
local nn = require "vnn.nn"
local portfolio = require "vnn.portfolio"
local system = require "vnn.system"
local verify = require "vnn.verify"

--- What both networks' outputs, the first one's first, meet where the second does not share the first one's winner:
--- for some class i and another class j, no class is above i in the first network, and j is not below i in the second.
--- Of a single output the class is its sign.
local function disagreement(classes)
  local alternatives = {}
  local function above(first, second)
    local coefficients = {}
    for position = 1, 2 * classes do coefficients[position] = 0 end
    coefficients[first] = 1
    if second then coefficients[second] = -1 end
    return { coefficients = coefficients }
  end
  if classes == 1 then
    return verify.condition {
      { { coefficients = { 1, 0 } }, { coefficients = { 0, -1 } } },
      { { coefficients = { -1, 0 } }, { coefficients = { 0, 1 } } },
    }
  end
  for winner = 1, classes do
    for rival = 1, classes do
      if rival ~= winner then
        local alternative = { above(classes + rival, classes + winner) }
        for other = 1, classes do
          if other ~= winner then alternative[#alternative + 1] = above(winner, other) end
        end
        alternatives[#alternatives + 1] = alternative
      end
    end
  end
  return verify.condition(alternatives)
end

--- The class that wins at a point on a network as it is, if it does so by a positive margin in Float64, in Float32 and
--- in real numbers, and where the network comes from an ONNX file also there.
local function winner(network, replay, problem, x)
  local outputs = replay and replay(x)
  if replay and not outputs then return nil end
  if network.outputs == 1 then
    local sign = network:forward(x)[1] > 0 and 1 or -1
    if outputs and outputs[1] * sign <= 0 then return nil end
    local condition = verify.condition { { { coefficients = { sign } } } }
    local example = condition:check(network, problem, x)
    return example and example.margin > 0 and example.margin32 > 0 and example.margin_lower > 0 and sign or nil
  end
  local first, second = table.unpack(network:top_classes(x, 2))
  local duel = verify.problem {
    input = x, lower = x, upper = x, norm = "box", class = second, target = first,
  }
  if outputs and not (outputs:argmax() == first and outputs[first] > outputs[second]) then return nil end
  local witness = verify.check(network, duel, x)
  return witness and witness.certain and first or nil
end

--- The largest difference of any output that was seen, and where.
local function largest_difference(first, second, problem, limit)
  local difference, alternatives = nn.difference(first, second), {}
  for output = 1, first.outputs do
    for _, sign in ipairs { 1, -1 } do
      local coefficients = {}
      for position = 1, first.outputs do coefficients[position] = position == output and sign or 0 end
      alternatives[#alternatives + 1] = { { coefficients = coefficients } }
    end
  end
  local reduced, question = verify.condition(alternatives):reduce(difference, problem)
  local scale = verify.bounds(difference, problem):layer(difference.depth)
  local gap = 1e-4 * math.max(scale.lower:abs():max(), scale.upper:abs():max(), 1e-300)
  local search = verify.branch_and_bound(reduced, question, { gap = gap, time_limit_s = limit })
  return difference:forward(search.point):abs():max(), search.point, search.bound
end

local function load(options)
  if not options.network or not options.other or not options.problem then
    return nil, "--network, --other and --problem are needed"
  end
  local problem, message = verify.load_problem(options.problem)
  if not problem then return nil, message end
  local first, replay = answer.network(options.network)
  if not first then return nil, replay end
  local second, other_replay = answer.network(options.other)
  if not second then return nil, other_replay end
  if second.inputs ~= first.inputs or second.outputs ~= first.outputs then
    return nil, ("%s: it has %d inputs and %d outputs, and the network in %s %d and %d"):format(
      options.other, second.inputs, second.outputs, options.network, first.inputs, first.outputs)
  end
  if #problem.constraints > 0 then
    return nil, options.problem .. ": expected a problem without constraints, of which only the region counts here"
  end
  if problem.input.shape[1] ~= first.inputs or problem.class > first.outputs then
    return nil,
      ("%s: the problem is about %d inputs and class %d, and the network in %s has %d inputs and %d outputs"):format(
        options.problem, problem.input.shape[1], problem.class, options.network, first.inputs, first.outputs)
  end
  return problem, { first, second }, { replay, other_replay }
end

local function run(options)
  local start = system.clock()
  local problem, networks, replays = load(options)
  if not problem then return nil, networks end
  local first, second = table.unpack(networks)
  local function remaining() return math.max(options.time_limit - (system.clock() - start), 0) end
  local stated, input, refused = verify.property(first, problem), nil, nil
  local function differs(x)
    -- Single precision comes first, as that is what other tools read.
    for _, point in ipairs { stated:round(x), x } do
      local a, b = winner(first, replays[1], problem, point), winner(second, replays[2], problem, point)
      if a and b and a ~= b then input = input or point end
    end
    refused = refused or not input
    return input ~= nil
  end
  local chain = nn.side_by_side(networks)
  local reduced, question = disagreement(first.outputs):reduce(chain, problem)
  local found, missing = portfolio.decide(reduced, question, {
    time_limit_s = 0.7 * remaining(),
    solver = options.solver == "auto" and "glpk" or options.solver,
    seed = options.seed,
    confirm = function(witness) return differs(witness.input) end,
  })
  if not found then return nil, missing end
  -- Then ties, where neither class wins, are no obstacle to a proof.
  local same = first:is_same(second)
  local verdict = input and "different" or same and "equivalent"
    or found.verdict == "robust" and not refused and "equivalent"
    or "unknown"
  local largest, where, bound = largest_difference(first, second, problem, remaining())
  local record = {
    verdict = verdict,
    decided_by = verdict ~= "unknown" and (same and "parameters" or found.decided_by) or nil,
    input = input and input:table(),
    largest_difference = largest,
    largest_difference_input = where:table(),
    largest_difference_bound = bound < math.huge and bound or nil,
    seconds = system.clock() - start,
    version = system.version,
  }
  print(("%s: the largest difference seen is %g"):format(verdict, largest))
  io.stdout:flush()
  if options.json then
    local written, message = system.write_file(options.json, json.encode(record) .. "\n")
    if not written then return nil, message end
  end
  return verdict == "unknown" and 3 or 0
end

return {
  name = "equivalence",
  description = "Decides whether two networks classify alike everywhere in a region (exit code 3: neither is known).",
  options = {
    { name = "network", type = "string", help = "a network, a .safetensors, .npz or .onnx file" },
    { name = "other", type = "string", help = "another one of as many inputs and outputs, such as a pruned copy" },
    { name = "problem", type = "string", help = "the problem whose region it is, a JSON file" },
    { name = "time_limit", default = 30.0, minimum = 0, help = "seconds for everything together" },
    { name = "solver", default = "glpk", choices = answer.solver_names, help = "MILP solver; auto is glpk" },
    { name = "seed", default = 0, help = "seed of the attack's starts" },
    { name = "json", type = "string",
      help = "file for verdict, input, largest_difference and largest_difference_input" },
  },
  run = run,
}
