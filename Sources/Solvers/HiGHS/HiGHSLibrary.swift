import CHiGHS
import Essentials

/// The HiGHS shared library, found and opened at run time; vnnlua does not link it. Its functions are members.
///
/// It is looked for in `$VNNLUA_HIGHS` (the file or a folder that holds it), under the usual library names, and in the
/// Python package `highsbox`.
///
/// `@unchecked Sendable`: the table of functions is filled once, while the object is made, and never changes.
@dynamicMemberLookup
public final class HiGHSLibrary: @unchecked Sendable {
  private static let file = OptionalLibrary(
    LibrarySearch(
      name: "HiGHS", variable: "VNNLUA_HIGHS", usualNames: ["libhighs.so", "libhighs.so.1", "libhighs.dylib"],
      package: "highsbox", folder: "highsbox/highs_dist/lib", file: "libhighs.so"), HiGHSLibrary.init)

  /// The file that was opened, or the library's name if the system's loader found it.
  public let path: String

  /// HiGHS's version, such as `1.15.1`.
  public let version: String

  private let functions: CHiGHSFunctions

  /// A function of the library.
  public subscript<Function>(dynamicMember name: KeyPath<CHiGHSFunctions, Function>) -> Function {
    functions[keyPath: name]
  }

  /// The library, opened once and then kept; see `OptionalLibrary`.
  public static func load(asksPython: Bool = true) throws -> HiGHSLibrary { try file.load(asksPython: asksPython) }

  /// See `LibrarySearch.folders`.
  public static var folders: [String] { file.folders }

  /// Takes the functions from an open library.
  private init(_ handle: UnsafeMutableRawPointer, path: String) throws {
    let functions = UnsafeMutablePointer<CHiGHSFunctions>.allocate(capacity: 1)
    defer { functions.deallocate() }
    if let missing = chighs_load(functions, handle) {
      throw OutsideFailure("\(path): has no function \(String(cString: missing)): expected HiGHS 1.10 or newer")
    }
    self.functions = functions.pointee
    self.path = path
    version = self.functions.versionText().map { String(cString: $0) } ?? "unknown"

    guard let instance = self.functions.create() else { throw OutsideFailure("\(path): HiGHS could not be started") }
    defer { self.functions.destroy(instance) }
    let size = self.functions.sizeOfInt(instance)
    guard size == 4 else {
      throw OutsideFailure("\(path): counts in \(size)-byte integers: expected a build with 4 bytes")
    }
  }
}
