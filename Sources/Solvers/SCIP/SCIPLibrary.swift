import CSCIP
import Essentials
import Synchronization

/// The SCIP shared library, found and opened at run time; vnnlua does not link it. Its functions are members, without
/// the prefix `SCIP`.
///
/// It is looked for in `$VNNLUA_SCIP` (the file or a folder that holds it), under the usual library names, and in the
/// Python package `pyscipopt`, whose libraries lie in a folder `pyscipopt.libs` beside it.
///
/// `@unchecked Sendable`: the table of functions is filled once, while the object is made, and never changes.
@dynamicMemberLookup
public final class SCIPLibrary: @unchecked Sendable {
  private static let file = OptionalLibrary(
    LibrarySearch(
      name: "SCIP", variable: "VNNLUA_SCIP",
      usualNames: ["libscip.so", "libscip.so.10.1", "libscip.so.10.0", "libscip.dylib"], package: "pyscipopt",
      folder: "pyscipopt.libs", file: "libscip[-.]*"), SCIPLibrary.init)

  /// The major version from which on numbers of statuses are those of `scip.h`.
  private static let leastVersion: Int32 = 10

  /// The file that was opened, or the library's name if the system's loader found it.
  public let path: String

  /// SCIP's version, such as `10.0.2`.
  public let version: String

  private let functions: CSCIPFunctions

  /// A function of the library.
  public subscript<Function>(dynamicMember name: KeyPath<CSCIPFunctions, Function>) -> Function {
    functions[keyPath: name]
  }

  /// The library, opened once and then kept; see `OptionalLibrary`.
  public static func load(asksPython: Bool = true) throws -> SCIPLibrary { try file.load(asksPython: asksPython) }

  /// See `LibrarySearch.folders`.
  public static var folders: [String] { file.folders }

  /// Takes the functions from an open library.
  private init(_ handle: UnsafeMutableRawPointer, path: String) throws {
    let functions = UnsafeMutablePointer<CSCIPFunctions>.allocate(capacity: 1)
    defer { functions.deallocate() }
    let missing = cscip_load(functions, handle)
    // The first function that is looked up tells the version.
    let major = missing.map { String(cString: $0) } == "SCIPmajorVersion" ? nil : functions.pointee.majorVersion()
    if let major, major < SCIPLibrary.leastVersion {
      throw OutsideFailure(
        "\(path): is SCIP \(major).\(functions.pointee.minorVersion()): expected \(SCIPLibrary.leastVersion) or newer; "
          + "`pip install pyscipopt` gets one")
    }
    if let missing {
      throw OutsideFailure(
        "\(path): has no function \(String(cString: missing)): expected SCIP \(SCIPLibrary.leastVersion) or newer")
    }
    self.functions = functions.pointee
    self.path = path
    version = "\(self.functions.majorVersion()).\(self.functions.minorVersion()).\(self.functions.techVersion())"
    // SCIP prints errors on standard error, for all of the process.
    self.functions.messageSetErrorPrinting({ _, _, text in if let text { SCIPLibrary.hear(text) } }, nil)
  }

  // MARK: Errors

  /// What SCIP has said about its last errors; it says so in several pieces, and nobody knows of which solve.
  private static let heard = Mutex<String>("")

  private static func hear(_ text: UnsafePointer<CChar>) {
    heard.withLock { $0 = String(($0 + String(cString: text)).suffix(1000)) }
  }

  /// Throws an `OutsideFailure` with SCIP's own words unless `code` is its word for "okay".
  func check(_ code: CSCIPCode) throws {
    guard code != CSCIP_OKAY else { return }
    let text = SCIPLibrary.heard.withLock { heard in
      defer { heard = "" }
      return heard
    }
    let lines = text.split(separator: "\n").filter { !$0.contains("Error <") }
    throw OutsideFailure("SCIP: error \(code)" + (lines.first.map { ": \($0)" } ?? ""))
  }
}
