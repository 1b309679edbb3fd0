import Essentials

extension Tensor {
  /// A tensor of `shape` with every element `value`.
  ///
  /// - Throws: `Misuse` for an impossible shape, `OutsideFailure` when there is no memory.
  public static func full(_ shape: [Int], _ value: Double) throws -> Tensor {
    let count = try elementCount(of: shape)
    let isZero = value.bitPattern == 0
    let result = Tensor(storage: try TensorStorage(allocating: count, zeroed: isZero), shape: shape)
    if !isZero { result.fill(value) }
    return result
  }

  /// A tensor of `shape` with every element 1; throws as `full` does.
  public static func ones(_ shape: [Int]) throws -> Tensor { try full(shape, 1) }

  /// The numbers `start`, `start + step`, ... before `end`.
  ///
  /// - Throws: `Misuse` when the step is 0, a number is not finite, or the numbers are too many.
  public static func range(_ start: Double, _ end: Double, step: Double = 1) throws -> Tensor {
    guard start.isFinite, end.isFinite, step.isFinite, step != 0 else {
      throw Misuse("arange: expected finite numbers and a step other than 0, got \(start), \(end), \(step)")
    }
    let count = max(0, ((end - start) / step).rounded(.up))
    guard count <= 0x1p40 else { throw Misuse("arange: from \(start) to \(end) in steps of \(step) is too many") }
    let result = try uninitialized([Int(count)], for: "arange")
    for index in 0..<result.count { result.base[index] = start + Double(index) * step }
    return result
  }

  /// `count` numbers at equal distances from `start` to `end`, both included.
  ///
  /// - Throws: `Misuse` when the count is negative.
  public static func linearSpace(_ start: Double, _ end: Double, count: Int) throws -> Tensor {
    let result = try uninitialized([count], for: "linspace")
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    for index in 0..<count { result.base[index] = start + Double(index) * step }
    if count > 1 { result.base[count - 1] = end }
    return result
  }

  /// The identity matrix, or `rows` x `columns` with ones on the diagonal.
  ///
  /// - Throws: `Misuse` for negative sizes.
  public static func identity(_ rows: Int, _ columns: Int? = nil) throws -> Tensor {
    let result = try full([rows, columns ?? rows], 0)
    for index in 0..<min(rows, columns ?? rows) { result.base[index * (columns ?? rows) + index] = 1 }
    return result
  }

  /// Numbers drawn uniformly from [lower, upper), in row-major order.
  ///
  /// - Throws: `Misuse` for an impossible shape or limits that are not finite or not in order.
  public static func uniform(
    _ shape: [Int], _ lower: Double = 0, _ upper: Double = 1, using random: inout RandomSource
  ) throws -> Tensor {
    guard lower <= upper, (upper - lower).isFinite else {
      throw Misuse("uniform: expected finite limits in order, got \(lower) and \(upper)")
    }
    let result = try uninitialized(shape, for: "uniform")
    try StopRequest.forEach(below: result.count) { result.base[$0] = random.uniform(lower, upper) }
    return result
  }

  /// Normally distributed numbers, in row-major order.
  ///
  /// - Throws: `Misuse` for an impossible shape or a deviation that is negative or not finite.
  public static func normal(
    _ shape: [Int], mean: Double = 0, deviation: Double = 1, using random: inout RandomSource
  ) throws -> Tensor {
    guard deviation >= 0, deviation.isFinite, mean.isFinite else {
      throw Misuse("normal: expected a finite mean and deviation >= 0, got \(mean) and \(deviation)")
    }
    let result = try uninitialized(shape, for: "normal")
    try StopRequest.forEach(below: result.count) { result.base[$0] = mean + deviation * random.normal() }
    return result
  }

  /// The numbers 0 ..< count in random order.
  ///
  /// - Throws: `Misuse` when the count is negative.
  public static func permutation(_ count: Int, using random: inout RandomSource) throws -> Tensor {
    let result = try uninitialized([count], for: "permutation")
    for index in 0..<count { result.base[index] = Double(index) }
    // As RandomSource.permutation, so that both give the same order.
    guard count > 1 else { return result }
    for last in stride(from: count - 1, to: 0, by: -1) {
      let place = random.below(last + 1)
      (result.base[last], result.base[place]) = (result.base[place], result.base[last])
    }
    return result
  }

  /// Values as people write them: a number, or a list of equally shaped values.
  public indirect enum Nested: Sendable {
    case number(Double)
    case list([Nested])
  }

  /// A tensor of nested lists: `.list([.list([1, 2]), .list([3, 4])])` is 2x2.
  ///
  /// - Throws: `Misuse` when lists at the same depth differ in length or mix numbers and lists.
  public convenience init(nested: Nested) throws {
    var shape: [Int] = []
    var level = nested
    while case .list(let parts) = level {
      shape.append(parts.count)
      guard let first = parts.first else { break }
      level = first
    }
    var values: [Double] = []
    func collect(_ value: Nested, _ depth: Int) throws {
      switch value {
      case .number(let number):
        guard depth == shape.count else { throw Misuse("tensor: a number where a list of \(shape[depth]) is expected") }
        values.append(number)
      case .list(let parts):
        guard depth < shape.count else { throw Misuse("tensor: a list where a number is expected") }
        guard parts.count == shape[depth] else {
          throw Misuse("tensor: lists differ in length: expected \(shape[depth]) elements, got \(parts.count)")
        }
        for part in parts { try collect(part, depth + 1) }
      }
    }
    try collect(nested, 0)
    try self.init(values, shape: shape)
  }
}
