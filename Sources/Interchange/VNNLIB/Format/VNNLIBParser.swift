import Essentials

/// Makes a property of the expressions of a VNN-LIB file, one after the other.
struct VNNLIBParser {
  private let path: String
  private var declared: VNNLIBDeclarations
  private var reader: VNNLIBFormulaReader
  private var scope: VNNLIBScope = [:]
  private var assertions: [VNNLIBFormula] = []

  /// - Parameter path: what messages call the file.
  init(path: String) {
    self.path = path
    declared = VNNLIBDeclarations(path: path)
    reader = VNNLIBFormulaReader(path: path)
  }

  /// Reads the next expression of the file.
  mutating func read(_ expression: SExpression) throws {
    let line = expression.line
    guard let elements = expression.elements, let command = elements.first?.text else {
      throw reader.failure(line, "expected a command such as (assert …)")
    }
    switch command {
    case "vnnlib-version": try declared.readVersion(elements, line: line)
    case "declare-network":
      guard assertions.isEmpty else { throw reader.failure(line, "expected networks before assertions") }
      try declared.readNetwork(elements, line: line)
    case "declare-const", "declare-fun": try declared.readConstant(elements, line: line)
    case "define-fun", "define-const":
      let (name, binding) = try reader.definition(elements, declared, scope, line: line)
      scope[name] = binding
    case "assert":
      guard elements.count == 2 else { throw reader.failure(line, "expected one formula in assert") }
      assertions.append(try reader.formula(elements[1], declared, scope))
    case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit": break
    default:
      let known = ["declare-const", "declare-network", "define-fun", "assert"]
      let near = NearestName.of(command, in: known).map { "; near: \($0)" } ?? ""
      throw reader.failure(line, "unknown command '\(command)'\(near)")
    }
  }

  /// The property that the file states.
  func property() throws -> VNNLIBProperty {
    let (networks, variables) = try declared.finished()
    return try VNNLIBProperty(
      networks: networks, variables: variables, formula: .all(assertions), isNumbered: declared.isNumbered, path: path)
  }
}
