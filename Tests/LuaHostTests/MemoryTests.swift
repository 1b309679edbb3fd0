import LuaHost
import TestSupport
import Testing

@Suite struct MemoryTests {
  @Test func `The limit is an error that a script can catch, also under Swift frames`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter, memoryLimit: 8 << 20)
    let hungry = "local t = {}; for i = 1, 1e8 do t[i] = { i } end"
    #expect(message { try interpreter.run(hungry) }.contains("not enough memory"))
    try interpreter.run(
      """
      local t = require 'vnn.test'
      local function hungry() \(hungry) end
      local ok, message = pcall(hungry)
      assert(not ok and message:find "not enough memory")
      ok, message = pcall(t.vessel(1).with, t.vessel(1), hungry)
      assert(not ok and message:find "not enough memory")
      -- Native functions themselves are never refused.
      assert(#t.value(("x"):rep(3 << 20)) == 3 << 20)
      """)
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
