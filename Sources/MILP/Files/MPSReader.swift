import Essentials

/// Reads MPS, free or fixed, with OBJSENSE, RANGES, integer markers and all bound types but
/// semicontinuous ones.
///
/// Of several sets of right sides, ranges or bounds the first counts. A column between integer markers that has no bound
/// is 0 or 1, as the format's definition has it; whoever means more writes a bound, such as PL.
struct MPSReader {
  private struct Row {
    var lower: Double
    var upper: Double
  }

  private let path: String
  private var line = 0
  private var section = ""
  private var name = "model"
  private var sense = ObjectiveSense.minimize
  private var isNegated = false
  private var isOwn = false
  private var objective: String?
  private var constant = 0.0
  private var rowIndex: [String: Int] = [:]
  private var rowNames: [String] = []
  private var rows: [Row] = []
  private var types: [Character] = []
  private var columnIndex: [String: Int] = [:]
  private var columnNames: [String] = []
  private var costs: [Double] = []
  private var kinds: [VariableKind] = []
  private var lower: [Double] = []
  private var upper: [Double] = []
  /// The columns that some bound was given for, and those that a lower one was.
  private var isBounded: [Bool] = []
  private var hasLower: [Bool] = []
  /// The first set's name of each section that has sets.
  private var sets: [String: String] = [:]
  private var entries: [(row: Int, column: Int, value: Double)] = []
  private var isInsideIntegers = false
  /// Whether names have blanks, so that fields are told by their columns.
  private var isFixed = false

  init(path: String) { self.path = path }

  mutating func read(_ text: String) throws -> Model {
    var hasEnded = false
    for content in text.split(separator: "\n", omittingEmptySubsequences: false) {
      line += 1
      if content.hasPrefix(MPSWriter.comment) { isOwn = true }
      if content.hasPrefix(MPSWriter.maximizeComment) { isNegated = true }
      if content.hasPrefix("*") { continue }
      var fields = try self.fields(of: content)
      // A comment, from the third field on, unless it is the name of a row.
      let comment = fields.indices.dropFirst(2).first {
        fields[$0].hasPrefix("$") && rowIndex[fields[$0]] == nil && fields[$0] != objective
      }
      if let comment {
        fields.removeSubrange(comment...)
      }
      guard let first = fields.first else { continue }
      if content.first?.isWhitespace == false {
        if first == "ENDATA" {
          hasEnded = true
          break
        }
        try beginSection(first, fields)
      } else {
        try readLine(fields)
      }
    }
    guard hasEnded else { throw failure("expected ENDATA, got the end of the file") }
    return try makeModel()
  }

  /// The fields of a line: what blanks part, or, once a row's name turned out to have blanks, what stands in the columns
  /// of the fixed format.
  ///
  /// - Throws: `OutsideFailure` where something stands between those columns, which would be cut off.
  private mutating func fields(of content: Substring) throws -> [String] {
    let free = content.split(whereSeparator: \.isWhitespace).map(String.init)
    guard content.first?.isWhitespace == true else { return free }
    let isOddRow = section == "ROWS" && free.count > 2 && !free[2].hasPrefix("$")
    guard isFixed || isOddRow else { return free }
    var bytes = Array(content.utf8)
    let dollar = UInt8(ascii: "$")
    if let comment = [14, 39].first(where: { $0 < bytes.count && bytes[$0] == dollar }) {
      bytes.removeSubrange(comment...)
    }
    let layout = [1..<3, 4..<12, 14..<22, 24..<36, 39..<47, 49..<61]
    let isCut = bytes.indices.contains { place in
      bytes[place] > UInt8(ascii: " ") && !layout.contains { $0.contains(place) }
    }
    let fixed = layout.compactMap { columns -> String? in
      let field = bytes[min(columns.lowerBound, bytes.count)..<min(columns.upperBound, bytes.count)]
      let text = String(decoding: field, as: UTF8.self)
      let words = text.drop(while: \.isWhitespace)
      return words.isEmpty ? nil : String(words.reversed().drop(while: \.isWhitespace).reversed())
    }
    if isOddRow, !isFixed {
      guard fixed.count == 2, !isCut else { return free }
      isFixed = true
    }
    guard !isCut else { throw failure("expected blanks between the columns of the fixed format's fields") }
    return fixed
  }

