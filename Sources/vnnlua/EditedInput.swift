// Readline's settings are global variables, which only the main thread touches here.
@preconcurrency import CReadline
import LuaHost

/// Inputs typed or pasted at a terminal, with GNU Readline's editing. An input of several lines is edited as a whole, and
/// what is pasted is inserted as it is.
final class EditedInput: InputReader {
  let isTerminal = true

  /// - Parameter complete: the whole words that a started word could become, after what stands before it.
  init(complete: @escaping (_ word: String, _ before: String) -> [String]) {
    setlocale(LC_CTYPE, "")
    // Scripts are UTF-8 wherever they run; where no locale is set, as in many containers, what is typed is too.
    if String(cString: nl_langinfo(Int32(CODESET))) == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    EditedInput.history = InputHistory(at: InputHistory.usualPath)
    EditedInput.completer = complete
    // Signals are ours.
    rl_catch_signals = 0
    rl_getc_function = { _ in EditedInput.key() }
    // The name by which a user's inputrc can say what holds here only.
    rl_readline_name = UnsafePointer(strdup("vnnlua"))
    rl_variable_bind("enable-bracketed-paste", "on")
    rl_variable_bind("show-all-if-ambiguous", "on")
    rl_variable_bind("bell-style", "none")
    rl_variable_bind("enable-active-region", "off")
    rl_initialize()
    using_history()
    stifle_history(Int32(InputHistory.limit))
    for text in EditedInput.history.inputs { add_history(text) }
    EditedInput.bindKeys()
    rl_completion_word_break_hook = { EditedInput.wordBreaks() }
    rl_attempted_completion_function = { text, start, _ in
      // Without this, file names would be tried next.
      rl_attempted_completion_over = 1
      // Readline sets it to a space each time.
      rl_completion_append_character = 0
      let before = String(decoding: EditedInput.line.utf8.prefix(Int(start)), as: UTF8.self)
      return EditedInput.matches(text.map { String(cString: $0) } ?? "", before)
    }
  }

  func next(prompt: String, isUnfinished: @escaping (String) -> Bool) -> Input {
    EditedInput.isUnfinished = isUnfinished
    EditedInput.recalled = nil
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
    let text = String(cString: line)
    if !text.allSatisfy(\.isWhitespace) {
      add_history(text)
      EditedInput.history.add(text)
    }
    return .text(text)
  }

  /// The next byte that is typed; the end of the input also at Ctrl-C.
  ///
  /// Readline's own reader waits in `read`, which a signal that comes just before it does not end: Ctrl-C would wait for
  /// the next key. Looking up now and then has no such moment.
  private static func key() -> Int32 {
    while !Interrupt.isRequested {
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard poll(&input, 1, 50) > 0 else { continue }
      var byte: UInt8 = 0
      let count = read(STDIN_FILENO, &byte, 1)
      if count > 0 { return Int32(byte) }
      guard count < 0, errno == EINTR || errno == EAGAIN else { return EOF }
    }
    // Readline takes the end after something typed for Enter.
    rl_replace_line("", 0)
    return EOF
  }

  /// What was typed so far.
  static var line: String { rl_line_buffer.map { String(cString: $0) } ?? "" }

  /// What was typed before the cursor.
  static var beforeCursor: String { String(decoding: line.utf8.prefix(Int(rl_point)), as: UTF8.self) }

  // Readline's callbacks carry no context, and there is one terminal. All of these are unsafe because only the main
  // thread edits.
  nonisolated(unsafe) private static var completer: (_ word: String, _ before: String) -> [String] = { _, _ in [] }
  nonisolated(unsafe) static var isUnfinished: (String) -> Bool = { _ in false }
  nonisolated(unsafe) static var history = InputHistory(at: nil)
  /// The walk through the history that goes on while nothing else is typed.
  nonisolated(unsafe) static var recalled: RecalledInput?

  /// Dots and colons belong to the word that is completed.
  nonisolated(unsafe) private static let breaksInCode = strdup(" \t\n\"\\'`@$><=;|&{}()[]+-*/%^#~,")
  nonisolated(unsafe) private static let breaksInQuotes = strdup("\"'")
  /// What ends a word where the cursor is.
  private static func wordBreaks() -> UnsafeMutablePointer<CChar>? {
    var open: Character?
    for character in beforeCursor where open == nil ? "\"'".contains(character) : character == open {
      open = open == nil ? character : nil
    }
    return open == nil ? breaksInCode : breaksInQuotes
  }

  /// What Readline expects: the common beginning, the candidates, null; allocated with malloc.
  private static func matches(_ word: String, _ before: String) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let found = completer(word, before)
    guard var common = found.first else { return nil }
    // Where quotation marks are open, Readline closes them; after a folder the name goes on.
    rl_completion_suppress_append = found.count == 1 && common.hasSuffix("/") ? 1 : 0
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
}
