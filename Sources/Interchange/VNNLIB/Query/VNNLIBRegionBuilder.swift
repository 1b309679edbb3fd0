import Essentials
import Verification

/// Collects the constraints on the inputs of one alternative.
struct VNNLIBRegionBuilder {
  private let path: String
  private let inputs: VNNLIBInputs
  private var lower: [Double]
  private var upper: [Double]
  /// The centre of the L1 budget; empty without one.
  private var center: [Double] = []
  private var epsilon = Double.infinity
  /// What leaves no input, if something does.
  private(set) var emptiness: String?

  init(path: String, inputs: VNNLIBInputs) {
    self.path = path
    self.inputs = inputs
    lower = [Double](repeating: -.infinity, count: inputs.count)
    upper = [Double](repeating: .infinity, count: inputs.count)
  }

  /// What two alternatives have in common when they are about the same inputs.
  struct Region: Hashable {
    fileprivate var lower, upper, center: [Double]
    fileprivate var epsilon: Double
  }

  /// The region as what it is compared by.
  var region: Region { Region(lower: lower, upper: upper, center: center, epsilon: epsilon) }

  private func failure(_ line: Int, _ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }

  /// Adds a bound, a budget, or what a row about several inputs says about each.
  mutating func add(_ row: VNNLIBRow) throws {
    if !row.absolutes.isEmpty { return try add(budget: row) }
    guard let (index, coefficient) = row.inputs.first else {
      if row.constant < 0 { emptiness = "\(row.line): it asks for a number below itself" }
      return
    }
    guard coefficient.isFinite, row.constant.isFinite else {
      throw failure(row.line, "the bound of \(inputs.names[index]) is not a number")
    }
    // coefficient · x + constant >= 0. A quotient that is not exact is rounded so that no input is left out.
    let bound = -row.constant / coefficient
    let isExact = (-row.constant).addingProduct(-bound, coefficient) == 0
    limit(index, isLower: coefficient > 0, isExact ? bound : coefficient > 0 ? bound.nextDown : bound.nextUp, row.line)
  }

  private mutating func limit(_ index: Int, isLower: Bool, _ bound: Double, _ line: Int) {
    // In a type of few digits the bound itself is rounded, to its nearest number.
    let type = inputs.types[index]
    let rounded = type == .real ? bound : type.neighbours(of: bound)[0]
    if isLower {
      lower[index] = max(lower[index], min(bound, rounded))
    } else {
      upper[index] = min(upper[index], max(bound, rounded))
    }
    if lower[index] > upper[index] {
      emptiness =
        "\(line): the bounds of \(inputs.names[index]) leave nothing: from \(lower[index]) to \(upper[index])"
    }
  }

  /// Draws from rows about several inputs what they leave each of them: where bounds are missing, or much is gained.
  mutating func propagate(_ rows: [VNNLIBRow]) {
    for _ in 0..<16 {
      var hasGained = false
      for row in rows where emptiness == nil {
        for (index, coefficient) in row.inputs {
          // coefficient · x >= -constant - what the others can add at the most.
          var most = row.constant
          for (other, factor) in row.inputs where other != index {
            most = Rounding.sumUp(most, Rounding.productUp(factor, factor > 0 ? upper[other] : lower[other]))
          }
          let bound = -most / coefficient
          guard bound.isFinite else { continue }
          let (isLower, now) = (coefficient > 0, coefficient > 0 ? lower[index] : upper[index])
          let outward = isLower ? bound.nextDown : bound.nextUp
          let gain = isLower ? outward - now : now - outward
          guard gain > 1e-6 * (upper[index] - lower[index]) || !now.isFinite && gain > 0 else { continue }
          limit(index, isLower: isLower, outward, row.line)
          hasGained = true
          if emptiness != nil { return }
        }
      }
      if !hasGained { return }
    }
  }

  private mutating func add(budget row: VNNLIBRow) throws {
    guard row.inputs.isEmpty, row.others.isEmpty, row.absolutes.allSatisfy({ $0.coefficient == -1 }), row.constant >= 0
    else { throw failure(row.line, "expected an L1 budget such as (<= (+ (abs (- X_0 0.5)) …) 5.0)") }
    guard center.isEmpty else { throw failure(row.line, "a second L1 budget is not supported") }
    var centers = [Double?](repeating: nil, count: lower.count)
    for (input, center, _) in row.absolutes {
      guard centers[input] == nil else {
        throw failure(row.line, "\(inputs.names[input]) occurs twice in the L1 budget")
      }
      centers[input] = center
    }
    if let missing = centers.firstIndex(of: nil) {
      throw failure(row.line, "\(inputs.names[missing]) is missing in the L1 budget")
    }
    center = centers.compactMap(\.self)
    epsilon = row.constant
  }

  /// Which input has no bound on some side; nil where all have both.
  var missingBound: String? {
    lower.indices.first { !lower[$0].isFinite || !upper[$0].isFinite }
      .map { "\(inputs.names[$0]) has no \(lower[$0].isFinite ? "upper" : "lower") bound" }
  }

  /// How far from 0, or from a bound on the other side, inputs without a bound are looked for.
  private static let farthest = 1000.0

  /// The region, or where bounds are missing a part of it.
  func inputRegion() throws -> any InputRegion {
    var (lower, upper) = (lower, upper)
    for index in lower.indices {
      if !lower[index].isFinite { lower[index] = min(0, upper[index]) - VNNLIBRegionBuilder.farthest }
      if !upper[index].isFinite { upper[index] = max(0, lower[index]) + VNNLIBRegionBuilder.farthest }
    }
    do {
      return center.isEmpty
        ? try BoxRegion(lower: lower, upper: upper)
        : try L1Ball(center: center, epsilon: epsilon, lower: lower, upper: upper)
    } catch let misuse as Misuse {
      throw OutsideFailure("\(path): \(misuse.message)")
    }
  }
}
