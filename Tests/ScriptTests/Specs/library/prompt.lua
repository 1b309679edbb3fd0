--- The prompt without a terminal: what it prints, how words go on, what lives on of an input, how it explains, finds
--- faults and saves what was done. `ThinkingTests` types at it.
local checks = require "support.checks"
local complete = require "vnn.prompt.complete"
local faults = require "vnn.prompt.faults"
local format = require "vnn.prompt.format"
local help = require "vnn.host.help"
local inputs = require "vnn.prompt.inputs"
local milp = require "vnn.milp"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local transcript = require "vnn.prompt.transcript"
local check = checks.check

-- As at the prompt, globals need no declaration.
setmetatable(_G, nil)
require("vnn.prompt.globals").prepare()

-- Values.
local text = format.text
check(text { 1, "a", x = { true } } == '{ 1, "a", x = { true } }', "a table")
check(text({ { { {} } } }, { depth = 2 }) == "{ { { … } } }", "depth")
local loop = {}
loop[1] = loop
check(text(loop):find "this table again", "a loop")
check(text(("x\n")) == '"x\\n"', "escapes")
local long = {}
for i = 1, 100 do long[i] = i end
check(text(long):find "…", "many entries")
check(text(("ä"):rep(300)) == '"' .. ("ä"):rep(200) .. '"… (600 bytes)', "a long text")
for _, number in ipairs { 0.1, 1 / 3, 0.1 + 0.2, 1e15, 2.0 ^ 53, 1e-320, -0.0, 5.0, 1e300 } do
  local back = load("return " .. text(number))()
  check(back == number and math.type(back) == "float", "a number that reads back: " .. text(number))
end
check(text(0.1) == "0.1" and text(1 / 0) == "inf", "the shortest form")
check(text { x = tensor.ones(2, 2) } == "{\n  x = Tensor 2x2\n      [[1, 1],\n       [1, 1]]\n}", "a tensor in a table")

-- Algebra, by the models that the prompt holds.
local model = milp.model "diet"
rawset(_G, "model", model)
local x = model:variables(20, { kind = "integer", upper = 10 })
model:maximize(x[1] + 2 * x[2] - 0.5 * x[3] + 4)
local row = model:constrain(3 * x[1] - x[2], "<=", 20, "cap")
check(text(row) == "cap: 3 x1 - x2 <= 20", text(row))
check(text(2 * x[1] - x[2] - 3) == "2 x1 - x2 - 3", text(2 * x[1] - x[2] - 3))
check(text(x:sum()):find "^x1 %+ x2 .* %+ … %(9 terms%) %+ x20$", text(x:sum()))
check(text(x[3]) == "x3 (integer, 0 to 10)", text(x[3]))
check(text(model):find "maximize x1 %+ 2 x2 %- 0.5 x3 %+ 4\n  cap: ", text(model))
check(text(model:solve()):find "status     optimal\n  objective  34\n", text(model:solve()))
local digits = require("vnn.data").load("digits", { side = 9 })
rawset(_G, "digits", digits)
check(digits.classes[4] == "3", "the classes of digits")
local problem = require("vnn.verify").problem {
  input = tensor.full({ 81 }, 0.5), norm = "linf", epsilon = 0.1, class = 4, facts = { dataset = digits.name },
}
check(text(problem) == "Problem(81 inputs, linf 0.1, class 4 (3) -> any other)", text(problem))
check(text(milp.model():variable {}) == "Variable(1)", "a variable of no model in reach")

-- Completion.
local function words(word, before) return table.concat(complete.words(word, before or ""), " ") end
check(words "string.re" == "string.rep string.reverse", "fields")
check(words "corou" == "coroutine" and words "whi" == "while" and words "tens" == "tensor", "names")
local asked = 0
rawset(_G, "lazy", setmetatable({ there = { inside = 1 } }, { __index = function() asked = asked + 1 end }))
check(words "lazy.there.in" == "lazy.there.inside", "a field of a field")
check(words "lazy.absent.x" == "" and asked == 0, "looking does nothing")
check(words "model:sol" == "model:solve" and words "absent.x" == "", "methods")
check(words(".stat", "model:solve { seed = 1 }") == ".status", "what a call returns")
check(words(":val", "model:solve()") == ":value :values", "its methods")
check(words("time", "model:solve { ") == "time_limit_s = ", "options")
check(words("wan", 'prune.apply(net, { criterion = "') == "wanda", "the values of an option")
check(words("ad", 'nn.train(net, data, { optimizer = "') == "adam", "those of a type")
check(words("hig", 'model:solve { solver = "') == "highs", "solvers")
check(words("tensor.matm", 'help "') == "tensor.matmul" and words("sandb", "help '") == "sandbox", "topics")
check(words("vnn.js", 'require "') == "vnn.json", "modules")
check(words("rel", "%") == "reload", "commands")

