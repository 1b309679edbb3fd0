import Essentials
import Tensors
import Testing

@Suite struct ReductionTests {
  static func plain(_ reduction: Reduction, _ values: [Double]) -> Double {
    switch reduction {
    case .sum: values.reduce(0, +)
    case .mean: values.reduce(0, +) / Double(values.count)
    case .maximum: values.contains(where: \.isNaN) ? .nan : values.max() ?? .nan
    case .minimum: values.contains(where: \.isNaN) ? .nan : values.min() ?? .nan
    case .norm1: values.reduce(0) { $0 + abs($1) }
    case .norm2: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .normInfinity: values.contains(where: \.isNaN) ? .nan : values.map(abs).max() ?? 0
    }
  }

  @Test(arguments: Reduction.allCases) func everyAxisOfEveryLayout(reduction: Reduction) throws {
    var random = RandomSource(seed: 21)
    for shape in [[7], [3, 5], [5, 1], [2, 3, 4], [33, 40], [1, 70], [2, 2, 3, 2]] {
      for tensor in try Reference.layouts(shape, &random) {
        expectClose(try tensor.reduce(reduction), Self.plain(reduction, tensor.array), 1e-13, "\(shape)")
        for axis in shape.indices {
          let result = try tensor.reduce(reduction, axis: axis)
          let kept = try tensor.reduce(reduction, axis: axis - shape.count, keep: true)
          #expect(kept.shape[axis] == 1 && kept.shape.count == shape.count)
          #expect(kept.array == result.array)
          for index in Reference.indices(result.shape) {
            let values = try (0..<shape[axis]).map { place -> Double in
              var whole = index
              whole.insert(place, at: axis)
              return try tensor.element(whole)
            }
            expectClose(try result.element(index), Self.plain(reduction, values), 1e-13, "\(shape) axis \(axis)")
          }
        }
      }
    }
  }

