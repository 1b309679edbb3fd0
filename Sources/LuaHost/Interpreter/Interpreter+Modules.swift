import CLua
import CLuaBridge
import Essentials

extension Interpreter {
  /// Lets scripts `require` a native module. It is made when it is first required.
  public func register(_ module: NativeModule) throws {
    try atTopLevel { state in
      LibraryPart.natives.push(on: state)
      host.push(
        NativeFunction("require \(module.name)") { call in
          module.push(on: call.state)
          return 1
        }, on: state)
      lua_setfieldRaw(state, module.name)
      try pushPackageField("preload", on: state)
      LibraryPart.loader.push(on: state)
      lua_setfieldRaw(state, module.name)
    }
  }

  /// Lets `require` find the files beside the script at `path` before those on the usual path.
  public func searchBeside(_ path: String) throws {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let prefix = "\(directory.isEmpty ? "/" : directory)/?.lua;\(directory.isEmpty ? "/" : directory)/?/init.lua;"
    try atTopLevel { state in
      try pushPackageField("path", on: state)
      let usual = Call.text(-1, on: state) ?? ""
      guard !usual.hasPrefix(prefix) else { return }
      vnn_pop(state, 1)
      Call(state: state).push(prefix + usual)
      lua_setfieldRaw(state, "path")
    }
  }

  /// Makes the world that the standard library runs in, and puts its searcher second, after `package.preload`.
  func installLibrary() throws {
    try atTopLevel { state in
      guard let source = try StandardLibrary.source(of: libraryStart) else {
        throw Misuse("\(libraryStart): is missing")
      }
      try Interpreter.load(source, name: "=[vnn.host.library]", on: state)
      let start = LuaFunction(LuaReference(-1, on: state))
      vnn_pop(state, 1)
      try start.call { call in
        host.push(NativeFunction("require", compileLibrary), on: call.state)
        vnn_new_table(call.state)
        for (name, body) in ownFunctions {
          host.push(NativeFunction(name, body), on: call.state)
          lua_setfieldRaw(call.state, name)
        }
        return 2
      } read: { results in
        for part in LibraryPart.allCases {
          lua_pushvalue(results.state, results.index(part.rawValue))
          lua_rawsetp(results.state, vnn_registry_index(), part.key)
        }
      }
      try pushPackageField("searchers", on: state)
      for position in stride(from: Int(lua_rawlen(state, -1)), through: 2, by: -1) {
        lua_rawgeti(state, -1, lua_Integer(position))
        lua_rawseti(state, -2, lua_Integer(position + 1))
      }
      host.push(NativeFunction("require", searchStandardLibrary), on: state)
      lua_rawseti(state, -2, 2)
    }
  }

  /// Pushes the table `package` and its field.
  private func pushPackageField(_ name: String, on state: OpaquePointer) throws {
    // The table stays reachable in the registry when scripts change the global.
    lua_pushstring(state, "_LOADED")
    lua_rawget(state, vnn_registry_index())
    lua_pushstring(state, "package")
    lua_rawget(state, -2)
    guard lua_type(state, -1) == LUA_TTABLE else { throw Misuse("package.loaded.package: expected a table") }
    vnn_remove(state, -2)
    lua_pushstring(state, name)
    lua_rawget(state, -2)
    guard lua_type(state, -1) > LUA_TNIL else { throw Misuse("package.\(name): is missing") }
  }
}

/// The module `vnn.host`, which only the standard library sees.
private var ownFunctions: [(String, NativeBody)] {
  [
    ("nearest_name", { call in call.push(NearestName.of(try call.string(1), in: try call.strings(2))) }),
    // The name of a native function as users know it; nil for others.
    (
      "native_name",
      { call in
        guard let pointer = vnn_to_native(call.state, call.index(1)) else { return call.pushNil() }
        return call.push(Unmanaged<NativeFunction>.fromOpaque(pointer).takeUnretainedValue().name)
      }
    ),
    // What `load` says about a source, with the line and a caret.
    (
      "syntax_report",
      { call in
        call.push(
          SyntaxReport.text(
            message: try call.string(1), source: try call.string(2).utf8, chunkName: try call.string(3)))
      }
    ),
  ]
}

/// What is wrong with the name of a module that is neither native nor in the standard library.
private func unknownModule(_ name: String, _ call: Call) -> Misuse {
  let member = String(name.dropFirst(4))
  LibraryPart.natives.push(on: call.state)
  let natives = TableReader(lua_gettop(call.state), on: call.state).names.map { String($0.dropFirst(4)) }
  vnn_pop(call.state, 1)
  // The file of a type that has no module of its own, such as `vnn.Random`, is called like the type.
  let lowercase = member.lowercased()
  if StandardLibrary.paths.contains("meta/\(lowercase).lua"), !natives.contains(lowercase) {
    let type = lowercase.prefix(1).uppercased() + lowercase.dropFirst()
    return Misuse("no module '\(name)'; vnn.\(type) is a type: vnnlua help \(type)")
  }
  let ours = StandardLibrary.paths.filter { !$0.contains("/") }.map { String($0.dropLast(4)) }
  let near = NearestName.of(member, in: ours + natives).map { "; did you mean 'vnn.\($0)'?" } ?? ""
  return Misuse("no module '\(name)'\(near)")
}

/// A searcher for `require`: the loader and where the file is. Nobody else is asked for a name that begins with `vnn.`.
private func searchStandardLibrary(_ call: Call) throws -> Int {
  let name = try call.string(1)
  guard name.hasPrefix("vnn.") else { return call.pushNil() }
  guard try librarySource(name) != nil else { throw unknownModule(name, call) }
  LibraryPart.loader.push(on: call.state)
  return 1 + call.push(libraryPath(name))
}

/// The function in the file of a module of the standard library, which runs in the library's environment, and where the
/// file is.
private func compileLibrary(_ call: Call) throws -> Int {
  let name = try call.string(1)
  guard let source = try librarySource(name) else { throw unknownModule(name, call) }
  do { try Interpreter.load(source, name: "=[\(name)]", on: call.state, isOurs: true) } catch let failure
    as SyntaxFailure
  { throw Misuse(failure.report) }
  return 1 + call.push(libraryPath(name))
}

/// The file that makes the library's world. It is no module: run again it would hand out tables of the host's own.
private let libraryStart = "host/library.lua"

/// Where the file of the module `name` is in the folder Stdlib.
private func libraryFile(_ name: String) -> String {
  name.dropFirst(4).split(separator: ".").joined(separator: "/") + ".lua"
}

private func libraryPath(_ name: String) -> String {
  StandardLibrary.directory.map { "\($0)/\(libraryFile(name))" } ?? "standard library"
}

private func librarySource(_ name: String) throws -> [UInt8]? {
  // Folders stand before dots; with slashes or spare dots one file would have many names, and be many modules.
  guard !name.utf8.contains(UInt8(ascii: "/")), !".\(name).".contains(".."), libraryFile(name) != libraryStart else {
    return nil
  }
  do { return try StandardLibrary.source(of: libraryFile(name)) } catch let failure as OutsideFailure {
    throw Misuse(failure.message)
  }
}
