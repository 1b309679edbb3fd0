import CLua
import CLuaBridge
import Essentials

// Reading tables, without metamethods.
extension Call {
  /// The table at `position`.
  public func table(_ position: Int) throws -> TableReader {
    guard lua_type(state, index(position)) == LUA_TTABLE else { throw mismatch(position, expected: "a table") }
    return TableReader(lua_absindex(state, index(position)), on: state)
  }

  /// Reads the table of options at `position`, which may be missing or nil, and refuses options that `read` did not
  /// ask for: ask for all of them every time.
  ///
  /// - Throws: an argument error that names the option, and for an unknown one the nearest valid one.
  public func options<Value>(_ position: Int, _ read: (TableReader) throws -> Value) throws -> Value {
    let isAbsent = isNil(position)
    guard isAbsent || lua_type(state, index(position)) == LUA_TTABLE else {
      throw mismatch(position, expected: "a table of options")
    }
    let reader = TableReader(isAbsent ? 0 : index(position), on: state)
    do {
      let value = try read(reader)
      try reader.rejectOthers()
      return value
    } catch let misuse as Misuse {
      throw ArgumentFailure(0, misuse.message)
    }
  }

  /// The numbers of the sequence at `position`.
  ///
  /// - Throws: an argument error naming the first element that is no number.
  public func numbers(_ position: Int) throws -> [Double] {
    let at = try sequence(position, of: "numbers")
    let count = Int(lua_rawlen(state, at))
    var failed = 0
    let values = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      for offset in 0..<count {
        guard lua_rawgeti(state, at, lua_Integer(offset + 1)) == LUA_TNUMBER else {
          failed = offset + 1
          break
        }
        buffer.initializeElement(at: offset, to: lua_tonumberx(state, -1, nil))
        initialized = offset + 1
        vnn_pop(state, 1)
      }
    }
    guard failed == 0 else { throw elementMismatch(position, failed, expected: "a number") }
    return values
  }

  /// The integers of the sequence at `position`; floats with integral values are accepted.
  public func ints(_ position: Int) throws -> [Int] {
    try elements(position, of: "integers", expected: "an integer") { call in try? call.int(1) }
  }

  /// The 1-based positions of the sequence at `position`, as 0-based indices; see `zeroBased(_:)`.
  public func zeroBasedInts(_ position: Int) throws -> [Int] {
    try elements(position, of: "integers", expected: "an integer from 1 on") { call in try? call.zeroBased(1) }
  }

  /// The strings of the sequence at `position`.
  public func strings(_ position: Int) throws -> [String] {
    try elements(position, of: "strings", expected: "a string") { call in try? call.string(1) }
  }

  /// The native objects of the sequence at `position`.
  public func objects<Object: LuaObject>(_ position: Int, as type: Object.Type = Object.self) throws -> [Object] {
    try elements(position, of: type.luaTypeName, expected: type.luaTypeName) { $0.objectIfAny(1, as: type) }
  }

  /// The numbers of sequences nested to any depth at `position`, in row-major order, and their shape. A number alone
  /// has the shape [].
  ///
  /// - Throws: an argument error when the nesting is ragged or holds something else.
  public func nestedNumbers(_ position: Int) throws -> (shape: [Int], values: [Double]) {
    var shape: [Int] = []
    lua_checkstack(state, 4)
    lua_pushvalue(state, index(position))
    while lua_type(state, -1) == LUA_TTABLE, shape.count < 32 {
      shape.append(Int(lua_rawlen(state, -1)))
      lua_checkstack(state, 4)
      lua_rawgeti(state, -1, 1)
    }
    lua_settop(state, -Int32(shape.count) - 2)
    var values: [Double] = []
    values.reserveCapacity(shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }.clamped(to: 1 << 24))
    try appendNumbers(index(position), shape[...], to: &values, position: position)
    return (shape, values)
  }

  private func appendNumbers(
    _ at: Int32, _ shape: ArraySlice<Int>, to values: inout [Double], position: Int
  ) throws {
    guard let count = shape.first else {
      guard lua_type(state, at) == LUA_TNUMBER else {
        throw ArgumentFailure(position, "expected nested numbers, got \(LuaDescription.of(at, on: state)) among them")
      }
      return values.append(lua_tonumberx(state, at, nil))
    }
    let at = lua_absindex(state, at)
    guard lua_type(state, at) == LUA_TTABLE, Int(lua_rawlen(state, at)) == count else {
      let got = lua_type(state, at) == LUA_TTABLE ? "\(lua_rawlen(state, at))" : LuaDescription.of(at, on: state)
      throw ArgumentFailure(position, "expected rows of equal length: \(count) here, got \(got)")
    }
    lua_checkstack(state, 4)
    for offset in 0..<count {
      lua_rawgeti(state, at, lua_Integer(offset + 1))
      try appendNumbers(-1, shape.dropFirst(), to: &values, position: position)
      vnn_pop(state, 1)
    }
  }

  /// Reads a sequence element by element; nil from `read` means that the element is of the wrong kind.
  public func elements<Element>(
    _ position: Int, of what: String, expected: String, _ read: (Call) throws -> Element?
  ) throws -> [Element] {
    let at = try sequence(position, of: what)
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    var values: [Element] = []
    for offset in 0..<Int(lua_rawlen(state, at)) {
      lua_rawgeti(state, at, lua_Integer(offset + 1))
      guard let value = try read(Call(state: state, base: top)) else {
        throw elementMismatch(position, offset + 1, expected: expected)
      }
      values.append(value)
      lua_settop(state, top)
    }
    return values
  }

  private func sequence(_ position: Int, of what: String) throws -> Int32 {
    guard lua_type(state, index(position)) == LUA_TTABLE else {
      throw mismatch(position, expected: "a sequence of \(what)")
    }
    lua_checkstack(state, 8)
    return lua_absindex(state, index(position))
  }

  /// The error for the element on top of the stack.
  private func elementMismatch(_ position: Int, _ element: Int, expected: String) -> any Error {
    ArgumentFailure(position, "element \(element): expected \(expected), got \(LuaDescription.of(-1, on: state))")
  }
}

extension Int {
  fileprivate func clamped(to limit: Int) -> Int { Swift.max(0, Swift.min(self, limit)) }
}
