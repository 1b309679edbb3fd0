import Glibc

/// A seeded generator of random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
/// Generators", ACM TOMS 2021), its state filled from the seed by SplitMix64.
///
/// The stream of a seed is part of the product's promise: it is the same on every machine and in every release.
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Starts the stream of `seed`; any seed is good, zero included.
  public init(seed: UInt64) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  /// Restores a generator from `words`, the four numbers of an earlier `words`; nil unless there are four, not all zero.
  public init?(words: [UInt64]) {
    guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
    state = (words[0], words[1], words[2], words[3])
  }

  /// The whole state, for checkpoints that resume exactly.
  public var words: [UInt64] { [state.0, state.1, state.2, state.3] }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.0 &+ state.3, 23) &+ state.0
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A number drawn uniformly from [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number drawn uniformly from [lower, upper).
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double { lower + (upper - lower) * uniform() }

  /// A whole number drawn uniformly from 0 ..< bound, without bias (Lemire, "Fast Random Integer Generation in an
  /// Interval", 2019).
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "below() needs a positive bound")
    let range = UInt64(bound)
    var (high, low) = next().multipliedFullWidth(by: range)
    if low < range {
      let threshold = (0 &- range) % range
      while low < threshold { (high, low) = next().multipliedFullWidth(by: range) }
    }
    return Int(high)
  }

  /// A standard normal number by Marsaglia's polar method; the second number of each pair is dropped, so that a draw
  /// leaves no hidden state behind.
  public mutating func normal() -> Double {
    while true {
      let u = uniform(-1, 1)
      let v = uniform(-1, 1)
      let s = u * u + v * v
      if s < 1, s > 0 { return u * naturalLogarithmScale(s) }
    }
  }

  /// The numbers 0 ..< count in random order (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Shuffles `values` in place (Fisher and Yates).
  @inlinable
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    guard values.count > 1 else { return }
    for last in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(last, below(last + 1)) }
  }

  /// Whether two generators would go on with the same stream.
  public static func == (a: RandomSource, b: RandomSource) -> Bool { a.state == b.state }
}

private func naturalLogarithmScale(_ s: Double) -> Double { (-2 * log(s) / s).squareRoot() }
