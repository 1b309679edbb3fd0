/// Builds a `JSON` value from its pieces.
public final class JSONBuilder: JSONEvents {
  /// An array or object that is not complete.
  private struct Unfinished {
    let container: JSONContainer
    var elements: [JSON] = []
    var members: [String: JSON] = [:]
    var name = ""
  }

  private var unfinished: [Unfinished] = []
  /// The value, once all of it was told.
  public private(set) var value = JSON.null

  /// A builder that was told nothing yet.
  public init() {}

  /// Adds a value without parts.
  public func add(_ scalar: JSONScalar) {
    switch scalar {
    case .null: add(JSON.null)
    case .boolean(let value): add(JSON.boolean(value))
    case .integer(let value): add(JSON.integer(value))
    case .number(let value): add(JSON.number(value))
    case .string(let bytes): add(JSON.string(String(decoding: bytes, as: UTF8.self)))
    }
  }

  /// - Throws: when the object has a member of that name.
  public func name(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    let name = String(decoding: bytes, as: UTF8.self)
    guard unfinished[unfinished.count - 1].members[name] == nil else {
      throw JSONRefusal(description: "the name \"\(name)\" occurs twice in one object")
    }
    unfinished[unfinished.count - 1].name = name
  }

  /// Begins an array or object.
  public func begin(_ container: JSONContainer) { unfinished.append(Unfinished(container: container)) }

  /// Ends the innermost array or object.
  public func end() {
    let finished = unfinished.removeLast()
    add(finished.container == .array ? JSON.array(finished.elements) : JSON.object(finished.members))
  }

  private func add(_ part: JSON) {
    let innermost = unfinished.count - 1
    guard innermost >= 0 else { return value = part }
    switch unfinished[innermost].container {
    case .array: unfinished[innermost].elements.append(part)
    case .object: unfinished[innermost].members[unfinished[innermost].name] = part
    }
  }
}
