import CMessaging
import Essentials

/// ZeroMQ (https://zeromq.org, libzmq 4), loaded at the first use.
public enum ZeroMQ {
  private struct Library: @unchecked Sendable {
    // Unchecked because of the pointers: they lead to a constant table that C fills once, and to a context, which libzmq
    // lets all threads use.
    let functions: UnsafePointer<zeromq_table>?
    let context: UnsafeMutableRawPointer?
    let failure: OutsideFailure

    init() {
      var reason: UnsafePointer<CChar>?
      functions = zeromq_open(&reason)
      context = functions?.pointee.ctx_new()
      let words = reason.map { String(cString: $0) } ?? "cannot be loaded"
      failure = OutsideFailure("libzmq.so.5: \(words); install it with: apt install libzmq5")
    }
  }

  private static let library = Library()

  /// The functions and the context of this process.
  ///
  /// - Throws: `OutsideFailure` that names the package to install when the library is missing.
  static func open() throws -> (functions: UnsafePointer<zeromq_table>, context: UnsafeMutableRawPointer) {
    guard let functions = library.functions, let context = library.context else { throw library.failure }
    return (functions, context)
  }

  /// The version of the library, such as `4.3.4`.
  ///
  /// - Throws: `OutsideFailure` when the library is missing.
  public static var version: String {
    get throws {
      let (functions, _) = try open()
      var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
      functions.pointee.version(&major, &minor, &patch)
      return "\(major).\(minor).\(patch)"
    }
  }
}
