import Essentials

extension Network {
  /// - Parameter operation: what messages begin with.
  /// - Throws: `Misuse` naming the first parameter (1-based) that is infinite or NaN.
  package func checkParameters(for operation: String) throws {
    for (number, layer) in layers.enumerated() {
      let weight = UnsafeBufferPointer(start: layer.weight.base, count: layer.weight.count)
      // A sum with anything infinite or NaN in it is infinite or NaN; x - x finds out without a branch per weight.
      var probe = SIMD8<Double>.zero
      var index = 0
      while index + 8 <= weight.count {
        let part = UnsafeRawPointer(layer.weight.base + index).loadUnaligned(as: SIMD8<Double>.self)
        probe += part - part
        index += 8
      }
      let rest = weight[index...].allSatisfy(\.isFinite)
      if !probe.sum().isFinite || !rest, let bad = weight.firstIndex(where: { !$0.isFinite }) {
        throw Misuse(
          "\(operation): expected finite weights, got \(weight[bad]) in layer \(number + 1) at "
            + "[\(bad / layer.inputCount + 1), \(bad % layer.inputCount + 1)]")
      }
      for neuron in 0..<layer.outputCount where !layer.bias.base[neuron].isFinite {
        throw Misuse(
          "\(operation): expected finite biases, got \(layer.bias.base[neuron]) in layer \(number + 1) at [\(neuron + 1)]"
        )
      }
      withExtendedLifetime(layer) {}
    }
  }
}
