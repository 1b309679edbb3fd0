import Essentials
import MILP

/// The set of inputs that an adversary may choose: bounded, never empty, and convex unless its norm says otherwise.
///
/// Everything else is built from these few questions: exact bounds of the first layer and the last step of backward
/// bounds are `support`, a Frank–Wolfe attack is gradient, `support`, line search, and the MILP gets the region
/// through `constrain`. A new norm is one new file, a line in `Norm`, and its distance once more, independently, in
/// `Recheck`.
public protocol InputRegion: Sendable {
  /// The region's name in problem files, and what it needs there.
  static var norm: Norm { get }
  /// The region that a problem's numbers describe.
  ///
  /// - Throws: `Misuse` when there is no such region.
  init(_ parameters: RegionParameters) throws
  /// The number of image rows where the region depends on them.
  var imageRows: Int? { get }
  /// The box that the region is cut from, and its centre.
  var box: RegionBox { get }
  /// The largest distance from `center` that the norm allows; infinite where only the box limits the inputs.
  var epsilon: Double { get }
  /// Lower bounds of the tightest box around the region, rounded outward.
  var lower: [Double] { get }
  /// Upper bounds of the tightest box around the region, rounded outward.
  var upper: [Double] { get }

  /// The maximum of c·x over the region, and optionally an input that attains it.
  ///
  /// - Parameters:
  ///   - c: `inputCount` finite coefficients.
  ///   - maximizer: room for `inputCount` numbers that receive a maximising input.
  ///   - workspace: scratch memory, one per thread, so that nothing is allocated here.
  func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support

  /// How far `x` is from `center` in the region's norm.
  func distance(of x: [Double]) -> Double

  /// A point of the region close to `x`: `x` itself if it is inside.
  func project(_ x: [Double]) -> [Double]

  /// Adds rows, and columns where they are needed, that keep `inputs` inside the region. The bounds of the inputs are
  /// taken to be `lower` and `upper` already.
  ///
  /// - Parameter distance: a column that takes the place of `epsilon`: the rows keep it from being less than the
  ///   distance from `center`.
  /// The linear relaxation of what is added describes the smallest convex set around the region: proofs use it.
  ///
  /// - Returns: the added columns and how their values follow from an input.
  /// - Throws: `Misuse` for a distance in a region without a norm.
  func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn]

  /// A random point of the region. Interior, boundary and sparse extreme points all come up.
  func sample(using random: inout RandomSource) -> [Double]
}

extension InputRegion {
  /// The norm that the distance from `center` is measured in.
  public var norm: Norm { Self.norm }
  /// None.
  public var imageRows: Int? { nil }
  /// The number of inputs.
  public var inputCount: Int { box.center.count }
  /// A point inside that every distance is measured from.
  public var center: [Double] { box.center }
  /// Lower bounds of the box that the region is cut from, before epsilon.
  public var boxLower: [Double] { box.lower }
  /// Upper bounds of the box that the region is cut from, before epsilon.
  public var boxUpper: [Double] { box.upper }

  /// Adds rows and columns that keep `inputs` inside the region.
  public func constrain(_ model: Model, _ inputs: [Variable]) throws -> [RegionColumn] {
    try constrain(model, inputs, distance: nil)
  }

  /// The largest possible size of each input.
  var reach: [Double] { RegionBox.reach(lower, upper) }

  /// How far `x` is outside the box; 0 inside, infinite when a number is NaN.
  public func boxViolation(of x: [Double]) -> Double {
    let box = box
    var worst = 0.0
    for index in x.indices {
      guard x[index].isFinite else { return .infinity }
      worst = max(worst, box.lower[index] - x[index], x[index] - box.upper[index])
    }
    return worst
  }

  /// How far `x` is outside the region: the larger of the box violation and the excess over epsilon; 0 inside,
  /// infinite when the number of inputs is wrong or a number is NaN.
  public func violation(of x: [Double]) -> Double {
    guard x.count == inputCount else { return .infinity }
    let box = boxViolation(of: x)
    guard box.isFinite else { return .infinity }
    return max(box, distance(of: x) - epsilon, 0)
  }

  /// Whether `x` is inside the region up to `tolerance`, 1e-9 by default.
  public func contains(_ x: [Double], tolerance: Double = 1e-9) -> Bool { violation(of: x) <= tolerance }

  /// The maximum of c·x over the region and an input that attains it.
  ///
  /// - Throws: `Misuse` unless there are `inputCount` finite coefficients.
  public func support(_ c: [Double]) throws -> (support: Support, maximizer: [Double]) {
    guard c.count == inputCount else {
      throw Misuse("support: expected \(inputCount) coefficients, got \(c.count)")
    }
    if let index = c.firstIndex(where: { !$0.isFinite }) {
      throw Misuse("support: expected finite coefficients, got \(c[index]) at \(index + 1)")
    }
    let workspace = SupportWorkspace(inputCount: inputCount)
    var result = Support(value: 0, error: 0)
    let maximizer = [Double](unsafeUninitializedCapacity: inputCount) { buffer, count in
      c.withUnsafeBufferPointer { c in
        if let c = c.baseAddress, let point = buffer.baseAddress {
          result = support(c, maximizer: point, workspace: workspace)
        }
      }
      count = inputCount
    }
    return (result, maximizer)
  }
}
