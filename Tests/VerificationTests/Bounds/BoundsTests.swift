import Essentials
import MILP
import Networks
import Solvers
import Tensors
import Testing
import Verification

@Suite struct BoundsTests {
  /// No sampled point, and no maximiser of any first-layer neuron, is outside; the forward pass is in extended
  /// precision and there is no tolerance.
  @Test(arguments: 0..<4) func noSampledPointIsOutside(kind: Int) throws {
    for seed in 0..<2 {
      var random = RandomSource(seed: UInt64(10 * kind + seed))
      let network = try RandomProblems.network([36, 8, 8, 4], using: &random)
      let region = try RandomProblems.regions(36, rows: 6, epsilon: 2, using: &random)[kind]
      let interval = try PreactivationBounds.interval(network, over: region)
      let backward = try PreactivationBounds.backwardLinear(network, over: region)
      let undecided = try PreactivationBounds.backwardLinear(network, over: region, skipsDecided: true)
      #expect(undecided.unstableCount(of: network) == backward.unstableCount(of: network))
      // Out of time after the second layer.
      var asked = 0
      let cutShort = try PreactivationBounds.backwardLinear(network, over: region) {
        asked += 1
        return asked > 1
      }
      #expect(cutShort.layers[1] == backward.layers[1] && cutShort.layers[2] != backward.layers[2])
      let margin = try backward.marginUpperBound(network, for: Problem(region: region, class: 0, target: 1))
      let anyMargin = try backward.marginUpperBound(network, for: Problem(region: region, class: 0))
      var points = (0..<100_000).map { _ in region.sample(using: &random) }
      for neuron in 0..<8 {
        let row = Array(network.layers[0].weight.array[neuron * 36..<(neuron + 1) * 36])
        points.append(try region.support(row).maximizer)
        points.append(try region.support(row.map { -$0 }).maximizer)
      }
      var outside = 0
      for (number, x) in points.enumerated() where region.violation(of: x) == 0 {
        // Extended precision is slow: every tenth point, and the maximisers.
        let values =
          number % 10 == 0 || number >= 100_000
          ? Reference.preactivations(network, x) : try network.preactivations(x).map { $0.map { Reference.Wide($0) } }
        let slack: Reference.Wide = number % 10 == 0 || number >= 100_000 ? 0 : 1e-12
        for bounds in [interval, backward, undecided, cutShort] {
          for (layer, layerBounds) in zip(values, bounds.layers) {
            for index in layer.indices
            where layer[index] < Reference.Wide(layerBounds.lower[index]) - slack
              || layer[index] > Reference.Wide(layerBounds.upper[index]) + slack
            { outside += 1 }
          }
        }
        let outputs = values[2]
        if outputs[1] - outputs[0] > Reference.Wide(margin) + slack { outside += 1 }
        if outputs[1...].reduce(-.infinity, max) - outputs[0] > Reference.Wide(anyMargin) + slack { outside += 1 }
      }
      #expect(outside == 0, "kind \(kind), seed \(seed)")
    }
  }

