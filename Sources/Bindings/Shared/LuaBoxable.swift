import LuaHost

/// A Swift value that scripts can hold although it is no object of a class of its own.
public protocol LuaBoxable {
  /// The name in messages and annotations, such as "vnn.Problem".
  static var luaTypeName: String { get }
  /// Registers fields, methods and metamethods; see `LuaObject`.
  static func describe(_ type: LuaType<Box<Self>>)
  /// Roughly how many bytes the value keeps alive.
  var luaByteCount: Int { get }
  /// Pushes the value: in a box, or as bytes; see `Call.pushPlain`.
  func push(on call: Call) -> Int
  /// The value that was pushed as `bytes`; nil for types that are pushed in boxes.
  static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Self?
}

extension LuaBoxable {
  /// 256: a small value.
  public var luaByteCount: Int { 256 }
  /// Pushes a box.
  public func push(on call: Call) -> Int { call.push(Box(self)) }
  /// None.
  public static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Self? { nil }
}

extension LuaBoxable where Self: BitwiseCopyable {
  /// Pushes the bytes.
  public func push(on call: Call) -> Int {
    call.pushPlain(Box<Self>.self, byteCount: MemoryLayout<Self>.size) { $0.storeBytes(of: self, as: Self.self) }
  }
  /// The bytes as a value.
  public static func ofPlain(_ bytes: UnsafeRawBufferPointer) -> Self? { bytes.load(as: Self.self) }
}
