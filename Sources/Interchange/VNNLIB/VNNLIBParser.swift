import Essentials
import Verification

/// Makes a property of the expressions of a VNN-LIB file, one after the other.
struct VNNLIBParser {
  /// An expression that must not be negative.
  struct Constraint {
    var term: VNNLIBTerm
    var line: Int
  }

  /// A formula written as alternatives, in each of which all constraints hold, may have so many of them.
  static let alternativeLimit = 100_000
  /// Variables with larger numbers are refused.
  static let indexLimit = 1 << 20

  private let path: String
  private var inputs: Set<Int> = []
  private var outputs: Set<Int> = []
  /// What holds in every alternative.
  private var common: [Constraint] = []
  /// What holds besides, in one alternative or another.
  private var alternatives: [[Constraint]] = [[]]

  /// - Parameter path: what messages call the file.
  init(path: String) { self.path = path }

  func failure(_ line: Int, _ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }

  /// Reads the next expression of the file.
  mutating func read(_ expression: SExpression) throws {
    guard let elements = expression.elements, let command = elements.first?.text else {
      throw failure(expression.line, "expected a command such as (assert …)")
    }
    switch command {
    case "declare-const", "declare-fun": try declare(elements, line: expression.line)
    case "assert":
      guard elements.count == 2 else { throw failure(expression.line, "expected one formula in assert") }
      let formula = try formula(elements[1])
      if formula.count == 1 {
        common += formula[0]
      } else {
        alternatives = try crossed(alternatives, formula, line: expression.line)
      }
    case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit": break
    default:
      let near = NearestName.of(command, in: ["declare-const", "assert"]).map { "; near: \($0)" } ?? ""
      throw failure(expression.line, "unknown command '\(command)'\(near)")
    }
  }

  private mutating func declare(_ elements: [SExpression], line: Int) throws {
    guard let name = elements.dropFirst().first?.text, elements.last?.text == "Real",
      elements.count == 3 || elements.count == 4 && elements[2].elements?.isEmpty == true
    else { throw failure(line, "expected a declaration such as (declare-const X_0 Real)") }
    guard let (isInput, index) = VNNLIBParser.variable(name) else {
      throw failure(line, "expected a variable X_0, X_1, … or Y_0, Y_1, …, got '\(name)'")
    }
    let isNew = isInput ? inputs.insert(index).inserted : outputs.insert(index).inserted
    guard isNew else { throw failure(line, "\(name) is declared twice") }
  }

  /// The kind and number of a variable, by its name.
  private static func variable(_ name: String) -> (isInput: Bool, index: Int)? {
    guard name.hasPrefix("X_") || name.hasPrefix("Y_"), name.utf8.dropFirst(2).allSatisfy({ (48...57).contains($0) }),
      let index = Int(name.dropFirst(2)), index <= indexLimit
    else { return nil }
    return (name.hasPrefix("X"), index)
  }

  // MARK: Formulas

  /// A formula as alternatives, in each of which all constraints hold.
  private func formula(_ expression: SExpression) throws -> [[Constraint]] {
    guard let elements = expression.elements, let head = elements.first?.text else {
      throw failure(expression.line, "expected a formula such as (<= X_0 1.0)")
    }
    let arguments = elements.dropFirst()
    switch head {
    case "and":
      return try arguments.reduce([[]]) { try crossed($0, try formula($1), line: $1.line) }
    case "or":
      let parts = try arguments.flatMap { try formula($0) }
      guard !parts.isEmpty else { throw failure(expression.line, "expected at least one formula in or") }
      guard parts.count <= VNNLIBParser.alternativeLimit else {
        throw failure(expression.line, "more than \(VNNLIBParser.alternativeLimit) alternatives")
      }
      return parts
    case "<=", ">=":
      guard arguments.count == 2, let first = arguments.first, let second = arguments.last else {
        throw failure(expression.line, "expected two sides of \(head), got \(arguments.count)")
      }
      var term = try self.term(first).times(head == "<=" ? -1 : 1)
      term.add(try self.term(second), times: head == "<=" ? 1 : -1)
      return [[Constraint(term: term, line: expression.line)]]
    default:
      throw failure(expression.line, "'\(head)' is not supported; expected and, or, <= or >=")
    }
  }

  private func crossed(
    _ first: [[Constraint]], _ second: [[Constraint]], line: Int
  ) throws -> [[Constraint]] {
    guard first.count * second.count <= VNNLIBParser.alternativeLimit else {
      throw failure(line, "the assertions make more than \(VNNLIBParser.alternativeLimit) alternatives")
    }
    if second.count == 1, let only = second.first, first.count == 1, let base = first.first { return [base + only] }
    return first.flatMap { one in second.map { one + $0 } }
  }

