import Essentials
import Networks
import Tensors

/// Which parameters of a network stay: one 0/1 tensor per weight and per bias, in their shapes.
public struct Mask {
  /// 1 where the weight stays and 0 where it is pruned, one tensor per layer.
  public let weights: [Tensor]
  /// 1 where the bias stays and 0 where it is pruned, one tensor per layer.
  public let biases: [Tensor]

  /// A mask of given tensors.
  ///
  /// - Throws: `Misuse` unless they are 0/1 and shaped like the parameters of some network.
  public init(weights: [Tensor], biases: [Tensor]) throws {
    guard weights.count == biases.count, !weights.isEmpty else {
      throw Misuse("mask: expected one bias per weight, got \(weights.count) weights and \(biases.count) biases")
    }
    for (index, (weight, bias)) in zip(weights, biases).enumerated() {
      guard !weight.shape.isEmpty, bias.shape.count == 1, weight.shape.count != 2 || bias.shape == [weight.shape[0]]
      else {
        throw Misuse(
          "mask: layer \(index + 1): expected a weight of shape outputs x inputs and a bias of outputs, got "
            + "\(Tensor.describe(shape: weight.shape)) and \(Tensor.describe(shape: bias.shape))")
      }
      for value in weight.array + bias.array where value != 0 && value != 1 {
        throw Misuse("mask: layer \(index + 1): expected zeros and ones, got \(value)")
      }
    }
    self.weights = weights.map { $0.contiguous() }
    self.biases = biases.map { $0.contiguous() }
  }

  /// The mask that keeps every parameter of `network`.
  public init(keepingAllOf network: Network) {
    weights = network.layers.map { Mask.ones($0.weight.shape) }
    biases = network.layers.map { Mask.ones($0.bias.shape) }
  }

  /// The mask that keeps the weights of `network` that are not zero, and every bias.
  public init(nonzerosOf network: Network) {
    weights = network.layers.map { layer in
      let mask = Mask.ones(layer.weight.shape)
      for index in 0..<mask.count where layer.weight.base[index] == 0 { mask.base[index] = 0 }
      return mask
    }
    biases = network.layers.map { Mask.ones($0.bias.shape) }
  }

  private static func ones(_ shape: [Int]) -> Tensor {
    let tensor = Tensor.zeros(shape)
    for index in 0..<tensor.count { tensor.base[index] = 1 }
    return tensor
  }

  /// A mask with tensors of its own.
  public func copy() throws -> Mask { try Mask(weights: weights.map { $0.copy() }, biases: biases.map { $0.copy() }) }

  /// What both masks keep.
  ///
  /// - Throws: `Misuse` when they belong to networks of different widths.
  public func and(_ other: Mask) throws -> Mask { try combined(with: other) { $0 != 0 && $1 != 0 } }

  /// What at least one of the masks keeps.
  ///
  /// - Throws: `Misuse` when they belong to networks of different widths.
  public func or(_ other: Mask) throws -> Mask { try combined(with: other) { $0 != 0 || $1 != 0 } }

  private func combined(with other: Mask, _ rule: (Double, Double) -> Bool) throws -> Mask {
    guard weights.map(\.shape) == other.weights.map(\.shape) else {
      throw Misuse("mask: expected masks of equal shapes, got \(shapeText) and \(other.shapeText)")
    }
    func combine(_ a: Tensor, _ b: Tensor) -> Tensor {
      let result = Tensor.zeros(a.shape)
      for index in 0..<result.count { result.base[index] = rule(a.base[index], b.base[index]) ? 1 : 0 }
      return result
    }
    return try Mask(
      weights: zip(weights, other.weights).map { combine($0, $1) },
      biases: zip(biases, other.biases).map { combine($0, $1) })
  }

  private var shapeText: String { weights.map { Tensor.describe(shape: $0.shape) }.joined(separator: ", ") }

  /// Checks that the mask has the shapes of `network`.
  ///
  /// - Throws: `Misuse` when not.
  public func check(_ network: Network) throws {
    let shapes = network.layers.map(\.weight.shape)
    guard weights.map(\.shape) == shapes, biases.map(\.shape) == network.layers.map(\.bias.shape) else {
      throw Misuse(
        "mask: expected weights of \(shapes.map { Tensor.describe(shape: $0) }.joined(separator: ", ")), "
          + "got \(shapeText)")
    }
  }

  /// A new network with pruned parameters exactly 0.0 and the others untouched, bit for bit.
  ///
  /// - Throws: `Misuse` when the shapes differ.
  public func apply(to network: Network) throws -> Network {
    try check(network)
    let result = try network.copy()
    for (index, layer) in result.layers.enumerated() {
      // Assigned, not multiplied: a negative weight times 0 would be -0.0.
      for place in 0..<layer.weight.count where weights[index].base[place] == 0 { layer.weight.base[place] = 0 }
      for place in 0..<layer.bias.count where biases[index].base[place] == 0 { layer.bias.base[place] = 0 }
    }
    return result
  }

  /// The number of weights of layer `index` that stay.
  public func keptWeights(ofLayer index: Int) -> Int {
    var kept = 0
    for place in 0..<weights[index].count where weights[index].base[place] != 0 { kept += 1 }
    return kept
  }

  /// The layers that keep no weight at all, counted from 0: what comes after them is constant.
  public var emptyLayers: [Int] { weights.indices.filter { keptWeights(ofLayer: $0) == 0 } }

  /// The share of all weights that is pruned.
  public var sparsity: Double {
    let total = weights.reduce(0) { $0 + $1.count }
    let kept = weights.indices.reduce(0) { $0 + keptWeights(ofLayer: $1) }
    return 1 - Double(kept) / Double(total)
  }
}
