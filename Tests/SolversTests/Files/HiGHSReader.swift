import Essentials
import Glibc
import MILP
import Solvers

/// HiGHS's own readers and writers of model files, which vnnlua does not use: the other side of a round trip.
enum HiGHSReader {
  private typealias Create = @convention(c) () -> UnsafeMutableRawPointer?
  private typealias Destroy = @convention(c) (UnsafeMutableRawPointer) -> Void
  private typealias Run = @convention(c) (UnsafeMutableRawPointer) -> Int32
  private typealias File = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32
  private typealias SetBool = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>, Int32) -> Int32
  private typealias Objective = @convention(c) (UnsafeMutableRawPointer) -> Double

  /// Reads `path`, writes it again to `copy` if there is one, and returns the status and the optimum.
  static func solve(_ path: String, copy: String? = nil) throws -> (isOptimal: Bool, objective: Double) {
    guard let handle = dlopen(try HiGHSLibrary.load().path, RTLD_NOW | RTLD_LOCAL) else {
      throw OutsideFailure("HiGHS: cannot be opened again")
    }
    func find<Function>(_ name: String, _ type: Function.Type) throws -> Function {
      guard let symbol = dlsym(handle, name) else { throw OutsideFailure("HiGHS: has no function \(name)") }
      return unsafeBitCast(symbol, to: type)
    }
    guard let highs = try find("Highs_create", Create.self)() else { throw OutsideFailure("HiGHS: out of memory") }
    let destroy = try find("Highs_destroy", Destroy.self)
    defer { destroy(highs) }
    _ = try find("Highs_setBoolOptionValue", SetBool.self)(highs, "output_flag", 0)
    // 0 is ok and 1 a warning.
    guard (0...1).contains(try find("Highs_readModel", File.self)(highs, path)) else {
      throw OutsideFailure("\(path): refused by HiGHS")
    }
    if let copy { _ = try find("Highs_writeModel", File.self)(highs, copy) }
    let modelStatus = try find("Highs_getModelStatus", Run.self)
    _ = try find("Highs_run", Run.self)(highs)
    return (modelStatus(highs) == 7, try find("Highs_getObjectiveValue", Objective.self)(highs))
  }
}
