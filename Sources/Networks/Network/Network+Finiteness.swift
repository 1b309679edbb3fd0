import Essentials
import Tensors

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
            + layer.weight.place(of: bad))
      }
      for place in 0..<layer.bias.count where !layer.bias.base[place].isFinite {
        throw Misuse(
          "\(operation): expected finite biases, got \(layer.bias.base[place]) in layer \(number + 1) at [\(place + 1)]"
        )
      }
      withExtendedLifetime(layer) {}
    }
  }
}

extension Tensor {
  /// The place of an element as scripts count it: `[2, 5]`.
  package func place(of element: Int) -> String {
    let position = Tensor.rowMajorStrides(shape).enumerated().map { axis, stride in
      String(element / stride % max(shape[axis], 1) + 1)
    }
    return "[\(position.joined(separator: ", "))]"
  }
}