  @Test(arguments: [Reduction.maximum, .minimum, .normInfinity]) func aNaNInAnyRowMakesItsColumnNaN(
    reduction: Reduction
  ) throws {
    var random = RandomSource(seed: 23)
    for row in 0..<11 {
      let tensor = try Tensor.uniform([11, 70], -1, 1, using: &random)
      try tensor.setElement([row, 33], to: .nan)
      let result = try tensor.reduce(reduction, axis: 0).array
      for (column, value) in result.enumerated() { #expect(value.isNaN == (column == 33), "row \(row)") }
    }
  }

  @Test func placesOfExtremes() throws {
    var random = RandomSource(seed: 22)
    for shape in [[9], [3, 5], [2, 3, 4], [5000], [3, 4100]] {
      for layout in try Reference.layouts(shape, &random) {
        // Few different values, so that first places matter.
        let tensor = try Tensor.apply(.multiply, layout, 2).map(.round)
        let moved = try tensor.permuted(shape.indices.reversed())
        for view in [tensor, moved] {
          let values = view.array
          #expect(try view.argumentOfMaximum() == values.firstIndex(of: values.max() ?? 0))
          #expect(try view.argumentOfMinimum() == values.firstIndex(of: values.min() ?? 0))
          for axis in view.shape.indices {
            let greatest = try view.argumentOfMaximum(axis: axis)
            let least = try view.argumentOfMinimum(axis: axis, keep: true)
            #expect(least.shape[axis] == 1)
            let rows = try view.permuted(view.shape.indices.filter { $0 != axis } + [axis]).copy()
              .reshaped([-1, view.shape[axis]])
            for row in 0..<rows.shape[0] {
              let line = try rows.select(axis: 0, row).array
              #expect(greatest.array[row] == Double(line.firstIndex(of: line.max() ?? 0) ?? -1))
              #expect(least.array[row] == Double(line.firstIndex(of: line.min() ?? 0) ?? -1))
            }
          }
        }
      }
    }
  }

  @Test func notANumberWins() throws {
    for place in [0, 1, 31, 32, 63, 70, 4999] {
      let tensor = try Tensor.range(0, 5000)
      try tensor.setElement([place], to: .nan)
      #expect(try tensor.reduce(.maximum).isNaN)
      #expect(try tensor.reduce(.minimum).isNaN)
      #expect(try tensor.reduce(.normInfinity).isNaN)
      #expect(try tensor.reduce(.sum).isNaN)
      #expect(try tensor.argumentOfMaximum() == place)
      #expect(try tensor.argumentOfMinimum() == place)
      let columns = try tensor.reshaped([5000, 1]).broadcast(to: [5000, 2])
      #expect(try columns.argumentOfMaximum(axis: 0).array == [Double(place), Double(place)])
      #expect(try columns.reduce(.maximum, axis: 0).array.allSatisfy(\.isNaN))
    }
  }

  @Test func sumsAreAccurateAndNormsDoNotOverflow() throws {
    let many = try Tensor.full([1_000_003], 0.1)
    #expect(abs(try many.reduce(.sum) - 100_000.3) < 1e-9)
    for scale in [1e300, 1e-300, 0x1p-1074] {
      let pair = try Tensor([3 * scale, 4 * scale, 0, 0], shape: [2, 2])
      expectClose(try pair.reduce(.norm2) / scale, 5, 1e-15)
      expectClose(try pair.reduce(.norm2, axis: 1).array[0] / scale, 5, 1e-15)
      #expect(try pair.reduce(.norm2, axis: 1).array[1] == 0)
    }
    #expect(try Tensor([.infinity, 1]).reduce(.norm2) == .infinity)
    #expect(try Tensor([.nan, 1]).reduce(.norm2).isNaN)
    #expect(try Tensor([.infinity, 1]).reduce(.norm2, axis: 0).item() == .infinity)
  }

  @Test func nothingToReduce() throws {
    let empty = Tensor.zeros([0, 3])
    #expect(try empty.reduce(.sum) == 0)
    #expect(try empty.reduce(.norm2) == 0)
    #expect(try empty.reduce(.sum, axis: 0).array == [0, 0, 0])
    #expect(try empty.reduce(.norm2, axis: 0).array == [0, 0, 0])
    #expect(try empty.reduce(.maximum, axis: 1).shape == [0])
    #expect(try empty.argumentOfMaximum(axis: 1).shape == [0])
    for reduction in [Reduction.mean, .maximum, .minimum] {
      #expect(throws: Misuse.self) { try empty.reduce(reduction) }
      #expect(throws: Misuse.self) { try empty.reduce(reduction, axis: 0) }
    }
    #expect(throws: Misuse.self) { try empty.argumentOfMaximum() }
    #expect(throws: Misuse.self) { try empty.argumentOfMinimum(axis: 0) }
    #expect(throws: Misuse.self) { try empty.reduce(.sum, axis: 2) }
    #expect(try Tensor.full([], 4).reduce(.mean) == 4)
  }

  @Test func sorting() throws {
    var random = RandomSource(seed: 23)
    for size in [1, 2, 10, 48, 49, 500, 3000] {
      var values = (0..<size).map { _ in random.normal() * 10 }
      for _ in 0..<size / 3 { values[random.below(size)] = Double(random.below(4)) - 2 }
      let tensor = try Tensor(values)
      #expect(try tensor.sorted().array == values.sorted())
      #expect(try tensor.sorted(descending: true).array == values.sorted(by: >))
      // Stable, either way.
      let ascending = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
      #expect(try tensor.argumentSorted().array == ascending.map(Double.init))
      let descending = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
      #expect(try tensor.argumentSorted(descending: true).array == descending.map(Double.init))
      let top = try tensor.top(min(3, size))
      #expect(top.places.array == descending.prefix(3).map(Double.init))
      #expect(top.values.array == descending.prefix(3).map { values[$0] })
      #expect(try tensor.top(1, largest: false).values.item() == values.min())
      #expect(tensor.array == values)
    }
    let special = try Tensor([.nan, 1, -.infinity, .infinity, -0.0, 0, 0x1p-1074, -0x1p-1074])
    #expect(try special.sorted().array.dropLast() == [-.infinity, -0x1p-1074, 0, 0, 0x1p-1074, 1, .infinity])
    #expect(try special.sorted().array[7].isNaN)
    #expect(try special.argumentSorted().array == [2, 7, 4, 5, 6, 1, 3, 0])
    for layout in try Reference.layouts([3, 60, 2], &random) {
      let sorted = try layout.sorted(axis: 1)
      let places = try layout.argumentSorted(axis: 1)
      let top = try layout.top(4, axis: 1)
      #expect(top.values.shape == [3, 4, 2])
      for i in 0..<3 {
        for k in 0..<2 {
          let line = try layout.select(axis: 0, i).select(axis: 1, k).array
          #expect(try sorted.select(axis: 0, i).select(axis: 1, k).array == line.sorted())
          for j in 0..<60 {
            #expect(try line[Int(places.element([i, j, k]))] == sorted.element([i, j, k]))
            if j < 4 { #expect(try top.values.element([i, j, k]) == sorted.element([i, 59 - j, k])) }
          }
        }
      }
    }
    #expect(throws: Misuse.self) { try special.top(9) }
    #expect(throws: Misuse.self) { try special.sorted(axis: 1) }
    #expect(throws: Misuse.self) { try Tensor.full([], 1).sorted() }
    #expect(try Tensor.zeros([2, 0]).sorted().shape == [2, 0])
    #expect(try Tensor.zeros([2, 0]).argumentSorted().shape == [2, 0])
  }
}
