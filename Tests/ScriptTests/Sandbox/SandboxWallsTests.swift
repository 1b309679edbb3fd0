import Essentials
import TestSupport
import Testing

/// What native code in the process can do; `intruder.c` lists the attempts.
@Suite("The sandbox: walls of the kernel")
struct SandboxWallsTests {
  /// What came of each attempt, by name; the error of the system, or 0.
  private func attempts(_ options: [String]) throws -> [String: String] {
    try withTemporaryDirectory { folder in
      let library = "\(folder)/intruder.so"
      let source = packageDirectory + "/Tests/ScriptTests/Sandbox/intruder.c"
      let compiled = try CommandLineRun("/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", library, source])
      try #require(compiled.status == 0, "\(compiled.errors)")
      try FileAccess.makeDirectory("\(folder)/in")
      for name in ["secret", "spare"] { try FileAccess.write(name, to: "\(folder)/\(name)") }
      try FileAccess.write("os.difftime(2, 1)", to: "\(folder)/in/s.lua")
      let run = try CommandLineRun.vnnlua(
        options + ["in/s.lua"], environment: ["LD_PRELOAD": library], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      let lines = run.errors.split(separator: "\n").map { $0.split(separator: " ") }
      return Dictionary(
        uniqueKeysWithValues: lines.filter { $0.count == 3 && $0[0] == "intruder:" }.map {
          (String($0[1]), String($0[2]))
        })
    }
  }

  @Test(
    "files, sockets, programs, processes and system calls: nothing leads out",
    .enabled(if: Wall.areWanted, Comment(rawValue: Wall.reason)))
  func walls() throws {
    let found = try attempts(["--sandbox", "--allow-dir", "in"])
    let free = ["read-inside", "make-inside", "kill-self", "read-limit", "thread"]
    for name in free { #expect(found[name] == "0", "\(name)") }
    #expect(found["clone3"] == "ENOSYS")
    let others = found.filter { !free.contains($0.key) && $0.key != "clone3" }
    #expect(others.count == 49, "\(others.count)")
    for (name, error) in others { #expect(error == "EACCES" || error == "EPERM", "\(name): \(error)") }
  }

  @Test("without the sandbox the same attempts succeed, so that the test above says something")
  func open() throws {
    let found = try attempts([])
    let plain = [
      "read-passwd", "read-secret", "make-outside", "remove-outside", "read-memory", "symlink", "link", "mkfifo",
      "chmod",
      "socket", "socketpair", "fork", "vfork", "posix_spawn", "kill-parent", "tgkill-parent", "thread-read-passwd",
    ]
    for name in plain { #expect(found[name] == "0", "\(name): \(found[name] ?? "?")") }
    #expect(found["execve"] == "ENOENT")
  }

  @Test("solvers and products work behind the walls")
  func work() throws {
    let code = """
      local milp, tensor = require "vnn.milp", require "vnn.tensor"
      for _, solver in ipairs(milp.solvers()) do
        if not solver.available then goto continue end
        local model = milp.model()
        local x = model:variable { kind = "integer", upper = 9 }
        model:constrain(x * 2, "<=", 7)
        model:maximize(x * 1)
        local solution = assert(model:solve { solver = solver.name })
        print(solution.status, solution.objective)
        ::continue::
      end
      print(tensor.ones(300, 300):matmul(tensor.ones(300, 300)):sum())
      print(os.date("!%Y", 0))
      """
    try sandboxed(code) { run, _ in
      let solvers = Component.highs.found == nil ? 1 : 2
      let lines = run.output.split(separator: "\n")
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      #expect(lines.filter { $0 == "optimal\t3.0" }.count >= solvers, "\(run.output)")
      #expect(lines.suffix(2) == ["27000000.0", "1970"], "\(run.output)")
    }
  }

  @Test("doctor says which walls there are")
  func doctor() throws {
    let run = try CommandLineRun.vnnlua(["doctor"])
    for name in ["Landlock", "seccomp"] { #expect(run.output.contains(" \(name) "), "\(run.output)") }
  }
}
