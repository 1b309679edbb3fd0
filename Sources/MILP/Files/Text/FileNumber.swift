/// Numbers as model files hold them.
enum FileNumber {
  /// The powers of ten that 64 bits hold.
  private static let powers: [UInt64] = (0...19).map { exponent in (0..<exponent).reduce(1) { value, _ in value * 10 } }

  /// The number at the beginning of `range`, and where it ends; nil if there is none. It has no sign; an exponent is
  /// taken only if digits follow it. Numbers beyond Float64 are infinite.
  ///
  /// - Parameter hasFortranExponents: whether exponents may begin with D, too.
  static func unsigned(
    in bytes: [UInt8], _ range: Range<Int>, hasFortranExponents: Bool = false
  ) -> (value: Double, end: Int)? {
    var place = range.lowerBound
    // The digits as one whole number, as long as they fit, and the power of ten that it has.
    var (mantissa, power, digits, dropped) = (UInt64(0), 0, 0, false)
    var isBehindPoint = false
    while place < range.upperBound {
      let byte = bytes[place]
      if byte.isDigit {
        digits += 1
        if mantissa < powers[18] {
          mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
          if isBehindPoint { power -= 1 }
        } else {
          if byte != UInt8(ascii: "0") { dropped = true }
          if !isBehindPoint { power += 1 }
        }
      } else if byte == UInt8(ascii: "."), !isBehindPoint {
        isBehindPoint = true
      } else {
        break
      }
      place += 1
    }
    guard digits > 0 else { return nil }
    if let (exponent, end) = exponent(in: bytes, place..<range.upperBound, hasFortranExponents) {
      power += exponent
      place = end
    }
    if !dropped, abs(power) < powers.count { return (scaled(mantissa, power), place) }
    let plain = bytes[range.lowerBound..<place].map { $0.lowercased == UInt8(ascii: "d") ? UInt8(ascii: "e") : $0 }
    return Double(String(decoding: plain, as: UTF8.self)).map { ($0, place) }
  }

  /// The number that `range` is: signed or not, an infinity in any spelling; nil if it is none.
  static func signed(in bytes: [UInt8], _ range: Range<Int>) -> Double? {
    var start = range.lowerBound
    var sign = 1.0
    if start < range.upperBound, bytes[start] == UInt8(ascii: "+") || bytes[start] == UInt8(ascii: "-") {
      if bytes[start] == UInt8(ascii: "-") { sign = -1 }
      start += 1
    }
    let rest = start..<range.upperBound
    if let (value, end) = unsigned(in: bytes, rest, hasFortranExponents: true) {
      return end == range.upperBound ? sign * value : nil
    }
    return isInfinity(bytes, rest) ? sign * .infinity : nil
  }

  /// The shortest text from which the same number is read; whole numbers without a point.
  static func text(_ value: Double) -> String {
    if value.magnitude < 1e15, let whole = Int(exactly: value) { return whole.description }
    return value.description
  }

  /// Whether `range` is `inf` or `infinity`, in any case.
  static func isInfinity(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard range.count == 3 || range.count == 8, bytes[range.lowerBound].lowercased == UInt8(ascii: "i") else {
      return false
    }
    return zip(bytes[range], "infinity".utf8).allSatisfy { $0.lowercased == $1 }
  }

  private static func exponent(
    in bytes: [UInt8], _ range: Range<Int>, _ hasFortranExponents: Bool
  ) -> (value: Int, end: Int)? {
    guard let first = range.first else { return nil }
    let letter = bytes[first].lowercased
    guard letter == UInt8(ascii: "e") || (hasFortranExponents && letter == UInt8(ascii: "d")) else { return nil }
    var (place, sign, value) = (first + 1, 1, 0)
    if place < range.upperBound, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
      if bytes[place] == UInt8(ascii: "-") { sign = -1 }
      place += 1
    }
    guard place < range.upperBound, bytes[place].isDigit else { return nil }
    while place < range.upperBound, bytes[place].isDigit {
      value = min(value * 10 + Int(bytes[place] - UInt8(ascii: "0")), 100_000)
      place += 1
    }
    return (sign * value, place)
  }

  /// `mantissa` times a power of ten up to 19 either way, rounded once: at least 62 bits of the exact value, the last of
  /// which says whether anything was left over, become the nearest Float64.
  private static func scaled(_ mantissa: UInt64, _ power: Int) -> Double {
    if mantissa == 0 || power == 0 { return Double(mantissa) }
    let factor = powers[abs(power)]
    if power > 0 {
      let product = mantissa.multipliedFullWidth(by: factor)
      if product.high == 0 { return Double(product.low) }
      let shift = product.high.leadingZeroBitCount
      let bits = shift == 0 ? product.high : product.high << shift | product.low >> (64 - shift)
      let isLeft = product.low << shift != 0
      return Double(bits | (isLeft ? 1 : 0)) * Double(sign: .plus, exponent: 64 - shift, significand: 1)
    }
    let (shift, factorShift) = (mantissa.leadingZeroBitCount, factor.leadingZeroBitCount)
    let high = mantissa << shift
    let (bits, remainder) = (factor << factorShift).dividingFullWidth((high >> 1, high << 63))
    return Double(bits | (remainder != 0 ? 1 : 0))
      * Double(sign: .plus, exponent: factorShift - shift - 63, significand: 1)
  }
}
