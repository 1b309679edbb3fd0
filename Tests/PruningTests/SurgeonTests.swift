import Essentials
import Networks
import Pruning
import Tensors
import Testing

@Suite("Optimal brain surgeon")
struct SurgeonTests {
  private let batch: Tensor
  private let network: Network

  init() throws {
    network = try randomNetwork([7, 4, 3], seed: 11)
    var source = RandomSource(seed: 12)
    // Correlated inputs, so that there is something to make up for; the last is always zero.
    var values: [Double] = []
    for _ in 0..<200 {
      let common = source.normal()
      values += (0..<6).map { _ in common + 0.3 * source.normal() } + [0]
    }
    batch = try Tensor(values, shape: [200, 7])
  }

  /// The mean squared difference of the first layer's preactivations.
  private func layerError(_ other: Network) throws -> Double {
    var sum = 0.0
    for row in 0..<200 {
      let x = Array(batch.array[row * 7..<(row + 1) * 7])
      for (a, b) in zip(try network.preactivations(x)[0], try other.preactivations(x)[0]) { sum += (a - b) * (a - b) }
    }
    return sum / 200
  }

  private func mask(_ criterion: some Criterion, _ rate: Double) throws -> Mask {
    try Pruner().mask(for: network, by: criterion, amount: .rate(rate))
  }

  @Test("the update is the least squares solution: no small change of a kept weight or bias is better")
  func leastSquares() throws {
    let criterion = try SurgeonCriterion(Calibration(network, batch: batch), dampening: 1e-12)
    let mask = try mask(criterion, 0.5)
    let pruned = try criterion.pruned(network, keeping: mask)
    let best = try layerError(pruned)
    for place in 0..<28 {
      let value = pruned.layers[0].weight.array[place]
      guard mask.weights[0].array[place] != 0 else {
        #expect(value.bitPattern == 0)
        continue
      }
      for change in [-1e-3, 1e-3] {
        let other = try pruned.copy()
        other.layers[0].weight.base[place] += change
        #expect(try layerError(other) >= best)
      }
    }
    for neuron in 0..<4 {
      let other = try pruned.copy()
      other.layers[0].bias.base[neuron] += 1e-3
      #expect(try layerError(other) >= best)
    }
    #expect(try layerError(mask.apply(to: network)) > 2 * best)
    #expect(pruned.layers[1].weight.array == network.layers[1].weight.array)
  }

  @Test("the order is that of plain elimination one weight at a time", arguments: [40, 7])
  func order(inputs: Int) throws {
    // More inputs than one block of removals, and fewer.
    let small = try randomNetwork([inputs, 1, 2], seed: 13)
    var source = RandomSource(seed: 14)
    let batch = try Tensor((0..<300 * inputs).map { _ in source.normal() }, shape: [300, inputs])
    let dampening = 1e-3
    let criterion = try SurgeonCriterion(Calibration(small, batch: batch), dampening: dampening)
    let scores = try criterion.scores(of: 0, in: small).array
    let found = scores.indices.sorted { scores[$0] < scores[$1] }

    // The same by solving a system for every candidate at every step.
    let size = inputs + 1
    func value(_ row: Int, _ column: Int) -> Double { column < inputs ? batch.array[row * inputs + column] : 1 }
    var hessian = (0..<size).map { i in
      (0..<size).map { j in (0..<300).reduce(0) { $0 + value($1, i) * value($1, j) } / 300 }
    }
    let mean = (0..<size).reduce(0) { $0 + hessian[$1][$1] } / Double(size)
    for k in 0..<size { hessian[k][k] += dampening * mean }
    var weights = small.layers[0].weight.array + small.layers[0].bias.array
    var left = Array(0..<size)
    var expected: [Int] = []
    while expected.count < inputs {
      let inverse = invert(left.map { i in left.map { hessian[i][$0] } })
      let candidates = left.indices.filter { left[$0] < inputs }
      let best =
        candidates.min { a, b in
          weights[left[a]] * weights[left[a]] / inverse[a][a] < weights[left[b]] * weights[left[b]] / inverse[b][b]
        } ?? 0
      let place = left[best]
      let step = weights[place] / inverse[best][best]
      for k in left.indices { weights[left[k]] -= step * inverse[k][best] }
      expected.append(place)
      left.remove(at: best)
    }
    #expect(found == expected)
  }

  @Test("removes inputs that are always zero first, and loses less than magnitude does")
  func quality() throws {
    let criterion = try SurgeonCriterion(Calibration(network, batch: batch))
    let few = try Pruner().mask(for: network, by: criterion, amount: .count(4))
    for neuron in 0..<4 { #expect(few.weights[0].array[neuron * 7 + 6] == 0) }
    let mine = try criterion.pruned(network, keeping: mask(criterion, 0.6))
    let other = try mask(Magnitude(), 0.6).apply(to: network)
    #expect(try layerError(mine) < 0.5 * layerError(other))
  }

  private func invert(_ matrix: [[Double]]) -> [[Double]] {
    let size = matrix.count
    var a = matrix.enumerated().map { row, values in values + (0..<size).map { $0 == row ? 1.0 : 0 } }
    for k in 0..<size {
      let pivot = a[k][k]
      a[k] = a[k].map { $0 / pivot }
      for i in 0..<size where i != k {
        let factor = a[i][k]
        for j in 0..<2 * size { a[i][j] -= factor * a[k][j] }
      }
    }
    return a.map { Array($0[size...]) }
  }
}
