import Essentials
import Glibc
import MILP
import Solvers
import TestSupport
import Testing

@Suite("A program that keeps the protocol")
struct PipeProtocolTests {
  /// Three things of which the second and the third fit, worth 9.
  private func knapsack() throws -> (Model, [Variable]) {
    try Instances.knapsack(values: [6, 5, 4], weights: [3, 2, 2], capacity: 4)
  }

  @Test("solves, in the model's own sense")
  func solution() throws {
    let (model, take) = try knapsack()
    try model.setObjective(6 * take[0] + 5 * take[1] + 4 * take[2] + 100, .maximize)
    let script = """
      read task; echo "chatter"; echo '{"event":"progress","bound":-12.5,"nodes":1}'; read answer
      echo '{"status":"optimal","point":[0,1,1.0],"bound":-9,"nodes":3,"iterations":7,"warnings":["tired"]}'
      """
    let solution = try shellSolver(script).solve(model)
    #expect(solution.status == .optimal && solution.values == [0, 1, 1])
    #expect(solution.objective == 109 && solution.bound == 109)
    #expect(solution.nodes == 3 && solution.iterations == 7 && solution.warnings == ["child: tired"])
    #expect(solution.incumbents.map(\.objective) == [109])
  }

  @Test("gets the task: the file, what is asked, and the start point")
  func task() throws {
    let (model, take) = try knapsack()
    try withTemporaryDirectory { folder in
      let script = "read -r task; printf '%s' \"$task\" > \(folder)/task; echo '{\"status\":\"feasible\"}'"
      let observer = SolveObserver(kinds: [.relaxation], answers: [.stop, .cuts]) { _ in [] }
      let solver = try shellSolver(script, events: [.relaxation], answers: [.cuts])
      try model.setObjective(LinearExpression([6, 5, 4], take) + 0.5, .maximize)
      let solution = try solver.solve(model, observer: observer) {
        $0.timeLimit = 30
        $0.objectiveStop = 100.5
        $0.boundStop = -.infinity
        $0.native = ["a": "1"]
        $0.startPoint = [0, 1, 0]
        $0.presolve = false
        $0.seed = 4
      }
      // The start point counts, whatever the program makes of it.
      #expect(solution.status == .feasible && solution.objective == 5.5 && solution.startPointUsed == true)
      let task = try JSON(parsing: try FileAccess.read("\(folder)/task"), path: "task")
      #expect(task["protocol"]?.int == 1 && task["columns"]?.int == 3 && task["rows"]?.int == 1)
      #expect(task["objective_constant"]?.double == -0.5 && task["start"] == .array([0, 1, 0].map { .integer($0) }))
      #expect(task["events"] == .array([.string("relaxation")]))
      #expect(task["answers"] == .array([.string("cuts"), .string("stop")]))
      let options = try #require(task["options"])
      #expect(options["objective_stop"]?.double == -100 && options["bound_stop"] == nil)
      #expect(options["time_limit_s"]?.double ?? 0 > 20 && options["presolve"] == .boolean(false))
      #expect(options["native"] == .object(["a": .string("1")]) && options["seed"]?.int == 4)
      #expect(options["node_limit"] == nil && options["gap_relative"]?.double == 0)
    }
  }

