import Embedding
import Essentials
import MILP
import Networks

extension Encoding {
  /// Adds Σ factor · output over `terms`, as a function of the model's columns, to `sum`.
  func add(_ terms: [(factor: Double, output: Int)], to sum: inout ColumnSum) {
    for (factor, output) in terms where factor != 0 {
      hidden.add(factor, layer: network.layers.count - 1, neuron: output, to: &sum, in: model)
    }
  }

  /// Σ factor · output over `terms`.
  func sum(_ terms: [(factor: Double, output: Int)]) -> ColumnSum {
    var sum = ColumnSum()
    add(terms, to: &sum)
    return sum
  }

  /// Adds a column and a row for every output.
  func addOutputs(_ bounds: LayerBounds) throws {
    for output in 0..<bounds.count { try HiddenColumns.checkRange(bounds.lower[output], bounds.upper[output]) }
    outputs = try model.addVariables(bounds.count, prefix: "y", lower: bounds.lower, upper: bounds.upper)
    for output in 0..<bounds.count {
      try sum([(1, output)]).addRow(
        with: [(outputs[output].index, -1)], from: 0, to: 0, name: "y\(output + 1)", in: model)
    }
  }

  /// Adds the margin's column and rows.
  func addMargin(rivals: [Int], bounds: PreactivationBounds) throws {
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
      // The rival's term first.
      sum([(1, rivals[index])] + (network.outputCount == 1 ? [] : [(-1, problem.classIndex)]))
    }
    marginSlack = rows.reduce(0) { max($0, $1.error) }
    record.marginSlack = marginSlack
    let (lower, upper) = (least - marginSlack, most + 2 * marginSlack)
    try HiddenColumns.checkRange(lower, upper)
    let margin = try model.addVariable(name: "margin", lower: lower, upper: upper)
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
      if kept.count == 1 {
        try row.addRow(with: [(margin.index, -1)], from: 0, to: 0, name: "margin", in: model)
      } else {
        // margin <= difference where the rival is chosen, and no restriction where it is not.
        let freedom = most - lowers[index] + 4 * marginSlack
        try row.addRow(
          with: [(margin.index, -1), (selectors[place].index, -freedom)], from: -freedom, to: .infinity,
          name: "margin\(rivals[index] + 1)", in: model)
      }
    }
  }
}
