// libedit's settings are global variables, which only the main thread touches here.
@preconcurrency import CEdit
import Essentials
import LuaHost

/// Lines typed at a terminal, with libedit's editing, history and completion.
final class EditedLines: LineReader {
  let isTerminal = true
  private let historyPath: String?

  /// - Parameter complete: the whole words that a started word could become.
  init(complete: @escaping (String) -> [String]) {
    setlocale(LC_CTYPE, "")
    historyPath = EditedLines.findHistory()
    EditedLines.completer = complete
    // Signals are ours: libedit would send them to the whole process group again.
    rl_catch_signals = 0
    rl_initialize()
    using_history()
    stifle_history(2000)
    if let historyPath { read_history(historyPath) }
    // Dots and colons belong to the word that is completed.
    rl_completer_word_break_characters = strdup(" \t\n\"\\'`@$><=;|&{}()[]+-*/%^#~,")
    rl_completion_append_character = 0
    rl_attempted_completion_function = { text, _, _ in
      // Without this, file names would be tried next.
      rl_attempted_completion_over = 1
      return EditedLines.matches(text.map { String(cString: $0) } ?? "")
    }
  }

  func next(prompt: String) -> LineResult {
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
    // One entry per input, so that recalling it recalls all of its lines.
    let entry = text.split(separator: "\n").joined(separator: " ")
    if !entry.isEmpty { add_history(entry) }
  }

  func close() {
    guard let historyPath else { return }
    write_history(historyPath)
  }

  /// libedit's callbacks carry no context, and there is one terminal. Unsafe because only the main thread edits lines.
  nonisolated(unsafe) private static var completer: (String) -> [String] = { _ in [] }

  /// What libedit expects: the common beginning, the candidates, null; allocated with malloc.
  private static func matches(_ word: String) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let found = completer(word)
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
