/// What the ReLUs of a layer do, to numbers and to ranges of numbers: here, and nowhere else, it is decided that a passed
/// neuron is neither cut off nor ever undecided.
extension Layer {
  /// Applies the ReLUs to the preactivations at `values`, one after the other for each of `rows` inputs.
  @inline(__always)
  package func rectify(_ values: UnsafeMutablePointer<Double>, rows: Int = 1) {
    if rectified.isAll {
      for k in 0..<rows * outputCount { values[k] = max(values[k], 0) }
    } else if !rectified.isEmpty {
      for row in 0..<rows {
        for k in 0..<outputCount where rectified.contains(k) {
          values[row * outputCount + k] = max(values[row * outputCount + k], 0)
        }
      }
    }
  }

  /// Turns the gradient with respect to the layer's outputs into that with respect to its preactivations, for each of
  /// `rows` inputs. At a ReLU whose preactivation is exactly zero the derivative is taken as zero.
  ///
  /// - Parameter outputs: the layer's outputs.
  @inline(__always)
  package func maskGradient(_ gradient: UnsafeMutablePointer<Double>, outputs: UnsafePointer<Double>, rows: Int = 1) {
    if rectified.isAll {
      for k in 0..<rows * outputCount where outputs[k] <= 0 { gradient[k] = 0 }
    } else if !rectified.isEmpty {
      for row in 0..<rows {
        for k in 0..<outputCount where rectified.contains(k) && outputs[row * outputCount + k] <= 0 {
          gradient[row * outputCount + k] = 0
        }
      }
    }
  }

  /// What is known about a neuron whose preactivation lies between two bounds; a passed one does as an active one does.
  @inline(__always)
  package func stability(of neuron: Int, lower: Double, upper: Double) -> Stability {
    guard rectified.contains(neuron) else { return .active }
    return upper <= 0 ? .inactive : lower >= 0 ? .active : .unstable
  }

  /// The range of a neuron's output, given that of its preactivation.
  @inline(__always)
  package func outputRange(of neuron: Int, lower: Double, upper: Double) -> (lower: Double, upper: Double) {
    rectified.contains(neuron) ? (max(lower, 0), max(upper, 0)) : (lower, upper)
  }

  /// The largest possible size of each neuron's output, given the ranges of the preactivations.
  package func reach(lower: [Double], upper: [Double]) -> [Double] {
    lower.indices.map { neuron in
      let range = outputRange(of: neuron, lower: lower[neuron], upper: upper[neuron])
      return max(-range.lower, range.upper)
    }
  }

  /// The outputs of preactivations.
  package func outputs(of preactivations: [Double]) -> [Double] {
    preactivations.enumerated().map { rectified.contains($0.offset) ? max($0.element, 0) : $0.element }
  }
}
