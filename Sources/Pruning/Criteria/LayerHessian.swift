import Essentials
import Networks
import Tensors

/// The Hessian of a layer's squared error on a calibration batch, the same for each of its neurons:
/// H = X^T X / batch + dampening, where X is what the layer reads and a column of ones for the bias.
///
/// Inputs that are zero on the whole batch say nothing and are left out.
struct LayerHessian {
  /// The inputs that are not always zero, ascending.
  let places: [Int]
  /// H over `places`, and then the bias.
  let matrix: SquareMatrix
  /// What was added to the diagonal.
  let dampening: Double

  init(inputs: Tensor, dampening share: Double) throws {
    let (rows, width) = (inputs.shape[0], inputs.shape[1])
    let places = withExtendedLifetime(inputs) {
      (0..<width).filter { input in (0..<rows).contains { inputs.base[$0 * width + input] != 0 } }
    }
    self.places = places
    let size = places.count + 1
    var augmented = [Double](repeating: 1, count: rows * size)
    withExtendedLifetime(inputs) {
      for row in 0..<rows {
        for (column, input) in places.enumerated() {
          augmented[row * size + column] = inputs.base[row * width + input]
        }
      }
    }
    var matrix = SquareMatrix(size: size)
    try augmented.withUnsafeBufferPointer { source in
      try matrix.elements.withUnsafeMutableBufferPointer { target in
        guard let a = source.baseAddress, let c = target.baseAddress else { return }
        try BLAS.matrixMultiply(
          rows: size, columns: size, inner: rows, alpha: 1 / Double(rows), a: a, leadingA: size, transposeA: true,
          b: a, leadingB: size, c: c, leadingC: size)
      }
    }
    var trace = 0.0
    for k in 0..<size { trace += matrix[k, k] }
    dampening = share * trace / Double(size)
    for k in 0..<size { matrix[k, k] += dampening }
    self.matrix = matrix
  }
}
