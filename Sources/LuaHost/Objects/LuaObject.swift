/// A class whose objects scripts can hold.
///
/// Lua's userdata retains the object until it is collected or closed (`local x <close> = …`). The class must be final.
public protocol LuaObject: AnyObject {
  /// The name in messages and annotations, such as "vnn.Tensor".
  static var luaTypeName: String { get }

  /// Roughly how many bytes the object keeps alive, so that Lua's collector runs in time; 64 by default. It is read
  /// once, when the object is pushed.
  var luaByteCount: Int { get }

  /// Where the object's numbers lie, if it has any and they never move: then `object[position]` and the method
  /// `luaElementMethod` read them without entering Swift. It is read once, when the object is pushed.
  var luaWindow: LuaWindow? { get }

  /// The method that reads one element, given a position for each axis, in case there is a window.
  static var luaElementMethod: String? { get }

  /// The object that `bytes` stand for, which a value of this class was pushed as; see `Call.pushPlain`. nil for classes
  /// that are always pushed as objects.
  static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Self?

  /// Registers fields, methods and metamethods. Called when the first object of the class is pushed.
  static func describe(_ type: LuaType<Self>)
}

extension LuaObject {
  /// 64: a small object.
  public var luaByteCount: Int { 64 }
  /// No window.
  public var luaWindow: LuaWindow? { nil }
  /// None.
  public static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Self? { nil }
  /// No such method.
  public static var luaElementMethod: String? { nil }
}
