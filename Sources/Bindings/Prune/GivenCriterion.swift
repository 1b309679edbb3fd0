import Essentials
import Networks
import Pruning
import Tensors

/// Scores that a script computed beforehand: one tensor per layer, shaped like its weight, or with one score per neuron.
struct GivenCriterion: Criterion {
  private let tensors: [Tensor]

  /// - Throws: `Misuse` unless there is one tensor per layer.
  init(_ tensors: [Tensor], for network: Network) throws {
    guard tensors.count == network.layers.count else {
      throw Misuse("criterion: expected scores for \(network.layers.count) layers, got \(tensors.count)")
    }
    self.tensors = tensors
  }

  var name: String { "criterion" }

  func scores(of index: Int, in network: Network) throws -> Tensor { tensors[index] }

  func neuronScores(of index: Int, in network: Network) throws -> [Double] {
    let layer = network.layers[index]
    if tensors[index].shape == [layer.unitCount] { return tensors[index].array }
    guard tensors[index].shape == layer.weight.shape else {
      throw Misuse(
        "criterion: expected \(layer.unitCount) neuron scores for layer \(index + 1), got "
          + Tensor.describe(shape: tensors[index].shape))
    }
    return try summedScores(of: index, in: network)
  }
}
