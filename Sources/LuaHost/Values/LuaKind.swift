import CLua

/// The kinds of Lua values.
public enum LuaKind: Sendable {
  /// No argument at all.
  case none
  /// `nil`
  case `nil`
  /// `true` or `false`
  case boolean
  /// An integer or a float.
  case number
  /// Bytes, usually UTF-8.
  case string
  /// A table.
  case table
  /// A Lua or native function.
  case function
  /// A native object, or another library's.
  case object
  /// A coroutine.
  case thread

  init(_ type: Int32) {
    switch type {
    case LUA_TNIL: self = .nil
    case LUA_TBOOLEAN: self = .boolean
    case LUA_TNUMBER: self = .number
    case LUA_TSTRING: self = .string
    case LUA_TTABLE: self = .table
    case LUA_TFUNCTION: self = .function
    case LUA_TUSERDATA, LUA_TLIGHTUSERDATA: self = .object
    case LUA_TTHREAD: self = .thread
    default: self = .none
    }
  }
}
