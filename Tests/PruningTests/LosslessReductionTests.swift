import Essentials
import Networks
import Pruning
import Tensors
import Testing

@Suite("Lossless reduction over a region")
struct LosslessReductionTests {
  /// The largest difference of the outputs, relative to their size, on `count` points of the box.
  private func difference(
    _ a: Network, _ b: Network, lower: [Double], upper: [Double], count: Int, seed: UInt64
  ) throws -> Double {
    var random = RandomSource(seed: seed)
    var worst = 0.0
    let chunk = 10_000
    for _ in 0..<count / chunk {
      var points: [Double] = []
      points.reserveCapacity(chunk * lower.count)
      for _ in 0..<chunk {
        for input in lower.indices {
          // Corners as well as the inside.
          let share = random.below(3) == 0 ? Double(random.below(2)) : random.uniform()
          points.append(lower[input] + share * (upper[input] - lower[input]))
        }
      }
      let batch = try Tensor(points, shape: [chunk, lower.count])
      for (x, y) in zip(try a.forward(batch: batch).array, try b.forward(batch: batch).array) {
        worst = max(worst, abs(x - y) / (1 + abs(x)))
      }
    }
    return worst
  }

  @Test("gives the same outputs on 100000 points", arguments: 0..<6)
  func sameOutputs(seed: Int) throws {
    var random = RandomSource(seed: UInt64(100 + seed))
    let network = try randomNetwork(
      [[12, 20, 16, 3], [30, 24, 4], [8, 16, 16, 16, 2]][seed % 3], seed: UInt64(seed))
    let center = (0..<network.inputCount).map { _ in random.normal() }
    let radius = [0.02, 0.15][seed % 2]
    let (lower, upper) = (center.map { $0 - radius }, center.map { $0 + radius })
    let reduction = try LosslessReduction(network, over: intervalRanges(network, lower: lower, upper: upper))
    #expect(reduction.removedCount > 0, "seed \(seed)")
    #expect(reduction.network.hiddenCount < network.hiddenCount)
    let worst = try difference(network, reduction.network, lower: lower, upper: upper, count: 100_000, seed: 7)
    #expect(worst < 1e-9, "seed \(seed): \(worst)")
  }

  @Test("always active neurons become as many as the next layer has, and dependent ones go")
  func merges() throws {
    // Six always active neurons and one undecided; two outputs.
    var random = RandomSource(seed: 4)
    let first = try Layer(
      weight: Tensor((0..<7 * 9).map { _ in random.normal() }, shape: [7, 9]),
      bias: Tensor([50, 50, 50, 50, 50, 50, 0]))
    let last = try Layer(
      weight: Tensor((0..<14).map { _ in random.normal() }, shape: [2, 7]), bias: Tensor([1, 2]))
    let network = try Network(layers: [first, last])
    let (lower, upper) = ([Double](repeating: -1, count: 9), [Double](repeating: 1, count: 9))
    let reduction = try LosslessReduction(network, over: intervalRanges(network, lower: lower, upper: upper))
    #expect(reduction.network.widths == [9, 3, 2] && reduction.mergedCount == 4)
    #expect(try difference(network, reduction.network, lower: lower, upper: upper, count: 100_000, seed: 8) < 1e-9)

    // Five of six rows are combinations of two inputs.
    let flat = try Network(layers: [
      Layer(
        weight: Tensor([1, 0, 0, 1, 1, 1, 2, -1, -1, 3, 1, -1], shape: [6, 2]),
        bias: Tensor([9, 9, 9, 9, 9, 0])),
      Layer(
        weight: Tensor((0..<42).map { _ in random.normal() }, shape: [7, 6]), bias: Tensor([1, 2, 3, 4, 5, 6, 7])),
    ])
    let smaller = try LosslessReduction(flat, over: intervalRanges(flat, lower: [-1, -1], upper: [1, 1]))
    #expect(smaller.network.widths == [2, 3, 7] && smaller.mergedCount == 3)
    #expect(try difference(flat, smaller.network, lower: [-1, -1], upper: [1, 1], count: 100_000, seed: 9) < 1e-9)
  }

  @Test("decided layers fold away, and a network that never fires is constant")
  func folds() throws {
    let network = try randomNetwork([5, 6, 6, 3], seed: 9)
    let point = [0.3, -0.2, 0.5, 1, 0]
    let reduction = try LosslessReduction(network, over: intervalRanges(network, lower: point, upper: point))
    #expect(reduction.network.widths == [5, 3] && reduction.foldedCount == 2)
    for (a, b) in zip(try network.forward(point), try reduction.network.forward(point)) {
      #expect(abs(a - b) < 1e-10 * (1 + abs(a)))
    }
    let silent = try network.copy()
    for neuron in 0..<6 { silent.layers[0].bias.base[neuron] = -100 }
    let ranges = try intervalRanges(
      silent, lower: [Double](repeating: 0, count: 5), upper: [Double](repeating: 1, count: 5))
    let constant = try LosslessReduction(silent, over: ranges)
    #expect(constant.removedCount >= 6)
    for (a, b) in zip(try silent.forward(point), try constant.network.forward([1, 1, 1, 1, 1])) {
      #expect(abs(a - b) < 1e-10 * (1 + abs(a)))
    }
  }

  /// z1 = x / 1024 fires by 2^-10 at the most, z2 = x + 1 - 2^-10 is never active at x = -1 only, and both count.
  @Test("a neuron that hardly fires, or is hardly ever off, stays as it is")
  func nearlyDecided() throws {
    let network = try Network(layers: [
      Layer(weight: Tensor([0x1p-10, 1, 1], shape: [3, 1]), bias: Tensor([0, 1 - 0x1p-10, 1])),
      Layer(weight: Tensor([1024, 0, 0, 0, 1024, 0, 0, 0, 1], shape: [3, 3]), bias: Tensor([0, 0, 0])),
    ])
    let ranges = try intervalRanges(network, lower: [-1], upper: [1])
    let reduction = try LosslessReduction(network, over: ranges)
    for x in [-1.0, -0.5, 0, 1] { #expect(try reduction.network.forward([x]) == network.forward([x]), "\(x)") }
    #expect(reduction.removedCount == 0 && reduction.network.widths == [1, 3, 3])
  }

  @Test("refuses ranges that do not fit")
  func misfit() throws {
    let network = try randomNetwork([5, 6, 3], seed: 9)
    let small = try randomNetwork([1, 1], seed: 9)
    let ranges = try RegionRanges(of: small, inputLower: [0], inputUpper: [1], lower: [[0]], upper: [[1]])
    #expect(throws: Misuse.self) { try LosslessReduction(network, over: ranges) }
    for (low, high, lower, upper) in [
      ([1.0], [0.0], [[0.0]], [[1.0]]), ([0], [.nan], [[0]], [[1]]), ([0], [1], [], []),
      ([0], [1], [[0, 0]], [[1, 1]]),
    ] {
      #expect(throws: Misuse.self) {
        try RegionRanges(of: small, inputLower: low, inputUpper: high, lower: lower, upper: upper)
      }
    }
  }
}
