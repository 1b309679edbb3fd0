import CGMP

/// Real numbers without rounding: whole numbers, by GMP, times one power of two. Every Float64 is such a number, and so
/// is every sum and product of some: a network's outputs are known exactly.
final class ExactVector {
  /// The number of numbers.
  let count: Int
  private let integers: UnsafeMutablePointer<__mpz_struct>
  /// Number i is integers[i] · 2^exponent.
  private let exponent: Int

  private init(count: Int, exponent: Int) {
    self.count = count
    self.exponent = exponent
    integers = .allocate(capacity: count)
    for index in 0..<count { __gmpz_init(integers + index) }
  }

  deinit {
    for index in 0..<count { __gmpz_clear(integers + index) }
    integers.deallocate()
  }

  /// Finite numbers as they are.
  convenience init(_ values: [Double]) {
    let exponent = ExactVector.exponent(of: values)
    self.init(count: values.count, exponent: exponent)
    for index in 0..<count { ExactVector.set(integers + index, to: values[index], exponent: exponent) }
  }

  /// weight · x + bias of a layer, where x are these numbers, before its ReLUs.
  func affine(_ layer: RawLayer) -> ExactVector {
    let (weight, bias) = (layer.weight, layer.bias)
    let products = ExactVector.exponent(of: weight) + exponent
    let result = ExactVector(count: bias.count, exponent: min(products, ExactVector.exponent(of: bias)))
    var factor = __mpz_struct()
    __gmpz_init(&factor)
    defer { __gmpz_clear(&factor) }
    for row in 0..<bias.count {
      let sum = result.integers + row
      for place in layer.places(row) {
        let index = layer.input(place, of: row)
        guard weight[place] != 0, integers[index]._mp_size != 0 else { continue }
        ExactVector.set(&factor, to: weight[place], exponent: products - exponent)
        __gmpz_addmul(sum, &factor, integers + index)
      }
      __gmpz_mul_2exp(sum, sum, UInt(products - result.exponent))
      ExactVector.set(&factor, to: bias[row], exponent: result.exponent)
      __gmpz_add(sum, sum, &factor)
    }
    return result
  }

  /// The sums with as many `others`.
  func adding(_ others: ExactVector) -> ExactVector {
    let result = ExactVector(count: count, exponent: min(exponent, others.exponent))
    for index in 0..<count {
      let sum = result.integers + index
      __gmpz_mul_2exp(sum, integers + index, UInt(exponent - result.exponent))
      var other = __mpz_struct()
      __gmpz_init(&other)
      defer { __gmpz_clear(&other) }
      __gmpz_mul_2exp(&other, others.integers + index, UInt(others.exponent - result.exponent))
      __gmpz_add(sum, sum, &other)
    }
    return result
  }

  /// Makes those negative numbers 0 that have a ReLU.
  func rectify(_ isRectified: [Bool]) {
    for index in 0..<count where isRectified[index] && integers[index]._mp_size < 0 {
      __gmpz_set_ui(integers + index, 0)
    }
  }

  /// The closest Float64 numbers around number `index`: equal where it is one itself.
  func range(_ index: Int) -> ClosedRange<Double> {
    let integer = integers + index
    var power = 0
    let fraction = __gmpz_get_d_2exp(&power, integer)
    guard fraction != 0 else { return 0...0 }
    let value = Double(sign: .plus, exponent: power + exponent, significand: fraction)
    guard value.isFinite else {
      return value > 0 ? .greatestFiniteMagnitude ... .infinity : -.infinity ... -.greatestFiniteMagnitude
    }
    // The fraction is cut off, and rounded once more where the number is tiny.
    let order = order(index, value)
    return (order < 0 ? value.nextDown : value)...(order > 0 ? value.nextUp : value)
  }

  /// The numbers as Float64, rounded down.
  var rounded: [Double] { (0..<count).map { range($0).lowerBound } }

  /// How much work the numbers are: the limbs of the longest one.
  var limbs: Int { (0..<count).reduce(1) { max($0, Int(integers[$1]._mp_size.magnitude)) } }

  /// The limbs of the longest integer among `weight`, when they are whole multiples of one power of two.
  static func limbs(of weight: [Double]) -> Int {
    let largest = weight.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return 1 }
    return (Int(largest.exponent) - exponent(of: weight)) / 64 + 1
  }

  /// The sign of number `index` - `value`.
  private func order(_ index: Int, _ value: Double) -> Int32 {
    let number = ExactVector(count: 1, exponent: exponent)
    __gmpz_set(number.integers, integers + index)
    let difference = number.adding(ExactVector([-value]))
    return withExtendedLifetime(difference) { difference.integers.pointee._mp_size }
  }

  /// The largest e for which all `values` are whole multiples of 2^e; 0 where all are 0.
  private static func exponent(of values: [Double]) -> Int {
    let least = values.reduce(Int.max) { least, value in
      value == 0 ? least : min(least, Int(value.exponent) - value.significandWidth)
    }
    return least == .max ? 0 : least
  }

  private static func set(_ integer: UnsafeMutablePointer<__mpz_struct>, to value: Double, exponent: Int) {
    guard value != 0 else { return __gmpz_set_ui(integer, 0) }
    let width = value.significandWidth
    let mantissa = Int(Double(sign: value.sign, exponent: width, significand: value.significand))
    __gmpz_set_si(integer, mantissa)
    __gmpz_mul_2exp(integer, integer, UInt(Int(value.exponent) - width - exponent))
  }
}
