import MILP
import Networks

extension Encoding {
  /// Encodes an undecided neuron by partition (Tsay, Kronqvist, Thebelt, Misener, "Partition-based formulations for
  /// mixed-integer optimization of trained ReLU neural networks", NeurIPS 2021, eq. 9): the weighted inputs are summed
  /// in a few parts z_p, each part has a copy v_p that is z_p where the neuron is active and 0 where not, and
  ///
  ///     output = Σ v_p + a b,    Σ v_p + a b >= 0,    Σ (z_p - v_p) + (1 - a) b <= 0,
  ///     a L_p <= v_p <= a U_p,   (1 - a) L_p <= z_p - v_p <= (1 - a) U_p.
  ///
  /// One part is the big-M encoding; one part per input is the convex hull over the box of the inputs.
  ///
  /// - Parameters:
  ///   - row: the neuron's preactivation as a function of columns, without the output's.
  ///   - bounds: of that function.
  func addPartitioned(
    _ row: ColumnSum, layer index: Int, output: Variable, binary: Variable, bounds: (lower: Double, upper: Double),
    name: String
  ) throws -> NeuronForm {
    // Parts of about equal size, by the size of the weights.
    let order = row.indices.indices.sorted { (row.values[$0], $0) < (row.values[$1], $1) }
    let count = min(partitions, order.count)
    var parts: [NeuronPart] = []
    for part in 0..<count {
      let places = order[part * order.count / count..<(part + 1) * order.count / count]
      let indices = places.map { row.indices[$0] }
      let values = places.map { row.values[$0] }
      let (least, most) = range(indices, values, layer: index)
      // Ends that are rounding noise around 0 would be coefficients that ruin a solver's scaling: widened to count.
      let lower = least >= 0 ? (least < 1e-6 ? 0 : least) : min(least, -1e-6)
      let upper = most <= 0 ? (most > -1e-6 ? 0 : most) : max(most, 1e-6)
      let sum = try model.addVariable(name: "part\(name)_\(part + 1)", lower: lower, upper: upper)
      let active = try model.addVariable(
        name: "active_part\(name)_\(part + 1)", lower: min(lower, 0), upper: max(upper, 0))
      _ = try model.addRow(
        indices: indices + [Int32(sum.index)], values: values + [-1], lower: 0, upper: 0, name: "sum\(name)_\(part + 1)"
      )
      let (z, v, a) = (Int32(sum.index), Int32(active.index), Int32(binary.index))
      // Where an end is 0 the copy's own bound says the same.
      if upper > 0 { _ = try model.addRow(indices: [v, a], values: [1, -upper], lower: -.infinity, upper: 0) }
      if lower < 0 { _ = try model.addRow(indices: [v, a], values: [1, -lower], lower: 0, upper: .infinity) }
      let (rest, signs) = ([z, v], [1.0, -1])
      _ = try model.addRow(
        indices: upper == 0 ? rest : rest + [a], values: upper == 0 ? signs : signs + [upper], lower: -.infinity,
        upper: upper)
      _ = try model.addRow(
        indices: lower == 0 ? rest : rest + [a], values: lower == 0 ? signs : signs + [lower], lower: lower,
        upper: .infinity)
      parts.append(NeuronPart(sum: sum.index, active: active.index, indices: indices, values: values))
    }
    let copies = parts.map { Int32($0.active) }
    let sums = parts.map { Int32($0.sum) }
    let ones = [Double](repeating: 1, count: count)
    let a = Int32(binary.index)
    // The output's column is never negative, which is the second condition.
    _ = try model.addRow(
      indices: copies + [a, Int32(output.index)], values: ones + [row.constant, -1], lower: 0, upper: 0,
      name: "output\(name)")
    _ = try model.addRow(
      indices: sums + copies + [a], values: ones + ones.map { -$0 } + [-row.constant], lower: -.infinity,
      upper: -row.constant, name: "off\(name)")
    // The neuron's own bounds know more than those of its parts.
    _ = try model.addRow(
      indices: [Int32(output.index), a], values: [1, -bounds.upper], lower: -.infinity, upper: 0)
    _ = try model.addRow(
      indices: sums + copies + [a], values: ones + ones.map { -$0 } + [bounds.lower - row.constant],
      lower: bounds.lower - row.constant, upper: .infinity)
    return .partitioned(output: output.index, binary: binary.index, constant: row.constant, parts: parts)
  }

  /// Bounds of a sum of columns, rounded outward: over the region for the first layer, over the columns' ranges above.
  private func range(_ indices: [Int32], _ values: [Double], layer index: Int) -> (Double, Double) {
    var low = 0.0
    var high = 0.0
    var magnitude = 0.0
    for (column, value) in zip(indices, values) {
      let a = value * model.columnLower[Int(column)]
      let b = value * model.columnUpper[Int(column)]
      low += min(a, b)
      high += max(a, b)
      magnitude += max(abs(a), abs(b))
    }
    let error = Rounding.error(terms: indices.count + 4, size: magnitude)
    // Sums of nothing but zeros are exact.
    low = low == 0 && isOneSided(indices, values, positive: true) ? 0 : (low - error).nextDown
    high = high == 0 && isOneSided(indices, values, positive: false) ? 0 : (high + error).nextUp
    guard index == 0, let first = inputs.first?.index else { return (low, high) }
    var coefficients = [Double](repeating: 0, count: inputs.count)
    for (column, value) in zip(indices, values) { coefficients[Int(column) - first] = value }
    let workspace = SupportWorkspace(inputCount: inputs.count)
    func most() -> Double {
      coefficients.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return .infinity }
        return region.support(base, maximizer: nil, workspace: workspace).upperBound
      }
    }
    high = min(high, most())
    for input in coefficients.indices { coefficients[input] = -coefficients[input] }
    return (max(low, -most()), high)
  }

  /// Whether no term can be negative, or none positive.
  private func isOneSided(_ indices: [Int32], _ values: [Double], positive: Bool) -> Bool {
    zip(indices, values).allSatisfy { column, value in
      let signed = positive ? value : -value
      return signed >= 0 ? model.columnLower[Int(column)] >= 0 : model.columnUpper[Int(column)] <= 0
    }
  }
}
