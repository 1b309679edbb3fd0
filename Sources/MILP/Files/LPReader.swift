import Essentials

/// Reads CPLEX's LP format: objective, constraints, bounds, general and binary variables.
struct LPReader {
  private enum Token: Equatable {
    case word(String)
    case number(Double)
    case sign(Double)
    case relation(Relation)
    case colon

    /// What stands in the file.
    var text: String {
      switch self {
      case .word(let word): "\"\(word)\""
      case .number(let value): "\(value)"
      case .sign(let factor): factor < 0 ? "-" : "+"
      case .relation(let relation): relation.rawValue
      case .colon: ":"
      }
    }
  }

  private enum Section { case objective, constraints, bounds, general, binary, other, end }

  private let path: String
  private var tokens: [(token: Token, line: Int)] = []
  private var position = 0
  private let text: String
  private var model = Model()
  private var variables: [String: Variable] = [:]
  private var sense = ObjectiveSense.minimize
  /// Whether `LPWriter` wrote the file, so that its variable for the constant is no column.
  private let isOwn: Bool

  init(_ text: String, path: String) {
    self.text = text
    self.path = path
    isOwn = text.hasPrefix(LPWriter.comment)
  }

  mutating func read() throws -> Model {
    try tokenize()
    guard case .objective = try section(required: true) else {
      throw failure("expected Minimize or Maximize at the beginning")
    }
    skipLabel()
    let objective = try expression()
    var hasEnded = false
    while true {
      let title = peek?.text ?? ""
      guard let section = try section(required: true) else { break }
      switch section {
      case .objective: throw failure("expected one objective, got another")
      case .constraints: while !isAtSection { try constraint() }
      case .bounds: while !isAtSection { try bound() }
      case .general: while !isAtSection { try setKind(.integer) }
      case .binary: while !isAtSection { try setKind(.binary) }
      case .other:
        // Empty ones are written by some programs.
        guard isAtSection else {
          throw failure("section \(title): expected continuous, integer and binary variables only")
        }
      case .end: hasEnded = true
      }
      if hasEnded { break }
    }
    try model.setObjective(objective, sense)
    return model
  }

  // MARK: Parts

  private mutating func constraint() throws {
    let name = skipLabel()
    // A range begins with its lower bound: -1 <= x + y <= 4.
    var lower: (Double, Relation)?
    let start = position
    if let value = signedNumber(), case .relation(let relation)? = peek {
      position += 1
      lower = (value, relation)
    } else {
      position = start
    }
    let left = try expression()
    var bounds = (-Double.infinity, Double.infinity)
    if let (value, relation) = lower {
      // Turned around, since the number is on the left.
      narrow(&bounds, relation == .lessOrEqual ? .greaterOrEqual : relation == .equal ? .equal : .lessOrEqual, value)
    }
    if case .relation(let relation)? = peek {
      position += 1
      narrow(&bounds, relation, try limit())
    } else if lower == nil {
      throw failure("expected <=, >= or = after the constraint's left side")
    }
    try model.constrain(left, from: bounds.0, to: bounds.1, name: name)
  }

  private mutating func bound() throws {
    var (lower, upper): (Double?, Double?)
    let start = position
    if let value = signedLimit(), case .relation(let relation)? = peek {
      position += 1
      if relation != .greaterOrEqual { lower = value }
      if relation != .lessOrEqual { upper = value }
    } else {
      position = start
    }
    let name = try word()
    if isOwn, name == LPWriter.constantName {
      // The constant itself: `= 1`.
      position += 2
      return
    }
    let variable = try variable(name)
    if case .word(let word)? = peek, word.lowercased() == "free" {
      position += 1
      return try model.setBounds(of: variable, lower: -.infinity, upper: .infinity)
    }
    if case .relation(let relation)? = peek {
      position += 1
      let value = try limit()
      if relation != .greaterOrEqual { upper = value }
      if relation != .lessOrEqual { lower = value }
    }
    let old = try model.bounds(of: variable)
    try model.setBounds(of: variable, lower: lower ?? old.lower, upper: upper ?? old.upper)
  }

