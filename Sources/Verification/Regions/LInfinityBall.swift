import Essentials
import MILP

extension Norm {
  /// The largest absolute change.
  public static let linf = Norm("linf", isBox: true)
}

/// Box ∩ {x : every |x_i - center_i| <= epsilon}: a smaller box.
public struct LInfinityBall: InputRegion {
  /// What the region is cut from.
  public let box: RegionBox
  /// The largest change of any input.
  public let epsilon: Double
  /// Lower bounds of the region, rounded outward.
  public let lower: [Double]
  /// Upper bounds of the region, rounded outward.
  public let upper: [Double]
  /// The same bounds rounded inward: points between them have a distance of at most epsilon as it is computed.
  private let innerLower: [Double]
  private let innerUpper: [Double]

  /// The ball of radius `epsilon` around `center`, cut with the box [lower, upper].
  ///
  /// - Throws: `Misuse` unless epsilon is finite and not negative and the centre is inside the box.
  public init(center: [Double], epsilon: Double, lower: [Double], upper: [Double]) throws {
    box = try RegionBox(center: center, lower: lower, upper: upper)
    try RegionBox.check(epsilon: epsilon)
    self.epsilon = epsilon
    (self.lower, self.upper) = box.cut(epsilon)
    innerLower = zip(self.lower, center).map { end, center in center - end <= epsilon ? end : end.nextUp }
    innerUpper = zip(self.upper, center).map { end, center in end - center <= epsilon ? end : end.nextDown }
  }

  /// The region of a problem.
  public init(_ parameters: RegionParameters) throws {
    try self.init(
      center: parameters.center, epsilon: parameters.epsilon, lower: parameters.lower, upper: parameters.upper)
  }

  /// `linf`.
  public static var norm: Norm { .linf }

  /// The exact maximum: every input at the end that its coefficient prefers.
  public func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support {
    BoxRegion.support(c, center: box.center, lower: lower, upper: upper, maximizer: maximizer)
  }

  /// The largest change of an input.
  public func distance(of x: [Double]) -> Double {
    zip(x, box.center).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// The nearest point of the region, exactly.
  public func project(_ x: [Double]) -> [Double] {
    x.indices.map { x[$0].isNaN ? box.center[$0] : min(max(x[$0], innerLower[$0]), innerUpper[$0]) }
  }

  /// Adds nothing, since the columns' bounds are the region; for a distance, two rows per input.
  public func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn] {
    guard let distance else { return [] }
    for (index, input) in inputs.enumerated() where lower[index] < upper[index] {
      try model.constrain(input - distance, .lessOrEqual, center[index])
      try model.constrain(input + distance, .greaterOrEqual, center[index])
    }
    return []
  }

  /// A random point of the region.
  public func sample(using random: inout RandomSource) -> [Double] {
    BoxRegion.sample(lower: innerLower, upper: innerUpper, using: &random)
  }
}
