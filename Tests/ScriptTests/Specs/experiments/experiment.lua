--- Experiments: addresses, the choice of cases, result files, artefacts, locks, and what is wrong with declarations.
local commands = require "vnn.experiment.command"
local json = require "vnn.json"
local plan = require "vnn.experiment.plan"
local progress = require "vnn.experiment.progress"
local slurm = require "vnn.experiment.slurm"
local store = require "vnn.experiment.store"
local system = require "vnn.system"
local worker = require "vnn.experiment.worker"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails
local function equal(got, expected)
  check(got == expected, ("expected %s, got %s"):format(tostring(expected), tostring(got)))
end
local folder = assert(system.temporary_folder())
local function path_of(name) return folder.path .. "/" .. name end

-- The same parameters have the same text, in whatever order and form they came; different ones do not.
equal(store.canonical { b = 1, a = 2.0 }, '{"a":2,"b":1}')
equal(store.canonical { b = 1.0, a = 2 }, '{"a":2,"b":1}')
equal(store.canonical {}, "{}")
equal(store.canonical { x = 0.1, y = 1 / 3, z = 1e300 }, '{"x":0.1,"y":0.3333333333333333,"z":1e+300}')
equal(store.canonical { s = 'a"b\\', t = true, l = { 1, 0.5, "c" } }, '{"l":[1,0.5,"c"],"s":"a\\"b\\\\","t":true}')
check(store.canonical { x = "1" } ~= store.canonical { x = 1 })
for _, number in ipairs { 0.1, 1 / 3, 5e-324, 123456789.125, -0.7 } do
  equal(json.decode(store.canonical { x = number }).x, number)
end
fails(function() store.canonical { rate = 0 / 0 } end, "field 'rate'", "finite number")
fails(function() store.canonical { rate = print } end, "field 'rate'", "got function")
fails(function() store.canonical { 1, 2 } end, "fields with names")
-- sha256('{"experiment":"e","parameters":{"a":1},"version":2}'), as sha256sum has it.
local pipe <close> = assert(io.popen([[printf '{"experiment":"e","parameters":{"a":1},"version":2}' | sha256sum]]))
equal(store.address("e", 2, store.canonical { a = 1 }), pipe:read(64))

-- What a result depends on.
local declaration = {
  name = "grid",
  version = 1,
  options = {
    { name = "time_limit", default = 10, help = "" },
    { name = "count", default = 3, selects = true, help = "" },
    { name = "solver", default = "glpk", help = "" },
  },
  cases = function(options)
    local cases = {}
    for number = 1, options.count do
      local kind = number % 2 == 0 and "even" or "odd"
      cases[number] = { number = number, rate = number / 4, kind = kind, big = number > 4 }
    end
    return cases
  end,
}
local function options(changes)
  local values = { time_limit = 10, count = 8, solver = "glpk" }
  for key, value in pairs(changes or {}) do values[key] = value end
  return values
