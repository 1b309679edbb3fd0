import MILP

extension L1Ball {
  /// Adds the budget as one row, and one column with one row for every input that can move both ways.
  ///
  /// An input at an end of its box can only move away from it, so its change has a known sign and is its own distance.
  /// Any other gets a column p >= max(x - center, 0) and the distance 2p - (x - center); most pixels of a digit are
  /// black or white, and need none.
  public func constrain(_ model: Model, _ inputs: [Variable], distance: Variable?) throws -> [RegionColumn] {
    if isWholeBox, distance == nil { return [] }
    var indices: [Int32] = []
    var values: [Double] = []
    var right = distance == nil ? epsilon : 0
    var columns: [RegionColumn] = []
    for (index, input) in inputs.enumerated() {
      let center = box.center[index]
      switch (growable[index] > 0, shrinkable[index] > 0) {
      case (false, false): continue
      case (true, false):
        indices.append(Int32(input.index))
        values.append(1)
        right += center
      case (false, true):
        indices.append(Int32(input.index))
        values.append(-1)
        right -= center
      case (true, true):
        let growth = try model.addVariable(
          name: "grow\(index + 1)", lower: 0, upper: max(upper[index] - center, 0))
        _ = try model.addRow(
          indices: [Int32(input.index), Int32(growth.index)], values: [1, -1], lower: -.infinity, upper: center,
          name: "growth\(index + 1)")
        indices.append(Int32(input.index))
        values.append(-1)
        indices.append(Int32(growth.index))
        values.append(2)
        right -= center
        columns.append(RegionColumn(variable: growth) { x in max(x[index] - center, 0) })
      }
    }
    if let distance {
      indices.append(Int32(distance.index))
      values.append(-1)
    }
    if !indices.isEmpty {
      _ = try model.addRow(indices: indices, values: values, lower: -.infinity, upper: right, name: "budget")
    }
    return columns
  }
}
