import LuaHost

/// A Swift value that scripts can hold although it is no object of a class of its own.
public protocol LuaBoxable {
  /// The name in messages and annotations, such as "vnn.Problem".
  static var luaTypeName: String { get }
  /// Registers fields, methods and metamethods; see `LuaObject`.
  static func describe(_ type: LuaType<Box<Self>>)
  /// Roughly how many bytes the value keeps alive.
  var luaByteCount: Int { get }
}

extension LuaBoxable {
  /// 256: a small value.
  public var luaByteCount: Int { 256 }
}
