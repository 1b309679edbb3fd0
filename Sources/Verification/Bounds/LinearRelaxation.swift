import Embedding
import Essentials
import MILP
import Networks

/// The linear program of a network over a region, every undecided ReLU relaxed to its triangle: for bounds by linear
/// programs (optimization-based bound tightening, OBBT).
///
/// A caller aims at something, has `model` solved by whatever solver it likes, and hands the row duals back. What comes
/// out is a bound that was computed here from these duals, with outward rounding; no number of a solver is believed.
/// Bounds of preactivations are intersected into `bounds`; to have them in the program's own triangles, make a new one.
public final class LinearRelaxation {
  /// What the model's objective, always to be maximised, is made to be.
  public enum Aim: Sendable, Hashable {
    /// Preactivation `neuron` of `layer` (0-based, the last layer being the outputs), or minus it.
    case preactivation(layer: Int, neuron: Int, isUpper: Bool)
    /// y_rival - y_class.
    case margin(rival: Int)
    /// Minus the least excess of the constraints: negative where no input is admissible.
    case admissibility
  }

  /// The linear program.
  public let model: Model
  /// The columns of x, one per input.
  public let inputs: [Variable]
  /// The network, a copy of what was given.
  public let network: Network
  /// Region, classes and constraints.
  public let problem: Problem
  /// The hidden layers that are in the program: all preactivations up to the layer after them can be aimed at.
  public let depth: Int
  /// Whether only inputs are considered whose margin is not negative.
  public let assumesTarget: Bool
  /// Which inputs `bounds` hold for.
  public let scope: BoundsScope
  /// The bounds that the relaxation was made with, tightened by all that was found since.
  public private(set) var bounds: PreactivationBounds
  /// Whether it is proved that no input is in the scope.
  public private(set) var isEmpty = false
  /// Per rival: an upper bound of its margin over the scope.
  public private(set) var marginBounds: [Int: Double] = [:]
  /// What the objective is now.
  public private(set) var aim: Aim?
  /// What gave the best bound of each margin, and of admissibility, so far.
  private(set) var leaves: [Aim: Leaf] = [:]

  private let pass: LinearPass
  private let constraints: [LinearConstraint]
  /// The column by whose size all constraints may be exceeded, relative to their scale; 0 except for `admissibility`.
  private let excess: Variable?
  private var constraintRows: [Int] = []
  /// The row that defines each modelled hidden neuron's preactivation.
  private var rows: [[Int]] = []
  /// Columns of a neuron's output and of its slack: the preactivation is their difference.
  private var columns: [[(output: Variable, slack: Variable?)]] = []

  /// The relaxation of `network` for `problem`.
  ///
  /// - Parameters:
  ///   - bounds: preactivation bounds of this network.
  ///   - scope: which inputs these hold for.
  ///   - depth: how many hidden layers to model, all by default; constraints on outputs need them all.
  ///   - assumesTarget: adds the row y_target >= y_class, so that only counterexamples are considered; needs a target.
  /// - Throws: `Misuse` when network, problem and bounds do not fit, or the depth is out of range.
  public init(
    _ network: Network, problem: Problem, bounds: PreactivationBounds, scope: BoundsScope = .region, depth: Int? = nil,
    assumesTarget: Bool = false
  ) throws {
    try problem.check(network)
    try bounds.check(network)
    let hidden = network.layers.count - 1
    let depth = depth ?? hidden
    guard (0...hidden).contains(depth) else {
      throw Misuse("relaxation: expected a depth from 0 to \(hidden), got \(depth)")
    }
    var constraints = problem.constraints
    if assumesTarget {
      guard let target = problem.target else {
        throw Misuse("relaxation: expected a problem with a target, to assume that it wins")
      }
      let row = problem.marginWeights(rival: target, outputCount: network.outputCount).map { -$0 }
      constraints.append(try LinearConstraint(outputs: row, right: 0))
    }
    guard depth == hidden || constraints.allSatisfy(\.outputs.isEmpty) else {
      throw Misuse("relaxation: expected all \(hidden) hidden layers, since outputs are constrained, got \(depth)")
    }
    // A copy: what a script does to its network later must not change what is being proved.
    self.network = try network.copy()
    self.problem = problem
    self.bounds = bounds
    self.depth = depth
    self.assumesTarget = assumesTarget
    self.scope =
      assumesTarget || scope == .counterexamples
      ? .counterexamples : constraints.isEmpty ? scope : .admissible
    self.constraints = constraints
    pass = LinearPass(self.network, over: problem.region, bounds: bounds)
    let start = Model(name: "linear")
    inputs = try start.addVariables(
      problem.region.inputCount, prefix: "input", lower: problem.region.lower, upper: problem.region.upper)
    _ = try problem.region.constrain(start, inputs)
    // A region that is not convex has binaries: without them it is its hull, and the program has duals.
    model = start.relaxation()
    excess = constraints.isEmpty ? nil : try model.addVariable(name: "excess", lower: 0, upper: 0)
    for index in 0..<depth { try addLayer(index) }
    for constraint in constraints { try addRow(constraint) }
  }

