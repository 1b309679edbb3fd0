import CLua
import CLuaBridge
import Essentials

extension Interpreter {
  /// Lets scripts `require` a native module. It is made when it is first required.
  public func register(_ module: NativeModule) throws {
    try atTopLevel { state in
      try pushPackageField("preload", on: state)
      host.push(
        NativeFunction("require \(module.name)") { call in
          module.push(on: call.state)
          return 1
        }, on: state)
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

  /// Puts the searcher of the standard library second, after `package.preload`.
  func installSearcher() throws {
    try atTopLevel { state in
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

/// What is wrong with the name of a module that is neither native nor in the standard library.
private func unknownModule(_ name: String) -> Misuse {
  // Native modules are known by the files that describe them.
  let modules = StandardLibrary.paths.map { $0.hasPrefix("meta/") ? $0.dropFirst(5) : $0[...] }
    .filter { !$0.contains("/") }.map { String($0.dropLast(4)) }
  let near = NearestName.of(String(name.dropFirst(4)), in: modules).map { "; did you mean 'vnn.\($0)'?" } ?? ""
  return Misuse("no module '\(name)'\(near)")
}

/// A searcher for `require`: the loader and where the file is. Nobody else is asked for a name that begins with `vnn.`.
private func searchStandardLibrary(_ call: Call) throws -> Int {
  let name = try call.string(1)
  guard name.hasPrefix("vnn.") else { return call.pushNil() }
  let path = name.dropFirst(4).split(separator: ".").joined(separator: "/") + ".lua"
  let directory = StandardLibrary.directory
  do {
    guard let content = try StandardLibrary.source(of: path) else { throw unknownModule(name) }
    try load(content, name, call.state)
  } catch let failure as OutsideFailure {
    throw Misuse(failure.message)
  }
  return 1 + call.push(directory.map { "\($0)/\(path)" } ?? "standard library")
}

private func load(_ source: some Collection<UInt8>, _ name: String, _ state: OpaquePointer) throws {
  do { try Interpreter.load(source, name: "[\(name)]", on: state) } catch let failure as SyntaxFailure {
    throw Misuse(failure.report)
  }
}
