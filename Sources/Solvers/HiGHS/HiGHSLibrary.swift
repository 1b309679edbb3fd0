import CHiGHS
import Essentials
import Glibc
import Synchronization

/// The HiGHS shared library, found and opened at run time; vnnlua does not link it.
///
/// It is looked for in `$VNNLUA_HIGHS` (the file or a folder that holds it), under the usual library names, and in the
/// Python package `highsbox`. When the variable is set, nothing else is tried.
///
/// `@unchecked Sendable`: the function pointers are set once, while the object is made, and never change.
public final class HiGHSLibrary: @unchecked Sendable {
  /// The file that was opened, or the library's name if the system's loader found it.
  public let path: String

  /// HiGHS's version, such as `1.15.1`.
  public let version: String

  let create: CHiGHSCreate
  let destroy: CHiGHSDestroy
  let run: CHiGHSRun
  let modelStatus: CHiGHSModelStatus
  let resetScheduler: CHiGHSResetScheduler
  let passModel: CHiGHSPassModel
  let optionType: CHiGHSOptionType
  let setBool: CHiGHSSetInt
  let setInt: CHiGHSSetInt
  let setDouble: CHiGHSSetDouble
  let setString: CHiGHSSetString
  let intInfo: CHiGHSGetIntInfo
  let int64Info: CHiGHSGetInt64Info
  let doubleInfo: CHiGHSGetDoubleInfo
  let getSolution: CHiGHSGetSolution
  let setSolution: CHiGHSSetSolution
  let setCallback: CHiGHSSetCallback
  let startCallback: CHiGHSStartCallback
  let callbackItem: CHiGHSCallbackItem
  let submit: CHiGHSSubmit

  private static let opened = Mutex<HiGHSLibrary?>(nil)

  /// The library, opened once and then kept.
  ///
  /// - Parameter asksPython: also ask `python3` where `highsbox` is, if it is nowhere else; takes some 20 ms, and a
  ///   sandbox starts no programs.
  /// - Throws: `OutsideFailure` that says where it was looked for and which command gets it.
  public static func load(asksPython: Bool = true) throws -> HiGHSLibrary {
    try opened.withLock { opened in
      if let opened { return opened }
      let library = try search(asksPython: asksPython && !FileAccess.isRestricted)
      opened = library
      return library
    }
  }

  /// The folders that the library would be opened from now, but for the system's own and what only Python knows.
  public static var folders: [String] {
    HiGHSSearchPath.candidates(asksPython: false).compactMap { candidate in
      guard candidate.contains("/"), let real = realpath(candidate, nil) else { return nil }
      defer { free(real) }
      return String(cString: real).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
  }

  private static func search(asksPython: Bool) throws -> HiGHSLibrary {
    let candidates = HiGHSSearchPath.candidates(asksPython: asksPython)
    var reason = ""
    for candidate in candidates {
      // Local: the library brings an OpenBLAS of its own, which must not answer for the system's.
      if let handle = dlopen(candidate, RTLD_NOW | RTLD_LOCAL) { return try HiGHSLibrary(handle, path: candidate) }
      // With one candidate the user has named it, and wants to know what is wrong with it.
      if candidates.count == 1, let error = dlerror() { reason = " (\(String(cString: error)))" }
    }
    throw OutsideFailure(
      "HiGHS: the library was not found\(reason): install it with `pip install highsbox`, or set VNNLUA_HIGHS to "
        + "libhighs.so")
  }

  /// Takes the functions from an open library.
  private init(_ handle: UnsafeMutableRawPointer, path: String) throws {
    func find<Function>(_ name: String, _ type: Function.Type) throws -> Function {
      guard let symbol = dlsym(handle, name) else {
        throw OutsideFailure("\(path): has no function \(name): expected HiGHS 1.10 or newer")
      }
      return unsafeBitCast(symbol, to: type)
    }
    self.path = path
    version = try find("Highs_version", CHiGHSVersion.self)().map { String(cString: $0) } ?? "unknown"
    create = try find("Highs_create", CHiGHSCreate.self)
    destroy = try find("Highs_destroy", CHiGHSDestroy.self)
    run = try find("Highs_run", CHiGHSRun.self)
    modelStatus = try find("Highs_getModelStatus", CHiGHSModelStatus.self)
    resetScheduler = try find("Highs_resetGlobalScheduler", CHiGHSResetScheduler.self)
    passModel = try find("Highs_passMip", CHiGHSPassModel.self)
    optionType = try find("Highs_getOptionType", CHiGHSOptionType.self)
    setBool = try find("Highs_setBoolOptionValue", CHiGHSSetInt.self)
    setInt = try find("Highs_setIntOptionValue", CHiGHSSetInt.self)
    setDouble = try find("Highs_setDoubleOptionValue", CHiGHSSetDouble.self)
    setString = try find("Highs_setStringOptionValue", CHiGHSSetString.self)
    intInfo = try find("Highs_getIntInfoValue", CHiGHSGetIntInfo.self)
    int64Info = try find("Highs_getInt64InfoValue", CHiGHSGetInt64Info.self)
    doubleInfo = try find("Highs_getDoubleInfoValue", CHiGHSGetDoubleInfo.self)
    getSolution = try find("Highs_getSolution", CHiGHSGetSolution.self)
    setSolution = try find("Highs_setSolution", CHiGHSSetSolution.self)
    setCallback = try find("Highs_setCallback", CHiGHSSetCallback.self)
    startCallback = try find("Highs_startCallback", CHiGHSStartCallback.self)
    callbackItem = try find("Highs_getCallbackDataOutItem", CHiGHSCallbackItem.self)
    submit = try find("Highs_setCallbackSolution", CHiGHSSubmit.self)

    let sizeOfInt = try find("Highs_getSizeofHighsInt", CHiGHSSizeOfInt.self)
    guard let instance = create() else { throw OutsideFailure("\(path): HiGHS could not be started") }
    defer { destroy(instance) }
    guard sizeOfInt(instance) == 4 else {
      throw OutsideFailure("\(path): counts in \(sizeOfInt(instance))-byte integers: expected a build with 4 bytes")
    }
  }
}
