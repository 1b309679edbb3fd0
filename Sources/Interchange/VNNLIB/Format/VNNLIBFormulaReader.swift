import Essentials

/// Reads formulas and terms: VNN-LIB 2.0's, and of SMT-LIB what VNN-LIB 1.0 files use.
struct VNNLIBFormulaReader {
  /// What names stand for may have so many parts, all together.
  static let expansionLimit = 1_000_000

  let path: String
  /// The parts that were put in for names.
  private var expansion = 0
  /// How many functions are being put in, one inside of the other.
  private var calls = 0

  /// - Parameter path: what messages call the file.
  init(path: String) { self.path = path }

  func failure(_ line: Int, _ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }

  private mutating func count(_ parts: Int, line: Int) throws {
    expansion += parts
    guard expansion <= VNNLIBFormulaReader.expansionLimit else {
      throw failure(line, "names stand for more than \(VNNLIBFormulaReader.expansionLimit) parts")
    }
  }

  /// Reads the body of a function.
  private mutating func call<Result>(_ body: (inout VNNLIBFormulaReader) throws -> Result) rethrows -> Result {
    calls += 1
    defer { calls -= 1 }
    return try body(&self)
  }

  /// An argument of an operator: in VNN-LIB 2.0 a name may have indices behind it.
  struct Operand {
    var expression: SExpression
    var indices: [Int]?
    var line: Int { expression.line }
  }

  private func operands(_ elements: some Sequence<SExpression>) throws -> [Operand] {
    var result: [Operand] = []
    for element in elements {
      guard let indices = element.indices else {
        result.append(Operand(expression: element))
        continue
      }
      guard let last = result.last, last.expression.text != nil, last.indices == nil else {
        throw failure(element.line, "expected a variable before '['")
      }
      result[result.count - 1].indices = indices
    }
    return result
  }

  // MARK: Formulas

  private static let formulaHeads: Set = [
    "and", "or", "not", "=>", "<=", ">=", "<", ">", "=", "==", "!=", "distinct",
  ]

  private func isFormula(_ expression: SExpression, _ scope: VNNLIBScope) -> Bool {
    let head = expression.text ?? expression.elements?.first?.text ?? ""
    switch scope[head] {
    case .formula: return true
    case .function(_, _, let isFormula, _): return isFormula
    case .term: return false
    case nil: break
    }
    guard let elements = expression.elements else { return head == "true" || head == "false" }
    return VNNLIBFormulaReader.formulaHeads.contains(head)
      || head == "let" && elements.count == 3 && isFormula(elements[2], scope)
  }

  /// A formula.
  mutating func formula(
    _ expression: SExpression, _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope
  ) throws -> VNNLIBFormula {
    let line = expression.line
    if calls > 0 { try count(1, line: line) }
    if let name = expression.text {
      if case .formula(let formula) = scope[name] {
        try count(formula.size, line: line)
        return formula
      }
      guard name == "true" || name == "false" else { throw failure(line, "expected a formula, got '\(name)'") }
      return name == "true" ? .isTrue : .isFalse
    }
    guard let elements = expression.elements, let head = elements.first?.text else {
      throw failure(line, "expected a formula such as (<= X_0 1.0)")
    }
    let arguments = Array(elements.dropFirst())
    if case .function(let parameters, let body, true, let outer) = scope[head] {
      let inner = try bound(parameters, to: arguments, head, outer, declared, scope, line: line)
      return try call { try $0.formula(body, declared, inner) }
    }
    func atLeast(_ count: Int) throws {
      guard arguments.count >= count else {
        throw failure(line, "expected at least \(count == 1 ? "one formula" : "two formulas") in \(head)")
      }
    }
    switch head {
    case "and", "or":
      try atLeast(1)
      let parts = try arguments.map { try formula($0, declared, scope) }
      return head == "and" ? .all(parts) : .any(parts)
    case "not":
      guard arguments.count == 1 else { throw failure(line, "expected one formula in not") }
      return try formula(arguments[0], declared, scope).negated
    case "=>":
      try atLeast(2)
      let parts = try arguments.map { try formula($0, declared, scope) }
      return .any(parts.dropLast().map(\.negated) + [parts[parts.count - 1]])
    case "let":
      let inner = try bound(elements, declared, scope, line: line)
      return try formula(elements[2], declared, inner)
    default:
      guard VNNLIBFormulaReader.formulaHeads.contains(head) else {
        throw failure(
          line, "'\(head)' is not supported; expected and, or, not, =>, let, <=, >=, <, >, =, ==, != or distinct")
      }
      if head == "=" || head == "==", let first = arguments.first, isFormula(first, scope) {
        try atLeast(2)
        let parts = try arguments.map { try formula($0, declared, scope) }
        return .any([.all(parts), .all(parts.map(\.negated))])
      }
      return try comparison(head, operands(arguments), declared, scope, line: line)
    }
  }

