@preconcurrency import CReadline

// What the keys do that Readline has no command for: Enter runs what is complete, Tab indents, and the keys that go to the
// ends of a line, kill the rest of it or go to another one know the lines of an input.
extension EditedInput {
  static func bindKeys() {
    rl_add_defun("vnnlua-enter", { _, key in EditedInput.enter(key) }, 13)
    rl_bind_key(10, { _, key in EditedInput.enter(key) })
    rl_bind_key(9, { count, key in EditedInput.tab(count, key) })
    bind(["\\e\\C-m", "\\e\\C-j"]) { _, _ in EditedInput.insert("\n") }
    bind(["\\C-a", "\\e[H", "\\eOH", "\\e[1~"]) { _, _ in EditedInput.go(to: EditedInput.ends.first) }
    bind(["\\C-e", "\\e[F", "\\eOF", "\\e[4~"]) { _, _ in EditedInput.go(to: EditedInput.ends.last) }
    bind(["\\C-k"]) { _, _ in EditedInput.kill() }
    bind(["\\e[A", "\\eOA", "\\C-p"]) { _, _ in EditedInput.move(-1) }
    bind(["\\e[B", "\\eOB", "\\C-n"]) { _, _ in EditedInput.move(1) }
  }

  private static func bind(_ sequences: [String], _ command: @convention(c) (Int32, Int32) -> Int32) {
    for sequence in sequences { rl_bind_keyseq(sequence, command) }
  }

  private static func insert(_ text: String) -> Int32 {
    rl_insert_text(text)
    return 0
  }

  private static func go(to place: Int32) -> Int32 {
    rl_point = place
    return 0
  }

  /// Where the line of the cursor begins and ends, in bytes of the input.
  private static var ends: (first: Int32, last: Int32) {
    let bytes = Array(line.utf8)
    let point = Int(rl_point)
    let feed = UInt8(ascii: "\n")
    let first = bytes[..<point].lastIndex(of: feed).map { $0 + 1 } ?? 0
    let last = bytes[point...].firstIndex(of: feed) ?? bytes.count
    return (Int32(first), Int32(last))
  }

  /// Kills the rest of the line, or at its end the line feed.
  private static func kill() -> Int32 {
    let last = ends.last
    return rl_kill_text(rl_point, last == rl_point ? min(last + 1, rl_end) : last)
  }

  /// Runs the input, wherever the cursor is; one that is unfinished goes on in a new line.
  private static func enter(_ key: Int32) -> Int32 {
    guard !isUnfinished(line) else { return insert("\n") }
    rl_point = rl_end
    return rl_newline(1, key)
  }

  /// Completes, or indents where nothing but space is before the cursor.
  private static func tab(_ count: Int32, _ key: Int32) -> Int32 {
    let begun = beforeCursor.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
    guard begun.allSatisfy(\.isWhitespace), !line.isEmpty else { return rl_complete(count, key) }
    return insert("  ")
  }

  /// Up or down: to another line of what is typed, and beyond its first and last through the history, to inputs that
  /// begin with what was before the cursor.
  private static func move(_ direction: Int) -> Int32 {
    if recalled?.text != line {
      recalled = nil
      if moveInside(direction) { return 0 }
    }
    var walk = recalled ?? RecalledInput(line, prefix: beforeCursor, after: history.inputs.count)
    guard walk.step(direction, in: history.inputs) else { return 0 }
    recalled = walk
    rl_replace_line(walk.text, 0)
    rl_point = rl_end
    return 0
  }

  /// Moves the cursor to the line above or below. False where there is none.
  private static func moveInside(_ direction: Int) -> Bool {
    let lines = line.split(separator: "\n", omittingEmptySubsequences: false)
    let before = beforeCursor.split(separator: "\n", omittingEmptySubsequences: false)
    let target = before.count - 1 + direction
    guard lines.indices.contains(target) else { return false }
    let column = before.last?.count ?? 0
    let above = lines[..<target].reduce(0) { $0 + $1.utf8.count + 1 }
    rl_point = Int32(above + lines[target].prefix(column).utf8.count)
    return true
  }
}
