import Essentials
import Glibc
import LuaHost

/// `vnn.system`: clocks, files, processes, the terminal, and what this program is made of.
enum SystemModule {
  static let name = "vnn.system"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("version", .string(Release.version))
      module.constant("build", Release.build.map { .string($0) } ?? .nil)
      module.function("clock") { call in call.push(Stopwatch.now) }
      module.function("processor_clock") { call in call.push(Stopwatch.processorNow) }
      module.function("nothing") { _ in 0 }
      module.limited("limited")
      module.function("is_sandboxed") { call in call.push(FileAccess.isRestricted) }
      describeFiles(module)
      describeFolders(module)
      describeProcesses(module)
      describeTerminal(module)
      module.function("components") { call in call.push(.array(Component.all.map(\.luaValue))) }
      module.function("library_paths") { call in call.push(StandardLibrary.paths) }
      module.function("library_source") { call in
        guard let source = try StandardLibrary.source(of: try call.string(1)) else { return call.pushNil() }
        return call.push(bytes: source)
      }
    }
  }

  private static func describeFiles(_ module: NativeModule.Builder) {
    module.function("read_file") { call in call.push(bytes: try FileAccess.read(try call.string(1))) }
    module.function("write_file") { call in
      try FileAccess.write(try call.bytes(2), to: try call.string(1))
      return call.push(true)
    }
    module.function("append_line") { call in
      try FileAccess.appendLine(try call.string(2), to: try call.string(1))
      return call.push(true)
    }
    module.function("make_directory") { call in
      try FileAccess.makeDirectory(try call.string(1))
      return call.push(true)
    }
    module.function("exists") { call in call.push(FileAccess.exists(try call.string(1))) }
    module.function("open_file") { call in
      let (path, mode) = (try call.string(1), try call.string(2, default: "r"))
      guard let flags = openFlags(mode) else { throw call.mismatch(2, expected: "a mode such as r, w, a or r+b") }
      return try call.push(file: try FileAccess.open(path, flags), mode: mode)
    }
  }

  /// What the system calls a mode of `io.open`, or nil.
  private static func openFlags(_ mode: String) -> Int32? {
    let isBoth = mode.hasSuffix("+") || mode.hasSuffix("+b")
    switch mode {
    case "r", "rb", "r+", "r+b": return isBoth ? O_RDWR : O_RDONLY
    case "w", "wb", "w+", "w+b": return (isBoth ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC
    case "a", "ab", "a+", "a+b": return (isBoth ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND
    default: return nil
    }
  }

  private static func describeFolders(_ module: NativeModule.Builder) {
    module.function("list") { call in call.push(try FileAccess.list(try call.string(1))) }
    module.function("publish") { call in
      try FileAccess.publish(try call.string(1), as: try call.string(2))
      return call.push(true)
    }
    module.function("remove") { call in
      try FileAccess.remove(try call.string(1))
      return call.push(true)
    }
    module.function("empty") { call in
      try FileAccess.empty(try call.string(1))
      return call.push(true)
    }
    module.function("repair_lines") { call in call.push(try FileAccess.repairLines(try call.string(1))) }
    module.function("lock") { call in call.push(try FileLock.acquire(try call.string(1))) }
    module.function("temporary_folder") { call in call.push(try TemporaryFolder()) }
    module.function("gzip") { call in call.push(bytes: try Gzip.compress(try call.bytes(1))) }
    module.function("digest") { call in call.push(Digest.sha256(try call.bytes(1))) }
  }

  private static func describeProcesses(_ module: NativeModule.Builder) {
    module.constant("program", .string(programPath))
    module.constant("process_id", .integer(Int(getpid())))
    module.constant("host", .string(hostName))
    module.function("spawn") { call in
      let (environment, log) = try call.options(3) { options in
        (try options.value("environment"), try options.string("log", default: "/dev/null"))
      }
      guard case .table(let entries) = environment, entries.allSatisfy({ $0.value.string != nil }) else {
        guard environment.isNil else { throw Misuse("spawn: environment: expected a table of strings") }
        return call.push(try ChildProcess(try call.string(1), try call.strings(2), log: log))
      }
      let variables = entries.map { ($0.key, $0.value.string ?? "") }
      return call.push(try ChildProcess(try call.string(1), try call.strings(2), environment: variables, log: log))
    }
    module.function("wait") { call in
      let processes: [ChildProcess] = try call.objects(1)
      let end = Stopwatch.now + (try call.double(2))
      call.answeringInterrupts {
        // In slices, for an interrupt that comes just before the system waits.
        while !Interrupt.isRequested, !processes.contains(where: { $0.hasNews }), end > Stopwatch.now {
          ChildProcess.wait(for: processes, seconds: min(0.5, end - Stopwatch.now))
        }
      }
      return call.acknowledgeInterrupt() ? call.push("interrupted") : call.pushNil()
    }
    module.function("hold_interrupts") { call in
      let work = try call.function(1)
      try call.holdingInterrupts { _ = try work.call() }
      return 0
    }
    module.function("interrupt_count") { call in call.push(call.interruptCount) }
    module.function("parent") { call in call.push(ParentProcess()) }
  }

  private static var programPath: String {
    guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "vnnlua" }
    defer { free(path) }
    return String(cString: path)
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  private static func describeTerminal(_ module: NativeModule.Builder) {
    module.function("is_terminal") { call in
      let stream = try call.string(1, oneOf: ["stdin", "stdout", "stderr"])
      let descriptor = stream == "stdin" ? STDIN_FILENO : stream == "stdout" ? STDOUT_FILENO : STDERR_FILENO
      return call.push(isatty(descriptor) == 1)
    }
    module.function("terminal_width") { call in
      var size = winsize()
      guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return call.pushNil() }
      return call.push(Int(size.ws_col))
    }
  }
}
