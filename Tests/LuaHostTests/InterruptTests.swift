import Essentials
import Glibc
import LuaHost
import TestSupport
import Testing

/// Serialized because signals belong to the process. If an interrupt were lost, a test would never end.
@Suite(.serialized) struct InterruptTests {
  /// Presses Ctrl-C once, 20 ms from now, from another thread.
  private func interruptSoon() {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        usleep(20_000)
        kill(getpid(), SIGINT)
        return nil
      }, nil)
    #expect(status == 0)
    pthread_detach(thread)
  }

  private func run(_ code: String, _ check: (Interpreter) throws -> Void = { _ in }) throws {
    let interpreter = try testInterpreter()
    interpreter.catchInterrupts()
    interruptSoon()
    do {
      try interpreter.run(code, name: "s.lua")
      Issue.record("ended by itself: \(code)")
    } catch let failure as LuaFailure {
      #expect(failure.isInterrupt, "\(code)")
      #expect(failure.message.hasPrefix("s.lua:") && failure.message.hasSuffix(": interrupted"), "\(failure.message)")
      #expect(!Interrupt.isRequested)
      try check(interpreter)
    }
    // The next run is not disturbed.
    #expect(try interpreter.run("local n = 0; for i = 1, 1000 do n = n + 1 end return n")[0].int == 1000)
    interpreter.close()
  }

  @Test(arguments: [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "while true do xpcall(function() while true do end end, function(m) return m end) end",
    "coroutine.wrap(function() while true do end end)()",
    "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "local co = coroutine.wrap(function() while true do coroutine.yield() end end); while true do pcall(co) end",
    "coroutine.wrap(function() while true do pcall(coroutine.wrap(function() pcall(function() while true do end end) end)) end end)()",
    "local t = require 'vnn.test'; while true do pcall(t.call, function() while true do end end) end",
    "local t = require 'vnn.test'; while true do t.int(3) end",
    "local s = {}; for i = 1, 1e5 do s[i] = i % 1000 end; while true do table.sort(s, function(a, b) return a > b end) end",
    "while true do load(function() while true do end end) end",
    "local v <close> = setmetatable({}, { __close = function() while true do end end }); while true do end",
  ])
  func `A runaway script stops`(_ code: String) throws { try run(code) }

  @Test func `What another thread does is not given up`() throws {
    let interpreter = try testInterpreter()
    interpreter.catchInterrupts()
    interpreter.interrupt()
    #expect(StopRequest.isPending())
    var thread = pthread_t()
    var seen: UnsafeMutableRawPointer?
    #expect(
      pthread_create(&thread, nil, { _ in UnsafeMutableRawPointer(bitPattern: StopRequest.isPending() ? 1 : 0) }, nil)
        == 0)
    #expect(pthread_join(thread, &seen) == 0 && seen == nil)
    #expect(throws: LuaFailure.self) { try interpreter.run("while true do end") }
    interpreter.close()
  }

  @Test func `Cleaners run`() throws {
    try run(
      """
      cleaned = 0
      local v <close> = setmetatable({}, { __close = function() for i = 1, 1000 do cleaned = cleaned + 1 end end })
      while true do end
      """
    ) { interpreter in
      let cleaned = try interpreter.run("return cleaned")[0].int
      #expect(cleaned == 1000)
    }
  }

  @Test func `Native work that answers by itself lets the script go on`() throws {
    let interpreter = try testInterpreter()
    try interpreter.register(
      NativeModule("vnn.slow") { module in
        module.function("solve") { call in
          let callback = try call.function(1)
          var rounds = 0
          try call.answeringInterrupts {
            while !Interrupt.isRequested { usleep(1000) }
            // The interrupt came before it, so it runs to its end.
            rounds = try callback.call {
              $0.push(3)
            } read: {
              try $0.int(1)
            }
          }
          #expect(call.acknowledgeInterrupt())
          return call.push(rounds)
        }
      })
    interpreter.catchInterrupts()
    interruptSoon()
    let values = try interpreter.run(
      """
      local rounds = require('vnn.slow').solve(function(n)
        local sum = 0
        for i = 1, 1000 do sum = sum + n end
        return sum
      end)
      return rounds
      """)
    #expect(values[0].int == 3000)
    #expect(!Interrupt.isRequested)
    interpreter.close()
  }

  @Test func `A callback of such work that runs away stops`() throws {
    let interpreter = try testInterpreter()
    try interpreter.register(
      NativeModule("vnn.slow") { module in
        module.function("solve") { call in
          let callback = try call.function(1)
          try call.answeringInterrupts {
            try callback.call { _ in
              0
            } read: { _ in
            }
          }
          return 0
        }
      })
    interpreter.catchInterrupts()
    interruptSoon()
    #expect(
      message { try interpreter.run("require('vnn.slow').solve(function() while true do end end)") }
        .hasSuffix("interrupted"))
    interpreter.close()
  }

  @Test func `Native work that polls is followed by the error`() throws {
    let interpreter = try testInterpreter()
    try interpreter.register(
      NativeModule("vnn.slow") { module in
        module.function("work") { call in
          while !Interrupt.isRequested { usleep(1000) }
          return call.push(1)
        }
      })
    interpreter.catchInterrupts()
    interruptSoon()
    #expect(
      message { try interpreter.run("reached = require('vnn.slow').work()\nafter = 1", name: "s") }
        .hasSuffix("interrupted"))
    #expect(try interpreter.run("return after")[0].isNil)
    interpreter.close()
  }
}
