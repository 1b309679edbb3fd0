import Essentials
import Networks
import Tensors

/// The Hessian of the squared error of what a unit says, on a calibration batch: H = X^T X / rows + dampening, where X is
/// what the unit reads and a column of ones for the bias. A neuron reads one row of X per input; a filter of a convolution
/// one per input and place, as its weights are the same at all of them.
///
/// Weights whose input is zero in all rows say nothing and are left out.
struct LayerHessian {
  /// The weights of the unit whose input is not always zero, ascending, counted from its first.
  let places: [Int]
  /// H over `places`, and then the bias.
  let matrix: SquareMatrix
  /// What was added to the diagonal.
  let dampening: Double

  /// Rows are written out so many numbers at a time.
  private static let blockSize = 1 << 24

  /// The Hessian of a unit of `layer`, which reads `inputs`, [batch, inputs of the layer].
  init(_ layer: Layer, unit: Int, inputs: Tensor, dampening share: Double) throws {
    let (batch, width) = (inputs.shape[0], layer.inputCount)
    let first = layer.places(ofUnit: unit).lowerBound
    let neurons = layer.neurons(ofUnit: unit)
    defer { withExtendedLifetime(inputs) {} }
    // Which inputs matter to which weight: what is zero in all rows never does.
    let varies = (0..<width).map { input in (0..<batch).contains { inputs.base[$0 * width + input] != 0 } }
    var columns = [Int](repeating: -1, count: layer.places(ofUnit: unit).count)
    for neuron in neurons {
      layer.forEachConnection(of: neuron) { input, place in if varies[input] { columns[place - first] = 0 } }
    }
    let places = columns.indices.filter { columns[$0] == 0 }
    for (column, place) in places.enumerated() { columns[place] = column }
    self.places = places
    let size = places.count + 1
    let rows = batch * neurons.count
    var matrix = SquareMatrix(size: size)
    let step = max(1, LayerHessian.blockSize / (neurons.count * size))
    for start in stride(from: 0, to: batch, by: step) {
      let block = start..<min(start + step, batch)
      var augmented = [Double](repeating: 0, count: block.count * neurons.count * size)
      var row = 0
      for example in block {
        let values = inputs.base + example * width
        for neuron in neurons {
          layer.forEachConnection(of: neuron) { input, place in
            let column = columns[place - first]
            if column >= 0 { augmented[row + column] = values[input] }
          }
          augmented[row + size - 1] = 1
          row += size
        }
      }
      try augmented.withUnsafeBufferPointer { source in
        try matrix.elements.withUnsafeMutableBufferPointer { target in
          guard let a = source.baseAddress, let c = target.baseAddress else { return }
          try BLAS.matrixMultiply(
            rows: size, columns: size, inner: block.count * neurons.count, alpha: 1 / Double(rows), a: a,
            leadingA: size, transposeA: true, b: a, leadingB: size, beta: 1, c: c, leadingC: size)
        }
      }
    }
    var trace = 0.0
    for k in 0..<size { trace += matrix[k, k] }
    dampening = share * trace / Double(size)
    for k in 0..<size { matrix[k, k] += dampening }
    self.matrix = matrix
  }
}
