/// Directed rounding and error bounds in Float64.
@usableFromInline package enum Rounding {
  /// Twice the unit roundoff. A sum of n rounded terms is off by at most n·`step` times the sum of their magnitudes
  /// for every n this project meets: Higham's gamma_n = n u / (1 - n u) with u half of `step`, the other half being
  /// reserve for the rounding of the magnitudes themselves.
  @inlinable @inline(__always)
  package static var step: Double { 0x1p-52 }

  /// What underflow can lose in any of our sums, generously.
  @inlinable @inline(__always)
  package static var tiny: Double { 1e-290 }

  /// How far a sum of at most `terms` rounded terms can be off, their magnitudes adding up to `size`.
  @inlinable @inline(__always)
  package static func error(terms: Int, size: Double) -> Double { Double(terms) * step * size + tiny }

  /// a - b rounded down.
  @inlinable @inline(__always)
  package static func differenceDown(_ a: Double, _ b: Double) -> Double { -sumUp(b, -a) }

  /// a + b rounded up.
  @inlinable @inline(__always)
  package static func sumUp(_ a: Double, _ b: Double) -> Double {
    let sum = a + b
    // What is left beside the rounded sum, exactly (Knuth's TwoSum); no number where something overflows.
    let t = sum - a
    let rest = (a - (sum - t)) + (b - t)
    return rest <= 0 ? sum : sum.nextUp
  }

  /// A number that is never below a · b, and one unit in the last place above the rounded product at the most; 0 for a
  /// factor of 0.
  @inlinable @inline(__always)
  package static func productUp(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : (a * b).nextUp }

  /// a · b rounded up: the product itself where Float64 has it. Slower than `productUp`.
  package static func exactProductUp(_ a: Double, _ b: Double) -> Double {
    guard a != 0, b != 0 else { return 0 }
    let product = a * b
    // What is left beside the rounded product, exactly where it does not underflow; no number where the product overflows.
    let rest = (-product).addingProduct(a, b)
    return rest <= 0 && abs(product) > tiny ? product : product.nextUp
  }
}
