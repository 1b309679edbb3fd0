import Essentials
import Glibc
import TestSupport
import Testing

@Suite("The sandbox")
struct SandboxTests {
  @Test("what honest scripts need is there")
  func honest() throws {
    let code = """
      local system, json, tensor = require "vnn.system", require "vnn.json", require "vnn.tensor"
      assert(require "friend" == "module")
      assert(system.make_directory("in/out/deep") and system.write_file("in/out/a.json", json.encode { x = 1 }))
      assert(json.load("in/out/a.json").x == 1 and system.exists "in/out/a.json")
      assert(system.append_line("in/log", "one") and system.append_line("in/log", "two"))
      local lines = {}
      for line in io.lines "in/log" do lines[#lines + 1] = line end
      assert(#lines == 2)
      local file <close> = assert(io.open("in/new", "w"))
      assert(file:write "text")
      assert(tensor.ones(3):save("in/t.npy") and tensor.load("in/t.npy"):sum() == 3)
      assert(load("return 1 + 1")() == 2 and load("return x", "n", "t", { x = 5 })() == 5)
      assert(select(2, pcall(error, "caught")) == "caught")
      assert(coroutine.wrap(function() coroutine.yield(1) end)() == 1)
      assert(("x"):rep(3):upper() == "XXX" and os.time() > 0 and collectgarbage("count") > 0)
      print(require("vnn.report").table({ "a" }, { { 1 } }))
      """
    try sandboxed(code) { run, _ in
      #expect(run.status == 0 && run.output == "a\n1\n", "\(run.output)\(run.errors)")
    }
  }

