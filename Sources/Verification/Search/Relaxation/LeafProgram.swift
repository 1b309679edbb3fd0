import MILP
import Networks

/// The linear program of a node whose phases are all assumed or known. There the network is one linear function over a
/// polytope, so that the program's optimum is what the margin is, and its duals are multipliers with which
/// `SplitRelaxation` attains it.
///
/// Assumptions that contradict each other leave no input. They may be broken at a price, so that there is always an
/// optimum: where they have to be, it is far below 0, and the duals say so as well.
struct LeafProgram {
  /// To be maximised.
  let model: Model
  /// The assumed neurons, in the order of the last rows, with what their rows were divided by.
  private let assumed: [(place: Int, size: Double)]
  private let inputCount: Int
  private let scale: Double

  /// What it costs to break an assumption by as much as a preactivation can vary, in multiples of how much the function
  /// can vary: as much as arithmetic allows, as assumptions may contradict each other by little.
  private static func price(isExact: Bool) -> Double { isExact ? 1e10 : 1e6 }

  /// By how much an assumption may be broken at no price, in the same measure: more than rounding loses of a row, so that
  /// faces of the polytope that are exactly met count as met.
  private static let slack = 1e-13

  /// The largest coefficient of a row.
  private static let largest = 1e9

  /// The program of the state that `relaxation` has now, over its region.
  ///
  /// - Parameters:
  ///   - function: of the outputs.
  ///   - isExact: whether it will be solved in fractions.
  init(_ function: LinearFunction, of relaxation: SplitRelaxation, isExact: Bool) throws {
    let (region, network, layout) = (relaxation.region, relaxation.network, relaxation.layout)
    let count = region.inputCount
    let ranges = zip(region.lower, region.upper).map { $1 - $0 }
    /// By how much an affine function of the inputs, its constant being the last number, can vary; 1 where it cannot.
    func variation(_ function: [Double]) -> Double {
      let sum = zip(function, ranges).reduce(0) { $0 + abs($1.0) * $1.1 }
      return sum > 0 ? sum : 1
    }
    let start = Model(name: "leaf")
    _ = try region.constrain(
      start, try start.addVariables(count, prefix: "input", lower: region.lower, upper: region.upper))
    let program = start.relaxation()
    let breach = try program.addVariable(name: "breach", lower: 0).index
    let columns = (0..<Int32(count)).map { $0 } + [Int32(breach)]

    // The outputs of the layer below as affine functions of the inputs.
    var outputs = (0..<count).map { input in (0...count).map { $0 == input ? 1.0 : 0 } }
    func add(_ weight: Double, _ neuron: Int, to sum: inout [Double]) {
      guard weight != 0 else { return }
      for position in 0...count { sum[position] += weight * outputs[neuron][position] }
    }
    var assumed: [(place: Int, size: Double)] = []
    for index in 0..<function.depth {
      let layer = network.layers[index]
      outputs = try layout.range(index).enumerated().map { neuron, place in
        var preactivation = [Double](repeating: 0, count: count + 1)
        preactivation[count] = layer.bias(of: neuron)
        layer.forEachWeight(of: neuron) { add($1, $0, to: &preactivation) }
        let sign = relaxation.signs[place]
        let size = variation(preactivation)
        // In a region that is almost a point rows hardly vary, and solvers lose the breach beside them.
        if sign != 0, preactivation.dropLast().allSatisfy({ abs($0) < LeafProgram.largest * size }) {
          assumed.append((place, size))
          try program.addRow(
            indices: columns, values: preactivation.dropLast().map { sign * $0 / size } + [1],
            lower: -sign * preactivation[count] / size - LeafProgram.slack, upper: .infinity)
        }
        return relaxation.upper[place] <= 0 ? [Double](repeating: 0, count: count + 1) : preactivation
      }
    }
    var margin = [Double](repeating: 0, count: count + 1)
    for (neuron, weight) in function.coefficients.enumerated() { add(weight, neuron, to: &margin) }
    let size = variation(margin)
    var objective = [Double](repeating: 0, count: program.columnCount)
    for input in 0..<count { objective[input] = margin[input] / size }
    objective[breach] = -LeafProgram.price(isExact: isExact)
    try program.setObjective(coefficients: objective, .maximize)
    (model, self.assumed, inputCount, scale) = (program, assumed, count, size)
  }

  /// Takes a solution's duals as the multipliers of the assumed neurons. Any numbers give a valid bound.
  func giveDuals(_ duals: [Double], to relaxation: SplitRelaxation) {
    for (dual, neuron) in zip(duals.suffix(assumed.count), assumed) {
      let multiplier = abs(dual) * scale / neuron.size
      relaxation.multipliers[neuron.place] = multiplier.isFinite ? multiplier : 0
    }
  }

  /// The input of a solution.
  func input(of solution: Solution) -> [Double]? { solution.values.map { Array($0.prefix(inputCount)) } }
}