  private func addLayer(_ index: Int) throws {
    var layerRows: [Int] = []
    var layerColumns: [(output: Variable, slack: Variable?)] = []
    for neuron in 0..<network.layers[index].outputCount {
      let name = "\(index + 1)_\(neuron + 1)"
      let low = bounds.layers[index].lower[neuron]
      let high = bounds.layers[index].upper[neuron]
      let isPassed = !network.layers[index].rectified.contains(neuron)
      let stability = isPassed ? .active : LinearRelaxation.modelledStability(low, high)
      // A stably active neuron's output is its preactivation, which is never negative for the inputs in question; that
      // it is not bounded here is what makes the program's optimum that of a `LinearPass`. A passed neuron's is, too.
      let output = try model.addVariable(
        name: "output\(name)", lower: stability == .active ? -.infinity : 0,
        upper: stability == .inactive ? 0 : .infinity)
      var slack: Variable?
      if stability != .active {
        slack = try model.addVariable(name: "slack\(name)", lower: stability == .inactive ? -.infinity : 0)
      }
      var row = expression(layer: index, neuron: neuron)
      let constant = row.constant
      row.constant = 0
      row.add(-1, output)
      if let slack { row.add(1, slack) }
      layerRows.append(model.rowCount)
      try model.constrain(row, .equal, -constant, name: "affine\(name)")
      if stability == .unstable, let slack {
        // The triangle's upper side: output / high + slack / -low <= 1.
        var side = LinearExpression()
        side.add(1, output)
        side.add(high / -low, slack)
        try model.constrain(side, .lessOrEqual, high, name: "side\(name)")
      }
      layerColumns.append((output, slack))
    }
    rows.append(layerRows)
    columns.append(layerColumns)
  }

  /// The stability of a neuron as the program has it. Where one bound is nothing beside the other, the triangle is as
  /// thin as solvers' tolerances, and its coefficients are more than they take: the neuron counts as decided. That costs
  /// no soundness, since `bound` takes any duals.
  private static func modelledStability(_ low: Double, _ high: Double) -> Stability {
    let negligible = 1e-9
    if low >= -negligible * high { return .active }
    return high <= -negligible * low ? .inactive : .unstable
  }

  private func addRow(_ constraint: LinearConstraint) throws {
    var row = LinearExpression()
    for (index, coefficient) in constraint.inputs.enumerated() where coefficient != 0 {
      row.add(coefficient, inputs[index])
    }
    for (output, coefficient) in constraint.outputs.enumerated() where coefficient != 0 {
      row.add(coefficient, expression(layer: depth, neuron: output))
    }
    let right = constraint.right - row.constant
    row.constant = 0
    if let excess { row.add(-constraint.scale, excess) }
    constraintRows.append(model.rowCount)
    try model.constrain(row, .lessOrEqual, right, name: "constraint\(constraintRows.count)")
  }

