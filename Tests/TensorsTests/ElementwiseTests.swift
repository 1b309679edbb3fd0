import Essentials
import Glibc
import Tensors
import Testing

@Suite struct ElementwiseTests {
  static func plain(_ operation: BinaryOperation, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: pow(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    }
  }

  static func plain(_ operation: UnaryOperation, _ a: Double) -> Double {
    switch operation {
    case .negate: -a
    case .absolute: abs(a)
    case .sign: a > 0 ? 1 : a < 0 ? -1 : a
    case .exponential: exp(a)
    case .logarithm: log(a)
    case .squareRoot: sqrt(a)
    case .square: a * a
    case .relu: a < 0 ? 0 : a
    case .floor: floor(a)
    case .ceiling: ceil(a)
    case .round: a.rounded(.toNearestOrEven)
    case .hyperbolicTangent: tanh(a)
    case .sigmoid: 1 / (1 + exp(-a))
    case .isFinite: a.isFinite ? 1 : 0
    }
  }

  static let special: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -3, 0x1p-1030, -0x1p-1030, 0x1p-1074, 1e308, -1e308, .infinity, -.infinity, .nan,
    709.78,
    709.79, -745.13, -745.14, -708.5, 1e-20, 0.3, 0.7, 2.5, -2.5, 1e16, 0.625, .pi,
  ]

  @Test func resultsOfTransposedOperandsKeepTheirOrderInMemory() throws {
    var random = RandomSource(seed: 24)
    let view = try Tensor.uniform([5, 7], -1, 1, using: &random).transposed()
    let results = try [
      Tensor.apply(.add, view, 0), Tensor.apply(.multiply, 1, view), Tensor.apply(.maximum, view, view),
      view.clamped(-2, 2),
    ]
    for result in results { #expect(result.strides == view.strides && result == view) }
    // A part of a larger tensor has gaps that a result does not have.
    let part = try Tensor.uniform([5, 7], -1, 1, using: &random).slice(axis: 1, start: 1, count: 3).transposed()
    let sum = try Tensor.apply(.add, part, part)
    #expect(try sum.isContiguous && sum == Tensor.apply(.multiply, part, 2))
    // Writing in place goes through the view only.
    let whole = Tensor.zeros([4, 6])
    try whole.slice(axis: 1, start: 2, count: 2).transposed().update(.add, 1)
    #expect(try whole.reduce(.sum) == 8 && whole.reduce(.sum, axis: 0).array == [0, 0, 4, 4, 0, 0])
  }

  @Test(arguments: BinaryOperation.allCases) func everyPairOfSpecialNumbers(operation: BinaryOperation) throws {
    let numbers = try Tensor(Self.special)
    let result = try Tensor.apply(operation, try numbers.unsqueezed(axis: 1), numbers)
    for (i, a) in Self.special.enumerated() {
      for (j, b) in Self.special.enumerated() {
        let expected = Self.plain(operation, a, b)
        expectClose(try result.element([i, j]), expected, operation == .power ? 1e-15 : 0, "\(operation) \(a) \(b)")
      }
      // The same through the forms with one number.
      let right = try Tensor.apply(operation, numbers, a)
      let left = try Tensor.apply(operation, a, numbers)
      for (j, b) in Self.special.enumerated() {
        expectClose(try right.element([j]), Self.plain(operation, b, a), 1e-15, "\(operation) \(b) \(a)")
        expectClose(try left.element([j]), Self.plain(operation, a, b), 1e-15, "\(operation) \(a) \(b)")
      }
    }
  }

  @Test(arguments: UnaryOperation.allCases) func everySpecialNumberAndManyOthers(operation: UnaryOperation) throws {
    var random = RandomSource(seed: 5)
    var numbers = Self.special
    for _ in 0..<5000 {
      numbers.append(random.uniform(-800, 800))
      numbers.append(random.normal())
      numbers.append(exp(random.uniform(-740, 709)))
    }
    let tensor = try Tensor(numbers)
    let result = try tensor.map(operation)
    let changed = tensor.copy()
    changed.update(operation)
    for (index, number) in numbers.enumerated() {
      let expected = Self.plain(operation, number)
      // Two units in the last place at most.
      let tolerance = 2 * (expected.isFinite ? expected.ulp : 0)
      let actual = result.base[index]
      let agrees =
        actual == expected || (actual.isNaN && expected.isNaN) || abs(actual - expected) <= tolerance
        || (operation == .sigmoid && abs(actual - expected) <= 2 * tolerance)
      if !agrees { Issue.record("\(operation) \(number): \(actual) instead of \(expected)") }
      #expect(changed.base[index].bitPattern == actual.bitPattern || actual.isNaN)
    }
  }

  @Test func stretchingInEveryLayout() throws {
    var random = RandomSource(seed: 6)
    let pairs: [([Int], [Int])] = [
      ([3, 4], [3, 4]), ([3, 4], [4]), ([3, 4], [3, 1]), ([3, 1], [1, 4]), ([2, 3, 4], [3, 1]), ([5], [2, 1, 5]),
      ([40, 3], [3]), ([2, 1, 3, 1], [4, 1, 5]), ([1], [7]), ([3, 0], [1, 1]),
    ]
    for (shapeA, shapeB) in pairs {
      for a in try Reference.layouts(shapeA, &random) {
        for b in try Reference.layouts(shapeB, &random) {
          for operation in [BinaryOperation.subtract, .less, .maximum, .power] {
            let result = try Tensor.apply(operation, a, b)
            #expect(result.shape == (try Tensor.broadcastShape(shapeA, shapeB)))
            for index in Reference.indices(result.shape) {
              expectClose(
                try result.element(index),
                Self.plain(
                  operation, try Reference.element(a, stretchedAt: index),
                  try Reference.element(b, stretchedAt: index)), 1e-15, "\(operation) \(shapeA) \(shapeB)")
            }
          }
        }
      }
    }
  }

  @Test func inPlaceInEveryLayoutLeavesTheRestAlone() throws {
    var random = RandomSource(seed: 7)
    let other = try Tensor.uniform([1, 4], using: &random)
    for a in try Reference.layouts([3, 4], &random) {
      let before = a.copy()
      let outside = (0..<a.storage.count).map { a.storage.base[$0] }
      try a.update(.multiply, other)
      for index in Reference.indices([3, 4]) {
        expectClose(try a.element(index), try before.element(index) * (try other.element([0, index[1]])))
      }
      a.update(.add, 1)
      a.update(.negate)
      try a.clamp(-1.5, -0.5)
      for index in Reference.indices([3, 4]) {
        let value = -(try before.element(index) * (try other.element([0, index[1]])) + 1)
        expectClose(try a.element(index), min(max(value, -1.5), -0.5))
      }
      let changed = (0..<a.storage.count).filter { a.storage.base[$0] != outside[$0] }
      #expect(changed.count <= 12)
      a.fill(7)
      #expect(a == (try Tensor.full([3, 4], 7)))
      #expect((0..<a.storage.count).filter { a.storage.base[$0] == 7 }.count == 12)
    }
  }

  @Test func overlappingViewsBehaveAsIfCopied() throws {
    let numbers = try Tensor.range(0, 10)
    try numbers.slice(axis: 0, start: 1, count: 9).assign(try numbers.slice(axis: 0, start: 0, count: 9))
    #expect(numbers.array == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    let reversed = try Tensor.range(0, 5)
    try reversed.assign(try reversed.slice(axis: 0, from: nil, to: nil, step: -1))
    #expect(reversed.array == [4, 3, 2, 1, 0])
    let matrix = try Tensor.range(0, 9).reshaped([3, 3])
    try matrix.update(.add, try matrix.transposed())
    #expect(matrix.array == [0, 4, 8, 4, 8, 12, 8, 12, 16])
    let row = try Tensor.range(1, 5).reshaped([2, 2])
    try row.update(.multiply, try row.select(axis: 0, 1))
    #expect(row.array == [3, 8, 9, 16])
  }

  @Test func chooseAndClamp() throws {
    var random = RandomSource(seed: 8)
    let a = try Tensor.uniform([3, 1], using: &random)
    let b = try Tensor.uniform([4], using: &random)
    let condition = try Tensor.apply(.greater, try Tensor.uniform([2, 3, 4], using: &random), 0.5)
    let result = try Tensor.choose(where: condition, a, b)
    for index in Reference.indices([2, 3, 4]) {
      let expected = try condition.element(index) != 0 ? a.element([index[1], 0]) : b.element([index[2]])
      #expect(try result.element(index) == expected)
    }
    #expect(try Tensor([-1, 0.5, 3, .nan]).clamped(0, 1).array[..<3] == [0, 0.5, 1])
    #expect(try Tensor([.nan]).clamped(0, 1).array[0].isNaN)
    #expect(throws: Misuse.self) { try Tensor([1]).clamped(1, 0) }
    #expect(throws: Misuse.self) { try Tensor([1]).clamped(.nan, 0) }
  }

  @Test func mistakes() throws {
    let a = Tensor.zeros([3, 4])
    #expect(throws: Misuse.self) { try a + Tensor.zeros([3]) }
    #expect(throws: Misuse.self) { try Tensor.zeros([4]).update(.add, a) }
    #expect(throws: Misuse.self) { try Tensor.zeros([1, 4]).assign(a) }
    do {
      _ = try a * Tensor.zeros([5, 6])
    } catch let error as Misuse {
      #expect(error.message == "multiply: shapes do not match: 3x4 and 5x6")
    }
    #expect(try (a - a) == a)
    #expect(try (Tensor([1, 2]) / Tensor([2, 4])).array == [0.5, 0.5])
    #expect(try Tensor([1, 2]).map { $0 * 10 }.array == [10, 20])
  }
}
