import Essentials
import Tensors

extension Network {
  /// The value sum_k w_k y_k of a combination of outputs at one input, and its gradient with respect to the input.
  ///
  /// At a ReLU whose preactivation is exactly zero the derivative is taken as zero.
  ///
  /// - Parameters:
  ///   - input: as many numbers as the network has inputs.
  ///   - outputWeights: w, one per output; +1 at the target and -1 at the class give the margin of an attack.
  /// - Throws: `Misuse` for other lengths.
  public func inputGradient(_ input: [Double], outputWeights: [Double]) throws -> (value: Double, gradient: [Double]) {
    try checkInput(input.count)
    guard outputWeights.count == outputCount else {
      throw Misuse("input gradient: expected \(outputCount) output weights, got \(outputWeights.count)")
    }
    var value = 0.0
    let gradient = [Double](unsafeUninitializedCapacity: inputCount) { gradient, count in
      input.withUnsafeBufferPointer { input in
        outputWeights.withUnsafeBufferPointer { weights in
          value = inputGradient(input, outputWeights: weights, into: gradient)
        }
      }
      count = inputCount
    }
    return (value, gradient)
  }

  /// Writes the gradient of sum_k w_k y_k to `gradient` and returns the sum, without allocating on the heap for
  /// ordinary widths; see `inputGradient(_:outputWeights:)`.
  ///
  /// - Precondition: the buffers hold `inputCount`, `outputCount` and `inputCount` numbers.
  public func inputGradient(
    _ input: UnsafeBufferPointer<Double>, outputWeights: UnsafeBufferPointer<Double>,
    into gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    guard let x = input.baseAddress, let w = outputWeights.baseAddress, let result = gradient.baseAddress else {
      return 0
    }
    let total = kernels.reduce(0) { $0 + $1.outputCount }
    let widest = kernels.reduce(0) { max($0, $1.outputCount) }
    var value = 0.0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: total + 2 * widest) { scratch in
      guard let base = scratch.baseAddress else { return }
      // Forward: the values of every layer, one after the other, behind the ReLUs.
      var source = x
      var place = base
      for layer in kernels {
        layer.apply(source, place)
        layer.rectify(place)
        source = UnsafePointer(place)
        place += layer.outputCount
      }
      for k in 0..<outputCount { value += w[k] * source[k] }
      // Backward: `above` is the gradient with respect to a layer's outputs.
      let spare = base + total
      var above = w
      for index in kernels.indices.reversed() {
        let layer = kernels[index]
        let target = index == 0 ? result : spare + (index & 1) * widest
        layer.multiplyTransposed(above, into: target)
        guard index > 0 else { break }
        place -= layer.outputCount
        let below = place - layer.inputCount
        kernels[index - 1].maskGradient(target, outputs: below)
        above = UnsafePointer(target)
      }
    }
    return value
  }
}
