import Essentials

/// A formula written as alternatives, in each of which all inequalities hold.
struct VNNLIBAlternatives {
  /// A formula may have so many of them.
  static let limit = 1_000_000

  /// What holds in every alternative.
  private(set) var common: [VNNLIBInequality] = []
  /// What holds besides, in one alternative or another; none where nothing can be true.
  private(set) var others: [[VNNLIBInequality]] = [[]]

  private let path: String

  /// - Throws: `OutsideFailure` when there are more than `limit`.
  init(of formula: VNNLIBFormula, path: String) throws {
    self.path = path
    try add(formula)
  }

  private mutating func add(_ formula: VNNLIBFormula) throws {
    switch formula {
    case .all(let parts): for part in parts { try add(part) }
    case .any(let parts) where parts.count == 1: try add(parts[0])
    case .any: others = try crossed(others, alternatives(formula))
    case .holds(let inequality): common.append(inequality)
    }
  }

  private func alternatives(_ formula: VNNLIBFormula) throws -> [[VNNLIBInequality]] {
    switch formula {
    case .all(let parts): return try parts.reduce([[]]) { try crossed($0, alternatives($1)) }
    case .any(let parts):
      let all = try parts.flatMap(alternatives)
      try check(all.count)
      return all
    case .holds(let inequality): return [[inequality]]
    }
  }

  private func crossed(
    _ first: [[VNNLIBInequality]], _ second: [[VNNLIBInequality]]
  ) throws -> [[VNNLIBInequality]] {
    if first.count == 1, second.count == 1 { return [first[0] + second[0]] }
    try check(first.count * second.count)
    return first.flatMap { one in second.map { one + $0 } }
  }

  private func check(_ count: Int) throws {
    guard count <= VNNLIBAlternatives.limit else {
      throw OutsideFailure("\(path): the assertions make more than \(VNNLIBAlternatives.limit) alternatives")
    }
  }
}
