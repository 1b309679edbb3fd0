/// A sum of products of two finite Float64 numbers without any rounding: one long fixed-point number (Kulisch,
/// "Computer Arithmetic and Validity").
struct ExactSum {
  /// Digits of 32 bits, the first counting 2^-2148 at its lowest bit; each may hold carries until `sign` is asked.
  private var digits = [Int64](repeating: 0, count: 140)

  /// Adds a · b.
  mutating func add(_ a: Double, _ b: Double = 1) {
    guard a != 0, b != 0 else { return }
    let (first, second) = (ExactSum.split(a), ExactSum.split(b))
    let product = first.mantissa.multipliedFullWidth(by: second.mantissa)
    let (place, shift) = (first.exponent + second.exponent + 2148).quotientAndRemainder(dividingBy: 32)
    let isNegative = (a < 0) != (b < 0)
    // 106 bits moved up by less than 32 fill five digits at the most.
    var rest = (high: product.high, low: product.low)
    var carry: UInt64 = 0
    for digit in 0..<5 {
      let part = (rest.low & 0xffff_ffff) << UInt64(shift) | carry
      digits[place + digit] += Int64(part & 0xffff_ffff) * (isNegative ? -1 : 1)
      carry = part >> 32
      rest = (rest.high >> 32, rest.low >> 32 | rest.high << 32)
    }
  }

  /// -1, 0 or 1, as the sum is.
  var sign: Int {
    var carry: Int64 = 0
    var isZero = true
    for digit in digits {
      let sum = digit + carry
      carry = sum >> 32
      if sum & 0xffff_ffff != 0 { isZero = false }
    }
    return carry < 0 ? -1 : isZero && carry == 0 ? 0 : 1
  }

  /// |x| = mantissa · 2^exponent.
  private static func split(_ x: Double) -> (mantissa: UInt64, exponent: Int) {
    let biased = Int(x.exponentBitPattern)
    return biased == 0 ? (x.significandBitPattern, -1074) : (x.significandBitPattern | 1 << 52, biased - 1075)
  }
}
