import Essentials
import Verification

/// Collects the constraints on the inputs of one alternative.
struct VNNLIBRegionBuilder: Hashable {
  private let path: String
  private var lower: [Double]
  private var upper: [Double]
  /// The centre of the L1 budget; empty without one.
  private var center: [Double] = []
  private var epsilon = Double.infinity
  /// What leaves no input, if something does.
  private(set) var emptiness: String?

  init(path: String, inputCount: Int) {
    self.path = path
    lower = [Double](repeating: -.infinity, count: inputCount)
    upper = [Double](repeating: .infinity, count: inputCount)
  }

  /// These constraints and more.
  func adding(_ constraints: [VNNLIBParser.Constraint]) throws -> VNNLIBRegionBuilder {
    var result = self
    for constraint in constraints { try result.add(constraint) }
    return result
  }

  private func failure(_ line: Int, _ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }

  private mutating func add(_ constraint: VNNLIBParser.Constraint) throws {
    let term = constraint.term
    if !term.absolutes.isEmpty { return try add(budget: term, line: constraint.line) }
    guard term.inputs.count == 1, let (index, coefficient) = term.inputs.first else {
      throw failure(
        constraint.line,
        term.inputs.isEmpty
          ? "the assertion has no variable" : "an assertion about several inputs is not supported, but for an L1 budget"
      )
    }
    guard coefficient != 0, coefficient.isFinite, term.constant.isFinite else {
      throw failure(constraint.line, "the bound of X_\(index) is not a number")
    }
    // coefficient · x + constant >= 0. A quotient that is not exact is rounded so that no input is left out.
    let bound = -term.constant / coefficient
    let isExact = (-term.constant).addingProduct(-bound, coefficient) == 0
    if coefficient > 0 {
      lower[index] = max(lower[index], isExact ? bound : bound.nextDown)
    } else {
      upper[index] = min(upper[index], isExact ? bound : bound.nextUp)
    }
    guard lower[index] <= upper[index] else {
      emptiness = "\(constraint.line): the bounds of X_\(index) leave nothing: from \(lower[index]) to \(upper[index])"
      return
    }
  }

  private mutating func add(budget term: VNNLIBTerm, line: Int) throws {
    guard term.inputs.isEmpty, term.absolutes.allSatisfy({ $0.coefficient == -1 }), term.constant >= 0 else {
      throw failure(line, "expected an L1 budget such as (<= (+ (abs (- X_0 0.5)) …) 5.0)")
    }
    guard center.isEmpty else { throw failure(line, "a second L1 budget is not supported") }
    var centers = [Double?](repeating: nil, count: lower.count)
    for (input, center, _) in term.absolutes {
      guard centers[input] == nil else { throw failure(line, "X_\(input) occurs twice in the L1 budget") }
      centers[input] = center
    }
    if let missing = centers.firstIndex(of: nil) { throw failure(line, "X_\(missing) is missing in the L1 budget") }
    center = centers.compactMap(\.self)
    epsilon = term.constant
  }

  /// The region, in which every input must be bounded.
  func region() throws -> any InputRegion {
    for index in lower.indices {
      guard lower[index].isFinite, upper[index].isFinite else {
        throw OutsideFailure("\(path): X_\(index) has no \(lower[index].isFinite ? "upper" : "lower") bound")
      }
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