-- Help by words, and by values.
check(help.text("criterion scores"):find "prune.scores", "words of a summary")
check(help.text("follow a solve"):find "callback%-that%-cuts.lua", "the cookbook")
check(select(2, help.text "qqq zzz"):find "no topic", "no such words")
check(help.topic_of(model) == "vnn.Model" and help.topic_of(milp.model) == "milp.model", "values")
check(help.topic_of(model.solve) == "Model:solve", "a method")
check(text(milp.model) == "function milp.model" and text(check):find "^function at .*checks.lua:%d+$", "functions")

-- What lives on of inputs.
local count = 0
local function run(input)
  count = count + 1
  local body, message, is_expression = inputs.compile(input, "prompt[" .. count .. "]")
  local results = table.pack(assert(body, message)())
  return table.unpack(results, is_expression and 2 or 1, results.n)
end
run "local x, y <const> = 5, 'y' local function add() x = x + 1 return x end"
check(run "add()" == 6 and run "x" == 6 and run "y" == "y" and rawget(_G, "x") == nil, "one variable")
run "x = 100"
check(run "add() + x" == 202, "one variable for functions and inputs")
-- A new declaration is a new variable, as in a script, and begins with what it is given.
run "local x = x + 1"
check(run "x" == 102 and run "add()" == 102 and run "x" == 102, "declared again")
run "local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end"
check(run "fib(20)" == 6765, "a local function that calls itself")
run "local nothing"
check(run "nothing" == nil, "without a value")
-- What is inside of blocks, texts and comments declares nothing.
run "do local x = 1 end for i = 1, 2 do local x = i end"
run "local s = [[ local x = 2 ]] --[[ local x = 3 ]] -- local x = 4"
run "if true then local x = 7 repeat local x = 8 until x == 8 end local t = { f = function() local x = 9 end }"
check(run "x" == 102 and run "s" == " local x = 2 ", "blocks and texts")
check(select("#", run "nil, nil") == 2 and run "return x, 1" == 102, "values")
run "local guard <close> = setmetatable({}, { __close = function() closed_by_input = true end })"
check(rawget(_G, "closed_by_input") and not inputs.locals().guard, "what is to be closed ends with its input")
for i = 1, 300 do run("local v" .. i .. " = " .. i) end
check(run "v1 + v300" == 301, "more variables than a function may have")
check(select("#", run "-- only a comment") == 0, "a comment")
-- An assignment of one call tells what came beside its value, others return nothing.
check(select(3, run "local got = select(2, 7, 8, 9)") == 9 and run "got" == 8, "beside a value")
check(select("#", run "got = (select(2, 7, 8, 9))") == 0 and select("#", run "got = got") == 0, "no call alone")
check(select(2, inputs.compile("local x = = 2", "x")):find "^x:1: unexpected symbol", "no Lua")
check(inputs.is_unfinished "local t = {" and not inputs.is_unfinished "local t = }", "unfinished")

-- Faults: the user's own calls, with their lines and variables, and none of the library's.
local code = "local function inner(a)\n  local double = a * 2\n  error({ code = double })\nend\nreturn inner"
faults.remember("spec", code)
local inner = load(code, "=spec")()
-- Called back by the library.
local _, fault = xpcall(function() require("vnn.prompt.measure").time(function() inner(4) end) end, faults.catch)
local shown = faults.text(fault, true)
check(shown:find "^error value: { code = 8 }\nspec:3: ", shown)
check(shown:find "3 |   error%({ code = double }%)\n          a = 4\n          double = 8\n", shown)
check(not shown:find "\n%[vnn%.", shown)
local function endless() return 1 + endless() end
-- In a call, what is no Lua is shown as at the prompt.
local dialogue = require "vnn.prompt.dialogue"
local compiled, report = dialogue.evaluate("x = = 3", fault.frames[1])
check(not compiled and report == "debug:1: unexpected symbol near '='\n  1 | x = = 3\n    |     ^", report)
check(dialogue.compiles("x = 3", fault.frames[1]) and not dialogue.compiles("1 +", fault.frames[1]))
local _, deep = xpcall(endless, faults.catch)
check(#deep.frames == 100 and faults.text(deep):find "at least 99 times more$", faults.text(deep))
local _, unknown = xpcall(load("return tensro.ones(1)", "=spec"), faults.catch)
check(faults.text(unknown):find "did you mean 'tensor'?", faults.text(unknown))

-- A session as a script.
local saved = transcript.text {
  { text = "local a = 2", done = true },
  { text = "a * 21 -- the answer", done = true, is_expression = true },
  { text = "%time a", done = true, is_command = true },
  { text = "error 'no'", done = false },
  { text = "return a, 1", done = true },
  { text = "_ + 1", done = true, is_expression = true },
  { text = "_2 + tensor.ones(2):sum()", done = true, is_expression = true },
}
local folder = system.temporary_folder()
assert(system.write_file(folder.path .. "/saved.lua", saved))
local log = folder.path .. "/log"
local process = system.spawn(system.program, { folder.path .. "/saved.lua" }, { log = log })
system.wait({ process }, 60)
check(system.read_file(log) == "42\n2\t1\n3\n44.0\n", saved .. "\n" .. tostring(system.read_file(log)))
check(saved:find "\n%-%- %%time a\n" and not saved:find "error", saved)
checks.finish()
