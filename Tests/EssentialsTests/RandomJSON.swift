import Essentials

/// Random JSON values and damaged texts, the same for the same seed (SplitMix64: Steele, Lea and Flood 2014).
struct RandomJSON: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  mutating func value(depth: Int) -> JSON {
    switch below(depth > 0 ? 10 : 6) {
    case 0: return [.null, .boolean(true), .boolean(false)][below(3)]
    case 1: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
    case 2, 3: return .number(number())
    case 4, 5: return .string(string())
    case 6, 7: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
    default:
      var members: [String: JSON] = [:]
      for _ in 0..<below(5) { members[string()] = value(depth: depth - 1) }
      return .object(members)
    }
  }

  /// Floats of every exponent, and those around which something changes.
  private mutating func number() -> Double {
    let marked: [Double] = [
      0, -0.0, 1, 0.1, 0x1p53, 0x1p54, 0x1p60, 0x1p63, -0x1p63, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e16,
    ]
    if below(3) == 0 { return marked[below(marked.count)] }
    while true {
      let value = Double(bitPattern: next())
      if value.isFinite { return value }
    }
  }

  private mutating func string() -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0x61...0x7A, 0x20...0x7F, 0x00...0x1F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
      0x22...0x22, 0x5C...0x5C,
    ]
    var scalars = String.UnicodeScalarView()
    for _ in 0..<below(8) {
      let range = ranges[min(below(ranges.count), below(ranges.count))]
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// `text` with one to three places changed.
  mutating func damaged(_ text: [UInt8]) -> [UInt8] {
    var text = text
    let pieces = [
      "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "1", "-", ".", "e", "E+", "null", "tru", "NaN", " ", "\n",
      "\u{C}", "\u{0}", "\\u", "\\uD8", "\\uDC00", "é", "1e999", "//", "'", "-0",
    ]
    for _ in 0...below(3) {
      let place = below(text.count + 1)
      switch below(4) {
      case 0: text.insert(contentsOf: pieces[below(pieces.count)].utf8, at: place)
      case 1: if place < text.count { text.remove(at: place) }
      case 2: if place < text.count { text[place] = UInt8(truncatingIfNeeded: next()) }
      default: text.removeSubrange(place..<min(place + below(4), text.count))
      }
    }
    return text
  }
}
