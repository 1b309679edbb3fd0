/// What a format allows in names, and what some reader of it takes for something else.
enum NameRules {
  case mps, lp

  /// The variable, fixed at 1, that carries the objective's constant: the readers of MPS files disagree about the sign of a
  /// constant, and some of LP files know none. The readers of this library turn it back.
  static let constant = "objective_constant"

  /// `names`, all different and as the format allows them; a name that is free keeps its spelling.
  ///
  /// - Parameters:
  ///   - letter: what an empty name becomes, with its number from 1.
  ///   - areColumns: whether they are variables, which stand where MPS files have other words, too.
  func unique(_ names: [String], letter: Character, areColumns: Bool = false) -> [String] {
    NameTable.unique(names, letter: letter, avoiding: ["obj", NameRules.constant]) { spell($0, areColumns) }
  }

  private func spell(_ name: String, _ isColumn: Bool) -> String {
    switch self {
    case .mps:
      let spelled = NameRules.replacing(name) { $0 > UInt8(ascii: " ") && $0 < 0x7F }
      // Comments begin with the one, markers with the other.
      let isMistaken = "$'".contains(spelled.first ?? " ")
      return isMistaken || (isColumn && NameRules.mpsWords.contains(spelled.uppercased())) ? "_" + spelled : spelled
    case .lp:
      let spelled = NameRules.replacing(name) { $0.isLetter || $0.isDigit || NameRules.lpSymbols.contains($0) }
      return NameRules.isMistakenInLP(spelled) ? "_" + spelled : spelled
    }
  }

  /// `name` with `_` for blanks and for what is not ASCII, at most 200 characters long: what a model's own name becomes.
  static func withoutBlanks(_ name: String) -> String { replacing(name) { $0 > UInt8(ascii: " ") && $0 < 0x7F } }

  /// `name`, at most 200 characters long, with `_` for what is not allowed.
  private static func replacing(_ name: String, _ isAllowed: (UInt8) -> Bool) -> String {
    if name.utf8.count <= 200, name.utf8.allSatisfy(isAllowed) { return name }
    return String(name.prefix(200).map { $0.utf8.count == 1 && $0.utf8.allSatisfy(isAllowed) ? $0 : "_" })
  }

  /// Sections whose title some reader sees wherever it stands, and how a special ordered set begins.
  private static let mpsWords: Set<String> = ["NAME", "OBJSENSE", "QSECTION", "QCMATRIX", "CSECTION", "S1", "S2"]

  /// What all readers allow beside letters and digits.
  private static let lpSymbols = Set("!\"#$%&(),.;?@_'{}~".utf8)

  private static func isMistakenInLP(_ name: String) -> Bool {
    guard let first = name.utf8.first else { return false }
    let lowercased = name.lowercased()
    // HiGHS takes what begins like an infinity or a NaN for a number, CPLEX what looks like an exponent.
    let isLikeNumber =
      lowercased.hasPrefix("inf") || lowercased.hasPrefix("nan")
      || (lowercased.hasPrefix("e") && name.utf8.dropFirst().first?.isDigit ?? true)
    return first.isDigit || "(),.;".utf8.contains(first) || isLikeNumber || LPSection.reservedWords.contains(lowercased)
  }
}
