import CKernels
import Networks

extension DenseLayer {
  /// Σ_i |W_ni| · reach_i, and |b_n| unless it is left out, of neuron n: no partial sum of its preactivation is larger in
  /// size, where no input is larger than its reach.
  package func size(of neuron: Int, reach: [Double], withBias: Bool = true) -> Double {
    let row = weight.base + neuron * inputCount
    var sum = withBias ? abs(bias.base[neuron]) : 0
    for input in 0..<inputCount { sum += abs(row[input]) * reach[input] }
    return sum
  }

  /// Overwrites `result`, of `inputCount` numbers, with Σ_n numbers[n] · W_ni.
  @inline(__always)
  func multiplyTransposed(_ numbers: UnsafePointer<Double>?, into result: UnsafeMutablePointer<Double>?) {
    guard let numbers, let result else { return }
    kernel_affine_transposed(weight.base, numbers, result, outputCount, inputCount)
  }
}
