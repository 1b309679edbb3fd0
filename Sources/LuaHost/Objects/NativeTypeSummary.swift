/// What a native class offers to scripts, for tests of the annotations.
public struct NativeTypeSummary: Sendable {
  /// The name in messages and annotations, such as "vnn.Tensor".
  public let name: String
  /// What is called as `object:name(…)`, in the order of registration.
  public let methodNames: [String]
  /// What is read as `object.name`, in the order of registration.
  public let fieldNames: [String]

  /// Looks at a class.
  public init<Object: LuaObject>(_ type: Object.Type) {
    name = type.luaTypeName
    methodNames = LuaType<Object>.methodNames
    fieldNames = LuaType<Object>.fieldNames
  }
}
