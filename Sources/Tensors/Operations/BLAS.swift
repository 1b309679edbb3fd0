import COpenBLAS
import Essentials

/// Products of matrices and vectors by OpenBLAS, which is loaded at the first use.
///
/// Everything is row-major: element (i, j) of a matrix at `a` with leading dimension `l` is `a[i * l + j]`. The raw
/// pointer forms allocate nothing and check nothing but the presence of the library: the caller vouches for sizes
/// that fit 32 bits, leading dimensions not below the width of the rows as stored, and memory that suffices.
public enum BLAS {
  /// The functions, or why there are none.
  private struct Library: @unchecked Sendable {
    // Unchecked because of the pointer: it leads to a constant table that C fills once, before anyone can look.
    let functions: UnsafePointer<openblas_table>?
    let failure: OutsideFailure

    init() {
      var reason: UnsafePointer<CChar>?
      functions = openblas_open(&reason)
      let words = reason.map { String(cString: $0) } ?? "cannot be loaded"
      failure = OutsideFailure("libopenblas.so.0: \(words); install it with: apt install libopenblas0")
    }
  }

  private static let library = Library()

  /// Products with fewer multiplications than this use one thread: waking another costs more than it saves. Measured:
  /// two threads gain nothing at 96 x 96, and half at 128 x 128 and above.
  private static let multiplicationsWorthThreads = 1 << 21

  /// Loads the library now.
  ///
  /// - Throws: `OutsideFailure` that names the package to install when the library is missing.
  public static func load() throws {
    if library.functions == nil { throw library.failure }
  }

  /// The library's own account of itself: version, options and kernels, such as
  /// `OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64 (kernels: SkylakeX)`.
  ///
  /// - Throws: `OutsideFailure` when the library is missing.
  public static var version: String {
    get throws {
      guard let functions = library.functions else { throw library.failure }
      guard let configuration = functions.pointee.get_config(), let kernels = functions.pointee.get_corename() else {
        return "OpenBLAS"
      }
      let words = String(cString: configuration).split(separator: " ").joined(separator: " ")
      return "\(words) (kernels: \(String(cString: kernels)))"
    }
  }

  /// The most threads that one product may use: at first as many as the processors the program may run on, or
  /// `OPENBLAS_NUM_THREADS`. Small products use one thread whatever the limit.
  ///
  /// - Throws: `OutsideFailure` when the library is missing.
  public static var threadLimit: Int {
    get throws {
      try load()
      return Int(openblas_thread_limit())
    }
  }

  /// Lets one product use at most `count` threads. Results with different counts may differ in the last digits.
  ///
  /// - Throws: `Misuse` unless `count` is from 1 to 1024; `OutsideFailure` when the library is missing.
  public static func setThreads(_ count: Int) throws {
    guard (1...1024).contains(count) else { throw Misuse("threads: expected a number from 1 to 1024, got \(count)") }
    try load()
    openblas_set_thread_limit(Int32(count))
  }

  /// C = alpha A B + beta C in Float64, where A is `rows` x `inner` and B is `inner` x `columns`. What takes long goes by
  /// blocks of rows of C, some tenths of a second each, so that it can be given up.
  ///
  /// - Parameters:
  ///   - transposeA: whether `a` holds A transposed, `inner` x `rows`.
  ///   - transposeB: whether `b` holds B transposed, `columns` x `inner`.
  ///   - beta: with 0, C is only written and may be uninitialized.
  /// - Throws: `OutsideFailure` when the library is missing; `Stopped` where it was given up, with C half written.
  public static func matrixMultiply(
    rows: Int, columns: Int, inner: Int, alpha: Double = 1, a: UnsafePointer<Double>, leadingA: Int,
    transposeA: Bool = false, b: UnsafePointer<Double>, leadingB: Int, transposeB: Bool = false, beta: Double = 0,
    c: UnsafeMutablePointer<Double>, leadingC: Int
  ) throws {
    guard let functions = library.functions else { throw library.failure }
    useThreads(functions, rows &* columns &* inner)
    try forEachBlock(of: rows, cost: columns &* inner) { first, count in
      functions.pointee.dgemm(
        Int32(openblas_row_major), code(transposeA), code(transposeB), Int32(count), Int32(columns), Int32(inner),
        alpha, a + first * (transposeA ? 1 : leadingA), Int32(leadingA), b, Int32(leadingB), beta,
        c + first * leadingC, Int32(leadingC))
    }
  }