  private mutating func setKind(_ kind: VariableKind) throws {
    let variable = try variable(word())
    let column = try model.column(of: variable)
    var (lower, upper) = (model.columnLower[column], model.columnUpper[column])
    if kind == .binary, lower == 0, upper == .infinity { (lower, upper) = (0, 1) }
    // Fractional bounds of integers mean the whole numbers between them.
    (lower, upper) = (lower.rounded(.up), upper.rounded(.down))
    let bounds = try Model.checkedBounds(lower, upper, kind: kind) { model.columnName(column) }
    model.kinds[column] = kind
    try model.setBounds(of: variable, lower: bounds.0, upper: bounds.1)
  }

  /// A sum of terms and numbers; it ends where something else begins.
  private mutating func expression() throws -> LinearExpression {
    var sum = LinearExpression()
    var isFirst = true
    while !isAtSection, let token = peek {
      var sign = 1.0
      var hasContent = false
      var current = token
      switch token {
      case .word where isFirst || isAtLabel, .number where isFirst: break
      case .word, .number: throw failure("expected + or - before the next term")
      default: break
      }
      isFirst = false
      while case .sign(let factor) = current {
        sign *= factor
        position += 1
        guard let next = peek else { throw failure("expected a term after the sign") }
        (current, hasContent) = (next, true)
      }
      if case .number(let value) = current {
        sign *= value
        position += 1
        hasContent = true
        guard case .word? = peek, !isAtSection, !isAtLabel else {
          sum.constant += sign
          continue
        }
      }
      guard case .word? = peek, !isAtLabel else {
        if hasContent { throw failure("expected a term") }
        break
      }
      let name = try word()
      if isOwn, name == LPWriter.constantName { sum.constant += sign } else { sum.add(sign, try variable(name)) }
    }
    return sum
  }

  private mutating func narrow(_ bounds: inout (Double, Double), _ relation: Relation, _ value: Double) {
    if relation != .lessOrEqual { bounds.0 = value }
    if relation != .greaterOrEqual { bounds.1 = value }
  }

  private mutating func variable(_ name: String) throws -> Variable {
    if let known = variables[name] { return known }
    let variable = try model.addVariable(name: name)
    variables[name] = variable
    return variable
  }

  // MARK: Tokens

  private var peek: Token? { position < tokens.count ? tokens[position].token : nil }

  private var isAtLabel: Bool {
    guard case .word? = peek, position + 1 < tokens.count else { return false }
    return tokens[position + 1].token == .colon
  }

  private var isAtSection: Bool { peek == nil || (!isAtLabel && section(at: position) != nil) }

  @discardableResult
  private mutating func skipLabel() -> String? {
    guard isAtLabel, case .word(let name)? = peek else { return nil }
    position += 2
    return name
  }

  private mutating func word() throws -> String {
    guard case .word(let name)? = peek else { throw failure("expected a variable's name") }
    position += 1
    return name
  }

  private mutating func signedNumber() -> Double? {
    var sign = 1.0
    while case .sign(let factor)? = peek {
      sign *= factor
      position += 1
    }
    guard case .number(let value)? = peek else { return nil }
    position += 1
    return sign * value
  }

  /// A number or an infinity.
  private mutating func signedLimit() -> Double? {
    let start = position
    if let value = signedNumber() { return value.magnitude >= ModelFile.infinity ? value * .infinity : value }
    position = start
    var sign = 1.0
    while case .sign(let factor)? = peek {
      sign *= factor
      position += 1
    }
    guard case .word(let word)? = peek, ["inf", "infinity"].contains(word.lowercased()) else { return nil }
    position += 1
    return sign * .infinity
  }

  private mutating func limit() throws -> Double {
    guard let value = signedLimit() else { throw failure("expected a number after the relation") }
    return value
  }

  private mutating func section(required: Bool) throws -> Section? {
    guard let (section, length) = section(at: position) else {
      if peek == nil { throw failure("expected End, got the end of the file") }
      throw failure("expected a section")
    }
    if case .word(let word)? = peek, section == .objective, word.lowercased().hasPrefix("max") { sense = .maximize }
    position += length
    return section
  }

