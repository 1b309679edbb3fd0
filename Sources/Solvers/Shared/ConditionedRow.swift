import Essentials
import MILP

/// One row as a solver can digest it: without entries that are negligible beside the rest, and not tiny as a whole.
///
/// GLPK scales rows and columns by the geometric mean of their extreme magnitudes. One entry of 1e-43 beside entries of
/// 1, as weight decay leaves them behind, is enough for wrong answers: feasible models were called infeasible and
/// optima were off in the first digit. HiGHS drops entries up to 1e-12 without a word. So both get rows that have none:
///
/// - An entry of at most `ratio` times the row's largest one, whose variable's bounds keep all such entries of the row
///   together within `budget`, is dropped, and the row's bounds are moved outward by what the entry could contribute.
///   Every feasible point stays feasible, and no point gains more than a tenth of `Model.feasibilityTolerance`.
/// - An entry of at most `lost` times the largest that could contribute more than that is refused: neither keeping nor
///   dropping it is right.
/// - A row whose entries are all below the solvers' tolerances is multiplied by a power of two.
struct ConditionedRow {
  private static let ratio = 1e-9
  private static let lost = 1e-12
  private static let budget = 1e-7
  /// The magnitude below which solvers take an entry for zero.
  private static let smallest = 1e-12

  private(set) var columns: [Int32] = []
  private(set) var values: [Double] = []
  private(set) var lower: Double
  private(set) var upper: Double
  /// What the row was multiplied by.
  private(set) var scale = 1.0
  /// The entries left out, and the largest magnitude among them.
  private(set) var droppedCount = 0
  private(set) var largestDropped = 0.0
  /// An entry that was kept although it is small beside the others.
  private(set) var smallestKept: Double?

  /// Whether a row with entries of these magnitudes needs any of this.
  static func isNeeded(smallest: Double, largest: Double) -> Bool {
    smallest <= ratio * largest || largest < budget || smallest <= Self.smallest
  }

  /// Conditions a row of `model`, whose bounds must not be crossed.
  ///
  /// - Parameter implied: bounds of the variables to use instead of the model's own.
  /// - Throws: `OutsideFailure` for an entry that is lost beside the others but not negligible; `name` begins the message.
  init(
    _ columns: some Sequence<Int32>, _ values: some Sequence<Double>, lower: Double, upper: Double, of model: Model,
    implied: ImpliedBounds? = nil, name: @autoclosure () -> String
  ) throws {
    let columnLower = implied?.lower ?? model.columnLower
    let columnUpper = implied?.upper ?? model.columnUpper
    let entries = Array(zip(columns, values))
    let largest = entries.reduce(0) { max($0, $1.1.magnitude) }
    (self.lower, self.upper) = (lower, upper)
    let candidates = entries.reduce(0) { $0 + ($1.1.magnitude <= Self.ratio * largest ? 1 : 0) }
    let share = Self.budget * min(1, largest) / Double(max(1, candidates))
    var activity = (lower: 0.0, upper: 0.0)
    var dropped = (lower: 0.0, upper: 0.0)
    for (column, value) in entries {
      let ends = (value * columnLower[Int(column)], value * columnUpper[Int(column)])
      let contribution = (lower: min(ends.0, ends.1), upper: max(ends.0, ends.1))
      if value.magnitude <= Self.ratio * largest {
        if max(-contribution.lower, contribution.upper) <= share {
          dropped.lower += contribution.lower
          dropped.upper += contribution.upper
          droppedCount += 1
          largestDropped = max(largestDropped, value.magnitude)
          continue
        }
        guard value.magnitude > Self.lost * largest else {
          let bounds = (columnLower[Int(column)], columnUpper[Int(column)])
          throw OutsideFailure(
            "\(name()): the coefficient \(value) of \(model.columnName(Int(column))) is lost beside \(largest), but may "
              + "matter while the variable goes from \(bounds.0) to \(bounds.1): expected tighter bounds, other units, "
              + "or no such coefficient")
        }
        smallestKept = min(smallestKept ?? .infinity, value.magnitude)
      }
      activity.lower += contribution.lower
      activity.upper += contribution.upper
      self.columns.append(column)
      self.values.append(value)
    }
    self.lower = Self.moved(lower, by: -dropped.upper)
    self.upper = Self.moved(upper, by: -dropped.lower)
    let least = self.values.reduce(.infinity) { min($0, $1.magnitude) }
    let isTiny = largest < Self.budget || (largest < 1 && least <= Self.smallest)
    if isTiny, largest > 0 { enlarge(largest, activity) }
  }

  /// `bound` plus `distance`; what is far below every solver's tolerance is not worth making an equality a range.
  private static func moved(_ bound: Double, by distance: Double) -> Double {
    distance.magnitude <= 1e-13 * max(1, bound.magnitude) ? bound : bound + distance
  }

  /// Multiplies the row so that its largest entry is at least 1; bounds that cannot be reached become infinite, since
  /// they could become huge.
  private mutating func enlarge(_ largest: Double, _ activity: (lower: Double, upper: Double)) {
    // A power of two rounds nothing; 2^1000 is about as large as one can be.
    scale = Double(sign: .plus, exponent: min(-Int(largest.exponent), 1000), significand: 1)
    for entry in values.indices { values[entry] *= scale }
    lower = lower <= activity.lower ? -.infinity : lower * scale
    upper = upper >= activity.upper ? .infinity : upper * scale
    // Out of reach on the wrong side: as impossible as before, in a number that solvers take.
    if lower == .infinity { lower = 1e300 }
    if upper == -.infinity { upper = -1e300 }
  }
}
