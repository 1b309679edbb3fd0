import Essentials
import MILP
import Networks
import Solvers
import Verification

/// The same things computed another way, plainly, for tests to compare with.
enum Reference {
  #if arch(x86_64)
    /// More precise than what is tested.
    typealias Wide = Float80
  #else
    typealias Wide = Double
  #endif

  /// The preactivations of every layer in extended precision.
  static func preactivations(_ network: Network, _ x: [Double]) -> [[Wide]] {
    var result: [[Wide]] = []
    var values = x.map { Wide($0) }
    for layer in network.layers {
      let next = (0..<layer.outputCount).map { neuron in
        zip(layer.row(neuron), values).reduce(Wide(layer.bias(of: neuron))) { $0 + Wide($1.0) * $1.1 }
      }
      result.append(next)
      values = next.indices.map { layer.rectified.contains($0) ? max(next[$0], 0) : next[$0] }
    }
    return result
  }

  /// The columns of x with the region written the plain way: a distance column per input, two rows each, a budget.
  static func addRegion(_ region: any InputRegion, to model: Model) throws -> [Variable] {
    let x = try model.addVariables(region.inputCount, lower: region.boxLower, upper: region.boxUpper)
    guard region.epsilon.isFinite else { return x }
    var distances: [Variable] = []
    var width = 1
    if region.norm == .l1RowMax, let ball = region as? RowMaxBall { width = region.inputCount / ball.rows }
    for index in x.indices {
      if index % width == 0 { distances.append(try model.addVariable(lower: 0, upper: 1e6)) }
      let distance = distances[index / width]
      try model.constrain(x[index] - distance, .lessOrEqual, region.center[index])
      try model.constrain(x[index] + distance, .greaterOrEqual, region.center[index])
      if region.norm == .linf { try model.constrain(1 * distance, .lessOrEqual, region.epsilon) }
    }
    if region.norm != .linf {
      try model.constrain(LinearExpression(sumOf: distances), .lessOrEqual, region.epsilon)
    }
    return x
  }

  /// The maximum of c·x over the region, by a linear program.
  static func support(_ c: [Double], over region: any InputRegion) throws -> Double {
    let model = Model()
    let x = try addRegion(region, to: model)
    try model.setObjective(LinearExpression(c, x), .maximize)
    return try solve(model)
  }

  /// The largest margin over the admissible inputs: the best linear program over all activation patterns.
  static func largestMargin(_ network: Network, _ problem: Problem) throws -> Double {
    var best = -Double.infinity
    for pattern in 0..<1 << network.hiddenCount {
      let model = Model()
      let x = try addRegion(problem.region, to: model)
      // Every preactivation and output as an expression of x, since the pattern makes the network linear.
      var values = x.map { LinearExpression($0) }
      var bit = 0
      for layer in network.layers {
        var next: [LinearExpression] = []
        for neuron in 0..<layer.outputCount {
          var sum = LinearExpression(constant: layer.bias(of: neuron))
          for (weight, value) in zip(layer.row(neuron), values) { sum.add(weight, value) }
          if layer.rectified.contains(neuron) {
            let isActive = pattern >> bit & 1 == 1
            bit += 1
            try model.constrain(sum, isActive ? .greaterOrEqual : .lessOrEqual, 0)
            if !isActive { sum = LinearExpression() }
          }
          next.append(sum)
        }
        values = next
      }
      for constraint in problem.constraints {
        var left = LinearExpression(constraint.inputs, x)
        for (coefficient, value) in zip(constraint.outputs, values) { left.add(coefficient, value) }
        try model.constrain(left, .lessOrEqual, constraint.right)
      }
      for rival in problem.rivals(outputCount: network.outputCount) {
        try model.setObjective(values[rival] - values[problem.classIndex], .maximize)
        let optimum = try solve(model)
        if !optimum.isNaN { best = max(best, optimum) }
      }
    }
    return best
  }
}
