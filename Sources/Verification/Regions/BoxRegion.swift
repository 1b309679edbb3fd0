import Essentials
import MILP

extension Norm {
  /// No norm: the box alone limits the inputs.
  public static let box = Norm("box", needsEpsilon: false, isBox: true)
}

/// A plain box: every input has its own bounds and nothing ties them together.
public struct BoxRegion: InputRegion {
  /// What the region is cut from.
  public let box: RegionBox

  /// The box [lower, upper] with a point of interest inside.
  ///
  /// - Parameter center: where attacks start and distances are measured from; the middle of the box by default.
  /// - Throws: `Misuse` unless the bounds are finite and enclose the centre.
  public init(lower: [Double], upper: [Double], center: [Double]? = nil) throws {
    let middle = zip(lower, upper).map { min(max($0 + 0.5 * ($1 - $0), $0), $1) }
    box = try RegionBox(center: center ?? middle, lower: lower, upper: upper)
  }

  /// The region of a problem.
  public init(_ parameters: RegionParameters) throws {
    try self.init(lower: parameters.lower, upper: parameters.upper, center: parameters.center)
  }

  /// `box`.
  public static var norm: Norm { .box }
  /// Infinite: a box has no budget.
  public var epsilon: Double { .infinity }
  /// The lower bounds.
  public var lower: [Double] { box.lower }
  /// The upper bounds.
  public var upper: [Double] { box.upper }

  /// The exact maximum: every input at the end that its coefficient prefers.
  public func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support {
    BoxRegion.support(c, center: box.center, lower: box.lower, upper: box.upper, maximizer: maximizer)
  }

  /// The maximum over a box, shared with the regions that are boxes in the end.
  static func support(
    _ c: UnsafePointer<Double>, center: [Double], lower: [Double], upper: [Double],
    maximizer: UnsafeMutablePointer<Double>?
  ) -> Support {
    var value = 0.0
    var magnitude = 0.0
    for index in lower.indices {
      let end = c[index] > 0 ? upper[index] : c[index] < 0 ? lower[index] : center[index]
      let term = c[index] * end
      value += term
      magnitude += abs(term)
      maximizer?[index] = end
    }
    return Support(value: value, error: Rounding.error(terms: lower.count + 4, size: magnitude))
  }

  /// The largest change of an input.
  public func distance(of x: [Double]) -> Double {
    zip(x, box.center).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// The nearest point of the box.
  public func project(_ x: [Double]) -> [Double] { box.clamp(x) }

  /// Adds nothing: the columns' bounds are the region.
  public func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn] {
    guard distance == nil else { throw Misuse("region: a plain box has no norm to measure distances in") }
    return []
  }

  /// A random point of the box.
  public func sample(using random: inout RandomSource) -> [Double] {
    BoxRegion.sample(lower: box.lower, upper: box.upper, using: &random)
  }

  /// A random point of a box: uniform, a corner, or partly at its corners.
  static func sample(lower: [Double], upper: [Double], using random: inout RandomSource) -> [Double] {
    let cornerShare = [0, 0.5, 1][random.below(3)]
    return lower.indices.map { index in
      if random.uniform() < cornerShare { return random.below(2) == 0 ? lower[index] : upper[index] }
      return min(max(lower[index] + (upper[index] - lower[index]) * random.uniform(), lower[index]), upper[index])
    }
  }
}
