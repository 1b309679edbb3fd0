import Essentials
import TestSupport
import Testing

@Suite("Lua that others wrote finds what it expects")
struct ForeignCodeTests {
  /// Libraries as Debian packs them: what is done with each, and what it prints.
  static let libraries: [(name: String, code: String, output: String)] = [
    (
      "luaunit",
      """
      local lu = require "luaunit"
      TestSums = {}
      function TestSums:test_sum() lu.assertEquals(1 + 1, 2) end
      function TestSums:test_items() lu.assertItemsEquals({ 1, 2 }, { 2, 1 }) end
      print(lu.LuaUnit.run("-o", "nil"))
      """, "0\n"
    ),
    (
      "pl",
      """
      local List, pretty, stringx = require "pl.List", require "pl.pretty", require "pl.stringx"
      print(pretty.write({ 1, { a = 2 } }, ""), List { 1, 2 }:map("*", 2), stringx.split("a b")[2])
      require "pl"
      print(tablex.deepcompare({ 1 }, { 1 }))
      """, "{1,{a=2}}\t{2,4}\tb\ntrue\n"
    ),
    (
      "cjson",
      """
      local cjson = require "cjson"
      print(cjson.encode { 1, { x = cjson.null } }, cjson.decode('{"a":[2.5]}').a[1])
      """, "[1,{\"x\":null}]\t2.5\n"
    ),
    (
      "socket",
      """
      local ltn12, mime, socket = require "ltn12", require "mime", require "socket"
      local sink, parts = ltn12.sink.table()
      ltn12.pump.all(ltn12.source.string "hello", ltn12.sink.chain(mime.encode "base64", sink))
      local server = assert(socket.bind("127.0.0.1", 0))
      local client = assert(socket.connect("127.0.0.1", (select(2, server:getsockname()))))
      client:send "over\\n"
      print(table.concat(parts), server:accept():receive(), require("socket.url").parse("http://h/p").host)
      """, "aGVsbG8=\tover\th\n"
    ),
    (
      "lpeg",
      """
      local lpeg, re = require "lpeg", require "re"
      print(lpeg.match(lpeg.C(lpeg.R "az" ^ 1), "abc1"), re.match("x=1", "{%w+} '=' {%d+}"))
      """, "abc\tx\t1\n"
    ),
    (
      "argparse",
      """
      local parser = require "argparse" "p"
      parser:option "-o"
      print(parser:parse({ "-o", "7" }).o)
      """, "7\n"
    ),
    (
      "say",
      """
      local say = require "say"
      say:set_namespace "en"
      say:set("greeting", "good %s")
      print(say("greeting", { "day" }))
      """, "good day\n"
    ),
    (
      "mediator",
      """
      local mediator = require "mediator" ()
      mediator:subscribe({ "news" }, function(text) print("heard", text) end)
      mediator:publish({ "news" }, "rain")
      """, "heard\train\n"
    ),
  ]

  @Test("libraries load and work in a script", arguments: libraries)
  func library(_ library: (name: String, code: String, output: String)) throws {
    let run = try CommandLineRun.vnnlua(["-"], input: library.code)
    #expect(run.status == 0 && run.output == library.output, "\(run.output)\(run.errors)")
  }

  /// Reads what only older Lua has, and sets globals in functions, as debuggers and libraries of three versions do.
  private static let ancient = """
    local unpack, loadstring = table.unpack or unpack, loadstring or load
    local getfenv, setfenv = getfenv, setfenv
    local isjit = jit and jit.version
    local function load_settings() settings_of_ancient = (settings_of_ancient or 0) + 1 end
    load_settings()
    if ngx or bit32 or module then error "this is Lua 5.4" end
    return { version = unpack { "1.0" }, isjit = isjit, old = getfenv or setfenv, load = loadstring "return jit" }
    """

