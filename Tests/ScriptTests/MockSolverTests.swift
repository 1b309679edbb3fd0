import Bindings
import Essentials
import LuaHost
import MILP
import Solvers
import Testing

@Suite("The Lua side of a solve, with a solver that only plays events")
struct MockSolverTests {
  private static let steps: [MockSolver.Step] = [
    .init(kind: .relaxation, objective: 9.5, bound: 9.5, point: [0.5, 1, 0]),
    .init(kind: .incumbent, objective: 3, bound: 9, point: [1, 0, 0]),
    .init(kind: .progress, objective: 3, bound: 8),
    .init(kind: .incumbent, objective: 5, bound: 8, point: [1, 1, 0]),
  ]
  private static let prelude = """
    local milp = require "vnn.milp"
    local model = milp.model "mocked"
    local x = model:variables(3, { kind = "binary" })
    model:maximize(x:sum())
    """

  /// Runs a script with a solver of its own name, so that tests beside each other do not meet.
  private func run(
    _ name: String, _ script: String, answers: Set<SolveAnswerKind> = Set(SolveAnswerKind.allCases)
  ) throws -> MockSolver.Record {
    let solver = MockSolver(
      name: name,
      capabilities: SolverCapabilities(
        events: Set(SolveEventKind.allCases), answers: answers, usesThreads: false),
      steps: Self.steps)
    try SolverRegistry.add(solver)
    let interpreter = try Interpreter()
    defer { interpreter.close() }
    try BindingRegistry.register(into: interpreter)
    try interpreter.run(Self.prelude + "\n" + script, name: "=mock")
    return solver.record
  }

  @Test("options arrive as they were written")
  func options() throws {
    let record = try run(
      "mock-options",
      """
      model:solve { solver = "mock-options" }
      model:solve {
        solver = "mock-options", time_limit_s = 2.5, node_limit = 10, gap_relative = 0.01, gap_absolute = 2,
        objective_stop = 4, bound_stop = 6, threads = 3, seed = 11, log = true, presolve = false,
        options = { alpha = 1, beta = "on", gamma = true, delta = 0.5 }, start = { 1, 0, 1 },
      }
      """)
    let (plain, full) = (record.options[0], record.options[1])
    #expect(plain.timeLimit == nil && plain.nodeLimit == nil && plain.gapRelative == 0 && plain.threads == 1)
    #expect(plain.seed == nil && !plain.log && plain.presolve == nil && plain.native.isEmpty && plain.startPoint == nil)
    #expect(full.timeLimit == 2.5 && full.nodeLimit == 10 && full.gapRelative == 0.01 && full.gapAbsolute == 2)
    #expect(full.objectiveStop == 4 && full.boundStop == 6 && full.threads == 3 && full.seed == 11 && full.log)
    #expect(full.presolve == false && full.startPoint == [1, 0, 1] && full.shouldStop?() == false)
    #expect(full.native == ["alpha": "1", "beta": "on", "gamma": "true", "delta": "0.5"])
  }

  @Test("events carry everything, values are copied when asked for, and answers arrive in order")
  func answers() throws {
    let record = try run(
      "mock-answers",
      """
      local seen = {}
      local solution = model:solve {
        solver = "mock-answers",
        answers = { "stop", "submit", "lazy_rows", "cuts", "branch" },
        on_relaxation = function(event)
          assert(event.kind == "relaxation" and event.objective == 9.5 and event.bound == 9.5 and event.depth == 2)
          assert(event.seconds == 0.25 and event.nodes == 7 and event.incumbent_objective == 9.5 and event.is_alive)
          return {
            submit = { 1, 0, 1 }, lazy_rows = { { x[1] + 2 * x[2] + 1, "<=", 3 } }, cuts = { { x[3], ">=", x[1] } },
            branch = x[2], first = "up",
          }
        end,
        on_incumbent = function(event)
          if event.objective == 5 then return "stop" end
          local values = event:values(x)
          assert(values[1] == 1 and values[2] == 0 and event:value(3 * x[1] + x[3] - 1) == 2 and event:point()[3] == 0)
          seen[#seen + 1] = event
          return { submit = { variables = { x[3] }, values = { 1 } } }
        end,
        on_progress = function(event)
          assert(not pcall(event.values, event, x) and event.bound == 8)
        end,
      }
      assert(solution.status == "stopped" and solution.objective == 5 and solution:values(x)[2] == 1)
      assert(not seen[1].is_alive and not pcall(seen[1].values, seen[1], x))
      """)
    #expect(record.announced == Set(SolveAnswerKind.allCases))
    #expect(record.answers.map { $0.map(\.kind) } == [[.submit, .lazyRows, .cuts, .branch], [.submit], [], [.stop]])
    #expect(record.reads == 3, "three reads were asked for")
    guard case .submit(let point) = record.answers[0][0], case .addLazyRows(let rows) = record.answers[0][1],
      case .addCuts(let cuts) = record.answers[0][2], case .branch(let variable, let first) = record.answers[0][3],
      case .complete(let partial) = record.answers[1][0]
    else {
      Issue.record("wrong answers: \(record.answers)")
      return
    }
    #expect(point == [1, 0, 1] && partial.map(\.key.index) == [2] && partial.map(\.value) == [1])
    #expect(rows.count == 1 && rows[0].relation == .lessOrEqual && rows[0].expression.constant == -2)
    #expect(rows[0].expression.terms.map(\.coefficient) == [1, 2])
    #expect(cuts[0].relation == .greaterOrEqual && cuts[0].expression.terms.map(\.coefficient) == [1, -1])
    #expect(variable.index == 1 && first == .up)
  }

  @Test("an error in a callback is the same error outside, and nothing is called after it")
  func errors() throws {
    let record = try run(
      "mock-errors",
      """
      local thrown, calls = {}, 0
      local ok, caught = pcall(model.solve, model, {
        solver = "mock-errors",
        on_incumbent = function() calls = calls + 1; error(thrown) end,
      })
      assert(not ok and caught == thrown and calls == 1)
      ok, caught = pcall(model.solve, model, { solver = "mock-errors", on_incumbent = function() return { stp = true } end })
      assert(not ok and caught:find "stp" and caught:find "stop", caught)
      ok, caught = pcall(model.solve, model, { solver = "mock-errors", on_incumbent = function() return 5 end })
      assert(not ok and caught:find "a table of answers", caught)
      assert(model:solve { solver = "mock-errors" }.status == "optimal")
      """)
    #expect(record.options.count == 4 && record.answers.isEmpty)
  }

  @Test("what a solver lacks is refused before it starts, and it is listed for what it can do")
  func capabilities() throws {
    let record = try run(
      "mock-limited",
      """
      local ok, caught = pcall(function()
        model:solve { solver = "mock-limited", on_incumbent = print, answers = { "cuts" } }
      end)
      assert(not ok and caught:find "cuts" and caught:find "mock:%d+:", caught)
      local facts = milp.capabilities "mock-limited"
      assert(facts.version == "1.2" and facts.answers.stop and not facts.answers.cuts and facts.events.progress)
      local found
      for _, solver in ipairs(milp.solvers()) do found = found or solver.name == "mock-limited" end
      assert(found)
      """, answers: [.stop])
    #expect(record.options.isEmpty)
  }

  @Test("the names of the built-in solvers stay theirs")
  func builtInNames() {
    let impostor = MockSolver(
      name: "glpk", capabilities: SolverCapabilities(events: [], answers: [], usesThreads: false), steps: [])
    #expect(throws: Misuse.self) { try SolverRegistry.add(impostor) }
  }
}
