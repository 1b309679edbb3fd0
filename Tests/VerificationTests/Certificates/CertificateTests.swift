import Essentials
import Networks
import TestSupport
import Testing
import Verification

@Suite("Certificates, read by vnncheck and in fractions") struct CertificateTests {
  private static let folder = packageDirectory + "/Tests/VerificationTests/Certificates"
  private static let vnncheck = CommandLineRun.built("vnncheck")
  private static let kinds: [ExactProblem.Kind] = [.quarters, .normal, .mixed, .cancelling, .biased]

  /// True ones of random networks and problems of every kind prove their claims to both, and 2,000 forged ones are refused
  /// by vnncheck, or prove what is still true.
  @Test(.enabled(if: Component.python.isWanted, "\(Component.python.reason)")) func forgeriesAreRefused() throws {
    let seed = UInt32.random(in: 0...UInt32.max)
    let run = try CommandLineRun(
      try Component.python.path(), ["\(Self.folder)/test_certificates.py", Self.vnncheck, "\(seed)", "2000"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  /// Files that are cut off, broken, or made to be misread end in a message.
  @Test(.enabled(if: Component.python.isWanted, "\(Component.python.reason)")) func hostileFilesAreRefused() throws {
    let run = try CommandLineRun(try Component.python.path(), ["\(Self.folder)/hostile.py", Self.vnncheck])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  /// What searches prove about networks that are solved in fractions is what vnncheck accepts, and nothing else.
  @Test func searchesOfSolvedProblems() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = RandomSource(seed: seed)
    var counts = [0, 0]
    for number in 0..<60 {
      let exact = ExactProblem.random(
        Self.kinds[number % Self.kinds.count], conditioned: number % 4 == 3, using: &random)
      let question = try Question(try exact.network(), try exact.problem())
      for (place, branching) in [Branching.neurons, .automatic].enumerated() {
        let claim = try certify(question, branching)
        guard let claim else { continue }
        counts[claim == "robust" ? 1 : 0] += 1
        let largest = exact.largestMargin()
        #expect((claim == "robust") == (largest.map { $0 <= 0 } ?? true), "seed \(seed), problem \(number).\(place)")
      }
    }
    #expect(counts.allSatisfy { $0 > 10 }, "seed \(seed): \(counts)")
  }

  /// The same of larger networks, with sparse layers and neurons that are passed, whose searches divide many nodes.
  @Test func searchesOfGraphs() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = RandomSource(seed: seed)
    var nodes = 0
    for number in 0..<12 {
      let network = try RandomGraph(inputs: number % 2 == 0 ? 4 : 12, width: 6, steps: 5, outputs: 3, using: &random)
        .network
      let center = (0..<network.inputCount).map { _ in random.uniform() }
      let outputs = try network.forward(center)
      let best = outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0
      for norm in [Norm.l1, .linf] {
        let problem = try Problem(
          input: center, lower: center.map { $0 - 1 }, upper: center.map { $0 + 1 }, norm: norm,
          epsilon: 0.05 * Double(1 + random.below(6)), class: best)
        for branching in [Branching.neurons, .automatic] {
          _ = try certify(try Question(network, problem), branching) { nodes += $0 }
        }
      }
    }
    #expect(nodes > 60, "seed \(seed)")
  }

  /// The claim of a certificate of what a short search finds; nil where it finds nothing, or nothing without rounding.
  private func certify(
    _ question: Question, _ branching: Branching, _ count: (Int) -> Void = { _ in }
  ) throws -> String? {
    var options = BranchAndBoundOptions()
    options.isRecorded = true
    options.nodeLimit = 400
    options.threads = 3
    if branching == .neurons { options.tighteningDepth = 0 }
    options.branching = branching
    // A region that is a box can be divided along its inputs.
    if branching == .automatic, !question.problem.norm.isBox { return nil }
    let search = try question.search(options: options)
    try search.run()
    let result = search.content.result
    count(result.nodes)
    return try withTemporaryDirectory { folder in
      let path = "\(folder)/certificate" + (result.nodes.isMultiple(of: 2) ? ".gz" : "")
      let certificate = try Certificate(at: path, about: question)
      if let witness = result.witness {
        do { try certificate.write(witness) } catch is OutsideFailure { return nil }
      } else if result.isProof {
        try certificate.write(search)
      } else {
        return nil
      }
      let run = try CommandLineRun(Self.vnncheck, [certificate.networkPath, certificate.problemPath, path])
      let claim = result.witness == nil ? "robust\n" : "adversarial\n"
      let norm = question.problem.norm.name
      #expect(run.status == 0 && run.output == claim, "\(run.output)\(run.errors)\(norm)")
      return result.witness == nil ? "robust" : "adversarial"
    }
  }
}