  private func term(_ expression: SExpression) throws -> VNNLIBTerm {
    var result = VNNLIBTerm()
    guard let elements = expression.elements else {
      try read(expression.text ?? "", into: &result, line: expression.line)
      return result
    }
    guard let head = elements.first?.text, elements.count > 1 else {
      throw failure(expression.line, "expected a term such as (+ Y_0 1.0)")
    }
    let parts = try elements.dropFirst().map { try term($0) }
    switch head {
    case "+": for part in parts { result.add(part, times: 1) }
    case "-":
      for (position, part) in parts.enumerated() { result.add(part, times: position == 0 && parts.count > 1 ? 1 : -1) }
    case "*":
      let variable = parts.filter { !$0.isConstant }
      guard variable.count <= 1 else { throw failure(expression.line, "a product of variables is not linear") }
      let factor = parts.filter(\.isConstant).reduce(1) { $0 * $1.constant }
      result = variable.first?.times(factor) ?? VNNLIBTerm(constant: factor)
    case "/":
      guard parts.count == 2, parts[1].isConstant, parts[1].constant != 0 else {
        throw failure(expression.line, "expected a division by a number other than zero")
      }
      result = parts[0].times(1 / parts[1].constant)
    case "abs":
      guard parts.count == 1, let (input, sign) = parts[0].inputs.first, parts[0].inputs.count == 1, abs(sign) == 1,
        parts[0].outputs.isEmpty, parts[0].absolutes.isEmpty
      else { throw failure(expression.line, "expected the absolute value of one input less a number") }
      result.absolutes = [(input, -sign * parts[0].constant, 1)]
    default: throw failure(expression.line, "'\(head)' is not supported; expected +, -, *, / or abs")
    }
    return result
  }

  private func read(_ atom: String, into term: inout VNNLIBTerm, line: Int) throws {
    if let (isInput, index) = VNNLIBParser.variable(atom) {
      guard isInput ? inputs.contains(index) : outputs.contains(index) else {
        throw failure(line, "\(atom) is not declared")
      }
      if isInput { term.inputs[index] = 1 } else { term.outputs[index] = 1 }
      return
    }
    // Swift would also read "nan", "inf" and hexadecimal numbers.
    let isDecimal = atom.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    guard isDecimal, let number = Double(atom), number.isFinite else {
      throw failure(line, "expected a number or a declared variable, got '\(atom)'")
    }
    term.constant = number
  }

  // MARK: The result

  /// The property that the file states.
  func property() throws -> VNNLIBProperty {
    for (name, declared) in [("X", inputs), ("Y", outputs)] {
      guard !declared.isEmpty else { throw OutsideFailure("\(path): no variable \(name)_0 is declared") }
      if let missing = (0..<declared.count).first(where: { !declared.contains($0) }) {
        throw OutsideFailure("\(path): \(name)_\(missing) is not declared, and a later one is")
      }
    }
    let shared = try VNNLIBRegionBuilder(path: path, inputCount: inputs.count).adding(common.filter(isOfInputs))
    let sharedConditions = try common.filter { !isOfInputs($0) }.map(inequality)
    // Alternatives over the same inputs belong together.
    var (regions, conditions): ([VNNLIBRegionBuilder], [[[OutputInequality]]]) = ([], [])
    var places: [VNNLIBRegionBuilder: Int] = [:]
    var emptiness = ""
    for alternative in alternatives {
      let region = try shared.adding(alternative.filter(isOfInputs))
      if let reason = region.emptiness {
        emptiness = reason
        continue
      }
      let condition = try sharedConditions + alternative.filter { !isOfInputs($0) }.map(inequality)
      guard !condition.isEmpty else { throw OutsideFailure("\(path): nothing is asserted about the outputs") }
      if let place = places[region] {
        conditions[place].append(condition)
      } else {
        places[region] = regions.count
        regions.append(region)
        conditions.append([condition])
      }
    }
    guard !regions.isEmpty else { throw OutsideFailure("\(path):\(emptiness)") }
    return try VNNLIBProperty(
      cases: zip(regions, conditions).map { region, alternatives in
        VNNLIBProperty.Case(
          region: try region.region(), condition: try OutputCondition(alternatives: alternatives))
      })
  }

  private func isOfInputs(_ constraint: Constraint) -> Bool { constraint.term.outputs.isEmpty }

  private func inequality(_ constraint: Constraint) throws -> OutputInequality {
    let term = constraint.term
    guard term.inputs.isEmpty, term.absolutes.isEmpty else {
      throw failure(constraint.line, "an assertion about inputs and outputs together is not supported")
    }
    var coefficients = [Double](repeating: 0, count: outputs.count)
    for (index, coefficient) in term.outputs { coefficients[index] = coefficient }
    guard (coefficients + [term.constant]).allSatisfy(\.isFinite) else {
      throw failure(constraint.line, "its numbers are too large")
    }
    return OutputInequality(coefficients: coefficients, constant: term.constant)
  }
}
