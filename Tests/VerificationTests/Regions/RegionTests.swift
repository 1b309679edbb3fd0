import Essentials
import MILP
import Testing
import Verification

@Suite struct RegionTests {
  /// p is the projection of y onto a convex set exactly when (y - p)·(z - p) <= 0 for every z in it.
  @Test(arguments: 0..<60) func projectionIsTheNearestPoint(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let rows = 2
    let count = rows * (1 + random.below(10))
    for region in try RandomProblems.regions(count, rows: rows, epsilon: random.uniform(0, 3), using: &random) {
      let y = (0..<count).map { _ in random.normal() * 2 }
      let p = region.project(y)
      #expect(region.violation(of: p) == 0, "seed \(seed), \(region.norm)")
      if region.norm == .l1RowMax { continue }
      let residual = zip(y, p).map { $0 - $1 }
      let reach = try region.support(residual).support.value
      let here = zip(residual, p).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(reach - here < 1e-9, "seed \(seed), \(region.norm)")
    }
  }

  @Test(arguments: 0..<10) func pointsOfTheRegionStayWhereTheyAre(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    for region in try RandomProblems.regions(12, rows: 3, epsilon: 1.5, using: &random) {
      for _ in 0..<100 {
        let x = region.sample(using: &random)
        #expect(region.violation(of: x) == 0, "seed \(seed), \(region.norm)")
        #expect(region.project(x) == x, "seed \(seed), \(region.norm)")
        for index in x.indices { #expect(region.lower[index] <= x[index] && x[index] <= region.upper[index]) }
      }
    }
  }

  @Test func projectionTakesStrangeInput() throws {
    let ball = try L1Ball(center: [0.5, 0.5], epsilon: 0.25, lower: [0, 0], upper: [1, 1])
    for x in [[Double.infinity, 0], [.nan, .nan], [-.infinity, .infinity], [1e300, -1e300]] {
      #expect(ball.violation(of: ball.project(x)) == 0, "\(x)")
    }
    #expect(ball.violation(of: [.nan, 0]) == .infinity)
    #expect(ball.violation(of: [0]) == .infinity)
  }

  @Test func samplesReachTheBoundary() throws {
    var random = RandomSource(seed: 7)
    for region in try RandomProblems.regions(12, rows: 3, epsilon: 1.5, using: &random) where region.epsilon.isFinite {
      let far = (0..<300).map { _ in region.distance(of: region.sample(using: &random)) }.max() ?? 0
      #expect(far > 0.99 * region.epsilon, "\(region.norm)")
    }
  }

  /// What `constrain` adds describes the region: maximising over the model gives the support.
  @Test(arguments: 0..<30) func modelRowsDescribeTheRegion(seed: Int) throws {
    var random = RandomSource(seed: UInt64(200 + seed))
    let rows = 1 + random.below(3)
    let count = rows * (1 + random.below(5))
    for region in try RandomProblems.regions(count, rows: rows, epsilon: random.uniform(0, 3), using: &random) {
      let c = (0..<count).map { _ in random.normal() }
      let model = Model()
      let x = try model.addVariables(count, lower: region.lower, upper: region.upper)
      let columns = try region.constrain(model, x)
      try model.setObjective(LinearExpression(c, x), .maximize)
      let optimum = try solve(model)
      #expect(abs(try region.support(c).support.value - optimum) < 1e-7, "seed \(seed), \(region.norm)")
      let point = region.sample(using: &random)
      var values = [Double](repeating: 0, count: model.columnCount)
      for (variable, value) in zip(x, point) { values[variable.index] = value }
      for column in columns { values[column.variable.index] = column.value(point) }
      #expect(violation(of: values, in: model) < 1e-12, "seed \(seed), \(region.norm)")
    }
  }

  /// The box around a region holds what no Float64 number tells from its ends.
  @Test func boxesOfRegionsAreRoundedOutward() throws {
    for epsilon in [0x1p-60, 0x1p-54] {
      let regions: [any InputRegion] = [
        try L1Ball(center: [1, -1], epsilon: epsilon, lower: [-2, -2], upper: [2, 2]),
        try LInfinityBall(center: [1, -1], epsilon: epsilon, lower: [-2, -2], upper: [2, 2]),
        try RowMaxBall(center: [1, -1], epsilon: epsilon, rows: 1, lower: [-2, -2], upper: [2, 2]),
      ]
      for region in regions {
        #expect(region.upper == [Double(1).nextUp, Double(-1).nextUp], "\(region.norm)")
        #expect(region.lower == [Double(1).nextDown, Double(-1).nextDown], "\(region.norm)")
      }
    }
    // Where nothing is rounded, nothing is widened.
    let exact = try L1Ball(center: [0.5], epsilon: 0.25, lower: [0], upper: [1])
    #expect(exact.lower == [0.25] && exact.upper == [0.75])
  }

  @Test func refusesImpossibleRegions() throws {
    func expectMisuse(_ center: [Double], _ epsilon: Double, _ lower: [Double], _ upper: [Double]) {
      #expect(throws: Misuse.self) { try L1Ball(center: center, epsilon: epsilon, lower: lower, upper: upper) }
      #expect(throws: Misuse.self) { try LInfinityBall(center: center, epsilon: epsilon, lower: lower, upper: upper) }
      #expect(throws: Misuse.self) {
        try RowMaxBall(center: center, epsilon: epsilon, rows: 1, lower: lower, upper: upper)
      }
    }
    expectMisuse([0.5], -1, [0], [1])
    expectMisuse([0.5], .nan, [0], [1])
    expectMisuse([0.5], .infinity, [0], [1])
    expectMisuse([1.5], 1, [0], [1])
    expectMisuse([0.5], 1, [1], [0])
    expectMisuse([.nan], 1, [0], [1])
    expectMisuse([0.5], 1, [0, 0], [1])
    expectMisuse([0.5], 1, [-.infinity], [1])
    expectMisuse([], 1, [], [])
    #expect(throws: Misuse.self) {
      try RowMaxBall(center: [0, 0, 0], epsilon: 1, rows: 2, lower: [0, 0, 0], upper: [1, 1, 1])
    }
  }
}
