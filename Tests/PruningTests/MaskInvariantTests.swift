import Essentials
import Networks
import Pruning
import Tensors
import Testing

/// However a mask is made, its numbers are zeros and ones in the shapes of a network.
@Suite struct MaskInvariantTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>) func theyHoldHoweverItIsMade(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let network = try randomNetwork([5, 1 + random.below(6), 1 + random.below(6), 3], seed: seed)
    var options = PruningOptions()
    if random.below(2) == 0 { options.structure = .structured }
    var masks = [Mask(keepingAllOf: network)]
    for step in 1...12 {
      let (first, second) = (masks[random.below(masks.count)], masks[random.below(masks.count)])
      switch random.below(5) {
      case 0: masks.append(try first.and(second))
      case 1: masks.append(try first.or(second))
      case 2: masks.append(try first.copy())
      case 3: masks.append(Mask(nonzerosOf: try first.apply(to: network)))
      default:
        masks.append(
          try Pruner(options: options).mask(
            for: network, by: Magnitude(), amount: .rate(0.3), within: first))
      }
      #expect(masks[step].violatedInvariants == [], "seed \(seed), step \(step)")
    }
  }

  /// A tensor of a mask is no copy, so that whoever holds it can break the mask.
  @Test func whatIsBrokenIsNamed() throws {
    let mask = Mask(keepingAllOf: try randomNetwork([2, 3, 2], seed: 1))
    try mask.biases[1].assign(Tensor([1, 0.5]))
    #expect(mask.violatedInvariants == ["layer 1 has 0.5"])
  }
}
