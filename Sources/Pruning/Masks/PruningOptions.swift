/// What is pruned and how the amount is shared out.
public struct PruningOptions: Sendable {
  /// The unit of pruning.
  public enum Structure: String, Sendable, CaseIterable {
    /// Single weights.
    case unstructured
    /// Whole neurons: row, bias and the next layer's column go together.
    case structured
  }

  /// Where the lowest scores are looked for.
  public enum Scope: String, Sendable, CaseIterable {
    /// In every layer for itself: each loses the same share.
    case layerwise
    /// In all layers together.
    case global
    /// In every neuron for itself: each loses the same share of its incoming weights. For single weights only.
    case rowwise
  }

  /// Which layers take part.
  public enum Layers: Sendable, Equatable {
    /// The hidden layers.
    case hidden
    /// The output layer too, as in the paper's published runs.
    case all
    /// These, counted from 0.
    case some([Int])
  }

  /// Weights or neurons; weights by default.
  public var structure = Structure.unstructured
  /// Layerwise, global or rowwise; layerwise by default.
  public var scope = Scope.layerwise
  /// The layers that take part; the hidden ones by default.
  public var layers = Layers.hidden
  /// Structured pruning only: leave the bias of a removed neuron, and the next layer's weights on it, so that it goes on
  /// to output the constant ReLU(bias). PyTorch's structured pruning, and so the paper's published runs, do this; off
  /// by default.
  public var keepsBiases = false

  /// The defaults.
  public init() {}
}