  /// Bounds by linear programs, whatever the duals: the solver's, or any numbers at all. No sampled point of the scope is
  /// outside, in extended precision and without a tolerance.
  @Test(arguments: 0..<4) func noSampledPointIsOutsideLinearPrograms(kind: Int) throws {
    var random = RandomSource(seed: UInt64(300 + kind))
    let network = try RandomProblems.network([24, 7, 7, 4], using: &random)
    let region = try RandomProblems.regions(24, rows: 6, epsilon: 2, using: &random)[kind]
    let constraint = try LinearConstraint(
      inputs: [Double](repeating: 1, count: 24), right: region.center.reduce(0, +) + 0.05)
    let plain = try Problem(region: region, class: 0, target: 1)
    let constrained = try Problem(region: region, class: 0, target: 1, constraints: [constraint])
    var rungs: [(problem: Problem, assumesTarget: Bool, bounds: PreactivationBounds, margin: Double)] = []
    var proved = false
    for (problem, assumesTarget) in [(plain, false), (plain, true), (constrained, false)] {
      var bounds = try PreactivationBounds.interval(network, over: region)
      var most = Double.infinity
      for layer in 0..<3 {
        let relaxation = try LinearRelaxation(network, problem: problem, bounds: bounds, assumesTarget: assumesTarget)
        for neuron in 0..<bounds.layers[layer].count {
          for isUpper in [true, false] {
            try relaxation.aim(at: .preactivation(layer: layer, neuron: neuron, isUpper: isUpper))
            let solution = try GLPKSolver().solve(relaxation.model)
            if let duals = solution.rowDuals { _ = try relaxation.bound(rowDuals: duals) }
            let noise = (0..<relaxation.model.rowCount).map { _ in random.normal() }
            _ = try relaxation.bound(rowDuals: noise)
          }
        }
        if layer == 2 {
          try relaxation.aim(at: .margin(rival: 1))
          if let duals = try GLPKSolver().solve(relaxation.model).rowDuals {
            most = try relaxation.bound(rowDuals: duals)
          }
        }
        // With the target assumed, crossing bounds are a proof that it cannot win.
        #expect(assumesTarget || !relaxation.isEmpty)
        proved = proved || relaxation.isEmpty
        bounds = relaxation.bounds
      }
      rungs.append((problem, assumesTarget, bounds, most))
    }
    let optimized = try PreactivationBounds.backwardLinear(network, over: region).optimized(network, over: region)
    rungs.append((plain, false, optimized, .infinity))
    var outside = 0
    var considered = [0, 0, 0, 0]
    for _ in 0..<100_000 {
      let x = region.sample(using: &random)
      guard region.violation(of: x) == 0 else { continue }
      let isExact = random.below(10) == 0
      let values =
        isExact
        ? Reference.preactivations(network, x) : try network.preactivations(x).map { $0.map { Reference.Wide($0) } }
      let slack: Reference.Wide = isExact ? 0 : 1e-12
      let margin = values[2][1] - values[2][0]
      for (index, rung) in rungs.enumerated() {
        if rung.assumesTarget && margin < 0 || rung.problem.constraintViolation(of: x) > 0 { continue }
        considered[index] += 1
        if margin > Reference.Wide(rung.margin) + slack { outside += 1 }
        for (layer, bounds) in zip(values, rung.bounds.layers) {
          for neuron in layer.indices
          where layer[neuron] < Reference.Wide(bounds.lower[neuron]) - slack
            || layer[neuron] > Reference.Wide(bounds.upper[neuron]) + slack
          { outside += 1 }
        }
      }
    }
    #expect(outside == 0, "kind \(kind)")
    #expect(!proved || considered[1] == 0)
    #expect(considered[0] > 90_000 && considered[2] > 100, "kind \(kind): \(considered)")
  }

  @Test(arguments: 0..<8) func eachRungIsTighterAndFirstLayerIsExact(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let network = try RandomProblems.network([12, 10, 10, 10, 3], using: &random)
    for region in try RandomProblems.regions(12, rows: 3, epsilon: 1, using: &random) {
      let box = try PreactivationBounds.interval(
        network, over: try BoxRegion(lower: region.boxLower, upper: region.boxUpper))
      let interval = try PreactivationBounds.interval(network, over: region)
      let backward = try PreactivationBounds.backwardLinear(network, over: region)
      for (wide, tight) in [(box, interval), (interval, backward)] {
        for (a, b) in zip(wide.layers, tight.layers) {
          for index in 0..<a.count {
            #expect(a.lower[index] <= b.lower[index] + 1e-12 && b.upper[index] <= a.upper[index] + 1e-12)
          }
        }
      }
      #expect(backward.unstableCount(of: network) <= interval.unstableCount(of: network))
      for neuron in 0..<10 {
        let row = Array(network.layers[0].weight.array[neuron * 12..<(neuron + 1) * 12])
        let most = try region.support(row).support.value + network.layers[0].bias.array[neuron]
        #expect(abs(interval.layers[0].upper[neuron] - most) < 1e-12, "seed \(seed), \(region.norm)")
      }
      if region.norm == .l1 {
        // Backward bounds are worth their name: on average well inside the interval ones in the last layers.
        let width = { (bounds: PreactivationBounds) in
          zip(bounds.outputs.lower, bounds.outputs.upper).reduce(0) { $0 + $1.1 - $1.0 }
        }
        #expect(width(backward) < 0.9 * width(interval), "seed \(seed)")
      }
    }
  }

  /// Where every ReLU is stable the network is affine and backward bounds are exact.
  @Test func areExactOnStableNetworks() throws {
    var random = RandomSource(seed: 3)
    let first = try RandomProblems.layer(6, 5, scale: 0.1, using: &random)
    for neuron in 0..<5 { first.bias.base[neuron] = neuron < 3 ? 10 : -10 }
    let second = try RandomProblems.layer(5, 3, scale: 1, using: &random)
    let network = try Network(layers: [first, second])
    let region = try L1Ball(
      center: [Double](repeating: 0.5, count: 6), epsilon: 0.75, lower: [Double](repeating: 0, count: 6),
      upper: [Double](repeating: 1, count: 6))
    let bounds = try PreactivationBounds.backwardLinear(network, over: region)
    #expect(bounds.stability(of: network)[0].active == 3 && bounds.stability(of: network)[0].inactive == 2)
    let a = first.weight.array
    let b = second.weight.array
    for output in 0..<3 {
      let row = (0..<6).map { input in (0..<3).reduce(0) { $0 + b[output * 5 + $1] * a[$1 * 6 + input] } }
      let constant = (0..<3).reduce(second.bias.array[output]) { $0 + b[output * 5 + $1] * 10 }
      let most = try region.support(row).support.value + constant
      #expect(abs(bounds.outputs.upper[output] - most) < 1e-11)
    }
  }

