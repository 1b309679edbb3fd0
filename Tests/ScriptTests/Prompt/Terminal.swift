import Essentials
import Glibc
import TestSupport

/// A `vnnlua` at a real pseudo-terminal, typed into as by a person.
final class Terminal {
  private let master: Int32
  private let process: pid_t
  /// What was shown and not yet expected.
  private var shown = ""
  private var hasEnded = false

  /// Starts the built `vnnlua` as the leader of a session whose terminal this is.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    // What posix_openpt, unlockpt and ptsname do, which Swift's Glibc does not show.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (number, unlocked) = (Int32(0), Int32(0))
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
    guard master >= 0, ioctl(master, setLock, &unlocked) == 0, ioctl(master, getNumber, &number) == 0 else {
      throw OutsideFailure("pseudo-terminal: cannot be opened")
    }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: 40, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes the session's own, so that Ctrl-C is a signal.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID
    posix_spawnattr_setflags(&attributes, newSession)

    var variables = Terminal.environment
    variables["TERM"] = "vt100"
    for (key, value) in environment { variables[key] = value }
    var words = ([CommandLineRun.builtExecutable] + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var child = pid_t()
    let status = posix_spawn(&child, CommandLineRun.builtExecutable, &actions, &attributes, &words, &settings)
    guard status == 0 else { throw OutsideFailure("vnnlua: cannot be started: \(String(cString: strerror(status)))") }
    process = child
  }

  /// A prompt with a history file of its own.
  static func prompt(_ arguments: [String] = [], in folder: String) throws -> Terminal {
    let terminal = try Terminal(arguments, environment: ["VNNLUA_HISTORY": "\(folder)/history"])
    try terminal.expect("> ")
    return terminal
  }

  /// The exit status after Ctrl-D at the prompt, on a line that Ctrl-U has emptied of what may be left of an earlier one.
  func leave() throws -> Int32 {
    try expect("> ")
    return try end(typing: "\u{15}\u{4}")
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    close(master)
  }

  /// Pastes `text` as a terminal does that marks what is pasted.
  func paste(_ text: String) { type("\u{1B}[200~\(text)\u{1B}[201~") }

  /// Types `text`; "\u{3}" is Ctrl-C, "\u{4}" Ctrl-D, "\t" Tab.
  func type(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Waits until `text` is shown after what was expected before. A minute is only there so that a failure ends.
  ///
  /// - Parameter typed: typed again and again until then, each time after a silence: a Ctrl-C takes along what the
  ///   terminal has not shown yet.
  func expect(_ text: String, typing typed: String = "") throws {
    let watch = Stopwatch()
    type(typed)
    while true {
      if let found = shown.range(of: text) {
        shown = String(shown[found.upperBound...])
        return
      }
      let before = shown.count
      guard watch.wallSeconds < 60, read(milliseconds: 200) else {
        throw OutsideFailure("the terminal did not show \(text) but \(shown.debugDescription)")
      }
      if shown.count == before { type(typed) }
    }
  }

  /// Waits until the program ends: its exit status, or 128 and the number of the signal that killed it.
  ///
  /// - Parameter text: typed again and again until then. Readline changes the terminal's mode only after it has shown the
  ///   prompt, and a Ctrl-D that comes between the two is lost.
  func end(typing text: String = "") throws -> Int32 {
    let watch = Stopwatch()
    type(text)
    while read(milliseconds: 200) {
      type(text)
      guard watch.wallSeconds < 60 else { throw OutsideFailure("the program did not end: \(shown.debugDescription)") }
    }
    var status: Int32 = 0
    guard waitpid(process, &status, 0) == process else { throw OutsideFailure("the program has no status") }
    hasEnded = true
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  /// Everything that was shown and not yet expected.
  var rest: String { shown }

  /// Reads what there is, waiting a while for it. False when the other side is closed.
  private func read(milliseconds: Int32) -> Bool {
    var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, milliseconds) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    shown += String(decoding: buffer[..<count], as: UTF8.self)
    // How Readline asks the terminal to mark what is pasted.
    for mark in ["\u{1B}[?2004h", "\u{1B}[?2004l\r"] { shown = shown.split(separator: mark).joined() }
    return true
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }
}

extension String {
  /// Where `text` first occurs.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    let (whole, part) = (Array(utf8), Array(text.utf8))
    guard part.count <= whole.count else { return nil }
    for start in 0...(whole.count - part.count) where whole[start..<(start + part.count)].elementsEqual(part) {
      let lower = utf8.index(startIndex, offsetBy: start)
      return lower..<utf8.index(lower, offsetBy: part.count)
    }
    return nil
  }
}
