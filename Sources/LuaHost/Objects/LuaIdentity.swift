/// The word that marks userdata of one Swift class.
@usableFromInline
enum LuaIdentity {
  /// The address of the class's metadata, which is unique and never freed.
  @inlinable
  static func of<Object: LuaObject>(_ type: Object.Type) -> UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: ObjectIdentifier(type)))
  }

  /// Under which key the registry has the metatable of a class: of its objects, or of its values held as bytes.
  static func ofMetatable(_ identity: UnsafeMutableRawPointer?, isPlain: Bool) -> UnsafeMutableRawPointer? {
    isPlain ? identity.map { $0 + 1 } : identity
  }
}
