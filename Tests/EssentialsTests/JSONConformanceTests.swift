import Essentials
import Testing

/// RFC 8259, kind by kind as parsing test suites do (N. Seriot, "Parsing JSON is a minefield", 2016): what must be read,
/// what must be refused, and what we chose where the RFC leaves it open.
@Suite("JSON texts that are read and refused")
struct JSONConformanceTests {
  private func parse(_ bytes: some Sequence<UInt8>) throws -> JSON { try JSON(parsing: Array(bytes), path: "p.json") }

  static let taken: [(text: String, value: JSON)] = [
    ("[]", .array([])), ("{}", .object([:])), (" \t\r\n[ ] \n", .array([])), ("null", .null), ("true", .boolean(true)),
    ("false", .boolean(false)), ("\"\"", .string("")), ("42", .integer(42)), ("0", .integer(0)), (" 7 ", .integer(7)),
    ("[null,1,\"1\",{}]", .array([.null, .integer(1), .string("1"), .object([:])])),
    ("{\"\":0}", .object(["": .integer(0)])), ("{\"a\":{\"a\":[]}}", .object(["a": .object(["a": .array([])])])),
    ("{\"a\\u0000b\":1}", .object(["a\u{0}b": .integer(1)])), ("\"\u{7F}\"", .string("\u{7F}")),
    // Numbers.
    ("-1", .integer(-1)), ("1.5", .number(1.5)), ("1e2", .number(100)), ("1E+2", .number(100)), ("1e-2", .number(0.01)),
    ("0e1", .number(0)), ("0.0", .number(0)), ("3.0", .number(3)), ("-0.5e-0", .number(-0.5)),
    ("9007199254740993", .integer(9_007_199_254_740_993)), ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)), ("1152921504606846976", .integer(1 << 60)),
    ("1152921504606846976.0", .number(0x1p60)), ("5e-324", .number(.leastNonzeroMagnitude)),
    ("2.2250738585072011e-308", .number(Double.leastNormalMagnitude.nextDown)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("0.1000000000000000055511151231257827", .number(0.1)),
    ("9007199254740993.0", .number(9_007_199_254_740_992)),
    // Strings.
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")), ("\"\\u00e9\\u20AC\"", .string("é€")),
    ("\"\\uD834\\uDd1e\"", .string("𝄞")), ("\"\\\\uD800\"", .string("\\uD800")),
    ("\"𝄞é\u{2028}\u{FFFF}\"", .string("𝄞é\u{2028}\u{FFFF}")),
    ("\"\\u0000\"", .string("\u{0}")), ("\"/* no comment */\"", .string("/* no comment */")),
    ("\"\\uFFFF\"", .string("\u{FFFF}")),
  ]

  @Test("what must be read is read, with the right value", arguments: taken)
  func takes(_ text: String, _ value: JSON) throws { #expect(try parse(text.utf8) == value) }

  @Test("every value may have spaces around it and stand in arrays and objects", arguments: taken)
  func nests(_ text: String, _ value: JSON) throws {
    #expect(try parse("[\(text) ,\n\(text)]".utf8) == .array([value, value]))
    #expect(try parse("{ \"k\" :\(text)}".utf8) == .object(["k": value]))
  }

  static let refused: [(text: String, told: String)] = [
    // Structure.
    ("", "line 1, column 1: expected a value, got the end of the text"),
    (" \n ", "line 2, column 2: expected a value, got the end of the text"),
    ("[1,]", "line 1, column 4: expected a value, got ']'"),
    ("[,1]", "line 1, column 2: expected a value or ']', got ','"),
    ("[1,,2]", "line 1, column 4: expected a value, got ','"),
    ("[1 2]", "line 1, column 4: expected ',' or ']', got '2'"),
    ("[1:2]", "line 1, column 3: expected ',' or ']', got ':'"),
    ("[1}", "line 1, column 3: expected ',' or ']', got '}'"),
    ("[1", "line 1, column 3: expected ',' or ']', got the end of the text"),
    ("[", "line 1, column 2: expected a value or ']', got the end of the text"),
    ("[1,\n2,\n", "line 3, column 1: expected a value, got the end of the text"),
    ("]", "line 1, column 1: expected a value, got ']'"),
    ("[]]", "line 1, column 3: expected the end of the text, got ']'"),
    ("[] []", "line 1, column 4: expected the end of the text, got '['"),
    ("1 2", "line 1, column 3: expected the end of the text, got '2'"),
    ("{\"a\":1,}", "line 1, column 8: expected a name in double quotes, got '}'"),
    ("{,}", "line 1, column 2: expected a name in double quotes or '}', got ','"),
    ("{\"a\":1 \"b\":2}", "line 1, column 8: expected ',' or '}', got '\"b\":2}'"),
    ("{\"a\" 1}", "line 1, column 6: expected ':', got '1'"),
    ("{\"a\",1}", "line 1, column 5: expected ':', got ','"),
    ("{\"a\":}", "line 1, column 6: expected a value, got '}'"),
    ("{\"a\"}", "line 1, column 5: expected ':', got '}'"),
    ("{1:2}", "line 1, column 2: expected a name in double quotes or '}', got '1'"),
    ("{a:2}", "line 1, column 2: expected a name in double quotes or '}', got 'a'"),
    ("{'a':2}", "line 1, column 2: expected a name in double quotes or '}', got ''a''"),
    ("{\"é\": [\n  1,\n  \"ü\" x]}", "line 3, column 7: expected ',' or ']', got 'x'"),
    ("{\"a\":1]", "line 1, column 7: expected ',' or '}', got ']'"),
    ("[1]//", "line 1, column 4: expected the end of the text, got '//'"),
    ("/**/[]", "line 1, column 1: expected a value, got '/**/'"),
    ("[1,#\n2]", "line 1, column 4: expected a value, got '#'"),
    ("4\"", "line 1, column 2: expected the end of the text, got '\"'"),
    ("[] \"a", "line 1, column 4: expected the end"),
    // Words and numbers.
    ("nul", "line 1, column 1: expected a value, got 'nul'"),
    ("[True]", "line 1, column 2: expected a value or ']', got 'True'"),
    ("[nullx]", "line 1, column 6: expected ',' or ']', got 'x'"),
    ("NaN", "line 1, column 1: expected a value, got 'NaN'"),
    ("-Infinity", "line 1, column 1"), ("Infinity", "line 1, column 1: expected a value, got 'Infinity'"),
    ("undefined", "line 1, column 1"),
    ("01", "line 1, column 2"), ("-01", "line 1, column 3"), ("0x10", "line 1, column 2"),
    ("+1", "line 1, column 1: expected a value, got '+1'"),
    (".5", "line 1, column 1: expected a value, got '.5'"),
    ("1.", "line 1, column 1: expected a digit after the decimal point, got '1.'"), ("[1.]", "line 1, column 2"),
    ("1.e1", "line 1, column 1"), ("1e", "line 1, column 1: expected a digit in the exponent, got '1e'"),
    ("1e+", "line 1, column 1"),
    ("-", "line 1, column 1: expected a digit after the minus sign, got '-'"), ("--1", "line 1, column 1"),
    ("1_000", "line 1, column 2"),
    ("[1 000]", "line 1, column 4"), ("1.2.3", "line 1, column 4"),
    ("１", "line 1, column 1: expected a value, got '１'"), ("0.1f", "line 1, column 4"),
    // Strings.
    ("\"a", "expected the end of the string '\"a', got the end of the text"),
    ("[\"a\", \"b]", "expected the end of the string"),
    ("\"a\nb\"", "line 1, column 3: expected control characters in strings as escapes, got U+000A"),
    ("\"a\tb\"", "line 1, column 3"),
    ("'a'", "line 1, column 1: expected a value, got ''a''"),
    ("\"\\x41\"", "line 1, column 3: expected one of \"\\/bfnrtu after the backslash, got 'x41\"'"),
    ("\"\\u12\"", "line 1, column"),
    ("\"\\u12G4\"", "line 1, column 6: expected four hexadecimal digits after \\u, got 'G4\"'"),
    ("\"\\\"", "expected the end of the string"),
    ("\"\\", "line 1"),
    ("\"\\u", "line 1, column 4: expected four hexadecimal digits after \\u, got the end of the text"),
    ("[\"a\u{1}\"]", "line 1, column 4: expected no control characters, got U+0001"),
    ("[\u{C}]", "line 1, column 2: expected no control characters, got U+000C"),
    ("[\u{B}1]", "line 1, column 2: expected no control characters, got U+000B"),
    ("1\u{0}", "line 1, column 2: expected no control characters, got U+0000"),
    ("\u{A0}1", "line 1, column 1"), ("\u{2060}[]", "line 1, column 1"), ("[1]\u{FEFF}", "line 1, column 4"),
    ("\u{FEFF}\u{FEFF}1", "line 1, column 1"),
  ]

  @Test("what is not JSON is refused, with its place, what was expected and what came", arguments: refused)
  func refuses(_ text: String, _ told: String) throws {
    let error = #expect(throws: OutsideFailure.self) { try parse(text.utf8) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix("p.json: not valid JSON: line ") && message.contains(told), "\(message)")
  }

  static let notUTF8: [[UInt8]] = [
    [0x80], [0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE2, 0x82], [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF], [0xF0, 0x9D, 0x84],
  ]

  @Test("bytes that are not UTF-8 are refused (The Unicode Standard, table 3-7)", arguments: notUTF8)
  func encodings(_ bytes: [UInt8]) {
    let quote = [UInt8(ascii: "\"")]
    for text in [quote + bytes + quote, Array("[\"plain text before\", \"".utf8) + bytes + Array("\"]".utf8), bytes] {
      let error = #expect(throws: OutsideFailure.self) { try parse(text) }
      #expect(error?.message.contains("expected UTF-8, got the byte 0x") == true, "\(error?.message ?? "")")
    }
  }

  @Test("all first and last characters of each length of UTF-8 are read")
  func allLengths() throws {
    for value: UInt32 in [
      0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0x10FFFF,
    ] {
      let text = String(Character(try #require(Unicode.Scalar(value))))
      #expect(try parse("\"\(text)\"".utf8) == .string(text))
    }
  }

  @Test("where the RFC leaves a choice: byte order marks, half pairs, numbers past the floats, names twice, depth")
  func choices() throws {
    #expect(try parse([0xEF, 0xBB, 0xBF] + "[1]".utf8) == .array([.integer(1)]))
    for half in [
      "\\uD800", "\\uDC00", "\\uD800\\uD800", "\\uD800x", "\\uDC00\\uD800", "\\uD834\\u0041", "\\uD834\\\\uDD1E",
    ] {
      let error = #expect(throws: OutsideFailure.self) { try parse("[\"ab\(half)\"]".utf8) }
      #expect(error?.message.contains("line 1, column 5: expected a surrogate pair, got half of one") == true)
    }
    for number in ["1e400", "-1e400", "1" + String(repeating: "0", count: 309)] {
      let error = #expect(throws: OutsideFailure.self) { try parse("[\(number)]".utf8) }
      #expect(error?.message.contains("line 1, column 2: expected a number up to 1.7976931348623157e+308") == true)
    }
    #expect(try parse("1e-400".utf8) == .number(0))
    // Past 64 bits the nearest float.
    #expect(try parse("9223372036854775808".utf8) == .number(0x1p63))
    #expect(try parse("-9223372036854775809".utf8) == .number(-0x1p63))
    for text in ["{\"a\":1,\n \"\\u0061\":1}", "[{\"a\":{},\n \"a\":null}]"] {
      let twice = #expect(throws: OutsideFailure.self) { try parse(text.utf8) }
      #expect(twice?.message == "p.json: not valid JSON: line 2, column 2: the name \"a\" occurs twice in one object")
    }
    #expect(try parse("[{\"a\":{\"a\":1}},{\"a\":2}]".utf8).array?.count == 2)
    func nested(_ open: String, _ close: String, _ depth: Int) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    let deepest = JSONReader.greatestDepth
    #expect(try parse(parse(nested("[", "]", deepest).utf8).text().utf8) == parse(nested("[", "]", deepest).utf8))
    #expect(throws: Misuse.self) { try JSON.array([parse(nested("[", "]", deepest).utf8)]).text() }
    for text in [
      nested("[", "]", deepest + 1), nested("{\"a\":", "}", deepest + 1), String(repeating: "[", count: 100_000),
    ] {
      let error = #expect(throws: OutsideFailure.self) { try parse(text.utf8) }
      #expect(error?.message.contains("nested at most \(deepest) deep") == true)
    }
  }

  @Test("the sign of zero is kept, however it is spelled")
  func negativeZero() throws {
    for text in ["-0", "-0.0", "-0e5", "-1e-400"] {
      let value = try #require(try parse(text.utf8).double)
      #expect(value == 0 && value.sign == .minus, "\(text)")
    }
    #expect(try JSON.number(-0.0).text() == "-0.0")
  }

  @Test("numbers are written in the fewest digits that give them back")
  func digits() throws {
    for (number, text): (Double, String) in [
      (3, "3"), (0, "0"), (0.1, "0.1"), (0.1 + 0.2, "0.30000000000000004"), (1e-7, "1e-07"),
      (0x1p60, "1.152921504606847e+18"),
      (9_007_199_254_740_992, "9007199254740992"), (.leastNonzeroMagnitude, "5e-324"), (1e300, "1e+300"),
      (-2.5, "-2.5"),
    ] { #expect(try JSON.number(number).text() == text) }
    #expect(try JSON.integer(.min).text() == "-9223372036854775808")
    #expect(try parse("1.152921504606847e+18".utf8) == .number(0x1p60))
  }

  @Test("what is written: escapes, order of names by bytes, indentation")
  func writing() throws {
    #expect(
      try JSON.string("\"\\/\u{8}\u{C}\n\r\t\u{1}\u{7F}é\u{2028}").text()
        == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u{7F}é\u{2028}\"")
    #expect(
      try JSON.object(["b": .null, "B": .null, "ba": .null, "é": .null]).text()
        == "{\"B\":null,\"b\":null,\"ba\":null,\"é\":null}")
    let value = JSON.object(["a": .array([.integer(1), .string("x")])])
    #expect(try value.text(indented: true) == "{\n  \"a\": [\n    1,\n    \"x\"\n  ]\n}")
    #expect(try JSON.integer(1).text(indented: true) == "1")
  }
}
