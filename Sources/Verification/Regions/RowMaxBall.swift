import Essentials
import MILP

extension Norm {
  /// The sum over image rows of the largest absolute change in the row: what the paper's published models constrain.
  public static let l1RowMax = Norm("l1_row_max", needsRows: true)
}

/// Box ∩ {x : Σ over image rows of the largest |x_i - center_i| in the row <= epsilon}.
///
/// This is what the paper's published models constrain: their distance variables share one name per row and merge when
/// the model goes through an MPS file, so that one variable bounds every pixel of its row.
public struct RowMaxBall: InputRegion {
  /// What the region is cut from.
  public let box: RegionBox
  /// The budget: the largest sum over rows of the largest change in the row.
  public let epsilon: Double
  /// The number of image rows.
  public let rows: Int
  /// Lower bounds of the tightest box, rounded outward.
  public let lower: [Double]
  /// Upper bounds of the tightest box, rounded outward.
  public let upper: [Double]

  /// The region around `center`, an image of `rows` equally long rows one after the other.
  ///
  /// - Throws: `Misuse` unless epsilon is finite and not negative, the centre is inside the box, and `rows` divides
  ///   the number of inputs.
  public init(center: [Double], epsilon: Double, rows: Int, lower: [Double], upper: [Double]) throws {
    box = try RegionBox(center: center, lower: lower, upper: upper)
    try RegionBox.check(epsilon: epsilon)
    guard rows > 0, center.count % rows == 0 else {
      throw Misuse("region: expected a number of rows that divides \(center.count) inputs, got \(rows)")
    }
    self.epsilon = epsilon
    self.rows = rows
    (self.lower, self.upper) = box.cut(epsilon)
  }

  /// The region of a problem.
  public init(_ parameters: RegionParameters) throws {
    try self.init(
      center: parameters.center, epsilon: parameters.epsilon, rows: parameters.rows ?? 0, lower: parameters.lower,
      upper: parameters.upper)
  }

  /// `l1_row_max`.
  public static var norm: Norm { .l1RowMax }
  /// The number of image rows.
  public var imageRows: Int? { rows }
  /// The number of inputs in one row.
  var width: Int { inputCount / rows }

  /// The sum over rows of the largest absolute change in the row.
  public func distance(of x: [Double]) -> Double {
    var total = 0.0
    for row in 0..<rows {
      var largest = 0.0
      for index in row * width..<(row + 1) * width {
        let change = abs(x[index] - box.center[index])
        if !(change <= largest) { largest = change }
      }
      total += largest
    }
    return total
  }

  /// A point of the region near `x`: moved into the box, then towards the centre as far as the budget requires. It is
  /// inside, but not the nearest such point.
  public func project(_ x: [Double]) -> [Double] {
    let clamped = box.clamp(x)
    let far = distance(of: clamped)
    if far <= epsilon { return clamped }
    var loss = 4 * Rounding.step
    while loss < 1 {
      let factor = epsilon / far * (1 - loss)
      let point = box.clamp(clamped.indices.map { box.center[$0] + (clamped[$0] - box.center[$0]) * factor })
      if distance(of: point) <= epsilon { return point }
      loss *= 2
    }
    return box.center
  }

  /// A random point: a random share of the budget for every row, or for few, and changes up to it.
  public func sample(using random: inout RandomSource) -> [Double] {
    let share = random.below(2) == 0 ? 1 : 0.15
    var levels = (0..<rows).map { _ in random.uniform() < share ? -(1 - random.uniform()).logarithm : 0 }
    let total = levels.reduce(0, +)
    guard total > 0 else { return box.center }
    let spent = random.below(3) == 0 ? epsilon * random.uniform() : epsilon
    for row in 0..<rows { levels[row] *= spent / total }
    let isExtreme = random.below(2) == 0
    return project(
      box.center.indices.map { index in
        let level = levels[index / width]
        return box.center[index]
          + (isExtreme ? (random.below(2) == 0 ? level : -level) : random.uniform(-level, level))
      })
  }

  /// Adds one column per row for its largest change, the rows that make it so, and the budget.
  public func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn] {
    var columns: [RegionColumn] = []
    for row in 0..<rows {
      let range = row * width..<(row + 1) * width
      let reach = range.reduce(0) { max($0, upper[$1] - box.center[$1], box.center[$1] - lower[$1]) }
      guard reach > 0 else { continue }
      let level = try model.addVariable(name: "level\(row + 1)", lower: 0, upper: reach)
      for index in range {
        let input = Int32(inputs[index].index)
        if box.upper[index] > box.center[index] {
          _ = try model.addRow(
            indices: [input, Int32(level.index)], values: [1, -1], lower: -.infinity, upper: box.center[index])
        }
        if box.lower[index] < box.center[index] {
          _ = try model.addRow(
            indices: [input, Int32(level.index)], values: [1, 1], lower: box.center[index], upper: .infinity)
        }
      }
      let center = box.center
      columns.append(
        RegionColumn(variable: level) { x in range.reduce(0) { max($0, abs(x[$1] - center[$1])) } })
    }
    if !columns.isEmpty {
      try model.constrain(
        LinearExpression(sumOf: columns.map(\.variable)) - (distance.map { 1 * $0 } ?? LinearExpression()),
        .lessOrEqual,
        distance == nil ? epsilon : 0, name: "budget")
    }
    return columns
  }
}
