import Essentials
import MILP
import Testing

/// What a model does with constructs, without a solver.
@Suite struct ConstructModelTests {
  @Test func semicontinuousBoundsHoldZero() throws {
    let model = Model()
    let x = try model.addVariable(name: "x", kind: .semicontinuous, lower: 2, upper: 5)
    let y = try model.addVariable(kind: .semiinteger, lower: -4, upper: -3)
    let free = try model.addVariable(kind: .semicontinuous, lower: -1, upper: 1)
    #expect(try model.bounds(of: x) == (2, 5) && model.range(of: x) == (0, 5))
    #expect(try model.bounds(of: y) == (-4, -3) && model.range(of: y) == (-4, 0))
    #expect(try model.bounds(of: free) == (-1, 1) && model.range(of: free) == (-1, 1))
    #expect(model.thresholds == [0: 2, 1: -3])
    func violation(_ point: [Double]) throws -> PointViolation { try model.violation(at: point) }
    #expect(try violation([0, 0, 0]).largest == 0 && violation([2, -3, 0.5]).largest == 0)
    #expect(try violation([0.5, 0, 0]).constructs == 0.5 && violation([1.5, 0, 0]).constructs == 0.25)
    #expect(try violation([0, -0.25, 0]).constructs == 0.25 && violation([0, 1, 0]).bounds == 1)
    #expect(model.rounded([-1e-15, 1e-9, 0]) == [0, 0, 0])
    #expect(model.rounded([1e-7, -3 + 1e-7, 0]) == [0, -3, 0] && model.rounded([1, 0, 0]) == [1, 0, 0])

    try model.fix(x, at: 0)
    #expect(try model.bounds(of: x) == (0, 0) && violation([0, 0, 0]).largest == 0)
    try model.fix(x, at: 4)
    try model.unfix(x)
    #expect(try model.bounds(of: x) == (2, 5))
    #expect(throws: Misuse.self) { try model.fix(x, at: 1) }
    try model.setBounds(of: x, lower: 3, upper: 2)
    #expect(try model.range(of: x) == (0, 0), "crossed bounds leave 0")
    try model.setBounds(of: x, lower: 2, upper: 5)
    #expect(throws: Misuse.self) { try model.addVariable(kind: .semiinteger, lower: 1.5, upper: 2) }
    // Near 3, but for 0.
    try model.limitLInfinityDistance(of: [x], from: [3], to: 3)
    #expect(try model.bounds(of: x) == (2, 5) && model.range(of: x) == (0, 5))
    try model.limitLInfinityDistance(of: [x], from: [3], to: 2)
    #expect(try model.bounds(of: x) == (2, 5) && model.range(of: x) == (1, 5) && violation([1, 0, 0]).constructs > 0)
    try model.setBounds(of: x, lower: -1, upper: 3)
    #expect(try model.bounds(of: x) == (-1, 3) && violation([0.5, 0, 0]).largest == 0)
    #expect(model.violatedInvariants == [])
    // A distance counts from 0 as well.
    try model.setBounds(of: x, lower: 2, upper: 5)
    try model.limitL1Distance(of: [x], from: [3], to: 4)
    #expect(model.columnUpper.suffix(2) == [2, 3])
  }

  @Test func setsAndIndicators() throws {
    let model = Model()
    let x = try model.addVariables(4, lower: [-2], upper: [2])
    let z = try model.addVariable(name: "z", kind: .binary)
    let one = try model.addSpecialOrderedSet(.one, [x[0], x[2]], name: "pick")
    let two = try model.addSpecialOrderedSet(.two, x, weights: [4, 1, 3, 2])
    let indicator = try model.addIndicator(z, is: 0, x[0] + 2 * x[1] + x[0] + 1, .greaterOrEqual, 2)
    #expect(try model.text(of: one) == "pick: sos1(x1: 1.0, x3: 2.0)")
    #expect(try model.text(of: two) == "sos2_2: sos2(x2: 1.0, x4: 2.0, x3: 3.0, x1: 4.0)")
    #expect(try model.text(of: indicator) == "indicator_3: z == 0 -> 2.0 x1 + 2.0 x2 >= 1.0")
    #expect("\(model)".contains("1 sos1, 1 sos2, 1 indicators"), "\(model)")
    #expect(model.constructKinds == [.sos1, .sos2, .indicator] && !model.isLinearProgram)

    func worst(_ point: [Double]) throws -> Double { try model.violation(at: point).constructs }
    #expect(try worst([1, 0, 0, 0, 0]) == 0 && worst([0, 1, 0, 0, 0]) == 0 && worst([0, 0, 0, 0, 1]) == 0)
    #expect(try worst([0, 0, 0, 0, 0]) == 1, "the indicator's row is missed by 1")
    #expect(try worst([0, 0, 0, 0, 0.4]) == 1 && worst([0, 0, 0, 0, 0.6]) == 0)
    #expect(try worst([0.25, 0, 2, 0, 1]) == 0.25, "x1 and x3 exclude each other")
    #expect(try worst([0, 1, 0.5, 0, 1]) == 0.5, "x2 and x3 are no neighbours")
    #expect(try worst([0, 1, 0.25, 2, 1]) == 0.25 && worst([0, 0, -1, 2, 1]) == 0)
    #expect(model.rounded([1e-8, 1, 1, 1e-9, 1]) == [0, 1, 1, 1e-9, 1], "the set of type 2 is far from satisfied")
    #expect(model.rounded([1e-8, 1, -1e-8, 1, 1]) == [0, 1, 0, 1, 1])

    // Copies have the same constructs, relaxations none.
    let copy = model.copy()
    try copy.remove([two])
    #expect(copy.constructs == [one, indicator] && model.constructs.count == 3)
    #expect(throws: Misuse.self) { try copy.remove([two]) }
    #expect(model.relaxation().isLinearProgram)
    #expect(throws: Misuse.self) { try model.remove([x[3]]) }
    try model.remove([one, two, indicator])
    try model.remove([x[3]])
    #expect(model.constructs.isEmpty)
  }

