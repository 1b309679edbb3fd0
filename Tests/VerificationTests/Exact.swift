/// A whole multiple of 2^-100 below 2^27, for sums that are compared without rounding.
struct Exact: Comparable {
  private let units: Int128

  /// `number`, which must be such a multiple.
  init(_ number: Double) {
    guard let units = Int128(exactly: number * 0x1p100) else { fatalError("\(number) is no multiple of 2^-100") }
    self.units = units
  }

  private init(units: Int128) { self.units = units }

  static func + (a: Exact, b: Exact) -> Exact { Exact(units: a.units + b.units) }
  static func - (a: Exact, b: Exact) -> Exact { Exact(units: a.units - b.units) }
  static func * (a: Exact, factor: Int) -> Exact { Exact(units: a.units * Int128(factor)) }
  static func < (a: Exact, b: Exact) -> Bool { a.units < b.units }
}
