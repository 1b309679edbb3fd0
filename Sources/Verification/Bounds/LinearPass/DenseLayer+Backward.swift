import CKernels
import Networks

extension DenseLayer {
  /// Σ_i |W_ni| · reach_i of neuron n: how large its weighted sum can be, no input being larger than its reach.
  package func size(of neuron: Int, reach: [Double]) -> Double {
    let row = weight.base + neuron * inputCount
    var sum = 0.0
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
