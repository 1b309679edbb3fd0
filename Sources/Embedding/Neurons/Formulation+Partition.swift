import MILP

extension Formulation {
  /// A neuron by partition (Tsay, Kronqvist, Thebelt, Misener, "Partition-based formulations for mixed-integer
  /// optimization of trained ReLU neural networks", NeurIPS 2021, eq. 9): the weighted inputs are summed in a few parts
  /// z_p, each part has a copy v_p that is z_p where the neuron is active and 0 where not, and
  ///
  ///     output = Σ v_p + a b,    Σ v_p + a b >= 0,    Σ (z_p - v_p) + (1 - a) b <= 0,
  ///     a L_p <= v_p <= a U_p,   (1 - a) L_p <= z_p - v_p <= (1 - a) U_p.
  ///
  /// One part is the big-M formulation, which neurons with a single input get; one part per input is the convex hull over
  /// the box of the inputs.
  public static func partition(_ partitions: Int) -> Formulation {
    Formulation("partition") { neuron, model in
      guard partitions > 1, neuron.preactivation.indices.count > 1 else {
        return try Formulation.bigM.encode(neuron, model)
      }
      return try PartitionedNeuron(neuron, partitions: partitions, in: model)
    }
  }
}

/// A neuron in the formulation by partition.
private struct PartitionedNeuron: UndecidedNeuron {
  /// One part of the preactivation.
  struct Part {
    /// The column of the part's sum.
    let sum: Int
    /// The column of the sum where the neuron is active, and 0 where it is not.
    let active: Int
    /// The sum's terms.
    let indices: [Int32]
    let values: [Double]

    /// The part's sum at a point of the model.
    func value(at point: [Double]) -> Double {
      zip(indices, values).reduce(0) { $0 + $1.1 * point[Int($1.0)] }
    }
  }

  let output: Int
  let activity: Int?
  private let constant: Double
  private let parts: [Part]

  init(_ neuron: NeuronRequest, partitions: Int, in model: Model) throws {
    let row = neuron.preactivation
    let activity = try model.addVariable(name: neuron.label("active"), kind: .binary, lower: 0, upper: 1).index
    // Parts of about equal size, by the size of the weights.
    let order = row.indices.indices.sorted { (row.values[$0], $0) < (row.values[$1], $1) }
    let count = min(partitions, order.count)
    parts = try (0..<count).map { part in
      let places = order[part * order.count / count..<(part + 1) * order.count / count]
      return try PartitionedNeuron.add(
        places.map { row.indices[$0] }, places.map { row.values[$0] }, number: part + 1, of: neuron, activity, model)
    }
    let (copies, sums) = (parts.map { Int32($0.active) }, parts.map { Int32($0.sum) })
    let ones = [Double](repeating: 1, count: count)
    let minus = [Double](repeating: -1, count: count)
    let (a, constant) = (Int32(activity), row.constant)
    // The output's column is never negative, which is the second condition.
    _ = try model.addRow(
      indices: copies + [a, Int32(neuron.output)], values: ones + [constant, -1], lower: 0, upper: 0,
      name: neuron.label("output"))
    _ = try model.addRow(
      indices: sums + copies + [a], values: ones + minus + [-constant], lower: -.infinity, upper: -constant,
      name: neuron.label("off"))
    // The neuron's own bounds know more than those of its parts.
    _ = try model.addRow(
      indices: [Int32(neuron.output), a], values: [1, -neuron.upper], lower: -.infinity, upper: 0)
    _ = try model.addRow(
      indices: sums + copies + [a], values: ones + minus + [neuron.lower - constant],
      lower: neuron.lower - constant, upper: .infinity)
    output = neuron.output
    self.activity = activity
    self.constant = constant
  }

  private static func add(
    _ indices: [Int32], _ values: [Double], number: Int, of neuron: NeuronRequest, _ activity: Int, _ model: Model
  ) throws -> Part {
    let (least, most) = neuron.range(indices, values)
    // Ends that are rounding noise around 0 would be coefficients that ruin a solver's scaling: widened to count.
    let lower = least >= 0 ? (least < 1e-6 ? 0 : least) : min(least, -1e-6)
    let upper = most <= 0 ? (most > -1e-6 ? 0 : most) : max(most, 1e-6)
    let sum = try model.addVariable(name: "\(neuron.label("part"))_\(number)", lower: lower, upper: upper)
    let active = try model.addVariable(
      name: "\(neuron.label("active_part"))_\(number)", lower: min(lower, 0), upper: max(upper, 0))
    _ = try model.addRow(
      indices: indices + [Int32(sum.index)], values: values + [-1], lower: 0, upper: 0,
      name: "\(neuron.label("sum"))_\(number)")
    let (z, v, a) = (Int32(sum.index), Int32(active.index), Int32(activity))
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
    return Part(sum: sum.index, active: active.index, indices: indices, values: values)
  }

  /// In the model's own arithmetic: its rows tie the parts to the columns below.
  func complete(_ preactivation: Double, _ point: inout [Double]) {
    let sums = parts.map { $0.value(at: point) }
    let isActive = sums.reduce(constant, +) > 0
    for (part, sum) in zip(parts, sums) {
      point[part.sum] = sum
      point[part.active] = isActive ? sum : 0
    }
    point[output] = isActive ? sums.reduce(constant, +) : 0
    if let activity { point[activity] = isActive ? 1 : 0 }
  }
}
