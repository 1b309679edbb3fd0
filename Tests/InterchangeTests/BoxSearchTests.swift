import Essentials
import Interchange
import Networks
import TestSupport
import Testing

/// Small queries, whose answer a grid of points tells.
@Suite("Search over boxes of inputs")
struct BoxSearchTests {
  private static let declarations = """
    (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real) (declare-const Y_1 Real)

    """

  /// Writes random networks of two inputs and two outputs and calls `body` with each.
  private func withNetworks(
    _ seeds: ClosedRange<UInt64>, _ body: (_ network: Network, _ path: String) throws -> Void
  ) throws {
    try withTemporaryDirectory { folder in
      for seed in seeds {
        let network = try randomNetwork([2, 6, 2], seed: seed)
        let path = "\(folder)/\(seed).onnx"
        try ONNXFile.write(network, to: path)
        try body(network, path)
      }
    }
  }

  /// The largest of a function on a grid of a box.
  private func largest(_ lower: [Double], _ upper: [Double], _ function: ([Double]) throws -> Double) rethrows -> Double
  {
    let steps = 60
    var largest = -Double.infinity
    for i in 0...steps {
      for j in 0...steps {
        let shares = [Double(i) / Double(steps), Double(j) / Double(steps)]
        largest = max(largest, try function((0..<2).map { lower[$0] + shares[$0] * (upper[$0] - lower[$0]) }))
      }
    }
    return largest
  }

  private func answer(_ text: String, _ path: String, boxLimit: Int = 20_000) throws -> BoxSearch.Answer {
    let property = try VNNLIBFile.decode(Array((Self.declarations + text).utf8), path: "q.vnnlib")
    let models = try VNNLIBModels(property, paths: ["N": path])
    var search = BoxSearch(models, boxLimit: boxLimit)
    let answer = try search.run(timeLimit: 60)
    if case .satisfied(let point) = answer {
      #expect(property.isSatisfied(inputs: point, outputs: try models.replay(point)))
    }
    return answer
  }

  private static let boxes: [(lower: [Double], upper: [Double])] = [
    ([-1, -1], [0, 0.5]), ([0.25, -0.5], [1, 0.75]), ([-0.5, 0.75], [0.5, 1]),
  ]

