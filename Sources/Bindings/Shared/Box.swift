import LuaHost

/// The object that carries a value into Lua.
public final class Box<Value: LuaBoxable>: LuaObject {
  /// What is carried.
  public var value: Value

  /// Makes an object around `value`.
  public init(_ value: Value) { self.value = value }

  /// The value's own name.
  public static var luaTypeName: String { Value.luaTypeName }
  /// The value's own estimate.
  public var luaByteCount: Int { value.luaByteCount }
  /// The value's own bytes, in a box.
  public static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Box<Value>? { Value.ofPlain(bytes).map { Box($0) } }
  /// What the value registers.
  public static func describe(_ type: LuaType<Box<Value>>) { Value.describe(type) }
}

extension Call {
  /// Pushes `value` as an object of its type.
  @discardableResult
  func push(boxed value: some LuaBoxable) -> Int { value.push(on: self) }

  /// The value of type `Value` at `position`.
  func boxed<Value: LuaBoxable>(_ position: Int, as type: Value.Type = Value.self) throws -> Value {
    try boxedIfAny(position) ?? object(position, as: Box<Value>.self).value
  }

  /// The value at `position` if it is one of type `Value`, otherwise nil.
  func boxedIfAny<Value: LuaBoxable>(_ position: Int, as type: Value.Type = Value.self) -> Value? {
    if let bytes = plainBytes(position, as: Box<Value>.self) { return Value.ofPlain(bytes) }
    return objectIfAny(position, as: Box<Value>.self)?.value
  }

  /// The value of type `Value` at `position`; nil when there is none.
  func optionalBoxed<Value: LuaBoxable>(_ position: Int, as type: Value.Type = Value.self) throws -> Value? {
    isNil(position) ? nil : try boxed(position)
  }
}
