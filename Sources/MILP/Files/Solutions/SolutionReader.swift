import Essentials

/// Reads solutions as HiGHS, SCIP, Gurobi, GLPK and MIPLIB write them. They tell themselves apart by their titles; a line of
/// all others is a name and a number.
struct SolutionReader {
  enum Part {
    /// What HiGHS and GLPK have before the values.
    case header
    /// Lines `name value …`.
    case values
    /// HiGHS's table: index, status, lower bound, upper bound, value, dual, kind and name, of which some may be missing.
    case table
    /// A line `value …` for each column, as HiGHS once wrote it.
    case ordered
    /// GLPK's table: number, name, status, value, bounds. A long name has a line of its own.
    case glpkTable
    /// GLPK's lines `j number status value …`.
    case glpkLines
    /// Rows, duals, a basis.
    case others
  }

  let text: FileText
  var lines: TextLines
  private var columns: [String: Int]
  /// The columns that files have, in order.
  private let order: [Int]
  var result: ReadSolution
  var part = Part.values
  /// Whether a column that the file does not name is 0.
  private var isSparse = false
  private var isStatusNext = false
  /// Whether the columns that HiGHS lists are given by their order.
  private var isOrdered = false
  /// How many columns of the order have come.
  private var orderedCount = 0
  /// The name in GLPK's table that has a line of its own.
  var pendingName: Range<Int>?
  private var hasNoPoint = false
  private var hasValues = false

  init(_ text: FileText, _ model: Model) {
    self.text = text
    lines = TextLines(text.bytes)
    order = (0..<model.columnCount).filter { !model.isRemoved(column: $0) }
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
      case .ordered:
        try setValue(orderedCount, try number(words[0]))
        orderedCount += 1
      case .glpkTable: try readGLPKEntry(words)
      case .glpkLines: try readGLPKLine(words)
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
    case "Columns": part = isOrdered ? .ordered : .table
    case "Rows", "Integer feasibility conditions:", "Karush-Kuhn-Tucker optimality conditions:": part = .others
    // What follows has columns of its own.
    case "# Dual solution values", "# Basis": while lines.advance() {}
    default: return try readLabelled(line, words)
    }
    return true
  }

  private mutating func readLabelled(_ line: String, _ words: [Range<Int>]) throws -> Bool {
    func begins(_ labels: String...) -> Bool { labels.contains(where: line.hasPrefix) }
    func rest(after label: String) -> String {
      String(line.dropFirst(label.count).drop(while: \.isWhitespace))
    }
    // SCIP and MIPLIB leave out what is 0, and HiGHS where it counts so.
    if begins("solution status:", "objective value:", "=obj=", "# Columns -") { isSparse = true }
    for label in ["Model status: ", "solution status: "] where begins(label) { result.status = rest(after: label) }
    if begins("Model status: ", "solution status: ") { return true }
    if begins("# Columns ") {
      part = .values
    } else if begins("# Rows ") {
      part = .others
    } else if begins("objective value:", "=obj=", "Objective value:", "# Objective value =")
      || (part == .header && begins("Objective "))
    {
      result.objective = try number(words[words.count - 1])
    } else if line.contains(" : Number of columns and rows for primal or dual solution or basis") {
      (isOrdered, part) = (true, .header)
    } else if begins("Problem:") {
      part = .header
    } else if begins("c Problem:") {
      part = .glpkLines
    } else if part == .header, begins("Status:") {
      result.status = rest(after: "Status:")
    } else if part == .header, begins("Objective:") {
      try readGLPKObjective(words)
    } else if begins("No. ") {
      part = line.contains("Column name") ? .glpkTable : .others
    } else {
      return begins("#") || (part == .table && begins("Index ")) || (part == .glpkTable && begins("------"))
    }
    return true
  }

  private mutating func readEntry(_ words: [Range<Int>]) throws {
    // Without a basis there is no status.
    let first = words.count > 1 && FileNumber.signed(in: text.bytes, words[1]) == nil ? 2 : 1
    guard words.count > first + 3 else { throw unexpected(words) }
    try readValue(words[words.count - 1], words[first + 2])
  }

  mutating func readValue(_ name: Range<Int>, _ field: Range<Int>) throws {
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

  /// Sets the value of a column by its place, from 0, among those that files have.
  mutating func setValue(_ place: Int, _ value: Double) throws {
    guard order.indices.contains(place) else {
      throw text.failure(lines.number, "expected values of \(order.count) variables, got one of number \(place + 1)")
    }
    result.point[order[place]] = value
    hasValues = true
  }

  func number(_ field: Range<Int>) throws -> Double {
    guard let value = FileNumber.signed(in: text.bytes, field), value.isFinite else {
      throw text.failure(lines.number, "expected a finite number, got \(text.quoted(field))")
    }
    return value
  }

  func unexpected(_ words: [Range<Int>]) -> OutsideFailure {
    let got = text.quoted(words[0].lowerBound..<words[words.count - 1].upperBound)
    return text.failure(lines.number, "expected a variable's name and a number, got \(got)")
  }
}
