import Essentials
import LuaHost
import Testing

/// Numbers with a window.
private final class Grid: LuaObject {
  static let luaTypeName = "test.Grid"
  static let luaElementMethod: String? = "at"
  let numbers: UnsafeMutablePointer<Double>
  let sizes: [Int]
  let strides: [Int]

  /// 1, 2, 3, … in row-major order, or transposed.
  init(_ sizes: [Int], transposed: Bool) {
    let count = sizes.reduce(1, *)
    numbers = .allocate(capacity: max(count, 1))
    for index in 0..<count { numbers[index] = Double(index + 1) }
    var strides = [Int](repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
    self.sizes = transposed ? sizes.reversed() : sizes
    self.strides = transposed ? strides.reversed() : strides
  }

  deinit { numbers.deallocate() }

  var luaWindow: LuaWindow? { LuaWindow(base: numbers, sizes: sizes, strides: strides) }

  static func describe(_ type: LuaType<Grid>) {
    // Swift is only asked when C cannot answer.
    type.method("at") { _, call in throw Misuse("Grid.at: Swift was asked with \(call.count) positions") }
    type.indexed { _, position, _ in throw Misuse("Grid: Swift was asked for \(position)") }
    type.field("rank") { grid, call in call.push(grid.sizes.count) }
  }
}

@Suite struct WindowTests {
  private func interpreter() throws -> Interpreter {
    let interpreter = try testInterpreter()
    try interpreter.register(
      NativeModule("vnn.grid") { module in
        module.function("new") { call in
          call.push(Grid(try call.ints(1), transposed: try call.bool(2, default: false)))
        }
      })
    return interpreter
  }

  @Test func `Elements are read without Swift where nothing is wrong`() throws {
    try interpreter().run(
      """
      local grid = require "vnn.grid"
      local v = grid.new { 4 }
      assert(v[1] == 1 and v[4] == 4 and v:at(3) == 3 and v.rank == 1)
      local m = grid.new { 2, 3 }
      assert(m:at(1, 1) == 1 and m:at(1, 3) == 3 and m:at(2, 1) == 4 and m:at(2, 3) == 6)
      local t = grid.new({ 2, 3 }, true)
      assert(t:at(3, 2) == 6 and t:at(1, 2) == 4 and t:at(2, 1) == 2)
      assert(grid.new({ 2, 3, 4 }):at(2, 3, 4) == 24)
      """)
  }

  @Test(arguments: [
    ("{ 4 }", "v[0]"), ("{ 4 }", "v[5]"), ("{ 4 }", "v[-1]"), ("{ 4 }", "v[math.mininteger]"), ("{ 4 }", "v:at(5)"),
    ("{ 4 }", "v:at()"), ("{ 4 }", "v:at(1, 1)"), ("{ 4 }", "v:at(1.0)"), ("{ 4 }", "v:at('1')"), ("{ 2, 3 }", "v[1]"),
    ("{ 2, 3 }", "v:at(3, 1)"), ("{ 2, 3 }", "v:at(1, 4)"), ("{ 0 }", "v[1]"), ("{ 1, 1, 1, 1 }", "v:at(1, 1, 1, 1)"),
  ])
  func `Everything else is Swift's`(_ shape: String, _ read: String) throws {
    let interpreter = try interpreter()
    let text = message {
      try interpreter.run("local v = require('vnn.grid').new \(shape); local x = \(read)", name: "s")
    }
    #expect(text.hasPrefix("s:1: Grid") && text.contains("Swift was asked"), "\(text)")
  }

  @Test func `Other objects and closed ones are refused`() throws {
    let interpreter = try interpreter()
    try interpreter.run("grid, test = require 'vnn.grid', require 'vnn.test'; g = grid.new { 2 }; v = test.vessel(1)")
    for code in ["g.at(v, 1)", "g.at(io.stdout, 1)", "g.at(1, 1)", "g.at()"] {
      #expect(message { try interpreter.run(code, name: "s") }.contains("before the colon"), "\(code)")
    }
    let closed = message { try interpreter.run("local k; do local g <close> = grid.new { 2 }; k = g end; k:at(1)") }
    #expect(closed.contains("was closed"))
    let index = "local i = debug.getmetatable(g).__index; return pcall(i, v, 1), pcall(i, io.stdout, 1), pcall(i, 5, 1)"
    let values = try interpreter.run(index)
    #expect(values.compactMap(\.bool) == [false, false, false], "\(values)")
  }
}
