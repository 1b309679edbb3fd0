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

  /// Terms that can change a neuron's preactivation by no more than this make no entry.
  ///
  /// Training with weight decay shrinks the weights of pixels that are always black to 1e-40 and less. Such entries mean
  /// nothing and ruin a solver's scaling: with them GLPK 5.0 called feasible models infeasible and gave bounds below
  /// attained values. What they could have contributed is not lost but bounded, layer by layer, and added to the margin,
  /// so that the model's optimum is still never below the network's.
  static let negligibleContribution = 1e-10

  /// The function `factor` · (weights · inputs of the layer + bias), with everything decided folded into the constant.
  func add(
    _ factor: Double, layer index: Int, neuron: Int, to sum: inout ColumnSum
  ) {
    let layer = network.layers[index]
    let row = layer.weight.base + neuron * layer.inputCount
    sum.constant += factor * layer.bias.base[neuron]
    for input in 0..<layer.inputCount where row[input] != 0 {
      let coefficient = factor * row[input]
      if index == 0 {
        let column = inputs[input].index
        sum.add(
          coefficient, column: column, lower: region.lower[input], upper: region.upper[input], error: 0)
        continue
      }
      switch forms[index - 1][input] {
      case .unused, .inactive: continue
      case .constant(let value): sum.constant += coefficient * value
      case .active(let output), .unstable(let output, _, _), .partitioned(let output, _, _, _):
        sum.add(
          coefficient, column: output, lower: model.columnLower[output], upper: model.columnUpper[output],
          error: errors[index - 1][input])
      }
    }
  }

  /// Adds a hidden layer: the outputs' columns first, then slacks and binaries, then the rows.
  func addHiddenLayer(_ index: Int, bounds: LayerBounds, used: [Bool]) throws {
    var layerRecord = EncodingRecord.Layer()
    let entriesBefore = model.entryCount
    var layerForms: [NeuronForm] = []
    var layerErrors = [Double](repeating: 0, count: bounds.count)
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
      var row = ColumnSum()
      add(1, layer: index, neuron: neuron, to: &row)
      layerErrors[neuron] = row.error
      if row.indices.isEmpty, row.error == 0 {
        layerForms.append(.constant(max(row.constant, 0)))
        layerRecord.constant += 1
        continue
      }
      let name = "\(index + 1)_\(neuron + 1)"
      let isActive = bounds.lower[neuron] >= 0
      let lower = bounds.lower[neuron] - row.error
      let upper = bounds.upper[neuron] + row.error
      let output = try model.addVariable(name: "output\(name)", lower: isActive ? lower : 0, upper: upper)
      if !isActive, partitions > 1, row.indices.count > 1 {
        let binary = try model.addVariable(name: "active\(name)", kind: .binary, lower: 0, upper: 1)
        binaries.append(binary)
        layerForms.append(
          try addPartitioned(
            row, layer: index, output: output, binary: binary, bounds: (lower, upper), name: name))
        layerRecord.unstable += 1
        continue
      }
      row.indices.append(Int32(output.index))
      row.values.append(-1)
      if isActive {
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: -row.constant, upper: -row.constant, name: "affine\(name)")
        layerForms.append(.active(output: output.index))
        layerRecord.active += 1
        continue
      }
      let slack = try model.addVariable(name: "slack\(name)", lower: 0, upper: -lower)
      let binary = try model.addVariable(name: "active\(name)", kind: .binary, lower: 0, upper: 1)
      row.indices.append(Int32(slack.index))
      row.values.append(1)
      _ = try model.addRow(
        indices: row.indices, values: row.values, lower: -row.constant, upper: -row.constant, name: "affine\(name)")
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
    errors.append(layerErrors)
    record.layers.append(layerRecord)
  }

  /// Adds a column and a row for every output.
  func addOutputs(_ bounds: LayerBounds) throws {
    outputs = try model.addVariables(bounds.count, prefix: "y", lower: bounds.lower, upper: bounds.upper)
    for output in 0..<bounds.count {
      var row = ColumnSum()
      add(1, layer: network.layers.count - 1, neuron: output, to: &row)
      row.indices.append(Int32(outputs[output].index))
      row.values.append(-1)
      _ = try model.addRow(
        indices: row.indices, values: row.values, lower: -row.constant, upper: -row.constant, name: "y\(output + 1)")
    }
  }

  /// Adds the margin's column and rows.
  func addMargin(rivals: [Int], bounds: PreactivationBounds) throws {
    let last = network.layers.count - 1
    var uppers: [Double] = []
    var lowers: [Double] = []
    for rival in rivals {
      let weights = problem.marginWeights(rival: rival, outputCount: network.outputCount)
      uppers.append(try bounds.outputUpperBound(network, over: region, outputWeights: weights))
      lowers.append(-(try bounds.outputUpperBound(network, over: region, outputWeights: weights.map { -$0 })))
    }
    let least = lowers.max() ?? 0
    // Bounds that hold for no input at all may cross.
    let most = max(uppers.max() ?? 0, least)
    // A rival that can never be the best one decides nothing.
    let kept = rivals.indices.filter { uppers[$0] >= least }
    self.rivals = kept.map { rivals[$0] }
    let rows = kept.map { index in
      var row = ColumnSum()
      add(1, layer: last, neuron: rivals[index], to: &row)
      add(-1, layer: last, neuron: problem.classIndex, to: &row)
      return row
    }
    marginSlack = rows.reduce(0) { max($0, $1.error) }
    record.marginSlack = marginSlack
    let margin = try model.addVariable(name: "margin", lower: least - marginSlack, upper: most + 2 * marginSlack)
    self.margin = margin
    if kept.count > 1 {
      selectors = try model.addVariables(kept.count, prefix: "rival", kind: .binary, lower: [0], upper: [1])
      _ = try model.addRow(
        indices: selectors.map { Int32($0.index) }, values: selectors.map { _ in 1 }, lower: 1, upper: 1,
        name: "one_rival")
    }
    for (place, row) in rows.enumerated() {
      var row = row
      let index = kept[place]
      row.constant += marginSlack
      row.indices.append(Int32(margin.index))
      row.values.append(-1)
      if kept.count == 1 {
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: -row.constant, upper: -row.constant, name: "margin")
      } else {
        // margin <= difference where the rival is chosen, and no restriction where it is not.
        let freedom = most - lowers[index] + 4 * marginSlack
        row.indices.append(Int32(selectors[place].index))
        row.values.append(-freedom)
        _ = try model.addRow(
          indices: row.indices, values: row.values, lower: -row.constant - freedom, upper: .infinity,
          name: "margin\(rivals[index] + 1)")
      }
    }
  }
}
