import Glibc

/// A program that runs beside this one, in a process group of its own, and talks with it in lines.
///
/// Its standard input is empty and its output goes to a file. Descriptor 3 is its end of the channel; a vnnlua finds it
/// with `ParentProcess`. When the object goes, the whole group is killed.
public final class ChildProcess {
  /// The process, and its group.
  public let identifier: pid_t
  /// Lines to it and from it.
  public let channel: LineChannel
  private var status: Int32?

  /// Starts the program at `path`.
  ///
  /// - Parameters:
  ///   - environment: variables set on top of this process's own.
  ///   - log: the file that its standard output and standard error are appended to.
  /// - Throws: `OutsideFailure` when it cannot be started; `Misuse` where paths are restricted, because a program could
  ///   go anywhere.
  public init(_ path: String, _ arguments: [String], environment: [(String, String)] = [], log: String) throws {
    guard !FileAccess.isRestricted else { throw Misuse("\(path): the sandbox starts no programs") }
    var sockets: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw FileAccess.failure(path, "cannot be connected") }
    channel = LineChannel(descriptor: sockets[0])
    defer { close(sockets[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    posix_spawn_file_actions_adddup2(&actions, sockets[1], ParentProcess.descriptor)

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

    let added = environment + [(ParentProcess.variable, String(getpid()))]
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let settings = ChildProcess.environment(adding: added).map { strdup($0) } + [nil]
    defer { for text in words + settings { free(text) } }
    var child = pid_t()
    let result = posix_spawn(&child, path, &actions, &attributes, words, settings)
    guard result == 0 else { throw OutsideFailure("\(path): cannot be started: \(String(cString: strerror(result)))") }
    identifier = child
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
    var pollers = processes.map { pollfd(fd: $0.channel.descriptor, events: Int16(POLLIN), revents: 0) }
    poll(&pollers, nfds_t(pollers.count), Int32(min(max(seconds, 0) * 1000, 1e9)))
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
