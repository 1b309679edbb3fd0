import Essentials

/// Reads MPS, free or fixed, with what CPLEX, Gurobi, HiGHS, SCIP and Xpress added to it: OBJSENSE, OBJNAME, lazy rows,
/// semicontinuous bounds, special ordered sets and indicators. Everything that is not linear is refused by name.
///
/// Where those programs read a file differently, the format's definition decides: of several sets of right sides, ranges
/// or bounds the first counts; a column between integer markers that has no bound is 0 or 1. What the definition forbids
/// is refused, since each reads something else: entries, right sides or bounds that are given twice, columns whose lines
/// are not together, ranges before right sides.
struct MPSReader: ~Copyable {
  enum Section: String {
    case start = "", name = "NAME", sense = "OBJSENSE", objective = "OBJNAME", rows = "ROWS", lazyRows = "LAZYCONS"
    case delayedRows = "DELAYEDROWS", userCuts = "USERCUTS", modelCuts = "MODELCUTS", columns = "COLUMNS"
    case right = "RHS", ranges = "RANGES", bounds = "BOUNDS", orderedSets = "SOS", sets = "SETS"
    case indicators = "INDICATORS", end = "ENDATA"
  }

  enum RowType: String {
    case free = "N", upper = "L", lower = "G", equality = "E"
  }

  let text: FileText
  /// Whether fields are told by their columns, so that names may have blanks.
  let isFixed: Bool
  var lines: TextLines
  var draft: ModelDraft
  var section = Section.start
  /// The fields of the current line.
  var fields: [Range<Int>] = []

  /// The rows as the file counts them, the objective among them.
  var rowNames: NameIndex
  var rowTypes: [RowType] = []
  /// For each of them its row in the draft; -1 for the objective.
  var draftRows: [Int] = []
  var objective: Int?
  /// The row that is to be the objective, and the line that says so.
  var objectiveName: (name: Range<Int>, line: Int)?

  /// The name of the newest column where it came last.
  var columnField = 0..<0
  var entries = MPSEntries()
  var isInsideIntegers = false
  /// The rows whose right side, and those whose range was given.
  var rightSides: Set<Int> = []
  var rangedRows: Set<Int> = []
  /// The first set's name of each section that has sets; nil for one without a name.
  var setNames: [Section: Range<Int>?] = [:]
  /// The sets of which was said that they do not count.
  var ignoredSets: Set<String> = []
  /// Whether `MPSWriter` wrote the file, and whether it wrote a maximised objective with the opposite sign.
  private var (isOwn, isNegated) = (false, false)

  private init(_ text: FileText, isFixed: Bool) {
    (self.text, self.isFixed) = (text, isFixed)
    lines = TextLines(text.bytes)
    draft = ModelDraft(of: text)
    rowNames = NameIndex(text.bytes)
  }

  /// The model in `text`, taken for free format and, if it is none, for fixed.
  ///
  /// - Throws: `OutsideFailure` with the line, of the reading that came further.
  static func model(in text: FileText) throws -> Model {
    var free = MPSReader(text, isFixed: false)
    do { return try free.read() } catch let failure as OutsideFailure {
      var fixed = MPSReader(text, isFixed: true)
      do { return try fixed.read() } catch let other as OutsideFailure {
        throw fixed.lines.number > free.lines.number ? other : failure
      }
    }
  }

  private mutating func read() throws -> Model {
    while section != .end, lines.advance() {
      guard let first = lines.range.first else { continue }
      if text.bytes[first] == UInt8(ascii: "*") {
        if lines.number == 1 { recognizeOwn() }
      } else if !text.bytes[first].isBlank {
        try beginSection(lines.words())
      } else {
        try splitFields()
        if !fields.isEmpty { try readLine() }
      }
    }
    guard section == .end else { throw failure("expected ENDATA, got the end of the file") }
    try finishColumns()
    entries.sort(into: &draft)
    undoOwn()
    return try draft.makeModel(of: text)
  }

  private mutating func recognizeOwn() {
    let comment = text.string(lines.range)
    isOwn = comment.hasPrefix(MPSWriter.comment)
    isNegated = comment.hasPrefix(MPSWriter.maximizeComment)
  }

  /// Turns back what `MPSWriter` does for other readers.
  private mutating func undoOwn() {
    if isOwn, let last = draft.columns.last, draft.columnNames[draft.columns.count - 1] == NameRules.constant {
      draft.constant += last.cost
      draft.columns.removeLast()
    }
    if isNegated, draft.sense == .minimize {
      draft.sense = .maximize
      draft.constant = 0 - draft.constant
      for column in draft.columns.indices { draft.columns[column].cost = 0 - draft.columns[column].cost }
    }
  }

  private mutating func beginSection(_ words: [Range<Int>]) throws {
    let title = text.capitals(words[0])
    if section == .sense, MPSReader.sense(title) != nil { return try readSense(words[0]) }
    guard let next = Section(rawValue: title == "OBJSEN" ? "OBJSENSE" : title) else {
      throw failure("expected a section of a linear model, got \(text.quoted(words[0]))")
    }
    if next == .right, setNames[.ranges] != nil {
      throw failure("expected the RANGES section after RHS, got it before")
    }
    section = next
    switch section {
    case .name:
      var rest = words.dropFirst()
      if let last = rest.last, rest.count > 1, text.capitals(last) == "FREE" { rest.removeLast() }
      if let first = rest.first, let last = rest.last { draft.name = text.string(first.lowerBound..<last.upperBound) }
    case .sense: if words.count > 1 { try readSense(words[1]) }
    case .objective: if words.count > 1 { objectiveName = (words[1], lines.number) }
    case .columns: try checkObjective()
    case .userCuts, .modelCuts: draft.warn(lines.number, "the cuts of section \(title) are read as rows")
    default: break
    }
  }

  private mutating func readLine() throws {
    switch section {
    case .sense: try readSense(fields[0])
    case .objective: objectiveName = (fields[0], lines.number)
    case .rows, .lazyRows, .delayedRows, .userCuts, .modelCuts: try readRow()
    case .columns: try readColumn()
    case .right: try readPairs { try $0.setRight($1, $2) }
    case .ranges: try readPairs { try $0.setRange($1, $2) }
    case .bounds: try readBound()
    case .orderedSets, .sets: try readSet()
    case .indicators: try readIndicator()
    case .start, .name, .end: throw failure("expected a section, got \(text.quoted(fields[0]))")
    }
  }

  private static func sense(_ word: String) -> ObjectiveSense? {
    switch word {
    case "MAX", "MAXIMIZE", "MAXIMISE", "MAXIMUM": .maximize
    case "MIN", "MINIMIZE", "MINIMISE", "MINIMUM": .minimize
    default: nil
    }
  }

  private mutating func readSense(_ word: Range<Int>) throws {
    guard let sense = MPSReader.sense(text.capitals(word)) else {
      throw failure("expected MAX or MIN, got \(text.quoted(word))")
    }
    draft.sense = sense
  }

  func failure(_ message: String) -> OutsideFailure { text.failure(lines.number, message) }

  /// The fields of the current line from the `first` on, as a message quotes them.
  func quotedFields(from first: Int = 0) -> String {
    guard first < fields.count else { return "nothing" }
    return text.quoted(fields[first].lowerBound..<fields[fields.count - 1].upperBound)
  }
}
