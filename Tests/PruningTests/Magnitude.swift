import Networks
import Pruning
import Tensors

/// The absolute value of a weight: a plain criterion for tests of what prunes.
struct Magnitude: Criterion {
  var name: String { "magnitude" }

  func scores(of index: Int, in network: Network) throws -> Tensor {
    let weight = network.layers[index].weight
    return try Tensor(weight.array.map { abs($0) }, shape: weight.shape)
  }
}
