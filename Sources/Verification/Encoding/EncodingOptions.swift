import Embedding

/// Choices of an encoding.
public struct EncodingOptions: Sendable {
  /// What is asked for; the largest margin by default.
  public var objective = EncodingObjective.margin

  /// The least margin of the inputs whose distance is minimised; 0 by default.
  public var threshold = 0.0

  /// Give every output a column of its own, for scripts that constrain outputs or maximise other functions of them.
  /// Off by default: the margin's row then takes the last layer's weights directly, and neurons that only feed other
  /// outputs vanish.
  public var encodesOutputs = false

  /// How an undecided neuron becomes rows; big-M by default.
  public var formulation = Formulation.bigM

  /// The defaults.
  public init() {}
}
