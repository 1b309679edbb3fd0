import Essentials
import FoundationEssentials

/// Messages of a sandboxed kernel in which nothing runs.
///
/// A front end trusts what comes of a cell that its user has run: it executes scripts in HTML and JavaScript, loads the
/// widgets that a comm names and does what a payload says, with all rights of that user. A stranger's cell reaches the
/// library that makes messages, so that what leaves the process is looked at here, where no script reaches it.
package struct InertContent {
  /// The members that are sent, by the kind of message. Other kinds are not sent at all.
  private static let members: [String: Set<String>] = {
    let display: Set = ["data", "metadata", "transient"]
    return [
      "execute_input": ["code", "execution_count"],
      "execute_result": ["data", "execution_count", "metadata"],
      "display_data": display, "update_display_data": display,
      "error": ["ename", "evalue", "traceback"],
      "comm_close": ["comm_id", "data"],
      "execute_reply": [
        "ename", "evalue", "execution_count", "payload", "status", "traceback", "user_expressions",
      ],
      "complete_reply": ["cursor_end", "cursor_start", "matches", "metadata", "status"],
      "inspect_reply": ["data", "found", "metadata", "status"],
      "is_complete_reply": ["indent", "status"],
      "history_reply": ["history", "status"],
      "comm_info_reply": ["comms", "status"],
      "debug_reply": ["command", "message", "request_seq", "seq", "success", "type"],
    ]
  }()

  /// What the kernel has said of itself before it ran a cell, which it says again whenever it is asked.
  private var information: String?

  package init() {}

  /// What may be sent of a message's content; nil when nothing may.
  package mutating func passed(_ type: String, _ content: String) -> String? {
    if type == "kernel_info_reply" {
      information = information ?? content
      return information
    }
    guard let names = InertContent.members[type],
      let all = (try? JSON(parsing: Array(content.utf8), path: type))?.object
    else { return nil }
    var kept: [String: JSON] = [:]
    for (name, value) in all where names.contains(name) { kept[name] = InertContent.passed(name, value) }
    return try? JSON.object(kept).text()
  }

  private static func passed(_ name: String, _ value: JSON) -> JSON {
    switch name {
    case "data": .object(bundle(value))
    case "metadata", "comms": .object([:])
    case "payload": .array([])
    case "transient": .object(value["display_id"]?.string.map { ["display_id": .string($0)] } ?? [:])
    case "user_expressions":
      .object(
        (value.object ?? [:]).mapValues { result in
          .object((result.object ?? [:]).reduce(into: [:]) { $0[$1.key] = passed($1.key, $1.value) })
        })
    default: value
    }
  }

  /// The forms of a value in which nothing runs: text, PNG, our own kind of HTML, and drawings as pictures.
  private static func bundle(_ value: JSON) -> [String: JSON] {
    var kept: [String: JSON] = [:]
    for (form, content) in value.object ?? [:] {
      guard let text = content.string else { continue }
      switch form {
      case "text/plain", "image/png": kept[form] = content
      case "text/html" where InertHTML.holds(text): kept[form] = content
      // A browser runs no script of a drawing that is a picture.
      case "image/svg+xml":
        let picture = Data(text.utf8).base64EncodedString()
        kept["text/html"] = .string(#"<img alt="" src="data:image/svg+xml;base64,\#(picture)">"#)
      default: break
      }
    }
    return kept
  }
}
