// libedit's settings are global variables, which only the main thread touches here.
@preconcurrency import CEdit
import Essentials
import LuaHost

/// Lines typed at a terminal, with libedit's editing, history and completion.
final class EditedLines: LineReader {
  let isTerminal = true
  private let historyPath: String?

  /// - Parameter complete: the whole words that a started word could become, after what stands before it on the line.
  init(complete: @escaping (_ word: String, _ before: String) -> [String]) {
    setlocale(LC_CTYPE, "")
    // Scripts are UTF-8 wherever they run; where no locale is set, as in many containers, what is typed is too.
    if String(cString: nl_langinfo(Int32(CODESET))) == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    historyPath = EditedLines.findHistory()
    EditedLines.completer = complete
    // Signals are ours: libedit would send them to the whole process group again.
    rl_catch_signals = 0
    rl_getc_function = { _ in EditedLines.key() }
    rl_initialize()
    using_history()
    stifle_history(2000)
    if let historyPath { read_history(historyPath) }
    // Dots and colons belong to the word that is completed.
    rl_completer_word_break_characters = strdup(" \t\n\"\\'`@$><=;|&{}()[]+-*/%^#~,")
    rl_completion_append_character = 0
    rl_attempted_completion_function = { text, start, _ in
      // Without this, file names would be tried next.
      rl_attempted_completion_over = 1
      let line = rl_line_buffer.map { String(cString: $0) } ?? ""
      let before = String(decoding: line.utf8.prefix(Int(start)), as: UTF8.self)
      return EditedLines.matches(text.map { String(cString: $0) } ?? "", EditedLines.earlier + before)
    }
  }

  func next(prompt: String, after earlier: String) -> LineResult {
    EditedLines.earlier = earlier
    errno = 0
    guard let line = readline(prompt) else {
      if Interrupt.isRequested {
        print("^C")
        return .interrupted
      }
      print("")
      return .end
    }
    defer { free(line) }
    return .line(String(cString: line))
  }

  func remember(_ text: String) {
    let lines = text.split(separator: "\n")
    // One entry per input, so that recalling it recalls all of its lines; but a comment would swallow what follows it.
    let entries = lines.contains { $0.contains("--") } ? lines.map(String.init) : [lines.joined(separator: " ")]
    for entry in entries where !entry.isEmpty { add_history(entry) }
    // Now, so that nothing is lost when the process is killed.
    if let historyPath { write_history(historyPath) }
  }

  /// The next character that is typed, in the locale's encoding; -1 at the end of the input and at Ctrl-C.
  ///
  /// libedit's own reader waits in `read`, which a signal that comes just before it does not end: Ctrl-C would wait for
  /// the next key. Looking up now and then has no such moment.
  private static func key() -> Int32 {
    var state = mbstate_t()
    while !Interrupt.isRequested {
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard poll(&input, 1, 50) > 0 else { continue }
      var byte: CChar = 0
      let count = read(STDIN_FILENO, &byte, 1)
      guard count > 0 else {
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        return -1
      }
      var character: wchar_t = 0
      switch mbrtowc(&character, &byte, 1, &state) {
      case -2: continue  // The character has further bytes.
      case -1: return 0xFFFD
      default: return character
      }
    }
    return -1
  }

  /// libedit's callbacks carry no context, and there is one terminal. Unsafe because only the main thread edits lines.
  nonisolated(unsafe) private static var completer: (_ word: String, _ before: String) -> [String] = { _, _ in [] }
  /// The earlier lines of an unfinished input. Unsafe for the same reason.
  nonisolated(unsafe) private static var earlier = ""

  /// What libedit expects: the common beginning, the candidates, null; allocated with malloc.
  private static func matches(_ word: String, _ before: String) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let found = completer(word, before)
    guard var common = found.first else { return nil }
    for candidate in found { common = commonPrefix(common, candidate) }
    let list = found.count == 1 ? found : [common] + found
    let size = (list.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
    guard let memory = malloc(size) else { return nil }
    let result = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: list.count + 1)
    for (offset, text) in list.enumerated() { result[offset] = strdup(text) }
    result[list.count] = nil
    return result
  }

  private static func commonPrefix(_ a: String, _ b: String) -> String {
    String(zip(a, b).prefix { $0 == $1 }.map(\.0))
  }

  /// `$VNNLUA_HISTORY`, or a file in the directory for state, which is made if necessary.
  private static func findHistory() -> String? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = variable("VNNLUA_HISTORY") { return path }
    guard let directory = variable("XDG_STATE_HOME") ?? variable("HOME").map({ "\($0)/.local/state" }) else {
      return nil
    }
    // Without the directory there is no history, which is no reason to fail.
    guard (try? FileAccess.makeDirectory("\(directory)/vnnlua")) != nil else { return nil }
    return "\(directory)/vnnlua/history"
  }
}
