import LuaHost
import Testing

@Suite struct CoroutineTests {
  @Test func `Coroutines work as in Lua`() throws {
    try testInterpreter().run(
      """
      local t = require 'vnn.test'
      local gen = coroutine.wrap(function(a) local b = coroutine.yield(a + 1); return b * 2, "end" end)
      assert(gen(1) == 2)
      local x, y = gen(5)
      assert(x == 10 and y == "end")
      local ok, message = pcall(gen)
      assert(not ok and message:find "dead coroutine")

      local co = coroutine.create(function() t.misuse "inside" end)
      ok, message = coroutine.resume(co)
      assert(not ok and message:find "misuse: inside" and coroutine.status(co) == "dead")
      assert(select("#", coroutine.resume(coroutine.create(function() return nil, nil end))) == 3)

      -- pcall yields
      co = coroutine.wrap(function() return pcall(function() local v = coroutine.yield(1); error(v, 0) end) end)
      assert(co() == 1)
      ok, message = co "thrown"
      assert(ok == false and message == "thrown")
      co = coroutine.wrap(function() return xpcall(function() error(coroutine.yield(1), 0) end, function(m) return m .. "!" end) end)
      assert(co() == 1 and select(2, co "x") == "x!")

      -- a callback runs on the coroutine of its call, and may use others
      co = coroutine.wrap(function()
        local value = t.call(function()
          local main = select(2, coroutine.running())
          assert(not main)
          return coroutine.wrap(function() return t.call(function() return 7 end) end)()
        end)
        coroutine.yield(value)
      end)
      assert(co() == 7)

      -- yielding across Swift is an error, not a crash
      ok, message = pcall(coroutine.wrap(function() t.call(coroutine.yield) end))
      assert(not ok and message:find "attempt to yield across a C%-call boundary", message)

      -- close
      local closed = false
      co = coroutine.create(function() local c <close> = setmetatable({}, { __close = function() closed = true end }); coroutine.yield() end)
      coroutine.resume(co)
      assert(coroutine.close(co) and closed and coroutine.status(co) == "dead")
      assert(not pcall(coroutine.close, coroutine.running()))
      -- an error in wrap closes, too
      closed = false
      co = coroutine.wrap(function() local c <close> = setmetatable({}, { __close = function() closed = true end }); error "x" end)
      assert(not pcall(co) and closed)
      """)
  }
}
