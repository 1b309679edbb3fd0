import Essentials
import MILP

extension Norm {
  /// The number of inputs that change at all.
  public static let l0 = Norm("l0", isConvex: false)
}

/// Box ∩ {x : at most epsilon of the x_i differ from center_i}: a union of boxes, one for every choice of inputs.
///
/// It is not convex. Linear functions cannot tell it from its convex hull, so bounds and relaxations are of the hull;
/// points are of the region itself.
public struct L0Ball: InputRegion {
  /// What the region is cut from.
  public let box: RegionBox
  /// How many inputs may change, a whole number.
  public let epsilon: Double
  /// Lower bounds of the tightest box, exactly.
  public let lower: [Double]
  /// Upper bounds of the tightest box, exactly.
  public let upper: [Double]
  /// The inputs that can change, or none where nothing may.
  private let movable: [Int]
  /// How many inputs may change at once: epsilon, or as many as can.
  private let budget: Int

  /// The points of the box [lower, upper] that differ from `center` in at most `epsilon` inputs.
  ///
  /// - Throws: `Misuse` unless epsilon is a whole number from 0 and the centre is inside the box.
  public init(center: [Double], epsilon: Double, lower: [Double], upper: [Double]) throws {
    box = try RegionBox(center: center, lower: lower, upper: upper)
    try RegionBox.check(epsilon: epsilon)
    guard epsilon == epsilon.rounded() else {
      throw Misuse("region: expected a whole epsilon, the number of inputs that may change, got \(epsilon)")
    }
    self.epsilon = epsilon
    (self.lower, self.upper) = epsilon == 0 ? (center, center) : (lower, upper)
    movable = epsilon == 0 ? [] : center.indices.filter { lower[$0] < upper[$0] }
    budget = Int(min(epsilon, Double(movable.count)))
  }

  /// The region of a problem.
  public init(_ parameters: RegionParameters) throws {
    try self.init(
      center: parameters.center, epsilon: parameters.epsilon, lower: parameters.lower, upper: parameters.upper)
  }

  /// `l0`.
  public static var norm: Norm { .l0 }

  /// The exact maximum: the inputs that gain most move to the end that their coefficient prefers.
  public func support(
    _ c: UnsafePointer<Double>, maximizer: UnsafeMutablePointer<Double>?, workspace: SupportWorkspace
  ) -> Support {
    let gains = workspace.keys
    let ordered = workspace.heads
    var base = 0.0
    var magnitude = 0.0
    for index in 0..<inputCount {
      let term = c[index] * box.center[index]
      base += term
      magnitude += abs(term)
      let room =
        c[index] > 0
        ? box.upper[index] - box.center[index] : c[index] < 0 ? box.center[index] - box.lower[index] : 0
      gains[index] = room > 0 ? abs(c[index]) * room : 0
      ordered[index] = gains[index]
      maximizer?[index] = box.center[index]
    }
    let least = budget == 0 ? .infinity : L0Ball.largest(budget, of: ordered, count: inputCount)
    // Several inputs can gain as much as the last one that may change.
    var ties = budget
    for index in 0..<inputCount where gains[index] > least { ties -= 1 }
    var gain = 0.0
    for index in 0..<inputCount where gains[index] > 0 && gains[index] >= least {
      if gains[index] == least {
        guard ties > 0 else { continue }
        ties -= 1
      }
      gain += gains[index]
      maximizer?[index] = c[index] > 0 ? box.upper[index] : box.lower[index]
    }
    // Gains are rounded before they are compared: what is chosen falls short by as much as the chosen ones are off.
    return Support(value: base + gain, error: Rounding.error(terms: 2 * inputCount + 16, size: magnitude + gain))
  }

