import Essentials

/// HTML in which nothing runs and which loads nothing: tables, figures, pictures that it carries, and frames that are
/// nobody's page and run no scripts (the attribute `sandbox`). It is checked and not mended: what has anything else is
/// refused whole.
package enum InertHTML {
  // Bytes, as browsers read them: a character of Swift may be one of HTML's marks and an accent on it.
  private typealias Bytes = Substring.UTF8View

  /// The attributes of each tag, with what their values must be.
  private static let tags: [String: [String: @Sendable (Bytes) -> Bool]] = {
    var tags: [String: [String: @Sendable (Bytes) -> Bool]] = [
      "img": ["alt": { _ in true }, "style": isPlain, "src": isPicture],
      "figure": ["style": isPlain],
      "iframe": ["sandbox": \.isEmpty, "srcdoc": { _ in true }, "style": isPlain],
    ]
    for tag in ["b", "figcaption", "p", "table", "tbody", "td", "th", "thead", "tr"] { tags[tag] = [:] }
    return tags
  }()

  /// Whether `html` is such.
  package static func holds(_ html: String) -> Bool {
    var rest = html[...].utf8
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = rest[start...].dropFirst()
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")), isTag(rest[..<end]) else { return false }
      rest = rest[end...].dropFirst()
    }
    return true
  }

  /// Whether what stands between < and > is a tag that is allowed, with all its attributes.
  private static func isTag(_ text: Bytes) -> Bool {
    if text.first == UInt8(ascii: "/") { return tags[string(text.dropFirst())] != nil }
    let name = string(text.prefix { $0 != UInt8(ascii: " ") })
    guard let allowed = tags[name] else { return false }
    var rest = text.dropFirst(name.utf8.count)
    var given: Set<String> = []
    while !rest.isEmpty {
      guard rest.popFirst() == UInt8(ascii: " "), let equals = rest.firstIndex(of: UInt8(ascii: "="))
      else { return false }
      let attribute = string(rest[..<equals])
      rest = rest[equals...].dropFirst()
      guard rest.popFirst() == UInt8(ascii: "\""), let quote = rest.firstIndex(of: UInt8(ascii: "\"")),
        let isAllowed = allowed[attribute], isAllowed(rest[..<quote])
      else { return false }
      given.insert(attribute)
      rest = rest[quote...].dropFirst()
    }
    return name != "iframe" || given.contains("sandbox")
  }

  private static func string(_ bytes: Bytes) -> String { String(Substring(bytes)) }

  @Sendable private static func isPicture(_ source: Bytes) -> Bool {
    ["png", "svg+xml"].contains { source.starts(with: "data:image/\($0);base64,".utf8) }
  }

  /// Whether a style only says how large something is and what is around it, so that it cannot lie over the page.
  @Sendable private static func isPlain(_ style: Bytes) -> Bool {
    style.split(separator: UInt8(ascii: ";")).allSatisfy { rule in
      let parts = rule.split(separator: UInt8(ascii: ":"))
      guard parts.count == 2 else { return false }
      let name = string(parts[0].drop { $0 == UInt8(ascii: " ") })
      return ["border", "display", "height", "margin", "width"].contains(name) && isMeasure(parts[1])
    }
  }

  /// Whether all of it are words and lengths that are not negative.
  private static func isMeasure(_ value: Bytes) -> Bool {
    var last = UInt8(ascii: " ")
    return value.allSatisfy { byte in
      defer { last = byte }
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): return true
      case UInt8(ascii: " "), UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "-"): return true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): return last != UInt8(ascii: "-")
      default: return false
      }
    }
  }
}
