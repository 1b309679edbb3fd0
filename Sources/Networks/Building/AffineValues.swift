/// Numbers that are affine functions of what a `NetworkBuilder` has made: each a constant plus a weighted sum of the
/// network's inputs and of neurons. What is done with them here costs nothing, since it ends up in the next layer's
/// weights.
///
/// A value of one builder means nothing to another.
public struct AffineValues: Sendable {
  /// The linear part of values.
  enum Linear: Sendable {
    /// One row per value; columns are the builder's sources, inputs first.
    case rows(SparseMatrix)
    /// A convolution of as many sources as it has inputs, the first being `first`: kept whole as long as it lasts.
    case convolution(Convolution, kernel: [Double], first: Int)
  }

  /// What is added, one number per value.
  public private(set) var constants: [Double]
  private(set) var linear: Linear

  /// Constants, which depend on no input.
  public init(constants: [Double]) { self.init(constants, .rows(SparseMatrix(zeros: constants.count, columnCount: 0))) }

  init(_ constants: [Double], _ linear: Linear) {
    self.constants = constants
    self.linear = linear
  }

  /// The number of values.
  public var count: Int { constants.count }

  /// Whether no value depends on an input.
  public var isConstant: Bool { if case .rows(let rows) = linear { rows.entryCount == 0 } else { false } }

  /// The linear part, one row per value and one column for each source up to the last that is met.
  public var matrix: SparseMatrix {
    switch linear {
    case .rows(let rows): rows
    case .convolution(let convolution, let kernel, let first): convolution.matrix(kernel, from: first)
    }
  }

  /// The values `indices`, in that order and as often as they are named.
  public func selecting(_ indices: [Int]) -> AffineValues {
    AffineValues(indices.map { constants[$0] }, .rows(matrix.selecting(indices)))
  }

  /// Each value multiplied by its own factor.
  public func scaled(by factors: [Double]) -> AffineValues {
    let products = zip(constants, factors).map { $0 * $1 }
    if case .convolution(let convolution, let kernel, let first) = linear {
      let (places, size) = (convolution.placeCount, kernel.count / convolution.filters)
      if factors.indices.allSatisfy({ factors[$0] == factors[$0 / places * places] }) {
        let scaled = kernel.indices.map { kernel[$0] * factors[$0 / size * places] }
        return AffineValues(products, .convolution(convolution, kernel: scaled, first: first))
      }
    }
    let scaled = matrix.scaled(by: factors)
    return AffineValues(products, .rows(factors.contains(0) ? scaled.normalized() : scaled))
  }

  /// Each value multiplied by one factor.
  public func scaled(by factor: Double) -> AffineValues { scaled(by: constants.map { _ in factor }) }

  /// Each value with its own number added.
  public func adding(_ offsets: [Double]) -> AffineValues {
    AffineValues(zip(constants, offsets).map { $0 + $1 }, linear)
  }

  /// These values and then others.
  public func followed(by others: AffineValues) -> AffineValues {
    AffineValues(constants + others.constants, .rows(matrix.followed(by: others.matrix)))
  }

  /// The sums with as many others.
  ///
  /// - Precondition: there are as many.
  public static func + (a: AffineValues, b: AffineValues) -> AffineValues {
    precondition(a.count == b.count)
    if b.isConstant { return a.adding(b.constants) }
    if a.isConstant { return b.adding(a.constants) }
    return AffineValues(zip(a.constants, b.constants).map { $0 + $1 }, .rows(a.matrix.adding(b.matrix)))
  }

  /// The differences to as many others.
  public static func - (a: AffineValues, b: AffineValues) -> AffineValues { a + b.scaled(by: -1) }

  /// Σ_j matrix[i, j] · value j for every row i.
  func combined(by matrix: SparseMatrix, limit: Int) -> AffineValues? {
    guard let product = matrix.times(self.matrix, limit: limit) else { return nil }
    return AffineValues(matrix.times(constants), .rows(product))
  }
}

extension Convolution {
  /// The convolution written out, its inputs being columns from `first` on.
  func matrix(_ kernel: [Double], from first: Int) -> SparseMatrix {
    var matrix = SparseMatrix(columnCount: first + inputCount)
    for output in 0..<outputCount {
      for tap in taps(of: output) where kernel[tap.place] != 0 { matrix.append(first + tap.input, kernel[tap.place]) }
      matrix.endRow()
    }
    return matrix
  }
}
