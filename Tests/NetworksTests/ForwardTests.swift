import Essentials
import Networks
import Tensors
import Testing

@Suite struct ForwardTests {
  /// Widths around the kernels' vectors and tiles, and ones.
  static let shapes = [[1, 1], [3, 2], [7, 5, 3], [8, 4, 4], [9, 17, 33, 10], [65, 3, 1, 2], [784, 64, 64, 10]]

  @Test(arguments: shapes) func oneInputAgreesWithPlainLoops(_ widths: [Int]) throws {
    let network = try randomNetwork(widths, seed: 11)
    let input = randomInput(widths[0], seed: 12)
    let expected = PlainLoops.forward(network, input)
    let output = try network.forward(input)
    #expect(largestDifference(output, expected) < 1e-12, "\(widths)")
    #expect(try network.classify(input) == expected.indices.max { expected[$0] < expected[$1] })
  }

  @Test(arguments: shapes) func aBatchAgreesWithItsRows(_ widths: [Int]) throws {
    let network = try randomNetwork(widths, seed: 21)
    let rows = (0..<5).map { randomInput(widths[0], seed: UInt64(30 + $0)) }
    let batch = try Tensor(rows.flatMap(\.self), shape: [5, widths[0]])
    let outputs = try network.forward(batch: batch)
    #expect(outputs.shape == [5, widths[widths.count - 1]])
    #expect(largestDifference(outputs.array, rows.flatMap { PlainLoops.forward(network, $0) }) < 1e-12, "\(widths)")
    #expect(try network.classes(batch: batch) == rows.map { try network.classify($0) })
  }

  @Test func preactivationsAreWhatReLUSees() throws {
    let network = try randomNetwork([6, 9, 4, 3], seed: 5)
    let input = randomInput(6, seed: 6)
    let before = try network.preactivations(input)
    #expect(before.map(\.count) == [9, 4, 3])
    #expect(try before.last == network.forward(input))
    #expect(before.dropLast().contains { $0.contains { $0 < 0 } })
  }

  @Test func inputsOfAnotherLengthAreRefused() throws {
    let network = try randomNetwork([6, 4, 3], seed: 5)
    let error = #expect(throws: Misuse.self) { try network.forward([1, 2]) }
    #expect(error?.message == "network: expected 6 inputs, got 2")
    #expect(throws: Misuse.self) { try network.forward(batch: Tensor.zeros([2, 5])) }
    #expect(throws: Misuse.self) { try network.inputGradient([1, 2], outputWeights: [0, 0, 1]) }
    #expect(throws: Misuse.self) { try network.inputGradient([0, 0, 0, 0, 0, 0], outputWeights: [1]) }
  }

  @Test func accuracyCountsHits() throws {
    let dataset = try randomDataset(count: 1100, inputs: 20, classes: 4, seed: 8)
    let network = try randomNetwork([20, 9, 4], seed: 9)
    let hits = try (0..<1100).reduce(0) {
      $0 + (try network.classify(dataset.image($1)) == dataset.labels[$1] ? 1 : 0)
    }
    #expect(try network.accuracy(on: dataset) == Double(hits) / 1100)
    #expect(throws: Misuse.self) { try network.accuracy(on: dataset.subset([])) }
    #expect(throws: Misuse.self) { try randomNetwork([19, 4], seed: 1).accuracy(on: dataset) }
  }
}
