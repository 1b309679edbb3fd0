import Essentials

/// Some of the neurons of a layer.
public struct NeuronSet: Equatable, Sendable {
  /// How many neurons the layer has.
  public let width: Int
  /// How many of them are in the set.
  public let count: Int
  /// Whether each is; empty where all or none are.
  @usableFromInline let flags: [Bool]

  /// The neurons whose flag is true, of a layer with one flag for each.
  public init(_ flags: [Bool]) {
    width = flags.count
    count = flags.reduce(0) { $0 + ($1 ? 1 : 0) }
    self.flags = count == 0 || count == width ? [] : flags
  }

  private init(width: Int, count: Int) {
    self.width = width
    self.count = count
    flags = []
  }

  /// All of `width` neurons.
  public static func all(of width: Int) -> NeuronSet { NeuronSet(width: width, count: width) }

  /// None of `width` neurons.
  public static func none(of width: Int) -> NeuronSet { NeuronSet(width: width, count: 0) }

  /// Whether every neuron is in the set.
  @inlinable @inline(__always) public var isAll: Bool { count == width }
  /// Whether no neuron is.
  @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

  /// Whether a neuron is in the set.
  @inlinable @inline(__always)
  public func contains(_ neuron: Int) -> Bool { isAll || !isEmpty && flags[neuron] }
}