  static let escapes: [String] = [
    // Names.
    "return rawget(_G, 'debug') or rawget(_G, 'package') or rawget(_G, 'dofile') or rawget(_G, 'loadfile')",
    "return os.execute or os.getenv or os.remove or os.rename or os.tmpname or io.popen or io.output or io.input",
    "return string.dump or ('').dump or io.tmpfile or rawequal(getmetatable(''), string)",
    "return select(2, pcall(require, 'debug')) == nil or pcall(require, 'package') or pcall(require, 'debug')",
    // Bytecode.
    "return load('\\27Lua', 'b', 'b') or load(function() return nil end, 'x', 'b') and load('\\27LuaT')",
    // C modules and files beside.
    "return pcall(require, '../secret') or pcall(require, 'in/../secret') or pcall(require, 'cmsgpack')",
    // Files.
    "return io.open('secret') or io.open('in/../secret') or io.open('in/link') or io.open('in/up/secret')",
    "return pcall(io.lines, 'secret') or pcall(io.lines, 'in/link')",
    "return io.open('in/dangling', 'w') or io.open('made', 'w') or io.open('in/absent/../../made', 'w')",
    "local s = require 'vnn.system' return s.read_file 'secret' or s.read_file 'in/link' or s.exists 'secret'",
    "local s = require 'vnn.system' return s.write_file('made', '') or s.append_line('in/dangling', 'x')",
    "local s = require 'vnn.system' return s.make_directory 'made' or s.make_directory 'in/up/made'",
    "local s = require 'vnn.system' return s.list '.' or s.list 'in/up' or s.remove 'secret' or s.empty 'in/link'",
    "local s = require 'vnn.system' return s.publish('in/friend.lua', 'made') or s.publish('secret', 'in/stolen')",
    "local s = require 'vnn.system' return s.lock 'made' or s.repair_lines 'secret'",
    "local s = require 'vnn.system' return pcall(s.spawn, '/bin/sh', { '-c', 'touch made' })",
    "return (require('vnn.json').load 'secret') or (require('vnn.tensor').load 'in/up/x.npy')",
    "return (require('vnn.tensor').ones(2):save 'made.npy') or (require('vnn.tensor').ones(2, 2):save_png 'made.png')",
    "local n = require 'vnn.nn' return n.load 'secret.npz' or n.mlp({ 2, 2 }):save 'made.npz'",
    "local d = require 'vnn.data' return d.from_idx('secret', 'secret') or d.load('mnist', { root = '.' })",
    "return (require('vnn.verify').load_problem 'secret')",
    // The standard library does what it can for the script, and no more.
    "return require('vnn.host.shell').output 'touch made' or require('vnn.host.shell').has 'sh'",
    "return require('vnn.host.template').main({ 'policy', 'made' }) == 0",
    "return pcall(require('vnn.host.sandbox').enter)",
    "require('vnn.prompt.globals').prepare() return rawget(_G, 'debug') or rawget(_G, 'package') or os.execute",
    // What helps the library is replaced meanwhile, as in reports of other programs' sandboxes.
    "local all = ipairs ipairs = function() return all({}) end local found, lib = pcall(require, 'io') ipairs = all "
      + "return found and (lib.popen or lib.tmpfile)",
    "string.gmatch = function() return function() end end string.gsub = function() return '../secret' end "
      + "return pcall(require, 'nothing')",
    "for _, name in ipairs { 'io', 'os', 'package', 'debug', 'string' } do local found, lib = pcall(require, name) "
      + "if found and (lib.popen or lib.execute or lib.loadlib or lib.getregistry or lib.dump) then return name end end",
    "return load('return io.popen or os.execute or rawget(_G, [[debug]])')()",
    "return pcall(rawset, getmetatable(''), 'sub', print) or pcall(rawset, getmetatable(io.stdout), '__gc', print)",
    // What makes the library's own world is no module, by none of its names.
    "for _, name in ipairs { 'vnn.host.library', 'vnn.host..library', 'vnn.host/library', 'vnn..host.library' } do "
      + "local found, made = pcall(require, name) if found then return made end end",
    // Completion and printing look into metatables, and hand none of them to what a script has put in place of `next`.
    "local seen, before = nil, next next = function(t, k) if type(t) == 'table' and rawget(t, '__gc') then seen = t end "
      + "return before(t, k) end require('vnn.prompt.complete').words('io.stdout:', '') "
      + "require('vnn.prompt.format').text { io.stdout, require('vnn.tensor').ones(2) } next = before return seen",
    // The prompt's debugger and its reloading look into functions, but into none that a script names.
    "local d, lines = require 'vnn.prompt.debugger', { 'leak = _ENV', 'quit' } d.lend(function() return table.remove(lines, 1) "
      + "end, print) d.inspect { value = 1, frames = { { source = 'x', line = 1, name = 'x', level = 1, variables = {}, "
      + "function_ = require('vnn.names').nearest } } } return rawget(_G, 'leak')",
    "local s, r = require 'vnn.system', require 'vnn.prompt.reload' "
      + "s.write_file('in/m.lua', [[return { nearest = require('vnn.names').nearest }]]) local m = require 'in.m' "
      + "r.note('in.m', m, 'in/m.lua') s.write_file('in/m.lua', 'local host return { nearest = function() return host end }') "
      + "r.run 'in.m' local ok, found = pcall(m.nearest) return ok and found",
    "local c = require('vnn.prompt.commands') return c.shell('touch made') or c.run('save made')",
    "return require('vnn.prompt.inputs').compile('return rawget(_ENV, [[debug]]) or rawget(_ENV, [[host]])', 'x')()",
    // Finalizers run without limits.
    "return pcall(setmetatable, {}, { __gc = print })",
    "return pcall(collectgarbage, 'stop')",
    // Shared tables may be changed, but what the library then calls is only the script's own.
    "string.format = function(...) return ... end return require('vnn.host.help').text and rawget(_G, 'debug')",
  ]

