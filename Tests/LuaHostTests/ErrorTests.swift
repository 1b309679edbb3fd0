import Essentials
import LuaHost
import TestSupport
import Testing

@Suite struct ErrorTests {
  @Test func `A misuse is a Lua error at the script's line`() throws {
    let interpreter = try testInterpreter()
    let text = message { try interpreter.run("local t = require 'vnn.test'\n\nt.misuse('bad shape')", name: "s.lua") }
    #expect(text == "s.lua:3: misuse: bad shape")
    #expect(
      try interpreter.run("return pcall(require('vnn.test').misuse)", name: "s.lua")[1].string
        == "s.lua:1: misuse: expected better")
  }

  @Test func `Wrong arguments name the function, the position and what came`() throws {
    let interpreter = try testInterpreter()
    try interpreter.run("t = require 'vnn.test'; v = t.vessel(2)")
    let cases = [
      ("t.int('3')", "test.int: argument 1: expected an integer, got \"3\""),
      ("t.int(1.5)", "test.int: argument 1: expected an integer, got 1.5"),
      ("t.int()", "test.int: argument 1: expected an integer, got nothing"),
      ("v:fill_(v)", "Vessel.fill_: argument 1: expected a number, got test.Vessel"),
      ("v.fill_(3)", "before the colon, got 3 (call methods with ':', not '.')"),
      ("t.numbers{1, 2, {}}", "test.numbers: argument 1: element 3: expected a number, got table"),
      ("t.nested{{1, 2}, {3}}", "test.nested: argument 1: expected rows of equal length: 2 here, got 1"),
      ("local x = v.contnet", "test.Vessel: unknown field or method 'contnet'; did you mean 'content'?"),
      ("v.content = 1", "Vessel"),
    ]
    for (code, expected) in cases {
      let text = message { try interpreter.run(code, name: "s") }
      #expect(text.contains(expected), "\(code): \(text)")
      #expect(text.hasPrefix("s:1: "), "\(code): \(text)")
    }
    #expect(try interpreter.run("return t.int(3.0)")[0].int == 3)
  }

  @Test func `What the outside refuses is nil and a message`() throws {
    let values = try testInterpreter().run("return require('vnn.test').outside()")
    #expect(values.count == 2 && values[0].isNil && values[1].string == "file.txt: cannot be opened")
  }

  @Test func `An error is blamed on the first frame outside the standard library`() throws {
    try withTemporaryDirectory { directory in
      let library = "local t = require 'vnn.test'\nreturn { work = function() t.misuse() return 1 end }"
      let interpreter = try testInterpreter()
      let chunk = try interpreter.load(library.utf8, name: "=[vnn.library]")
      let module = try interpreter.run(chunk)
      let source = "local library = ...\nlocal function f()\n  library.work()\nend\nf()"
      let script = try interpreter.load(source.utf8, name: "s")
      let text = message { _ = try interpreter.run(script, values: module) }
      #expect(text == "s:3: misuse: expected better")
    }
  }

  @Test func `An error value goes through nested callbacks unchanged`() throws {
    let interpreter = try testInterpreter()
    let values = try interpreter.run(
      """
      local t = require 'vnn.test'
      local mark = {}
      local ok, value = pcall(t.call, function()
        t.call(function()
          t.call(function() error(mark) end)
        end)
      end)
      return ok, value == mark
      """)
    #expect(values[0].bool == false && values[1].bool == true)
  }

  @Test func `The traceback shows the script first and both sides of a callback`() throws {
    let interpreter = try testInterpreter()
    let code = """
      local t = require 'vnn.test'
      local function inner()
        t.misuse 'broken'
      end
      t.call(inner)
      """
    do {
      try interpreter.run(code, name: "s.lua")
      Issue.record("no error")
    } catch let failure as LuaFailure {
      let lines = failure.traceback.split(separator: "\n")
      #expect(lines[0] == "s.lua:3: misuse: broken")
      #expect(lines[1] == "in the script:")
      #expect(lines[2].contains("s.lua:3"))
      #expect(failure.traceback.contains("native test.misuse"))
      #expect(failure.traceback.contains("called back from"))
      #expect(failure.traceback.contains("s.lua:5: main chunk"))
      #expect(!failure.isInterrupt)
    }
  }

  @Test func `Error values of any kind survive`() throws {
    let interpreter = try testInterpreter()
    #expect(message { try interpreter.run("error({ code = 2 })") }.hasPrefix("error value: table"))
    #expect(message { try interpreter.run("error(require('vnn.test').vessel(3))") } == "error value: Vessel(3.0)")
    #expect(message { try interpreter.run("error()") } == "error value: nil")
    #expect(
      message { try interpreter.run("error(setmetatable({}, { __tostring = function() error 'worse' end }))") }
        .contains("worse"))
  }

  @Test func `A syntax error shows the line and a caret`() throws {
    let interpreter = try testInterpreter()
    do {
      try interpreter.run("local a = 1\n  local b == 2\n", name: "s.lua")
      Issue.record("no error")
    } catch let failure as SyntaxFailure {
      #expect(!failure.isIncomplete)
      let lines = failure.report.split(separator: "\n")
      #expect(lines[0].hasPrefix("s.lua:2: "))
      #expect(lines[1] == "  2 |   local b == 2")
      #expect(lines[2] == "    |           ^")
    }
    #expect(throws: SyntaxFailure.self) { try interpreter.run("for i = 1, 2 do") }
    #expect(throws: SyntaxFailure.self) { try interpreter.load([0x1B, 0x4C, 0x75, 0x61], name: "binary") }
  }

  @Test func `Runaway recursion is an error on both sides`() throws {
    let interpreter = try testInterpreter()
    #expect(message { try interpreter.run("local function f() return 1 + f() end f()") }.contains("stack overflow"))
    let text = message {
      try interpreter.run("local t = require 'vnn.test'; local function f() return t.call(f) end f()")
    }
    #expect(text.contains("overflow") || text.contains("nested calls"), "\(text)")
    #expect(try interpreter.run("return 1")[0].int == 1)
  }

  @Test func `A closed interpreter refuses`() throws {
    let interpreter = try testInterpreter()
    let function = try interpreter.load("return 1".utf8, name: "s")
    interpreter.close()
    interpreter.close()
    #expect(throws: Misuse.self) { try interpreter.run("return 1") }
    #expect(throws: Misuse.self) { try function.call() }
  }
}
