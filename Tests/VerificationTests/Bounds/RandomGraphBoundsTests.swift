import Embedding
import Essentials
import MILP
import Networks
import Tensors
import TestSupport
import Testing
import Verification

/// Bounds, models and searches of networks that are no plain chains: branches, passed values, sparse layers and
/// convolutions.
@Suite struct RandomGraphBoundsTests {
  /// A graph with at most so many ReLUs, and at least one.
  private func graph(
    _ inputs: Int, steps: Int, most: Int, outputs: Int, using random: inout RandomSource
  ) throws -> RandomGraph {
    while true {
      let graph = try RandomGraph(inputs: inputs, width: 4, steps: steps, outputs: outputs, using: &random)
      if (1...most).contains(graph.network.hiddenCount) { return graph }
    }
  }

  /// A point of the region, many of them on its border.
  private func points(of region: any InputRegion, using random: inout RandomSource) throws -> [[Double]] {
    let corners = try (0..<10).map { _ in
      try region.support((0..<region.inputCount).map { _ in random.normal() }).maximizer
    }
    return corners + (0..<20).map { _ in region.sample(using: &random) }
  }

  @Test(arguments: 0..<200) func boundsHoldAtSamples(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let inputs = [4, 12][seed % 2]
    let network = try graph(inputs, steps: 2 + random.below(7), most: 60, outputs: 2, using: &random).network
    let regions = try RandomProblems.regions(inputs, rows: 2, epsilon: 1.5, using: &random)
    let region = regions[seed % regions.count]
    let problem = try Problem(region: region, class: 0, target: 1, rows: 2)
    let points = try points(of: region, using: &random)
    let question = try Question(network, problem)
    let all = try BoundMethod.all.map { try question.bounds(by: $0).content }
    let weights = (0..<2).map { _ in random.normal() }
    let most = try all.map { try $0.outputUpperBound(network, over: region, outputWeights: weights) }
    let margin = try all[1].marginUpperBound(network, for: problem)
    let pass = LinearPass(network, over: region, bounds: all[1])
    let sloped = pass.upperBound(of: pass.function(outputWeights: weights)) { _, v, neuron in
      neuron.number(v, above: neuron.chord, below: random.uniform())
    }
    for x in points {
      let exact = Reference.preactivations(network, x)
      for (bounds, most) in zip(all, most) {
        for (values, layer) in zip(exact, bounds.layers) {
          for neuron in values.indices {
            #expect(
              Reference.Wide(layer.lower[neuron]) <= values[neuron]
                && values[neuron] <= Reference.Wide(layer.upper[neuron]), "seed \(seed) \(region.norm): \(network)")
          }
        }
        let outputs = exact[exact.count - 1]
        let sum = zip(weights, outputs).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * $1.1 }
        #expect(
          sum <= Reference.Wide(most) && sum <= Reference.Wide(sloped), "seed \(seed) \(region.norm): \(network)")
        #expect(outputs[1] - outputs[0] <= Reference.Wide(margin), "seed \(seed) \(region.norm): \(network)")
      }
    }
  }

  /// The exact optimum, by a linear program for every pattern of phases, is what models and searches say.
  @Test(arguments: 0..<30) func modelsAndSearchesAgreeWithBruteForce(seed: Int) throws {
    var random = RandomSource(seed: UInt64(100 + seed))
    let network = try graph(4, steps: 2 + random.below(6), most: 7, outputs: 2, using: &random).network
    let region = try RandomProblems.regions(4, rows: 2, epsilon: 1.5, using: &random)[seed % 4]
    let problem = try Problem(region: region, class: 0, target: 1, rows: 2)
    let optimum = try Reference.largestMargin(network, problem)
    let context = "seed \(seed) \(region.norm): \(network)"
    for formulation in Formulation.all() {
      var options = EncodingOptions()
      options.formulation = formulation
      let encoding = try Encoding(network, problem: problem, options: options)
      #expect(encoding.switches.count <= network.hiddenCount)
      #expect(try abs(solve(encoding.model) - optimum) < 1e-5 * (1 + abs(optimum)), "\(formulation.name) \(context)")
      for x in try points(of: region, using: &random) {
        #expect(try violation(of: encoding.completed(x), in: encoding.model) < 1e-7, "\(formulation.name) \(context)")
      }
    }
    for branching in [Branching.neurons, region.norm.isBox ? .inputs : .neurons] {
      var options = BranchAndBoundOptions()
      options.gap = 1e-4
      options.timeLimit = 10
      options.branching = branching
      let result = try BranchAndBound(network, problem: problem, options: options).run()
      #expect(result.bound >= optimum - 1e-6 * (1 + abs(optimum)), "\(context)")
      #expect(result.status == .limit || result.bound <= optimum + 1e-3, "\(result) \(optimum) \(context)")
    }
    // Linear programs over triangles, from any duals.
    let bounds = try PreactivationBounds.backwardLinear(network, over: region)
    let relaxation = try LinearRelaxation(network, problem: problem, bounds: bounds)
    try relaxation.aim(at: .margin(rival: 1))
    for _ in 0..<5 {
      let bound = try relaxation.bound(rowDuals: (0..<relaxation.model.rowCount).map { _ in random.normal() })
      #expect(bound >= optimum - 1e-6 * (1 + abs(optimum)), "\(context)")
    }
    let attack = try Attack(network, problem: problem).run(using: &random)
    #expect(attack.margin <= optimum + 1e-6 * (1 + abs(optimum)), "\(context)")
  }

  /// Passed values cost no binary, and none of what they carry costs a column more than once.
  @Test func carriedValuesCostTheirNonzeros() throws {
    // One number through twenty layers, beside neurons that matter.
    var builder = NetworkBuilder(inputCount: 6)
    let x = builder.inputs
    var deep = builder.rectify(x.selecting([0, 1]))
    for _ in 0..<20 { deep = builder.rectify(deep.scaled(by: -0.9).adding([0.5, 0.25])) }
    let network = try builder.network(outputs: (deep + x.selecting([2, 3])).followed(by: x.selecting([4])))
    let region = try BoxRegion(lower: [Double](repeating: -1, count: 6), upper: [Double](repeating: 1, count: 6))
    let problem = try Problem(region: region, class: 0, target: 1)
    let encoding = try Encoding(network, problem: problem)
    #expect(encoding.record.layers.allSatisfy { $0.active + $0.unstable <= 2 })
    #expect(encoding.record.layers.reduce(0) { $0 + $1.carried } > 20)
    // Dense maps one after the other without a ReLU: rows of their own, not their product.
    var random = RandomSource(seed: 5)
    let narrow = try RandomProblems.layer(40, 2, scale: 1, using: &random).rectifying(.none(of: 2))
    let wide = try RandomProblems.layer(2, 40, scale: 1, using: &random)
    let last = try RandomProblems.layer(40, 2, scale: 1, using: &random)
    let chain = try Network(layers: [narrow, wide, last])
    let box = try BoxRegion(lower: [Double](repeating: -1, count: 40), upper: [Double](repeating: 1, count: 40))
    let model = try Encoding(chain, problem: Problem(region: box, class: 0, target: 1))
    #expect(model.record.layers[0].active == 2 && model.record.layers[0].entries == 82)
    #expect(model.record.layers[1].entries <= 40 * 8)
  }

  @Test(arguments: 0..<20) func differencesHoldAtSamples(seed: Int) throws {
    var random = RandomSource(seed: UInt64(200 + seed))
    let first = try graph(5, steps: 4, most: 40, outputs: 2, using: &random).network
    let second = try first.copy()
    for layer in second.layers {
      for place in 0..<layer.weight.count where random.below(3) == 0 { layer.weight.base[place] *= 0.5 }
    }
    let region = try RandomProblems.regions(5, rows: 5, epsilon: 2, using: &random)[seed % 4]
    let difference = try DifferenceBounds(first, second, over: region)
    let weights = [random.normal(), random.normal()]
    let most = try difference.upperBound(outputWeights: weights)
    for x in try points(of: region, using: &random) where region.violation(of: x) == 0 {
      let (one, other) = (Reference.preactivations(first, x), Reference.preactivations(second, x))
      for (index, bounds) in difference.bounds.enumerated() {
        let inside = zip(one[index], other[index]).enumerated().allSatisfy { neuron, values in
          let change = values.0 - values.1
          return Reference.Wide(bounds.lower[neuron]) <= change && change <= Reference.Wide(bounds.upper[neuron])
        }
        #expect(inside, "seed \(seed), layer \(index): \(first)")
      }
      let change = zip(one[one.count - 1], other[one.count - 1]).map(-)
      let sum = zip(weights, change).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * $1.1 }
      #expect(sum <= Reference.Wide(most), "seed \(seed): \(first)")
    }
  }

  /// What is rechecked is the very function, in real numbers too.
  @Test(arguments: 0..<40) func witnessesAreRechecked(seed: Int) throws {
    var random = RandomSource(seed: UInt64(300 + seed))
    let inputs = [4, 12, 16][seed % 3]
    let network = try graph(inputs, steps: 2 + random.below(7), most: 100, outputs: 2, using: &random).network
    let region = try BoxRegion(
      lower: [Double](repeating: -1, count: inputs), upper: [Double](repeating: 1, count: inputs))
    let problem = try Problem(region: region, class: 0, target: 1)
    let condition = try OutputCondition(alternatives: [[OutputInequality(coefficients: [-1, 1])]])
    for x in try points(of: region, using: &random) {
      let exact = Reference.preactivations(network, x)[network.layers.count - 1]
      let computed = try Counterexample(x, network: network, condition: condition, problem: problem).outputs
      let size = 1 + exact.reduce(0) { max($0, abs($1)) }
      #expect(
        zip(computed, exact).allSatisfy { abs(Reference.Wide($0) - $1) < 1e-11 * size }, "seed \(seed): \(network)")
      let witness = try Witness(x, network: network, problem: problem)
      let margin = exact[1] - exact[0]
      #expect(abs(Reference.Wide(witness.margin32) - margin) < 1e-2 * size, "seed \(seed): \(network)")
      if abs(margin) > 1e-2 * size { #expect(witness.isAdversarial == (margin > 0), "seed \(seed): \(network)") }
      #expect(Reference.Wide(witness.marginLower) <= margin + 1e-15 * size)
      if witness.isAdversarial { #expect(Reference.Wide(witness.marginLower) >= margin - 1e-12 * size) }
    }
  }

  /// A value that is passed on is the same number; one that is scaled on the way is rounded.
  @Test func scaledValuesAreWithinTheirIntervals() throws {
    var random = RandomSource(seed: 400)
    for round in 0..<200 {
      let (weight, end) = (random.uniform(0.01, 3), random.uniform(0.01, 3))
      let passed = try Layer(weight: Tensor([1], shape: [1, 1]), bias: Tensor([0]), rectified: .none(of: 1))
      let scaled = try Layer(weight: Tensor([weight], shape: [1, 1]), bias: Tensor([0]))
      let network = try Network(layers: [passed, scaled])
      let bounds = try PreactivationBounds.interval(network, over: BoxRegion(lower: [-end], upper: [end])).layers
      for (below, above) in [(bounds[0].upper[0], bounds[1].upper[0]), (-bounds[0].lower[0], -bounds[1].lower[0])] {
        #expect(!(Rational(above) < Rational(weight) * Rational(below)), "round \(round): \(weight), \(end)")
      }
    }
  }

  /// What no input changes is passed on as it is, below zero too.
  @Test func passedConstantsKeepTheirSign() throws {
    let hidden = try Layer(
      weight: Tensor([0, 0, 1, 0], shape: [2, 2]), bias: Tensor([-2, 0]), rectified: NeuronSet([false, true]))
    let outputs = try Layer(weight: Tensor([1, 0, 0, 1], shape: [2, 2]), bias: Tensor([0, 0]))
    let network = try Network(layers: [hidden, outputs])
    let region = try BoxRegion(lower: [-1, -1], upper: [1, 1])
    let encoding = try Encoding(network, problem: Problem(region: region, class: 0, target: 1))
    #expect(encoding.record.layers[0].constant == 1)
    // relu(x1) - (-2), at x1 = 1.
    #expect(try abs(solve(encoding.model) - 3) < 1e-9)
  }

  /// What is written out where it is read brings its constant along.
  @Test func carriedValuesKeepTheirConstants() throws {
    let hidden = try Layer(
      weight: Tensor([1, 0, 0, 1], shape: [2, 2]), bias: Tensor([5, 0]), rectified: NeuronSet([false, true]))
    let outputs = try Layer(weight: Tensor([1, 0, 0, 1], shape: [2, 2]), bias: Tensor([0, 0]))
    let network = try Network(layers: [hidden, outputs])
    let region = try BoxRegion(lower: [-1, -1], upper: [1, 1])
    let encoding = try Encoding(network, problem: Problem(region: region, class: 0, target: 1))
    #expect(encoding.record.layers[0].carried == 1)
    // relu(x2) - (x1 + 5), at (-1, 1).
    #expect(try abs(solve(encoding.model) + 3) < 1e-9)
  }
}
