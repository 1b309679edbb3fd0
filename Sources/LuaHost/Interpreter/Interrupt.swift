import CLuaBridge

/// Ctrl-C, for code that runs long.
///
/// The first Ctrl-C requests; a script is stopped at its next instruction, and native work by polling `isRequested`.
/// A second one while the first is pending ends the process.
public enum Interrupt {
  /// Whether an interrupt was requested and not yet answered. Cheap enough to poll, from any thread.
  public static var isRequested: Bool { vnn_interrupt_pending() }

  /// A signal that requests one as SIGINT does, also while C's `system` waits for a program and ignores that.
  public static var signal: Int32 { vnn_interrupt_signal() }
}

extension Call {
  /// Runs `work`, which polls `Interrupt.isRequested` and ends early by itself, as solvers do.
  ///
  /// Meanwhile an interrupt does not stop Lua functions that `work` calls back, unless it comes while one of them runs.
  /// When `work` did end early because of it, call `acknowledgeInterrupt` so that the script goes on with what it got.
  public func answeringInterrupts<Result>(_ work: () throws -> Result) rethrows -> Result {
    let host = HostState.of(state).host
    let shielded = host.pointee.shielded
    host.pointee.shielded = 1
    defer { host.pointee.shielded = shielded }
    return try work()
  }

  /// Runs `work`, in which no interrupt stops Lua functions, also when it comes while one of them runs. They must come by
  /// something that answers it; one that nobody has answered by the end is raised then.
  public func holdingInterrupts<Result>(_ work: () throws -> Result) rethrows -> Result {
    let host = HostState.of(state).host
    host.pointee.holding += 1
    defer { host.pointee.holding -= 1 }
    return try work()
  }

  /// How many interrupts have come, those that something has answered included.
  public var interruptCount: Int { Int(HostState.of(state).host.pointee.interrupts) }

  /// Takes a pending interrupt as answered: the script goes on. Returns whether there was one.
  @discardableResult
  public func acknowledgeInterrupt() -> Bool { vnn_interrupt_acknowledge(HostState.of(state).host) }
}
