import Embedding
import Essentials
import MILP
import Networks
import Solvers
import Tensors
import Testing
import Verification

@Suite struct EncodingTests {
  /// The MILP's optimum is the best linear program over all activation patterns, for every region, targeted and not.
  @Test(arguments: 0..<6) func optimumIsThatOfAllPatterns(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let widths = [[4, 3, 3, 3], [6, 5, 3], [4, 2, 2, 2, 2]][seed % 3]
    let network = try RandomProblems.network(widths, using: &random)
    for region in try RandomProblems.regions(widths[0], rows: 2, epsilon: 1.5, using: &random) {
      for target in [1, nil] where target ?? 0 < widths[widths.count - 1] {
        let problem = try Problem(region: region, class: 0, target: target)
        let expected = try Reference.largestMargin(network, problem)
        let all = try PreactivationBounds.interval(network, over: region)
        for bounds in [all, try PreactivationBounds.backwardLinear(network, over: region)] {
          for (encodesOutputs, partitions) in [(false, 1), (true, 1), (false, 2), (true, 9)] {
            var options = EncodingOptions()
            options.encodesOutputs = encodesOutputs
            options.formulation = .partition(partitions)
            let encoding = try Encoding(network, problem: problem, bounds: bounds, options: options)
            let solution = try GLPKSolver().solve(encoding.model)
            #expect(solution.status == .optimal)
            let optimum = solution.objective ?? .nan
            #expect(abs(optimum - expected) < 1e-6, "seed \(seed), \(region.norm), target \(target as Any)")
            // The optimal input attains it in the network itself.
            let x = region.project(try encoding.input(of: solution.values ?? []))
            // GLPK 5.0 itself was seen to return optimal points of partitioned models that violate a row by 0.01.
            #expect(violation(of: solution.values ?? [], in: encoding.model) < 1e-5)
            let reached = problem.margin(of: try network.forward(x))
            #expect(abs(reached - expected) < 1e-5)
            let completed = try encoding.completed(x)
            #expect(violation(of: completed, in: encoding.model) < 1e-9)
            #expect(try bounds.marginUpperBound(network, for: problem) >= expected - 1e-9)
          }
        }
      }
    }
  }

  /// Terms that are left out are not lost: with a thousand of 2^-33 each the margin is 1000 · 2^-33 at the most, and the
  /// model's optimum is no less, with a hidden layer between or not, for one rival or several.
  @Test(arguments: [false, true]) func negligibleTermsAreAddedToTheMargin(hidden: Bool) throws {
    let count = 1000
    let zeros = [Double](repeating: 0, count: count)
    let tiny = [Double](repeating: 0x1p-33, count: count)
    // The same again through a neuron that is always active, from 1 on.
    let layers =
      hidden
      ? [
        try Layer(weight: Tensor(tiny, shape: [1, count]), bias: Tensor([1])),
        try Layer(weight: Tensor([0, 1, -1], shape: [3, 1]), bias: Tensor([0, -1, -1])),
      ] : [try Layer(weight: Tensor(zeros + tiny + zeros, shape: [3, count]), bias: Tensor([0, 0, -1]))]
    let network = try Network(layers: layers)
    let region = try BoxRegion(lower: zeros, upper: zeros.map { $0 + 1 })
    let most = 1000 * 0x1p-33
    for target in [1, nil] {
      let encoding = try Encoding(network, problem: Problem(region: region, class: 0, target: target))
      let optimum = try solve(encoding.model)
      #expect(optimum >= most && optimum < most + 1e-7, "target \(target as Any): \(optimum), \(most)")
    }
  }

