import Essentials
import MILP
import Networks

extension Encoding {
  /// For each hidden layer, whether a wanted output depends on the neuron through nonzero weights and neurons that are
  /// not stably inactive.
  static func usedNeurons(_ network: Network, _ bounds: PreactivationBounds, outputs: Set<Int>) -> [[Bool]] {
    var used = network.layers.map { [Bool](repeating: false, count: $0.outputCount) }
    for output in outputs { used[network.layers.count - 1][output] = true }
    for index in network.layers.indices.dropFirst().reversed() {
      let layer = network.layers[index]
      let isLast = index == network.layers.count - 1
      for neuron in 0..<layer.outputCount
      where used[index][neuron] && (isLast || bounds.layers[index].upper[neuron] > 0) {
        let row = layer.weight.base + neuron * layer.inputCount
        for input in 0..<layer.inputCount where row[input] != 0 { used[index - 1][input] = true }
      }
    }
    return used
  }

  /// An affine function of columns: what a neuron's preactivation is in the model.
  struct AffineRow {
    var indices: [Int32] = []
    var values: [Double] = []
    var constant = 0.0
    /// How much the terms that were left out can add or subtract.
    var blur = 0.0

    /// The bounds of the row `indices · values + constant = 0`, widened by what was left out.
    var lower: Double { -constant - blur }
    var upper: Double { -constant + blur }
  }

  /// Terms below this are left out of a row, which is widened by what they could contribute: the model stays a
  /// relaxation of the network, and its optimum an upper bound. Trained weights on pixels that are always black decay
  /// to 1e-20 and less; with them in the matrix, GLPK's scaling breaks down and it calls feasible models infeasible.
  /// HiGHS drops matrix entries up to 1e-9 without accounting for them.
  static let negligibleTerm = 1e-9

  /// The function `factor` · (weights · inputs of the layer + bias), with everything decided folded into the constant.
  func add(
    _ factor: Double, layer index: Int, neuron: Int, to sum: inout AffineRow
  ) {
    let layer = network.layers[index]
    let row = layer.weight.base + neuron * layer.inputCount
    sum.constant += factor * layer.bias.base[neuron]
    for input in 0..<layer.inputCount where row[input] != 0 {
      let coefficient = factor * row[input]
      if index == 0 {
        add(coefficient, column: inputs[input].index, to: &sum)
        continue
      }
      switch forms[index - 1][input] {
      case .unused, .inactive: continue
      case .constant(let value): sum.constant += coefficient * value
      case .active(let output), .unstable(let output, _, _): add(coefficient, column: output, to: &sum)
      }
    }
  }

  private func add(_ coefficient: Double, column: Int, to sum: inout AffineRow) {
    let reach = max(abs(model.columnLower[column]), abs(model.columnUpper[column]))
    guard abs(coefficient) > Encoding.negligibleTerm, abs(coefficient) * reach > Encoding.negligibleTerm else {
      sum.blur += abs(coefficient) * reach
      return
    }
    sum.indices.append(Int32(column))
    sum.values.append(coefficient)
  }

