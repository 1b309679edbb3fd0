import Essentials
import LuaHost

/// What `--sandbox` adds to an interpreter before a stranger's script runs in it. What is left to the script is the list
/// in `Stdlib/sandbox.lua`.
enum Sandbox {
  /// Closes the sandbox; there is no way back.
  ///
  /// - Returns: the scratch folder in it, `$TMPDIR` from now on; keep it as long as scripts run.
  static func enter(_ interpreter: Interpreter, _ command: Command) throws -> TemporaryFolder {
    let bytes = command.memoryLimit << 20
    // Threads of OpenBLAS take memory each, and the script shall not have the whole machine anyway.
    setenv("OPENBLAS_NUM_THREADS", "1", 0)
    // The limits of the interpreter are exact and give clear errors; this one ends the process should a single request
    // go far beyond them.
    var limit = rlimit(rlim_cur: rlim_t(2 * bytes + 1 << 30), rlim_max: rlim_t(2 * bytes + 1 << 30))
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    try interpreter.run(interpreter.load(ours: "require('vnn.sandbox').enter()"))
    let scratch = try TemporaryFolder()
    setenv("TMPDIR", scratch.path, 1)
    try FileAccess.restrict(to: command.allowedDirectories + [scratch.path])
    interpreter.limit(memory: bytes)
    interpreter.limit(instructions: command.instructionLimit)
    return scratch
  }
}
