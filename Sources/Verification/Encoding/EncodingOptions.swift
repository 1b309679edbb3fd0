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

  /// Parts of an undecided neuron's inputs. 1, the default, is the big-M encoding; 2 to 4 have a tighter relaxation and
  /// more columns (Tsay et al., NeurIPS 2021).
  public var partitions = 1

  /// The defaults.
  public init() {}
}