  /// C = alpha A B + beta C in Float32; see the Float64 form.
  public static func matrixMultiply(
    rows: Int, columns: Int, inner: Int, alpha: Float = 1, a: UnsafePointer<Float>, leadingA: Int,
    transposeA: Bool = false, b: UnsafePointer<Float>, leadingB: Int, transposeB: Bool = false, beta: Float = 0,
    c: UnsafeMutablePointer<Float>, leadingC: Int
  ) throws {
    guard let functions = library.functions else { throw library.failure }
    useThreads(functions, rows &* columns &* inner)
    try forEachBlock(of: rows, cost: columns &* inner) { first, count in
      functions.pointee.sgemm(
        Int32(openblas_row_major), code(transposeA), code(transposeB), Int32(count), Int32(columns), Int32(inner),
        alpha, a + first * (transposeA ? 1 : leadingA), Int32(leadingA), b, Int32(leadingB), beta,
        c + first * leadingC, Int32(leadingC))
    }
  }

  /// Runs `body` for the first row and the number of rows of each block; `cost` is the number of multiplications of a row.
  private static func forEachBlock(of rows: Int, cost: Int, _ body: (Int, Int) -> Void) throws {
    let most = 4_000_000_000
    // The kernels work on some rows at a time, so that the blocks round as the whole does.
    let step = rows <= 64 || rows &* cost <= most ? rows : max(64, most / cost / 64 * 64)
    for first in stride(from: 0, to: rows, by: max(step, 1)) {
      if first > 0 { try StopRequest.check() }
      body(first, min(step, rows - first))
    }
  }

  /// y = alpha A x + beta y in Float64, where the matrix stored at `a` is `rows` x `columns`.
  ///
  /// - Parameters:
  ///   - transpose: y = alpha A^T x + beta y, so that x has `rows` elements and y has `columns`.
  ///   - strideX: how far neighbours in x are apart; positive, 1 by default.
  ///   - strideY: the same for y.
  ///   - beta: with 0, y is only written and may be uninitialized.
  /// - Throws: `OutsideFailure` when the library is missing.
  public static func matrixVector(
    rows: Int, columns: Int, alpha: Double = 1, a: UnsafePointer<Double>, leadingA: Int, transpose: Bool = false,
    x: UnsafePointer<Double>, strideX: Int = 1, beta: Double = 0, y: UnsafeMutablePointer<Double>, strideY: Int = 1
  ) throws {
    guard let functions = library.functions else { throw library.failure }
    useThreads(functions, rows &* columns)
    functions.pointee.dgemv(
      Int32(openblas_row_major), code(transpose), Int32(rows), Int32(columns), alpha, a, Int32(leadingA), x,
      Int32(strideX), beta, y, Int32(strideY))
  }

  /// y = alpha A x + beta y in Float32; see the Float64 form.
  public static func matrixVector(
    rows: Int, columns: Int, alpha: Float = 1, a: UnsafePointer<Float>, leadingA: Int, transpose: Bool = false,
    x: UnsafePointer<Float>, strideX: Int = 1, beta: Float = 0, y: UnsafeMutablePointer<Float>, strideY: Int = 1
  ) throws {
    guard let functions = library.functions else { throw library.failure }
    useThreads(functions, rows &* columns)
    functions.pointee.sgemv(
      Int32(openblas_row_major), code(transpose), Int32(rows), Int32(columns), alpha, a, Int32(leadingA), x,
      Int32(strideX), beta, y, Int32(strideY))
  }

  /// The sum of `x[i * strideX] * y[i * strideY]` over `count` places.
  ///
  /// - Throws: `OutsideFailure` when the library is missing.
  public static func dot(
    count: Int, x: UnsafePointer<Double>, strideX: Int = 1, y: UnsafePointer<Double>, strideY: Int = 1
  ) throws -> Double {
    guard let functions = library.functions else { throw library.failure }
    useThreads(functions, count)
    return functions.pointee.ddot(Int32(count), x, Int32(strideX), y, Int32(strideY))
  }

  private static func code(_ transpose: Bool) -> Int32 {
    Int32(transpose ? openblas_transpose : openblas_no_transpose)
  }

  private static func useThreads(_ functions: UnsafePointer<openblas_table>, _ multiplications: Int) {
    openblas_use_threads(functions, multiplications < multiplicationsWorthThreads ? 1 : openblas_thread_limit())
  }
}