  @Test func changesCount() throws {
    let model = Model()
    let x = try model.addVariables(3, upper: [1])
    let z = try model.addVariable(kind: .binary)
    var revision = model.revision
    func hasRisen() -> Bool {
      defer { revision = model.revision }
      return model.revision > revision
    }
    let set = try model.addSpecialOrderedSet(.one, x)
    #expect(hasRisen())
    try model.addIndicator(z, is: 1, x[0], .lessOrEqual, 0)
    #expect(hasRisen())
    try model.remove([set])
    #expect(hasRisen())
    try model.setKind(.semicontinuous, of: x[0])
    try model.setBounds(of: x[0], lower: 1, upper: 2)
    #expect(hasRisen() && model.thresholds == [0: 1])
    // What is undone is as before, constructs included.
    struct Deliberate: Error {}
    #expect(throws: Deliberate.self) {
      try model.wholly {
        let y = try model.addVariable(kind: .semicontinuous, lower: 1, upper: 2)
        try model.addSpecialOrderedSet(.two, x + [y])
        throw Deliberate()
      }
    }
    #expect(model.revision == revision && model.constructs.count == 1 && model.thresholds == [0: 1])
    #expect(model.violatedInvariants == [])
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let (model, other) = (Model(), Model())
    let x = try model.addVariables(3, upper: [4])
    let whole = try model.addVariable(name: "w", kind: .integer, upper: 1)
    let stranger = try other.addVariable(kind: .binary)
    let attempts: [() throws -> Void] = [
      { try model.addSpecialOrderedSet(.one, []) },
      { try model.addSpecialOrderedSet(.one, [x[0], x[1], x[0]]) },
      { try model.addSpecialOrderedSet(.two, x, weights: [1, 2]) },
      { try model.addSpecialOrderedSet(.two, x, weights: [1, 2, 1]) },
      { try model.addSpecialOrderedSet(.two, x, weights: [1, 2, .nan]) },
      { try model.addSpecialOrderedSet(.one, [x[0], stranger]) },
      { try model.addIndicator(x[0], is: 1, x[1], .lessOrEqual, 1) },
      { try model.addIndicator(whole, is: 2, x[1], .lessOrEqual, 1) },
      { try model.addIndicator(stranger, is: 1, x[1], .lessOrEqual, 1) },
      { try model.addIndicator(whole, is: 1, .nan * x[1], .lessOrEqual, 1) },
      { try model.addIndicator(whole, is: 1, x[1], .lessOrEqual, .infinity) },
      { try model.addIndicator(whole, is: 1, LinearExpression(stranger), .lessOrEqual, 1) },
    ]
    for (number, attempt) in attempts.enumerated() {
      #expect(throws: Misuse.self, "attempt \(number)") { try attempt() }
      #expect(model.constructs.isEmpty, "attempt \(number)")
    }
    // An integer from 0 to 1 decides, and stays one.
    try model.addIndicator(whole, is: 1, x[1], .lessOrEqual, 1)
    let error = #expect(throws: Misuse.self) { try model.setBounds(of: whole, lower: 0, upper: 2) }
    #expect(error?.message.contains("w decides about indicator indicator_1") == true)
  }

  /// 1e20 is infinity for bounds and for rows.
  @Test func hugeBoundsAreInfinite() throws {
    let model = Model()
    let x = try model.addVariables(2, lower: [-1e20, -9e19], upper: [1e30, 9e19])
    #expect(model.columnLower == [-.infinity, -9e19] && model.columnUpper == [.infinity, 9e19])
    try model.constrain(x[0] + x[1], from: -1e25, to: 1e20)
    try model.constrain(x[0], .lessOrEqual, 1e21)
    #expect(model.rowLower == [-.infinity, -.infinity] && model.rowUpper == [.infinity, .infinity])
    try model.setBounds(of: x[1], lower: 1, upper: 1e20)
    try model.setBounds(of: model.constraints[0], lower: -1e20, upper: 3)
    #expect(model.columnUpper[1] == .infinity && model.rowLower[0] == -.infinity && model.rowUpper[0] == 3)
    // Nothing is at infinity.
    for attempt in [
      { try model.setBounds(of: x[0], lower: 1e20, upper: 1e21) }, { try model.fix(x[0], at: 1e20) },
      { try model.constrain(x[0], .greaterOrEqual, 1e20) }, { try model.constrain(x[0], .equal, -1e22) },
    ] as [() throws -> Void] { #expect(throws: Misuse.self) { try attempt() } }
  }
}