  @Test func aNeuronIsDecidedAtZeroAndNotBefore() throws {
    let bounds = try LayerBounds(lower: [-1, -1, 0, -0x1p-40, 0], upper: [0, 0x1p-40, 1, 1, 0])
    let layer = try Layer(weight: Tensor.ones([5, 1]), bias: Tensor.zeros([5]))
    #expect((0..<5).map { bounds.stability($0, of: layer) } == [.inactive, .unstable, .active, .unstable, .inactive])
    let counts = bounds.counts(of: layer)
    #expect(counts.unstable == 2 && counts.active == 1 && counts.inactive == 2)
    let passing = layer.rectifying(.none(of: 5))
    #expect((0..<5).allSatisfy { bounds.stability($0, of: passing) == .active })
  }

  @Test func theTighterOfTwoBoundsIsTaken() throws {
    let one = PreactivationBounds(layers: [try LayerBounds(lower: [-3, -1, 0, 2], upper: [5, 1, 9, 3])])
    let other = PreactivationBounds(layers: [try LayerBounds(lower: [-2, -4, 1, 4], upper: [6, 0.5, 7, 5])])
    for both in [try one.intersected(with: other), try other.intersected(with: one)] {
      // The last two numbers contradict each other, and are left as they are.
      #expect(both.outputs.lower.prefix(3) == [-2, -1, 1] && both.outputs.upper.prefix(3) == [5, 0.5, 7])
    }
    #expect(try one.intersected(with: other).outputs.lower[3] == 2)
    #expect(throws: Misuse.self) {
      try one.intersected(with: PreactivationBounds(layers: [LayerBounds(lower: [0], upper: [1])]))
    }
  }

  /// As long as one rival has no bound, the margin has none.
  @Test func everyRivalNeedsABound() throws {
    let network = try Network(layers: [
      try Layer(weight: Tensor([1, 0, 0.5], shape: [3, 1]), bias: Tensor([2, 1, 0]))
    ])
    let region = try BoxRegion(lower: [0], upper: [1])
    let bounds = try PreactivationBounds.interval(network, over: region)
    let relaxation = try LinearRelaxation(network, problem: Problem(region: region, class: 0), bounds: bounds)
    for (rival, most) in [(1, Double.infinity), (2, -1)] {
      try relaxation.aim(at: .margin(rival: rival))
      let duals = try #require(try GLPKSolver().solve(relaxation.model).rowDuals)
      #expect(try relaxation.bound(rowDuals: duals) < -0.9 && !relaxation.isEmpty)
      #expect(rival == 1 ? relaxation.marginBound == most : abs(relaxation.marginBound - most) < 1e-12)
      #expect(relaxation.isProof == (rival == 2))
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = RandomSource(seed: 4)
    let network = try RandomProblems.network([4, 3, 2], using: &random)
    let region = try BoxRegion(lower: [0, 0, 0], upper: [1, 1, 1])
    #expect(throws: Misuse.self) { try PreactivationBounds.backwardLinear(network, over: region) }
    let fitting = try BoxRegion(lower: [0, 0, 0, 0], upper: [1, 1, 1, 1])
    let bounds = try PreactivationBounds.interval(network, over: fitting)
    #expect(throws: Misuse.self) {
      try bounds.marginUpperBound(network, for: Problem(region: fitting, class: 2, target: 0))
    }
    for bad in [Double.nan, .infinity] {
      let broken = try network.copy()
      broken.layers[1].weight.base[4] = bad
      #expect(throws: Misuse.self) { try PreactivationBounds.interval(broken, over: fitting) }
      #expect(throws: Misuse.self) { try PreactivationBounds.backwardLinear(broken, over: fitting) }
    }
    let huge = try network.copy()
    for index in 0..<huge.layers[0].weight.count { huge.layers[0].weight.base[index] = 1e308 }
    #expect(throws: OutsideFailure.self) { try PreactivationBounds.backwardLinear(huge, over: fitting) }
    #expect(throws: Misuse.self) { try LayerBounds(lower: [1], upper: [0]) }
    #expect(throws: Misuse.self) { try LayerBounds(lower: [.nan], upper: [0]) }
  }
}
