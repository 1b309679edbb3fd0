import CGMP

/// A fraction without rounding, by GMP.
public struct Rational: Comparable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  private final class Storage {
    let fraction = UnsafeMutablePointer<__mpq_struct>.allocate(capacity: 1)

    init() { __gmpq_init(fraction) }
    deinit {
      __gmpq_clear(fraction)
      fraction.deallocate()
    }
  }

  private let storage = Storage()

  /// A finite number, exactly.
  public init(_ value: Double) { __gmpq_set_d(storage.fraction, value) }
  /// A whole number.
  public init(integerLiteral value: Int) { __gmpq_set_si(storage.fraction, value, 1) }

  private typealias Operation = (
    UnsafeMutablePointer<__mpq_struct>?, UnsafePointer<__mpq_struct>?, UnsafePointer<__mpq_struct>?
  ) -> Void

  private static func apply(_ operation: Operation, _ a: Rational, _ b: Rational) -> Rational {
    let result: Rational = 0
    operation(result.storage.fraction, a.storage.fraction, b.storage.fraction)
    withExtendedLifetime((a, b)) {}
    return result
  }

  /// The sum.
  public static func + (a: Rational, b: Rational) -> Rational { apply(__gmpq_add, a, b) }
  /// The difference.
  public static func - (a: Rational, b: Rational) -> Rational { apply(__gmpq_sub, a, b) }
  /// The product.
  public static func * (a: Rational, b: Rational) -> Rational { apply(__gmpq_mul, a, b) }
  /// The quotient; b is not 0.
  public static func / (a: Rational, b: Rational) -> Rational { apply(__gmpq_div, a, b) }
  /// Whether a is less than b.
  public static func < (a: Rational, b: Rational) -> Bool {
    withExtendedLifetime((a, b)) { __gmpq_cmp(a.storage.fraction, b.storage.fraction) < 0 }
  }
  /// Whether both are the same number.
  public static func == (a: Rational, b: Rational) -> Bool {
    withExtendedLifetime((a, b)) { __gmpq_equal(a.storage.fraction, b.storage.fraction) != 0 }
  }

  /// The number rounded towards zero.
  public var double: Double { withExtendedLifetime(storage) { __gmpq_get_d(storage.fraction) } }
  /// The number, rounded.
  public var description: String { "\(double)" }
}
