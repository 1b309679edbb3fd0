import CLua
import CLuaBridge
import Essentials

/// Builds a JSON value on the Lua stack: objects and arrays become tables, `null` becomes nil, and of members with the
/// same name the last one stays.
///
/// It runs below YAJL's frames, which nothing may jump over: the Lua functions used here can raise only for lack of
/// memory, which the allocator rules out under a Swift frame, and the limit of memory is kept by throwing.
final class LuaTableBuilder: JSONEvents {
  private let state: OpaquePointer
  private let host: HostState
  /// For every table that is being filled how many elements it has, or -1 for an object.
  private var counts: [Int] = []
  /// The depths of the arrays being filled that have a `null`, outermost first.
  private var depthsWithNull: [Int] = []

  /// A builder that leaves its value on top of the stack of `state`.
  init(on state: OpaquePointer) throws {
    // A table and a name for each level.
    guard lua_checkstack(state, Int32(2 * JSONReader.greatestDepth + 8)) != 0 else {
      throw Misuse("too many values for the Lua stack")
    }
    self.state = state
    host = HostState.of(state)
  }

  func add(_ scalar: JSONScalar) throws {
    switch scalar {
    case .null:
      let isInArray = (counts.last ?? -1) >= 0
      if isInArray, depthsWithNull.last != counts.count { depthsWithNull.append(counts.count) }
      lua_pushnil(state)
    case .boolean(let value): lua_pushboolean(state, value ? 1 : 0)
    case .integer(let value): lua_pushinteger(state, lua_Integer(value))
    case .number(let value): lua_pushnumber(state, value)
    case .string(let bytes): push(bytes)
    }
    try store()
  }

  func name(_ bytes: UnsafeBufferPointer<UInt8>) { push(bytes) }

  func begin(_ container: JSONContainer) {
    vnn_new_table(state)
    counts.append(container == .array ? 0 : -1)
  }

  func end() throws {
    if depthsWithNull.last == counts.count, let count = counts.last {
      depthsWithNull.removeLast()
      // Made at its full size an array counts the elements that are nil before its last one, as when it is written.
      lua_createtable(state, Int32(clamping: count), 0)
      for position in 1...lua_Integer(count) {
        lua_rawgeti(state, -2, position)
        lua_rawseti(state, -2, position)
      }
      vnn_remove(state, -2)
    }
    counts.removeLast()
    try store()
  }

  private func push(_ bytes: UnsafeBufferPointer<UInt8>) {
    lua_pushlstring(state, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self), bytes.count)
  }

  /// Puts the value on top of the stack where it belongs.
  private func store() throws {
    if let count = counts.last {
      if count < 0 {
        lua_rawset(state, -3)
      } else {
        counts[counts.count - 1] = count + 1
        lua_rawseti(state, -2, lua_Integer(count + 1))
      }
    }
    try host.requireRoom(on: state)
  }
}
