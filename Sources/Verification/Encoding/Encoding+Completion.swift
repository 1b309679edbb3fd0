import Essentials
import MILP

extension Encoding {
  /// The feasible point of the model that belongs to an input: a forward pass of the embedded network fills every
  /// column of the encoding, binaries and the region's own columns included.
  ///
  /// It is feasible if the input meets the problem's constraints; their rows have no columns of their own.
  ///
  /// - Parameter x: an input; it is moved into the region first if it is outside.
  /// - Returns: one number per column of the model; NaN for columns that a script added, about which nothing is known.
  /// - Throws: `Misuse` unless `x` has one number per input.
  public func completed(_ x: [Double]) throws -> [Double] {
    guard x.count == inputs.count else {
      throw Misuse("complete: expected \(inputs.count) inputs, got \(x.count)")
    }
    let x = region.violation(of: x) > 0 ? region.project(x) : x
    var point = [Double](repeating: .nan, count: model.columnCount)
    // The encoding's own columns come first; those of neurons that nothing depends on are what they like.
    for column in 0..<record.columns {
      point[column] = min(max(0, model.columnLower[column]), model.columnUpper[column])
    }
    for (variable, value) in zip(inputs, x) { point[variable.index] = value }
    if let distance { point[distance.index] = region.distance(of: x) }
    for column in regionColumns { point[column.variable.index] = column.value(x) }
    let preactivations = try network.preactivations(x)
    hidden.complete(preactivations, &point)
    let values = preactivations[preactivations.count - 1]
    for (variable, value) in zip(outputs, values) { point[variable.index] = value }
    if let excess {
      point[excess.index] = problem.constraints.reduce(0) { max($0, $1.excess(x, outputs: values) / $1.scale) }
    }
    if let margin {
      var best = 0
      for place in rivals.indices where values[rivals[place]] > values[rivals[best]] { best = place }
      for place in selectors.indices { point[selectors[place].index] = place == best ? 1 : 0 }
      point[margin.index] = problem.margin(of: values, rival: rivals[best]) + marginSlack
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
