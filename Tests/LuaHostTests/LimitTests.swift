import Essentials
import LuaHost
import TestSupport
import Testing

@Suite struct LimitTests {
  @Test(arguments: [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "local c = coroutine.wrap(function() while true do pcall(coroutine.yield) end end) while true do c() end",
    "while true do coroutine.wrap(function() end)() end",
  ])
  func `Used up instructions stop a script for good`(_ code: String) throws {
    let interpreter = try testInterpreter()
    interpreter.limit(instructions: 100_000)
    for _ in 0..<2 {
      do {
        try interpreter.run(code, name: "s")
        Issue.record("ended by itself: \(code)")
      } catch let failure as LuaFailure {
        #expect(failure.message.contains("limit of instructions") && !failure.isInterrupt, "\(failure.message)")
      }
    }
  }

  @Test func `Instructions are counted, whoever executes them`() throws {
    let interpreter = try testInterpreter()
    interpreter.limit(instructions: 3_000_000)
    // A turn of an empty loop is one instruction.
    try interpreter.run("for i = 1, 1000000 do end")
    try interpreter.run("coroutine.wrap(function() for i = 1, 1000000 do end end)()")
    #expect(message { try interpreter.run("for i = 1, 1100000 do end") }.contains("limit of instructions"))
  }

  @Test func `Native objects beyond the limit stop a script, dropped ones do not count`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    interpreter.limit(memory: 10 << 20)
    try interpreter.run("local t = require 'vnn.test'; for i = 1, 1000 do t.vessel(i, 1 << 20) end")
    let hoard =
      "local t, k = require 'vnn.test', {}; while true do pcall(function() k[#k + 1] = t.vessel(1, 1 << 20) end) end"
    #expect(message { try interpreter.run(hoard) }.hasSuffix("limit of memory is used up"))
    interpreter.collectGarbage()
    #expect(counter.alive == 0)
    #expect(try interpreter.run("return 1")[0].int == 1)
  }
}
