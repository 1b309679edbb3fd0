import CLua
import CLuaBridge
import Essentials

/// What belongs to one Lua state and must outlive everything that refers to it.
@usableFromInline
final class HostState {
  /// The C side's record; freed with this object.
  @usableFromInline let host: UnsafeMutablePointer<vnn_host>
  /// Whether the Lua state is open.
  private(set) var isOpen = true
  /// Native functions that live as long as the state, so that Lua may hold their bare addresses.
  private var functions: [NativeFunction] = []
  /// The traceback that the message handler made for the error that is on its way.
  var traceback: String?
  /// The failure that a native function passed on to Lua most recently, whose traceback is the inner half of the next.
  var passedOn: LuaFailure?
  /// The bytes that live native objects reported.
  var nativeBytes = 0
  /// The classes of which Lua holds values as bytes, by their identities.
  var plainTypes: [UnsafeMutableRawPointer?: any LuaObject.Type] = [:]
  /// A script whose native objects report more than this is stopped.
  var nativeLimit = Int.max
  /// The collector runs when `nativeBytes` passes this.
  var collectionThreshold = HostState.smallestThreshold
  /// How many runs are active, to know when an interrupt has reached the top level.
  var runDepth = 0
  /// The message handler of every protected call. It runs only while this object lives, and must not keep it alive.
  private(set) lazy var tracebackHandler = keep(
    NativeFunction("traceback") { [unowned self] call in try Traceback.handle(call, self) })

  static let smallestThreshold = 32 << 20

  init(memoryLimit: Int?) throws {
    host = .allocate(capacity: 1)
    host.initialize(to: vnn_host())
    host.pointee.dispatch = dispatchNative
    host.pointee.release = releaseNative
    host.pointee.byte_limit = memoryLimit ?? 0
    guard vnn_open(host) != nil else { throw OutsideFailure("Lua: no memory for a new state") }
    host.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    close()
    host.deinitialize(count: 1)
    host.deallocate()
  }

  /// The coroutine that runs now.
  var running: OpaquePointer { host.pointee.running }

  /// Runs all finalizers and frees the Lua state; later calls do nothing.
  func close() {
    guard isOpen else { return }
    // Finalizers still use the state; references that die during them must not touch it, which `isOpen` says.
    isOpen = false
    vnn_close(host)
    functions = []
  }

  /// Keeps `function` as long as the state.
  func keep(_ function: NativeFunction) -> NativeFunction {
    functions.append(function)
    return function
  }

  /// Pushes a function that lives as long as the state.
  func push(_ function: NativeFunction, on state: OpaquePointer) {
    vnn_push_native(state, Unmanaged.passUnretained(keep(function)).toOpaque())
  }

  /// The state's owner record.
  @usableFromInline
  static func of(_ state: OpaquePointer) -> HostState {
    Unmanaged<HostState>.fromOpaque(vnn_host_of(state).pointee.owner).takeUnretainedValue()
  }

  /// Accounts for a native object of `bytes` that Lua now holds, and lets the collector run when much was added since
  /// it last did: Lua itself sees only a few bytes per object.
  @usableFromInline
  func account(_ bytes: Int, on state: OpaquePointer) {
    nativeBytes += bytes
    guard nativeBytes > min(collectionThreshold, nativeLimit), vnn_collector_runs(state) == 1 else { return }
    vnn_collect(state)
    if nativeBytes > nativeLimit { vnn_stop(host, Int32(VNN_MEMORY_LIMIT)) }
    collectionThreshold = max(HostState.smallestThreshold, 2 * nativeBytes)
  }
}

/// Releases the object of a userdata; called by `__gc` and `__close`.
let releaseNative: vnn_release_function = { state, object, bytes in
  guard let state, let object else { return }
  HostState.of(state).nativeBytes -= bytes
  Unmanaged<AnyObject>.fromOpaque(object).release()
}
