import CLua
import CLuaBridge
import Essentials
import Glibc

/// Tells a Lua value as JSON: tables with names are objects with sorted names, all others arrays, nil is `null`.
///
/// Nothing of it raises: tables are read without metamethods.
struct LuaDataReader {
  let state: OpaquePointer
  let events: any JSONEvents
  /// Tells a native object; false when it is no data.
  let object: (any LuaObject, any JSONEvents) throws -> Bool
  /// Looks whether what was told so far takes too much memory.
  let check: () throws -> Void

  /// Tells the value at `index`.
  ///
  /// - Throws: `Misuse` for values without a counterpart, and what `events` throws.
  func send(_ index: Int32, depth: Int = 1) throws {
    switch lua_type(state, index) {
    case LUA_TNONE, LUA_TNIL: try events.add(.null)
    case LUA_TBOOLEAN: try events.add(.boolean(lua_toboolean(state, index) != 0))
    case LUA_TNUMBER:
      if lua_isinteger(state, index) != 0 {
        try events.add(.integer(Int64(lua_tointegerx(state, index, nil))))
      } else {
        try events.add(.number(lua_tonumberx(state, index, nil)))
      }
    case LUA_TSTRING:
      try events.add(.string(bytes(index)))
      try check()
    case LUA_TTABLE: try sendTable(lua_absindex(state, index), depth: depth)
    default:
      guard case .object(let native)? = try? LuaValue.read(index, on: state), try object(native, events) else {
        throw Misuse("expected plain data or a tensor, got \(LuaDescription.of(index, on: state))")
      }
    }
  }

  private func sendTable(_ index: Int32, depth: Int) throws {
    guard depth <= JSONReader.greatestDepth, lua_checkstack(state, 8) != 0 else {
      throw Misuse(
        "expected data, got tables nested more than \(JSONReader.greatestDepth) deep (or one that contains itself)")
    }
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    let count = Int(lua_rawlen(state, index))
    // Names stay in a table of ours: a finalizer, which runs when something is allocated, may take them from this one.
    if count == 0 { vnn_new_table(state) }
    let kept = lua_gettop(state)
    var names: [(bytes: UnsafeBufferPointer<UInt8>, position: lua_Integer)] = []
    lua_pushnil(state)
    // `lua_next` raises only for a key that is not in the table; nothing runs meanwhile that could change it.
    while lua_next(state, index) != 0 {
      vnn_pop(state, 1)
      if lua_type(state, -1) == LUA_TSTRING {
        guard count == 0 else { throw Misuse("expected data, got a table with both positions and names") }
        names.append((bytes(-1), lua_Integer(names.count + 1)))
        lua_pushvalue(state, -1)
        lua_rawseti(state, kept, lua_Integer(names.count))
      } else if lua_isinteger(state, -1) == 0 || !(1...max(1, count)).contains(Int(lua_tointegerx(state, -1, nil))) {
        throw Misuse("expected data, got a table with the key \(LuaDescription.of(-1, on: state))")
      }
    }
    if names.isEmpty {
      try events.begin(.array)
      for position in 0..<count {
        lua_rawgeti(state, index, lua_Integer(position + 1))
        try send(-1, depth: depth + 1)
        vnn_pop(state, 1)
      }
    } else {
      names.sort { LuaDataReader.precedes($0.bytes, $1.bytes) }
      try events.begin(.object)
      for name in names {
        try events.name(name.bytes)
        lua_rawgeti(state, kept, name.position)
        lua_rawget(state, index)
        try send(-1, depth: depth + 1)
        vnn_pop(state, 1)
      }
    }
    try events.end()
    try check()
  }

  /// The bytes of the string at `index`, which Lua keeps where they are.
  private func bytes(_ index: Int32) -> UnsafeBufferPointer<UInt8> {
    var count = 0
    let start = lua_tolstring(state, index, &count)
    return UnsafeBufferPointer(start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self), count: count)
  }

  private static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return left.count < right.count }
    let order = memcmp(leftStart, rightStart, min(left.count, right.count))
    return order == 0 ? left.count < right.count : order < 0
  }
}
