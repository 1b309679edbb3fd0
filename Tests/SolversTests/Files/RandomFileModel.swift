import Essentials
import MILP

/// Small models of everything that files can say: all kinds of variables, bounds and rows, special ordered sets,
/// indicators, odd numbers and odd names.
struct RandomFileModel {
  /// Names that some reader takes for something else, or that some format does not allow.
  static let oddNames = [
    "e5", "E", "inflow", "nano", "free", "st", "Subject", "a b", "$x", "é", "x[1,2]", "x(1)", "1st", ".5", "S1", "s2",
    "NAME",
    "OBJSENSE", "'MARKER'", "obj", "objective_constant", "", "RHS", "BND", "RNG", "a/b", "a:b", "a->b", "\\c", "x+y",
    "*star",
    "semi", "sos1", "end", "MAXIMUM", "ROWS", "x\ty", "name\nname", "2 x", "<=", "\u{7F}", "x\u{0}", "Binary", "-", "(",
    ";a",
    String(repeating: "long", count: 100),
  ]

  private var random: RandomSource
  /// Whether names are odd and numbers have all their digits.
  private let isOdd: Bool
  private let model: Model

  static func make(seed: UInt64, isOdd: Bool) throws -> Model {
    var maker = RandomFileModel(seed: seed, isOdd: isOdd)
    for count in 0..<2 + maker.random.below(6) { try maker.addColumn(count) }
    for count in 0..<maker.random.below(6) { try maker.addRow(count) }
    for count in 0..<maker.random.below(3) { try maker.addSet(count) }
    for count in 0..<maker.random.below(3) { try maker.addIndicator(count) }
    let constant = maker.random.below(2) == 0 ? 0 : maker.number(9)
    try maker.model.setObjective(maker.sum() + constant, maker.random.below(2) == 0 ? .minimize : .maximize)
    return maker.model
  }

  private init(seed: UInt64, isOdd: Bool) {
    random = RandomSource(seed: seed)
    self.isOdd = isOdd
    model = Model(name: isOdd ? RandomFileModel.oddNames[Int(seed) % RandomFileModel.oddNames.count] : "random")
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element { list[random.below(list.count)] }

  private mutating func number(_ range: Int) -> Double {
    isOdd && random.below(2) == 0
      ? random.uniform(-1, 1) * Double(range) : Double(random.below(2 * range + 1) - range)
  }

  private mutating func name(_ letter: String, _ count: Int) -> String? {
    isOdd ? pick(RandomFileModel.oddNames + [nil]) : random.below(4) == 0 ? nil : "\(letter)\(count)"
  }

  private mutating func sum() -> LinearExpression {
    var sum = LinearExpression()
    for variable in model.variables where random.below(3) != 0 { sum.add(number(9), variable) }
    return sum
  }

  private mutating func addColumn(_ count: Int) throws {
    let kind = pick(VariableKind.allCases)
    var (lower, upper) = (number(8), number(8))
    if lower > upper { (lower, upper) = (upper, lower) }
    if kind.isIntegral { (lower, upper) = (lower.rounded(), upper.rounded()) }
    switch kind {
    case .binary: (lower, upper) = pick([(0, 1), (0, 1), (0, 0), (1, 1)])
    case .semicontinuous, .semiinteger: (lower, upper) = (abs(lower), abs(lower) + abs(upper))
    case .continuous, .integer:
      if random.below(3) == 0 { lower = 0 }
      if random.below(4) == 0 { lower = -.infinity }
      if lower > upper || random.below(4) == 0 { upper = .infinity }
    }
    try model.addVariable(name: name("v", count), kind: kind, lower: lower, upper: upper)
  }

  private mutating func addRow(_ count: Int) throws {
    let (a, b) = (number(20), number(20))
    let bounds: (Double, Double) = pick([
      (-.infinity, .infinity), (a, a), (min(a, b), max(a, b)), (a - 15, .infinity), (-.infinity, a + 15),
      (-.infinity, b + 15),
    ])
    try model.constrain(sum(), from: bounds.0, to: bounds.1, name: name("c", count))
  }

  private mutating func addSet(_ count: Int) throws {
    var members: [Variable] = []
    for variable in model.variables where random.below(2) == 0 {
      members.insert(variable, at: random.below(members.count + 1))
    }
    guard !members.isEmpty else { return }
    try model.addSpecialOrderedSet(
      pick([.one, .two]), members, weights: members.indices.map { Double($0) * 1.5 - 2 }, name: name("s", count))
  }

  private mutating func addIndicator(_ count: Int) throws {
    let binaries = model.variables.filter { model.kinds[$0.index] == .binary }
    let row = sum()
    guard !binaries.isEmpty, row.terms.contains(where: { $0.coefficient != 0 }) else { return }
    try model.addIndicator(
      pick(binaries), is: random.below(2), row, pick(Relation.allCases), number(9), name: name("i", count))
  }
}
