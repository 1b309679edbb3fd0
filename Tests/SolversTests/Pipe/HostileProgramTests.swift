import Essentials
import Glibc
import MILP
import Solvers
import TestSupport
import Testing

@Suite("A program that dies, hangs, floods or lies")
struct HostileProgramTests {
  private func knapsack() throws -> Model {
    try Instances.knapsack(values: [6, 5, 4], weights: [3, 2, 2], capacity: 4).0
  }

  private static let begin = "read -r task; echo '{\"event\":\"incumbent\",\"point\":[1,0,0],\"bound\":-9.5}';"

  /// Each of these would go on for ever; the point and the bound from before outlive it.
  static let endless: [(what: String, script: String)] = [
    ("never returns", "sleep 1000"),
    ("works and listens to nobody", "trap '' TERM INT HUP; while :; do :; done"),
    ("floods with text", "trap '' PIPE; while :; do echo chatter; done"),
    ("floods with messages, and reads no answers", "while :; do echo '{\"event\":\"progress\"}'; done"),
    ("floods with its complaints", "while :; do echo trouble >&2; done"),
    ("stops in the middle of a line", "printf '{\"event\":'; sleep 1000"),
    ("stops itself", "kill -STOP $$"),
    ("hides behind others", "(trap '' TERM; sleep 1000) & sleep 1000 & wait"),
  ]

  @Test("is gone at the limit, with all that it started, and its best point stays", arguments: endless)
  func goneAtTheLimit(_ child: (what: String, script: String)) throws {
    try withTemporaryDirectory { folder in
      let script =
        "(echo $$; exec sleep 1000) > \(folder)/other & echo $! > \(folder)/other; echo $$ > \(folder)/self; "
      let solution = try shellSolver(script + Self.begin + child.script).solve(try knapsack()) { $0.timeLimit = 1 }
      #expect(solution.status == .limit && solution.objective == 6 && solution.bound == 9.5, "\(child.what)")
      for name in ["self", "other"] {
        let text = String(decoding: try FileAccess.read("\(folder)/\(name)"), as: UTF8.self).split(separator: "\n")
        let process = try #require(text.first.flatMap { pid_t($0) })
        // What it started may need a moment to be gone after the signal.
        var patience = 2000
        while isRunning(process), patience > 0 {
          usleep(1000)
          patience -= 1
        }
        #expect(!isRunning(process), "\(child.what): \(name)")
      }
    }
  }

  @Test("without a limit, an interrupt ends it", arguments: endless.prefix(2))
  func interrupted(_ child: (what: String, script: String)) throws {
    let clock = Stopwatch()
    let solution = try shellSolver(Self.begin + child.script).solve(try knapsack()) {
      $0.shouldStop = { clock.wallSeconds > 1 }
    }
    #expect(solution.status == .stopped && solution.objective == 6)
  }

  @Test("a limit in processor seconds counts what it has used")
  func processorLimit() throws {
    let solution = try shellSolver(Self.begin + Self.endless[1].script).solve(try knapsack()) {
      $0.timeLimit = 0.2
      $0.limitClock = .processor
    }
    #expect(solution.status == .limit && solution.objective == 6 && solution.processorSeconds >= 0.2, "\(solution)")
  }

  /// What comes after an incumbent, what the warning says of it, and whether the bound is still believed.
  static let lies: [(script: String, warning: String)] = [
    ("exit 3", "gave no solution and exited with code 3"),
    ("echo 'out of paper' >&2; kill -9 $$", "killed by signal 9"),
    ("printf '{\"status\":\"opti'; exit 0", "gave no solution and exited with code 0"),
    ("head -c 3000000 /dev/zero; sleep 1000", "expected lines of at most"),
    ("echo '{\"event\":\"incumbent\",\"point\":[0,NaN,1]}'; sleep 1000", "JSON has neither NaN nor Infinity"),
    ("echo '{\"event\":\"incumbent\",\"point\":[0,1]}'; sleep 1000", "point: expected 3 numbers, got 2"),
    ("echo '{\"event\":\"incumbent\",\"point\":[0,1,\"1\"]}'; sleep 1000", "not all of them numbers"),
    ("echo '{\"event\":\"incumbent\"}'; sleep 1000", "incumbent: expected a point, got none"),
    ("echo '{\"event\":\"solution\"}'; sleep 1000", "expected an event"),
    ("echo '{\"status\":\"done\"}'; sleep 1000", "expected an event"),
    ("echo '{\"status\":\"optimal\",\"point\":[0,1,1],\"bound\":\"low\"}'; sleep 1000", "bound: expected a number"),
    ("echo '{}'; sleep 1000", "expected an event"),
    ("echo '{\"status\":\"infeasible\"}'", "called the model infeasible, but a known point attains 6"),
    ("echo '{\"status\":\"unbounded\"}'", "called the model unbounded, but its variables' bounds bound the objective"),
    ("echo '{\"status\":\"optimal\",\"bound\":-5}'", "a known point attains 6"),
    ("echo '{\"status\":\"optimal\",\"bound\":-9.5}'", "called 6.0 optimal, but its bound is 9.5"),
    ("echo '{\"status\":\"optimal\",\"point\":[1,1,1],\"bound\":-15}'", "violates the model"),
    (
      "echo '{\"event\":\"incumbent\",\"point\":[1,1,1]}'; read -r a; echo '{\"status\":\"limit\"}'",
      "violates the model"
    ),
  ]

  @Test("keeps the best point that was checked, and is never believed", arguments: lies)
  func neverBelieved(_ lie: (script: String, warning: String)) throws {
    let solution = try shellSolver(Self.begin + "read -r answer;" + lie.script).solve(try knapsack())
    #expect(solution.status == .feasible || solution.status == .limit, "\(lie.script)")
    #expect(solution.objective == 6 && solution.values == [1, 0, 0], "\(lie.script): \(solution)")
    #expect(solution.warnings.contains { $0.contains(lie.warning) }, "\(lie.script): \(solution.warnings)")
    #expect(solution.bound.map { $0 >= 9 } ?? true)
  }

  @Test("a claim that a start point refutes falls")
  func refutedByStart() throws {
    for claim in ["{\"status\":\"infeasible\"}", "{\"status\":\"optimal\",\"point\":[0,1,0],\"bound\":-5}"] {
      let solution = try shellSolver("read task; echo '\(claim)'").solve(try knapsack()) { $0.startPoint = [1, 0, 0] }
      #expect(solution.status == .feasible && solution.objective == 6 && solution.bound == nil)
      #expect(solution.warnings.contains { $0.contains("a known point attains 6") }, "\(solution.warnings)")
    }
  }
}
