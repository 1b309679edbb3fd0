import CLua
import CLuaBridge
import Essentials

/// A Lua 5.4 state with native modules and the standard library.
///
/// `require` looks, in this order, for: a native module (`vnn.tensor`); a file of the standard library (`vnn.x` is
/// `x.lua` in the directory `$VNNLUA_STDLIB` if it is set and has one, otherwise the embedded one); a file beside the
/// script; and then on the usual `package.path` and `package.cpath`.
///
/// Everything of an interpreter happens on one thread at a time.
public final class Interpreter {
  let host: HostState

  /// Opens a state with Lua's standard libraries.
  ///
  /// - Parameter memoryLimit: bytes that Lua itself may use, beyond which a script is stopped with "not enough memory",
  ///   which `pcall` does not catch; nil for no limit. Native objects are not counted.
  /// - Throws: `OutsideFailure` when there is no memory for it.
  public init(memoryLimit: Int? = nil) throws {
    host = try HostState(memoryLimit: memoryLimit)
    let status = vnn_open_libraries(host.running)
    guard status == LUA_OK else { throw LuaFailure(onTopOf: host.running, status: status, host: host) }
    try installLibrary()
  }

  deinit { close() }

  /// Runs all finalizers and releases what the scripts hold; later calls do nothing.
  public func close() { host.close() }

  /// From now on scripts may execute about `count` more instructions of Lua's virtual machine, then they are stopped, as
  /// by Ctrl-C, with an error that `pcall` does not catch. What has used up earlier ones, or the memory, must have ended.
  ///
  /// Instructions are counted in thousands. What native functions do costs none.
  public func limit(instructions count: Int) {
    guard host.isOpen else { return }
    vnn_limit_instructions(host.host, Int64(count))
  }

  /// From now on Lua itself may use `bytes`, beyond which scripts get "not enough memory", and native objects may report
  /// as much again, beyond which the script is stopped.
  public func limit(memory bytes: Int) {
    host.host.pointee.byte_limit = bytes
    host.nativeLimit = bytes
  }

  /// From now on no script reaches the metatables of files and strings, where a finalizer could be put. Those of native
  /// objects are never reached.
  public func protectMetatables() throws { try atTopLevel { vnn_protect_metatables($0) } }

  /// Starts a thread that watches over this interpreter, which must run on the calling thread: after `seconds` the
  /// script is stopped with an error that `pcall` does not catch; a native call that has not answered 2 s after that, or
  /// `residentBytes` of the process in memory, end the process with one sentence and exit code 1, and its temporary
  /// folders. Once per process.
  ///
  /// - Throws: `OutsideFailure` when there can be no such thread.
  public func watch(seconds: Double?, residentBytes: Int) throws {
    guard vnn_watch(host.host, seconds ?? .infinity, residentBytes, { TemporaryFolder.removeAll() }) else {
      throw OutsideFailure("the system starts no thread to watch over limits")
    }
  }

  /// The bytes that Lua itself uses now.
  public var luaBytes: Int { host.host.pointee.bytes }

  /// The bytes that native objects held by Lua reported.
  public var nativeBytes: Int { host.nativeBytes }

  /// Collects all garbage now.
  public func collectGarbage() {
    guard host.isOpen else { return }
    // The first pass finalizes objects, the second frees what they were in.
    vnn_collect(host.running)
    vnn_collect(host.running)
  }

  /// Collects all garbage; if then there is not enough room for what a native function wants, the script is stopped as
  /// at the limit of memory.
  public func makeRoom(_ isEnough: () -> Bool) {
    collectGarbage()
    if !isEnough() { vnn_stop(host.host, Int32(VNN_MEMORY_LIMIT)) }
  }

  /// From now on Ctrl-C interrupts this interpreter, which must run on the calling thread.
  public func catchInterrupts() {
    vnn_catch_interrupts(host.host)
    StopRequest.isPending = { vnn_stop_will_be_raised() }
  }

  /// A prompt waits for its next input. From now on an interrupt ends the whole input, also where something answers it,
  /// whose results the global `_interrupted` keeps then; of one that came before, nothing is left.
  public func waitAtPrompt() { vnn_prompt_waits(host.host) }

  /// Interrupts what runs, as Ctrl-C does.
  public func interrupt() { vnn_interrupt(host.host) }

  /// Runs `body` at the top level: an interrupt that reaches it is over.
  func atTopLevel<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
    guard host.isOpen else { throw Misuse("the interpreter was closed") }
    let state = host.running
    lua_checkstack(state, 24)
    let top = lua_gettop(state)
    host.runDepth += 1
    defer {
      lua_settop(state, top)
      host.runDepth -= 1
      if host.runDepth == 0 {
        host.passedOn = nil
        if host.host.pointee.raised != 0 { vnn_stop_arrived(host.host) }
      }
    }
    return try body(state)
  }
}
