import Essentials
import Tensors
import Testing

/// Products by OpenBLAS against plain loops, whatever kernels it has chosen.
@Suite struct BLASTests {
  /// One product: sizes, forms and how much wider than needed the rows are stored.
  struct Case {
    let rows, columns, inner: Int
    let transposeA, transposeB: Bool
    let padding: Int
    let alpha, beta: Double
  }

  static func cases(_ seed: UInt64) -> [Case] {
    var random = RandomSource(seed: seed)
    let sizes = [1, 2, 3, 5, 7, 8, 10, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 100, 128, 130]
    var cases: [Case] = []
    for index in 0..<400 {
      cases.append(
        Case(
          rows: sizes[random.below(sizes.count)], columns: sizes[random.below(sizes.count)],
          inner: sizes[random.below(sizes.count)], transposeA: index & 1 == 1, transposeB: index & 2 == 2,
          padding: index % 3 == 0 ? random.below(9) : 0, alpha: [1, -0.5, 2][random.below(3)],
          beta: [0, 0, 1, 0.25][random.below(4)]))
    }
    return cases
  }

  @Test func doubleProductsAgreeWithPlainLoops() throws {
    var random = RandomSource(seed: 11)
    for item in Self.cases(1) {
      let (m, n, k) = (item.rows, item.columns, item.inner)
      let leadingA = (item.transposeA ? m : k) + item.padding
      let leadingB = (item.transposeB ? k : n) + item.padding
      let leadingC = n + item.padding
      let a = (0..<(item.transposeA ? k : m) * leadingA).map { _ in random.uniform(-1, 1) }
      let b = (0..<(item.transposeB ? n : k) * leadingB).map { _ in random.uniform(-1, 1) }
      // With beta 0 what was there must not matter, not even a NaN.
      let start = (0..<m * leadingC).map { _ in item.beta == 0 ? Double.nan : random.uniform(-1, 1) }
      var c = start
      try BLAS.matrixMultiply(
        rows: m, columns: n, inner: k, alpha: item.alpha, a: a, leadingA: leadingA, transposeA: item.transposeA, b: b,
        leadingB: leadingB, transposeB: item.transposeB, beta: item.beta, c: &c, leadingC: leadingC)
      for i in 0..<m {
        for j in 0..<leadingC where j >= n {
          #expect(c[i * leadingC + j].bitPattern == start[i * leadingC + j].bitPattern, "\(item): padding written")
        }
        for j in 0..<n {
          var sum = 0.0
          for p in 0..<k {
            let left = item.transposeA ? a[p * leadingA + i] : a[i * leadingA + p]
            sum += left * (item.transposeB ? b[j * leadingB + p] : b[p * leadingB + j])
          }
          let expected = item.alpha * sum + (item.beta == 0 ? 0 : item.beta * start[i * leadingC + j])
          guard abs(c[i * leadingC + j] - expected) < 1e-12 else {
            Issue.record("\(item) at \(i), \(j): expected \(expected), got \(c[i * leadingC + j])")
            return
          }
        }
      }
    }
  }

  @Test func floatProductsAgreeWithPlainLoops() throws {
    var random = RandomSource(seed: 12)
    for item in Self.cases(2) {
      let (m, n, k) = (item.rows, item.columns, item.inner)
      let leadingA = (item.transposeA ? m : k) + item.padding
      let leadingB = (item.transposeB ? k : n) + item.padding
      let leadingC = n + item.padding
      let a = (0..<(item.transposeA ? k : m) * leadingA).map { _ in Float(random.uniform(-1, 1)) }
      let b = (0..<(item.transposeB ? n : k) * leadingB).map { _ in Float(random.uniform(-1, 1)) }
      let start = (0..<m * leadingC).map { _ in item.beta == 0 ? Float.nan : Float(random.uniform(-1, 1)) }
      var c = start
      try BLAS.matrixMultiply(
        rows: m, columns: n, inner: k, alpha: Float(item.alpha), a: a, leadingA: leadingA,
        transposeA: item.transposeA, b: b, leadingB: leadingB, transposeB: item.transposeB, beta: Float(item.beta),
        c: &c, leadingC: leadingC)
      for i in 0..<m {
        for j in 0..<leadingC where j >= n {
          #expect(c[i * leadingC + j].bitPattern == start[i * leadingC + j].bitPattern, "\(item): padding written")
        }
        for j in 0..<n {
          var sum = 0.0
          for p in 0..<k {
            let left = item.transposeA ? a[p * leadingA + i] : a[i * leadingA + p]
            sum += Double(left) * Double(item.transposeB ? b[j * leadingB + p] : b[p * leadingB + j])
          }
          let expected = item.alpha * sum + (item.beta == 0 ? 0 : item.beta * Double(start[i * leadingC + j]))
          guard abs(Double(c[i * leadingC + j]) - expected) < 1e-4 else {
            Issue.record("\(item) at \(i), \(j): expected \(expected), got \(c[i * leadingC + j])")
            return
          }
        }
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 7), (64, 64), (10, 784), (130, 33)])
  func matrixVectorAgreesWithPlainLoops(rows: Int, columns: Int) throws {
    var random = RandomSource(seed: 13)
    let leading = columns + 3
    let a = (0..<rows * leading).map { _ in random.uniform(-1, 1) }
    for transpose in [false, true] {
      let x = (0..<(transpose ? rows : columns) * 2).map { _ in random.uniform(-1, 1) }
      let start = (0..<(transpose ? columns : rows) * 3).map { _ in random.uniform(-1, 1) }
      var y = start
      try BLAS.matrixVector(
        rows: rows, columns: columns, alpha: 2, a: a, leadingA: leading, transpose: transpose, x: x, strideX: 2,
        beta: 0.5, y: &y, strideY: 3)
      var single = start.map { Float($0) }
      try BLAS.matrixVector(
        rows: rows, columns: columns, alpha: 2, a: a.map { Float($0) }, leadingA: leading, transpose: transpose,
        x: x.map { Float($0) }, strideX: 2, beta: 0.5, y: &single, strideY: 3)
      for j in start.indices {
        var expected = start[j]
        if j % 3 == 0 {
          var sum = 0.0
          for i in 0..<(transpose ? rows : columns) {
            sum += x[i * 2] * (transpose ? a[i * leading + j / 3] : a[j / 3 * leading + i])
          }
          expected = 2 * sum + 0.5 * start[j]
        }
        #expect(abs(y[j] - expected) < 1e-12)
        #expect(abs(Double(single[j]) - expected) < 1e-4)
      }
    }
  }

  @Test func largeProductsAgreeForEveryThreadCount() throws {
    let size = 192
    var random = RandomSource(seed: 14)
    let a = (0..<size * size).map { _ in random.uniform(-1, 1) }
    let before = try BLAS.threadLimit
    var results: [[Double]] = []
    for threads in [1, 2] {
      try BLAS.setThreads(threads)
      var c = [Double](repeating: 0, count: size * size)
      try BLAS.matrixMultiply(
        rows: size, columns: size, inner: size, a: a, leadingA: size, b: a, leadingB: size, c: &c, leadingC: size)
      results.append(c)
    }
    try BLAS.setThreads(before)
    for (one, two) in zip(results[0], results[1]) { #expect(abs(one - two) < 1e-11) }
    #expect(throws: Misuse.self) { try BLAS.setThreads(0) }
  }

  @Test func dotAndVersion() throws {
    #expect(try BLAS.dot(count: 3, x: [1, 9, 2, 9, 3], strideX: 2, y: [4, 5, 6]) == 32)
    #expect(try BLAS.version.contains("OpenBLAS"))
  }
}
