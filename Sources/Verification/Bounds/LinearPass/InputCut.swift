import Essentials

/// A half-space {x : Σ coefficients · x + constant >= 0} of the inputs, in which all that are in question lie.
///
/// A search for inputs where a function is positive may leave out all those where an upper bound of it is not, and bound
/// neurons anew over what is left: the output restricts the layers below it (INVPROP: Kotha et al., "Provably Bounding
/// Neural Network Preimages", NeurIPS 2023).
package struct InputCut {
  let coefficients: [Double]
  let constant: Double
  /// The most that Σ |coefficient| · |x| can be.
  private let size: Double

  /// The half-space's part of `region`, and of what is inside it.
  package init(coefficients: [Double], constant: Double, of region: any InputRegion) {
    (self.coefficients, self.constant) = (coefficients, constant)
    size = InputCut.size(coefficients, region.reach)
  }

  private static func size(_ coefficients: some Sequence<Double>, _ reach: [Double]) -> Double {
    zip(coefficients, reach).reduce(0) { $0 + abs($1.0) * $1.1 }
  }

  /// `support` of a list of coefficients.
  package func support(_ c: [Double], over region: any InputRegion) -> Support {
    var room = [Double](repeating: 0, count: 2 * c.count)
    return room.withUnsafeMutableBufferPointer { room in
      c.withUnsafeBufferPointer { c in
        guard let room = room.baseAddress, let c = c.baseAddress else { return Support(value: 0, error: 0) }
        return support(
          c, over: region, reach: region.reach, room: room,
          workspace: SupportWorkspace(inputCount: region.inputCount))
      }
    }
  }

  /// How many multipliers are tried.
  private static let trials = 8

  /// The maximum of Σ c · x over the part of a region in the half-space, or more: of all multipliers g >= 0, the least
  /// maximum over the region of Σ (c + g · coefficients) · x + g · constant, which is convex in g.
  ///
  /// - Parameters:
  ///   - reach: the largest possible size of each input.
  ///   - room: for two numbers per input.
  func support(
    _ c: UnsafePointer<Double>, over region: any InputRegion, reach: [Double], room: UnsafeMutablePointer<Double>,
    workspace: SupportWorkspace
  ) -> Support {
    let count = coefficients.count
    let (sum, point) = (room, room + count)
    let ownSize = InputCut.size(UnsafeBufferPointer(start: c, count: count), reach)
    /// The maximum with multiplier g, and its derivative by g.
    func tried(_ g: Double) -> (support: Support, slope: Double) {
      for input in 0..<count { sum[input] = c[input] + g * coefficients[input] }
      let support = region.support(sum, maximizer: point, workspace: workspace)
      let value = support.value + g * constant
      // The sums' rounding, the product's and the last sum's.
      let error =
        support.error
        + Rounding.error(
          terms: 4, size: ownSize + g * size + abs(support.value) + g * abs(constant))
      var slope = constant
      for input in 0..<count { slope += coefficients[input] * point[input] }
      return (Support(value: value, error: error), slope)
    }
    var best = region.support(c, maximizer: point, workspace: workspace)
    var slope = constant
    for input in 0..<count { slope += coefficients[input] * point[input] }
    guard slope < 0, size > 0, ownSize.isFinite else { return best }
    // Tangents of a convex function from both sides of its minimum meet below it.
    var low = (g: 0.0, value: best.value, slope: slope)
    var high: (g: Double, value: Double, slope: Double)?
    var g = ownSize / size
    for _ in 0..<InputCut.trials {
      let (support, slope) = tried(g)
      if support.upperBound < best.upperBound { best = support }
      if slope < 0 { low = (g, support.value, slope) } else { high = (g, support.value, slope) }
      guard let high else {
        g *= 4
        continue
      }
      g = (high.value - high.slope * high.g - low.value + low.slope * low.g) / (low.slope - high.slope)
      guard g > low.g, g < high.g else { break }
    }
    return best
  }
}
