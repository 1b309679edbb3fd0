import CLua
import CLuaBridge
import Essentials

/// A Lua value as Swift holds it: for results of mixed kind, options passed on, and reports.
public enum LuaValue {
  /// `nil`
  case `nil`
  /// `true` or `false`
  case boolean(Bool)
  /// A Lua integer.
  case integer(Int)
  /// A Lua float.
  case number(Double)
  /// A string; bytes that are not UTF-8 were replaced.
  case string(String)
  /// A sequence of numbers, which is pushed fastest. Reading never yields it.
  case numbers([Double])
  /// A table with the keys 1 to n.
  case array([LuaValue])
  /// A table with string keys, in the order given. Reading sorts the keys.
  case table([(key: String, value: LuaValue)])
  /// A native object.
  case object(any LuaObject)
  /// A Lua or native function.
  case function(LuaFunction)

  /// The float or integer as a Double, otherwise nil.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The integer, or the float if it is integral, otherwise nil.
  public var int: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The text of a string, otherwise nil.
  public var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The boolean, otherwise nil.
  public var bool: Bool? {
    if case .boolean(let value) = self { return value }
    return nil
  }

  /// Whether this is nil.
  public var isNil: Bool {
    if case .nil = self { return true }
    return false
  }

  /// The value under `key` of a table, or nil.
  public subscript(key: String) -> LuaValue? {
    guard case .table(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  func push(on state: OpaquePointer) {
    let call = Call(state: state)
    // Without this a deeply nested value could pass the end of the stack.
    guard lua_checkstack(state, 4) != 0 else { return lua_settop(state, -1) }
    switch self {
    case .nil: call.pushNil()
    case .boolean(let value): call.push(value)
    case .integer(let value): call.push(value)
    case .number(let value): call.push(value)
    case .string(let value): call.push(value)
    case .numbers(let values): call.push(values)
    case .array(let values):
      lua_createtable(state, Int32(clamping: values.count), 0)
      for (offset, value) in values.enumerated() {
        value.push(on: state)
        lua_rawseti(state, -2, lua_Integer(offset + 1))
      }
    case .table(let entries):
      lua_createtable(state, 0, Int32(clamping: entries.count))
      for (key, value) in entries {
        call.push(key)
        value.push(on: state)
        lua_rawset(state, -3)
      }
    case .object(let object): call.push(object)
    case .function(let function): call.push(function)
    }
  }

  /// The value at `index`; tables are copied deeply.
  ///
  /// - Parameter isLenient: values without a counterpart are read as text instead of failing.
  /// - Throws: `Misuse` for values without a counterpart.
  static func read(_ index: Int32, on state: OpaquePointer, isLenient: Bool) throws -> LuaValue {
    do { return try read(index, on: state) } catch {
      guard isLenient else { throw error }
      return .string(Traceback.text(of: index, on: state))
    }
  }

  static func read(_ index: Int32, on state: OpaquePointer, depth: Int = 0) throws -> LuaValue {
    switch lua_type(state, index) {
    case LUA_TNONE, LUA_TNIL: return .nil
    case LUA_TBOOLEAN: return .boolean(lua_toboolean(state, index) != 0)
    case LUA_TNUMBER:
      guard lua_isinteger(state, index) == 0 else { return .integer(Int(lua_tointegerx(state, index, nil))) }
      return .number(lua_tonumberx(state, index, nil))
    case LUA_TSTRING: return .string(Call.text(index, on: state) ?? "")
    case LUA_TFUNCTION: return .function(LuaFunction(LuaReference(index, on: state)))
    case LUA_TTABLE: return try readTable(lua_absindex(state, index), on: state, depth: depth)
    case LUA_TUSERDATA:
      if lua_rawlen(state, index) >= MemoryLayout<vnn_block>.size,
        let block = lua_touserdata(state, index)?.assumingMemoryBound(to: vnn_block.self),
        LuaTypeRegistry.isNative(index, identity: block.pointee.identity, on: state),
        let object = Call.anyObject(block, index, on: state)
      {
        return .object(object)
      }
      fallthrough
    default: throw Misuse("expected data, got \(LuaDescription.of(index, on: state))")
    }
  }

  private static func readTable(_ index: Int32, on state: OpaquePointer, depth: Int) throws -> LuaValue {
    guard depth < 100, lua_checkstack(state, 6) != 0 else {
      throw Misuse("expected data, got tables nested more than 100 deep (or one that contains itself)")
    }
    let count = Int(lua_rawlen(state, index))
    var array: [LuaValue] = []
    var entries: [(key: String, value: LuaValue)] = []
    let top = lua_gettop(state)
    defer { lua_settop(state, top) }
    lua_pushnil(state)
    // `lua_next` raises only for a key that is not in the table; nothing changes it here.
    while lua_next(state, index) != 0 {
      if lua_type(state, -2) == LUA_TSTRING {
        entries.append((Call.text(-2, on: state) ?? "", try read(-1, on: state, depth: depth + 1)))
      } else if lua_isinteger(state, -2) == 0 || !(1...max(1, count)).contains(Int(lua_tointegerx(state, -2, nil))) {
        throw Misuse("expected data, got a table with the key \(LuaDescription.of(-2, on: state))")
      }
      vnn_pop(state, 1)
    }
    array.reserveCapacity(count)
    for position in 0..<count {
      lua_rawgeti(state, index, lua_Integer(position + 1))
      array.append(try read(-1, on: state, depth: depth + 1))
      vnn_pop(state, 1)
    }
    guard !entries.isEmpty else { return .array(array) }
    guard array.isEmpty else { throw Misuse("expected data, got a table with both positions and names") }
    return .table(entries.sorted { $0.key < $1.key })
  }
}
