import Essentials
import MILP

extension Encoding {
  /// The feasible point of the model that belongs to an input: a forward pass of the embedded network fills every
  /// column of the encoding, binaries and the region's own columns included.
  ///
  /// It is feasible if the input meets the problem's constraints; their rows have no columns of their own.
  ///
  /// - Parameter x: an input; it is moved into the region first if it is outside.
  /// - Returns: one number per column of the model; columns that a script added get the number in their bounds that is
  ///   nearest to 0.
  /// - Throws: `Misuse` unless `x` has one number per input.
  public func completed(_ x: [Double]) throws -> [Double] {
    guard x.count == inputs.count else {
      throw Misuse("complete: expected \(inputs.count) inputs, got \(x.count)")
    }
    let x = region.violation(of: x) > 0 ? region.project(x) : x
    var point = zip(model.columnLower, model.columnUpper).map { min(max(0, $0), $1) }
    for (variable, value) in zip(inputs, x) { point[variable.index] = value }
    if let distance { point[distance.index] = region.distance(of: x) }
    for column in regionColumns { point[column.variable.index] = column.value(x) }
    // Constants that the encoding folded come out of the same forward pass, so only what has columns is written.
    let preactivations = try network.preactivations(x)
    for (layerForms, values) in zip(forms, preactivations) {
      for (form, preactivation) in zip(layerForms, values) {
        switch form {
        case .unused, .inactive, .constant: break
        case .active(let output): point[output] = preactivation
        case .unstable(let output, let slack, let binary):
          point[output] = max(preactivation, 0)
          point[slack] = max(-preactivation, 0)
          point[binary] = preactivation > 0 ? 1 : 0
        case .partitioned(let output, let binary, let constant, let parts):
          // In the model's own arithmetic: its rows tie the parts to the columns below.
          let sums = parts.map { $0.value(at: point) }
          let isActive = sums.reduce(constant, +) > 0
          for (part, sum) in zip(parts, sums) {
            point[part.sum] = sum
            point[part.active] = isActive ? sum : 0
          }
          point[output] = isActive ? sums.reduce(constant, +) : 0
          point[binary] = isActive ? 1 : 0
        }
      }
    }
    let values = preactivations[preactivations.count - 1]
    for (variable, value) in zip(outputs, values) { point[variable.index] = value }
    if let excess {
      point[excess.index] = problem.constraints.reduce(0) { max($0, $1.excess(x, outputs: values) / $1.scale) }
    }
    if let margin {
      var best = 0
      for place in rivals.indices where values[rivals[place]] > values[rivals[best]] { best = place }
      for place in selectors.indices { point[selectors[place].index] = place == best ? 1 : 0 }
      point[margin.index] = values[rivals[best]] - values[problem.classIndex] + marginSlack
    }
    return point
  }

  /// The values of the inputs in a point of the model.
  ///
  /// - Throws: `Misuse` when the point has fewer numbers than there are inputs.
  public func input(of point: [Double]) throws -> [Double] {
    guard point.count >= inputs.count else {
      throw Misuse("encoding: expected a point of \(model.columnCount) numbers, got \(point.count)")
    }
    return inputs.map { point[$0.index] }
  }
}
