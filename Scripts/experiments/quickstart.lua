--- From nothing to a checked adversarial input: train, prune, embed, solve, recheck.
local data = require "vnn.data"
local json = require "vnn.json"
local milp = require "vnn.milp"
local nn = require "vnn.nn"
local protocol = require "vnn.protocol"
local prune = require "vnn.prune"
local report = require "vnn.report"
local surrogate = require "vnn.surrogate"
local system = require "vnn.system"

local function train(options, train_split, test_split)
  local widths = { train_split.inputs, table.unpack(options.layers) }
  widths[#widths + 1] = #train_split.classes
  local recipe = protocol.recipe(options.dataset)
  recipe.seed = options.seed
  local dense, facts = nn.train(nn.mlp(widths, { seed = options.seed }), train_split, recipe)
  if not dense then error(facts, 0) end
  facts.test_accuracy = dense:accuracy(test_split)
  return dense, facts
end

--- The dense network and its pruned copies, each with the name that tables and files use.
local function variants(dense, options, test_split)
  local list = { { name = "dense", rate = 0, network = dense, accuracy = dense:accuracy(test_split) } }
  for _, rate in ipairs(options.rates) do
    local network = prune.apply(dense, { criterion = "magnitude", rate = rate })
    list[#list + 1] = {
      name = ("pruned-%s"):format(rate),
      rate = rate,
      network = network,
      accuracy = network:accuracy(test_split),
    }
  end
  return list
end

local function result_row(number, problem, variant, result, options)
  local witness = result.witness
  return {
    problem = number,
    dataset = options.dataset,
    index = problem.facts.index,
    data_seed = problem.facts.data_seed,
    epsilon = problem.epsilon,
    class = problem.class,
    target = problem.target,
    network = variant.name,
    rate = variant.rate,
    method = "magnitude",
    solver = options.solver,
    time_limit_s = options.time_limit,
    verdict = result.verdict,
    decided_by = result.decided_by,
    first_hit_s = result.first_hit_s,
    seconds = result.seconds,
    clocks = result.clocks,
    status = result.status,
    objective = result.objective,
    bound = result.bound,
    nodes = result.nodes,
    binaries = result.binaries,
    candidates = result.candidates,
    margin = witness and witness.margin,
    distance = witness and witness.distance,
    version = system.version,
  }
end

--- One verdict for a problem out of the verdicts of its runs. A proof beside a witness would be a bug of ours.
local function combine(number, results)
  local witness, robust
  for _, result in ipairs(results) do
    witness = witness or result.witness
    robust = robust or result.verdict == "robust"
  end
  if witness and robust then
    error(("problem %d: a witness and a proof of robustness contradict each other; please report this"):format(number))
  end
  return witness and "adversarial" or robust and "robust" or "unknown", witness
end

local function hit_text(result)
  if result.first_hit_s then return report.seconds(result.first_hit_s) end
  if result.verdict == "robust" then return "proof " .. report.seconds(result.seconds) end
  return result.status == "optimal" and "none" or "limit"
end

local function run(options)
  local solver, missing = milp.capabilities(options.solver)
  if not solver then return nil, missing end
  local train_split, test_split, message
  train_split, message = data.load(options.dataset, { split = "train", side = options.side })
  if not train_split then return nil, message end
  test_split, message = data.load(options.dataset, { split = "test", side = options.side })
  if not test_split then return nil, message end
  local directory = options.out
  if directory then
    if system.exists(directory .. "/results.jsonl") then
      return nil, directory .. " has results already, which stay as they are: choose another folder for --out"
    end
    local made
    made, message = system.make_directory(directory)
    if not made then return nil, message end
  end
  local dense, facts = train(options, train_split, test_split)
  print(("%s on %s %dx%d: test accuracy %.2f %% after %d epochs, %s"):format(
    tostring(dense),
    options.dataset,
    options.side,
    options.side,
    100 * facts.test_accuracy,
    facts.epochs,
    report.seconds(facts.seconds)
  ))

  local networks = variants(dense, options, test_split)
  if directory then
    for _, variant in ipairs(networks) do
      assert(variant.network:save(("%s/%s.safetensors"):format(directory, variant.name)))
    end
    assert(system.write_file(directory .. "/results.jsonl", ""))
  end

  local headers = { "problem", "class → target" }
  for _, variant in ipairs(networks) do
    headers[#headers + 1] = variant.rate == 0 and "dense" or ("at rate %s"):format(variant.rate)
  end
  headers[#headers + 1], headers[#headers + 2] = "verdict", "margin"

  local rows, skipped, found, picture = {}, {}, { total = 0 }, nil
  for number = 1, options.problems do
    local problem, reason = protocol.problem(dense, train_split, number)
    if not problem then
      skipped[#skipped + 1] = ("problem %d skipped: %s"):format(number, reason)
    else
      if directory then assert(problem:save(("%s/problem-%02d.json"):format(directory, number))) end
      local row = {
        number,
        ("%s → %s"):format(train_split.classes[problem.class], train_split.classes[problem.target]),
      }
      local results = {}
      for position, variant in ipairs(networks) do
        report.progress(("problem %d of %d  %s"):format(number, options.problems, variant.name))
        local result = surrogate.find(dense, variant.network, problem, {
          solver = options.solver,
          time_limit_s = options.time_limit,
        })
        results[position] = result
        row[#row + 1] = hit_text(result)
        if result.witness then found[variant.name] = (found[variant.name] or 0) + 1 end
        if directory then
          local line = json.encode(result_row(number, problem, variant, result, options))
          assert(system.append_line(directory .. "/results.jsonl", line))
        end
      end
      report.progress()
      local verdict, witness = combine(number, results)
      row[#row + 1] = verdict
      row[#row + 1] = witness and ("%.4f"):format(witness.margin) or ""
      rows[#rows + 1] = row
      if witness then
        found.total = found.total + 1
        if directory then assert(witness:save(("%s/witness-%02d.json"):format(directory, number))) end
        picture = picture or { number = number, problem = problem, witness = witness }
      end
    end
  end

  print()
  print("time to the first adversarial input that passed the recheck on the dense network:")
  print(report.table(headers, rows))
  for _, line in ipairs(skipped) do print(line) end
  print()
  for _, variant in ipairs(networks) do
    print(("%-12s  accuracy %5.1f %%   adversarial inputs found: %d of %d"):format(
      variant.name,
      100 * variant.accuracy,
      found[variant.name] or 0,
      #rows
    ))
  end
  if picture then
    local side = options.side
    print(("\nproblem %d, before (%s) and after (%s wins by %.4f, L1 distance %.3f of %.3f):"):format(
      picture.number,
      train_split.classes[picture.problem.class],
      train_split.classes[picture.problem.target],
      picture.witness.margin,
      picture.witness.distance,
      picture.problem.epsilon
    ))
    print(picture.problem.input:reshape(side, side):picture(picture.witness.input:reshape(side, side)))
  end
  if directory then print(("\nwritten to %s: networks, problems, witnesses, results.jsonl"):format(directory)) end
  return true
end

return {
  name = "quickstart",
  description = "Trains a network, prunes it, and looks for adversarial inputs by solving MILPs of both (Algorithm 1).",
  options = {
    { name = "dataset", default = "digits", choices = { "digits", "mnist", "fashion" }, help = "which pictures" },
    { name = "side", default = 18, choices = { 18, 28 }, help = "pixels along a side" },
    { name = "layers", default = { 32, 32 }, minimum = 1, help = "widths of the hidden layers" },
    { name = "rates", default = { 0.5, 0.9 }, minimum = 0, below = 1, help = "pruning rates" },
    {
      name = "problems",
      default = 10,
      minimum = 1,
      maximum = #protocol.draws,
      help = "how many problems of the strict protocol",
    },
    { name = "seed", default = 2, help = "seed of initial weights and shuffling" },
    { name = "solver", default = "glpk", choices = milp.solver_names, help = "MILP solver" },
    { name = "time_limit", default = 20.0, minimum = 0, help = "seconds per solve" },
    { name = "out", type = "string", help = "new folder for networks, problems, witnesses and results" },
  },
  run = run,
}
