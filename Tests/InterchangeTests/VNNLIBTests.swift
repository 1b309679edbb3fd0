import Essentials
import Networks
import TestSupport
import Testing
import Verification

import Interchange

@Suite("VNN-LIB properties")
struct VNNLIBTests {
  static let declarations = """
    ; a comment (with parentheses
    (declare-const X_0 Real) (declare-const X_1 Real)
    (declare-fun Y_0 () Real)
    (declare-const Y_1 Real)

    """

  static func parse(_ text: String) throws -> VNNLIBProperty {
    try VNNLIBFile.decode(Array((declarations + text).utf8), path: "p.vnnlib")
  }

  static let box = """
    (assert (<= X_0 0.5)) (assert (>= X_0 -0.5))
    (assert (>= 1e0 X_1))
    (assert (and (<= 0.25 X_1)))

    """

  @Test("a box and inequalities in every form")
  func forms() throws {
    let property = try Self.parse(
      Self.box + """
        (assert (or (and (>= Y_0 Y_1) (<= Y_0 3.5)) (<= (+ (* 2 Y_0) (- Y_1) 1) (- 4 (/ Y_1 2))) (>= (- Y_0 Y_1 1) 0)))
        (check-sat)
        """)
    #expect(property.inputCount == 2 && property.outputCount == 2 && property.cases.count == 1)
    let region = property.cases[0].region
    #expect(region.lower == [-0.5, 0.25] && region.upper == [0.5, 1] && region.norm == .box)
    #expect(
      property.cases[0].condition.alternatives == [
        [.init(coefficients: [1, -1]), .init(coefficients: [-1, 0], constant: 3.5)],
        [.init(coefficients: [-2, 0.5], constant: 3)],
        [.init(coefficients: [1, -1], constant: -1)],
      ])
    #expect(property.isSatisfied(inputs: [0.5, 1], outputs: [1, 1]))
    #expect(!property.isSatisfied(inputs: [0.5, 1], outputs: [4, 3.9]))
    #expect(!property.isSatisfied(inputs: [Double(0.5).nextUp, 1], outputs: [1, 1]))
    #expect(!property.isSatisfied(inputs: [0.5, 1], outputs: [.nan, .nan]))
    #expect(!property.isSatisfied(inputs: [0.5], outputs: [1, 1]))
  }

  @Test("conjunctions of disjunctions, and regions of their own")
  func combinations() throws {
    let product = try Self.parse(
      Self.box + "(assert (or (>= Y_0 1) (>= Y_0 2)))(assert (or (<= Y_1 3) (<= Y_1 4)))(assert (>= Y_0 Y_1))")
    #expect(product.cases.count == 1)
    #expect(product.cases[0].condition.alternatives.map(\.count) == [3, 3, 3, 3])

    let regions = try Self.parse(
      Self.box + "(assert (or (and (<= X_0 0) (>= Y_0 1)) (and (<= X_0 0) (>= Y_0 2)) (and (>= X_0 0) (>= Y_1 1))))")
    #expect(regions.cases.map(\.region.upper) == [[0, 1], [0.5, 1]])
    #expect(regions.cases.map(\.region.lower) == [[-0.5, 0.25], [0, 0.25]])
    #expect(regions.cases.map(\.condition.alternatives.count) == [2, 1])
    #expect(regions.isSatisfied(inputs: [0.25, 1], outputs: [0, 1]))
    #expect(!regions.isSatisfied(inputs: [0.25, 1], outputs: [1, 0]))
  }

  @Test("an alternative without inputs is none; without any alternative nothing is left to be found")
  func emptyAlternatives() throws {
    let property = try Self.parse(
      Self.box + "(assert (or (and (<= X_0 -0.7) (>= Y_0 1)) (and (<= X_0 0) (>= Y_0 2))))")
    #expect(property.cases.map(\.region.upper) == [[0, 1]] && property.emptiness == nil)
    let empty = try Self.parse(Self.box + "\n(assert (<= X_0 -0.7))(assert (>= Y_0 0))")
    #expect(empty.cases.isEmpty && empty.inputCount == 2 && empty.outputCount == 2)
    #expect(empty.emptiness?.hasPrefix("p.vnnlib:9: the bounds of X_0 leave nothing") == true)
    #expect(!empty.isSatisfied(inputs: [0, 1], outputs: [1, 1]))
  }

  /// Text, a point and the outputs there that satisfy it, and outputs that do not.
  static let formulas: [(text: String, inputs: [Double], satisfied: [[Double]], missed: [[Double]])] = [
    ("(assert (not (<= Y_0 1)))", [0, 1], [[1.5, 0], [Double(1.0).nextUp, 0]], [[1, 0]]),
    ("(assert (> Y_0 1)) (assert (< Y_1 2))", [0, 1], [[1.5, 1]], [[1, 1], [2, 2]]),
    ("(assert (= Y_0 0.5))", [0, 1], [[0.5, 0]], [[Double(0.5).nextUp, 0], [Double(0.5).nextDown, 0]]),
    ("(assert (== Y_0 Y_1 1))", [0, 1], [[1, 1]], [[1, 2], [2, 2]]),
    ("(assert (distinct Y_0 Y_1 1))", [0, 1], [[0, 2]], [[0, 1], [2, 2], [1, 0]]),
    ("(assert (!= Y_0 1))", [0, 1], [[0, 0], [2, 0]], [[1, 0]]),
    ("(assert (<= 0 Y_0 Y_1 2))", [0, 1], [[0, 2], [1, 1]], [[1, 0], [-1, 1], [1, 3]]),
    ("(assert (=> (>= Y_0 1) (>= Y_1 1)))", [0, 1], [[0, 0], [1, 1]], [[1, 0]]),
    ("(assert (=> (>= Y_0 1) (>= Y_0 2) (>= Y_1 1)))", [0, 1], [[1, 0], [2, 1]], [[2, 0]]),
    ("(assert (= (>= Y_0 1) (>= Y_1 1)))", [0, 1], [[0, 0], [1, 1]], [[1, 0], [0, 1]]),
    ("(assert true)", [0, 1], [[0, 0]], []),
    ("(assert (or false (and true (>= Y_0 0))))", [0, 1], [[0, 0]], [[-1, 0]]),
    (
      "(assert (<= (- 2 2) 1)) (assert (not (and (>= Y_0 1) (not (or (<= Y_1 0))))))", [0, 1], [[0, 1], [1, 0]],
      [[1, 1]]
    ),
    ("(assert (let ((d (- Y_0 Y_1)) (e 0.5)) (and (<= d e) (>= d (- e)))))", [0, 1], [[1, 0.5]], [[1, 0], [0, 1]]),
    (
      "(assert (let ((a (>= Y_0 1))) (let ((a (not a)) (b a)) (or a (and b (>= Y_1 1))))))", [0, 1],
      [[0, 0], [1, 1]], [[1, 0]]
    ),
    ("(define-fun eps () Real 0.5) (assert (<= Y_0 (- eps)))", [0, 1], [[-0.5, 0]], [[0, 0]]),
    ("(define-const eps Real (/ 1 2)) (assert (<= Y_0 (* 2 eps)))", [0, 1], [[1, 0]], [[2, 0]]),
    (
      "(define-fun half ((a Real)) Real (/ a 2)) (define-fun near ((a Real) (b Real)) Bool (<= (half a) b))"
        + "(assert (near Y_0 (half Y_1)))", [0, 1], [[1, 1]], [[2, 1]]
    ),
    ("(assert (<= Y_0 X_0))", [0, 1], [[0, 0]], [[1, 0]]),
    ("(assert (<= (+ Y_0 X_0) (- X_1 Y_1)))", [-0.5, 1], [[1, 0.5]], [[1, 1]]),
    ("(assert (<= (+ X_0 X_1) 0.5))", [-0.5, 1], [[0, 0]], []),
    ("(assert (<= (+ X_0 X_1) 0.5))", [0, 1], [], [[0, 0]]),
    ("(assert (< X_0 0.5))", [0.5, 1], [], [[0, 0]]), ("(assert (< X_0 0.5))", [0, 1], [[0, 0]], []),
  ]

  @Test("whatever is linear and SMT-LIB's, in its own meaning", arguments: formulas)
  func meanings(_ item: (text: String, inputs: [Double], satisfied: [[Double]], missed: [[Double]])) throws {
    let property = try Self.parse(Self.box + item.text)
    func isSatisfied(_ outputs: [Double]) -> Bool {
      let carried = property.carried.map { item.inputs[$0] }
      return property.isSatisfied(inputs: item.inputs, outputs: outputs + carried)
    }
    for outputs in item.satisfied { #expect(isSatisfied(outputs), "\(outputs)") }
    for outputs in item.missed { #expect(!isSatisfied(outputs), "\(outputs)") }
  }

  @Test("alternatives say what the formula says, equality aside")
  func alternatives() throws {
    var random = RandomSource(seed: 12)
    func formula(_ depth: Int) -> String {
      if depth == 0 || random.below(4) == 0 {
        var sides = ["Y_0", "Y_1", "X_0", "X_1", "1", "(+ Y_0 X_0)", "(- X_1 Y_1 1)"]
        random.shuffle(&sides)
        return "(\(["<=", ">=", "<", ">", "=", "!="][random.below(6)]) \(sides[0]) \(sides[1]))"
      }
      let parts = (0..<1 + random.below(3)).map { _ in formula(depth - 1) }
      switch random.below(4) {
      case 0: return "(not \(parts[0]))"
      case 1: return "(=> \(parts[0]) \(parts[parts.count - 1]))"
      case 2: return "(or \(parts.joined(separator: " ")))"
      default: return "(and \(parts.joined(separator: " ")))"
      }
    }
    for round in 0..<300 {
      let text = formula(3)
      let property = try Self.parse(
        "(assert (<= -2 X_0 2)) (assert (<= -2 X_1 2)) (assert \(text))")
      let statement = try #require(property.formula)
      for _ in 0..<20 {
        func number() -> Double { Double(random.below(9)) / 2 - 2 }
        let (x, y) = ([number(), number()], [number(), number()])
        let value: (VNNLIBElement) -> Double = { $0.variable == 0 ? x[$0.offset] : y[$0.offset] }
        let isTrue = statement.isTrue { $0.holds(value) }
        let isTrueRelaxed = statement.isTrue { $0.relaxed.holds(value) }
        // Inputs that must be equal are one number of the chain's.
        let chosen = Array(x.prefix(property.inputCount))
        guard property.inputCount == 2 || x[0] == x[1] else {
          #expect(!isTrueRelaxed, "seed 12, round \(round): \(text) at \(x) \(y)")
          continue
        }
        let outputs = y + property.carried.map { chosen[$0] }
        let isInSomeCase = property.cases.contains {
          $0.region.boxViolation(of: chosen) <= 0 && $0.condition.margin(of: outputs) >= 0
        }
        #expect(isInSomeCase == isTrueRelaxed, "seed 12, round \(round): \(text) at \(x) \(y)")
        #expect(
          property.isSatisfied(inputs: chosen, outputs: outputs) == isTrue,
          "seed 12, round \(round): \(text) at \(x) \(y)")
      }
    }
  }

  @Test("conditions on several inputs bound each of them, and inputs that must be equal are one")
  func severalInputs() throws {
    let bounded = try Self.parse(
      "(assert (>= X_0 0)) (assert (>= X_1 0)) (assert (<= (+ X_0 (* 2 X_1)) 3)) (assert (>= Y_0 0))")
    #expect(
      bounded.cases.map(\.region.upper) == [[Double(3.0).nextUp, Double(1.5).nextUp]] && bounded.carried == [0, 1])
    #expect(bounded.outputCount == 4)
    let same = try Self.parse(Self.box + "(assert (= X_0 X_1)) (assert (<= Y_0 X_1))")
    #expect(same.inputCount == 1 && same.carried == [0] && same.cases.map(\.region.lower) == [[0.25]])
    #expect(same.isSatisfied(inputs: [0.5], outputs: [0.5, 0, 0.5]))
    #expect(!same.isSatisfied(inputs: [0.5], outputs: [0.75, 0, 0.5]))
    let apart = try Self.parse(Self.box + "(assert (= X_0 X_1)) (assert (< X_0 X_1)) (assert (<= Y_0 X_1))")
    #expect(!apart.isSatisfied(inputs: [0.5], outputs: [0.5, 0, 0.5]))
    let either = try Self.parse(Self.box + "(assert (or (= X_0 X_1) (<= Y_0 0)))")
    #expect(either.inputCount == 2)
  }

  @Test("a byte order mark, and no condition at all")
  func marks() throws {
    let text = "\u{FEFF}" + Self.declarations + Self.box
    let property = try VNNLIBFile.decode(Array(text.utf8), path: "p.vnnlib")
    #expect(property.cases.count == 1 && property.isSatisfied(inputs: [0, 1], outputs: [5, -5]))
    #expect(try VNNLIBFile.decode(Array(try VNNLIBFile.encode(property).utf8), path: "again").cases.count == 1)
  }

  @Test("strings and quoted names are no code")
  func strings() throws {
    let property = try Self.parse(
      "(set-info :source \"a ; (assert (>= Y_0 9)) \"\"(\") (set-info :status |(|)" + Self.box + "(assert (>= Y_0 1))")
    #expect(property.cases.map(\.condition.alternatives) == [[[.init(coefficients: [1, 0], constant: -1)]]])
    #expect(throws: OutsideFailure.self) { try Self.parse(Self.box + "(assert (>= Y_0 1)) (set-info :source \"open)") }
  }

  @Test("bounds that are quotients leave no input out")
  func quotients() throws {
    let property = try Self.parse(
      "(assert (<= (* 3 X_0) 1)) (assert (>= (* 3 X_0) -1)) (assert (<= (* 2 X_1) 1)) (assert (>= X_1 0))"
        + "(assert (>= Y_0 0))")
    let region = property.cases[0].region
    #expect(region.upper == [(1.0 / 3).nextUp, 0.5] && region.lower == [-(1.0 / 3).nextUp, 0])
  }

  @Test("points are rounded to single precision inside of the region, under a budget towards its centre")
  func rounding() throws {
    let end = Double(Float(0.1))
    let box = try Self.parse("(assert (<= 0.05 X_0 0.1)) (assert (<= 0.3 X_1 0.3)) (assert (>= Y_0 0))")
    // The nearest number to 0.1 is beyond it, and 0.3 is none.
    let rounded = box.rounded([0.1, 0.3], in: box.cases[0])
    #expect(rounded == [Double(Float(0.1).nextDown), 0.3] && end > 0.1)
    #expect(box.rounded([0.075, 0.3], in: box.cases[0])[0] == Double(Float(0.075)))
    let budget = try Self.parse(
      "(assert (<= 0 X_0 1)) (assert (<= 0 X_1 1)) (assert (<= (+ (abs (- X_0 0.25)) (abs (- X_1 0.5))) 0.3))"
        + "(assert (>= Y_0 0))")
    var random = RandomSource(seed: 21)
    let region = budget.cases[0].region
    for _ in 0..<100 {
      let x = region.sample(using: &random)
      let point = budget.rounded(x, in: budget.cases[0])
      for index in x.indices {
        #expect(Double(Float(point[index])) == point[index])
        #expect(abs(point[index] - region.center[index]) <= abs(x[index] - region.center[index]))
      }
    }
  }

  /// Mistakes, the line on which they are, and what the message must name.
  static let mistakes: [(text: String, line: Int?, parts: [String])] = [
    ("(assert (<= X_9 1))", 5, ["X_9", "declared"]),
    ("\n(assert (<= X_0 one))", 6, ["one"]),
    ("(assert (<= X_0 nan))", 5, ["nan"]),
    ("(assert (<= X_0 0x10))", 5, ["0x10"]),
    ("(assert (xor (<= X_0 1) (<= X_0 2)))", 5, ["'xor'"]),
    ("(assert (<= X_0))", 5, ["two sides"]),
    ("(assert (not (<= X_0 1) (<= X_1 1)))", 5, ["not"]),
    ("(assert (=> (<= X_0 1)))", 5, ["two formulas"]),
    ("(assert (let ((a)) (<= X_0 1)))", 5, ["let"]),
    ("(assert (let ((a 1)) (<= X_0 b)))", 5, ["'b'"]),
    ("(assert X_0)", 5, ["formula", "X_0"]),
    ("(assert (<= X_0 (<= X_1 1)))", 5, ["'<='"]),
    ("(assert (<= X_0[1] 1))", 5, ["X_0"]),
    ("(assert (<= [1] 1))", 5, ["'['"]),
    ("(define-fun eps () Real)", 5, ["define-fun"]),
    ("(define-fun f ((a Real)) Real a)\n(assert (<= (f X_0 1) 1))", 6, ["1 arguments of f, got 2"]),
    ("(define-fun X_0 () Real 1)", 5, ["X_0", "twice"]),
    ("(declare-network f (declare-input A real [1]) (declare-output B real [1]))", 5, ["before assertions"]),
    ("(vnnlib-version <2.0>)", 5, ["before everything"]),
    ("(asert (<= X_0 1))", 5, ["asert", "assert"]),
    ("(declare-const X_0 Real)", 5, ["X_0", "twice"]),
    ("(declare-const Z Real)", 5, ["'Z'"]),
    ("(assert (<= (* Y_0 Y_1) 1))", 5, ["product"]),
    ("(assert (<= X_0 1)", 5, ["never closed"]),
    ("(assert (<= X_0 1)))", 5, ["')'"]),
    ("stray", 5, ["stray"]),
    ("(assert (or))", 5, ["or"]),
    ("(assert (<= (/ Y_0 0) 1))", 5, ["zero"]),
    (String(repeating: "(and ", count: 100), 5, ["parentheses"]),
    ("(declare-const X_3 Real)", nil, ["X_2"]),
  ]

  @Test("mistakes are named with file and line", arguments: mistakes)
  func names(_ mistake: (text: String, line: Int?, parts: [String])) throws {
    // The box closes the second line of the text that comes after the declarations.
    let text = Self.box.replacing("\n", with: " ") + mistake.text + "\n(assert (>= Y_0 0))"
    let error = #expect(throws: OutsideFailure.self) { try Self.parse(text) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix(mistake.line.map { "p.vnnlib:\($0): " } ?? "p.vnnlib: "), "\(message)")
    for part in mistake.parts { #expect(message.contains(part), "\(message)") }
  }

  @Test("what is missing is named")
  func missing() throws {
    let unbounded = try Self.parse("(assert (<= X_0 1)) (assert (>= Y_0 0))")
    #expect(unbounded.missingBound == "X_0 has no lower bound" && unbounded.cases[0].region.upper[0] == 1)
    #expect(throws: Misuse.self) { try VNNLIBFile.encode(unbounded) }
    #expect(try Self.parse(Self.box).missingBound == nil)
    let unwritten = #expect(throws: OutsideFailure.self) { try VNNLIBFile.read("/nonexistent/p.vnnlib") }
    #expect(unwritten?.message.contains("/nonexistent/p.vnnlib") == true)
  }

  @Test("alternatives that multiply are refused, not stored")
  func explosion() {
    let doubled = String(repeating: "(assert (or (>= Y_0 1) (>= Y_1 1)))", count: 40)
    let error = #expect(throws: OutsideFailure.self) { try Self.parse(Self.box + doubled) }
    #expect(error?.message.contains("alternatives") == true)
  }

  @Test("an L1 budget is written and read, and refused when it is not one")
  func budget() throws {
    let network = try randomNetwork([3, 4, 3], seed: 1)
    let problem = try Problem(
      input: [0.25, 0.1, 1e-7], lower: [0, 0, 0], upper: [1, 1, 1], norm: .l1, epsilon: 0.3, class: 1)
    let property = try VNNLIBProperty(problem, of: network)
    let again = try VNNLIBFile.decode(Array(try VNNLIBFile.encode(property).utf8), path: "again")
    let region = again.cases[0].region
    #expect(region.norm == .l1 && region.epsilon == 0.3 && region.center == [0.25, 0.1, 1e-7])
    #expect(region.boxLower == [0, 0, 0] && region.boxUpper == [1, 1, 1])
    #expect(again.cases[0].condition == property.cases[0].condition)
    #expect(again.cases[0].condition.misclassification?.classIndex == 1)
    #expect(again.isSatisfied(inputs: [0.5, 0.15, 1e-7], outputs: [2, 1, 0]))
    #expect(!again.isSatisfied(inputs: [0.5, 0.16, 1e-7], outputs: [2, 1, 0]))

    func refused(_ text: String, _ part: String) {
      let error = #expect(throws: OutsideFailure.self) {
        try Self.parse(Self.box + "(assert (>= Y_0 0))\n\(text)")
      }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    refused("(assert (<= (+ (abs (- X_0 0.5)) 0) 1))", "X_1 is missing")
    refused("(assert (<= (+ (abs X_0) (abs X_1) (abs X_1)) 1))", "X_1 occurs twice")
    refused("(assert (>= (+ (abs X_0) (abs (- X_1 0.5))) 1))", "L1 budget")
    refused("(assert (<= (+ (abs X_0) (abs (- X_1 5))) 1))", "input 2")
    refused("(assert (<= (abs Y_0) 1))", "absolute value of one input")
  }

  @Test("any property is read back as it was written, gzipped or not, and every number in full")
  func roundTrip() throws {
    var random = RandomSource(seed: 11)
    func number() -> Double { (2 * random.uniform() - 1) * [1e-300, 1e-9, 1, 1e6, 1e300][random.below(5)] }
    for _ in 0..<50 {
      let cases = try (0..<1 + random.below(3)).map { _ in
        let ends = (0..<3).map { _ in [number(), number()].sorted() }
        let alternatives = (0..<1 + random.below(3)).map { _ in
          (0..<1 + random.below(3)).map { _ in
            OutputInequality(coefficients: [number(), random.below(2) == 0 ? 0 : number()], constant: number())
          }
        }
        return VNNLIBProperty.Case(
          region: try BoxRegion(lower: ends.map { $0[0] }, upper: ends.map { $0[1] }),
          condition: try OutputCondition(alternatives: alternatives))
      }
      let property = try VNNLIBProperty(cases: cases)
      let text = try VNNLIBFile.encode(property)
      #expect(text.firstMatch(of: /[0-9]e[-+]?[0-9]/) == nil, "SMT-LIB has no exponents")
      let again = try VNNLIBFile.decode(Array(text.utf8), path: "again")
      #expect(again.cases.map(\.region.lower) == property.cases.map(\.region.lower))
      #expect(again.cases.map(\.region.upper) == property.cases.map(\.region.upper))
      #expect(again.cases.map(\.condition) == property.cases.map(\.condition))
    }
  }
}
