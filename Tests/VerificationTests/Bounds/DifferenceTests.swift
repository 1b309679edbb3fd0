import Essentials
import Networks
import Testing
import Verification

@Suite struct DifferenceTests {
  /// A copy in which a share of the weights is 0.
  private func pruned(_ network: Network, share: Double, using random: inout RandomSource) throws -> Network {
    let copy = try network.copy()
    for layer in copy.layers {
      for index in 0..<layer.weight.count where random.uniform() < share { layer.weight.base[index] = 0 }
    }
    return copy
  }

  /// No sampled point is outside, in extended precision and without a tolerance, and the bound is never below what the
  /// best of many points attains.
  @Test(arguments: 0..<4) func noSampledPointIsOutside(kind: Int) throws {
    for (number, share) in [0, 0.05, 0.3, 0.9].enumerated() {
      var random = RandomSource(seed: UInt64(10 * kind + number))
      let first = try RandomProblems.network([16, 6, 6, 3], using: &random)
      let second = try pruned(first, share: share, using: &random)
      let region = try RandomProblems.regions(16, rows: 4, epsilon: 2, using: &random)[kind]
      let difference = try DifferenceBounds(first, second, over: region)
      let most = try difference.upperBound(outputWeights: [-1, 1, 0])
      var outside = 0
      for _ in 0..<10_000 {
        let x = region.sample(using: &random)
        guard region.violation(of: x) == 0 else { continue }
        let one = Reference.preactivations(first, x)
        let other = Reference.preactivations(second, x)
        for (index, bounds) in difference.bounds.enumerated() {
          for neuron in 0..<bounds.count {
            let value = one[index][neuron] - other[index][neuron]
            if value < Reference.Wide(bounds.lower[neuron]) || value > Reference.Wide(bounds.upper[neuron]) {
              outside += 1
            }
          }
        }
        let margin = (one[2][1] - one[2][0]) - (other[2][1] - other[2][0])
        if margin > Reference.Wide(most) { outside += 1 }
      }
      #expect(outside == 0, "kind \(kind), share \(share)")
      if share == 0 { #expect(abs(most) < 1e-9, "equal networks do not differ: \(most)") }
      // Far below what the two networks' own bounds say.
      let apart =
        try PreactivationBounds.backwardLinear(first, over: region)
        .marginUpperBound(first, for: Problem(region: region, class: 0, target: 1))
        + PreactivationBounds.backwardLinear(second, over: region)
        .outputUpperBound(second, over: region, outputWeights: [1, -1, 0])
      if share < 0.1 { #expect(most < 0.7 * apart, "kind \(kind), share \(share): \(most), apart \(apart)") }
    }
  }

  /// The pruned network's optimum plus the bound is never below the dense network's optimum, by brute force over all
  /// activation patterns.
  @Test(arguments: 0..<4) func boundsTheDenseOptimum(seed: Int) throws {
    var random = RandomSource(seed: UInt64(40 + seed))
    let first = try RandomProblems.network([5, 4, 3, 3], using: &random)
    let second = try pruned(first, share: 0.15, using: &random)
    for region in try RandomProblems.regions(5, rows: 5, epsilon: 1, using: &random) {
      let problem = try Problem(region: region, class: 0, target: 2)
      let bound = try DifferenceBounds(first, second, over: region).upperBound(outputWeights: [-1, 0, 1])
      let dense = try Reference.largestMargin(first, problem)
      let embedded = try Reference.largestMargin(second, problem)
      #expect(dense <= embedded + bound + 1e-7, "seed \(seed), \(region.norm)")
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var random = RandomSource(seed: 1)
    let region = try BoxRegion(lower: [0, 0], upper: [1, 1])
    let network = try RandomProblems.network([2, 3, 2], using: &random)
    let other = try RandomProblems.network([2, 4, 2], using: &random)
    #expect(throws: Misuse.self) { try DifferenceBounds(network, other, over: region) }
    let difference = try DifferenceBounds(network, network, over: region)
    #expect(throws: Misuse.self) { try difference.upperBound(outputWeights: [1]) }
    #expect(throws: Misuse.self) { try difference.upperBound(outputWeights: [1, .nan]) }
  }
}
