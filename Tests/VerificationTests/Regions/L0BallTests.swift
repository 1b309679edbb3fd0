import Essentials
import MILP
import Networks
import Tensors
import Testing
import Verification

/// The `l0` ball against the plain definition: every choice of inputs that may change, one after the other.
@Suite struct L0BallTests {
  /// Every set of at most `size` of `count` inputs, as bits.
  private func choices(_ count: Int, atMost size: Int) -> [Int] {
    (0..<1 << count).filter { $0.nonzeroBitCount <= size }
  }

  /// Centre and box, multiples of 2^-8, some inputs at an end of their range and some without one.
  private func box(
    _ count: Int, using random: inout RandomSource
  ) -> (center: [Double], lower: [Double], upper: [Double]) {
    func number(_ size: Int) -> Double { Double(random.below(size + 1)) / 256 }
    let center = (0..<count).map { _ in number(512) - 1 }
    let lower = center.map { $0 - [0, number(256)][random.below(2)] }
    let upper = center.map { $0 + [0, number(256)][random.below(2)] }
    return (center, lower, upper)
  }

  private func ball(_ count: Int, _ changes: Int, using random: inout RandomSource) throws -> L0Ball {
    let (center, lower, upper) = box(count, using: &random)
    return try L0Ball(center: center, epsilon: Double(changes), lower: lower, upper: upper)
  }

