import Essentials
import Tensors
import Testing

@Suite struct ProductTests {
  @Test func matricesInEveryLayout() throws {
    var random = RandomSource(seed: 31)
    for (m, k, n) in [(1, 1, 1), (2, 3, 4), (1, 5, 3), (3, 5, 1), (4, 1, 4), (1, 1, 6), (6, 1, 1), (17, 33, 9)] {
      for a in try Reference.layouts([m, k], &random) {
        for b in try Reference.layouts([k, n], &random) {
          let result = try Tensor.matrixProduct(a, b)
          #expect(result.shape == [m, n])
          for i in 0..<m {
            for j in 0..<n {
              var sum = 0.0
              for p in 0..<k { sum += try a.element([i, p]) * b.element([p, j]) }
              expectClose(try result.element([i, j]), sum, 1e-13, "\(m) \(k) \(n)")
            }
          }
        }
      }
    }
  }

  @Test func vectorsAndBatches() throws {
    var random = RandomSource(seed: 32)
    for matrix in try Reference.layouts([3, 4], &random) {
      for vector in try Reference.layouts([4], &random) {
        let product = try Tensor.matrixProduct(matrix, vector)
        #expect(product.shape == [3])
        for i in 0..<3 {
          expectClose(try product.element([i]), try Tensor.dot(matrix.select(axis: 0, i), vector))
        }
        #expect(try Tensor.matrixProduct(vector, matrix.transposed()).isClose(to: product))
        let plain = zip(vector.array, vector.array).reduce(0) { $0 + $1.0 * $1.1 }
        expectClose(try Tensor.dot(vector, vector), plain)
        expectClose(try Tensor.matrixProduct(vector, vector).item(), plain)
        #expect(try Tensor.matrixProduct(vector, vector).shape == [])
      }
    }
    let cases: [([Int], [Int], [Int])] = [
      ([5, 2, 3], [3, 4], [5, 2, 4]), ([5, 2, 3], [5, 3, 4], [5, 2, 4]), ([2, 3], [5, 3, 4], [5, 2, 4]),
      ([2, 1, 2, 3], [4, 3, 1], [2, 4, 2, 1]), ([5, 2, 3], [3], [5, 2]), ([3], [5, 3, 4], [5, 4]),
    ]
    for (shapeA, shapeB, expected) in cases {
      for a in try Reference.layouts(shapeA, &random) {
        for b in try Reference.layouts(shapeB, &random) {
          let result = try Tensor.matrixProduct(a, b)
          #expect(result.shape == expected)
          let left = shapeA.count == 1 ? try a.unsqueezed(axis: 0) : a
          let right = shapeB.count == 1 ? try b.unsqueezed(axis: 1) : b
          // By stretched products and a sum: [..., m, k, 1] times [..., 1, k, n] over k.
          let product = try (left.unsqueezed(axis: -1) * right.unsqueezed(axis: -3)).reduce(.sum, axis: -2)
          #expect(try result.isClose(to: product.reshaped(expected), relative: 1e-12, absolute: 1e-12))
        }
      }
    }
    for a in try Reference.layouts([3], &random) {
      let outer = try Tensor.outer(a, try Tensor([1, 10]))
      #expect(outer.array == a.array.flatMap { [$0, $0 * 10] })
    }
  }

  @Test func emptyProducts() throws {
    #expect(try Tensor.matrixProduct(Tensor.zeros([2, 0]), Tensor.zeros([0, 3])) == Tensor.zeros([2, 3]))
    #expect(try Tensor.matrixProduct(Tensor.zeros([0, 2]), Tensor.zeros([2, 3])).shape == [0, 3])
    #expect(try Tensor.matrixProduct(Tensor.zeros([4, 0, 2]), Tensor.zeros([2, 3])).shape == [4, 0, 3])
    #expect(try Tensor.matrixProduct(Tensor.zeros([4, 2, 0]), Tensor.zeros([0, 0])).shape == [4, 2, 0])
    #expect(try Tensor.dot(Tensor.zeros([0]), Tensor.zeros([0])) == 0)
    #expect(try Tensor.matrixProduct(Tensor.zeros([0]), Tensor.zeros([0])).item() == 0)
  }

  @Test func mistakes() throws {
    do {
      _ = try Tensor.matrixProduct(Tensor.zeros([3, 4]), Tensor.zeros([5, 6]))
      Issue.record("multiplied")
    } catch let error as Misuse {
      #expect(error.message == "matmul: inner sizes differ: 3x4 times 5x6")
    }
    #expect(throws: Misuse.self) { try Tensor.matrixProduct(Tensor.full([], 1), Tensor.zeros([1])) }
    #expect(throws: Misuse.self) { try Tensor.matrixProduct(Tensor.zeros([2, 3, 3]), Tensor.zeros([3, 3, 3])) }
    #expect(throws: Misuse.self) { try Tensor.dot(Tensor.zeros([2]), Tensor.zeros([3])) }
    #expect(throws: Misuse.self) { try Tensor.dot(Tensor.zeros([2, 2]), Tensor.zeros([2, 2])) }
    #expect(throws: Misuse.self) { try Tensor.outer(Tensor.zeros([2, 2]), Tensor.zeros([2])) }
  }
}