  /// The section that begins at a token, and how many tokens its title has.
  private func section(at position: Int) -> (Section, Int)? {
    guard position < tokens.count, case .word(let word) = tokens[position].token else { return nil }
    switch word.lowercased() {
    case "minimize", "minimise", "minimum", "min", "maximize", "maximise", "maximum", "max": return (.objective, 1)
    case "st", "st.", "s.t.": return (.constraints, 1)
    case "subject", "such":
      guard position + 1 < tokens.count, case .word(let next) = tokens[position + 1].token,
        ["to", "that"].contains(next.lowercased())
      else { return nil }
      return (.constraints, 2)
    case "bounds", "bound": return (.bounds, 1)
    case "general", "generals", "gen", "integer", "integers", "int": return (.general, 1)
    case "binary", "binaries", "bin": return (.binary, 1)
    case "end": return (.end, 1)
    // What the model has a variable of is that variable, as in a list of integers.
    case "semi", "semis", "sos", "sos1", "sos2": return variables[word] == nil ? otherSection(at: position) : nil
    default: return nil
    }
  }

  /// `semi`, `semi-continuous` or `sos` where it stands alone on its line, so that it is no variable.
  private func otherSection(at position: Int) -> (Section, Int)? {
    let line = tokens[position].line
    guard position == 0 || tokens[position - 1].line < line else { return nil }
    var length = 1
    if position + 2 < tokens.count, tokens[position + 1].token == .sign(-1),
      case .word(let word) = tokens[position + 2].token, word.lowercased() == "continuous"
    {
      length = 3
    }
    guard position + length == tokens.count || tokens[position + length].line > line else { return nil }
    return (.other, length)
  }

  private mutating func tokenize() throws {
    var line = 0
    for content in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line += 1
      var rest = content.prefix { $0 != "\\" }
      while let first = rest.first {
        if first.isWhitespace {
          rest.removeFirst()
        } else if "+-".contains(first) {
          tokens.append((.sign(first == "-" ? -1 : 1), line))
          rest.removeFirst()
        } else if first == ":" {
          tokens.append((.colon, line))
          rest.removeFirst()
        } else if "<>=".contains(first) {
          let symbol = rest.prefix { "<>=".contains($0) }
          rest = rest.dropFirst(symbol.count)
          let known = ["=<": "<=", "=>": ">="][String(symbol)] ?? String(symbol)
          guard let relation = Relation(symbol: known) else {
            throw OutsideFailure("\(path): line \(line): expected <=, >= or =, got \(symbol)")
          }
          tokens.append((.relation(relation), line))
        } else if first.isNumber || first == "." {
          tokens.append((.number(try number(&rest, line)), line))
        } else {
          let name = rest.prefix { !$0.isWhitespace && !"+-<>=:*^[]".contains($0) }
          guard !name.isEmpty else {
            throw OutsideFailure("\(path): line \(line): expected a linear model, got \(first)")
          }
          tokens.append((.word(String(name)), line))
          rest = rest.dropFirst(name.count)
        }
      }
    }
  }

  /// Takes a number from the front: digits, a point, and an exponent only if digits follow it.
  private func number(_ rest: inout Substring, _ line: Int) throws -> Double {
    var end = rest.prefix { $0.isNumber || $0 == "." }.endIndex
    if end < rest.endIndex, "eE".contains(rest[end]) {
      var next = rest.index(after: end)
      if next < rest.endIndex, "+-".contains(rest[next]) { next = rest.index(after: next) }
      if next < rest.endIndex, rest[next].isNumber { end = rest[next...].prefix { $0.isNumber }.endIndex }
    }
    guard let value = Double(rest[..<end]), value.isFinite else {
      throw OutsideFailure("\(path): line \(line): expected a number, got \(rest[..<end])")
    }
    rest = rest[end...]
    return value
  }

  private func failure(_ message: String) -> OutsideFailure {
    guard let last = tokens.last else { return OutsideFailure("\(path): \(message), got an empty file") }
    let here = position < tokens.count ? tokens[position] : last
    let got = position < tokens.count ? here.token.text : "the end of the file"
    return OutsideFailure("\(path): line \(here.line): \(message), got \(got)")
  }
}
