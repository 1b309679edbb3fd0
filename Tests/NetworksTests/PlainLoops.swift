import Essentials
import Networks
import Tensors

/// The arithmetic of a network in plain loops, sharing nothing with the code under test but the layers' numbers.
enum PlainLoops {
  static func forward(_ network: Network, _ input: [Double]) -> [Double] {
    var values = input
    for (index, layer) in network.layers.enumerated() {
      let weight = layer.weight.array
      let bias = layer.bias.array
      values = (0..<layer.outputCount).map { row in
        var sum = bias[row]
        for column in 0..<layer.inputCount { sum += weight[row * layer.inputCount + column] * values[column] }
        return index < network.layers.count - 1 ? max(sum, 0) : sum
      }
    }
    return values
  }
}

/// A network with normal weights of moderate size and biases away from zero.
func randomNetwork(_ widths: [Int], seed: UInt64) throws -> Network {
  var random = RandomSource(seed: seed)
  let layers = try zip(widths, widths.dropFirst()).map { inputs, outputs in
    let weight = (0..<inputs * outputs).map { _ in random.normal() / Double(inputs).squareRoot() }
    let bias = (0..<outputs).map { _ in random.normal() * 0.3 }
    return try Layer(weight: Tensor(weight, shape: [outputs, inputs]), bias: Tensor(bias))
  }
  return try Network(layers: layers)
}

/// Pictures of random bytes, a share of them zero, with random labels.
func randomDataset(count: Int, inputs: Int, classes: Int, zeroShare: Double = 0, seed: UInt64) throws -> Dataset {
  var random = RandomSource(seed: seed)
  return try Dataset(
    name: "random", split: "train",
    pixels: (0..<count * inputs).map { _ in random.uniform() < zeroShare ? 0 : UInt8(1 + random.below(255)) },
    labels: (0..<count).map { _ in random.below(classes) }, rows: 1, columns: inputs,
    classNames: (0..<classes).map(String.init))
}

func randomInput(_ count: Int, seed: UInt64) -> [Double] {
  var random = RandomSource(seed: seed)
  return (0..<count).map { _ in random.uniform() }
}

/// All parameters, layer by layer.
func parameters(_ network: Network) -> [Double] { network.layers.flatMap { $0.weight.array + $0.bias.array } }

/// The largest difference between two lists of the same length.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}
