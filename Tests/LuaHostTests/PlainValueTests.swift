import LuaHost
import TestSupport
import Testing

/// A weight that Lua holds as bytes until somebody needs an object.
private final class Pebble: LuaObject {
  static let luaTypeName = "test.Pebble"
  let token: LifetimeCounter.Token?
  var weight: Double

  init(_ weight: Double, token: LifetimeCounter.Token? = nil) { (self.weight, self.token) = (weight, token) }

  static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Pebble? { Pebble(bytes.load(as: Double.self)) }

  static func describe(_ type: LuaType<Pebble>) {
    type.field("weight") { pebble, call in call.push(pebble.weight) }
    type.method("grow_") { pebble, call in
      pebble.weight += try call.double(1)
      return call.pushArgument(0)
    }
    type.metamethod("__add") { call in call.push(pebble: try call.pebble(1) + call.pebble(2)) }
    type.text { "Pebble(\($0.weight))" }
  }
}

extension Call {
  fileprivate func push(pebble weight: Double) -> Int {
    pushPlain(Pebble.self, byteCount: 8) { $0.storeBytes(of: weight, as: Double.self) }
  }

  fileprivate func pebble(_ position: Int) throws -> Double {
    try plainBytes(position, as: Pebble.self)?.load(as: Double.self) ?? object(position, as: Pebble.self).weight
  }
}

@Suite struct PlainValueTests {
  private func interpreter(_ counter: LifetimeCounter? = nil, memoryLimit: Int? = nil) throws -> Interpreter {
    let interpreter = try testInterpreter(counter: counter, memoryLimit: memoryLimit)
    try interpreter.register(
      NativeModule("vnn.pebbles") { module in
        module.function("pebble") { call in call.push(pebble: try call.double(1)) }
        module.function("object") { call in call.push(Pebble(try call.double(1), token: counter?.token())) }
        module.function("isPlain") { call in call.push(call.plainBytes(1, as: Pebble.self) != nil) }
        module.function("sum") { call in call.push(try call.objects(1, as: Pebble.self).reduce(0) { $0 + $1.weight }) }
        module.function("value") { call in call.push(try call.value(1)) }
      })
    return interpreter
  }

  @Test func `They become objects when one is needed, and stay the same value`() throws {
    try interpreter().run(
      """
      local p = require 'vnn.pebbles'
      local a, b = p.pebble(2), p.pebble(3)
      local sum = a + b
      assert(p.isPlain(a) and p.isPlain(sum))
      assert(sum.weight == 5 and not p.isPlain(sum) and p.isPlain(a))
      assert((sum + a).weight == 7)
      local kept = { [a] = "a" }
      assert(rawequal(a:grow_(1), a) and a.weight == 3 and kept[a] == "a" and not p.isPlain(a))
      assert((a + p.object(1)).weight == 4 and p.sum { a, b, p.pebble(10) } == 16)
      assert(tostring(p.pebble(1)) == "Pebble(1.0)" and getmetatable(p.pebble(1)) == "test.Pebble")
      local copy = p.value { p.pebble(4), p.object(5) }
      assert(copy[1].weight == 4 and copy[2].weight == 5)
      """)
  }

  @Test func `Nothing of them is left behind, whether or not they became objects`() throws {
    let counter = LifetimeCounter()
    let interpreter = try interpreter(counter)
    let churn = """
      local p = require 'vnn.pebbles'
      for i = 1, 20000 do local sum = p.pebble(i) + p.object(1); if i % 7 == 0 then sum:grow_(1) end end
      """
    try interpreter.run(churn)
    interpreter.collectGarbage()
    let before = interpreter.luaBytes
    try interpreter.run(churn)
    interpreter.collectGarbage()
    #expect(interpreter.luaBytes <= before + 4096 && interpreter.nativeBytes == 0 && counter.alive == 0)
  }

  @Test func `Closing ends them, and misuse is told as of objects`() throws {
    let interpreter = try interpreter()
    for (code, expected) in [
      ("local kept; do local v <close> = p.pebble(1); kept = v end kept:grow_(2)", "this test.Pebble was closed"),
      ("local kept; do local v <close> = p.pebble(1); kept = v end return kept + kept", "this test.Pebble was closed"),
      ("p.pebble(1).wieght()", "weight"), ("p.pebble(1).weight = 3", "cannot be assigned"),
      ("return p.pebble(1) + 'x'", "expected test.Pebble, got \"x\""),
      ("local _ = require('vnn.test').vessel() + p.pebble(1)", "number"),
    ] {
      #expect(message { try interpreter.run("local p = require 'vnn.pebbles'; \(code)") }.contains(expected), "\(code)")
    }
  }

  @Test func `They count as memory`() throws {
    let interpreter = try interpreter(memoryLimit: 8 << 20)
    let hungry = "local p = require 'vnn.pebbles'; local t = {}; for i = 1, 1e8 do t[i] = p.pebble(i) end"
    #expect(message { try interpreter.run(hungry) }.contains("not enough memory"))
  }
}
