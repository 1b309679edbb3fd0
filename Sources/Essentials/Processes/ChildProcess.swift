import Glibc

/// A program that runs beside this one, in a process group of its own, and talks with it in lines.
///
/// A vnnlua has its end of the channel at descriptor 3 and finds it with `ParentProcess`; any other program talks by its
/// standard input and output. When the object goes, the whole group is killed.
public final class ChildProcess {
  /// The process, and its group.
  public let identifier: pid_t
  /// Lines to it and from it.
  public let channel: LineChannel
  /// What it says on standard error; nil where that goes to a file.
  public let errors: LineChannel?
  private var status: Int32?

  /// Starts the vnnlua at `path`, with an empty standard input.
  ///
  /// - Parameters:
  ///   - environment: variables set on top of this process's own.
  ///   - log: the file that its standard output and standard error are appended to.
  /// - Throws: `OutsideFailure` when it cannot be started; `Misuse` where paths are restricted, because a program could
  ///   go anywhere.
  public init(_ path: String, _ arguments: [String], environment: [(String, String)] = [], log: String) throws {
    try ChildProcess.refuseInSandbox(path)
    let (channel, theirs) = try LineChannel.pair(for: path)
    defer { close(theirs) }
    self.channel = channel
    errors = nil
    let parent = (ParentProcess.variable, String(getpid()))
    identifier = try ChildProcess.spawn([path] + arguments, environment: environment + [parent]) { actions in
      posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
      posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO)
      posix_spawn_file_actions_adddup2(actions, theirs, ParentProcess.descriptor)
    }
  }

  /// Starts a program that speaks by its standard input and output.
  ///
  /// - Parameter command: the program, looked for in `$PATH` unless there is a slash in it, and its arguments; not empty.
  /// - Throws: as the other one.
  public init(speaking command: [String]) throws {
    try ChildProcess.refuseInSandbox(command[0])
    let (channel, theirs) = try LineChannel.pair(for: command[0])
    defer { close(theirs) }
    let (errors, theirErrors) = try LineChannel.pair(for: command[0])
    defer { close(theirErrors) }
    self.channel = channel
    self.errors = errors
    identifier = try ChildProcess.spawn(command, environment: []) { actions in
      posix_spawn_file_actions_adddup2(actions, theirs, STDIN_FILENO)
      posix_spawn_file_actions_adddup2(actions, theirs, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(actions, theirErrors, STDERR_FILENO)
    }
  }

  private static func refuseInSandbox(_ path: String) throws {
    guard !FileAccess.isRestricted else { throw Misuse("\(path): the sandbox starts no programs") }
  }

  /// Starts a program with the descriptors that `connect` gives it.
  private static func spawn(
    _ command: [String], environment: [(String, String)],
    connect: (UnsafeMutablePointer<posix_spawn_file_actions_t>) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    connect(&actions)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let words = command.map { strdup($0) } + [nil]
    let settings = ChildProcess.environment(adding: environment).map { strdup($0) } + [nil]
    defer { for text in words + settings { free(text) } }
    var child = pid_t()
    let result = posix_spawnp(&child, command[0], &actions, &attributes, words, settings)
    guard result == 0 else {
      throw OutsideFailure("\(command[0]): cannot be started: \(String(cString: strerror(result)))")
    }
    return child
  }

  deinit {
    guard status == nil else { return }
    send(signal: SIGKILL)
    var ignored: Int32 = 0
    while waitpid(identifier, &ignored, 0) < 0, errno == EINTR {}
  }

  /// Sends a signal to the process and everything it has started, as long as it has not ended.
  public func send(signal: Int32) { if status == nil { kill(-identifier, signal) } }

  /// How it ended, such as "exited with code 1" or "killed by signal 6 (Aborted)"; nil while it runs. What it has
  /// started ends with it.
  public var ending: String? {
    if status == nil { reap() }
    guard let status else { return nil }
    let signal = status & 0x7F
    guard signal != 0 else { return "exited with code \(status >> 8 & 0xFF)" }
    return "killed by signal \(signal) (\(String(cString: strsignal(signal))))"
  }

  /// The processor seconds that it has used, without what it has started; 0 once it has ended.
  public var processorSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard status == nil, clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return 0
    }
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  private func reap() {
    var information = siginfo_t()
    // It stays a zombie at first, so that its group cannot be another's by the time of the kill.
    let isOver = waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0
    guard isOver, information.si_signo == SIGCHLD else { return }
    kill(-identifier, SIGKILL)
    var ended: Int32 = 0
    if waitpid(identifier, &ended, 0) == identifier { status = ended }
  }

  /// Whether a line has come, or it has ended or is about to.
  public var hasNews: Bool { channel.hasNews || ending != nil }

  /// Waits until one of `processes` sends something or ends, or `seconds` have passed. A signal ends it early.
  public static func wait(for processes: [ChildProcess], seconds: Double) {
    LineChannel.wait(for: processes.map(\.channel), seconds: seconds)
  }

  /// The first line that a program prints; nil if it cannot be started, fails, or prints none.
  public static func answer(of command: [String]) -> String? {
    guard let process = try? ChildProcess(speaking: command) else { return nil }
    process.channel.endSending()
    var bytes: [UInt8] = []
    while !process.channel.isClosed {
      bytes += process.channel.nextBytes()
      let open = [process.channel, process.errors].compactMap(\.self).filter { !$0.isClosed }
      _ = process.errors?.nextBytes()
      LineChannel.wait(for: open, seconds: 0.1)
    }
    while process.ending == nil { usleep(500) }
    guard process.status == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  private static func environment(adding added: [(String, String)]) -> [String] {
    var lines: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let line = String(cString: text)
      if !added.contains(where: { line.hasPrefix($0.0 + "=") }) { lines.append(line) }
      entry += 1
    }
    return lines + added.map { "\($0.0)=\($0.1)" }
  }
}