  /// The same with extra constraints on inputs and outputs, by the MILP and by linear programs from above.
  @Test(arguments: 0..<6) func optimumWithConstraintsIsThatOfAllPatterns(seed: Int) throws {
    var random = RandomSource(seed: UInt64(200 + seed))
    let widths = [[4, 3, 3, 3], [6, 5, 3], [4, 2, 2, 2, 2]][seed % 3]
    let network = try RandomProblems.network(widths, using: &random)
    for region in try RandomProblems.regions(widths[0], rows: 2, epsilon: 1.5, using: &random) {
      let met = region.sample(using: &random)
      let constraints = try (0..<2).map { _ in try RandomProblems.constraint(network, metBy: met, using: &random) }
      for target in [1, nil] {
        let problem = try Problem(region: region, class: 0, target: target, constraints: constraints)
        let expected = try Reference.largestMargin(network, problem)
        for partitions in [1, 2] {
          var options = EncodingOptions()
          options.formulation = .partition(partitions)
          let encoding = try Encoding(network, problem: problem, options: options)
          // The allowance of the constraints is all that is lost.
          let optimum = try solve(encoding.model)
          #expect(optimum >= expected - 1e-6 && optimum <= expected + 1e-3, "seed \(seed), \(region.norm)")
          #expect(violation(of: try encoding.completed(met), in: encoding.model) < 1e-9)
        }
        for assumesTarget in [false, true] where target != nil || !assumesTarget {
          let bounds = try PreactivationBounds.backwardLinear(network, over: region)
          let relaxation = try LinearRelaxation(network, problem: problem, bounds: bounds, assumesTarget: assumesTarget)
          var most = -Double.infinity
          for rival in problem.rivals(outputCount: network.outputCount) {
            try relaxation.aim(at: .margin(rival: rival))
            let solution = try GLPKSolver().solve(relaxation.model)
            guard let duals = solution.rowDuals, let optimum = solution.objective else {
              most = .infinity
              continue
            }
            let bound = try relaxation.bound(rowDuals: duals)
            #expect(bound >= optimum - 1e-9 && bound <= optimum + 1e-3, "seed \(seed), \(region.norm)")
            most = max(most, bound)
          }
          #expect(most >= (assumesTarget ? min(expected, 0) : expected) - 1e-9)
          #expect(!relaxation.isProof || expected < 0)
        }
      }
    }
  }

  /// With the inputs fixed the model has one solution: the forward pass.
  @Test(arguments: 0..<8) func fixedInputsGiveTheForwardPass(seed: Int) throws {
    var random = RandomSource(seed: UInt64(50 + seed))
    let network = try RandomProblems.network([9, 6, 6, 3], using: &random)
    for region in try RandomProblems.regions(9, rows: 3, epsilon: 1.5, using: &random) {
      var options = EncodingOptions()
      options.encodesOutputs = true
      let encoding = try Encoding(network, problem: Problem(region: region, class: 0), options: options)
      for _ in 0..<3 {
        let x = region.sample(using: &random)
        let fixed = encoding.model.copy()
        for (variable, value) in zip(encoding.inputs, x) { try fixed.fix(variable, at: value) }
        let expected = try network.forward(x)
        for (output, variable) in encoding.outputs.enumerated() {
          for sense in [ObjectiveSense.minimize, .maximize] {
            try fixed.setObjective(LinearExpression(variable), sense)
            #expect(abs(try solve(fixed) - expected[output]) < 1e-6, "seed \(seed), \(region.norm)")
          }
        }
      }
    }
  }

