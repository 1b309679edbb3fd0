import Testing
import LuaHost
import Essentials
final class Cell: LuaObject {
  static let luaTypeName = "test.Cell"
  let x = 1.5
  static func describe(_ type: LuaType<Cell>) {
    type.method("get") { c, call in call.push(c.x) }
    type.method("at") { c, call in _ = try call.int(1); return call.push(c.x) }
    type.field("x") { c, call in call.push(c.x) }
    type.indexed { c, p, call in call.push(c.x) }
  }
}
@Test func bench() throws {
  let i = try Interpreter()
  try i.register(NativeModule("t") { m in
    m.function("nop") { _ in 0 }
    m.function("cell") { $0.push(Cell()) }
  })
  try i.run("""
  local t = require 't'
  local nop, c = t.nop, t.cell()
  local function time(name, f)
    local best = math.huge
    for _ = 1, 7 do local s = os.clock(); f(3000000); best = math.min(best, os.clock() - s) end
    print(name, best / 3e6 * 1e9)
    return best
  end
  local empty = time("loop", function(n) for i = 1, n do end end)
  local base = rawlen
  local s = "x"
  local a = time("C rawlen", function(n) for i = 1, n do base(s) end end)
  local cf = require 'cnop'
  a = time("C nop", function(n) for i = 1, n do cf() end end)
  local b = time("native nop", function(n) for i = 1, n do nop() end end)
  local m = time("c:get()", function(n) for i = 1, n do local v = c:get() end end)
  local m2 = time("c:at(1)", function(n) for i = 1, n do local v = c:at(1) end end)
  local g = c.get
  time("get(c)", function(n) for i = 1, n do local v = g(c) end end)
  time("c.x", function(n) for i = 1, n do local v = c.x end end)
  time("c[1]", function(n) for i = 1, n do local v = c[1] end end)
  print("nop/C", b / a, "get/nop", m / b, "at/nop", m2/b)
  """)
}
