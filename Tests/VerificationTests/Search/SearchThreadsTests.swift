import Essentials
import Networks
import Solvers
import Synchronization
import Testing
import Verification

@Suite struct SearchThreadsTests {
  /// A network whose largest margin over a box is known from a MILP and lies at `distance` times what it can vary.
  private func question(
    _ distance: Double, using random: inout RandomSource
  ) throws -> (network: Network, problem: Problem) {
    let network = try RandomProblems.network([5, 6, 6, 2], using: &random)
    let center = (0..<5).map { _ in random.normal() }
    let region = try BoxRegion(lower: center.map { $0 - 0.8 }, upper: center.map { $0 + 0.8 })
    let problem = try Problem(region: region, class: 0, target: 1)
    let encoding = try Encoding(network, problem: problem)
    let optimum = try #require(try GLPKSolver().solve(encoding.model).objective)
    network.layers[2].bias.base[1] += distance * max(abs(optimum), 1) - optimum
    return (network, problem)
  }

  /// Weak bounds, so that there are many nodes.
  private var manyNodes: BranchAndBoundOptions {
    var options = BranchAndBoundOptions.solvingPrograms
    options.branching = .neurons
    (options.iterations, options.rootIterations, options.probes, options.tighteningDepth) = (1, 0, 1, 0)
    return options
  }

  /// However many threads look at nodes, the verdict is the one that the largest margin has.
  @Test func verdictsDoNotDependOnThreads() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = RandomSource(seed: seed)
    var nodes = 0
    for number in 0..<16 {
      let distance = (number % 2 == 0 ? -1 : 1) * 1e-3 * Double(1 + number % 5)
      let (network, problem) = try question(distance, using: &random)
      for threads in [1, 2, 4] {
        var options = manyNodes
        options.threads = threads
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.status == (distance > 0 ? .found : .proved), "seed \(seed), \(number), \(threads): \(result)")
        #expect(result.isProof == (distance < 0) && (result.witness != nil) == (distance > 0))
        if threads > 1 { nodes += result.nodes }
        // The same bit by bit, and the largest margin itself.
        options.nodeLimit = 40
        let search = try BranchAndBound(network, problem: problem, options: options)
        var part = try search.run()
        while part.status == .limit { part = try search.run() }
        #expect(part.status == result.status, "seed \(seed), \(number), \(threads): \(part)")
        options.nodeLimit = nil
        options.gap = 1e-4
        let largest = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(largest.status == .proved && largest.bound - largest.margin <= 1e-4 + 1e-9)
        #expect(largest.bound >= largest.margin && (largest.bound < 0) == (distance < 0), "seed \(seed), \(number)")
      }
    }
    #expect(nodes > 500, "seed \(seed): \(nodes)")
  }

  /// What one thread throws ends the work of all, and is thrown.
  @Test func aFailureEndsTheSearch() throws {
    var random = RandomSource(seed: 4)
    var failures = 0
    for _ in 0..<8 {
      let (network, problem) = try question(-1e-3, using: &random)
      var options = manyNodes
      options.threads = 3
      let asked = Mutex(0)
      options.solveProgram = { _, _, _ in
        asked.withLock { $0 += 1 }
        throw OutsideFailure("no solver")
      }
      let search = try BranchAndBound(network, problem: problem, options: options)
      guard (try? search.run()) == nil else { continue }
      failures += 1
      #expect(asked.withLock { $0 } > 0 && search.result.status != .proved)
      // The node is lost, so that there is no going on.
      #expect(throws: OutsideFailure.self) { try search.run() }
    }
    #expect(failures > 0)
  }

  /// Stopped or out of time, with any number of threads, nothing is lost.
  @Test func stoppedThreadsGoOn() throws {
    var random = RandomSource(seed: 6)
    for number in 0..<6 {
      let (network, problem) = try question(number % 2 == 0 ? -1e-3 : 1e-3, using: &random)
      var options = manyNodes
      options.threads = 2 + number % 3
      let search = try BranchAndBound(network, problem: problem, options: options)
      let asked = Mutex(0)
      var result: BranchAndBoundResult
      repeat {
        let limit = asked.withLock { $0 } + 500
        result = try search.run {
          asked.withLock { count in
            count += 1
            return count > limit
          }
        }
      } while result.status == .stopped
      #expect(result.status == (number % 2 == 0 ? .proved : .found), "\(number): \(result)")
    }
  }

  /// An attack by several threads finds what one finds, and its point is what it says.
  @Test(arguments: 0..<6) func attacksByThreads(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let (network, problem) = try question(0.2, using: &random)
    var margins: [Double] = []
    for threads in [1, 2, 4] {
      var options = AttackOptions()
      (options.threads, options.goal) = (threads, 1e9)
      var starts = RandomSource(seed: 1)
      let result = try Attack(network, problem: problem, options: options).run(using: &starts)
      let outputs = try network.forward(result.point)
      #expect(problem.region.violation(of: result.point) < 1e-12)
      #expect(abs(problem.margin(of: outputs) - result.margin) < 1e-12)
      margins.append(result.margin)
    }
    #expect(margins.allSatisfy { $0 == margins[0] }, "seed \(seed): \(margins)")
  }
}
