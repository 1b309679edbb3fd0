import Essentials
import Testing
import Verification

/// Directed rounding, against whole numbers of 128 bits.
@Suite struct RoundingTests {
  @Test(arguments: 0..<20) func sumsAndDifferencesAreTheNearestOnTheirSide(seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    var inexact = 0
    for _ in 0..<500 {
      // Multiples of 2^-82 of sizes from 2^-30 to 1, and of both signs.
      let (a, b) = (number(&random), number(&random))
      let (sum, difference) = (Exact(a) + Exact(b), Exact(a) - Exact(b))
      let (up, down) = (Rounding.sumUp(a, b), Rounding.differenceDown(a, b))
      #expect(Exact(up) >= sum && Exact(down) <= difference, "seed \(seed): \(a), \(b)")
      // No number between does it too.
      if Exact(up) != sum { #expect(Exact(up.nextDown) < sum, "seed \(seed): \(a) + \(b)") }
      if Exact(down) != difference { #expect(Exact(down.nextUp) > difference, "seed \(seed): \(a) - \(b)") }
      if Exact(up) != sum { inexact += 1 }
    }
    #expect(inexact > 100, "seed \(seed): most sums should be rounded")
  }

  private func number(_ random: inout RandomSource) -> Double {
    let scale = [1, 0x1p-10, 0x1p-20, 0x1p-30][random.below(4)]
    return (random.uniform() * 0x1p52).rounded() * 0x1p-52 * scale * (random.below(2) == 0 ? 1 : -1)
  }
}
