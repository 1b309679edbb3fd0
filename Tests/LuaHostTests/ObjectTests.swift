import Essentials
import LuaHost
import TestSupport
import Testing

@Suite struct ObjectTests {
  @Test func `Fields, methods and metamethods work`() throws {
    let interpreter = try testInterpreter()
    try interpreter.run(
      """
      local t = require 'vnn.test'
      local v = t.vessel(2)
      assert(v.content == 2 and v:fill_(3) == v and v.content == 3)
      assert(rawequal(v:fill_(3), v))
      v.label = "new"
      assert(v.label == "new")
      assert(v[4] == 12)
      v[2] = 10
      assert(v.content == 5 and #v == 5 and tostring(v) == "Vessel(5.0)" and v(1) == 6)
      assert((v + 1).content == 6 and (1 + v).content == 6 and (v + v).content == 10)
      assert(v == t.vessel(5) and v ~= t.vessel(6))
      local seen = {}
      for key, value in pairs(v) do seen[key] = value end
      assert(seen.content == 5 and seen.label == "new")
      assert(v:with(function(same) return same.content end) == 5)
      assert(t.answer.value[1] == 42 and t.answer.value[2] == "x")
      assert(getmetatable(v) == "test.Vessel")
      local c = t.counter()
      assert(c() == 1 and c() == 2 and t.counter()() == 1)
      """)
    #expect(message { try interpreter.run("require('vnn.test').vessel(1)[{}] = 2") }.contains("expected a position"))
  }

  @Test func `Objects are released when the interpreter closes`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    try interpreter.run("t = require 'vnn.test'; keep = {}; for i = 1, 100 do keep[i] = t.vessel(i) end")
    #expect(counter.alive == 100)
    interpreter.close()
    #expect(counter.alive == 0)
  }

  @Test func `Garbage is released, and large objects without waiting for Lua's own memory`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    try interpreter.run("local t = require 'vnn.test'; for i = 1, 2000 do t.vessel(i, 1 << 20) end")
    #expect(counter.made == 2000)
    // Lua saw 2000 small userdata; 2000 MiB were reported.
    #expect(counter.alive < 100)
    interpreter.collectGarbage()
    #expect(counter.alive == 0 && interpreter.nativeBytes == 0)
  }

  @Test func `Closing releases at once, and use after it is a clear error`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    let text = message {
      try interpreter.run("local kept; do local v <close> = require('vnn.test').vessel(1); kept = v end kept:fill_(2)")
    }
    #expect(text.contains("this test.Vessel was closed"))
    #expect(counter.alive == 0)
    interpreter.collectGarbage()
    #expect(counter.alive == 0)
    try interpreter.run("local k; do local v <close> = require('vnn.test').vessel(1); k = v end; assert(tostring(k))")
  }

  @Test func `A method cannot lose its object`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    let text = message {
      try interpreter.run(
        """
        local v = require('vnn.test').vessel(1)
        local call = debug.getmetatable(v).__close
        v:with(function() call(v) return 1 end)
        """)
    }
    #expect(text.contains("cannot be closed by its own method"))
    try interpreter.run("local v = require('vnn.test').vessel(4); pcall(v.spill, v); local w <close> = v")
    interpreter.collectGarbage()
    #expect(counter.alive == 0)
  }

  @Test func `An error in a callback releases what it passed`() throws {
    let counter = LifetimeCounter()
    let interpreter = try testInterpreter(counter: counter)
    try interpreter.run("for i = 1, 50 do pcall(function() require('vnn.test').vessel(i):with(error) end) end")
    interpreter.collectGarbage()
    #expect(counter.made == 50 && counter.alive == 0)
  }

  @Test func `Foreign userdata and wrong classes are refused`() throws {
    let interpreter = try testInterpreter()
    let text = message { try interpreter.run("local v = require('vnn.test').vessel(1); v.fill_(io.stdout, 1)") }
    #expect(text.contains("expected test.Vessel before the colon, got FILE*"))
  }

  @Test func `References may outlive the interpreter`() throws {
    var kept: [LuaFunction] = []
    do {
      let interpreter = try testInterpreter()
      kept.append(try interpreter.load("return 1".utf8, name: "s"))
      #expect(try kept[0].call()[0].int == 1)
    }
    #expect(throws: Misuse.self) { try kept[0].call() }
    kept = []
  }

  @Test func `Values are copied both ways`() throws {
    let interpreter = try testInterpreter()
    try interpreter.run(
      """
      local value = require('vnn.test').value
      assert(value(nil) == nil and value(true) == true and math.type(value(1)) == "integer")
      assert(math.type(value(1.0)) == "float" and value("a\\0b") == "a\\0b")
      local t = value { list = { 1, 2, { 3 } }, name = "x", f = print }
      assert(t.list[3][1] == 3 and t.name == "x" and t.f == print)
      local v = require('vnn.test').vessel(7)
      assert(value(v) == v)
      """)
    for bad in ["{ 1, a = 2 }", "{ [1.5] = 1 }", "coroutine.create(print)", "io.stdout"] {
      #expect(message { try interpreter.run("require('vnn.test').value(\(bad))") }.contains("expected data"), "\(bad)")
    }
    #expect(message { try interpreter.run("local t = {}; t[1] = t; require('vnn.test').value(t)") }.contains("nested"))
  }

  @Test func `Nested numbers have a shape`() throws {
    let interpreter = try testInterpreter()
    let values = try interpreter.run("return require('vnn.test').nested{{1, 2, 3}, {4, 5, 6}}")
    guard case .array(let shape) = values[0], case .array(let numbers) = values[1] else {
      Issue.record("no tables")
      return
    }
    #expect(shape.compactMap(\.int) == [2, 3] && numbers.compactMap(\.double) == [1, 2, 3, 4, 5, 6])
  }

  @Test func `Names are known for tests of the annotations`() {
    #expect(LuaType<Vessel>.methodNames == ["fill_", "with", "spill"])
    #expect(LuaType<Vessel>.fieldNames == ["content", "label"])
  }
}