  /// A comparison of neighbours, or for `distinct` and `!=` of all pairs.
  private mutating func comparison(
    _ head: String, _ operands: [Operand], _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> VNNLIBFormula {
    guard operands.count >= 2 else { throw failure(line, "expected two sides of \(head), got \(operands.count)") }
    let terms = try operands.map { try term($0, declared, scope) }
    var parts: [VNNLIBFormula] = []
    let isDistinct = head == "!=" || head == "distinct"
    if isDistinct { try count(terms.count * terms.count, line: line) }
    for first in terms.indices.dropLast() {
      for second in isDistinct ? first + 1..<terms.count : first + 1..<first + 2 {
        var difference = terms[second]
        try add(terms[first], times: -1, to: &difference, line: line)
        let reverse = difference.times(-1)
        func holds(_ term: VNNLIBTerm, _ isStrict: Bool) -> VNNLIBFormula {
          VNNLIBFormula(term, isStrict: isStrict, line: line)
        }
        switch head {
        case "<=": parts.append(holds(difference, false))
        case ">=": parts.append(holds(reverse, false))
        case "<": parts.append(holds(difference, true))
        case ">": parts.append(holds(reverse, true))
        case "=", "==": parts += [holds(difference, false), holds(reverse, false)]
        default: parts.append(.any([holds(difference, true), holds(reverse, true)]))
        }
      }
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  // MARK: Names

  /// The scope inside of `(let ((name value) …) body)`.
  private mutating func bound(
    _ elements: [SExpression], _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> VNNLIBScope {
    guard elements.count == 3, let pairs = elements[1].elements else {
      throw failure(line, "expected (let ((name value) …) body)")
    }
    var inner = scope
    for pair in pairs {
      guard let parts = pair.elements, parts.count >= 2, let name = parts[0].text else {
        throw failure(pair.line, "expected a name and its value in let")
      }
      inner[name] = try value(Array(parts.dropFirst()), declared, scope, line: pair.line)
    }
    return inner
  }

  /// The scope inside of a function's body.
  private mutating func bound(
    _ parameters: [String], to arguments: [SExpression], _ name: String, _ outer: VNNLIBScope,
    _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> VNNLIBScope {
    let values = try operands(arguments)
    guard values.count == parameters.count else {
      throw failure(line, "expected \(parameters.count) arguments of \(name), got \(values.count)")
    }
    var inner = outer
    for (parameter, operand) in zip(parameters, values) {
      let parts = [operand.expression] + (operand.indices.map { [.indices($0, line: operand.line)] } ?? [])
      inner[parameter] = try value(parts, declared, scope, line: operand.line)
    }
    return inner
  }

  private mutating func value(
    _ parts: [SExpression], _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> VNNLIBBinding {
    let operands = try operands(parts)
    guard operands.count == 1 else { throw failure(line, "expected one value") }
    return isFormula(operands[0].expression, scope)
      ? .formula(try formula(operands[0].expression, declared, scope))
      : .term(try term(operands[0], declared, scope))
  }

  /// What `(define-fun name ((parameter Real) …) Real body)` or `(define-const name Real body)` binds the name to.
  mutating func definition(
    _ elements: [SExpression], _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> (name: String, binding: VNNLIBBinding) {
    let isConstant = elements.first?.text == "define-const"
    guard elements.count >= (isConstant ? 4 : 5), let name = elements[1].text,
      let parameters = isConstant ? [] : elements[2].elements, let sort = elements[isConstant ? 2 : 3].text
    else { throw failure(line, "expected a definition such as (define-fun eps () Real 0.5)") }
    let names = try parameters.map { parameter in
      guard let parts = parameter.elements, parts.count == 2, let name = parts[0].text else {
        throw failure(parameter.line, "expected a parameter such as (x Real)")
      }
      return name
    }
    guard scope[name] == nil, try declared.element(name, nil, line: line) == nil else {
      throw failure(line, "\(name) is declared twice")
    }
    let body = Array(elements.dropFirst(isConstant ? 3 : 4))
    if names.isEmpty { return (name, try value(body, declared, scope, line: line)) }
    guard body.count == 1 else { throw failure(line, "expected one value") }
    return (name, .function(parameters: names, body: body[0], isFormula: sort == "Bool", scope: scope))
  }

  // MARK: Terms

  private func add(
    _ other: VNNLIBTerm, times factor: Double, to term: inout VNNLIBTerm, line: Int
  ) throws {
    try combine(other, into: &term, line: line)
    term.add(other, times: factor)
  }

  /// Whatever meets in an expression must be of one type.
  private func combine(_ other: VNNLIBTerm, into term: inout VNNLIBTerm, line: Int) throws {
    if let first = term.elementType, let second = other.elementType, first != second {
      throw failure(line, "expected elements of one type, got \(first.rawValue) and \(second.rawValue)")
    }
    term.elementType = term.elementType ?? other.elementType
    term.hasFraction = term.hasFraction || other.hasFraction
    if term.hasFraction, let type = term.elementType, type.isWhole {
      throw failure(line, "expected whole numbers beside elements of the type \(type.rawValue)")
    }
  }

  private mutating func term(
    _ operand: Operand, _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope
  ) throws -> VNNLIBTerm {
    let line = operand.line
    if calls > 0 { try count(1, line: line) }
    guard let elements = operand.expression.elements else {
      return try atom(operand.expression.text ?? "", operand.indices, declared, scope, line: line)
    }
    guard let head = elements.first?.text, elements.count > 1 else {
      throw failure(line, "expected a term such as (+ Y_0 1.0)")
    }
    if case .function(let parameters, let body, false, let outer) = scope[head] {
      let inner = try bound(
        parameters, to: Array(elements.dropFirst()), head, outer, declared, scope, line: line)
      return try call { try $0.term(Operand(expression: body), declared, inner) }
    }
    if head == "let" {
      let inner = try bound(elements, declared, scope, line: line)
      return try term(Operand(expression: elements[2]), declared, inner)
    }
    let parts = try operands(elements.dropFirst()).map { try term($0, declared, scope) }
    var result = VNNLIBTerm()
    switch head {
    case "+": for part in parts { try add(part, times: 1, to: &result, line: line) }
    case "-":
      for (position, part) in parts.enumerated() {
        try add(part, times: position == 0 && parts.count > 1 ? 1 : -1, to: &result, line: line)
      }
    case "*":
      for part in parts { try combine(part, into: &result, line: line) }
      let variable = parts.filter { !$0.isConstant }
      guard variable.count <= 1 else { throw failure(line, "a product of variables is not linear") }
      let factor = parts.filter(\.isConstant).reduce(1) { $0 * $1.constant }
      result.add(variable.first ?? VNNLIBTerm(constant: 1), times: factor)
    case "/":
      guard parts.count == 2, parts[1].isConstant, parts[1].constant != 0 else {
        throw failure(line, "expected a division by a number other than zero")
      }
      result = parts[0]
      try combine(parts[1], into: &result, line: line)
      result = result.times(1 / parts[1].constant)
    case "abs":
      guard parts.count == 1, let (element, sign) = parts[0].coefficients.first, parts[0].coefficients.count == 1,
        abs(sign) == 1, parts[0].absolutes.isEmpty
      else { throw failure(line, "expected the absolute value of one input less a number") }
      result.absolutes = [(element, -sign * parts[0].constant, 1)]
    default: throw failure(line, "'\(head)' is not supported; expected +, -, *, /, let or abs")
    }
    return result
  }

  private func atom(
    _ text: String, _ indices: [Int]?, _ declared: VNNLIBDeclarations, _ scope: VNNLIBScope, line: Int
  ) throws -> VNNLIBTerm {
    if indices == nil, case .term(let term) = scope[text] { return term }
    if let (element, type) = try declared.element(text, indices, line: line) {
      return VNNLIBTerm(coefficients: [element: 1], elementType: type)
    }
    // Swift would also read "nan", "inf" and hexadecimal numbers.
    let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    guard indices == nil, isDecimal, let number = Double(text), number.isFinite else {
      throw failure(line, "expected a number or a declared variable, got '\(text)'")
    }
    return VNNLIBTerm(constant: number, hasFraction: text.contains("."))
  }
}