  @Test("what is refused: nothing leads out", arguments: escapes)
  func refused(_ code: String) throws {
    let script = "print((function() \(code) end)() and 'escaped' or 'refused')"
    try sandboxed(script) { run, folder in
      #expect(run.output.hasSuffix("refused\n"), "\(code): \(run.output)\(run.errors)")
      #expect(!run.output.contains("secret"))
      for path in ["made", "made.npy", "made.npz", "made.png", "made.lua"] {
        #expect(!FileAccess.exists("\(folder)/\(path)"), "\(code) made \(path)")
      }
    }
  }

  static let endless: [String] = [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "xpcall(function() while true do end end, function() while true do end end)",
    "while true do coroutine.wrap(function() for i = 1, 900 do end end)() end",
    "while true do coroutine.resume(coroutine.create(function() pcall(function() while true do end end) end)) end",
    "local c <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
    "local c <close> = setmetatable({}, { __close = function() while true do pcall(string.rep, 'x') end end }) error 'x'",
    "error(setmetatable({}, { __tostring = function() while true do end end }))",
    "table.sort({ 1, 2, 3, 4, 5 }, function() while true do end end)",
    "local m = require('vnn.milp').model() local x = m:variable { kind = 'integer', upper = 9 } m:maximize(x * 1) "
      + "m:solve { on_incumbent = function() while true do end end }",
    "local function f() return f() end f()",
  ]

  @Test("the limit of instructions cannot be caught or dodged", arguments: endless)
  func instructions(_ code: String) throws {
    try sandboxed(code, ["--instruction-limit", "300000"]) { run, _ in
      #expect(run.status == 1, "\(run.status)")
      #expect(run.errors.contains("limit of instructions") || run.errors.contains("error"), "\(run.errors)")
    }
  }

  @Test("limits of memory, of Lua and of native objects")
  func memory() throws {
    let limit = ["--memory-limit", "64"]
    try sandboxed("local t = {} for i = 1, 1e9 do t[i] = { i } end", limit) { run, _ in
      #expect(run.status == 1 && run.errors.contains("not enough memory"), "\(run.errors)")
    }
    try sandboxed("return #('x'):rep(1 << 30)", limit) { run, _ in
      #expect(run.status == 1 && run.errors.contains("not enough memory"), "\(run.errors)")
    }
    // Long texts, which are read and written under one native function, are held to the limit too, and no pcall
    // survives it.
    let texts = """
      local json = require "vnn.json"
      local text = "[" .. ("[1.5,{}],"):rep(500000) .. "1]"
      print(select(2, pcall(json.decode, text)))
      local long, list = ("x"):rep(1 << 20), {}
      for i = 1, 100 do list[i] = long end
      print(select(2, pcall(json.encode, list)))
      print(#json.decode(json.encode { 1, 2, 3 }), collectgarbage "count" < 16 * 1024)
      json.decode(text)
      """
    try sandboxed(texts, limit) { run, _ in
      #expect(run.output == "", "\(run.output)")
      #expect(run.status == 1 && run.errors.contains("not enough memory"), "\(run.errors)")
    }
    let keep =
      "local t, k = require 'vnn.tensor', {} while true do pcall(function() k[#k + 1] = t.ones(100000) end) end"
    try sandboxed(keep, limit) { run, _ in
      #expect(run.status == 1 && run.errors.contains("limit of memory"), "\(run.errors)")
    }
    try sandboxed("print(select(2, require('vnn.tensor').ones(1e9 // 1 | 0)))", limit) { run, _ in
      #expect(run.output.contains("memory"), "\(run.output)\(run.errors)")
    }
    // What is dropped does not count.
    try sandboxed("for i = 1, 2000 do require('vnn.tensor').ones(100000) end print 'done'", limit) { run, _ in
      #expect(run.output == "done\n", "\(run.errors)")
    }
  }

  @Test("without the flag a script is trusted")
  func trusted() throws {
    let run = try CommandLineRun.vnnlua([
      "-e", "print(io.popen and debug and package and load(string.dump(print and load '')) )",
    ])
    #expect(run.status == 0 || run.errors.contains("unable to dump"), "\(run.errors)")
  }
}