  /// Adds a hidden layer: the outputs' columns first, then slacks and binaries, then the rows.
  func addHiddenLayer(_ index: Int, bounds: LayerBounds, used: [Bool]) throws {
    var layerRecord = EncodingRecord.Layer()
    let entriesBefore = model.entryCount
    var layerForms: [NeuronForm] = []
    for neuron in 0..<bounds.count {
      guard used[neuron] else {
        layerForms.append(.unused)
        layerRecord.unused += 1
        continue
      }
      guard bounds.upper[neuron] > 0 else {
        layerForms.append(.inactive)
        layerRecord.inactive += 1
        continue
      }
      var row = AffineRow()
      add(1, layer: index, neuron: neuron, to: &row)
      if row.indices.isEmpty, row.blur == 0 {
        layerForms.append(.constant(max(row.constant, 0)))
        layerRecord.constant += 1
        continue
      }
      let name = "\(index + 1)_\(neuron + 1)"
      let lower = bounds.lower[neuron]
      let upper = bounds.upper[neuron]
      let output = try model.addVariable(name: "output\(name)", lower: max(lower, 0), upper: upper)
      row.indices.append(Int32(output.index))
      row.values.append(-1)
      if lower >= 0 {
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: row.lower, upper: row.upper, name: "affine\(name)")
        layerForms.append(.active(output: output.index))
        layerRecord.active += 1
        continue
      }
      let slack = try model.addVariable(name: "slack\(name)", lower: 0, upper: -lower)
      let binary = try model.addVariable(name: "active\(name)", kind: .binary, lower: 0, upper: 1)
      row.indices.append(Int32(slack.index))
      row.values.append(1)
      _ = try model.addRow(
        indices: row.indices, values: row.values, lower: row.lower, upper: row.upper, name: "affine\(name)")
      _ = try model.addRow(
        indices: [Int32(output.index), Int32(binary.index)], values: [1, -upper], lower: -.infinity, upper: 0,
        name: "output\(name)")
      _ = try model.addRow(
        indices: [Int32(slack.index), Int32(binary.index)], values: [1, -lower], lower: -.infinity, upper: -lower,
        name: "slack\(name)")
      binaries.append(binary)
      layerForms.append(.unstable(output: output.index, slack: slack.index, binary: binary.index))
      layerRecord.unstable += 1
    }
    layerRecord.entries = model.entryCount - entriesBefore
    forms.append(layerForms)
    record.layers.append(layerRecord)
  }

  /// Adds a column and a row for every output.
  func addOutputs(_ bounds: LayerBounds) throws {
    outputs = try model.addVariables(bounds.count, prefix: "y", lower: bounds.lower, upper: bounds.upper)
    for output in 0..<bounds.count {
      var row = AffineRow()
      add(1, layer: network.layers.count - 1, neuron: output, to: &row)
      row.indices.append(Int32(outputs[output].index))
      row.values.append(-1)
      _ = try model.addRow(
        indices: row.indices, values: row.values, lower: row.lower, upper: row.upper, name: "y\(output + 1)")
    }
  }

  /// Adds the margin's column and rows and makes it the objective.
  func addMargin(_ problem: Problem, rivals: [Int], bounds: PreactivationBounds) throws {
    let last = network.layers.count - 1
    classIndex = problem.classIndex
    var uppers: [Double] = []
    var lowers: [Double] = []
    for rival in rivals {
      var weights = [Double](repeating: 0, count: network.outputCount)
      weights[rival] = 1
      weights[problem.classIndex] = -1
      uppers.append(try bounds.outputUpperBound(network, over: region, outputWeights: weights))
      lowers.append(-(try bounds.outputUpperBound(network, over: region, outputWeights: weights.map { -$0 })))
    }
    let most = uppers.max() ?? 0
    let least = lowers.max() ?? 0
    // A rival that can never be the best one decides nothing.
    let kept = rivals.indices.filter { uppers[$0] >= least }
    self.rivals = kept.map { rivals[$0] }
    let margin = try model.addVariable(name: "margin", lower: least, upper: most)
    self.margin = margin
    if kept.count > 1 {
      selectors = try model.addVariables(kept.count, prefix: "rival", kind: .binary, lower: [0], upper: [1])
      _ = try model.addRow(
        indices: selectors.map { Int32($0.index) }, values: selectors.map { _ in 1 }, lower: 1, upper: 1,
        name: "one_rival")
    }
    for (place, index) in kept.enumerated() {
      var row = AffineRow()
      add(1, layer: last, neuron: rivals[index], to: &row)
      add(-1, layer: last, neuron: problem.classIndex, to: &row)
      row.indices.append(Int32(margin.index))
      row.values.append(-1)
      if kept.count == 1 {
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: row.lower, upper: row.upper, name: "margin")
      } else {
        // margin <= difference where the rival is chosen, and no restriction where it is not.
        let freedom = most - lowers[index]
        row.indices.append(Int32(selectors[place].index))
        row.values.append(-freedom)
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: row.lower - freedom, upper: .infinity,
          name: "margin\(rivals[index] + 1)")
      }
    }
    try model.setObjective(LinearExpression(margin), .maximize)
  }
}
