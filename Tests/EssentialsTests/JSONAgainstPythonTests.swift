import Essentials
import TestSupport
import Testing

/// Our reader and writer against Python's, on random values and on damaged texts.
@Suite("JSON against Python's json", .enabled(if: Component.python.isWanted, "\(Component.python.reason)"))
struct JSONAgainstPythonTests {
  /// Reads texts, one a line in hexadecimal digits, and writes each value as JSON, or `-` for what is no JSON.
  ///
  /// Python takes more than RFC 8259: NaN and infinities, numbers past the floats, halves of surrogate pairs, names that
  /// occur twice; and it reads `-0` as an integer and larger integers than 64 bits hold. Here it follows our choices.
  private static let oracle = """
    import json, math, sys

    def refuse(word): raise ValueError(word)
    def number(text):
        value = float(text)
        return value if math.isfinite(value) else refuse(text)
    def integer(text):
        value = int(text)
        return -0.0 if text == "-0" else value if -2**63 <= value < 2**63 else number(text)
    def members(pairs): return dict(pairs) if len(dict(pairs)) == len(pairs) else refuse("twice")

    for line in open(sys.argv[1]):
        try:
            value = json.loads(bytes.fromhex(line).decode("utf-8"), parse_constant=refuse, parse_float=number,
                               parse_int=integer, object_pairs_hook=members)
            json.dumps(value, ensure_ascii=False).encode("utf-8")
            print(json.dumps(value, indent=None))
        except ValueError:
            print("-")
    """

  private func askPython(_ texts: [[UInt8]]) throws -> [String] {
    try withTemporaryDirectory { folder in
      let lines = texts.map { $0.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined() }
      try FileAccess.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/texts")
      try FileAccess.write(Self.oracle, to: "\(folder)/oracle.py")
      let run = try CommandLineRun(try Component.python.path(), ["\(folder)/oracle.py", "\(folder)/texts"])
      try #require(run.status == 0, "\(run.errors)")
      return run.output.split(separator: "\n").map(String.init)
    }
  }

  @Test("random values come through both unchanged, floats to the last bit", arguments: UInt64(1)...4)
  func roundTrip(_ seed: UInt64) throws {
    var random = RandomJSON(seed: seed)
    let values = (0..<300).map { _ in random.value(depth: 4) }
    let texts = try values.enumerated().map { Array(try $1.text(indented: $0 % 2 == 0).utf8) }
    let answers = try askPython(texts)
    try #require(answers.count == texts.count)
    for (index, value) in values.enumerated() {
      let text = try value.text()
      let ours = try JSON(parsing: texts[index], path: "ours")
      let theirs = try JSON(parsing: Array(answers[index].utf8), path: "theirs")
      // 3.0 is written as the integer 3, so values are compared by their text.
      #expect(try ours.text() == text && theirs.text() == text, "seed \(seed), value \(index): \(text)")
    }
  }

  @Test("damaged texts are read and refused as Python does, and refusals say where", arguments: UInt64(1)...4)
  func mutations(_ seed: UInt64) throws {
    var random = RandomJSON(seed: seed)
    let texts = try (0..<2500).map { _ in random.damaged(Array(try random.value(depth: 3).text().utf8)) }
    let answers = try askPython(texts)
    try #require(answers.count == texts.count)
    var taken = 0
    for (text, answer) in zip(texts, answers) {
      let shown = "seed \(seed): \(String(decoding: text, as: UTF8.self))"
      do {
        let ours = try JSON(parsing: text, path: "p")
        taken += 1
        try #require(answer != "-", "taken, and Python refuses it; \(shown)")
        #expect(try ours.text() == JSON(parsing: Array(answer.utf8), path: "theirs").text(), "\(shown)")
      } catch let failure as OutsideFailure {
        #expect(answer == "-", "refused, and Python takes it; \(shown): \(failure.message)")
        #expect(failure.message.hasPrefix("p: not valid JSON: line "), "\(shown): \(failure.message)")
      }
    }
    // Neither kind is rare, or the test would say little.
    #expect((200...2300).contains(taken), "seed \(seed): \(taken) of \(texts.count) were taken")
  }
}
