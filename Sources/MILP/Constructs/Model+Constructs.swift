import Essentials

extension Model {
  /// The special ordered sets with their names, in the order in which they were added.
  public var specialOrderedSets: [(name: String, set: SpecialOrderedSet)] {
    constructs.indices.compactMap { position in
      guard case .specialOrderedSet(let set) = constructs[position].content else { return nil }
      return (constructName(position), set)
    }
  }

  /// The indicators with their names, in the order in which they were added.
  public var indicators: [(name: String, indicator: Indicator)] {
    constructs.indices.compactMap { position in
      guard case .indicator(let indicator) = constructs[position].content else { return nil }
      return (constructName(position), indicator)
    }
  }

  /// The kinds of what the model asks for beyond linear rows, bounds and whole numbers.
  public var constructKinds: Set<ConstructKind> {
    var kinds = Set(constructs.map(\.kind))
    if !thresholds.isEmpty { kinds.insert(.semicontinuous) }
    return kinds
  }

  /// Whether all that the model asks for is linear: no whole numbers, and nothing of `constructKinds`.
  public var isLinearProgram: Bool { !hasIntegers && constructs.isEmpty && thresholds.isEmpty }

  /// Adds a special ordered set.
  ///
  /// - Parameters:
  ///   - variables: at least one, all different, of any kind.
  ///   - weights: one per variable, all different; 1, 2, 3 … by default. The variables are put in their order.
  /// - Throws: `Misuse` for variables of another model, one that is there twice, and weights that give no order.
  @discardableResult
  public func addSpecialOrderedSet(
    _ type: SpecialOrderedSet.SetType, _ variables: [Variable], weights: [Double]? = nil, name: String? = nil
  ) throws -> Construct {
    let operation = "sos\(type.rawValue)"
    try checkMayChange(operation)
    let columns = try variables.map { try column(of: $0, for: operation) }
    let weights = weights ?? columns.indices.map { Double($0 + 1) }
    guard !columns.isEmpty else { throw Misuse("\(operation): expected at least one variable") }
    guard weights.count == columns.count else {
      throw Misuse("\(operation): expected \(columns.count) weights, got \(weights.count)")
    }
    guard weights.allSatisfy(\.isFinite) else { throw Misuse("\(operation): expected finite weights") }
    var seen = Set<Int>()
    if let column = columns.first(where: { !seen.insert($0).inserted }) {
      throw Misuse("\(operation): expected every variable once, got \(columnName(column)) twice")
    }
    let order = weights.indices.sorted { weights[$0] < weights[$1] }
    if let (_, second) = zip(order, order.dropFirst()).first(where: { weights[$0] == weights[$1] }) {
      throw Misuse("\(operation): expected weights that differ, got \(weights[second]) twice")
    }
    let set = SpecialOrderedSet(type: type, columns: order.map { columns[$0] }, weights: order.map { weights[$0] })
    return add(.specialOrderedSet(set), name: name)
  }

  /// Adds `binary == value  implies  expression relation right`. The row is kept as it is; unlike that of `imply` it needs
  /// no bounds, where the solver knows indicators itself.
  ///
  /// - Throws: `Misuse` for a variable that is not binary (or integer between 0 and 1), a value other than 0 and 1, and
  ///   numbers that are not finite.
  @discardableResult
  public func addIndicator(
    _ binary: Variable, is value: Int, _ expression: some LinearOperand, _ relation: Relation, _ right: Double,
    name: String? = nil
  ) throws -> Construct {
    try checkMayChange("indicator")
    let column = try checkIndicator(binary, is: value, for: "indicator")
    let expression = expression.linearExpression
    let terms = try sums(of: expression, for: "indicator")
    let bound = right - expression.constant
    guard bound.isFinite, abs(bound) < Model.infinity, terms.allSatisfy(\.coefficient.isFinite) else {
      throw Misuse("indicator: expected finite numbers, got a right side of \(bound) or such a coefficient")
    }
    let indicator = Indicator(
      binary: column, value: value, columns: terms.map { Int32($0.column) }, coefficients: terms.map(\.coefficient),
      relation: relation, right: bound)
    return add(.indicator(indicator), name: name)
  }

  /// Removes special ordered sets and indicators.
  ///
  /// - Throws: `Misuse` for one that the model does not have (any more); nothing is removed then.
  public func remove(_ gone: [Construct]) throws {
    try checkMayChange("remove")
    for construct in gone { _ = try position(of: construct, for: "remove") }
    constructs.removeAll(where: Set(gone).contains)
  }

  /// The name that a construct was given, or its kind and its place, such as `sos1_2`.
  public func name(of construct: Construct) throws -> String { constructName(try position(of: construct, for: "name")) }

  /// A construct in one line: `sos2_1: sos2(x1: 1.0, x2: 2.0, x3: 3.0)`, `i: z == 1 -> x + y <= 3.0`.
  public func text(of construct: Construct) throws -> String {
    let name = constructName(try position(of: construct, for: "text"))
    switch construct.content {
    case .specialOrderedSet(let set):
      let members = zip(set.columns, set.weights).map { "\(columnName($0)): \($1)" }
      return "\(name): \(construct.kind.rawValue)(\(members.joined(separator: ", ")))"
    case .indicator(let indicator):
      let left = text(indicator.columns, indicator.coefficients)
      return "\(name): \(columnName(indicator.binary)) == \(indicator.value) -> \(left) \(indicator.relation.rawValue) "
        + "\(indicator.right)"
    }
  }

  /// The column of what is to decide about a row.
  ///
  /// - Throws: `Misuse`, beginning with `operation`, unless it is 0 or 1 everywhere and `value` is one of these.
  func checkIndicator(_ binary: Variable, is value: Int, for operation: String) throws -> Int {
    let column = try column(of: binary, for: operation)
    guard kinds[column].isIntegral, columnLower[column] >= 0, columnUpper[column] <= 1 else {
      throw Misuse("\(operation): expected a binary variable, got \(columnName(column))")
    }
    guard value == 0 || value == 1 else { throw Misuse("\(operation): expected the value 0 or 1, got \(value)") }
    return column
  }

  private func add(_ content: Construct.Content, name: String?) -> Construct {
    let construct = Construct(content, name: name)
    constructs.append(construct)
    return construct
  }

  private func position(of construct: Construct, for operation: String) throws -> Int {
    guard let position = constructs.firstIndex(of: construct) else {
      throw Misuse(
        "\(operation): expected a special ordered set or an indicator of model \"\(self.name)\", got one that was removed "
          + "or is another model's")
    }
    return position
  }

  private func constructName(_ position: Int) -> String {
    constructs[position].name ?? "\(constructs[position].kind.rawValue)_\(position + 1)"
  }
}
