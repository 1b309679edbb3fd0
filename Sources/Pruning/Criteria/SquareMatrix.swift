import Essentials

/// A dense square matrix of Float64, row-major: just enough linear algebra for positive definite systems.
struct SquareMatrix {
  let size: Int
  var elements: [Double]

  init(size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * size)
  }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }

  /// The inverse of a symmetric positive definite matrix, by Gauss-Jordan elimination; the diagonal is the pivot, which
  /// is stable for such matrices (Higham, "Accuracy and Stability of Numerical Algorithms", section 14.4).
  func invertedPositiveDefinite() throws -> SquareMatrix {
    var result = self
    let size = size
    try result.elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for k in 0..<size {
        let pivotRow = base + k * size
        guard pivotRow[k] > 0 else { throw Misuse("inverse: the matrix is not positive definite") }
        let inverse = 1 / pivotRow[k]
        pivotRow[k] = 1
        for j in 0..<size { pivotRow[j] *= inverse }
        for i in 0..<size where i != k {
          let row = base + i * size
          let factor = row[k]
          guard factor != 0 else { continue }
          row[k] = 0
          for j in 0..<size { row[j] -= factor * pivotRow[j] }
        }
      }
    }
    return result
  }

  /// The solution x of A x = b for the symmetric positive definite A made of the rows and columns `places` of this
  /// matrix, by Cholesky's factorisation.
  func solvePositiveDefinite(places: [Int], right: [Double]) throws -> [Double] {
    let count = places.count
    var factor = [Double](repeating: 0, count: count * count)
    var x = right
    try factor.withUnsafeMutableBufferPointer { buffer in
      guard let a = buffer.baseAddress else { return }
      for i in 0..<count { for j in i..<count { a[i * count + j] = elements[places[i] * size + places[j]] } }
      // A = U^T U, row by row of U; the inner loops run along rows.
      for k in 0..<count {
        let pivotRow = a + k * count
        guard pivotRow[k] > 0 else { throw Misuse("solve: the matrix is not positive definite") }
        let inverse = 1 / pivotRow[k].squareRoot()
        for j in k..<count { pivotRow[j] *= inverse }
        for i in k + 1..<max(count, k + 1) where pivotRow[i] != 0 {
          let row = a + i * count
          let multiple = pivotRow[i]
          for j in i..<count { row[j] -= multiple * pivotRow[j] }
        }
      }
      for k in 0..<count {
        x[k] /= a[k * count + k]
        for j in k + 1..<max(count, k + 1) { x[j] -= a[k * count + j] * x[k] }
      }
      for k in stride(from: count - 1, through: 0, by: -1) {
        for j in k + 1..<max(count, k + 1) { x[k] -= a[k * count + j] * x[j] }
        x[k] /= a[k * count + k]
      }
    }
    return x
  }
}
