import Essentials
import MILP
import Networks

extension Model {
  /// The model with every network replaced by the affine map that it is around one point: what is left when the phases of
  /// all neurons are fixed as a forward pass has them there.
  ///
  /// The map is composed into the inputs, y = A x + c, with one row for every neuron that is not stable: none of the
  /// hidden columns remains, so that a linear program of the inputs is left, or a small MILP where the user's own
  /// variables are whole. Its points are points of this model once the blocks are completed.
  ///
  /// - Parameter point: one number per column, of which only those of the blocks' inputs are looked at.
  /// - Returns: a copy, which accepts this model's handles.
  /// - Throws: `Misuse` for a point of another length, or an input that is not finite there.
  public func piece(at point: [Double]) throws -> Model {
    guard point.count == columnCount else {
      throw Misuse("piece: expected a point of \(columnCount) numbers, got \(point.count)")
    }
    let piece = copy(name: name + "-piece")
    for case (let handle, let block as NetworkBlock) in blocks {
      piece.set(handle, to: nil)
      try block.replaceByPiece(at: point, in: piece)
    }
    return piece
  }
}

extension NetworkBlock {
  /// Takes the block's columns but for the outputs out of `model`, and puts the affine map at `point` in.
  fileprivate func replaceByPiece(at point: [Double], in model: Model) throws {
    let kept = Set(try ownOutputColumns(in: model))
    model.removeRows(rows)
    model.removeColumns(columns.filter { !kept.contains($0) })
    for row in inputs.indices {
      let columns = try inputs[row].map { try model.column(of: $0, for: "piece") }
      let x = columns.map { point[$0] }
      guard x.allSatisfy(\.isFinite) else { throw Misuse("piece: block \"\(name)\": expected finite inputs") }
      try addPiece(row, columns, preactivations: network.preactivations(x), to: model)
    }
  }

  private func addPiece(_ row: Int, _ columns: [Int], preactivations: [[Double]], to model: Model) throws {
    // The layer's inputs as functions of the block's: weights row by row, and constants.
    let inputCount = columns.count
    let (lower, upper) = (ranges[row].lower, ranges[row].upper)
    func stability(_ layer: Int, _ neuron: Int) -> Stability {
      network.layers[layer].stability(of: neuron, lower: lower[layer][neuron], upper: upper[layer][neuron])
    }
    // Of stable neurons the ranges say it, also where the preactivation is 0 just here.
    func isActive(_ layer: Int, _ neuron: Int) -> Bool {
      switch stability(layer, neuron) {
      case .active: true
      case .inactive: false
      case .unstable: preactivations[layer][neuron] > 0
      }
    }
    var weights: [Double] = []
    var constants: [Double] = []
    for (index, layer) in network.layers.enumerated() {
      let isFirst = index == 0
      var layerWeights = [Double](repeating: 0, count: layer.outputCount * inputCount)
      var layerConstants = layer.biases
      for neuron in 0..<layer.outputCount {
        if isFirst {
          layer.forEachWeight(of: neuron) { layerWeights[neuron * inputCount + $0] = $1 }
          continue
        }
        layerWeights.withUnsafeMutableBufferPointer { target in
          weights.withUnsafeBufferPointer { below in
            layer.forEachWeight(of: neuron) { before, weight in
              guard weight != 0, isActive(index - 1, before) else { return }
              layerConstants[neuron] += weight * constants[before]
              for input in 0..<inputCount {
                target[neuron * inputCount + input] += weight * below[before * inputCount + input]
              }
            }
          }
        }
      }
      (weights, constants) = (layerWeights, layerConstants)
      let isLast = index == network.layers.count - 1
      for neuron in 0..<layer.outputCount {
        let isOn = isActive(index, neuron)
        // A neuron that is stable needs no row, since all inputs agree.
        if !isLast, stability(index, neuron) != .unstable { continue }
        var sum = ColumnSum()
        sum.constant = constants[neuron]
        for input in 0..<inputCount where weights[neuron * inputCount + input] != 0 {
          sum.add(
            weights[neuron * inputCount + input], column: columns[input], lower: model.columnLower[columns[input]],
            upper: model.columnUpper[columns[input]], error: 0)
        }
        if isLast {
          let output = try model.column(of: outputs[row][neuron], for: "piece")
          try sum.addRow(with: [(output, -1)], from: 0, to: 0, in: model)
        } else if !sum.indices.isEmpty {
          try sum.addRow(with: [], from: isOn ? 0 : -.infinity, to: isOn ? .infinity : 0, in: model)
        }
      }
    }
  }
}