end
local entries = plan.make(declaration, options())
equal(#entries, 8)
equal(plan.make(declaration, options { count = 20 })[1].id, entries[1].id)
check(plan.make(declaration, options { time_limit = 20 })[1].id ~= entries[1].id)
check(plan.make(declaration, options { solver = "highs" })[1].id ~= entries[1].id)
declaration.version = 2
check(plan.make(declaration, options())[1].id ~= entries[1].id)
declaration.version = 1

-- --only and --shard.
local function numbers(only, shard)
  local chosen, message = plan.make(declaration, options(), only, shard)
  if not chosen then return message end
  local list = {}
  for position, entry in ipairs(chosen) do list[position] = entry.case.number end
  return table.concat(list, " ")
end
equal(numbers { "kind=odd" }, "1 3 5 7")
equal(numbers { "kind=odd", "number=3,5,6" }, "3 5")
equal(numbers { "number=3", "number=5" }, "3 5")
equal(numbers { "rate=1.0" }, "4")
equal(numbers { "big=true", "time-limit=10" }, "5 6 7 8")
equal(numbers { "solver=glpk" }, "1 2 3 4 5 6 7 8")
equal(numbers { "nmber=3" },
  "--only: unknown parameter 'nmber'; did you mean 'number'? (there are: big, kind, number, rate, solver, time_limit)")
equal(numbers { "kind=odd,evem" }, "--only: no case has kind=evem; did you mean 'even'? (there are: even, odd)")
equal(numbers { "rate=0.7" }, "--only: no case has rate=0.7 (there are: 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)")
equal(numbers { "kind" }, "--only: expected key=value[,value…], got 'kind'")
local parts = {}
for shard = 1, 3 do parts[shard] = numbers(nil, ("%d/3"):format(shard)) end
equal(table.concat(parts, "|"), "1 2|3 4 5|6 7 8")
equal(numbers(nil, "1/8"), "1")
for _, wrong in ipairs { "0/3", "4/3", "1", "a/b", "1/0" } do check(numbers(nil, wrong):find "expected I/N") end

-- Groups stay together, in the order of the plan and in its parts.
local grouped = { name = "grouped", group = { "kind" }, options = {}, cases = declaration.cases }
local function parts_of(count)
  local list = {}
  for shard = 1, count do
    local chosen = {}
    for position, entry in ipairs(plan.make(grouped, { count = 9 }, nil, ("%d/%d"):format(shard, count))) do
      chosen[position] = entry.case.number
    end
    list[shard] = table.concat(chosen, " ")
  end
  return table.concat(list, "|")
end
equal(parts_of(1), "1 3 5 7 9 2 4 6 8")
equal(parts_of(2), "1 3 5 7 9|2 4 6 8")
equal(parts_of(4), "1 3 5 7 9||2 4 6 8|")
-- Of several choices any is enough.
equal(#plan.make(declaration, options(), { { "kind=odd" }, { "number=2", "kind=even" } }), 5)
equal(select(2, plan.make(declaration, options(), { { "kind=odd" }, { "kind=od" } })),
  "--only: no case has kind=od; did you mean 'odd'? (there are: even, odd)")

-- Cases that cannot be kept apart, or not be written down.
local function planning(cases)
  return function() plan.make({ name = "bad", cases = function() return cases end }, {}) end
end
fails(planning { { a = 1 }, { a = 2 }, { a = 1.0 } }, "cases 1 and 3 are the same", '{"a":1}')
fails(planning { { a = {} } }, "case 1: field 'a'", "got table", "artefact")
fails(planning { { id = 3 } }, "case 1: field 'id'")
fails(planning { 5 }, "case 1: expected a table of parameters, got number")
fails(planning(nil), "cases: expected a table, got nil")

-- Results: what one case gives.
local context = worker.context(declaration)
local function run(result, message)
  local text, failure = worker.run(
    { name = "one", run = function() return result, message end }, {}, { rate = 0.5 }, context)
  return text and store.decode(text) or failure
end
local row = run { bound = -math.huge, gap = 0 / 0, top = math.huge, list = { 1, { 2 } }, rate = 0.5, ok = true }
check(row.bound == -math.huge and row.gap ~= row.gap and row.top == math.huge and row.list[2][1] == 2 and row.ok)
check(row.rate == nil and row.seconds_total >= 0)
-- Words stay words.
row = run { bound = "inf", list = { "nan", math.huge, { norm = "-inf" } } }
check(row.bound == "inf" and row.list[1] == "nan" and row.list[2] == math.huge and row.list[3].norm == "-inf")
equal(store.decode(store.line(entries[1].id, { store.canonical { norm = "inf" }, "{}" })).norm, "inf")
check(run({ modules_digest = 1 }):find("'modules_digest'", 1, true))
equal(run(nil, "no luck"), "no luck")
check(run { rate = 0.7 }:find("'rate' is 0.7", 1, true))
check(run { id = 1 }:find("'id'", 1, true))
check(run(5):find("got number", 1, true))
equal(run { a = 1, f = print }, "run: the result: field 'f': expected plain data or a tensor, got function")
equal(run { f = { { print } } }, "run: the result: field 'f': expected plain data or a tensor, got function")
equal(run { 1, 2 }, "run: the result: expected data, got a table with both positions and names")
local ring = {}
ring.ring = ring
check(run { ring = ring }:find("field 'ring': expected data, got tables nested", 1, true))

-- A file of results: a torn line is no result, is cut off when the file is opened, and a case counts once.
local sweep = path_of "sweep"
local file = assert(store.open(sweep, "1-of-1"))
equal(select(2, store.open(sweep, "1-of-1")):match "another sweep writes to it", "another sweep writes to it")
check(store.is_running(sweep, "1-of-1") and not store.is_running(sweep, "2-of-2"))
local function line(position, failure)
  local canonical = store.canonical(entries[position].case)
  return store.line(entries[position].id, { canonical, failure and "{}" or '{"found":true}' }, failure)
end
file.append(line(1))
file.append(line(2, 'broke: "x"'))
file.append(line(1))
file.append(line(3, "broke"))
file.append(line(3))
file.append(line(3, "broke again"))
file.lock:release()
check(not store.is_running(sweep, "1-of-1"))
local whole = system.read_file(file.path)
local torn = assert(io.open(file.path, "ab"))
torn:write(line(4):sub(1, -2))
torn:close()
local function compare_states()
  local states = store.states(sweep)
  equal(states[entries[1].id], "done")
  equal(states[entries[2].id], "failed")
  equal(states[entries[3].id], "done")
  equal(states[entries[4].id], nil)
end
compare_states()
file = assert(store.open(sweep, "1-of-1"))
equal(system.read_file(file.path), whole)
compare_states()
assert(store.open(sweep, "2-of-2")).lock:release()
equal(system.repair_lines(path_of "absent"), 0)
local ids = {}
for position, entry in ipairs(entries) do ids[position] = entry.id end
local done, failed = store.rows(sweep, ids)
equal(#done, 2)
equal(done[1].number, 1)
equal(done[2].number, 3)
equal(done[2].found, true)
equal(#failed, 1)
equal(failed[1].failure, 'broke: "x"')

-- What remembers a command, and what shows that a sweep has begun.
check(store.has_results(sweep) and not store.has_results(path_of "absent") and not store.has_results(folder.path))
equal(commands.of(sweep), nil)
assert(system.write_file(sweep .. "/command.json", '{"name":"grid","version":1,"words":[],"case_limit":0.0}'))
equal(commands.of(sweep).name, "grid")
assert(system.write_file(sweep .. "/command.json", '{"name":"grid","version":1,"words":[1],"case_limit":0.0}'))
local remembered, unreadable = commands.of(sweep)
check(remembered == nil and unreadable:find("/command.json: words: expected a list of strings, got table: ", 1, true),
  unreadable)

-- Any byte of a line that is not as it was written: its case is missing until it has another row.
local hurt = path_of "hurt"
local version = store.short_digest "return {}"
file = assert(store.open(hurt, "1-of-1"))
local whole_line = store.line(ids[2], { '{"number":2}', '{"note":"\u{fc}\xff","found":true}' }, nil, version)
assert(file.append(store.line(ids[1], { "{}", '{"found":true}' }, nil, version)))
assert(file.append(store.line(ids[3], { "{}", "{}" }, "broke", version)))
local before = system.read_file(file.path)
local states, digests, undigested
for position = 1, #whole_line do
  local byte = whole_line:sub(position, position)
  -- Another digit or letter, so that it is JSON still.
  local other = byte == "1" and "2" or byte == "a" and "b" or byte:find "%w" and "1" or "x"
  local changed = whole_line:sub(1, position - 1) .. other .. whole_line:sub(position + 1)
  assert(system.write_file(file.path, before .. changed .. "\n"))
  states, digests, undigested = store.states(hurt)
  local named = whole_line:find(',"row_digest"', 1, true)
  local hides = position >= named and position < named + #',"row_digest":"'
  -- Without its digest a line is one of those that never had any, and is told.
  if not hides then check(states[ids[2]] == nil and undigested == 0, changed) end
  check(hides == (states[ids[2]] ~= nil or undigested == 1), changed)
end
equal(digests[ids[1]], version)
equal(digests[ids[3]], version)
assert(system.write_file(file.path, before .. whole_line:gsub("true", "tru1") .. "\n"))
for _ = 1, 2 do
  local good, bad, damaged = store.rows(hurt, ids)
  equal(#good, 1)
  equal(good[1].modules_digest, version)
  equal(good[1].row_digest, nil)
  equal(#bad, 1)
  equal(table.concat(damaged, " "), file.path)
end
equal(store.states(hurt)[ids[1]], "done")
assert(file.append(store.line(ids[2], { '{"number":2}', '{"found":true}' })))
states, digests, undigested = store.states(hurt)
equal(states[ids[2]], "done")
equal(digests[ids[2]], nil)
equal(undigested, 0)
done = store.rows(hurt, ids)
equal(done[2].number, 2)
equal(#select(3, store.rows(hurt, ids)), 0)
-- Lines as they were before they had digests are read, and counted; those that are no JSON are not.
local function older(text) return (text:gsub(',"row_digest":"%x+"}$', "}")) end
assert(system.write_file(file.path, table.concat({
  older(store.line(ids[1], { "{}", '{"found":true}' }, nil, version)),
  older(store.line(ids[2], { "{}", '{"found":true}' }, nil, version)):gsub("true", "t\0ue"),
  older(store.line(ids[3], { "{}", "{}" }, "broke", version)),
}, "\n") .. "\n"))
states, digests, undigested = store.states(hurt)
equal(states[ids[1]], "done")
equal(states[ids[2]], nil)
equal(states[ids[3]], "failed")
equal(digests[ids[1]], version)
equal(undigested, 3)
file.lock:release()

-- An error is why a case fails, and what helps to find its cause is told.
local result, message, log = worker.attempt({ name = "one", run = function(_, _, own)
  own:artefact({ seed = 1 }, "txt", function(path) return system.write_file(path, "x") end)
  error("broken", 0)
end }, {}, {}, worker.context({ name = "one" }, hurt))
equal(result, nil)
equal(message, "broken")
check(log:find("traceback", 1, true) and log:find("it used " .. hurt .. "/artefacts/", 1, true), log)
check(log:find(".txt: delete that if", 1, true), log)

-- Artefacts: built once, whole or not at all, and what a dead builder left is gone.
local builds = 0
local function build(content)
  return function(path)
    builds = builds + 1
    assert(system.write_file(path, content))
    return content ~= "" or nil, "nothing to write"
  end
end
local left = ("%s/artefacts/abc.%s-99999999.partial.txt"):format(sweep, system.host)
assert(system.write_file(left, "half"))
equal(select(2, store.artefact(sweep, "abc", "txt", build "")), "nothing to write")
check(not system.exists(left))
fails(function() store.artefact(sweep, "abc", "txt", function(path)
  system.write_file(path, "half")
  error "broken builder"
end) end, "broken builder")
local path = assert(store.artefact(sweep, "abc", "txt", build "content"))
equal(system.read_file(path), "content")
equal(store.artefact(sweep, "abc", "txt", build "other"), path)
equal(builds, 2)
equal(table.concat(system.list(sweep .. "/artefacts"), " "), "abc.txt")
fails(function() context:artefact({ network = print }, "txt", build "x") end, "artefact: field 'network'")
check(context:artefact({ seed = 1 }, "txt", build "x") ~= context:artefact({ seed = 2 }, "txt", build "x"))

-- Processes.
local function start(code, told) return assert(system.spawn(system.program, { "-e", code }, { log = told })) end
local function finish(process)
  while not process.ending do system.wait({ process }, 1) end
  return process.ending
end
equal(finish(start "os.exit(3)"), "exited with code 3")
equal(finish(start("print 'out' io.stderr:write 'err'", path_of "log")), "exited with code 0")
equal(system.read_file(path_of "log"), "out\nerr")
local sleeper = start "while true do end"
equal(sleeper.ending, nil)
sleeper:kill()
equal(finish(sleeper), "killed by signal 9 (Killed)")
equal(sleeper:send "anybody?", false)
local echo = start [[
  local parent = require("vnn.system").parent()
  for line in function() return parent:receive() end do parent:send(line) end]]
local long = ("x"):rep(300000)
for _, text in ipairs { "a", "", long, "ä\tb" } do
  echo:send(text)
  local answer
  while not answer do
    system.wait({ echo }, 1)
    answer = echo:receive()
    check(answer or not echo.ending, "the echo has ended")
  end
  equal(answer, text)
end
check(select(2, system.spawn("/absent/program", {})):find "cannot be started")
-- A grandchild does not take itself for a child.
local generations = start([[
  require("vnn.system").parent()
  print(io.popen(require("vnn.system").program .. " -e 'print(require(\"vnn.system\").parent())'"):read "a")]],
  path_of "generations")
finish(generations)
equal(system.read_file(path_of "generations"), "nil\n\n")

-- Slurm and progress texts.
equal(slurm.ranges {}, "")
equal(slurm.ranges { 5 }, "5")
local request = { name = "n", folder = "my 1% dir", jobs = 1, program = "v", command = { "e.lua" } }
local text = slurm.script(request, { 1 }, 1)
check(text:find("\n#SBATCH --output='my 1%% dir/slurm/%A_%a.log'\n", 1, true), text)
equal(progress.lines({ name = "n", total = 2, done = 0, failed = 0, running = {} })[1],
  "n: 0 of 2 done, 0 failed, 0 running")

-- Whatever a row says of its origin no case may say.
do
  local origin, settings = require "vnn.experiment.origin", require "vnn.settings"
  for name in pairs(settings.joined(origin.here(), origin.now())) do check(plan.reserved[name], name) end
end

-- Virtual machines call unlike processors the same; pairs of runs are compared on the same one only.
do
  local name, facts = require("vnn.experiment.origin").processor(), system.read_file "/proc/cpuinfo"
  local family, model = name:match "family (%d+) model (%d+)"
  equal(family, facts:match "cpu family%s*:%s*(%d+)")
  equal(model, facts:match "model%s*:%s*(%d+)")
  equal(name:find("avx512f", 1, true) ~= nil, facts:find(" avx512f[ \n]") ~= nil)
end

checks.finish()
