import Essentials
import Networks
import Tensors

/// A network with random parameters, some of them pruned to zero.
func randomNetwork(_ widths: [Int], seed: UInt64) throws -> Network {
  let network = try Network.initialized(widths: widths, seed: seed)
  var random = RandomSource(seed: seed)
  for layer in network.layers {
    for index in 0..<layer.weight.count where random.uniform() < 0.5 { layer.weight.base[index] = 0 }
  }
  return network
}

/// `count` random numbers in [-1, 1].
func randomNumbers(_ count: Int, _ random: inout RandomSource) -> [Double] {
  (0..<count).map { _ in 2 * random.uniform() - 1 }
}