  /// The `rank`-th largest of `count` numbers, which change places (Hoare, "Algorithm 65: Find", 1961).
  private static func largest(_ rank: Int, of numbers: UnsafeMutablePointer<Double>, count: Int) -> Double {
    var first = 0
    var last = count - 1
    while first < last {
      let pivot = numbers[first + (last - first) / 2]
      var (low, high) = (first, last)
      while low <= high {
        while numbers[low] > pivot { low += 1 }
        while numbers[high] < pivot { high -= 1 }
        guard low <= high else { break }
        (numbers[low], numbers[high]) = (numbers[high], numbers[low])
        low += 1
        high -= 1
      }
      if rank - 1 <= high {
        last = high
      } else if rank - 1 >= low {
        first = low
      } else {
        break
      }
    }
    return numbers[rank - 1]
  }

  /// The boxes that the region consists of, one for every choice of as many inputs as may change; nil where there are more
  /// than `most`.
  package func boxes(atMost most: Int) throws -> [BoxRegion]? {
    // n over k, as far as it matters.
    var count = 1.0
    for place in 0..<budget { count *= Double(movable.count - place) / Double(place + 1) }
    guard count < Double(most) + 0.5 else { return nil }
    var choices: [[Int]] = []
    func choose(_ choice: [Int], from first: Int) {
      let missing = budget - choice.count
      if missing == 0 { return choices.append(choice) }
      for place in first..<movable.count - missing + 1 { choose(choice + [movable[place]], from: place + 1) }
    }
    choose([], from: 0)
    return try choices.map { choice in
      var (low, high) = (box.center, box.center)
      for index in choice { (low[index], high[index]) = (lower[index], upper[index]) }
      return try BoxRegion(lower: low, upper: high)
    }
  }

  /// The number of inputs that differ, however little.
  public func distance(of x: [Double]) -> Double {
    Double(zip(x, box.center).count { $0 != $1 })
  }

  /// The nearest point of the region in the Euclidean norm: the inputs for which changing is worth most keep their
  /// change, all others have the centre's number again. So the dust that a solver leaves on unchanged inputs goes
  /// first.
  public func project(_ x: [Double]) -> [Double] {
    let clamped = box.clamp(x)
    guard distance(of: clamped) > epsilon else { return clamped }
    // (x - center)² - (x - clamped)², and infinite for what is infinitely far.
    let worth = clamped.indices.map { index in
      let change = clamped[index] - box.center[index]
      return change == 0 ? 0 : change * ((x[index] - box.center[index]) + (x[index] - clamped[index]))
    }
    var point = box.center
    for index in worth.indices.sorted(by: { (worth[$0], $1) > (worth[$1], $0) }).prefix(budget) {
      point[index] = clamped[index]
    }
    return point
  }

  /// Adds a binary for every input that can change, two rows or one that hold the input at the centre where it is 0,
  /// and the budget as one row.
  public func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn] {
    if distance == nil, budget == movable.count { return [] }
    let center = box.center
    let columns = try movable.map { index in
      let input = Int32(inputs[index].index)
      let change = try model.addVariable(name: "change\(index + 1)", kind: .binary)
      if center[index] < upper[index] {
        _ = try model.addRow(
          indices: [input, Int32(change.index)], values: [1, -Rounding.sumUp(upper[index], -center[index])],
          lower: -.infinity, upper: center[index])
      }
      if lower[index] < center[index] {
        _ = try model.addRow(
          indices: [input, Int32(change.index)], values: [1, Rounding.sumUp(center[index], -lower[index])],
          lower: center[index], upper: .infinity)
      }
      return RegionColumn(variable: change) { x in x[index] == center[index] ? 0 : 1 }
    }
    if !columns.isEmpty {
      try model.constrain(
        LinearExpression(sumOf: columns.map(\.variable)) - (distance.map { 1 * $0 } ?? LinearExpression()),
        .lessOrEqual, distance == nil ? epsilon : 0, name: "budget")
    }
    return columns
  }

  /// A random point: inputs chosen at random, as many as may change or fewer, each anywhere in its range or at an end.
  public func sample(using random: inout RandomSource) -> [Double] {
    let ends = BoxRegion.sample(lower: lower, upper: upper, using: &random)
    let count = random.below(2) == 0 ? budget : random.below(budget + 1)
    var point = box.center
    for place in random.permutation(movable.count).prefix(count) { point[movable[place]] = ends[movable[place]] }
    return point
  }
}
