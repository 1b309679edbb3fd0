import Essentials
import Networks

/// A smaller network that computes the same function on a region, in real arithmetic exactly.
///
/// - Neurons that never fire in the region go.
/// - Neurons that always fire, or have no ReLU, are linear: when their weights depend on each other, or when there are more of them than
///   the next layer has neurons, fewer do the same.
/// - A layer that consists of such neurons only is folded into the next.
///
/// T. Serra, A. Kumar, S. Ramalingam, "Lossless Compression of Deep Neural Networks", CPAIOR 2020, algorithm 1. The
/// replacement by as many neurons as the next layer has is vnnlua's own: each computes one of the linear functions that
/// the next layer reads, shifted so that it is never negative in the region, or without a ReLU where the layer has such
/// neurons anyway.
public struct LosslessReduction {
  /// The smaller network.
  public let network: Network
  /// Neurons that never fire in the region and were removed.
  public private(set) var removedCount = 0
  /// By how many neurons the always active ones became fewer, folded layers not counted.
  public private(set) var mergedCount = 0
  /// Layers that were folded into the next.
  public private(set) var foldedCount = 0

  /// Layers are written out for the work.
  private static let largestLayer = 1 << 27

  /// Reduces `network`, which stays as it is.
  ///
  /// - Parameter ranges: what the preactivations can be in the region.
  /// - Throws: `Misuse` when network and ranges do not fit; `OutsideFailure` when OpenBLAS is missing.
  public init(_ network: Network, over ranges: RegionRanges) throws {
    try ranges.check(network)
    guard network.layers.allSatisfy({ $0.outputCount * $0.inputCount <= LosslessReduction.largestLayer }) else {
      throw Misuse("lossless: expected layers of at most \(LosslessReduction.largestLayer) weights, zeros included")
    }
    var layers = network.layers.indices.map { index in
      ReducedLayer(network.layers[index], lower: ranges.lower[index], upper: ranges.upper[index])
    }
    var inputs = (lower: ranges.inputLower[0], upper: ranges.inputUpper[0])
    var index = 0
    while index < layers.count - 1 {
      let stays = layers[index].upper.indices.filter { !layers[index].isInactive($0) }
      removedCount += layers[index].count - stays.count
      layers[index].keep(rows: stays)
      layers[index + 1].keep(columns: stays)
      if layers[index].lower.indices.allSatisfy({ layers[index].isLinear($0) }) {
        let folded = layers.remove(at: index)
        layers[index].fold(folded)
        foldedCount += 1
        continue
      }
      var (layer, next) = (layers[index], layers[index + 1])
      mergedCount += ReducedLayer.merge(&layer, into: &next, inputs: inputs)
      (layers[index], layers[index + 1]) = (layer, next)
      inputs = layers[index].outputs
      index += 1
    }
    self.network = try Network(layers: try layers.map { try $0.layer() }, metadata: network.metadata)
  }
}
