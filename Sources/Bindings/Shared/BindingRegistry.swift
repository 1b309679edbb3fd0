import LuaHost

/// All native modules, in one place.
public enum BindingRegistry {
  /// The modules that scripts can require.
  public static var modules: [NativeModule] {
    [
      SystemModule.module, JSONModule.module, TensorModule.module, DataModule.module, NetworkModule.module,
      PruneModule.module, MILPModule.module, VerifyModule.module,
    ]
  }

  /// Makes every module available to `require`; none is built before a script asks for it.
  public static func register(into interpreter: Interpreter) throws {
    for module in modules { try interpreter.register(module) }
  }
}