  @Test(arguments: 0..<60) func supportIsTheBestChoice(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let count = 1 + random.below(8)
    for changes in 0...count + 1 {
      let ball = try ball(count, changes, using: &random)
      // Ties, zeros, both signs, and sizes that lose digits beside each other.
      let c = (0..<count).map { _ in
        random.below(3) == 0 ? [0, 1, -1][random.below(3)] : random.normal() * [1e-9, 1, 1e9][random.below(3)]
      }
      let exact = choices(count, atMost: changes).reduce(-Reference.Wide.infinity) { best, choice in
        max(
          best,
          c.indices.reduce(Reference.Wide(0)) { sum, index in
            let ends = choice >> index & 1 == 1 ? [ball.boxLower[index], ball.boxUpper[index]] : [ball.center[index]]
            return sum + (ends.map { Reference.Wide(c[index]) * Reference.Wide($0) }.max() ?? 0)
          })
      }
      let (support, maximizer) = try ball.support(c)
      #expect(Reference.Wide(support.upperBound) >= exact, "seed \(seed), \(changes) of \(count)")
      #expect(abs(Reference.Wide(support.value) - exact) <= Reference.Wide(support.error), "seed \(seed)")
      #expect(support.error <= 1e-13 * c.reduce(0) { $0 + abs($1) } + 1e-280)
      #expect(ball.violation(of: maximizer) == 0, "seed \(seed), \(changes) of \(count)")
      let attained = zip(c, maximizer).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * Reference.Wide($1.1) }
      #expect(abs(attained - exact) <= Reference.Wide(support.error), "seed \(seed), \(changes) of \(count)")
    }
  }

  @Test(arguments: 0..<20) func boxesMakeUpTheBall(seed: Int) throws {
    var random = RandomSource(seed: UInt64(600 + seed))
    let count = 1 + random.below(6)
    for changes in 0...count {
      let ball = try ball(count, changes, using: &random)
      let boxes = try #require(try ball.boxes(atMost: 20))
      for box in boxes { #expect(ball.violation(of: box.sample(using: &random)) == 0, "seed \(seed)") }
      for _ in 0..<20 {
        let x = ball.sample(using: &random)
        #expect(boxes.contains { $0.violation(of: x) == 0 }, "seed \(seed), \(changes) of \(count)")
      }
      #expect(try boxes.count == 1 || ball.boxes(atMost: boxes.count - 1) == nil)
    }
  }

  /// Coefficients and ranges whose products and sums are all rounded.
  @Test(arguments: 0..<20) func upperBoundSurvivesRounding(seed: Int) throws {
    var random = RandomSource(seed: UInt64(500 + seed))
    let center = (0..<784).map { _ in random.uniform() }
    let ball = try L0Ball(
      center: center, epsilon: Double(random.below(785)), lower: center.map { _ in 0 }, upper: center.map { _ in 1 })
    let c = center.map { _ in random.normal() * [1e-9, 1, 1e9][random.below(3)] }
    let (support, maximizer) = try ball.support(c)
    #expect(ball.violation(of: maximizer) == 0)
    let attained = zip(c, maximizer).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * Reference.Wide($1.1) }
    let gains = c.indices.map {
      Reference.Wide(c[$0]) * (Reference.Wide(c[$0] > 0 ? 1 : 0) - Reference.Wide(center[$0]))
    }
    let base = zip(c, center).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * Reference.Wide($1.1) }
    let exact = gains.sorted(by: >).prefix(Int(ball.epsilon)).reduce(base, +)
    #expect(Reference.Wide(support.upperBound) >= max(exact, attained), "seed \(seed)")
  }

  @Test func containsCountsExactly() throws {
    let ball = try L0Ball(center: [0, 0.5, 1], epsilon: 1, lower: [-1, 0, 0], upper: [1, 1, 1])
    #expect(ball.contains([0, 0.5, 1]) && ball.contains([-1, 0.5, 1]) && ball.contains([-0.0, 0, 1]))
    // However little a second input changes.
    #expect(!ball.contains([1e-300, 0, 1]) && !ball.contains([0, 0, Double(1).nextDown]))
    #expect(!ball.contains([0, 1.1, 1]) && !ball.contains([.nan, 0.5, 1]) && !ball.contains([0, 0.5]))
    #expect(ball.distance(of: [1e-300, 0, 1]) == 2)
  }

  @Test(arguments: 0..<60) func projectionIsTheNearestPoint(seed: Int) throws {
    var random = RandomSource(seed: UInt64(100 + seed))
    let count = 1 + random.below(7)
    for changes in 0...count {
      let ball = try ball(count, changes, using: &random)
      let x = ball.center.map { $0 + random.normal() * [0, 1e-9, 0.5, 2][random.below(4)] }
      func squares(_ point: [Double]) -> Double { zip(x, point).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let nearest = choices(count, atMost: changes).map { choice in
        squares(
          x.indices.map {
            choice >> $0 & 1 == 1 ? min(max(x[$0], ball.boxLower[$0]), ball.boxUpper[$0]) : ball.center[$0]
          })
      }.min()
      let point = ball.project(x)
      #expect(ball.violation(of: point) == 0, "seed \(seed), \(changes) of \(count)")
      #expect(try squares(point) <= #require(nearest) * (1 + 1e-12), "seed \(seed), \(changes) of \(count)")
      #expect(ball.project(point) == point)
    }
  }

  /// What a solver leaves on unchanged inputs goes; what it changed stays, however strange the numbers.
  @Test func projectionSetsDustBack() throws {
    let ball = try L0Ball(center: [0.5, 0.5, 0.5], epsilon: 1, lower: [0, 0, 0], upper: [1, 1, 1])
    #expect(ball.project([0.5 + 1e-9, 0, 0.5 - 1e-7]) == [0.5, 0, 0.5])
    #expect(ball.project([.infinity, 0.75, .nan]) == [1, 0.5, 0.5])
    #expect(ball.project([.nan, .nan, .nan]) == [0.5, 0.5, 0.5])
  }

  /// What `constrain` adds is the region for a MILP, and its hull for a linear program.
  @Test(arguments: 0..<30) func modelRowsDescribeTheRegion(seed: Int) throws {
    var random = RandomSource(seed: UInt64(200 + seed))
    let count = 1 + random.below(6)
    for changes in 0...count {
      let ball = try ball(count, changes, using: &random)
      let c = (0..<count).map { _ in random.normal() }
      let model = Model()
      let x = try model.addVariables(count, lower: ball.lower, upper: ball.upper)
      let columns = try ball.constrain(model, x)
      try model.setObjective(LinearExpression(c, x), .maximize)
      let support = try ball.support(c).support.value
      #expect(abs(try solve(model) - support) < 1e-7, "seed \(seed), \(changes) of \(count)")
      #expect(abs(try solve(model.relaxation()) - support) < 1e-7, "seed \(seed), \(changes) of \(count)")
      // A point of the box belongs to a point of the model exactly when it is in the region.
      for _ in 0..<20 {
        let free = x.indices.map { _ in random.below(2) == 0 }
        let point = x.indices.map { free[$0] ? random.uniform(ball.lower[$0], ball.upper[$0]) : ball.center[$0] }
        var values = [Double](repeating: 0, count: model.columnCount)
        for (variable, value) in zip(x, point) { values[variable.index] = value }
        for column in columns { values[column.variable.index] = column.value(point) }
        #expect((violation(of: values, in: model) < 1e-12) == ball.contains(point), "seed \(seed)")
      }
    }
  }

  @Test(arguments: 0..<10) func samplesReachEveryChoice(seed: Int) throws {
    var random = RandomSource(seed: UInt64(300 + seed))
    let count = 4
    let center = (0..<count).map { _ in random.uniform(0.25, 0.75) }
    for changes in 0...count {
      let ball = try L0Ball(
        center: center, epsilon: Double(changes), lower: center.map { _ in 0 }, upper: center.map { _ in 1 })
      var seen: Set<Int> = []
      for _ in 0..<1000 {
        let x = ball.sample(using: &random)
        #expect(ball.violation(of: x) == 0 && ball.project(x) == x, "seed \(seed), \(changes) of \(count)")
        seen.insert(x.indices.reduce(0) { $0 | (x[$1] == center[$1] ? 0 : 1 << $1) })
      }
      #expect(seen == Set(choices(count, atMost: changes)), "seed \(seed), \(changes) of \(count)")
    }
  }

  /// Every way to a verdict against one box per choice of inputs, each by linear programs over activation patterns.
  @Test(arguments: 0..<12) func verdictsAgreeWithEveryChoice(seed: Int) throws {
    var random = RandomSource(seed: UInt64(400 + seed))
    let count = 2 + random.below(3)
    let network = try RandomProblems.network([count, 4, 2], using: &random)
    let (center, lower, upper) = box(count, using: &random)
    let outputs = try network.forward(center)
    let classIndex = outputs[0] > outputs[1] ? 0 : 1
    for changes in 0...count {
      let problem = try Problem(
        input: center, lower: lower, upper: upper, norm: .l0, epsilon: Double(changes), class: classIndex,
        target: 1 - classIndex)
      let name: Comment = "seed \(seed), \(changes) of \(count)"
      let largest = try choices(count, atMost: changes).map { choice in
        let ends = { (bounds: [Double]) in center.indices.map { choice >> $0 & 1 == 1 ? bounds[$0] : center[$0] } }
        let region = try BoxRegion(lower: ends(lower), upper: ends(upper), center: center)
        return try Reference.largestMargin(network, Problem(region: region, class: classIndex, target: 1 - classIndex))
      }.max()
      let optimum = try #require(largest)

      let bounds = try PreactivationBounds.backwardLinear(network, over: problem.region)
      for _ in 0..<50 {
        let x = problem.region.sample(using: &random)
        for (layer, values) in zip(bounds.layers, Reference.preactivations(network, x)) {
          for (neuron, value) in values.enumerated() {
            #expect(Reference.Wide(layer.lower[neuron]) <= value && value <= Reference.Wide(layer.upper[neuron]), name)
          }
        }
      }
      let encoding = try Encoding(network, problem: problem)
      #expect(abs(try solve(encoding.model) - optimum) < 1e-6, name)
      let relaxation = try LinearRelaxation(network, problem: problem, bounds: bounds)
      #expect(!relaxation.model.hasIntegers)

      let attack = try Attack(network, problem: problem).run(using: &random)
      #expect(problem.region.violation(of: attack.point) == 0 && attack.margin <= optimum + 1e-9, name)
      var options = BranchAndBoundOptions.solvingPrograms
      options.timeLimit = 5
      let search = try BranchAndBound(network, problem: problem, options: options).run()
      #expect(abs(optimum) < 1e-6 || search.status == (optimum > 0 ? .found : .proved), name)
      #expect(search.bound >= optimum - 1e-7 && problem.region.violation(of: search.point) == 0, name)
      if search.status == .proved { #expect(optimum < 1e-7, name) }
      if let witness = search.witness {
        #expect(optimum > 0 && problem.region.violation(of: witness.point) == 0, name)
      }
    }
  }

  /// The recheck counts for itself.
  @Test func recheckCountsExactly() throws {
    let network = try Network(
      layers: [Layer(weight: Tensor([1, 1, 0, 0], shape: [2, 2]), bias: Tensor([0, 0.5]))])
    let problem = try Problem(
      input: [0, 0], lower: [0, 0], upper: [1, 1], norm: .l0, epsilon: 1, class: 1, target: 0)
    func witness(_ x: [Double]) throws -> Witness {
      try Witness(x, network: network, problem: problem, projects: false)
    }
    #expect(try witness([1, 0]).isAdversarial && witness([1, 0]).distance == 1)
    #expect(try !witness([1, 1e-300]).isAdversarial && witness([1, 1e-300]).distance == 2)
    #expect(try !witness([0.75, 0.75]).isAdversarial && !witness([.nan, 1]).isAdversarial)
    #expect(try Witness([1, 1e-9], network: network, problem: problem).point == [1, 0])
  }

  @Test func refusesFractions() throws {
    for epsilon in [0.5, -1, .nan, .infinity] {
      #expect(throws: Misuse.self) { try L0Ball(center: [0], epsilon: epsilon, lower: [0], upper: [1]) }
    }
    let text = #"{"input":[0,0],"lower":0,"upper":1,"norm":"l0","epsilon":1.5,"class":1}"#
    let failure = #expect(throws: OutsideFailure.self) {
      try Problem(json: JSON(parsing: Array(text.utf8), path: "p.json"), path: "p.json")
    }
    #expect(failure?.message.contains("whole epsilon") == true)
  }
}
