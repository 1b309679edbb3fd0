/// Orders in which the recheck sums the products of one Float32 neuron.
enum SummationOrder: CaseIterable {
  /// First to last, the products rounded.
  case forward
  /// Last to first, the products fused into the sum.
  case backwardFused
  /// Eight interleaved partial sums, as vector units do.
  case interleaved

  /// Σ weights[start + i] · values[i], the weights rounded to Float32 first.
  func sum(_ weights: [Double], from start: Int, _ values: [Float]) -> Float {
    var sum: Float = 0
    switch self {
    case .forward:
      for index in values.indices { sum += Float(weights[start + index]) * values[index] }
    case .backwardFused:
      for index in values.indices.reversed() { sum.addProduct(Float(weights[start + index]), values[index]) }
    case .interleaved:
      var parts = [Float](repeating: 0, count: 8)
      for index in values.indices { parts[index % 8] += Float(weights[start + index]) * values[index] }
      sum = ((parts[0] + parts[4]) + (parts[2] + parts[6])) + ((parts[1] + parts[5]) + (parts[3] + parts[7]))
    }
    return sum
  }
}
