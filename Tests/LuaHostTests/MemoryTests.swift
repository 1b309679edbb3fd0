import LuaHost
import TestSupport
import Testing

@Suite struct MemoryTests {
  @Test func `The limit stops a script for good, also under Swift frames, and the next one runs`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter, memoryLimit: 8 << 20)
    let hungry = "local t = {}; for i = 1, 1e8 do t[i] = { i } end"
    #expect(message { try interpreter.run(hungry) }.contains("not enough memory"))
    for call in ["pcall(hungry)", "pcall(t.vessel(1).with, t.vessel(1), hungry)"] {
      let text = message {
        try interpreter.run(
          "local t = require 'vnn.test'; local function hungry() \(hungry) end \(call) while true do end")
      }
      #expect(text.contains("not enough memory"), "\(call): \(text)")
    }
    // Native functions themselves are never refused.
    try interpreter.run("assert(#require('vnn.test').value(('x'):rep(3 << 20)) == 3 << 20)")
    interpreter.collectGarbage()
    #expect(counter.alive == 0)
    #expect(interpreter.luaBytes < 1 << 20)
    interpreter.close()
  }

  @Test func `Creating and dropping leaves no growth`() throws {
    let interpreter = try testInterpreter()
    let churn =
      "local t = require 'vnn.test'; for i = 1, 20000 do local v = t.vessel(i); local c = t.counter(); c() end"
    try interpreter.run(churn)
    interpreter.collectGarbage()
    let before = interpreter.luaBytes
    for _ in 0..<3 { try interpreter.run(churn) }
    interpreter.collectGarbage()
    #expect(interpreter.luaBytes <= before + 4096)
    #expect(interpreter.nativeBytes == 0)
  }
}