  @Test("several boxes with conditions of their own: satisfied where one is, refuted where none is")
  func boxes() throws {
    try withNetworks(1...6) { network, path in
      // Sums and differences of outputs: each box has its own condition of two inequalities.
      let weights: [[Double]] = [[1, 0], [1, -1], [-1, 0.5]]
      let tops = try zip(Self.boxes, weights).map { box, weights in
        try largest(box.lower, box.upper) { x in
          let y = try network.forward(x)
          return weights[0] * y[0] + weights[1] * y[1]
        }
      }
      // Which of the boxes hold an input that is asked for.
      for chosen in 0..<8 {
        let parts = Self.boxes.indices.map { place in
          let (box, w) = (Self.boxes[place], weights[place])
          let bound = tops[place] + (chosen >> place & 1 == 1 ? -0.1 : 0.1)
          return """
            (and (<= \(box.lower[0]) X_0 \(box.upper[0])) (<= \(box.lower[1]) X_1 \(box.upper[1]))
              (>= (+ (* \(w[0]) Y_0) (* \(w[1]) Y_1)) \(bound)) (<= Y_0 100.0))
            """
        }
        switch try answer("(assert (or \(parts.joined(separator: "\n"))))", path) {
        case .satisfied(let point):
          let place = try #require(
            Self.boxes.firstIndex { box in
              point.indices.allSatisfy { box.lower[$0] <= point[$0] && point[$0] <= box.upper[$0] }
            })
          #expect(chosen != 0 && place < 3, "\(path): \(chosen)")
        case .refuted: #expect(chosen == 0, "\(path): \(chosen)")
        case .open: Issue.record("\(path): \(chosen) is open")
        }
      }
    }
  }

  @Test("alternatives of one box: one suffices, and all inequalities of it must hold")
  func alternatives() throws {
    try withNetworks(7...10) { network, path in
      let box = "(assert (and (<= -1.0 X_0 1.0) (<= -1.0 X_1 1.0)))\n"
      let tops = try (0..<2).map { output in
        try largest([-1, -1], [1, 1]) { try network.forward($0)[output] }
      }
      for chosen in 0..<4 {
        let bounds = (0..<2).map { tops[$0] + (chosen >> $0 & 1 == 1 ? -0.1 : 0.1) }
        let one = try answer(box + "(assert (or (>= Y_0 \(bounds[0])) (>= Y_1 \(bounds[1]))))", path)
        let both = try answer(box + "(assert (and (>= Y_0 \(bounds[0])) (>= Y_1 \(bounds[1]))))", path)
        if case .satisfied = one { #expect(chosen > 0) } else { #expect(chosen == 0) }
        // The largest of one output need not be where the other one's is.
        if case .satisfied = both { #expect(chosen == 3) }
      }
    }
  }

  @Test("a small part of one box, far from corners and middles, is found")
  func needle() throws {
    var random = RandomSource(seed: 31)
    try withNetworks(15...17) { network, path in
      for place in Self.boxes.indices {
        let box = Self.boxes[place]
        let point = (0..<2).map { box.lower[$0] + (0.1 + 0.8 * random.uniform()) * (box.upper[$0] - box.lower[$0]) }
        let y = try network.forward(point)
        let near = (0..<2).map { "(<= \(y[$0] - 0.01) Y_\($0) \(y[$0] + 0.01))" }.joined()
        // The point's own box, the others beside it, and an alternative that never holds.
        let parts = Self.boxes.indices.map { other in
          let box = Self.boxes[other]
          return """
            (and (<= \(box.lower[0]) X_0 \(box.upper[0])) (<= \(box.lower[1]) X_1 \(box.upper[1]))
              (or (>= Y_0 1000.0) (and \(other == place ? near : "(<= Y_1 -1000.0)"))))
            """
        }
        let answer = try answer("(assert (or \(parts.joined(separator: "\n"))))", path, boxLimit: 100_000)
        if case .satisfied = answer {} else { Issue.record("\(path), box \(place): \(answer)") }
      }
    }
  }

  @Test("a proof holds for every way in which single precision may round; within that the search stays open")
  func rounding() throws {
    try withNetworks(11...13) { network, path in
      let property = "(assert (and (<= 0.5 X_0 0.5) (<= 0.25 X_1 0.25)))\n"
      let y = try network.forward([0.5, 0.25])[0]
      let unit = Double(Float(abs(y)).ulp)
      for (distance, isProof) in [(1e-3, true), (unit, false)] {
        let answer = try answer(property + "(assert (>= Y_0 \(y + distance)))", path)
        if case .refuted = answer { #expect(isProof, "\(path)") } else { #expect(!isProof, "\(path)") }
      }
    }
  }

  @Test("what is left of the boxes, of the time or of the range is no proof")
  func limits() throws {
    try withNetworks(14...14) { network, path in
      let box = "(assert (and (<= -1.0 X_0 1.0) (<= -1.0 X_1 1.0)))\n"
      let top = try largest([-1, -1], [1, 1]) { try network.forward($0)[0] }
      let text = "(assert (>= Y_0 \(top + 0.1)))"
      if case .refuted = try answer(box + text, path) {} else { Issue.record("expected a proof") }
      if case .open = try answer(box + text, path, boxLimit: 2) {} else { Issue.record("expected an open search") }
      let half = "(assert (and (<= -1.0 X_0 1.0) (<= -1.0 X_1)))\n"
      if case .open = try answer(half + "(assert (>= Y_0 1e9))", path) {
      } else {
        Issue.record("expected an open search over a part of the range")
      }
    }
  }
}