  @Test(arguments: 0..<10) func completedPointsAreFeasible(seed: Int) throws {
    var random = RandomSource(seed: UInt64(90 + seed))
    let dense = try RandomProblems.network([30, 12, 12, 4], using: &random)
    let sparse = try thinned(dense, keeping: 0.3, using: &random)
    for network in [dense, sparse] {
      for region in try RandomProblems.regions(30, rows: 5, epsilon: 2, using: &random) {
        for target in [2, nil] {
          let problem = try Problem(region: region, class: 1, target: target)
          var options = EncodingOptions()
          options.formulation = .partition(1 + seed % 3)
          let encoding = try Encoding(network, problem: problem, options: options)
          for _ in 0..<20 {
            let x = region.sample(using: &random)
            let point = try encoding.completed(x)
            #expect(violation(of: point, in: encoding.model) < 1e-9, "seed \(seed), \(region.norm)")
            let margin = problem.margin(of: try network.forward(x))
            let objective = try encoding.model.objectiveValue(at: point)
            // A rival that can never be the best one has no selector, but then it is not the best one.
            #expect(abs(objective - margin) < 1e-9, "seed \(seed), \(region.norm)")
            #expect(try encoding.input(of: point) == x)
          }
          // From outside, the nearest inside.
          let far = (0..<30).map { _ in random.normal() * 3 }
          #expect(violation(of: try encoding.completed(far), in: encoding.model) < 1e-9)
        }
      }
    }
    #expect(throws: Misuse.self) {
      try Encoding(dense, problem: Problem(region: BoxRegion(lower: [0], upper: [1]), class: 0))
    }
  }

  @Test func dropsWhatIsDecided() throws {
    // Neurons by hand: 1 undecided, 2 stably active, 3 stably inactive, 4 without weights, 5 feeding nothing.
    let first = try Layer(
      weight: Tensor([1, -1, 1, 0, 1, 1, 0, 0, 1, 1], shape: [5, 2]), bias: Tensor([0, 0.5, -9, 0.25, 0]))
    let second = try Layer(
      weight: Tensor([1, 1, 1, 1, 0, 1, -1, 1, 1, 0, 0, 0, 0, 0, 1], shape: [3, 5]), bias: Tensor([0, 0, 0]))
    let network = try Network(layers: [first, second])
    let region = try BoxRegion(lower: [0, 0], upper: [1, 1])
    let problem = try Problem(region: region, class: 0, target: 1)
    let encoding = try Encoding(network, problem: problem)
    let layer = encoding.record.layers[0]
    #expect(layer.unstable == 1 && layer.active == 1 && layer.inactive == 1)
    #expect(layer.constant == 1 && layer.unused == 1)
    // x1 - x2 - h + s = 0, h <= a, s <= 1 - a; x1 + 0.5 = h2; margin = -2 h2, the rest cancelling.
    #expect(layer.entries == 4 + 2 + 2 + 2)
    #expect(encoding.switches.count == 1 && encoding.record.binaries == 1)
    #expect(encoding.record.columns == 2 + 3 + 1 + 1)
    #expect(encoding.record.entries == layer.entries + 2)
    #expect(encoding.record.description.contains("1 unstable"))
    #expect(abs(try solve(encoding.model) - -1) < 1e-9)
  }

  @Test func bigMIsTheNeuronsOwnBound() throws {
    var random = RandomSource(seed: 5)
    let network = try RandomProblems.network([10, 8, 8, 3], using: &random)
    let region = try RandomProblems.regions(10, rows: 2, epsilon: 1, using: &random)[0]
    let bounds = try PreactivationBounds.backwardLinear(network, over: region)
    let encoding = try Encoding(network, problem: Problem(region: region, class: 0, target: 1), bounds: bounds)
    let ends = Set(bounds.layers.dropLast().flatMap { $0.upper.map { -$0 } + $0.lower })
    let binaries = Set(encoding.switches.map { Int32($0.index) })
    var seen: Set<Double> = []
    let entries = zip(encoding.model.columnIndices, encoding.model.coefficients)
    for (column, value) in entries where binaries.contains(column) {
      #expect(ends.contains(value) || ends.contains(-value))
      seen.insert(value)
    }
    #expect(seen.count == 2 * encoding.switches.count && !seen.isEmpty)
  }

  /// Weight decay leaves weights of 1e-40 on pixels that are always black; with them in the rows GLPK called such models
  /// infeasible.
  @Test(arguments: 0..<8) func negligibleWeightsMakeNoEntriesAndLoseNothing(seed: Int) throws {
    var random = RandomSource(seed: UInt64(70 + seed))
    let network = try RandomProblems.network([12, 4, 3, 3], using: &random)
    for index in 0..<network.layers[0].weight.count where index % 12 < 6 {
      network.layers[0].weight.base[index] *= [1e-44, 1e-20, 1e-11, 1e-3][random.below(4)]
    }
    network.layers[1].weight.base[2] = 1e-30
    let rounded = try network.copy()
    for layer in rounded.layers {
      for index in 0..<layer.weight.count where abs(layer.weight.base[index]) < 1e-9 { layer.weight.base[index] = 0 }
    }
    for region in try RandomProblems.regions(12, rows: 3, epsilon: 1.5, using: &random) {
      let problem = try Problem(region: region, class: 0, target: seed % 2 == 0 ? 1 : nil)
      let encoding = try Encoding(network, problem: problem)
      #expect(encoding.model.coefficients.allSatisfy { abs($0) > 1e-12 })
      #expect(encoding.record.marginSlack >= 0 && encoding.record.marginSlack < 1e-8)
      // The plain linear programs are GLPK's too, so they get the network without such weights.
      let expected = try Reference.largestMargin(rounded, problem)
      #expect(abs(try solve(encoding.model) - expected) < 1e-6, "seed \(seed), \(region.norm)")
      for _ in 0..<20 {
        let x = region.sample(using: &random)
        let point = try encoding.completed(x)
        #expect(violation(of: point, in: encoding.model) < 1e-8, "seed \(seed), \(region.norm)")
        #expect(try encoding.model.objectiveValue(at: point) >= problem.margin(of: network.forward(x)))
      }
    }
  }

  @Test func prunedWeightsMakeNoEntries() throws {
    var random = RandomSource(seed: 6)
    let network = try RandomProblems.network([20, 10, 10, 3], using: &random)
    let sparse = try thinned(network, keeping: 0.1, using: &random)
    let region = try RandomProblems.regions(20, rows: 4, epsilon: 1, using: &random)[0]
    let problem = try Problem(region: region, class: 0, target: 1)
    let full = try Encoding(network, problem: problem).record
    let thin = try Encoding(sparse, problem: problem).record
    #expect(thin.layers.reduce(0) { $0 + $1.entries } * 3 < full.layers.reduce(0) { $0 + $1.entries })
  }

  private func thinned(_ network: Network, keeping share: Double, using random: inout RandomSource) throws -> Network {
    let result = try network.copy()
    for layer in result.layers {
      for index in 0..<layer.weight.count where random.uniform() > share { layer.weight.base[index] = 0 }
    }
    return result
  }
}
