import Essentials

/// How much is pruned.
public enum PruningAmount: Sendable, Equatable {
  /// A share in [0, 1) of what is still there; the number is `rate` · n rounded to the nearest whole number, halves to
  /// the even one, which is PyTorch's rule.
  case rate(Double)
  /// So many weights, or neurons when whole neurons are pruned.
  case count(Int)

  /// The number to prune out of `available`.
  ///
  /// - Throws: `Misuse` for a rate outside [0, 1) and a count outside 0...available.
  func number(of available: Int, what: String) throws -> Int {
    switch self {
    case .rate(let rate):
      guard rate >= 0, rate < 1 else { throw Misuse("prune: expected a rate from 0 to below 1, got \(rate)") }
      return Int((rate * Double(available)).rounded(.toNearestOrEven))
    case .count(let count):
      guard (0...available).contains(count) else {
        throw Misuse("prune: expected a count from 0 to \(available) \(what), got \(count)")
      }
      return count
    }
  }
}
