/// Directed rounding and error bounds in Float64.
package enum Rounding {
  /// Twice the unit roundoff. A sum of n rounded terms is off by at most n·`step` times the sum of their magnitudes
  /// for every n this project meets: Higham's gamma_n = n u / (1 - n u) with u half of `step`, the other half being
  /// reserve for the rounding of the magnitudes themselves.
  static let step = 0x1p-52

  /// What underflow can lose in any of our sums, generously.
  static let tiny = 1e-290

  /// a - b rounded down.
  package static func differenceDown(_ a: Double, _ b: Double) -> Double {
    let d = a - b
    return residual(a, b, d) < 0 ? d.nextDown : d
  }

  /// a + b rounded up.
  package static func sumUp(_ a: Double, _ b: Double) -> Double {
    let s = a + b
    return residual(a, -b, s) > 0 ? s.nextUp : s
  }

  /// What a - b leaves beside its rounded value d, exactly (Knuth's TwoSum).
  private static func residual(_ a: Double, _ b: Double, _ d: Double) -> Double {
    let t = d - a
    return (a - (d - t)) + (-b - t)
  }
}