  /// A preactivation as a function of the columns below it. Terms that cannot matter are left out: they would only harm
  /// the solver, whose numbers are not believed anyway.
  private func expression(layer index: Int, neuron: Int) -> LinearExpression {
    let layer = network.layers[index]
    var sum = LinearExpression(constant: layer.bias(of: neuron))
    layer.forEachWeight(of: neuron) { input, weight in
      let reach =
        index == 0
        ? problem.region.upper[input] - problem.region.lower[input]
        : bounds.layers[index - 1].neuron(input, of: network.layers[index - 1]).upper
      guard abs(weight) * reach > ColumnSum.negligibleContribution else {
        if index == 0 { sum.constant += weight * problem.region.center[input] }
        return
      }
      sum.add(weight, index == 0 ? inputs[input] : columns[index - 1][input].output)
    }
    return sum
  }

  /// Makes the model's objective what is to be bounded.
  ///
  /// - Throws: `Misuse` for a layer that is not in the program, a neuron or a rival that does not exist, and
  ///   `admissibility` without constraints.
  public func aim(at aim: Aim) throws {
    var objective = LinearExpression()
    switch aim {
    case .preactivation(let layer, let neuron, let isUpper):
      guard (0...depth).contains(layer), (0..<network.layers[layer].outputCount).contains(neuron) else {
        throw Misuse("aim: the relaxation has no neuron \(neuron + 1) in layer \(layer + 1)")
      }
      objective.add(isUpper ? 1 : -1, expression(layer: layer, neuron: neuron))
    case .margin(let rival):
      guard depth == network.layers.count - 1 else {
        throw Misuse("aim: the margin needs all hidden layers, and the relaxation has \(depth)")
      }
      guard problem.rivals(outputCount: network.outputCount).contains(rival) else {
        throw Misuse("aim: expected a rival of the problem, got class \(rival + 1)")
      }
      objective.add(1, expression(layer: depth, neuron: rival))
      objective.add(-1, expression(layer: depth, neuron: problem.classIndex))
    case .admissibility:
      guard let excess else { throw Misuse("aim: the problem has no constraints that could exclude all inputs") }
      objective.add(-1, excess)
    }
    if let excess {
      try model.setBounds(of: excess, lower: 0, upper: aim == .admissibility ? .infinity : 0)
    }
    try model.setObjective(objective, .maximize)
    self.aim = aim
  }

  /// A rigorous upper bound of the present aim, from the duals of the model's rows; what it tells is kept.
  ///
  /// - Parameter rowDuals: of the solved model; any numbers give a valid bound, and only good ones a tight bound.
  /// - Throws: `Misuse` without an aim, or for another number of duals.
  public func bound(rowDuals: [Double]) throws -> Double {
    guard let aim else { throw Misuse("bound: expected an aim before the solve") }
    guard rowDuals.count == model.rowCount else {
      throw Misuse("bound: expected \(model.rowCount) row duals, got \(rowDuals.count)")
    }
    let multipliers = constraintRows.map { rowDuals[$0].isFinite ? max(rowDuals[$0], 0) : 0 }
    let bound = bound(of: aim, on: pass, multipliers) { place, v, neuron in
      let layer = pass.layout.layer(of: place)
      let usual = pass.defaultNumber(place, v, neuron)
      // Where an undecided neuron counts negatively, the solver names the line below.
      guard layer < depth, v < 0, neuron.isUndecided else { return usual }
      let dual = -rowDuals[rows[layer][place - pass.layout.offsets[layer]]]
      return dual.isNaN ? usual : min(max(dual, v), 0)
    }
    let numbers = (0..<pass.layout.count).map { pass.numbers[$0] }
    keep(bound, aim, Leaf(numbers: numbers, multipliers: multipliers))
    return bound
  }

