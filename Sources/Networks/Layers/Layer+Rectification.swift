/// What the ReLUs of a layer do to ranges of numbers: here, and nowhere else, it is decided that a passed neuron is
/// neither cut off nor ever undecided. What they do to numbers is `LayerKernel`'s.
extension Layer {
  /// What is known about a neuron whose preactivation lies between two bounds; a passed one does as an active one does.
  @inline(__always)
  package func stability(of neuron: Int, lower: Double, upper: Double) -> Stability {
    guard rectified.contains(neuron) else { return .active }
    return upper <= 0 ? .inactive : lower >= 0 ? .active : .unstable
  }

  /// The largest possible size of each neuron's output, given the ranges of the preactivations.
  package func reach(lower: [Double], upper: [Double]) -> [Double] {
    // A ReLU never falls, so that what it makes of a bound is one.
    zip(outputs(of: lower), outputs(of: upper)).map { max(-$0, $1) }
  }

  /// The outputs of preactivations.
  package func outputs(of preactivations: [Double]) -> [Double] {
    if rectified.isAll { return preactivations.map { max($0, 0) } }
    return preactivations.enumerated().map { rectified.contains($0.offset) ? max($0.element, 0) : $0.element }
  }
}
