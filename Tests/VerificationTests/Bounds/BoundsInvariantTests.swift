import Essentials
import Networks
import Testing
import Verification

/// Bounds of every method, and what is made of them, are finite and do not cross.
@Suite struct BoundsInvariantTests {
  @Test(arguments: 1...10 as ClosedRange<UInt64>) func theyHoldForEveryMethod(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let network = try RandomProblems.network([6, 5, 4, 3], using: &random)
    // Down to a point, where the bounds of two methods may cross by their rounding.
    let epsilon = [0, 1e-12, 0.1, 10][random.below(4)]
    for region in try RandomProblems.regions(6, rows: 2, epsilon: epsilon, using: &random) {
      let interval = try PreactivationBounds.interval(network, over: region)
      let backward = try PreactivationBounds.backwardLinear(network, over: region)
      let optimized = try backward.optimized(network, over: region)
      let all = [interval, backward, optimized]
      for (index, bounds) in all.enumerated() {
        #expect(bounds.violatedInvariants == [], "seed \(seed), method \(index)")
        for other in all {
          #expect(try bounds.intersected(with: other).violatedInvariants == [], "seed \(seed), method \(index)")
        }
      }
    }
  }

  /// Bounds that cross, as no rounding makes them, are not taken over.
  @Test func crossedBoundsAreKeptApart() throws {
    let low = try LayerBounds(lower: [0, 1], upper: [1, 2])
    let high = try LayerBounds(lower: [3, 1], upper: [4, 1.5])
    let both = try PreactivationBounds(layers: [low]).intersected(with: PreactivationBounds(layers: [high]))
    #expect(both.violatedInvariants == [])
    #expect(both.layers[0].lower == [0, 1] && both.layers[0].upper == [1, 1.5])
  }
}