  /// A rigorous upper bound of an aim by a pass with any numbers, and any multipliers >= 0 of the constraints.
  func bound(
    of aim: Aim, on pass: LinearPass, _ multipliers: [Double],
    number: (_ place: Int, _ coefficient: Double, _ neuron: RectifiedNeuron) -> Double
  ) -> Double {
    let last = network.layers.count - 1
    var ofInputs = LinearFunction(depth: 0, width: network.inputCount)
    var ofOutputs = LinearFunction(depth: last + 1, width: network.outputCount)
    var term: (place: Int, coefficient: Double)?
    let outputReach = RegionBox.reach(bounds.outputs.lower, bounds.outputs.upper)
    switch aim {
    case .preactivation(let layer, let neuron, let isUpper) where layer < last:
      term = (pass.layout.offsets[layer] + neuron, isUpper ? 1 : -1)
    case .preactivation(_, let neuron, let isUpper): ofOutputs.coefficients[neuron] = isUpper ? 1 : -1
    case .margin(let rival):
      ofOutputs.coefficients = problem.marginWeights(rival: rival, outputCount: network.outputCount)
    case .admissibility: break
    }
    // What is left of a constraint's right side and its allowance is never negative for an admissible input: multiples
    // of it may be added, and the maximum over the region bounds what the function was over the admissible inputs.
    for (constraint, multiplier) in zip(constraints, multipliers) where multiplier != 0 {
      // With the bounds of now: what was found about outputs since holds for the inputs in question.
      let allowance = constraint.allowance(over: problem.region, bounds.outputs)
      ofOutputs.add(-multiplier, constraint.outputs, reach: outputReach)
      ofInputs.add(-multiplier, constraint.inputs, constant: -constraint.right, reach: problem.region.reach)
      ofInputs.add(multiplier, constant: allowance)
    }
    var function = pass.function(outputWeights: ofOutputs.coefficients)
    function.slack += ofOutputs.slack
    return pass.upperBound(of: function, adding: term, and: ofInputs, number: number)
  }

  private func keep(_ bound: Double, _ aim: Aim, _ leaf: Leaf) {
    switch aim {
    case .preactivation(let layer, let neuron, let isUpper):
      var changed = bounds.layers[layer]
      if isUpper { changed.upper[neuron] = min(changed.upper[neuron], bound) }
      if !isUpper { changed.lower[neuron] = max(changed.lower[neuron], -bound) }
      // Both bounds hold for every input of the scope, so there is none.
      guard changed.lower[neuron] <= changed.upper[neuron] else { return isEmpty = true }
      bounds = bounds.replacing(layer: layer, with: changed)
    case .margin(let rival):
      guard bound < marginBounds[rival] ?? .infinity else { return }
      (marginBounds[rival], leaves[aim]) = (bound, leaf)
    case .admissibility:
      guard bound < 0 else { return }
      (isEmpty, leaves[aim]) = (true, leaf)
    }
  }

  /// What was found to be the largest margin over the scope; -infinity where no input is in it.
  public var marginBound: Double {
    guard !isEmpty else { return -.infinity }
    return problem.rivals(outputCount: network.outputCount).reduce(-.infinity) {
      max($0, marginBounds[$1] ?? .infinity)
    }
  }

  /// Whether what was found proves that the problem has no adversarial input.
  public var isProof: Bool { marginBound < 0 }

  /// How much each neuron's triangle can add to the bound of the margin of the nearest rivals, at the most: which bounds
  /// are worth the most work.
  ///
  /// - Returns: one number per neuron of every hidden layer, 0 for decided ones.
  public func importance() -> [[Double]] {
    var result = network.layers.dropLast().map { [Double](repeating: 0, count: $0.outputCount) }
    for rival in problem.rivals(outputCount: network.outputCount) {
      let weights = problem.marginWeights(rival: rival, outputCount: network.outputCount)
      _ = pass.upperBound(of: pass.function(outputWeights: weights)) { pass.defaultNumber($0, $1, $2) }
      for (index, layer) in bounds.layers.dropLast().enumerated() {
        for neuron in result[index].indices {
          let known = layer.neuron(neuron, of: network.layers[index])
          guard known.isUndecided else { continue }
          let loss = known.loss(pass.coefficients[pass.layout.offsets[index] + neuron])
          result[index][neuron] = max(result[index][neuron], loss)
        }
      }
    }
    return result
  }
}
