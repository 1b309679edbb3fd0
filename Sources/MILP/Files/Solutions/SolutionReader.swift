import Essentials

/// Reads solutions as HiGHS, SCIP, Gurobi and MIPLIB write them. They tell themselves apart by their titles; a line of all
/// others is a name and a number.
struct SolutionReader {
  private enum Part {
    /// What HiGHS has before the values.
    case header
    /// Lines `name value …`.
    case values
    /// HiGHS's table: index, status, lower bound, upper bound, value, dual, kind and name, of which some may be missing.
    case table
    /// Rows, duals, a basis.
    case others
  }

  private let text: FileText
  private var lines: TextLines
  private var columns: [String: Int]
  private var result: ReadSolution
  private var part = Part.values
  /// Whether a column that the file does not name is 0.
  private var isSparse = false
  private var isStatusNext = false
  private var hasNoPoint = false
  private var hasValues = false

  init(_ text: FileText, _ model: Model) {
    self.text = text
    lines = TextLines(text.bytes)
    result = ReadSolution(point: (0..<model.columnCount).map { model.isRemoved(column: $0) ? 0 : .nan })
    columns = [:]
    // Where two spellings meet, what MPS files and solutions have comes first.
    for rules in [NameRules.mps, .lp] {
      for (column, name) in model.handles.namedColumns(model.columnCount, rules) where columns[name] == nil {
        columns[name] = column
      }
    }
    for column in 0..<model.columnCount where columns[model.columnName(column)] == nil {
      columns[model.columnName(column)] = column
    }
  }

  mutating func read() throws -> ReadSolution {
    while lines.advance() {
      let words = lines.words()
      guard !words.isEmpty, try !readTitle(words) else { continue }
      switch part {
      case .values: try readValue(words[0], words.count > 1 ? words[1] : words[0])
      case .table: try readEntry(words)
      case .header, .others: break
      }
    }
    guard !hasNoPoint else { throw OutsideFailure("\(text.path): holds no point") }
    guard hasValues || result.unknownNames.isEmpty else {
      throw OutsideFailure(
        "\(text.path): expected names of the model's variables, got \(result.unknownNames[0]) and no other that it has")
    }
    guard hasValues || isSparse || result.point.isEmpty else { throw OutsideFailure("\(text.path): holds no point") }
    if isSparse { result.point = result.point.map { $0.isNaN ? 0 : $0 } }
    return result
  }

  /// Reads a line that is no value; false if it is one.
  private mutating func readTitle(_ words: [Range<Int>]) throws -> Bool {
    let line = text.string(words[0].lowerBound..<words[words.count - 1].upperBound)
    if isStatusNext {
      (result.status, isStatusNext) = (line, false)
      return true
    }
    switch line {
    case "Model status": (isStatusNext, part) = (true, .header)
    case "None" where part == .header, "no solution available": hasNoPoint = true
    case "Columns": part = .table
    case "Rows", "# Dual solution values", "# Basis": part = .others
    default: return try readLabelled(line, words[words.count - 1])
    }
    return true
  }

  private mutating func readLabelled(_ line: String, _ last: Range<Int>) throws -> Bool {
    func begins(_ labels: String...) -> Bool { labels.contains(where: line.hasPrefix) }
    func rest(after label: String) -> String { String(line.dropFirst(label.count)) }
    // SCIP and MIPLIB leave out what is 0, and HiGHS where it counts so.
    if begins("solution status:", "objective value:", "=obj=", "# Columns -") { isSparse = true }
    if begins("Model status: ") {
      result.status = rest(after: "Model status: ")
    } else if begins("solution status: ") {
      result.status = rest(after: "solution status: ")
    } else if begins("# Columns ") {
      part = .values
    } else if begins("# Rows ") {
      part = .others
    } else if begins("objective value:", "=obj=", "Objective value:", "# Objective value =")
      || (part == .header && begins("Objective "))
    {
      result.objective = try number(last)
    } else {
      return begins("#") || (part == .table && begins("Index "))
    }
    return true
  }

  private mutating func readEntry(_ words: [Range<Int>]) throws {
    // Without a basis there is no status.
    let first = words.count > 1 && FileNumber.signed(in: text.bytes, words[1]) == nil ? 2 : 1
    guard words.count > first + 3 else { throw unexpected(words) }
    try readValue(words[words.count - 1], words[first + 2])
  }

  private mutating func readValue(_ name: Range<Int>, _ field: Range<Int>) throws {
    guard name != field else { throw unexpected([name]) }
    let value = try number(field)
    guard let column = columns[text.string(name)] else {
      if text.string(name) != NameRules.constant { result.unknownNames.append(text.string(name)) }
      return
    }
    guard result.point[column].isNaN || result.point[column] == value else {
      throw text.failure(lines.number, "expected one value of \(text.quoted(name)), got another")
    }
    result.point[column] = value
    hasValues = true
  }

  private func number(_ field: Range<Int>) throws -> Double {
    guard let value = FileNumber.signed(in: text.bytes, field), value.isFinite else {
      throw text.failure(lines.number, "expected a finite number, got \(text.quoted(field))")
    }
    return value
  }

  private func unexpected(_ words: [Range<Int>]) -> OutsideFailure {
    let got = text.quoted(words[0].lowerBound..<words[words.count - 1].upperBound)
    return text.failure(lines.number, "expected a variable's name and a number, got \(got)")
  }
}