  private mutating func beginSection(_ name: String, _ fields: [String]) throws {
    section = name
    switch name {
    case "NAME": if fields.count > 1 { self.name = fields[1] }
    case "OBJSENSE": if fields.count > 1 { try readSense(fields[1]) }
    case "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS": break
    default: throw failure("expected a section of a linear model, got \(name)")
    }
  }

  private mutating func readLine(_ fields: [String]) throws {
    switch section {
    case "OBJSENSE": try readSense(fields[0])
    case "ROWS": try readRow(fields)
    case "COLUMNS": try readColumn(fields)
    case "RHS": try readPairs(fields) { try $0.setRight($1, $2) }
    case "RANGES": try readPairs(fields) { try $0.setRange($1, $2) }
    case "BOUNDS": try readBound(fields)
    default: throw failure("expected a section, got \(fields[0])")
    }
  }

  private mutating func readSense(_ word: String) throws {
    switch word.uppercased() {
    case "MAX", "MAXIMIZE", "MAXIMISE": sense = .maximize
    case "MIN", "MINIMIZE", "MINIMISE": sense = .minimize
    default: throw failure("expected MAX or MIN, got \(word)")
    }
  }

  private mutating func readRow(_ fields: [String]) throws {
    guard fields.count == 2, let type = fields[0].uppercased().first, fields[0].count == 1, "NLGE".contains(type) else {
      throw failure("expected N, L, G or E and a row's name, got \(fields.joined(separator: " "))")
    }
    if type == "N", objective == nil {
      objective = fields[1]
      return
    }
    guard fields[1] != objective, rowIndex.updateValue(rows.count, forKey: fields[1]) == nil else {
      throw failure("expected different row names, got \(fields[1]) twice")
    }
    rowNames.append(fields[1])
    types.append(type)
    rows.append(
      Row(lower: type == "N" || type == "L" ? -.infinity : 0, upper: type == "N" || type == "G" ? .infinity : 0))
  }

  private mutating func readColumn(_ fields: [String]) throws {
    if fields.count == 3, fields[1].uppercased() == "'MARKER'" {
      switch fields[2].uppercased() {
      case "'INTORG'": isInsideIntegers = true
      case "'INTEND'": isInsideIntegers = false
      default: throw failure("expected 'INTORG' or 'INTEND', got \(fields[2])")
      }
      return
    }
    guard fields.count >= 3, fields.count % 2 == 1 else {
      throw failure("expected a column, and rows with numbers, got \(fields.joined(separator: " "))")
    }
    if columnNames.last != fields[0] {
      guard columnIndex.updateValue(columnNames.count, forKey: fields[0]) == nil else {
        throw failure("expected all lines of a column together, got \(fields[0]) again")
      }
      columnNames.append(fields[0])
      costs.append(0)
      kinds.append(isInsideIntegers ? .integer : .continuous)
      lower.append(0)
      upper.append(.infinity)
      isBounded.append(false)
      hasLower.append(false)
    }
    for i in stride(from: 1, to: fields.count, by: 2) {
      let value = try number(fields[i + 1])
      if fields[i] == objective {
        costs[costs.count - 1] += value
      } else {
        entries.append((try row(fields[i]), columnNames.count - 1, value))
      }
    }
  }

  /// Reads `[set] name value [name value]`.
  private mutating func readPairs(
    _ fields: [String], _ set: (inout MPSReader, String, Double) throws -> Void
  ) throws {
    let first = fields.count % 2
    guard fields.count > first else { throw failure("expected a row and a number, got \(fields[0])") }
    guard isFirstSet(first == 1 ? fields[0] : "") else { return }
    for i in stride(from: first, to: fields.count, by: 2) { try set(&self, fields[i], try number(fields[i + 1])) }
  }

  /// Whether a set is the first of its section, by its name; one without a name belongs to it.
  private mutating func isFirstSet(_ name: String) -> Bool {
    guard !name.isEmpty else { return true }
    if let known = sets[section] { return known == name }
    sets[section] = name
    return true
  }

  private mutating func setRight(_ name: String, _ value: Double) throws {
    if name == objective {
      constant = -value
      return
    }
    let row = try row(name)
    if types[row] != "L", types[row] != "N" { rows[row].lower = value }
    if types[row] != "G", types[row] != "N" { rows[row].upper = value }
  }

