import Essentials
import Testing
import Verification

@Suite struct SupportTests {
  @Test(arguments: 0..<40) func agreesWithALinearProgram(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let rows = 1 + random.below(4)
    let count = rows * (1 + random.below(5))
    for region in try RandomProblems.regions(count, rows: rows, epsilon: random.uniform(0, 4), using: &random) {
      // Ties, zeros and both signs.
      let c = (0..<count).map { _ in random.below(4) == 0 ? [0, 1, -1][random.below(3)] : random.normal() }
      let (support, maximizer) = try region.support(c)
      let expected = try Reference.support(c, over: region)
      #expect(abs(support.value - expected) < 1e-7, "seed \(seed), \(region.norm)")
      #expect(region.contains(maximizer, tolerance: 1e-12), "seed \(seed), \(region.norm)")
      let attained = zip(c, maximizer).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(attained - support.value) < 1e-12 * (1 + abs(attained)), "seed \(seed), \(region.norm)")
    }
  }

  /// Inputs and budget are multiples of 2^-8, so the maximiser is exact and extended precision tells the true value.
  @Test(arguments: 0..<20) func upperBoundSurvivesRounding(seed: Int) throws {
    var random = RandomSource(seed: UInt64(100 + seed))
    let count = 784
    let center = (0..<count).map { _ in Double(random.below(257)) / 256 }
    let zeros = [Double](repeating: 0, count: count)
    let ones = [Double](repeating: 1, count: count)
    let epsilon = Double(random.below(2000)) / 256
    let regions: [any InputRegion] = [
      try L1Ball(center: center, epsilon: epsilon, lower: zeros, upper: ones),
      try RowMaxBall(center: center, epsilon: epsilon, rows: 28, lower: zeros, upper: ones),
      try LInfinityBall(center: center, epsilon: epsilon / 8, lower: zeros, upper: ones),
    ]
    // Coefficients of very different sizes, so that sums lose digits.
    let c = (0..<count).map { _ in random.normal() * [1e-9, 1, 1e9][random.below(3)] }
    for region in regions {
      let (support, maximizer) = try region.support(c)
      #expect(region.distance(of: maximizer) <= epsilon)
      let exact = zip(c, maximizer).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * Reference.Wide($1.1) }
      #expect(Reference.Wide(support.upperBound) >= exact, "seed \(seed), \(region.norm)")
      #expect(support.error <= 1e-12 * zip(c, ones).reduce(0) { $0 + abs($1.0) } + 1e-280)
    }
  }

  @Test func spendsTheWholeBudgetOnTheBestInputs() throws {
    let ball = try L1Ball(center: [0.5, 0.5, 0.5], epsilon: 0.7, lower: [0, 0, 0], upper: [1, 1, 1])
    let (support, maximizer) = try ball.support([1, -3, 0.5])
    #expect(maximizer == [0.7, 0, 0.5])
    #expect(abs(support.value - (0.7 - 0 + 0.25)) < 1e-15)
  }

  @Test func aRowMovesTogether() throws {
    let ball = try RowMaxBall(
      center: [0.5, 0.5, 0.5, 0.5], epsilon: 0.5, rows: 2, lower: [0, 0, 0, 0], upper: [1, 1, 1, 1])
    let (support, maximizer) = try ball.support([1, 1, -1.5, 0])
    #expect(maximizer == [1, 1, 0.5, 0.5])
    #expect(support.value == 1.25)
  }

  /// The last step of the knapsack counts, however small it is: here a 2^-40th of the budget, with gains of 1 per unit.
  @Test func spendsTheSmallestRest() throws {
    let almost = 1 - 0x1p-40
    let ones = [1.0, 1]
    for region: any InputRegion in [
      try L1Ball(center: [0, 0], epsilon: 1, lower: [0, 0], upper: [almost, 1]),
      try RowMaxBall(center: [0, 0], epsilon: 1, rows: 2, lower: [0, 0], upper: [almost, 1]),
    ] {
      let (support, maximizer) = try region.support(ones)
      #expect(support.value == 1 && support.upperBound >= 1 && support.error < 0x1p-42, "\(region.norm)")
      #expect(maximizer.reduce(0, +) == 1, "\(region.norm)")
      #expect(try -region.support([-1, -1]).support.value == 0, "\(region.norm)")
    }
  }

  @Test func zeroBudgetIsThePoint() throws {
    let center = [0.25, 0.75]
    for region: any InputRegion in [
      try L1Ball(center: center, epsilon: 0, lower: [0, 0], upper: [1, 1]),
      try LInfinityBall(center: center, epsilon: 0, lower: [0, 0], upper: [1, 1]),
      try RowMaxBall(center: center, epsilon: 0, rows: 1, lower: [0, 0], upper: [1, 1]),
    ] {
      #expect(region.lower == center && region.upper == center)
      #expect(try region.support([1, -2]).maximizer == center)
      #expect(region.project([5, -5]) == center)
    }
  }

  @Test func refusesWrongCoefficients() throws {
    let ball = try L1Ball(center: [0, 0], epsilon: 1, lower: [0, 0], upper: [1, 1])
    #expect(throws: Misuse.self) { try ball.support([1]) }
    #expect(throws: Misuse.self) { try ball.support([1, .nan]) }
  }
}
