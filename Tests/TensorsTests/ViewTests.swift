import Essentials
import Tensors
import Testing

@Suite struct ViewTests {
  @Test func creation() throws {
    #expect(try Tensor.ones([2, 2]).array == [1, 1, 1, 1])
    #expect(try Tensor.full([3], -0.5).array == [-0.5, -0.5, -0.5])
    #expect(try Tensor.full([], 3).item() == 3)
    #expect(try Tensor.range(0, 5).array == [0, 1, 2, 3, 4])
    #expect(try Tensor.range(1, 0, step: -0.25).array == [1, 0.75, 0.5, 0.25])
    #expect(try Tensor.range(1, 0).count == 0)
    #expect(try Tensor.linearSpace(0, 1, count: 5).array == [0, 0.25, 0.5, 0.75, 1])
    #expect(try Tensor.linearSpace(0.1, 0.7, count: 7).array.last == 0.7)
    #expect(try Tensor.linearSpace(3, 4, count: 1).array == [3])
    #expect(try Tensor.identity(2, 3).array == [1, 0, 0, 0, 1, 0])
    #expect(try Tensor.identity(2).shape == [2, 2])
    let nested = try Tensor(
      nested: .list([.list([.number(1), .number(2), .number(3)]), .list([.number(4), .number(5), .number(6)])]))
    #expect(nested.shape == [2, 3] && nested.array == [1, 2, 3, 4, 5, 6])
    #expect(try Tensor(nested: .number(2)).shape == [])
    #expect(throws: Misuse.self) { try Tensor(nested: .list([.list([.number(1)]), .list([])])) }
    #expect(throws: Misuse.self) { try Tensor(nested: .list([.list([.number(1)]), .number(1)])) }
    #expect(throws: Misuse.self) { try Tensor(nested: .list([.number(1), .list([.number(1)])])) }
    #expect(throws: Misuse.self) { try Tensor.full([-1], 0) }
    #expect(throws: Misuse.self) { try Tensor.full([1 << 40, 1 << 40], 0) }
    #expect(throws: OutsideFailure.self) { try Tensor.full([1 << 47], 0) }
    #expect(throws: Misuse.self) { try Tensor.range(0, 1, step: 0) }
    #expect(throws: Misuse.self) { try Tensor.range(0, .infinity) }
    #expect(throws: Misuse.self) { try Tensor.linearSpace(0, 1, count: -1) }
    #expect(throws: Misuse.self) { try Tensor([1, 2, 3], shape: [2, 2]) }
  }

  @Test func randomTensorsFollowTheirSeed() throws {
    var one = RandomSource(seed: 3)
    var two = RandomSource(seed: 3)
    let a = try Tensor.uniform([100, 100], -1, 3, using: &one)
    #expect(a == (try Tensor.uniform([100, 100], -1, 3, using: &two)))
    #expect(try a.reduce(.minimum) >= -1 && a.reduce(.maximum) < 3)
    #expect(abs(try a.reduce(.mean) - 1) < 0.05)
    let b = try Tensor.normal([100, 100], mean: 5, deviation: 2, using: &one)
    #expect(abs(try b.reduce(.mean) - 5) < 0.1)
    let centred = try Tensor.apply(.subtract, b, 5)
    #expect(abs(try centred.reduce(.norm2) / 100 - 2) < 0.1)
    #expect(try Tensor.permutation(50, using: &one).sorted() == Tensor.range(0, 50))
    var three = one
    #expect(try Tensor.permutation(50, using: &one).array == three.permutation(50).map(Double.init))
    #expect(throws: OutsideFailure.self) { try Tensor.permutation(1 << 46, using: &one) }
    #expect(throws: Misuse.self) { try Tensor.uniform([1], 1, 0, using: &one) }
    #expect(throws: Misuse.self) { try Tensor.normal([1], deviation: -1, using: &one) }
    #expect(throws: Misuse.self) { try Tensor.permutation(-1, using: &one) }
  }

