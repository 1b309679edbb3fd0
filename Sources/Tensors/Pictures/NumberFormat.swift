import Glibc

/// One way to write several numbers so that they align: whole numbers plainly, others with four decimals, or with
/// powers of ten where they are very large, very small or very different.
struct NumberFormat {
  private enum Style { case whole, decimals, powers }
  private let style: Style

  /// The format for the numbers of one table.
  init(for values: [Double]) {
    let finite = values.filter(\.isFinite).map(abs)
    let largest = finite.max() ?? 0
    let smallest = finite.filter { $0 > 0 }.min() ?? 0
    if finite.allSatisfy({ $0 == $0.rounded() }), largest < 1e8 {
      style = .whole
    } else if largest >= 1e6 || (largest > 0 && (largest < 1e-3 || largest / smallest > 1e8)) {
      style = .powers
    } else {
      style = .decimals
    }
  }

  /// The number as text, not padded.
  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    return switch style {
    case .whole: NumberFormat.print("%.0f", value == 0 ? 0 : value)
    case .decimals: NumberFormat.print("%.4f", value)
    case .powers: NumberFormat.print("%.4e", value)
    }
  }

  private static func print(_ format: String, _ value: Double) -> String {
    withVaList([value]) { arguments in
      // 64 bytes hold every number below 10^8 with 4 decimals, and every power of ten.
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
        guard let start = buffer.baseAddress else { return "" }
        vsnprintf(start, buffer.count, format, arguments)
        return String(cString: start)
      }
    }
  }
}
