import CMemoryGuard
import Essentials
import LuaHost
import Solvers
import Tensors

/// What `--sandbox` adds to an interpreter before a stranger's script runs in it. What is left to the script is the list
/// in `Stdlib/host/sandbox.lua`.
enum Sandbox {
  /// Closes the sandbox; there is no way back.
  ///
  /// - Returns: the scratch folder in it, `$TMPDIR` from now on; keep it as long as scripts run.
  static func enter(_ interpreter: Interpreter, _ command: Command) throws -> TemporaryFolder {
    // Threads of OpenBLAS take memory each, and the script shall not have the whole machine anyway.
    setenv("OPENBLAS_NUM_THREADS", "1", 0)
    try interpreter.run(interpreter.load(ours: "require('vnn.host.sandbox').enter()"))
    try interpreter.protectMetatables()
    let parent = TemporaryFolder.parent
    let scratch = try TemporaryFolder()
    setenv("TMPDIR", scratch.path, 1)
    // What is read is in memory twice: as it was read, and as what the script gets.
    try FileAccess.restrict(
      to: command.allowedDirectories + [scratch.path], byteLimit: command.memoryLimit << 20 / 4)
    try limit(interpreter, command)
    let folders = [StandardLibrary.directory].compactMap(\.self) + libraryFolders
    for lack in try KernelWalls.enter(
      readable: folders, removable: [parent], accepts: command.connectionFile != nil)
    {
      Console.error("vnnlua: this kernel \(lack): the sandbox has one wall less (vnnlua doctor)")
    }
    // After the walls, so that its thread is inside them.
    try interpreter.watch(seconds: command.timeLimit, residentBytes: residentLimit(command))
    return scratch
  }

  /// The most that the process may hold in memory: as much as Lua and native objects may, and what the program, its
  /// libraries and their work need.
  private static func residentLimit(_ command: Command) -> Int { command.memoryLimit << 21 + 100 << 20 }

  private static func limit(_ interpreter: Interpreter, _ command: Command) throws {
    let bytes = command.memoryLimit << 20
    interpreter.limit(memory: bytes)
    interpreter.limit(instructions: command.instructionLimit)
    TensorStorage.limit(bytes: bytes) { [weak interpreter] isEnough in interpreter?.makeRoom(isEnough) }
    // These limits are exact and give clear errors. This one is for what nobody has counted, in case it grows faster than
    // anybody looks; libraries reserve far more than they touch.
    memory_guard_arm("vnnlua: stopped: the limit of memory is used up\n")
    let most = rlim_t(residentLimit(command) + dataBytes + 256 << 20)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
  }

  /// The bytes of address space for data that the process has now.
  private static var dataBytes: Int {
    guard let text = try? FileAccess.readTrusted("/proc/self/statm") else { return 0 }
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst(5).first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }

  /// Where libraries that are opened when they are needed may be, beside the system's folders.
  private static var libraryFolders: [String] {
    let own = getenv("LD_LIBRARY_PATH").map { String(cString: $0) } ?? ""
    return SolverRegistry.libraryFolders + own.split(separator: ":").map(String.init)
  }
}