  @Test("what begins as debuggers and libraries for three versions of Lua do loads, from files, dofile and load")
  func ancientCode() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(Self.ancient, to: "\(folder)/ancient.lua")
      try FileAccess.write(
        """
        local ancient = require "ancient"
        print(ancient.version, ancient.isjit, ancient.old, ancient.load(), settings_of_ancient)
        print(dofile("ancient.lua").version, load("return jit or 'none'")(), settings_of_ancient)
        print(pcall(function() return settings_of_ancien end))
        print(pcall(function() settings_of_modern = 1 end))
        """, to: "\(folder)/main.lua")
      let run = try CommandLineRun.vnnlua(["main.lua"], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(
        run.output == """
          1.0\tnil\tnil\tnil\t1
          1.0\tnone\t2
          false\tmain.lua:4: undeclared global 'settings_of_ancien'; did you mean 'settings_of_ancient'?
          false\tmain.lua:5: assignment to the undeclared global 'settings_of_modern'; did you mean \
          'settings_of_ancient'? (missing 'local'?)

          """)
    }
  }

  @Test("a policy's file is held to its declarations as a script is")
  func policy() throws {
    try withTemporaryDirectory { folder in
      let policy = "return { name = 'p', description = 'd', score = function(layer) return layr.weight end }"
      try FileAccess.write(policy, to: "\(folder)/p.lua")
      let code = "local policy = require 'vnn.policy' local p = policy.load 'p.lua' print(pcall(p.score, {}))"
      let run = try CommandLineRun.vnnlua(["-"], input: code, directory: folder)
      #expect(run.output.contains("p.lua:1: undeclared global 'layr'"), "\(run.output)\(run.errors)")
    }
  }

  @Test("a chunk's name is @ and its path, however long, and = with other words")
  func chunkNames() throws {
    try withTemporaryDirectory { folder in
      let long = folder + "/" + String(repeating: "long-", count: 14) + ".lua"
      let code = "print(debug.getinfo(1, 'S').source)\nlocal x = = 1"
      try FileAccess.write("print(debug.getinfo(1, 'S').source)", to: "\(folder)/s.lua")
      try FileAccess.write(code, to: long)
      #expect(try CommandLineRun.vnnlua(["\(folder)/s.lua"]).output == "@\(folder)/s.lua\n")
      #expect(try CommandLineRun.vnnlua(["s.lua"], directory: folder).output == "@s.lua\n")
      #expect(try CommandLineRun.vnnlua(["-"], input: "print(debug.getinfo(1, 'S').source)").output == "=stdin\n")
      let refused = try CommandLineRun.vnnlua([long])
      #expect(refused.errors.contains("  2 | local x = = 1\n"), "\(refused.errors)")
    }
  }

  @Test("-l, -e, -v, -i and - as lua has them")
  func options() throws {
    func run(_ arguments: String..., input: String = "", in folder: String) throws -> CommandLineRun {
      try CommandLineRun.vnnlua(arguments, input: input, directory: folder)
    }
    try withTemporaryDirectory { folder in
      try FileAccess.write("order = (order or '') .. 'l' return { name = ... }", to: "\(folder)/helper.lua")
      let ordered = try run("-e", "order = 'e'", "-lhelper", "-e", "print(order, helper.name)", in: folder)
      #expect(ordered.output == "el\thelper\n", "\(ordered.errors)")
      #expect(try run("-l", "h=helper", "-", "x", input: "print(h.name, ...)", in: folder).output == "helper\tx\n")
      #expect(try run("-lhelper", input: "helper.name", in: folder).output == "\"helper\"\n")
      let version = try run("-v", in: folder)
      #expect(version.output.contains("Lua 5.4") && version.output.split(separator: "\n").count == 1)
      #expect(try run("-v", "-e", "print(1)", in: folder).output == version.output + "1\n")
      #expect(try run("-i", "-e", "x = 2", input: "x + 1", in: folder).output == "3\n")
      let absent = try run("-labsent", in: folder)
      #expect(absent.status == 1 && absent.errors.contains("module 'absent' not found"), "\(absent.errors)")
    }
  }

  /// The files of Lua's own test suite that are about the language and its library, and not about one machine.
  static let ownTests = [
    "strings", "math", "sort", "vararg", "goto", "constructs", "closure", "calls", "events", "nextvar", "pm", "utf8",
    "tpack", "literals", "locals", "coroutine", "bitwise", "bwcoercion", "attrib", "errors", "gc", "files",
  ]

  @Test(
    "Lua's own tests pass where files are not watched", .enabled(if: Component.luaTests.isWanted),
    arguments: ownTests)
  func luaTests(_ name: String) throws {
    try withTemporaryDirectory { folder in
      let copied = try CommandLineRun("/usr/bin/cp", ["-r", try Component.luaTests.path() + "/.", folder])
      try #require(copied.status == 0, "\(copied.errors)")
      let options = "_port, _soft, _U = true, true, true"
      let run = try CommandLineRun.vnnlua(["-e", options, "-e", "dofile '\(name).lua'"], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
    }
  }
}
