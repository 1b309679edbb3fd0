/// Looks for slopes and multipliers that make a bound small: projected subgradient steps of Adam's size (Kingma and Ba,
/// ICLR 2015), as beta-CROWN does, on the convex dual function.
struct MultiplierOptimizer {
  /// Per neuron: running means of the derivative and of its square.
  private var moments: [(first: Double, second: Double)]
  private var best: [Double]
  /// The input at which the best bound was attained.
  private(set) var bestMaximizer: [Double]
  /// Per neuron: the step of a multiplier relative to that of a slope.
  private var scale: [Double]
  /// The first step of a slope.
  var rate = 0.3
  /// By how much steps shrink each time.
  var decay = 0.9

  init(_ relaxation: SplitRelaxation) {
    let count = relaxation.layout.count
    moments = [(Double, Double)](repeating: (0, 0), count: count)
    best = [Double](repeating: 0, count: count)
    scale = [Double](repeating: 1, count: count)
    bestMaximizer = [Double](repeating: 0, count: relaxation.region.inputCount)
  }

  /// Minimises the bound of `function` over the multipliers of `relaxation`, from where they are.
  ///
  /// - Parameters:
  ///   - iterations: evaluations, at least one.
  ///   - target: stop as soon as the bound is below.
  ///   - shouldStop: asked after every evaluation but the last; true takes the best so far.
  /// - Returns: the best bound; its multipliers are left in `relaxation`.
  mutating func minimize(
    _ function: LinearFunction, _ relaxation: SplitRelaxation, iterations: Int, below target: Double,
    shouldStop: () -> Bool = { false }
  ) -> Double {
    let count = relaxation.layout.offsets[function.depth]
    var bestBound = Double.infinity
    var rate = rate
    for place in 0..<count { moments[place] = (0, 0) }
    for step in 0..<max(iterations, 1) {
      let bound = relaxation.evaluate(function)
      if bound < bestBound || step == 0 {
        bestBound = bound
        best.withUnsafeMutableBufferPointer { best in
          for place in 0..<count { best[place] = relaxation.multipliers[place] }
        }
        bestMaximizer.withUnsafeMutableBufferPointer { point in
          for input in point.indices { point[input] = relaxation.maximizer[input] }
        }
        if bound < target { break }
      }
      if step + 1 == iterations || shouldStop() { break }
      relaxation.propagate(depth: function.depth)
      if step == 0 { measure(relaxation, depth: function.depth) }
      let firstShare = 1 / (1 - MultiplierOptimizer.power(0.9, step + 1))
      let secondShare = 1 / (1 - MultiplierOptimizer.power(0.99, step + 1))
      let (rateNow, scale) = (rate, scale)
      moments.withUnsafeMutableBufferPointer { moments in
        for place in 0..<count {
          let isSplit = relaxation.signs[place] != 0
          let derivative = relaxation.derivative(place)
          var (first, second) = moments[place]
          first += 0.1 * (derivative - first)
          second += 0.01 * (derivative * derivative - second)
          moments[place] = (first, second)
          guard first != 0 else { continue }
          let direction = first * firstShare / ((second * secondShare).squareRoot() + 1e-12)
          let moved = relaxation.multipliers[place] - rateNow * (isSplit ? scale[place] : 1) * direction
          relaxation.multipliers[place] = isSplit ? max(moved, 0) : min(max(moved, 0), 1)
        }
      }
      rate *= decay
    }
    for place in 0..<count { relaxation.multipliers[place] = best[place] }
    return bestBound
  }

  /// Multipliers are worth as much as the coefficients that they meet: the mean size per layer.
  private mutating func measure(_ relaxation: SplitRelaxation, depth: Int) {
    for index in 0..<depth {
      let range = relaxation.layout.range(index)
      var sum = 0.0
      for place in range { sum += abs(relaxation.coefficients[place]) }
      for place in range { scale[place] = sum / Double(range.count) }
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent { result *= base }
    return result
  }
}
