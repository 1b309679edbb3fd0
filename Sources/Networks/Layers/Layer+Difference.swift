import Tensors

extension Layer {
  /// The layer, without ReLUs, whose weights and biases are this one's minus another's.
  ///
  /// - Precondition: both have as many inputs and outputs.
  package func subtracting(_ other: Layer) throws -> Layer {
    func difference(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Tensor.apply(.subtract, a, b) }
    let none = NeuronSet.none(of: outputCount)
    if connections == other.connections, bias.shape == other.bias.shape {
      return replacing(
        weight: try difference(weight, other.weight), bias: try difference(bias, other.bias), rectified: none)
    }
    var matrix = SparseMatrix(columnCount: inputCount)
    for neuron in 0..<outputCount {
      forEachWeight(of: neuron) { matrix.append($0, $1) }
      other.forEachWeight(of: neuron) { matrix.append($0, -$1) }
      matrix.endRow()
    }
    return try Layer(matrix, bias: zip(biases, other.biases).map(-), rectified: none)
  }
}
