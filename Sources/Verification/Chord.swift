/// The line above a ReLU that meets it at two preactivations: z ↦ slope · z + offset.
package struct Chord {
  /// The slope.
  package let slope: Double
  /// The value at 0.
  package let offset: Double

  /// The chord between `low` < 0 and `high` > 0.
  ///
  /// Rounded up: slope · (z - low) is at least 0 at z = low and, the slope having been raised by more than a division
  /// and a subtraction can have lost, at least high at z = high, and so never below the ReLU in between.
  @inline(__always)
  package init(from low: Double, to high: Double) {
    slope = (high / (high - low)).nextUp.nextUp
    offset = (slope * -low).nextUp
  }
}
