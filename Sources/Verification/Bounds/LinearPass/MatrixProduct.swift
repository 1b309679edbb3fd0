/// Dense products of the sizes that backward bounds need, written out so that bounds have the same bits on every
/// machine and need no library: about a hundred rows, some dozens of inner terms, hundreds of columns.
enum MatrixProduct {
  private typealias Lanes = SIMD4<Double>

  /// Overwrites `result` [rows, columns] with `left` [rows, inner] times the rows of `right` that `places` names:
  /// result[i, j] = Σ_k left[i, k] · right[places[k], j].
  ///
  /// Every entry is one plain sum of its products in the order of k.
  static func multiply(
    _ left: UnsafePointer<Double>, rows: Int, inner: Int, leftStride: Int,
    _ right: UnsafePointer<Double>, places: UnsafePointer<Int32>, columns: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    let tiledColumns = columns / 4 * 4
    let tiledRows = rows / 4 * 4
    // Four rows of the result by four columns stay in registers while k runs.
    for column in stride(from: 0, to: tiledColumns, by: 4) {
      for row in stride(from: 0, to: tiledRows, by: 4) {
        let a0 = left + row * leftStride
        let a1 = a0 + leftStride
        let a2 = a1 + leftStride
        let a3 = a2 + leftStride
        var s0 = Lanes.zero
        var s1 = Lanes.zero
        var s2 = Lanes.zero
        var s3 = Lanes.zero
        for k in 0..<inner {
          let b = UnsafeRawPointer(right + Int(places[k]) * columns + column).loadUnaligned(as: Lanes.self)
          s0 += Lanes(repeating: a0[k]) * b
          s1 += Lanes(repeating: a1[k]) * b
          s2 += Lanes(repeating: a2[k]) * b
          s3 += Lanes(repeating: a3[k]) * b
        }
        let target = result + row * columns + column
        UnsafeMutableRawPointer(target).storeBytes(of: s0, as: Lanes.self)
        UnsafeMutableRawPointer(target + columns).storeBytes(of: s1, as: Lanes.self)
        UnsafeMutableRawPointer(target + 2 * columns).storeBytes(of: s2, as: Lanes.self)
        UnsafeMutableRawPointer(target + 3 * columns).storeBytes(of: s3, as: Lanes.self)
      }
    }
    for row in 0..<rows {
      for column in (row < tiledRows ? tiledColumns : 0)..<columns {
        var sum = 0.0
        for k in 0..<inner { sum += left[row * leftStride + k] * right[Int(places[k]) * columns + column] }
        result[row * columns + column] = sum
      }
    }
  }
}
