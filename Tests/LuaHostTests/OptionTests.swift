import LuaHost
import Testing

@Suite struct OptionTests {
  @Test func `Options have defaults`() throws {
    let interpreter = try testInterpreter()
    for code in ["t.options()", "t.options(nil)", "t.options{}"] {
      let values = try interpreter.run("local t = require 'vnn.test'; return \(code)")
      #expect(values[0].double == 60 && values[1].string == "glpk")
    }
    #expect(try interpreter.run("return require('vnn.test').options{ time_limit_s = 2 }")[0].double == 2)
  }

  @Test func `Messages name the option and the nearest valid one`() throws {
    let interpreter = try testInterpreter()
    let cases = [
      ("{ time_limt_s = 3 }", "test.options: unknown option 'time_limt_s'; did you mean 'time_limit_s'?"),
      ("{ q = 3 }", "test.options: unknown option 'q'"),
      ("{ time_limit_s = '3' }", "test.options: time_limit_s: expected a number, got \"3\""),
      ("{ name = 'hihgs' }", "did you mean \"highs\"?"),
      ("{ widths = { 1, 2.5 } }", "test.options: widths: element 2: expected an integer, got 2.5"),
      ("{ 3 }", "options are named"),
      ("7", "test.options: argument 1: expected a table of options, got 7"),
    ]
    for (code, expected) in cases {
      let text = message { try interpreter.run("require('vnn.test').options(\(code))") }
      #expect(text.contains(expected), "\(code): \(text)")
    }
  }
}