  private mutating func setRange(_ name: String, _ value: Double) throws {
    // The objective has no range that could be kept.
    if name == objective { return }
    let row = try row(name)
    switch types[row] {
    case "L": rows[row].lower = rows[row].upper - abs(value)
    case "G": rows[row].upper = rows[row].lower + abs(value)
    case "E" where value < 0: rows[row].lower = rows[row].upper + value
    case "E": rows[row].upper = rows[row].lower + value
    default: break
    }
  }

  private mutating func readBound(_ fields: [String]) throws {
    let type = fields[0].uppercased()
    let needsValue = !["FR", "MI", "PL", "BV"].contains(type)
    // The name of the set of bounds may be left out.
    let position = needsValue ? fields.count - 2 : fields.count > 2 ? 2 : 1
    guard position >= 1, position < fields.count, fields.count <= 4 else {
      throw failure("expected a bound's type, column and number, got \(fields.joined(separator: " "))")
    }
    guard isFirstSet(position == 2 ? fields[1] : "") else { return }
    guard let column = columnIndex[fields[position]] else {
      throw failure("expected a column, got \(fields[position])")
    }
    isBounded[column] = true
    if ["LO", "LI", "FX", "FR", "MI", "BV"].contains(type) { hasLower[column] = true }
    let value = needsValue ? try bound(fields[position + 1]) : 0
    switch type {
    case "LO", "LI": lower[column] = value
    case "UP", "UI":
      upper[column] = value
      // What all solvers do with a negative upper bound and no lower one; a lower one that is written stays.
      if value < 0, !hasLower[column] { lower[column] = -.infinity }
    case "FX": (lower[column], upper[column]) = (value, value)
    case "FR": (lower[column], upper[column]) = (-.infinity, .infinity)
    case "MI": lower[column] = -.infinity
    case "PL": upper[column] = .infinity
    case "BV": (lower[column], upper[column], kinds[column]) = (0, 1, .binary)
    default: throw failure("expected a bound type of LO UP FX FR MI PL BV LI UI, got \(type)")
    }
    if type == "LI" || type == "UI" { kinds[column] = .integer }
  }

  private mutating func makeModel() throws -> Model {
    let model = Model(name: name)
    if isOwn, columnNames.last == LPWriter.constantName, let value = costs.popLast() {
      constant += value
      columnNames.removeLast()
    }
    for (column, name) in columnNames.enumerated() {
      if kinds[column] == .integer {
        if !isBounded[column] { upper[column] = 1 }
        // Some programs write fractional bounds, which mean the whole numbers between them.
        (lower[column], upper[column]) = (lower[column].rounded(.up), upper[column].rounded(.down))
      }
      try model.addVariable(name: name, kind: kinds[column], lower: lower[column], upper: upper[column])
    }
    var byRow = [([Int32], [Double])](repeating: ([], []), count: rows.count)
    for (row, column, value) in entries {
      byRow[row].0.append(Int32(column))
      byRow[row].1.append(value)
    }
    for (row, bounds) in rows.enumerated() {
      try model.addRow(
        indices: byRow[row].0, values: byRow[row].1, lower: bounds.lower, upper: bounds.upper, name: rowNames[row])
    }
    if isNegated, sense == .minimize {
      try model.setObjective(coefficients: costs.map { 0 - $0 }, constant: 0 - constant, .maximize)
    } else {
      try model.setObjective(coefficients: costs, constant: constant, sense)
    }
    return model
  }

  private func row(_ name: String) throws -> Int {
    guard let row = rowIndex[name] else { throw failure("expected a row, got \(name)") }
    return row
  }

  private func number(_ text: String) throws -> Double {
    guard let value = parsed(text), value.isFinite else { throw failure("expected a finite number, got \(text)") }
    return value
  }

  /// A bound, infinite from `ModelFile.infinity` on.
  private func bound(_ text: String) throws -> Double {
    guard let value = parsed(text), !value.isNaN else { throw failure("expected a number, got \(text)") }
    return value.magnitude >= ModelFile.infinity ? value * .infinity : value
  }

  /// A number as Swift or Fortran writes it, whose exponents may begin with D.
  private func parsed(_ text: String) -> Double? {
    if let value = Double(text) { return value }
    let exponent = text.replacing("D", with: "e").replacing("d", with: "e")
    return Double(exponent)
  }

  private func failure(_ message: String) -> OutsideFailure { OutsideFailure("\(path): line \(line): \(message)") }
}
