import Essentials
import MILP
import Synchronization

/// A solver that solves nothing: it plays a list of events, and keeps what the callbacks answered and with which options
/// it was called. The Lua side can be tested with it down to each answer.
final class MockSolver: Solver {
  /// One event to come.
  struct Step {
    var kind: SolveEventKind
    var objective: Double?
    var bound: Double?
    var point: [Double]?
  }

  /// What happened so far.
  struct Record {
    var options: [SolveOptions] = []
    var answers: [[SolveAnswer]] = []
    var announced: Set<SolveAnswerKind> = []
    /// How often an event's numbers were asked for.
    var reads = 0
  }

  let name: String
  let version = "1.2"
  let capabilities: SolverCapabilities
  private let steps: [Step]
  private let kept = Mutex(Record())

  init(name: String, capabilities: SolverCapabilities, steps: [Step]) {
    self.name = name
    self.capabilities = capabilities
    self.steps = steps
  }

  var record: Record { kept.withLock { $0 } }

  func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    if let observer { try capabilities.check(observer, solver: name) }
    kept.withLock {
      $0.options.append(options)
      $0.announced = observer?.answers ?? []
    }
    try model.beginSolve()
    defer { model.endSolve() }
    var solution = Solution(status: .optimal, solver: name)
    solution.modelIdentity = model.identity
    solution.handles = model.handles
    for step in steps {
      solution.values = step.point ?? solution.values
      solution.objective = step.objective ?? solution.objective
      guard let observer, observer.kinds.contains(step.kind) else { continue }
      let point = step.point
      let event = SolveEvent(
        kind: step.kind, model: model, seconds: 0.25, objective: step.objective, incumbentObjective: solution.objective,
        nodes: 7, iterations: 31, depth: 2, bound: { step.bound },
        values: point.map { point in
          { [self] columns in
            kept.withLock { $0.reads += 1 }
            return columns.map { $0.map { point[$0] } } ?? point
          }
        })
      defer { event.finish() }
      let answers = try observer.handle(event)
      kept.withLock { $0.answers.append(answers) }
      if answers.contains(where: { $0.kind == .stop }) {
        solution.status = .stopped
        break
      }
    }
    return solution
  }
}
