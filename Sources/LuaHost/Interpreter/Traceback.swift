import CLua
import CLuaBridge
import Essentials

/// Makes the text that users see when a script fails.
enum Traceback {
  /// The message handler of protected calls: notes the traceback and returns the error value as it is.
  static func handle(_ call: Call, _ host: HostState) throws -> Int {
    var inner = ""
    if let passedOn = host.passedOn {
      host.passedOn = nil
      passedOn.pushValue(on: call.state)
      if lua_rawequal(call.state, 1, -1) != 0 { inner = passedOn.traceback }
      vnn_pop(call.state, 1)
    }
    let frames = self.frames(on: call.state)
    host.traceback =
      inner.isEmpty ? text(of: 1, on: call.state) + frames : inner + "\ncalled back from" + frames
    return call.pushArgument(1)
  }

  /// The error value at `index` as one text; objects are described by their `__tostring`.
  static func text(of index: Int32, on state: OpaquePointer) -> String {
    if lua_type(state, index) == LUA_TSTRING { return Call.text(index, on: state) ?? "" }
    lua_checkstack(state, 8)
    lua_pushvalue(state, index)
    // An error while describing leaves that error's text, which is better than nothing.
    let status = vnn_try_tostring(state)
    defer { vnn_pop(state, 1) }
    let text = lua_type(state, -1) == LUA_TSTRING ? Call.text(-1, on: state) ?? "" : "error"
    return status == LUA_OK ? "error value: \(text)" : text
  }

  /// The active calls: the script's own first, then those of the standard library and native functions. The numbers
  /// count from the innermost call.
  private static func frames(on state: OpaquePointer) -> String {
    var own: [String] = []
    var others: [String] = []
    var record = lua_Debug()
    var level: Int32 = 1
    let limit = 200
    while lua_getstack(state, level, &record) != 0, level <= limit {
      lua_checkstack(state, 4)
      // "f" pushes the function.
      lua_getinfo(state, "nSltf", &record)
      let native = nativeName(on: state)
      vnn_pop(state, 1)
      // `error` and `assert` themselves say nothing.
      if level == 1, isRaising(&record) {
        level += 1
        continue
      }
      var line = "\n  [\(level)] \(describe(&record, native: native))"
      let isScript = record.currentline > 0 && !isStandardLibrary(&record)
      if isScript, own.isEmpty, let code = code(&record) { line += "\n      | \(code)" }
      if isScript { own.append(line) } else { others.append(line) }
      level += 1
    }
    if level > limit { own.append("\n  … more calls") }
    var text = ""
    if !own.isEmpty { text += "\nin the script:" + own.joined() }
    if !others.isEmpty { text += (own.isEmpty ? "\nin:" : "\nthrough:") + others.joined() }
    return text
  }

  /// The line that runs, where its file can be read.
  private static func code(_ record: inout lua_Debug) -> String? {
    // Before the path is a mark of what kind of name it is.
    let path = String(cString: record.source).dropFirst()
    guard let text = try? FileAccess.read(String(path), byteLimit: 1 << 20) else { return nil }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let number = Int(record.currentline)
    return number <= lines.count ? String(decoding: lines[number - 1], as: UTF8.self) : nil
  }

  private static func isRaising(_ record: inout lua_Debug) -> Bool {
    guard String(cString: record.what) == "C", let name = record.name.map({ String(cString: $0) }) else { return false }
    return name == "error" || name == "assert"
  }

  private static func isStandardLibrary(_ record: inout lua_Debug) -> Bool {
    String(cString: record.source).hasPrefix("=[vnn.")
  }

  private static func describe(_ record: inout lua_Debug, native: String?) -> String {
    if let native { return "native \(native)" }
    let source = withUnsafeBytes(of: &record.short_src) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let place = record.currentline > 0 ? "\(source):\(record.currentline)" : source
    let what = String(cString: record.what)
    if what == "main" { return "\(place): main chunk" }
    guard let name = record.name.map({ String(cString: $0) }) else {
      if what == "C" { return "native function" }
      return "\(place): function defined at line \(record.linedefined)"
    }
    let kind = record.namewhat.map { String(cString: $0) } ?? ""
    if what == "C" { return "native \(name)" }
    return "\(place): \(kind.isEmpty ? "function" : kind) '\(name)'"
  }

  /// The name of the native function on top of the stack, or nil when it is another kind of function.
  private static func nativeName(on state: OpaquePointer) -> String? {
    guard let pointer = vnn_to_native(state, -1) else { return nil }
    return Unmanaged<NativeFunction>.fromOpaque(pointer).takeUnretainedValue().name
  }
}