  @Test func slicesAgreeWithStrideAndWriteThrough() throws {
    let numbers = try Tensor.range(0, 7)
    for start in [nil, -9, -7, -3, -1, 0, 2, 6, 7, 9] as [Int?] {
      for stop in [nil, -9, -7, -3, -1, 0, 2, 6, 7, 9] as [Int?] {
        for step in [-9, -3, -2, -1, 1, 2, 3, 9] {
          // Python's rule, spelled out.
          func clip(_ place: Int) -> Int {
            let wrapped = place < 0 ? place + 7 : place
            return step > 0 ? min(max(wrapped, 0), 7) : min(max(wrapped, -1), 6)
          }
          let from = start.map(clip) ?? (step > 0 ? 0 : 6)
          let to = stop.map(clip) ?? (step > 0 ? 7 : -1)
          let expected = Swift.stride(from: from, to: to, by: step).map { Double($0) }
          #expect(
            try numbers.slice(axis: 0, from: start, to: stop, step: step).array == expected,
            "\(String(describing: start)):\(String(describing: stop)):\(step)")
        }
      }
    }
    let matrix = try Tensor.range(0, 12).reshaped([3, 4])
    let view = try matrix.slice(axis: 1, start: 3, count: 2, step: -2).slice(axis: 0, start: 1, count: 2)
    #expect(view.array == [7, 5, 11, 9])
    try view.setElement([0, 1], to: -1)
    try view.select(axis: 0, 1).fill(50)
    #expect(matrix.array == [0, 1, 2, 3, 4, -1, 6, 7, 8, 50, 10, 50])
    #expect(view.storage === matrix.storage)
    #expect(throws: Misuse.self) { try matrix.slice(axis: 2, start: 0, count: 1) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, start: 3, count: 2) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, start: -1, count: 1) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, start: 0, count: 2, step: 0) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, start: 0, count: 3, step: .max) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, start: 0, count: .max) }
    #expect(throws: Misuse.self) { try matrix.slice(axis: 1, from: nil, to: nil, step: .min) }
    #expect(throws: Misuse.self) { try matrix.select(axis: 0, 3) }
    #expect(throws: Misuse.self) { try matrix.select(axis: -3, 0) }
    #expect(throws: Misuse.self) { try matrix.element([0]) }
    #expect(throws: Misuse.self) { try matrix.element([0, 4]) }
    #expect(throws: Misuse.self) { try matrix.item() }
    #expect(try matrix.select(axis: -1, -0).array == [0, 4, 8])
  }

  @Test func reshapeKeepsTheOrderAndSharesWhereItCan() throws {
    var random = RandomSource(seed: 9)
    let targets = [[24], [2, 12], [4, 6], [2, 3, 4], [1, 24, 1], [3, 1, 8], [2, -1, 2], [-1, 1]]
    for shape in [[2, 3, 4], [6, 4], [24], [2, 1, 12], [4, 3, 2]] {
      for tensor in try Reference.layouts(shape, &random) {
        for target in targets {
          let result = try tensor.reshaped(target)
          #expect(result.array == tensor.array)
          #expect(result.count == 24)
        }
      }
    }
    let base = try Tensor.range(0, 24).reshaped([4, 6])
    let window = try base.slice(axis: 1, start: 0, count: 4)
    // Splitting an axis of a window needs no copy, joining does.
    let split = try window.reshaped([2, 2, 2, 2])
    #expect(split.storage === base.storage)
    #expect(try window.reshaped([16]).storage !== base.storage)
    try split.setElement([1, 1, 1, 1], to: -5)
    #expect(try base.element([3, 3]) == -5)
    #expect(try base.flattened().storage === base.storage)
    #expect(throws: Misuse.self) { try base.reshaped([5, 5]) }
    #expect(throws: Misuse.self) { try base.reshaped([-1, 5]) }
    #expect(throws: Misuse.self) { try base.reshaped([-1, -1]) }
    #expect(throws: Misuse.self) { try base.reshaped([-2, -12]) }
    #expect(throws: Misuse.self) { try Tensor.zeros([0]).reshaped([-1, 0]) }
    #expect(try Tensor.zeros([0, 3]).reshaped([3, 0]).shape == [3, 0])
  }

  @Test func permutedAxes() throws {
    var random = RandomSource(seed: 10)
    for tensor in try Reference.layouts([2, 3, 4], &random) {
      let moved = try tensor.permuted([2, 0, 1])
      #expect(moved.shape == [4, 2, 3])
      for index in Reference.indices([2, 3, 4]) {
        #expect(try moved.element([index[2], index[0], index[1]]) == tensor.element(index))
      }
      #expect(moved.copy() == moved)
      #expect(try tensor.transposed(0, 1).shape == [3, 2, 4])
      #expect(try tensor.transposed().transposed() == tensor)
    }
    let tall = try Tensor.uniform([37, 53], using: &random)
    let copy = try tall.transposed().copy()
    for index in Reference.indices([53, 37]) {
      #expect(try copy.element(index) == tall.element([index[1], index[0]]))
    }
    let thin = Tensor.zeros([1, 3, 1])
    #expect(try thin.squeezed().shape == [3])
    #expect(try thin.squeezed(axis: 0).shape == [3, 1])
    #expect(try thin.squeezed(axis: 1).shape == [1, 3, 1])
    #expect(try thin.unsqueezed(axis: -1).shape == [1, 3, 1, 1])
    #expect(try thin.unsqueezed(axis: 1).shape == [1, 1, 3, 1])
    #expect(throws: Misuse.self) { try thin.unsqueezed(axis: 5) }
    #expect(throws: Misuse.self) { try thin.permuted([0, 0, 1]) }
    #expect(throws: Misuse.self) { try thin.permuted([0, 1]) }
    #expect(throws: Misuse.self) { try Tensor.zeros([3]).transposed() }
    #expect(try Tensor([1, 2]).broadcast(to: [2, 2]).array == [1, 2, 1, 2])
    #expect(throws: Misuse.self) { try Tensor([1, 2]).broadcast(to: [2, 3]) }
  }

  @Test func joining() throws {
    var random = RandomSource(seed: 11)
    let parts = try Reference.layouts([2, 3], &random)
    for axis in [0, 1, 2, -1] {
      let stacked = try Tensor.stack(parts, axis: axis)
      for (number, part) in parts.enumerated() { #expect(try stacked.select(axis: axis, number) == part) }
    }
    let joined = try Tensor.concatenate(
      [parts[0], Tensor.zeros([2, 0]), try parts[1].transposed().copy().transposed()], axis: 1)
    #expect(joined.shape == [2, 6])
    #expect(try joined.slice(axis: 1, start: 3, count: 3) == parts[1])
    #expect(throws: Misuse.self) { try Tensor.stack([]) }
    #expect(throws: Misuse.self) { try Tensor.stack([Tensor.zeros([2]), Tensor.zeros([3])]) }
    #expect(throws: Misuse.self) { try Tensor.concatenate([Tensor.zeros([2, 2]), Tensor.zeros([3, 3])]) }
    #expect(throws: Misuse.self) { try Tensor.concatenate([Tensor.zeros([2, 2]), Tensor.zeros([2])]) }
    #expect(throws: Misuse.self) { try Tensor.concatenate([try Tensor.full([], 1)]) }
  }

  @Test func equality() throws {
    let a = try Tensor([1, 2, 3, 4], shape: [2, 2])
    #expect(a == a.copy())
    #expect(a != (try a.reshaped([4])))
    #expect(a != (try a.transposed()))
    #expect(try Tensor([.nan]) != Tensor([.nan]))
    #expect(try a.isClose(to: Tensor.apply(.add, a, 1e-9)))
    #expect(try !a.isClose(to: Tensor.apply(.add, a, 1e-3)))
    #expect(try a.isClose(to: Tensor.apply(.add, a, 1e-3), absolute: 0.01))
    #expect(try Tensor([.infinity]).isClose(to: Tensor([.infinity])))
    #expect(try !Tensor([1]).isClose(to: Tensor([.infinity])))
    #expect(try !Tensor([.nan]).isClose(to: Tensor([.nan])))
    #expect(throws: Misuse.self) { try a.isClose(to: Tensor.zeros([3])) }
  }

  @Test func memoryReturnsAndIsClean() throws {
    // Large blocks are kept for reuse: a new tensor of zeros must not show the old numbers.
    for _ in 0..<3 {
      let used = try Tensor.full([1 << 19], 7)
      #expect(used.byteCount == 1 << 22)
    }
    #expect(try Tensor.full([1 << 19], 0).reduce(.norm1) == 0)
    #expect(try Tensor.zeros([1 << 19]).reduce(.normInfinity) == 0)
  }
}
