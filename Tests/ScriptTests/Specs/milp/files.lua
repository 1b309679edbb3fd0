--- Model files and solution files, as a script sees them: what is written is read, by every solver and in every form.
local checks = require "support.checks"
local milp = require "vnn.milp"
local solvers = require "support.solvers"
local system = require "vnn.system"
local check, near, refuses = checks.check, checks.near, checks.refuses

local folder <close> = system.temporary_folder()
local function path(name) return folder.path .. "/" .. name end

local function read(name, text)
  system.write_file(path(name), text)
  return milp.read(path(name))
end

--- A model of everything that files can say.
local function everything()
  local model = milp.model "everything"
  local x = model:variable { name = "x", lower = 2, upper = 5, kind = "semicontinuous" }
  local y = model:variable { name = "y", kind = "integer", lower = -3, upper = 9 }
  local z = model:variable { name = "z", kind = "binary" }
  local w = model:variable { name = "w", upper = 4 }
  model:constrain(x + y, ">=", 1, "first")
  model:constrain_range(y - 2 * w, -4, 6, "range")
  model:constrain_range(x + z, -math.huge, math.huge, "loose")
  model:sos1({ x, w }, { weights = { 1, 2 }, name = "set" })
  model:indicator(z, 1, y, ">=", 2, "if z")
  model:maximize(3 * x - y + 4 * z + w - 7)
  return model
end

-- The same optimum from every form of file, with every solver; order, names and the constant stay.
do
  local model = everything()
  local optimum = model:solve().objective
  check(optimum, "the model has an optimum")
  for _, name in ipairs { "a.mps", "a.lp", "a.mps.gz", "a.lp.gz", "A.LP" } do
    check(model:write(path(name)) == true)
    local again = assert(milp.read(path(name)))
    check(#again.warnings == 0 and again.sense == "maximize" and again.name == "everything", name)
    for position, variable in ipairs(model:all_variables()) do
      check(again:name_of(again:all_variables()[position]) == model:name_of(variable), name)
      check(again:kind(again:all_variables()[position]) == model:kind(variable), name)
    end
    check(#again:all_constructs() == 2 and again:find_constraint "loose" ~= nil, name)
    for _, solver in ipairs(solvers) do
      check(near(again:solve({ solver = solver }).objective, optimum), name .. " by " .. solver)
    end
  end
  local plain, packed = assert(system.read_file(path "a.lp")), assert(system.read_file(path "a.lp.gz"))
  check(packed:sub(1, 2) == "\x1f\x8b" and plain:sub(1, 1) == "\\")
end

-- What the formats' definitions say where readers differ.
do
  local knapsack = "NAME K\nROWS\n N c\n L w\nCOLUMNS\n M 'MARKER' 'INTORG'\n A c -5 w 2\n B c -3 w 1\n"
    .. " M 'MARKER' 'INTEND'\n C c -1 w 3\nRHS\n R w 7\n R c 10\n%sENDATA\n"
  local function objective(bounds) return assert(read("k.mps", knapsack:format(bounds))):solve().objective end
  check(near(objective "", -8 - 4 / 3 - 10), "integers are 0 or 1 and the right side of the objective is subtracted")
  check(near(objective "BOUNDS\n UP b A 2\n PL b B\n", -21 - 10))
  local negative = assert(read("n.mps", knapsack:format "BOUNDS\n UP b C -3\n"))
  check(negative.warnings[1]:find("line 15: C has no lower bound, since its upper one is negative", 1, true))
  check(assert(read("n.mps", knapsack:format "BOUNDS\n LO b C 0\n UP b C -3\n")):solve().status == "infeasible")
  local model, message = read("k.mps", knapsack:format "QUADOBJ\n A A 1\n")
  check(not model and message:find("line 14: expected a section of a linear model, got QUADOBJ", 1, true), message)
  model, message = read("l.lp", "Minimize\n l1 + l2\nSubject To\n c: l1 l2 >= 3\nEnd\n")
  check(not model and message:find('line 4: expected + or - before the next term, got the word "l2"', 1, true), message)
end

-- Solutions: every style, compressed or not, and what a file that is none is refused with.
do
  local model = everything()
  local solution = model:solve()
  for _, style in ipairs { "highs", "scip", "gurobi" } do
    for _, name in ipairs { "s.sol", "s.sol.gz" } do
      check(solution:write(path(name), { style = style }) == true)
      local point, claims = assert(model:read_solution(path(name)))
      check(near(claims.objective, solution.objective) and claims.open == 0 and #claims.unknown_names == 0, style)
      for column = 1, model.columns do check(point[column] == solution:point()[column], style) end
    end
  end
  for _, solver in ipairs(solvers) do
    local point = assert(model:read_solution(path "s.sol"))
    check(model:solve({ solver = solver, start = point }).start_used == true, solver)
  end
  system.write_file(path "part.mst", "# MIP start\ny 3\nw 0\nother 5\n")
  local point, claims = assert(model:read_solution(path "part.mst"))
  check(point[2] == 3 and point[1] ~= point[1] and claims.open == 2 and claims.unknown_names[1] == "other")
  check(model:solve({ start = point }).start_used == true, "what a file leaves open is found")
  system.write_file(path "bad.sol", "y three\n")
  local nothing, message = model:read_solution(path "bad.sol")
  check(nothing == nil and message:find("line 1: expected a finite number, got three", 1, true), message)
  nothing, message = model:read_solution(path "missing.sol")
  check(nothing == nil and message:find "No such file")
  refuses({ "style", "gurobi" }, solution.write, solution, path "s.sol", { style = "grb" })
  nothing, message = solution:write(path "no/such/folder.sol")
  check(nothing == nil and message:find "folder")
end

checks.finish()
