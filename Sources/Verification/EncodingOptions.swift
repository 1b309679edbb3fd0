/// Choices of an encoding.
public struct EncodingOptions: Sendable {
  /// Give every output a column of its own, for scripts that constrain outputs or maximise other functions of them.
  /// Off by default: the margin's row then takes the last layer's weights directly, and neurons that only feed other
  /// outputs vanish.
  public var encodesOutputs = false

  /// The defaults.
  public init() {}
}
