import LuaHost

/// All native modules of vnnlua.
public enum BindingRegistry {
  /// The modules, in alphabetical order.
  public static var modules: [NativeModule] { [] }

  /// Lets scripts of `interpreter` require every native module.
  public static func register(into interpreter: Interpreter) throws {
    for module in modules { try interpreter.register(module) }
  }
}