  /// The file is read back by our own reader; each row that excludes something is there, and every number as it was.
  @Test("gets exactly the model")
  func modelFile() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try Instances.random(&random)
      _ = try model.addVariable(name: "a name", kind: .integer, lower: -.infinity)
      let free = try model.addVariable(name: "1/3", lower: -.infinity, upper: 1.0 / 3)
      try model.constrain(LinearExpression(free), from: -.infinity, to: .infinity)
      try model.constrain(0.1 * free + model.variables[0], .lessOrEqual, 1e9 / 7, name: "r 1")
      try withTemporaryDirectory { folder in
        let script = """
          read -r task; file=${task#*\\"model\\":\\"}; cp "${file%%\\"*}" \(folder)/model.mps
          echo '{"status":"feasible"}'
          """
        let solution = try shellSolver(script).solve(model)
        // An empty row that excludes everything needs no solver.
        guard solution.status != .infeasible else { return }
        let read = try ModelFile.read("\(folder)/model.mps")
        let sign = model.objectiveSense == .minimize ? 1.0 : -1.0
        let rows = (0..<model.rowCount).filter {
          (model.rowLower[$0].isFinite || model.rowUpper[$0].isFinite) && model.rowStarts[$0] < model.rowStarts[$0 + 1]
        }
        #expect(read.columnLower == model.columnLower && read.columnUpper == model.columnUpper, "seed \(seed)")
        #expect(read.kinds.map(\.isIntegral) == model.kinds.map(\.isIntegral), "seed \(seed)")
        #expect(read.objectiveSense == .minimize && read.objectiveConstant == 0)
        #expect(read.objectiveCoefficients == model.objectiveCoefficients.map { sign * $0 }, "seed \(seed)")
        #expect(read.rowLower == rows.map { model.rowLower[$0] } && read.rowUpper == rows.map { model.rowUpper[$0] })
        for (place, row) in rows.enumerated() {
          let own = model.rowStarts[row]..<model.rowStarts[row + 1]
          let theirs = read.rowStarts[place]..<read.rowStarts[place + 1]
          func entries(_ model: Model, _ range: Range<Int>) -> [Int32: Double] {
            Dictionary(uniqueKeysWithValues: range.map { (model.columnIndices[$0], model.coefficients[$0]) })
          }
          #expect(entries(read, theirs) == entries(model, own), "seed \(seed) row \(row)")
        }
        #expect(try read.variables.map { try read.name(of: $0) }.prefix(2) == ["x1", "x2"])
      }
    }
  }

  /// Points say whether the file means the same: those of either model are those of the other.
  @Test("gets the constructs that it knows, also of variables that are fixed")
  func constructs() throws {
    var points = (inside: 0, outside: 0)
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try ConstructInstances.random(&random, Set(ConstructKind.allCases))
      for variable in model.variables where model.kinds[variable.index].isSemicontinuous && random.below(3) == 0 {
        let (lower, upper) = try model.bounds(of: variable)
        try model.fix(variable, at: random.below(2) == 0 ? 0 : max(lower, min(upper, 0)))
      }
      try withTemporaryDirectory { folder in
        let script = """
          read -r task; file=${task#*\\"model\\":\\"}; cp "${file%%\\"*}" \(folder)/model.mps
          echo '{"status":"feasible"}'
          """
        let all = Set(ConstructKind.allCases)
        let solver = try PipeSolver(name: "child", command: ["/bin/sh", "-c", script], constructs: all)
        guard try solver.solve(model, { _ in }).status != .infeasible else { return }
        let read = try ModelFile.read("\(folder)/model.mps")
        for _ in 0..<200 {
          let point = model.columnLower.indices.map { column in
            let (lower, upper) = (max(-9, model.columnLower[column]), min(9, model.columnUpper[column]))
            let value = random.below(3) == 0 ? 0 : lower + (upper - lower) * Double(random.below(5)) / 4
            return model.kinds[column].isIntegral ? value.rounded() : value
          }
          let isInside = try model.violation(at: point).largest <= 1e-6
          #expect(try (read.violation(at: point).largest <= 1e-6) == isInside, "seed \(seed): \(point)")
          if isInside { points.inside += 1 } else { points.outside += 1 }
        }
      }
    }
    #expect(points.inside > 100 && points.outside > 100, "\(points)")
  }

  @Test("does one task after the other where it says that it is ready for more, unless it was told to end")
  func severalTasks() throws {
    let (model, _) = try knapsack()
    try withTemporaryDirectory { folder in
      let script = """
        while read -r task; do echo $$ >> \(folder)/processes
          echo '{"event":"incumbent","point":[0,1,1],"bound":-9}'; read -r answer
          echo '{"status":"optimal","point":[0,1,1],"bound":-9,"ready":true}'
        done
        """
      func processes() throws -> [pid_t] {
        let text = String(decoding: try FileAccess.read("\(folder)/processes"), as: UTF8.self)
        return text.split(separator: "\n").compactMap { pid_t($0) }
      }
      let solver = try shellSolver(script)
      for _ in 1...3 { #expect(try solver.solve(model).objective == 9) }
      #expect(try Set(processes()).count == 1 && processes().count == 3)
      // Whoever solves in a callback needs another one.
      let nested = SolveObserver(kinds: [.incumbent]) { _ in
        let (other, _) = try knapsack()
        #expect(try solver.solve(other).objective == 9)
        return []
      }
      #expect(try solver.solve(model, options: SolveOptions(), observer: nested).objective == 9)
      #expect(try Set(processes()).count == 2)
      let stop = SolveObserver(kinds: [.incumbent]) { _ in [.stop] }
      for _ in 1...2 { _ = try solver.solve(model, options: SolveOptions(), observer: stop) }
      let before = try Set(processes())
      #expect(before.count == 2 && before.allSatisfy { !isRunning($0) })
      #expect(try solver.solve(model).objective == 9 && Set(processes()).count == 3)
      // One that has died while it waited is replaced.
      kill(try #require(processes().last), SIGKILL)
      #expect(try solver.solve(model).objective == 9 && Set(processes()).count == 4)
      // A new registration may be about a program that has changed.
      try SolverRegistry.add(solver)
      #expect(try solver.solve(model).objective == 9 && Set(processes()).count == 5)
    }
  }

  @Test("is replaced where it dies over a task that it has waited for, and speaks for itself where it is the first")
  func dyingWhileWaiting() throws {
    let (model, _) = try knapsack()
    try withTemporaryDirectory { folder in
      let script = """
        read -r task; echo $$ >> \(folder)/processes
        echo '{"status":"optimal","point":[0,1,1],"bound":-9,"ready":true}'
        read -r task; echo 'out of paper' >&2; exit 3
        """
      let solver = try shellSolver(script)
      for _ in 1...3 {
        let solution = try solver.solve(model)
        #expect(solution.objective == 9 && solution.warnings == [], "\(solution)")
      }
      let started = String(decoding: try FileAccess.read("\(folder)/processes"), as: UTF8.self)
      #expect(started.split(separator: "\n").count == 3)
      let dead = try shellSolver("read -r task; echo 'out of paper' >&2; exit 3")
      let failure = try #require(#expect(throws: OutsideFailure.self) { try dead.solve(model) })
      #expect(failure.description.hasSuffix("/bin/sh said nothing and exited with code 3: out of paper"), "\(failure)")
    }
  }

  @Test("gives duals of the model's rows, free ones included")
  func duals() throws {
    let model = Model()
    let x = try model.addVariables(2, upper: [3])
    try model.constrain(x[0] + x[1], from: -.infinity, to: .infinity)
    try model.constrain(x[0] + x[1], .lessOrEqual, 4)
    try model.setObjective(3 * x[0] + 2 * x[1], .maximize)
    let script = """
      read task; echo '{"status":"optimal","point":[3,1],"bound":-11,"duals":[-2],"reduced_costs":[-1,0]}'
      """
    let solution = try shellSolver(script).solve(model)
    #expect(solution.rowDuals == [0, 2] && solution.reducedCosts == [1, 0] && solution.bound == 11)
  }

  @Test("has its candidates looked at before they count, and the rows that they violate")
  func lazyRows() throws {
    let (model, take) = try knapsack()
    try withTemporaryDirectory { folder in
      let script = """
        read -r task
        echo '{"event":"relaxation","point":[0.5,0.5,0.75],"bound":-9.5}'; read -r first
        echo '{"event":"incumbent","point":[0,1,1]}'; read -r second
        echo '{"event":"incumbent","point":[0,1,1]}'; read -r third
        echo '{"event":"incumbent","point":[1,0,0]}'; read -r fourth
        printf '%s\\n' "$first" "$second" "$third" "$fourth" > \(folder)/answers
        echo '{"status":"optimal","point":[1,0,0],"bound":-6}'
        """
      var shown: [[Double]] = []
      var incumbents: [[Double]] = []
      let observer = SolveObserver(kinds: [.relaxation, .incumbent], answers: [.lazyRows, .stop]) { event in
        let point = try event.point()
        if event.kind == .incumbent { incumbents.append(point) } else { shown.append(point) }
        guard event.kind == .relaxation, point[1] + point[2] > 1.5 else { return [] }
        return [.addLazyRows([AddedRow(take[1] + take[2], .lessOrEqual, 1)])]
      }
      let solver = try shellSolver(script, events: [.relaxation], answers: [.lazyRows])
      let solution = try solver.solve(model, options: SolveOptions(), observer: observer)
      #expect(shown == [[0.5, 0.5, 0.75], [0, 1, 1], [1, 0, 0]])
      #expect(incumbents == [[1, 0, 0]] && solution.objective == 6 && solution.status == .optimal)
      let answers = String(decoding: try FileAccess.read("\(folder)/answers"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
      let row = "[{\"columns\":[1,2],\"lower\":null,\"upper\":1,\"values\":[1,1]}]"
      #expect(answers[0] == "{}" && answers[3] == "{}")
      #expect(answers[1] == "{\"lazy_rows\":\(row),\"refused\":true}" && answers[2] == answers[1])
    }
  }

  @Test("gets submitted points, cuts and branches, which are checked before")
  func answers() throws {
    let (model, take) = try knapsack()
    try withTemporaryDirectory { folder in
      let script = """
        read -r task
        echo '{"event":"relaxation","point":[0,1,0.75],"depth":2}'; read -r first
        echo "$first" > \(folder)/answer
        echo '{"status":"optimal","point":[0,1,1],"bound":-9}'
        """
      let solver = try shellSolver(script, events: [.relaxation], answers: [.submit, .cuts, .branch])
      var objectives: [Double?] = []
      let observer = SolveObserver(
        kinds: [.relaxation, .incumbent], answers: [.submit, .cuts, .branch, .stop]
      ) { event in
        guard event.kind == .relaxation else {
          objectives.append(event.objective)
          return []
        }
        #expect(event.depth == 2 && event.objective == 8)
        return [
          .submit(point: [1, 1, 1]), .submit(point: [1, 0, 0]), .submit(point: [0, 1, 0]),
          .addCuts([AddedRow(take[0] + take[1], .lessOrEqual, 1)]), .branch(on: take[2], first: .up),
        ]
      }
      let solution = try solver.solve(model, options: SolveOptions(), observer: observer)
      #expect(solution.acceptedPoints == 1 && solution.rejectedPoints == 1 && objectives == [6, 9])
      let answer = try JSON(parsing: try FileAccess.read("\(folder)/answer"), path: "answer")
      #expect(answer["points"] == .array([.array([1, 0, 0].map { .integer($0) })]))
      #expect(answer["branch"] == .object(["column": .integer(2), "first": .string("up")]))
      #expect(answer["cuts"]?.array?.count == 1 && answer["lazy_rows"] == nil)

      let wrong = SolveObserver(kinds: [.relaxation], answers: [.branch]) { _ in [.branch(on: take[1], first: .up)] }
      #expect(throws: Misuse.self) { try solver.solve(model, options: SolveOptions(), observer: wrong) }
    }
  }

  @Test("is stopped by callbacks, their errors, interrupts, limits and gaps")
  func stops() throws {
    struct Deliberate: Error {}
    let (model, _) = try knapsack()
    // It answers once more when it is told to stop, with the nodes that it has seen by then.
    let script = """
      read task; node=0; echo '{"event":"incumbent","point":[1,0,0],"bound":-9.5}'; read answer
      while [ "$answer" != '{"stop":true}' ]; do
        node=$((node + 1)); echo "{\\"event\\":\\"progress\\",\\"nodes\\":$node,\\"bound\\":-9.5}"; read answer
      done
      echo "{\\"status\\":\\"limit\\",\\"point\\":[1,0,0],\\"bound\\":-9.5,\\"nodes\\":$node}"
      """
    let solver = try shellSolver(script)
    let stop = SolveObserver(kinds: [.incumbent]) { _ in [.stop] }
    let stopped = try solver.solve(model, options: SolveOptions(), observer: stop)
    #expect(stopped.status == .stopped && stopped.objective == 6 && stopped.bound == 9.5 && stopped.nodes == 0)
    let fail = SolveObserver(kinds: [.incumbent]) { _ in throw Deliberate() }
    #expect(throws: Deliberate.self) { try solver.solve(model, options: SolveOptions(), observer: fail) }
    let clock = Stopwatch()
    #expect(try solver.solve(model) { $0.shouldStop = { clock.wallSeconds > 0.05 } }.status == .stopped)
    #expect(try solver.solve(model) { $0.timeLimit = 0.05 }.status == .limit)
    let limited = try solver.solve(model) { $0.nodeLimit = 7 }
    #expect(limited.status == .limit && limited.nodes == 7)
    #expect(try solver.solve(model) { $0.objectiveStop = 6 }.status == .feasible)
    #expect(try solver.solve(model) { $0.gapAbsolute = 3.5 }.status == .optimal)
    #expect(try solver.solve(model) { $0.boundStop = 9.5 }.status == .limit)
  }

  @Test("tells which of infeasible and unbounded a model is")
  func infeasibleOrUnbounded() throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer)
    try model.constrain(x[0] - x[1], .lessOrEqual, 2)
    try model.setObjective(x[0] + x[1], .maximize)
    // The second model that it gets has no objective.
    let script = """
      read -r task; file=${task#*\\"model\\":\\"}
      if grep -q 'x1 obj -1' "${file%%\\"*}"; then echo '{"status":"infeasible_or_unbounded"}'
      else echo '{"status":"optimal","point":[0,0],"bound":0}'; fi
      """
    #expect(try shellSolver(script).solve(model).status == .unbounded)
    // Lazy rows may bound what is unbounded without them.
    let lazy = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in [] }
    let hasty = script.replacing("infeasible_or_unbounded", with: "unbounded")
    let solver = try shellSolver(hasty, events: [.relaxation], answers: [.lazyRows])
    let misuse = #expect(throws: Misuse.self) { try solver.solve(model, options: SolveOptions(), observer: lazy) }
    #expect(misuse?.message.contains("expected finite bounds") == true)
  }

  @Test("says why it cannot")
  func failures() throws {
    let (model, _) = try knapsack()
    func message(_ script: String) -> String {
      do { _ = try shellSolver(script).solve(model) } catch let failure as OutsideFailure {
        return failure.message
      } catch {
        return "another error: \(error)"
      }
      return "no error"
    }
    #expect(message("read task; echo '{\"failure\":\"no licence\"}'") == "child: no licence")
    let silent = message("echo one >&2; echo two >&2; exit 3")
    #expect(silent == "child: /bin/sh said nothing and exited with code 3: one; two")
    let misuse = #expect(throws: Misuse.self) {
      try shellSolver("read task; echo '{\"misuse\":\"no option a\"}'").solve(model)
    }
    #expect(misuse?.message == "solve: child: no option a")
    let missing = try PipeSolver(name: "missing", command: ["no-such-program"])
    #expect(throws: OutsideFailure.self) { try missing.solve(model) }
    #expect(throws: Misuse.self) { try PipeSolver(name: "none", command: []) }
    #expect(!model.isBeingSolved)
  }
}
