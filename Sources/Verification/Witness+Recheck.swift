/// The raw parameters of a layer, as the recheck uses them.
struct RawLayer {
  let weight: [Double]
  let bias: [Double]
  let outputs: Int
  let inputs: Int
}

/// Orders in which the recheck sums the products of one Float32 neuron.
enum SummationOrder: CaseIterable {
  /// First to last, the products rounded.
  case forward
  /// Last to first, the products fused into the sum.
  case backwardFused
  /// Eight interleaved partial sums, as vector units do.
  case interleaved
}

extension Witness {
  /// The outputs in Float64.
  static func forward64(_ layers: [RawLayer], _ point: [Double]) -> [Double] {
    var values = point
    for (number, layer) in layers.enumerated() {
      var next = layer.bias
      for output in 0..<layer.outputs {
        var sum = 0.0
        for input in 0..<layer.inputs { sum += layer.weight[output * layer.inputs + input] * values[input] }
        next[output] += sum
        if number + 1 < layers.count, next[output] < 0 { next[output] = 0 }
      }
      values = next
    }
    return values
  }

  /// The outputs in Float32, parameters and input rounded to it first.
  static func forward32(_ layers: [RawLayer], _ point: [Double], _ order: SummationOrder) -> [Float] {
    var values = point.map { Float($0) }
    for (number, layer) in layers.enumerated() {
      var next = layer.bias.map { Float($0) }
      for output in 0..<layer.outputs {
        let row = output * layer.inputs
        var sum: Float = 0
        switch order {
        case .forward:
          for input in 0..<layer.inputs { sum += Float(layer.weight[row + input]) * values[input] }
        case .backwardFused:
          for input in (0..<layer.inputs).reversed() { sum.addProduct(Float(layer.weight[row + input]), values[input]) }
        case .interleaved:
          var parts = [Float](repeating: 0, count: 8)
          for input in 0..<layer.inputs { parts[input % 8] += Float(layer.weight[row + input]) * values[input] }
          sum = ((parts[0] + parts[4]) + (parts[2] + parts[6])) + ((parts[1] + parts[5]) + (parts[3] + parts[7]))
        }
        next[output] += sum
        if number + 1 < layers.count, next[output] < 0 { next[output] = 0 }
      }
      values = next
    }
    return values
  }

  /// The distance of `point` from x0 in the problem's norm.
  static func distance(_ point: [Double], _ problem: Problem) -> Double {
    let center = problem.input
    var largest = 0.0
    var sum = 0.0
    switch problem.norm {
    case .l1:
      for index in point.indices { sum += abs(point[index] - center[index]) }
      return sum
    case .linf, .box:
      for index in point.indices where !(abs(point[index] - center[index]) <= largest) {
        largest = abs(point[index] - center[index])
      }
      return largest
    case .l1RowMax:
      let width = point.count / (problem.rows ?? 1)
      for index in point.indices {
        if index % width == 0 { largest = 0 }
        let change = abs(point[index] - center[index])
        if !(change <= largest) { largest = change }
        if index % width == width - 1 { sum += largest }
      }
      return sum
    }
  }

  /// The largest relative excess of the problem's extra constraints, 0 where all are met and infinite for NaN.
  static func excess(_ point: [Double], _ outputs: [Double], _ problem: Problem) -> Double {
    var worst = 0.0
    for constraint in problem.constraints {
      var left = 0.0
      var scale = abs(constraint.right)
      for index in constraint.inputs.indices {
        left += constraint.inputs[index] * point[index]
        scale = max(scale, abs(constraint.inputs[index]))
      }
      for index in constraint.outputs.indices {
        left += constraint.outputs[index] * outputs[index]
        scale = max(scale, abs(constraint.outputs[index]))
      }
      let excess = (left - constraint.right) / scale
      if !(excess <= worst) { worst = excess.isNaN ? .infinity : excess }
    }
    return worst
  }
}
