import Essentials
import Networks
import Pruning
import Tensors

/// A uniform number for every weight: a criterion without sense for tests of what prunes.
struct Chance: Criterion {
  let seed: UInt64
  var name: String { "chance" }

  func scores(of index: Int, in network: Network) throws -> Tensor {
    var random = RandomSource(seed: seed &+ UInt64(index))
    let weight = network.layers[index].weight
    return try Tensor((0..<weight.count).map { _ in random.uniform() }, shape: weight.shape)
  }
}
