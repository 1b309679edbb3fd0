import Tensors

/// Sums of products of elements of tensors, each axis of which has a label: Einstein's notation, of which matrix products
/// are one case.
struct Contraction {
  /// The sizes of the result.
  let shape: [Int]
  /// For each operand, how far neighbours along the axes of the result are apart in it; 0 for axes that it lacks.
  private let outer: [[Int]]
  /// The sizes of the axes that are summed over, and how far neighbours along them are apart in each operand.
  private let sizes: [Int]
  private let inner: [[Int]]

  /// - Parameters:
  ///   - labels: of each operand's axes.
  ///   - result: the labels that stay, in their order.
  /// - Throws: `NodeFailure` when they do not fit the shapes.
  init(_ shapes: [[Int]], labels: [[Int]], result: [Int]) throws {
    var size: [Int: Int] = [:]
    for (shape, labels) in zip(shapes, labels) {
      guard shape.count == labels.count else {
        throw NodeFailure("\(labels.count) labels do not fit \(Tensor.describe(shape: shape))")
      }
      for (length, label) in zip(shape, labels) {
        let known = size[label] ?? 1
        guard known == length || known == 1 || length == 1 else {
          throw NodeFailure(
            "the shapes \(shapes.map { Tensor.describe(shape: $0) }.joined(separator: ", ")) do not fit")
        }
        size[label] = known == 1 ? length : known
      }
    }
    guard Set(result).count == result.count, result.allSatisfy({ size[$0] != nil }) else {
      throw NodeFailure("the labels of its result do not fit")
    }
    let summed = size.keys.filter { !result.contains($0) }.sorted()
    func strides(_ wanted: [Int]) -> [[Int]] {
      zip(shapes, labels).map { shape, labels in
        let own = Shape.strides(shape)
        return wanted.map { label in
          // A label that occurs twice in one operand is its diagonal.
          labels.indices.reduce(0) { $0 + (labels[$1] == label && shape[$1] != 1 ? own[$1] : 0) }
        }
      }
    }
    shape = result.map { size[$0] ?? 1 }
    sizes = summed.map { size[$0] ?? 1 }
    outer = strides(result)
    inner = strides(summed)
    guard Shape.count(shape) != nil, Shape.count(shape + sizes, limit: 1 << 31) != nil else {
      throw NodeFailure("its result has more than fit")
    }
  }

  /// The product of two tensors by NumPy's rules for `matmul`; a vector is a row on the left and a column on the right.
  static func matrixProduct(_ left: [Int], _ right: [Int]) throws -> Contraction {
    guard let inner = left.last, right.count > 0 else { throw NodeFailure("a single number is no matrix") }
    guard inner == right[max(right.count - 2, 0)] else {
      throw NodeFailure(
        "the shapes \(Tensor.describe(shape: left)) and \(Tensor.describe(shape: right)) do not fit")
    }
    // Batches count from the end; then come row, column and what is summed over.
    let (row, column, middle) = (-1, -2, -3)
    func batch(_ shape: [Int]) -> [Int] { Array((0..<max(shape.count - 2, 0)).reversed()) }
    let batches = batch(left).count > batch(right).count ? batch(left) : batch(right)
    return try Contraction(
      [left, right],
      labels: [
        batch(left) + (left.count == 1 ? [middle] : [row, middle]),
        batch(right) + (right.count == 1 ? [middle] : [middle, column]),
      ],
      result: batches + (left.count == 1 ? [] : [row]) + (right.count == 1 ? [] : [column]))
  }

  /// What an equation such as `bij,bjk->bik` says; without an arrow, labels that occur once stay, in their order.
  static func einsum(_ equation: String, _ shapes: [[Int]]) throws -> Contraction {
    let text = equation.filter { $0 != " " }
    let parts = text.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
    let hasArrow = parts.count == 2 && parts[0].hasSuffix("-")
    let terms = (hasArrow ? parts[0].dropLast() : parts[0]).split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 1 || hasArrow, terms.count == shapes.count else {
      throw NodeFailure("the equation '\(equation)' does not fit \(shapes.count) tensors")
    }
    // Axes under an ellipsis count from the end, below every letter's number.
    func labels(_ term: Substring, ellipsis: Int) throws -> [Int] {
      guard term.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || UInt8(ascii: "A")...UInt8(ascii: "z") ~= $0 }) else {
        throw NodeFailure("the equation '\(equation)' is not supported")
      }
      let pieces = String(term).split(separator: "...", omittingEmptySubsequences: false)
      guard pieces.count <= 2, !pieces.contains(where: { $0.contains(".") }) else {
        throw NodeFailure("the equation '\(equation)' is not supported")
      }
      let letters = pieces.map { $0.utf8.map { Int($0) } }
      return letters.count == 1 ? letters[0] : letters[0] + (0..<ellipsis).map { -1 - $0 }.reversed() + letters[1]
    }
    var longest = 0
    let named = try zip(terms, shapes).map { term, shape in
      let letters = term.count { $0 != "." }
      let ellipsis = term.contains(".") ? max(shape.count - letters, 0) : 0
      longest = max(longest, ellipsis)
      return try labels(term, ellipsis: ellipsis)
    }
    if hasArrow { return try Contraction(shapes, labels: named, result: try labels(parts[1], ellipsis: longest)) }
    let all = named.joined()
    let once = Set(all).filter { label in label >= 0 && all.count { $0 == label } == 1 }.sorted()
    return try Contraction(shapes, labels: named, result: (0..<longest).map { -1 - $0 }.reversed() + once)
  }

  /// Calls `body` for every element of the result with where the operands' elements begin, in row-major order.
  func forEachElement(_ body: (_ starts: [Int]) throws -> Void) rethrows {
    let starts = outer.map { Shape.offsets(shape, strides: $0) }
    var current = [Int](repeating: 0, count: starts.count)
    for element in starts[0].indices {
      for operand in starts.indices { current[operand] = starts[operand][element] }
      try body(current)
    }
  }

  /// How far from there the factors of each term of the sum are, for each operand.
  var terms: [[Int]] { inner.map { Shape.offsets(sizes, strides: $0) } }
}
