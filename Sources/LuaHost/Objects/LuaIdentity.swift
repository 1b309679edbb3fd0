/// The word that marks userdata of one Swift class.
@usableFromInline
enum LuaIdentity {
  /// The address of the class's metadata, which is unique and never freed.
  @inlinable
  static func of<Object: LuaObject>(_ type: Object.Type) -> UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: ObjectIdentifier(type)))
  }
}
