import Essentials
import Tensors

extension Network {
  /// The outputs (logits) for one input, in Float64.
  ///
  /// - Parameter input: as many numbers as the network has inputs.
  /// - Throws: `Misuse` for another length.
  public func forward(_ input: [Double]) throws -> [Double] {
    try checkInput(input.count)
    return input.withUnsafeBufferPointer { input in
      [Double](unsafeUninitializedCapacity: outputCount) { output, count in
        forward(input, into: output)
        count = outputCount
      }
    }
  }

  /// Writes the outputs for `input` to `output` without allocating on the heap for ordinary widths.
  ///
  /// - Precondition: `input` holds `inputCount` numbers and `output` has room for `outputCount`.
  public func forward(_ input: UnsafeBufferPointer<Double>, into output: UnsafeMutableBufferPointer<Double>) {
    guard let first = input.baseAddress, let last = output.baseAddress else { return }
    let widest = kernels.reduce(0) { max($0, $1.outputCount) }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * widest) { scratch in
      guard let base = scratch.baseAddress else { return }
      var source = first
      for index in kernels.indices {
        let target = index == kernels.count - 1 ? last : base + (index & 1) * widest
        kernels[index].apply(source, target)
        kernels[index].rectify(target)
        source = UnsafePointer(target)
      }
    }
  }

  /// The preactivations of every layer for one input, first layer to last; the last entry is the outputs.
  ///
  /// - Throws: `Misuse` when `input` has another length than the network has inputs.
  public func preactivations(_ input: [Double]) throws -> [[Double]] {
    try checkInput(input.count)
    var result: [[Double]] = []
    result.reserveCapacity(layers.count)
    var current = input
    for layer in layers {
      let values = [Double](unsafeUninitializedCapacity: layer.outputCount) { output, count in
        current.withUnsafeBufferPointer {
          if let source = $0.baseAddress, let target = output.baseAddress { layer.kernel.apply(source, target) }
        }
        count = layer.outputCount
      }
      result.append(values)
      current = layer.outputs(of: values)
    }
    return result
  }

  /// The class of one input, 0-based: the position of the largest output, the first of equal ones.
  ///
  /// - Throws: `Misuse` when `input` has another length than the network has inputs.
  public func classify(_ input: [Double]) throws -> Int { Network.largest(try forward(input)) }

  /// The position of the largest value, the first of equal ones.
  static func largest(_ values: some Collection<Double>) -> Int {
    var best = 0
    var bestValue = -Double.infinity
    for (index, value) in values.enumerated() where value > bestValue {
      best = index
      bestValue = value
    }
    return best
  }

  func checkInput(_ count: Int) throws {
    guard count == inputCount else { throw Misuse("network: expected \(inputCount) inputs, got \(count)") }
  }
}
