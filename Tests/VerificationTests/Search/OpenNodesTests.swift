import Essentials
import Testing
import Verification

/// Open nodes against a plain list.
@Suite struct OpenNodesTests {
  private struct Node: BoundedNode {
    let bound: Double
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>) func theLargestBoundComesFirst(_ seed: UInt64) {
    var random = RandomSource(seed: seed)
    let capacity = 1 + random.below(40)
    var open = OpenNodes<Node>(capacity: capacity)
    // What a heap of that size would hold, and those beyond it in their order.
    var (ordered, later): ([Double], [Double]) = ([], [])
    for step in 1...400 {
      if random.below(5) < 3 {
        // Equal bounds are common, infinite ones occur.
        let bound = random.below(20) == 0 ? Double.infinity : Double(random.below(12))
        open.push(Node(bound: bound))
        if ordered.count < capacity { ordered.append(bound) } else { later.append(bound) }
      } else {
        var expected = later.popLast()
        if expected == nil, let largest = ordered.max(), let place = ordered.firstIndex(of: largest) {
          expected = ordered.remove(at: place)
        }
        #expect(open.pop()?.bound == expected, "seed \(seed), step \(step)")
      }
      #expect(open.count == ordered.count + later.count, "seed \(seed), step \(step)")
      #expect(open.bound == (ordered + later).max() ?? -.infinity, "seed \(seed), step \(step)")
      #expect(open.violatedInvariants == [], "seed \(seed), step \(step)")
    }
  }
}
