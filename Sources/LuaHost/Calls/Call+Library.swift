import CLuaBridge

extension Call {
  /// What the module `name` of the standard library is in the library's own world, whatever scripts have made of theirs;
  /// a copy, with its functions.
  ///
  /// - Throws: `LuaFailure` when its file cannot be loaded.
  public func libraryModule(_ name: String) throws -> LuaValue {
    LibraryPart.loader.push(on: state)
    let loader = LuaFunction(LuaReference(-1, on: state))
    vnn_pop(state, 1)
    return try loader.call(.string(name)).first ?? .nil
  }
}
